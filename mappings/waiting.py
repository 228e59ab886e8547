"""What should still come of a stay, by when, and who must act: duties, receipts, deviations, what is on checklists."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from hub.contract import Party
from mappings.checklists import checklists
from mappings.documents.stating import POINT
from mappings.entered_tasks import EnteredTasks
from mappings.moments import first_instant
from mappings.receipts import deadline
from mappings.refusal import RECEIPT, receipt_tasks
from mappings.rules.occasion import Owed
from mappings.rules.readiness import expected_discharge
from mappings.rules.texts import words
from mappings.seen import Seen, told_party
from mappings.silence import END, unended, unended_reference
from mappings.task import NAMES

WAITED_FOR: Final = ("pending", "missing")
REFUSED, DEVIATION = "avvist", "avvik"
NAMED: Final = {
    **NAMES,
    REFUSED: "Avvist av mottakeren",
    DEVIATION: "Avvik ved mottak av melding",
}


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
            "done": done(owed),
            "open": _is_open(owed),
            "owner": told_party(owed.owner),
            "requester": told_party(owed.requester),
            "delivery": owed.verdict.delivery,
            "policy": list(owed.verdict.policy),
        }
        for owed in seen.owed
    ]


def _is_open(owed: Owed) -> bool:
    return not owed.is_done and not owed.is_over and owed.verdict.word in WAITED_FOR and owed.verdict.due is not None


def done(owed: Owed) -> datetime | None:
    """When it came, by message or entry."""
    times = [owed.done_by.first.head.generated] if owed.done_by else []
    return min([*times, *(entry.head.generated for entry in owed.entered)], key=datetime.timestamp, default=None)


def waits(seen: Seen) -> list[dict[str, Any]]:
    """Everything that should still come, by when, and who must act; the earliest first."""
    owed = [
        {
            **_wait(o.duty, o.verdict.due, o.owner, f"Task/{seen.setting.id(o.duty, o.number)}"),
            "verdict": o.verdict.word,
            "why": words(o.verdict.reason),
        }
        for o in seen.owed
        if _is_open(o) and o.verdict.due
    ]
    found = [*owed, *_end(seen), *_unanswered(seen), *_to_do(seen)]
    return sorted(found, key=lambda wait: (wait["due"].timestamp(), wait["kind"], wait["task"]))


def _end(seen: Seen) -> Iterator[dict[str, Any]]:
    end = unended(seen.at)
    if end is not None and end.came is None:
        yield _wait(END, end.due, end.owner, unended_reference(end, seen.setting))


def _to_do(seen: Seen) -> Iterator[dict[str, Any]]:
    """A deviation from when it was told; a point by its own deadline, else when the patient is, or should be, ready."""
    tasks = EnteredTasks(at=seen.at, setting=seen.setting)
    for one in tasks.open_deviations():
        yield _wait(DEVIATION, one.entry.head.generated, one.owner, one.task, one.text)
    listed = checklists(seen.at, seen.setting)
    leaving = _leaving(seen)
    for point in () if seen.at.is_dead else listed.points:
        due = point.due or (leaving if point in listed.loose else None)
        if due is not None and point.is_open and point.owner:
            yield _wait(POINT, due, point.owner, point.task, point.text)


def _leaving(seen: Seen) -> datetime | None:
    current, ahead = seen.ready.current, expected_discharge(seen.at.stay, seen.ready)
    when = current.since if current else ahead.when if ahead else None
    return first_instant(when) if when is not None else None


def _unanswered(seen: Seen) -> Iterator[dict[str, Any]]:
    """Receipts that must come, and messages that were refused and that nobody has sent again (overdue since then)."""
    making, receipts, entries = seen.setting.making, seen.at.receipts, seen.at.stay.entries
    for entry in entries:
        head, receipt = entry.message.head, receipts.of(entry.message)
        if entry.in_force and receipts.is_awaited(entry.message):
            task = f"Task/{making.id('Task', entry, RECEIPT)}"
            yield _wait(RECEIPT, deadline(entry.message), head.sender, task)
        for made in receipt_tasks(entry, receipts, entries, making):
            task = f"Task/{made['id']}"
            if made["status"] == "requested":
                yield _wait(RECEIPT, deadline(entry.message), head.sender, task)
            elif made["status"] == "on-hold" and receipt is not None:
                yield _wait(REFUSED, receipt.head.generated, head.sender, task)


def _wait(kind: str, due: datetime, owner: Party, task: str, text: str = "") -> dict[str, Any]:
    told = {"kind": kind, "name": NAMED[kind], "due": due, "owner": told_party(owner), "task": task}
    return {**told, "text": text} if text else told
