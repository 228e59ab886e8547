"""National shapes of asking, in front of the gateway: what their clients send becomes searches as every other.

The CarePlan API of NHN and the reads of the national hub for welfare technology (VKP) name a person by a bare national
number in the body. It is looked up as the caller, then asked for by id, so that a scope for the one type is enough.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from hub.contract import ACCESS, Resource
from hub.errors import ConfigurationError
from hub.gateway.allowed import Allowed, Parameter, Type
from hub.gateway.interactions import Gateway
from hub.gateway.outcome import OutcomeError
from hub.gateway.query import MOST_COUNT, Pairs
from hub.gateway.server import NO_MATCH

PLANS: Final = "http://ehelse.no/fhir/CodeSystem/vkp-careplan-category-v090"
TREATMENT: Final = ("category", f"{PLANS}|1,{PLANS}|2")
"""Plans of treatment and of one's own treatment; neither a list of visits nor anything else that is called a plan."""
VISITS: Final = ("category", f"{PLANS}|3")
SERVICE_CODES: Final = Path(__file__).with_name("service_codes.csv")
ONGOING: Final = ("status", "active,onhold")
DETAIL: Final = {
    "proposed": "not-started", "pending": "scheduled", "booked": "scheduled", "arrived": "in-progress",
    "checked-in": "in-progress", "fulfilled": "completed", "cancelled": "cancelled", "noshow": "cancelled",
    "entered-in-error": "entered-in-error", "waitlist": "not-started",
}  # fmt: skip
"""Status of an Appointment as an activity of a plan has it."""

ServiceCodes = Mapping[str, frozenset[str]]
"""By service code, the ``system|code`` of the municipal services that give a need to know."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """One of VKP's reads: our type, the parameter that names the person, and what else may be asked."""

    type: str
    person: str = "patient.identifier"
    more: tuple[str, ...] = ()
    lists: bool = False
    """Whether it may be asked without a person."""


CAREPLAN: Final = Read(type="CarePlan", person="subject:Patient.identifier", more=("status",))
"""The search of the CarePlan API."""
READS: Final = {
    "patient": Read(type="Patient", person="identifier", lists=True),
    "episodeofcare": Read(type="EpisodeOfCare", lists=True),
    "careplan": Read(type="CarePlan", more=("date",)),
    "composition": Read(type="Composition", more=("date",)),
    "condition": Read(type="Condition"),
    "medicationstatement": Read(type="MedicationStatement"),
    "allergyintolerance": Read(type="AllergyIntolerance", person="identifier"),
}


def service_codes(own: Path | None) -> ServiceCodes:
    """The shipped table and the rows of the deployment's own (HEIMVEG_SERVICE_CODES)."""
    found: dict[str, set[str]] = {}
    for path in (SERVICE_CODES, *([own] if own else [])):
        try:
            with path.open(encoding="utf-8", newline="") as rows:
                for row in csv.DictReader(rows):
                    found.setdefault(row["service_code"].lower(), set()).add(f"{row['system']}|{row['code']}")
        except (OSError, KeyError, AttributeError):
            raise ConfigurationError(f"{path}: a CSV with service_code,system,code is needed") from None
    return {name: frozenset(codes) for name, codes in found.items()}


def searched(allowed: Allowed, reads: Iterable[Read]) -> Allowed:
    """What of the closed list is offered in such a shape: searches by these parameters, and nothing else."""
    return {read.type: _searched(allowed[read.type], read) for read in reads}


def _searched(offered: Type, read: Read) -> Type:
    joint = read.person.partition(".")[0].partition(":")[0]
    named = {name: offered.parameters.get(name, Parameter(name=name, type="token")) for name in (joint, *read.more)}
    return Type(name=read.type, interactions=frozenset({"search-type"}), parameters=named)


async def treatment_plans(gateway: Gateway, pairs: Pairs) -> Resource:
    """``CarePlan/_search`` of the CarePlan API: the patient's plans of treatment, with what ``_include`` adds."""
    person = [value for name, value in pairs if name == CAREPLAN.person]
    if len(person) != 1:
        raise OutcomeError("parameter", CAREPLAN.person)
    rest = [(name, value) for name, value in pairs if name != CAREPLAN.person]
    return await gateway.search("CarePlan", [*rest, TREATMENT, await _about(gateway, "patient", person[0])])


async def plan_status(gateway: Gateway, number: str) -> dict[str, Any]:
    """``status`` of the CarePlan API. Consent, reservation and blocks are not told: hidden and absent are alike."""
    asked = [TREATMENT, await _about(gateway, "patient", number), ("_count", str(MOST_COUNT))]
    bundle = await gateway.search("CarePlan", asked)
    plans = [entry["resource"] for entry in bundle["entry"]]
    changed = max((str(plan["meta"]["lastUpdated"]) for plan in plans), default=None)
    return {
        "activeCarePlan": any(plan.get("status") == "active" for plan in plans),
        "lastChangedDateTime": changed,
        "privacySetting": {
            "consent": None,
            "hasReservationKjernejournal": None,
            "isRestricted": None,
            "isBlocked": None,
        },
    }


