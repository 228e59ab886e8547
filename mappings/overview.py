"""Each stay as a row of facts: what lists, boards and indicators ask for, in plain JSON values.

The hub keeps the rows and knows none of their words but those that ``hub/indicators`` names. The facts are those that
rules have found; nothing is judged here. Times are instants with offset, dates are dates.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, partial
from importlib import resources
from itertools import pairwise
from typing import Any, Final

from hub.contract import HER_ID, ORGANISASJONSNUMMER, Party, Resource, StayRow
from mappings import telling
from mappings.documents import Message
from mappings.documents.datatypes import CV
from mappings.documents.said import Coordinator, IndividualPlan, WhatMatters
from mappings.documents.shape import below
from mappings.encounter import expected_discharge
from mappings.entries import newest, told
from mappings.facts import FROM_HOSPITAL, expected
from mappings.identifiers import DNR, FNR
from mappings.moments import Moment, day_of, first_instant
from mappings.norwegian_time import OSLO
from mappings.parties import parties_of
from mappings.person import Person
from mappings.receipts import deadline
from mappings.refusal import RECEIPT, receipt_tasks
from mappings.remembering import remembered
from mappings.rules.course_of_stay import State, state_of
from mappings.rules.judged import JudgedStay
from mappings.rules.occasion import Occasion, Owed
from mappings.rules.quality import Quality, quality
from mappings.rules.quality.texts import ITEMS
from mappings.rules.readiness import Intervals, Readiness
from mappings.rules.reply import replies
from mappings.series import Entry
from mappings.silence import END, unended, unended_reference
from mappings.tables import list_number
from mappings.task import NAMES, Setting

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
WAITED_FOR: Final = ("pending", "missing")
READMISSION: Final = "reinnleggelse-grupper.csv"
ICD_10: Final = "7110"
REPORTS: Final = ("UTSKRIVNINGSRAPPORT", "EPIKRISE")
REFUSED: Final = "avvist"
OFFERS: Final = ("can-receive", "offer-ready")


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One stay with what has been worked out of it."""

    stay: JudgedStay
    setting: Setting
    tasks: tuple[Resource, ...]
    kommune: str | None
    has_plan: bool

    @property
    def at(self) -> Occasion:
        """What was looked at."""
        return self.stay.at

    @property
    def ready(self) -> Intervals:
        """The readiness of the stay."""
        return self.stay.at.ready

    @property
    def owed(self) -> tuple[Owed, ...]:
        """Its duties."""
        return self.stay.owed


def stay_row(seen: Seen, who: Person, patient: Resource) -> StayRow:
    """The row of one stay."""
    stay, left = seen.at.stay, seen.at.stay.left
    hospital, waiting = _hospital(seen), waits(seen)
    state, since = state_of(seen.at)
    return StayRow(
        id=seen.setting.encounter.partition("/")[2],
        municipality=str(seen.kommune or ""),
        hospital=_number(hospital),
        ward=_ward(seen, hospital),
        organisations=_organisations(stay.entries),
        began=first_instant(stay.begun),
        ended=first_instant(left.when) if left else None,
        is_open=left is None,
        due=min((first_instant(f["due"]) for f in waiting), default=None),
        urgency=_urgency(seen, state, waiting),
        resources=(seen.setting.making.patient, seen.setting.encounter, *(f"Task/{t['id']}" for t in seen.tasks)),
        facts={
            "patient": _patient(seen, who, patient),
            "age": _age(patient, stay.begun),
            "hospital": _name(hospital),
            "state": state,
            "state_text": STATES[state],
            "since": _told(since),
            "awaited": waiting,
            **_facts(seen),
        },
    )


def _facts(seen: Seen) -> dict[str, Any]:
    stay, at = seen.at.stay, seen.at
    judged = _judged(seen)
    return {
        "admitted": _told(stay.admission.when if stay.admission else None),
        "left": _told(stay.left.when if stay.left else None),
        "dead": at.is_dead,
        "unresolved": seen.setting.on_hold,
        "duties": duties(seen),
        "readiness": [_readiness(interval, seen) for interval in seen.ready.past],
        "expected": _expected(seen),
        "pay": _pay(seen),
        "messages": [_message(entry, seen) for entry in stay.entries if entry.in_force],
        "parties": telling.parties(stay.entries, at.organisations),
        "told": telling.told(at.entered, at.organisations),
        "quality": [_content(found) for found in judged],
        "gaps": _gaps(judged),
        **_entered(seen),
        **_diagnosed(seen),
    }


