"""Each stay as a row of facts: what lists, boards and indicators ask for, in plain JSON values.

The hub keeps the rows and knows none of their words but those that ``hub/indicators`` names. The facts are those that
rules have found; nothing is judged here. Times are instants with offset, dates are dates.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from itertools import pairwise
from typing import Any, Final

from hub.contract import HER_ID, ORGANISASJONSNUMMER, Party, Resource, StayRow
from mappings.encounter import expected_discharge
from mappings.facts import FROM_HOSPITAL, expected
from mappings.identifiers import DNR, FNR
from mappings.moments import DAY, Moment, day_of, first_instant
from mappings.norwegian_time import OSLO
from mappings.parties import parties_of
from mappings.person import Person
from mappings.remembering import remembered
from mappings.rules.occasion import Occasion, Owed
from mappings.rules.quality import Quality, quality
from mappings.rules.quality.texts import ITEMS
from mappings.rules.readiness import Intervals, Readiness
from mappings.series import Entry
from mappings.task import Setting

WAITED_FOR: Final = ("pending", "missing")
APPREC_LIMIT: Final = timedelta(hours=96)
"""No AppRec within 96 hours of GenDate counts as negative and is handled by hand (HIS 80415:2012)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One stay with what has been worked out of it."""

    at: Occasion
    ready: Intervals
    owed: tuple[Owed, ...]
    setting: Setting
    tasks: tuple[Resource, ...]
    kommune: str | None


def stay_row(seen: Seen, who: Person, patient: Resource) -> StayRow:
    """The row of one stay."""
    stay, left = seen.at.stay, seen.at.stay.left
    waiting = [f for f in duties(seen) if f["open"] and f["due"]]
    hospital = _hospital(seen)
    return StayRow(
        id=seen.setting.encounter.partition("/")[2],
        municipality=str(seen.kommune or ""),
        hospital=_number(hospital),
        ward=str(hospital.unit_name) if hospital else "",
        organisations=_organisations(stay.entries),
        began=first_instant(stay.begun),
        ended=first_instant(left.when) if left else None,
        is_open=left is None,
        due=min((first_instant(f["due"]) for f in waiting), default=None),
        urgency=_urgency(seen),
        resources=(seen.setting.making.patient, seen.setting.encounter, *(f"Task/{t['id']}" for t in seen.tasks)),
        facts=_facts(seen, who, patient),
    )


def next_day(row: StayRow, now: datetime) -> datetime | None:
    """When a row changes only because a day has passed: the next Norwegian midnight while something is counted."""
    counting = row.facts.get("pay", {}).get("state") == "running"
    return first_instant(day_of(now) + DAY) if counting else None


def _facts(seen: Seen, who: Person, patient: Resource) -> dict[str, Any]:
    stay = seen.at.stay
    state, since = _state(seen)
    judged = _judged(seen)
    return {
        "patient": _patient(seen, who, patient),
        "age": _age(patient, stay.begun),
        "hospital": _name(_hospital(seen)),
        "admitted": _told(stay.admission.when) if stay.admission else None,
        "left": _told(stay.left.when) if stay.left else None,
        "dead": seen.at.is_dead or seen.setting.is_dead,
        "unresolved": seen.setting.on_hold,
        "state": state,
        "since": _told(since),
        "duties": duties(seen),
        "readiness": [_readiness(interval, seen) for interval in seen.ready.past],
        "expected": _expected(seen),
        "messages": [_message(entry, seen) for entry in stay.entries if entry.in_force],
        "quality": [_content(found) for found in judged],
        "gaps": _gaps(judged),
    }


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
            "number": owed.number,
            "task": f"Task/{seen.setting.id(owed.duty, owed.number)}",
            "verdict": owed.verdict.word,
            "reason": owed.verdict.reason,
            "due": owed.verdict.due,
            "done": _sent(owed.done_by),
            "open": not owed.is_done
            and not owed.is_over
            and bool(owed.verdict.due)
            and owed.verdict.word in WAITED_FOR,
            "owner": _party(owed.owner),
            "requester": _party(owed.requester),
            "delivery": owed.verdict.delivery,
            "policy": list(owed.verdict.policy),
        }
        for owed in seen.owed
    ]


def _sent(entry: Entry | None) -> datetime | None:
    return entry.first.head.generated if entry else None


def _readiness(interval: Readiness, seen: Seen) -> dict[str, Any]:
    answer = next((o for o in seen.owed if o.duty == "kommune-beslutning" and o.number == interval.number), None)
    told, answered = interval.notice.message.head.generated, _sent(answer.done_by if answer else None)
    return {
        "since": _told(interval.since),
        "told": told,
        "end": interval.end,
        "ended": _told(interval.ended) if interval.ended else None,
        "answered": answered,
        "answer_minutes": round((answered - told).total_seconds() / 60) if answered else None,
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
    newest = expected_discharge(seen.at.stay, seen.ready)
    ready = seen.ready.past[0] if seen.ready.past else None
    return {
        "first": said[0] if said else None,
        "newest": _told(newest.when) if newest else None,
        "changes": sum(1 for before, after in pairwise(said) if before != after),
        "ready": day_of(ready.since) if ready else None,
        "first_off": (day_of(ready.since) - said[0]).days if ready and said else None,
        "last_off": (day_of(ready.since) - said[-1]).days if ready and said else None,
    }


def _message(entry: Entry, seen: Seen) -> dict[str, Any]:
    """A message in force, with what its receiver's receipt says and until when one may be waited for."""
    head, delivery = entry.message.head, seen.at.receipts.delivery(entry.message)
    return {
        "id": head.message_id,
        "type": head.type,
        "sent": head.generated,
        "sender": _party(head.sender),
        "receiver": _party(head.receiver),
        "inward": head.type in FROM_HOSPITAL,
        "delivery": delivery,
        "receipt_due": head.generated + APPREC_LIMIT if delivery == "unconfirmed" else None,
        "document": f"DocumentReference/{seen.setting.making.id('DocumentReference', entry)}",
    }


def _state(seen: Seen) -> tuple[str, Moment]:
    """Where the course is, by what has been sent (dossier A.9), and since when."""
    stay, current = seen.at.stay, seen.ready.current
    if stay.left:
        return ("dead" if seen.at.is_dead else "left"), stay.left.when
    if current and current.end is None:
        answer = next((o for o in seen.owed if o.duty == "kommune-beslutning" and o.number == current.number), None)
        if answer and answer.done_by:
            return "answered", answer.done_by.message.head.generated
        return "ready", current.since
    notices = stay.of("HELSEOPPL_SOKNAD")
    if notices:
        return ("notified" if len(notices) == 1 else "updated"), notices[-1].message.head.generated
    return "admitted", stay.begun


def _urgency(seen: Seen) -> int:
    """What needs action first: a duty overdue, a person who waits, a deadline to come, the rest."""
    if any(f["open"] and f["verdict"] == "missing" for f in duties(seen)) or seen.setting.on_hold:
        return 0
    state, _ = _state(seen)
    if state in ("ready", "answered"):
        return 1
    return 2 if any(f["open"] for f in duties(seen)) else 3


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


def _told(when: Moment) -> datetime | date:
    return when.astimezone(OSLO) if isinstance(when, datetime) else when
