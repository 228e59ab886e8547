"""The Encounter of a stay: status, history, when the patient came, is expected to be ready, was ready, and left."""

from __future__ import annotations

from datetime import datetime
from itertools import zip_longest
from typing import Any, Final

from hub.contract import Identifier, Ids, Resource
from mappings.facts import Event, discharged_to, expected
from mappings.identifiers import H
from mappings.moments import Moment, first_instant, is_before
from mappings.resources import code, coding, concept, extension, moment, reference, resource, stamped
from mappings.rules.course_of_stay import State, state_of
from mappings.rules.occasion import Occasion
from mappings.rules.readiness import Intervals
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
    whole = {"start": stamped(admission.when, admission.leaf) if admission else None, "end": _ended(stay)}
    return resource(
        "Encounter",
        id,
        meta={"tag": tags},
        extension=[*_extensions(stay, at.ready), _course_state(state, since)],
        status=history[-1][0],
        statusHistory=_told(history),
        **{"class": coding(ACT_CODE, "IMP", "inpatient encounter")},
        subject=reference(patient),
        period=whole,
        hospitalization={"dischargeDisposition": _disposition(stay)},
        serviceProvider=reference(provider) if provider else None,
    )


def statuses(at: Occasion, *, is_void: bool) -> list[tuple[str, Any]]:
    """Every status that the stay has had, with since when (None where nobody has told), the one of now last.

    Planned when told of before the admission. No message tells of leave, so none is on leave.
    """
    stay, admission = at.stay, at.stay.admission
    heard = min((e.first.head.generated for e in stay.entries), key=datetime.timestamp)
    is_ahead = admission is not None and first_instant(admission.when) > at.now
    found: list[tuple[str, Any]] = []
    if admission is not None and is_before(heard, admission.when):
        found.append(("planned", moment(heard)))
    if is_void:
        cancelled = [e.message.head.generated for e in stay.entries if not e.in_force]
        return [*found, ("cancelled", moment(max(cancelled, key=datetime.timestamp)))]
    if not is_ahead:
        found.append(("in-progress", stamped(admission.when, admission.leaf) if admission else None))
    if stay.left is not None:
        found.append(("finished", _ended(stay)))
    return found or [("planned", None)]


def _ended(stay: Stay) -> Any:
    """When the patient left; not as a period's end where that is before its start (the finding tells of it)."""
    admission, left = stay.admission, stay.left
    if left is None or (admission is not None and is_before(left.when, admission.when)):
        return None
    return stamped(left.when, left.leaf)


def _told(history: list[tuple[str, Any]]) -> list[dict[str, Any]]:
    """A status ends when the next one begins; one of which neither is known cannot be told of."""
    ends = [since for _, since in history[1:]]
    periods = zip_longest(history, ends)
    return [{"status": s, "period": {"start": since, "end": end}} for (s, since), end in periods if since or end]


def expected_discharge(stay: Stay, ready: Intervals) -> Event | None:
    """By the newest message that says: early information, or a notice for a day still to come."""
    said = [
        (entry.message.head.generated, event)
        for entry in stay.of("HELSEOPPL_SOKNAD")
        if (event := expected(entry.message))
    ]
    said += [(f.notice.message.head.generated, f.ready) for f in ready.forecasts]
    return max(said, key=lambda pair: pair[0])[1] if said else None


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
