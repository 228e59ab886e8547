"""What a receiver's receipt shows on the message, and the Task that a refusal or silence leaves with its sender."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from hub.contract import Resource
from mappings.documents import Message
from mappings.documents.apprec import AppRec
from mappings.identifiers import H
from mappings.making import Making
from mappings.receipts import Receipts, Shown, deadline
from mappings.resources import code, concept, extension, moment, period, stamped
from mappings.series import Entry
from mappings.task import NAMES, PROCESS, on_hold_task

DELIVERY: Final = f"{H}/CodeSystem/delivery"
_NAMES: Final[dict[Shown, str]] = {
    "confirmed": "Bekreftet",
    "unconfirmed": "Ikke bekreftet",
    "rejected": "Avvist",
    "missing": "Kvittering mangler",
}
RECEIPT: Final = "kvittering"
_WITHOUT_REASON: Final = "Avvist av mottakeren uten årsak"
_SILENT: Final = "Mottakeren har ikke kvittert innen 96 timer"
_LATE: Final = "Mottakeren kvitterte etter 96 timer"


def delivered(message: Message, receipts: Receipts) -> list[dict[str, Any]]:
    """The extension that shows the receiver's receipt on a message; none before one came or was missed."""
    word, receipt = receipts.shown(message), receipts.of(message)
    if word == "unconfirmed":
        return []
    parts: list[dict[str, Any]] = [{"url": "code", "valueCodeableConcept": code(DELIVERY, word, _NAMES[word])}]
    if receipt is not None and isinstance(receipt.root, AppRec):
        at = stamped(receipt.head.generated, receipt.made_leaf)
        parts.append({"url": "at", "valueDateTime": at})
        parts.append({"url": "late", "valueBoolean": receipts.is_late(message)})
        parts += [{"url": "error", "valueCodeableConcept": concept(e, 8221)} for e in receipt.root.error]
    return [extension("delivery", extension=parts)]


def with_delivery(document: Resource, message: Message, receipts: Receipts) -> Resource:
    """The same with what the receiver said of it."""
    told = delivered(message, receipts)
    return {**document, "extension": [*document.get("extension", ()), *told]} if told else document


def receipt_tasks(entry: Entry, receipts: Receipts, entries: Iterable[Entry], making: Making) -> list[Resource]:
    """What its sender must look at: a message that was refused, or on which no receipt came in time."""
    if not entry.in_force:
        return []
    made = (_refused(entry, receipts, entries, making), _silent(entry, receipts, entries, making))
    return [task for task in made if task]


def _refused(entry: Entry, receipts: Receipts, entries: Iterable[Entry], making: Making) -> Resource | None:
    """Done when another message of its kind was sent after it."""
    receipt = receipts.of(entry.message)
    answers = receipt.head.answers if receipt else None
    if receipt is None or answers is None or not answers.refused:
        return None
    error = next(iter(receipt.root.error), None) if isinstance(receipt.root, AppRec) else None
    why = concept(error, 8221) or {"text": _WITHOUT_REASON}
    again, head = _sent_again(entry, receipts, entries, making), entry.message.head
    return on_hold_task(
        entry,
        making,
        "avvist",
        (head.receiver, head.sender),
        status="completed" if again else "on-hold",
        statusReason=why,
        lastModified=moment(_latest(receipt.head.generated, again)),
    )


def _silent(entry: Entry, receipts: Receipts, entries: Iterable[Entry], making: Making) -> Resource | None:
    """``kvittering``: open from the limit on; done when a receipt came after all, or the message was sent again."""
    message, head = entry.message, entry.message.head
    is_missing = receipts.shown(message) == "missing"
    if not is_missing and not (receipts.is_late(message) and receipts.is_owed(message)):
        return None
    receipt, due = receipts.of(message), deadline(message)
    again = _sent_again(entry, receipts, entries, making) if is_missing else None
    return on_hold_task(
        entry,
        making,
        RECEIPT,
        (head.receiver, head.sender),
        status="requested" if is_missing and not again else "completed",
        statusReason={"text": _SILENT if is_missing else _LATE},
        code=code(PROCESS, RECEIPT, NAMES[RECEIPT]),
        description=NAMES[RECEIPT],
        lastModified=moment(_latest(receipt.head.generated if receipt else due, again)),
        restriction={"period": period(due, due)},
    )


def _latest(when: datetime, again: Entry | None) -> datetime:
    return max([when, *([again.message.head.generated] if again else [])], key=datetime.timestamp)


def _sent_again(entry: Entry, receipts: Receipts, entries: Iterable[Entry], making: Making) -> Entry | None:
    """The first later message of its kind, stay and sender that was not refused."""
    head, stay = entry.message.head, making.encounter_of(entry)
    again = (
        other
        for other in entries
        if other.in_force
        and other.message.head.type == head.type
        and making.encounter_of(other) == stay
        and other.message.head.generated > head.generated
        and receipts.organisations.same(other.message.head.sender, head.sender)
        and receipts.shown(other.message) not in ("rejected", "missing")
    )
    return next(again, None)
