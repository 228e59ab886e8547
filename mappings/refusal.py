"""What a receiver's receipt shows on the message, and the Task that a refusal leaves with its sender."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from hub.contract import Resource
from mappings.documents import Message
from mappings.documents.apprec import AppRec
from mappings.identifiers import H
from mappings.making import Making
from mappings.receipts import LATE, Delivery, Receipts
from mappings.resources import code, concept, extension, moment, stamped
from mappings.series import Entry
from mappings.task import on_hold_task

DELIVERY: Final = f"{H}/CodeSystem/delivery"
_NAMES: Final[dict[Delivery, str]] = {"confirmed": "Bekreftet", "unconfirmed": "Ikke bekreftet", "rejected": "Avvist"}


def delivered(message: Message, receipts: Receipts) -> list[dict[str, Any]]:
    """The extension that shows the receiver's receipt on a message; none before one came."""
    word, receipt = receipts.delivery(message), receipts.of(message)
    if word == "unconfirmed":
        return []
    parts: list[dict[str, Any]] = [{"url": "code", "valueCodeableConcept": code(DELIVERY, word, _NAMES[word])}]
    if receipt is not None and isinstance(receipt.root, AppRec):
        at = stamped(receipt.head.generated, receipt.made_leaf)
        parts.append({"url": "at", "valueDateTime": at})
        parts.append({"url": "late", "valueBoolean": receipt.head.generated - message.head.generated > LATE})
        parts += [{"url": "error", "valueCodeableConcept": concept(e, 8221)} for e in receipt.root.error]
    return [extension("delivery", extension=parts)]


def with_delivery(document: Resource, message: Message, receipts: Receipts) -> Resource:
    """The same with what the receiver said of it."""
    told = delivered(message, receipts)
    return {**document, "extension": [*document.get("extension", ()), *told]} if told else document


def rejection_task(entry: Entry, receipts: Receipts, entries: Iterable[Entry], making: Making) -> Resource | None:
    """What its sender must look at: a message that was refused. Done when another of its kind was sent after it."""
    receipt = receipts.of(entry.message)
    if not entry.in_force or receipt is None or receipt.head.answers is None or not receipt.head.answers.refused:
        return None
    head, stay = entry.message.head, making.encounter_of(entry)
    again = [
        other
        for other in entries
        if other.in_force
        and other.message.head.type == head.type
        and making.encounter_of(other) == stay
        and other.message.head.generated > head.generated
        and receipts.organisations.same(other.message.head.sender, head.sender)
        and not receipts.is_rejected(other)
    ]
    error = next(iter(receipt.root.error), None) if isinstance(receipt.root, AppRec) else None
    told = [entry.message, receipt, *(other.message for other in again[:1])]
    modified = max((message.head.generated for message in told), key=datetime.timestamp)
    return on_hold_task(
        entry,
        making,
        "avvist",
        (head.receiver, head.sender),
        status="completed" if again else "on-hold",
        statusReason=concept(error, 8221) or {"text": "Avvist av mottakeren uten årsak"},
        lastModified=moment(modified),
    )
