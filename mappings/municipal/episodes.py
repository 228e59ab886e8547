"""Municipal services as EpisodeOfCare with their history, and the decisions on them as ServiceRequest.

The same service told in several formats is one: where kind and start agree, and the organisation where both name it.
Only what a municipality states makes a service rest; a hospital stay never does.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from hub.contract import Resource
from mappings import tables
from mappings.clinical.values import absent, compound, decimal, merknad, piece, said, span
from mappings.documents.shape import Leaf, Part
from mappings.identifiers import H
from mappings.moments import day_of
from mappings.municipal.people import team_of
from mappings.municipal.setting import Setting, numbers
from mappings.municipal.stated import Decision, Pause, ServiceStatement, by_key, newest, same
from mappings.resources import coding, derived, extension, reference

LATEST_KIND: Final = {"12": "29", "13": "29"}
"""Codes that kodeverk 9151 has replaced within itself."""
NOT_BEGUN: Final = ("pending", "rejected", "withdrawn")
STATUS: Final = {"granted": "active", "pending": "active", "rejected": "completed", "withdrawn": "revoked"}
INTENT: Final = {"granted": "order"}
UCUM: Final = "http://unitsofmeasure.org"
NAMELESS: Final = "Kommunal tjeneste"
DECISION: Final = "vedtak"
DECISIONS: Final = f"{H}/sid/kommune-vedtak"
PAUSED: Final = "Årsak til opphold i tjenesten"
OUTCOMES: Final = {"granted": "Innvilget", "rejected": "Avslått", "pending": "Under behandling", "withdrawn": "Trukket"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One service: everything that is stated of it, oldest first, and what tells it from others of its kind and day."""

    tellers: tuple[ServiceStatement, ...]
    key: tuple[str, ...]

    def told(self, name: str) -> Any:
        """The newest value of that name."""
        return newest(self.tellers, name)

    @property
    def newest(self) -> ServiceStatement:
        """What was told last."""
        return self.tellers[-1]

    @property
    def has_begun(self) -> bool:
        """Whether it is, or has been, given: otherwise there is only what was asked for."""
        decision: Decision | None = self.told("decision")
        refused = decision is not None and str(decision.outcome) in NOT_BEGUN
        given = any(one.is_given for one in self.tellers)
        return given or (
            not refused and bool(self.told("start") or self.told("status") in ("active", "onhold", "finished"))
        )

    @property
    def parts(self) -> tuple[Part, ...]:
        """What of the messages tells of it."""
        return tuple(one.part for one in self.tellers)


def services(statements: Iterable[ServiceStatement]) -> list[Service]:
    """Each service once, whatever formats tell of it, in a fixed order."""
    alike: dict[tuple[str, str, str], list[list[ServiceStatement]]] = defaultdict(list)
    for told in by_key(statements).values():
        what = (told[-1].municipality, str(_kind(newest(told, "kind")) or ""), str(newest(told, "start") or ""))
        alike[what].append(told)
    found = []
    for what, groups in sorted(alike.items()):
        for place, group in enumerate(_joined(groups, joins=bool(what[1] and what[2])), start=1):
            key = (*what, str(place)) if what[2] else (*what, *group[0].key)
            found.append(Service(tellers=tuple(sorted(group, key=lambda s: s.age)), key=key))
    return found


def _joined(groups: list[list[ServiceStatement]], *, joins: bool) -> list[list[ServiceStatement]]:
    """Those of one kind and start that may be the same: told by other formats, at no other organisation."""
    made: list[list[ServiceStatement]] = []
    for told in sorted(groups, key=lambda group: group[0].key):
        where = newest(told, "organisation")
        for held in made if joins else ():
            formats = {one.key[0] for one in held}
            if told[0].key[0] not in formats and same(where, newest(sorted(held, key=lambda s: s.age), "organisation")):
                held += told
                break
        else:
            made.append(list(told))
    return made


def _kind(leaf: Leaf | None) -> str | None:
    return derived(LATEST_KIND.get(str(leaf).strip(), str(leaf).strip()), leaf) if leaf else None


def made_of(service: Service, setting: Setting, *, is_over: bool, stale_since: str | None = None) -> Iterator[Resource]:
    """The decision where there is one, and the service once it is given; what is only wanted is a proposal."""
    decision: Decision | None = service.told("decision")
    request = None
    if decision is not None or not service.has_begun:
        request = _request(service, decision or Decision(), setting)
        yield request
    if service.has_begun:
        yield _episode(service, request, setting, is_over=is_over, stale_since=stale_since)


def _episode(
    of: Service, request: Resource | None, setting: Setting, *, is_over: bool, stale_since: str | None
) -> Resource:
    start, end, where = of.told("start"), of.told("end"), of.newest.municipality
    status = status_of(of, is_over=is_over)
    stale = [extension("sist-rapportert", valueDate=stale_since)] if stale_since else []
    return setting.made(
        "EpisodeOfCare",
        of.key,
        of.tellers,
        extension=[*_details(of), *stale],
        identifier=numbers(number for one in of.tellers for number in one.number_of),
        status=status,
        statusHistory=list(_history(of, status)),
        type=[_type(of)],
        patient=reference(setting.making.patient),
        managingOrganization=setting.unit(of.told("organisation"), of.told("unit"), of.newest),
        period={**span(start, end), **({} if start else {"_start": absent()})},
        referralRequest=[reference(request)] if request else [],
        team=[reference(f"CareTeam/{team_of(setting, where)}")] if where in setting.teams else [],
    )


