"""What is known around a patient in hospital, for the row of the stay: services, who helps, how function changed.

A municipality's export is not for everybody who takes part in the stay. Each thing stands with the numbers that its
resource is open to, and is shown to nobody else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from hub.contract import ACCESS, Resource, StayRow
from mappings import tables
from mappings.municipal.episodes import DECISION
from mappings.municipal.function import CHANGES
from mappings.municipal.people import KINDS, ROLES
from mappings.resources import without_empty

ROLE_FIELDS: Final = {
    (ROLES, KINDS["primary_contact"][0]): "primary_contact",
    (ROLES, KINDS["coordinator"][0]): "coordinator_of_services",
    (ROLES, KINDS["contact_doctor"][0]): "contact_doctor",
    (str(tables.system_of(7319)), "FLE"): "general_practitioner",
    (ROLES, KINDS["general_practitioner"][0]): "general_practitioner",
}
"""Who helps, by the role's code, the most trusted last: the municipality's record before an epikrise."""
GIVEN: Final = ("active", "onhold", "planned", "waitlist")
"""A service that is over is no help to come home to."""
COUNTED: Final = {
    "variabler-med-bistandsbehov": "needs_help",
    "variabler-med-stort-bistandsbehov": "needs_much_help",
    "variabler-forverret": "worse",
}


@dataclass(frozen=True, slots=True)
class _Known:
    """One thing, by the name of its field, in plain values. ``rank`` orders those of one field, the best last."""

    field: str
    value: Any
    of: Resource
    rank: int = 0
    many: bool = False


def with_around(row: StayRow, made: Iterable[Resource]) -> StayRow:
    """The row of a stay that is going on, with what is known around the patient."""
    if not row.is_open:
        return row
    found = sorted((one for resource in made for one in _known(resource)), key=_order)
    return replace(row, facts={**row.facts, "around": [_told(one) for one in found]})


def _order(known: _Known) -> tuple[str, int, str]:
    return known.field, known.rank, str(known.of["id"])


def _told(known: _Known) -> dict[str, Any]:
    tags = known.of.get("meta", {}).get("tag", ())
    return {
        "field": known.field,
        "value": known.value,
        "many": known.many,
        "open_to": [str(tag["code"]) for tag in tags if tag["system"] == ACCESS],
        "resource": f"{known.of['resourceType']}/{known.of['id']}",
    }


def _known(resource: Resource) -> Iterator[_Known]:
    if resource["resourceType"] == "EpisodeOfCare" and resource["status"] in GIVEN:
        service = {"name": _words(next(iter(resource.get("type", ())), {})), "status": str(resource["status"])}
        yield _Known("services", service, resource, many=True)
    elif resource["resourceType"] == "ServiceRequest":
        yield from _requested(resource)
    elif resource["resourceType"] == "CareTeam":
        yield from _helpers(resource)
    elif resource["resourceType"] == "Observation":
        yield from _function(resource)


def _requested(asked: Resource) -> Iterator[_Known]:
    """An application that the municipality has not decided on."""
    is_decision = any(one["url"].endswith(f"/{DECISION}") for one in asked.get("extension", ()))
    if is_decision and (asked["status"], asked["intent"]) == ("active", "proposal"):
        yield _Known("services", {"name": _words(asked["code"]), "status": "requested"}, asked, many=True)


def _helpers(team: Resource) -> Iterator[_Known]:
    people = {f"#{one['id']}": one for one in team.get("contained", ())}
    for participant in team.get("participant", ()):
        person = people.get(str(participant.get("member", {}).get("reference")))
        codes = [
            (str(c.get("system")), str(c.get("code"))) for r in participant.get("role", ()) for c in r.get("coding", ())
        ]
        for rank, (role, field) in enumerate(ROLE_FIELDS.items()):
            if person is not None and role in codes:
                yield _Known(field, _person(person), team, rank)


def _person(person: Mapping[str, Any]) -> dict[str, str]:
    names, phones = person.get("name", ()), person.get("telecom", ())
    name = names if isinstance(names, str) else next((str(one.get("text", "")) for one in names), "")
    return without_empty({"name": str(name), "phone": next((str(one["value"]) for one in phones), "")})


def _function(score: Resource) -> Iterator[_Known]:
    """How a variable was before and is now; and of the profile, how many variables ask for help."""
    parts = [part for e in score.get("extension", ()) if e["url"].endswith(CHANGES) for part in e["extension"]]
    before = next((part["valueInteger"] for part in parts if part["url"] == "before"), None)
    if before is not None:
        change = {"name": _words(score["code"]), "before": int(str(before)), "now": int(str(score["valueInteger"]))}
        yield _Known("function_changes", change, score, many=True)
    parts_of: Iterable[Mapping[str, Any]] = score.get("component", ())
    counts = {_code(one["code"]): one.get("valueInteger") for one in parts_of}
    if {*COUNTED} <= {*counts}:
        profile = {name: counts[counted] for counted, name in COUNTED.items()}
        yield _Known("function", {"assessed": str(score.get("effectiveDateTime", "")), **profile}, score)


def _words(concept: Mapping[str, Any]) -> str:
    coding = _coding(concept)
    return str(concept.get("text") or coding.get("display") or coding.get("code") or "")


def _code(concept: Mapping[str, Any]) -> str:
    return str(_coding(concept).get("code", ""))


def _coding(concept: Mapping[str, Any]) -> Mapping[str, Any]:
    codings: Iterable[Mapping[str, Any]] = concept.get("coding", ())
    return next(iter(codings), {})