def _entered(seen: Seen) -> dict[str, Any]:
    """What people have told of the stay, and the pathway that the facts suggest; absent is None."""
    entries, found = seen.at.entered, seen.stay.paths
    pathway, cfs = found.pathway, found.frailty
    plan, matters = newest(entries, IndividualPlan), newest(entries, WhatMatters)
    names = {said.place: said.name for _, said in told(entries, Coordinator)}
    return {
        "acute": seen.at.care.acute if seen.at.care else None,
        "pathway": pathway.value if pathway else None,
        "pathway_confirmed": pathway is not None and pathway.is_decided,
        "pathway_suggested": pathway.suggested if pathway else None,
        "pathway_reasons": list(pathway.reasons) if pathway else [],
        "groups": [group.value for group in found.groups],
        "cfs": cfs.score if cfs else None,
        "cfs_assessed": cfs.assessed if cfs else None,
        "cfs_stale": cfs.stale if cfs else None,
        "individual_plan": plan[1].state if plan else None,
        "coordinator": names or None,
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


def _diagnosed(seen: Seen) -> dict[str, Any]:
    """The first ICD-10 code of the newest report or letter, and its group for readmission."""
    reports = [e for e in seen.at.stay.entries if e.in_force and e.message.head.type in REPORTS]
    newest_one = max(
        reports, key=lambda e: (e.message.head.generated.timestamp(), e.message.head.message_id), default=None
    )
    found = next(_codes(newest_one.message), None) if newest_one else None
    return {"diagnosis": found, "readmission_group": readmission_group(found) if found else None}


def _codes(message: Message) -> Iterator[str]:
    for coded in below(message.payload, CV):
        if coded.s and coded.v and list_number(coded.s) == ICD_10:
            yield str(coded.v)


def readmission_group(code: str) -> str | None:
    """The group of the national readmission indicator that an ICD-10 code belongs to, by its longest prefix."""
    groups, plain = _groups(), code.replace(".", "").upper()
    return next((groups[plain[:n]] for n in range(len(plain), 1, -1) if plain[:n] in groups), None)


@cache
def _groups() -> dict[str, str]:
    table = (resources.files("mappings.rules") / READMISSION).read_text(encoding="utf-8")
    return {row["prefix"]: row["group"] for row in csv.DictReader(table.splitlines())}


def _judged(seen: Seen) -> list[Quality]:
    """The content of every message in force of a kind that was agreed on, in the order in which they were made."""
    stay = seen.at.stay
    admission = stay.admission.when if stay.admission else None
    left = stay.left.when if stay.left else None
    found = (
        remembered(e.message, "quality", (admission, left), partial(quality, e.message, admission=admission, left=left))
        for e in stay.entries
        if e.in_force
    )
    return [one for one in found if one is not None]


def _content(found: Quality) -> dict[str, Any]:
    return {
        "message": found.message_id,
        "kind": found.kind,
        "present": found.present,
        "of": found.counted,
        "items": {item.key: item.word for item in found.items},
        "extended": {item.key: item.word for item in found.extended},
        "notes": [item.key for item in found.notes],
    }


def _gaps(judged: Iterable[Quality]) -> list[dict[str, str]]:
    """What the newest message of each kind lacks, and what people call it."""
    newest = {found.kind: found for found in judged}
    return [
        {"kind": found.kind, "key": item.key, "text": ITEMS[item.key], "word": item.word}
        for found in newest.values()
        for item in found.missing
    ]


def duties(seen: Seen) -> list[dict[str, Any]]:
    """Every duty with its verdict, due time, who owes it to whom, and whether it is still waited for."""
    return [
        {
            "duty": owed.duty,
            "name": NAMES.get(owed.duty, owed.duty),
            "number": owed.number,
            "task": f"Task/{seen.setting.id(owed.duty, owed.number)}",
            "verdict": owed.verdict.word,
            "reason": owed.verdict.reason,
            "due": owed.verdict.due,
            "done": _done(owed),
            "open": _is_open(owed),
            "owner": _party(owed.owner),
            "requester": _party(owed.requester),
            "delivery": owed.verdict.delivery,
            "policy": list(owed.verdict.policy),
        }
        for owed in seen.owed
    ]


def _is_open(owed: Owed) -> bool:
    return not owed.is_done and not owed.is_over and owed.verdict.word in WAITED_FOR and owed.verdict.due is not None


def _done(owed: Owed) -> datetime | None:
    """When it came, by message or entry."""
    times = [owed.done_by.first.head.generated] if owed.done_by else []
    return min([*times, *(entry.head.generated for entry in owed.entered)], key=datetime.timestamp, default=None)


def waits(seen: Seen) -> list[dict[str, Any]]:
    """Everything that should still come, by when, and who must act; the earliest first."""
    owed = [
        _wait(o.duty, NAMES.get(o.duty, o.duty), o.verdict.due, o.owner, f"Task/{seen.setting.id(o.duty, o.number)}")
        for o in seen.owed
        if _is_open(o) and o.verdict.due
    ]
    end = unended(seen.at)
    ends = (
        [_wait(END, NAMES[END], end.due, end.owner, unended_reference(end, seen.setting))]
        if end and end.came is None
        else []
    )
    found = [*owed, *ends, *_unanswered(seen)]
    return sorted(found, key=lambda wait: (wait["due"].timestamp(), wait["kind"], wait["task"]))


def _unanswered(seen: Seen) -> Iterator[dict[str, Any]]:
    """Receipts that must come, and messages that were refused and that nobody has sent again (overdue since then)."""
    making, receipts, entries = seen.setting.making, seen.at.receipts, seen.at.stay.entries
    for entry in entries:
        head, receipt = entry.message.head, receipts.of(entry.message)
        if entry.in_force and receipts.is_awaited(entry.message):
            task = f"Task/{making.id('Task', entry, RECEIPT)}"
            yield _wait(RECEIPT, NAMES[RECEIPT], deadline(entry.message), head.sender, task)
        for made in receipt_tasks(entry, receipts, entries, making):
            task = f"Task/{made['id']}"
            if made["status"] == "requested":
                yield _wait(RECEIPT, NAMES[RECEIPT], deadline(entry.message), head.sender, task)
            elif made["status"] == "on-hold" and receipt is not None:
                yield _wait(REFUSED, "Avvist av mottakeren", receipt.head.generated, head.sender, task)


def _wait(kind: str, name: str, due: datetime, owner: Party, task: str) -> dict[str, Any]:
    return {"kind": kind, "name": name, "due": due, "owner": _party(owner), "task": task}


def _readiness(interval: Readiness, seen: Seen) -> dict[str, Any]:
    answer = next((o for o in seen.owed if o.duty == "kommune-beslutning" and o.number == interval.number), None)
    asked, answered = interval.notice.first.head.generated, _done(answer) if answer else None
    head, key = interval.notice.message.head, seen.at.organisations.key
    return {
        "since": _told(interval.since),
        "notice": head.message_id,
        "addressee": key(head.receiver),
        "notifier": key(head.sender),
        "asked": asked,
        "reply": replies(seen.at, interval).state,
        "end": interval.end,
        "ended": _told(interval.ended),
        "answered": answered,
        "answer_minutes": round((answered - asked).total_seconds() / 60) if answered else None,
        "hours": _hours(interval.since, interval.ended),
        "days": (day_of(interval.ended) - day_of(interval.since)).days if interval.ended else None,
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
        "newest": _told(latest.when if latest else None),
        "changes": sum(1 for before, after in pairwise(said) if before != after),
        "ready": day_of(ready.since) if ready else None,
        "first_off": (day_of(ready.since) - said[0]).days if ready and said else None,
        "last_off": (day_of(ready.since) - said[-1]).days if ready and said else None,
    }


def _message(entry: Entry, seen: Seen) -> dict[str, Any]:
    """A message in force, with what its receiver's receipt says and until when one may be waited for."""
    head, receipts = entry.message.head, seen.at.receipts
    delivery = receipts.delivery(entry.message)
    is_waited_for = delivery == "unconfirmed" and receipts.is_owed(entry.message)
    return {
        "id": head.message_id,
        "type": head.type,
        "sent": head.generated,
        "sender": _party(head.sender),
        "receiver": _party(head.receiver),
        "inward": head.type in FROM_HOSPITAL,
        "delivery": delivery,
        "receipt_due": deadline(entry.message) if is_waited_for else None,
        "document": f"DocumentReference/{seen.setting.making.id('DocumentReference', entry)}",
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


def _hospital(seen: Seen) -> Party | None:
    """The hospital as its newest message has it."""
    found = [
        e for e in seen.at.stay.entries if seen.at.organisations.key(e.message.head.sender) == seen.at.stay.hospital
    ]
    newest = max(found, key=lambda e: (e.message.head.generated.timestamp(), e.message.head.message_id), default=None)
    return newest.message.head.sender if newest else None


def _ward(seen: Seen, hospital: Party | None) -> str:
    """As somebody has entered it, else the sending unit."""
    entered = seen.at.care.ward if seen.at.care else ""
    return entered or (str(hospital.unit_name) if hospital else "")


def _organisations(entries: Iterable[Entry]) -> tuple[str, ...]:
    numbers = (n for entry in entries for party in parties_of(entry.message) for n in _numbers(party))
    return tuple(sorted(set(numbers)))


def _numbers(party: Party) -> list[str]:
    wanted = (ORGANISASJONSNUMMER, HER_ID)
    found = sorted((wanted.index(i.system), str(i.value)) for i in party.identifiers if i.system in wanted)
    return [value for _, value in found]


def _number(party: Party | None) -> str:
    return next(iter(_numbers(party)), "") if party else ""


def _name(party: Party | None) -> str | None:
    return str(party.name) if party else None


def _party(party: Party) -> dict[str, str]:
    return {"number": _number(party), "name": str(party.name), "unit": str(party.unit_name)}


def _plain(value: object) -> str | None:
    return str(value) if value is not None else None


def _told(when: Moment | None) -> datetime | date | None:
    return when.astimezone(OSLO) if isinstance(when, datetime) else when