async def vkp_search(
    gateway: Gateway, read: Read, pairs: Pairs, organisation: str, services: Iterable[str]
) -> Resource:
    """``<type>/_search`` of VKP, of one municipality, for patients who have one of the services now."""
    offered = {read.person, "_count", *read.more}
    if wrong := next((name for name, _ in pairs if name not in offered), None):
        raise OutcomeError("parameter", wrong if wrong.isascii() and len(wrong) <= 40 else "")
    person = [value for name, value in pairs if name == read.person]
    if len(person) > 1 or not (person or read.lists):
        raise OutcomeError("parameter", read.person)
    rest = [pair for pair in pairs if pair[0] != read.person]
    theirs = ("_tag", f"{ACCESS}|{organisation}")
    kinds = ("type", ",".join(sorted(services)))
    ids = [r["id"] for r in await _persons(gateway, person[0])] if person else None
    needed = await _served(gateway, ids, [kinds, ONGOING, theirs])
    if read.type == "CarePlan":
        return await _visits(gateway, [theirs, VISITS, _of("patient", needed)], rest)
    about = _of("_id" if read.type == "Patient" else "patient", needed)
    own = [kinds, ONGOING] if read.type == "EpisodeOfCare" else []
    return await gateway.search(read.type, [*rest, *own, theirs, about])


async def _about(gateway: Gateway, parameter: str, number: str) -> tuple[str, str]:
    return _of(parameter, [resource["id"] for resource in await _persons(gateway, number)])


async def _persons(gateway: Gateway, number: str) -> list[Resource]:
    """The patients of a bare national number, as far as the caller sees them; none is no error."""
    if not number.isascii() or not number.isdecimal():
        raise OutcomeError("value", "identifier")
    return await gateway.found("Patient", [("identifier", number)])


async def _served(gateway: Gateway, ids: Sequence[str] | None, asked: list[tuple[str, str]]) -> list[str]:
    """Those of the patients (None: all) who have such a service."""
    if ids is not None and not ids:
        return []
    given = await gateway.found("EpisodeOfCare", [*asked, *([_of("patient", ids)] if ids else [])])
    return sorted({str(one["patient"]["reference"]).partition("/")[2] for one in given})


def _of(parameter: str, ids: Sequence[str]) -> tuple[str, str]:
    if not ids:
        return "_id", NO_MATCH
    return parameter, ",".join(id_ if parameter == "_id" else f"Patient/{id_}" for id_ in ids)


async def _visits(gateway: Gateway, asked: Pairs, rest: Pairs) -> Resource:
    """Lists of visits, each visit as ``activity.detail``; ``date`` is about the visits, since a list has no period.

    One page holds the lists of a patient, whatever ``_count`` asks for: a next one would be in the gateway's own shape.
    """
    when = [pair for pair in rest if pair[0] == "date"]
    bundle = await gateway.search("CarePlan", [*asked, ("_count", str(MOST_COUNT))])
    plans = [entry["resource"] for entry in bundle["entry"]]
    ids = [to.partition("/")[2] for plan in plans for to in _references(plan) if to.startswith("Appointment/")]
    found = await gateway.found("Appointment", [("_id", ",".join(ids)), *when]) if ids else []
    gateway.seen.resources += found
    held = {f"Appointment/{visit['id']}": visit for visit in found}
    shown = [{**entry, "resource": _with_details(entry["resource"], held)} for entry in bundle["entry"]]
    kept = [entry for entry in shown if not when or entry["resource"].get("activity")]
    total = {"total": bundle["total"] - len(shown) + len(kept)} if "total" in bundle else {}
    return {**bundle, **total, "entry": kept}


def _references(plan: Resource) -> list[str]:
    return [str(activity.get("reference", {}).get("reference", "")) for activity in plan.get("activity", ())]


def _with_details(plan: Resource, held: Mapping[str, Resource]) -> Resource:
    """The plan with its visits in it; R4 allows no reference beside a detail (cpl-3)."""
    details = [{"detail": _detail(held[to])} for to in _references(plan) if to in held]
    rest = {name: value for name, value in plan.items() if name != "activity"}
    return {**rest, "activity": details} if details else rest


def _detail(visit: Resource) -> dict[str, Any]:
    reason = visit.get("cancelationReason") or next(iter(visit.get("reasonCode", ())), None)
    period = {name: visit[name] for name in ("start", "end") if name in visit}
    told = {
        "kind": "Appointment",
        "code": next(iter(visit.get("serviceType", ())), None),
        "status": DETAIL.get(visit.get("status", ""), "unknown"),
        "statusReason": reason,
        "scheduledPeriod": period,
        "description": visit.get("description"),
    }
    return {name: value for name, value in told.items() if value}