def _details(of: Service) -> list[dict[str, Any]]:
    """How much, by whom, and what has no place of its own."""
    unit, phone = said(of.told("unit")), said(of.told("phone"))
    return [
        *_extent(of.told("hours"), "ukentlig-omfang"),
        *_extent(of.told("allotted"), "ukentlig-omfang-tildelt"),
        *compound("tjeneste", piece("provider", valueString=unit), piece("phone", valueString=phone)),
        *(part for pause in pauses_of(of) if pause.reason for part in merknad(_named(PAUSED, pause.reason))),
        *(part for name, leaf in of.newest.notes for part in merknad(_named(name, leaf))),
    ]


def _type(of: Service) -> dict[str, Any]:
    """The code as kodeverk 9151 has it, and the municipality's own."""
    kind, text = of.told("kind"), of.told("local_text")
    codings = []
    if kind:
        now = _kind(kind) or ""
        codings.append(coding(str(tables.system_of(9151)), now, tables.text(9151, now)))
        if now != str(kind).strip():
            codings.append(coding(str(tables.system_of(9151)), kind))
    if local := of.told("local_code"):
        codings.append(coding(str(of.told("local_system") or ""), local, text))
    return {"coding": codings, "text": text if not local else None} if codings else {"text": text or NAMELESS}


def _extent(hours: Leaf | None, name: str) -> list[dict[str, Any]]:
    """Hours a week, as a ratio."""
    number = decimal(hours)
    if number is None:
        return merknad(hours) if hours else []
    ratio = {
        "numerator": {"value": number, "unit": "t", "system": UCUM, "code": "h"},
        "denominator": {"value": 1, "unit": "uke", "system": UCUM, "code": "wk"},
    }
    return [extension(name, valueRatio=ratio)]


def pauses_of(of: Service) -> list[Pause]:
    """Those whose start is known, in order."""
    known = [pause for pause in of.told("pauses") or () if pause.since]
    return sorted(known, key=lambda pause: (pause.since, pause.to or "9999", pause.id))


def _named(name: str, leaf: Leaf) -> Leaf:
    return Leaf(f"{name}: {leaf}", leaf.path)


def status_of(of: Service, *, is_over: bool) -> str:
    """As of the newest statement: what it says itself, unless something newer says that it rests or is over."""
    if is_over:
        return "finished"
    stated, end, start = of.told("status"), of.told("end"), of.told("start")
    today = day_of(of.newest.entry.message.head.generated).isoformat()
    rests = _rests_since(of, today)
    if stated and not (stated == "active" and rests) and not (end and str(end) < today):
        return str(stated) if not isinstance(stated, Leaf) else stated
    if end and str(end) < today:
        return derived("finished", end)
    if rests is not None:
        return derived("onhold", rests)
    return derived("planned", start) if start and str(start) > today else "active"


def _rests_since(of: Service, today: str) -> str | None:
    """Since when it rests, where nothing newer says that it is given again."""
    paused = [one for one in of.tellers if one.pauses is not None]
    spoke = [one for one in of.tellers if one.status == "active"]
    if not paused or (spoke and spoke[-1].age > paused[-1].age):
        return None
    return next((p.since for p in reversed(pauses_of(of)) if p.to is None and p.since <= today), None)


def _history(of: Service, status: str) -> Iterator[dict[str, Any]]:
    """When it was given and when it rested, told by its start, pauses and end; none before it has begun."""
    start, end, pauses = of.told("start"), of.told("end"), pauses_of(of)
    if not start or str(status) in ("planned", "cancelled"):
        return
    if status == "active" and pauses and pauses[-1].to is None:
        pauses = pauses[:-1]  # given again since, nobody has said from when
    at: str | None = start
    for pause in pauses:
        if at is not None and str(at) != str(pause.since):
            yield {"status": "active", "period": span(at, pause.since)}
        yield {"status": "onhold", "period": span(pause.since, pause.to)}
        at = pause.to
    if at is not None and str(status) != "onhold":
        yield {"status": "active", "period": span(at, end)}


def _request(of: Service, decision: Decision, setting: Setting) -> Resource:
    """The application and the decision on it. Until the service is given it also holds what is said of that."""
    outcome, waits = str(decision.outcome or ""), not of.has_begun
    return setting.made(
        "ServiceRequest",
        (*of.key, DECISION),
        of.tellers,
        extension=[
            *compound(
                DECISION,
                piece("outcome", valueString=_worded(decision.outcome)),
                piece("decided", valueDate=decision.decided),
                piece("complaint", valueDate=decision.complaint),
                piece("complaintAnswered", valueDate=decision.complaint_answered),
            ),
            *(_details(of) if waits else ()),
        ],
        identifier=[
            *_decision_number(of, decision),
            *(numbers(number for one in of.tellers for number in one.number_of) if waits else ()),
        ],
        status=_request_status(of, outcome),
        intent=INTENT.get(outcome, "proposal"),
        code=_type(of),
        subject=reference(setting.making.patient),
        occurrencePeriod=span(of.told("wanted") or of.told("start"), of.told("end") if waits else None),
        authoredOn=decision.applied or decision.decided,
        requester=setting.municipality(of.newest),
    )


def _worded(outcome: Leaf | str | None) -> str | None:
    return derived(OUTCOMES.get(str(outcome), str(outcome)), outcome) if outcome else None


def _request_status(of: Service, outcome: str) -> str:
    """Over once the service is given; what is planned without a decision is wanted, until it is called off."""
    if of.told("status") == "cancelled":
        return "revoked"
    status = STATUS.get(outcome, "unknown" if outcome else "active")
    return "completed" if status == "active" and of.has_begun else status


def _decision_number(of: Service, decision: Decision) -> list[dict[str, Any]]:
    if not decision.id:
        return []
    base = f"{DECISIONS}/{of.newest.municipality}"
    number = [{"type": {"text": "Vedtaksnummer"}, "value": decision.sequence}] if decision.sequence else []
    return [{"system": base, "value": decision.id}, *number]
