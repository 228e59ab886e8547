"""The Encounter of a stay: status, history, when the patient came, is expected to be ready, was ready, and left."""

from __future__ import annotations

from datetime import datetime
from itertools import zip_longest
from typing import Any, Final, NamedTuple

from hub.contract import Identifier, Ids, Resource
from mappings.documents.shape import Leaf
from mappings.facts import discharged_to
from mappings.identifiers import H
from mappings.moments import Moment, first_instant, is_before
from mappings.resources import code, coding, concept, extension, moment, period, reference, resource, stamped
from mappings.rules.course_of_stay import State, state_of
from mappings.rules.occasion import Occasion
from mappings.rules.readiness import Intervals, expected_discharge
from mappings.stays import Stay, is_unresolved

STATE: Final = f"{H}/CodeSystem/stay-state"
STATES: Final[dict[State, str]] = {
    "none": "Ikke meldt innlagt",
    "admitted": "Meldt innlagt",
    "notified": "Varslet",
    "updated": "Oppdatert varsel",
    "ready": "Meldt utskrivningsklar",
    "answered-can": "Kommunen kan ta imot",
    "answered-cannot": "Kommunen kan ikke ta imot",
    "offered": "Tilbud meldt klart",
    "left": "Meldt utskrevet",
    "died": "Meldt død",
    "void": "Innleggelsen er kansellert",
}
ACT_CODE = "http://terminology.hl7.org/CodeSystem/v3-ActCode"


def encounter_id(ids: Ids, person: Identifier, stay: Stay) -> str:
    """The id of a stay: the person, the hospital, and the admission to the minute (or the series that tells of it)."""
    return ids("Encounter", person.system, person.value, stay.hospital, stay.key)


def encounter(at: Occasion, *, id: str, patient: str, provider: str | None, tags: list[dict[str, str]]) -> Resource:
    """One stay. Its status does not tell readiness: R4 has no status for that; the extensions and Tasks do."""
    stay, (state, since) = at.stay, state_of(at)
    admission, history = stay.admission, statuses(at, is_void=state == "void")
    whole = period(
        admission.when if admission else None,
        stay.left.when if stay.left else None,
        admission.leaf if admission else None,
        stay.left.leaf if stay.left else None,
    )
    return resource(
        "Encounter",
        id,
        meta={"tag": tags},
        extension=[*_extensions(stay, at.ready), _course_state(state, since)],
        status=history[-1].code,
        statusHistory=_told(history),
        **{"class": coding(ACT_CODE, "IMP", "inpatient encounter")},
        subject=reference(patient),
        period=whole,
        hospitalization={"dischargeDisposition": _disposition(stay)},
        serviceProvider=reference(provider) if provider else None,
    )


class Status(NamedTuple):
    """A status, since when (None where nobody has told), and the leaf that says so."""

    code: str
    since: Moment | None
    leaf: Leaf | None = None


def statuses(at: Occasion, *, is_void: bool) -> list[Status]:
    """Every status that the stay has had, the one of now last.

    Planned when told of before the admission. No message tells of leave, so none is on leave.
    """
    stay, admission = at.stay, at.stay.admission
    heard = min((e.first.head.generated for e in stay.entries), key=datetime.timestamp)
    found: list[Status] = []
    if admission is not None and is_before(heard, admission.when):
        found.append(Status("planned", heard))
    if is_void:
        cancelled = [e.message.head.generated for e in stay.entries if not e.in_force]
        return [*found, Status("cancelled", max(cancelled, key=datetime.timestamp))]
    if admission is None:
        found.append(Status("in-progress", None))
    elif first_instant(admission.when) <= at.now:
        found.append(Status("in-progress", admission.when, admission.leaf))
    if stay.left is not None:
        found.append(Status("finished", stay.left.when, stay.left.leaf))
    return found or [Status("planned", None)]


def _told(history: list[Status]) -> list[dict[str, Any]]:
    """A status ends when the next one begins; one of which neither is known cannot be told of."""
    pairs = zip_longest(history, history[1:])
    told = [(one.code, _period(one, following)) for one, following in pairs]
    return [{"status": status, "period": lasted} for status, lasted in told if lasted]


def _period(one: Status, following: Status | None) -> dict[str, str]:
    end, until = (following.since, following.leaf) if following else (None, None)
    return period(one.since, end, one.leaf, until)


def _extensions(stay: Stay, ready: Intervals) -> list[dict[str, Any]]:
    made = []
    if ready.current is not None:
        said = ready.current.ready
        since = stamped(ready.current.since, said.leaf if said else None)
        made.append(extension("discharge-ready", valueDateTime=since))
    if told := expected_discharge(stay, ready):
        made.append(extension("expected-discharge", valueDateTime=stamped(told.when, told.leaf)))
    if is_unresolved(stay):
        made.append(extension("stay-unresolved", valueBoolean=True))
    return made


def _course_state(state: State, since: Moment | None) -> dict[str, Any]:
    parts: list[dict[str, Any]] = [{"url": "state", "valueCodeableConcept": code(STATE, state, STATES[state])}]
    return extension(
        "course-state", extension=[*parts, *([{"url": "since", "valueDateTime": moment(since)}] if since else [])]
    )


def _disposition(stay: Stay) -> dict[str, Any]:
    """Where to (8408), and in which state (8431), as the newest LOG_UTSKREVET has it."""
    gone = stay.of("LOG_UTSKREVET")
    where = discharged_to(gone[-1].message) if gone else None
    if where is None:
        return {}
    found, state = concept(where.ut_til, 8408), concept(where.uttilstand, 8431)
    return {**found, "coding": [*found.get("coding", ()), *state.get("coding", ())]}
