"""Each stay as a row of facts: what lists, boards and indicators ask for, in plain JSON values.

The hub keeps the rows and knows none of their words but those that ``hub/indicators`` names. The facts are those that
rules have found; nothing is judged here. Times are instants with offset, dates are dates.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from itertools import pairwise
from typing import Any, Final

from hub.contract import Party, Resource, StayRow
from mappings import content_facts, telling, way_home
from mappings.documents.said import (
    CaseWorker,
    Coordinator,
    IndividualPlan,
    TeamMeeting,
    WhatMatters,
)
from mappings.entries import newest, told
from mappings.facts import expected
from mappings.identifiers import DNR, FNR
from mappings.moments import Moment, day_of, first_instant
from mappings.parties import parties_of
from mappings.person import Person
from mappings.resources import by_reference
from mappings.rules.course_of_stay import State, state_of
from mappings.rules.documentation import has_control
from mappings.rules.readiness import Readiness, expected_discharge
from mappings.rules.reply import announced, replies
from mappings.seen import Seen, number, numbers, told_moment
from mappings.series import Entry
from mappings.waiting import done, duties, waits

STATES: Final[dict[State, str]] = {
    "none": "Ukjent",
    "admitted": "Meldt innlagt",
    "notified": "Kommunen er varslet",
    "updated": "Varselet er oppdatert",
    "ready": "Meldt utskrivningsklar, ikke besvart",
    "answered-can": "Kommunen har svart at den kan ta imot",
    "answered-cannot": "Kommunen har svart at den ikke kan ta imot ennå",
    "offered": "Kommunen har meldt at et tilbud er klart",
    "left": "Meldt utskrevet",
    "died": "Meldt død",
    "void": "Innleggelsen er kansellert",
}
DOCUMENTS: Final = ("INNLEGGELSESRAPPORT", *content_facts.REPORTS)
NOBODY: Final = ("not-eligible", "unknown")
"""How nearly everybody stands in a programme."""
BESIDE: Final = ("CareTeam", "DetectedIssue", "Flag", "Goal", "Observation")
OFFERS: Final = ("can-receive", "offer-ready")


def stay_row(seen: Seen, who: Person, patient: Resource) -> StayRow:
    """The row of one stay."""
    stay, left = seen.at.stay, seen.at.stay.left
    hospital, waiting = seen.at.hospital, waits(seen)
    state, since = state_of(seen.at)
    return StayRow(
        id=seen.setting.encounter.partition("/")[2],
        municipality=str(seen.kommune or ""),
        hospital=number(hospital),
        ward=_ward(seen, hospital),
        organisations=_organisations(stay.entries),
        began=first_instant(stay.begun),
        ended=first_instant(left.when) if left else None,
        is_open=left is None,
        due=min((first_instant(f["due"]) for f in waiting), default=None),
        urgency=_urgency(seen, state, waiting),
        resources=(seen.setting.making.patient, seen.setting.encounter, *by_reference([*seen.tasks, *_shown(seen)])),
        facts={
            "patient": _patient(seen, who, patient),
            "age": _age(patient, stay.begun),
            "hospital": _name(hospital),
            "state": state,
            "state_text": STATES[state],
            "since": told_moment(since),
            "awaited": waiting,
            **_facts(seen),
        },
    )


def _shown(seen: Seen) -> Iterable[Resource]:
    """What lists give beside the Tasks: coordinators, what was assessed or matters, hours to call, what is odd."""
    return (one for one in seen.beside if one["resourceType"] in BESIDE)


def _facts(seen: Seen) -> dict[str, Any]:
    stay, at = seen.at.stay, seen.at
    read = way_home.read(seen)
    judged = content_facts.judged(seen)
    return {
        "admitted": told_moment(stay.admission.when if stay.admission else None),
        "left": told_moment(stay.left.when if stay.left else None),
        "dead": at.is_dead,
        "unresolved": seen.setting.on_hold,
        "duties": duties(seen),
        "readiness": [_readiness(interval, seen) for interval in seen.ready.past],
        "announced": [_announced(ahead, seen) for ahead in announced(at)],
        "expected": _expected(seen),
        "pay": _pay(seen),
        "messages": [way_home.message(entry, seen, read) for entry in stay.entries if entry.in_force],
        "parties": telling.parties(stay.entries, at.organisations),
        "told": telling.told(seen),
        "quality": [content_facts.scored(found) for found in judged],
        "gaps": content_facts.gaps(judged),
        "documents": {kind: way_home.newest_of(seen, kind) for kind in DOCUMENTS},
        "control": any(has_control(entry.message) for entry in stay.of(*content_facts.REPORTS)),
        "windows": [way_home.window_fact(one) for one in seen.stay.paths.extended],
        **way_home.way_home(seen),
        **_entered(seen),
        **content_facts.diagnosed(seen),
    }


def _entered(seen: Seen) -> dict[str, Any]:
    """What people have told of the stay, and the pathway that the facts suggest; absent is None."""
    entries, found = seen.at.entered, seen.stay.paths
    pathway, cfs = found.pathway, found.frailty
    plan, met = newest(entries, IndividualPlan), newest(entries, TeamMeeting)
    matters, worker = newest(entries, WhatMatters), newest(entries, CaseWorker)
    names = {said.place: said.name for _, said in told(entries, Coordinator)}
    return {
        "acute": seen.at.care.acute if seen.at.care else None,
        "pathway": pathway.value if pathway else None,
        "pathway_confirmed": pathway is not None and pathway.is_decided,
        "pathway_suggested": pathway.suggested if pathway else None,
        "pathway_reasons": list(pathway.reasons) if pathway else [],
        "groups": [group.value for group in found.groups],
        "programmes": [
            {"title": one.programme.title, "standing": one.standing, "reasons": list(one.reasons)}
            for one in found.programmes
            if one.standing not in NOBODY
        ],
        "cfs": cfs.score if cfs else None,
        "cfs_assessed": cfs.assessed if cfs else None,
        "cfs_stale": cfs.stale if cfs else None,
        "individual_plan": plan[1].state if plan else None,
        "team_meeting": told_moment(met[1].at) if met else None,
        "coordinator": names or None,
        "case_worker": {"name": worker[1].name, "phone": worker[1].phone} if worker else None,
        "what_matters": matters[1].text if matters else None,
        "care_plan": seen.has_plan,
    }


def _pay(seen: Seen) -> dict[str, Any]:
    """The days and kroner so far, an estimate by the policies named."""
    pay = seen.stay.pay
    return {
        "state": pay.state,
        "reason": pay.reason,
        "days": pay.days,
        "amount": pay.amount,
        "potential": len(pay.potential),
        "hospital_delay_days": pay.hospital_delay_days,
        "offered": any(replies(seen.at, interval).state in OFFERS for interval in seen.ready.past),
        "flags": list(pay.flags),
        "policy": list(pay.policy),
    }


def _readiness(interval: Readiness, seen: Seen) -> dict[str, Any]:
    answer = next((o for o in seen.owed if o.duty == "kommune-beslutning" and o.number == interval.number), None)
    asked, answered = interval.notice.first.head.generated, done(answer) if answer else None
    head, key = interval.notice.message.head, seen.at.organisations.key
    return {
        "since": told_moment(interval.since),
        "notice": head.message_id,
        "addressee": key(head.receiver),
        "notifier": key(head.sender),
        "asked": asked,
        "reply": replies(seen.at, interval).state,
        "end": interval.end,
        "ended": told_moment(interval.ended),
        "answered": answered,
        "answer_minutes": round((answered - asked).total_seconds() / 60) if answered else None,
        "hours": _hours(interval.since, interval.ended),
        "days": (day_of(interval.ended) - day_of(interval.since)).days if interval.ended else None,
    }


def _announced(ahead: Readiness, seen: Seen) -> dict[str, Any]:
    """A notice for a day still to come."""
    head, key = ahead.notice.message.head, seen.at.organisations.key
    return {
        "since": told_moment(ahead.since),
        "notice": head.message_id,
        "addressee": key(head.receiver),
        "notifier": key(head.sender),
        "asked": ahead.notice.first.head.generated,
        "reply": replies(seen.at, ahead).state,
    }


def _hours(start: Moment, end: Moment | None) -> float | None:
    """Elapsed hours where both ends have a clock; a date is never made an instant to be counted."""
    if not (isinstance(start, datetime) and isinstance(end, datetime)):
        return None
    return round((end - start).total_seconds() / 3600, 2)


def _expected(seen: Seen) -> dict[str, Any]:
    """The first and the newest day that the hospital expected, how often it changed, and when it came about."""
    said = [
        day_of(found.when)
        for entry in sorted(seen.at.stay.entries, key=lambda e: e.message.head.generated.timestamp())
        if entry.message.head.type == "HELSEOPPL_SOKNAD" and (found := expected(entry.message))
    ]
    latest = expected_discharge(seen.at.stay, seen.ready)
    ready = seen.ready.past[0] if seen.ready.past else None
    return {
        "first": said[0] if said else None,
        "newest": told_moment(latest.when if latest else None),
        "changes": sum(1 for before, after in pairwise(said) if before != after),
        "ready": day_of(ready.since) if ready else None,
        "first_off": (day_of(ready.since) - said[0]).days if ready and said else None,
        "last_off": (day_of(ready.since) - said[-1]).days if ready and said else None,
    }


def _urgency(seen: Seen, state: State, waiting: list[dict[str, Any]]) -> int:
    """What needs action first: a duty overdue, a person who waits, a deadline to come, the rest."""
    if any(wait["due"] < seen.at.now for wait in waiting) or seen.setting.on_hold:
        return 0
    if state in ("ready", "answered-can", "answered-cannot", "offered"):
        return 1
    return 2 if waiting else 3


def _patient(seen: Seen, who: Person, patient: Resource) -> dict[str, Any]:
    name: Mapping[str, Any] = next(iter(patient.get("name", ())), {})
    given = " ".join(str(part) for part in name.get("given", ()))
    written = ", ".join(part for part in (str(name.get("family", "")), given) if part)
    return {
        "reference": seen.setting.making.patient,
        "name": written or str(name.get("text", "")),
        "born": _plain(patient.get("birthDate")),
        "gender": _plain(patient.get("gender")),
        "number": _masked(who),
    }


def _masked(who: Person) -> str | None:
    """The day of birth of a national number, the rest hidden; other numbers are not shown."""
    shown = who.strongest.value[:6] if who.strongest.system in (FNR, DNR) else None
    return f"{shown} *****" if shown else None


def _age(patient: Resource, at: Moment) -> int | None:
    born = patient.get("birthDate")
    if not born or len(str(born)) != len("2000-01-01"):
        return None
    day, birth = day_of(at), date.fromisoformat(str(born))
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def _ward(seen: Seen, hospital: Party | None) -> str:
    """As somebody has entered it, else the sending unit."""
    entered = seen.at.care.ward if seen.at.care else ""
    return entered or (str(hospital.unit_name) if hospital else "")


def _organisations(entries: Iterable[Entry]) -> tuple[str, ...]:
    found = {n for entry in entries for party in parties_of(entry.message) for n in numbers(party)}
    return tuple(sorted(found))


def _name(party: Party | None) -> str | None:
    return str(party.name) if party else None


def _plain(value: object) -> str | None:
    return str(value) if value is not None else None
