"""Write a message and everything that belongs to it, within the caller's transaction."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from hub.contract import HER_ID, ORGANISASJONSNUMMER, Document, Fault, Head, Issue, Party, Raw, Rejection
from hub.judge import Verdict
from hub.log.states import Acknowledgement
from hub.log.tables import Event, Message, Receipt, StoredIssue
from hub.transport import metadata, receiving_party
from hub.wall_time import norwegian_time

FASTEST = 1  # zlib level: 20 KB to 3.4 KB in 71 µs


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """A row that came before, under the same message id and receiver."""

    id: UUID
    sha256: bytes
    first: UUID | None
    processing: str
    acknowledgement: str


def message_row(raw: Raw, verdict: Verdict) -> Message:
    """The row of a message, as far as it could be read."""
    said = metadata(raw.headers)
    row = Message(
        received=raw.received,
        sha256=hashlib.sha256(raw.body).digest(),
        size=len(raw.body),
        content_type=raw.headers.get("content-type", "")[:200],
        transport=said,
        body=zlib.compress(raw.body, FASTEST),
        adapter=verdict.plugin.adapter.name if verdict.plugin else None,
    )
    outcome = verdict.outcome
    if isinstance(outcome, Rejection):
        row.message_id, row.type, row.version = outcome.message_id, outcome.type, outcome.version
        if outcome.head is not None:
            _fill(row, outcome.head, said)
    elif isinstance(outcome, Document):
        _fill(row, outcome.head, said)
    return row


def _fill(row: Message, head: Head, said: dict[str, str]) -> None:
    row.message_id, row.type, row.version, row.series = head.message_id or None, head.type, head.version, head.series
    row.sender_key, row.receiver_key = head.sender.key, receiving_party(said, head).key
    row.parties = {
        "sender": party(head.sender),
        "receiver": party(head.receiver),
        "copies": [party(copy) for copy in head.copies],
    }
    row.numbers = sorted(party_numbers(head))
    row.parent, row.conversation, row.test = head.parent, head.conversation, head.test
    row.answers = head.answers.message_id if head.answers else None
    row.generated = norwegian_time(head.generated)


def party_numbers(head: Head) -> set[str]:
    """The national numbers of the parties, as access tags have them (``mappings.scope``)."""
    parties = (head.sender, head.receiver, *head.copies)
    return {i.value for of in parties for i in of.identifiers if i.system in (ORGANISASJONSNUMMER, HER_ID)}


def party(of: Party) -> dict[str, Any]:
    """A party as the log shows it."""
    return {
        "name": of.name,
        "identifiers": [{"system": i.system, "value": i.value} for i in of.identifiers],
        "unit": of.unit_name,
        "unit_identifiers": [{"system": i.system, "value": i.value} for i in of.unit_identifiers],
    }


async def insert_once(session: AsyncSession, row: Message) -> bool:
    """Insert the row unless another one has its message id and receiver; waits for a parallel insert to decide."""
    statement = (
        insert(Message)
        .values(row.model_dump())
        .on_conflict_do_nothing(
            index_elements=["message_id", "receiver_key"],
            index_where=(col(Message.first).is_(None)) & (col(Message.message_id).is_not(None)),
        )
        .returning(col(Message.id))
    )
    return (await session.execute(statement)).first() is not None


async def earlier_rows(session: AsyncSession, row: Message) -> list[Earlier]:
    """Every row with this message id and receiver, the first one first."""
    statement = (
        select(Message.id, Message.sha256, Message.first, Message.processing, Message.acknowledgement)  # type: ignore[call-overload]
        .where(col(Message.message_id) == row.message_id, col(Message.receiver_key) == row.receiver_key)
        .order_by(col(Message.first).is_not(None), col(Message.id))
    )
    rows = (await session.execute(statement)).all()
    return [Earlier(id=i, sha256=s, first=f, processing=p, acknowledgement=a) for i, s, f, p, a in rows]


async def original(session: AsyncSession, message: UUID) -> bytes | None:
    """The original bytes of a message: its own, or those of the row it repeats."""
    statement = select(col(Message.body), col(Message.first)).where(col(Message.id) == message)
    body, first = (await session.execute(statement)).one()
    if body is not None:
        return zlib.decompress(body)
    return await original(session, first) if first is not None else None


def add_receipt(session: AsyncSession, message: UUID, verdict: Verdict, at: datetime) -> None:
    """Keep the answer, before it is given."""
    if verdict.receipt is not None:
        session.add(
            Receipt(
                message=message,
                receipt_id=verdict.receipt_id,
                positive=not isinstance(verdict.outcome, Rejection),
                created=at,
                content_type=verdict.plugin.receipt_type if verdict.plugin else "",
                body=verdict.receipt,
            )
        )


def add_issues(session: AsyncSession, message: UUID, stage: str, issues: Iterable[Issue]) -> None:
    """Keep what was odd about a message."""
    session.add_all(
        StoredIssue(message=message, stage=stage, code=i.code, text=i.text, path=i.path, severity=i.severity)
        for i in issues
    )


def add_faults(session: AsyncSession, message: UUID, faults: Iterable[Fault]) -> None:
    """Keep the reasons for a refusal."""
    session.add_all(
        StoredIssue(message=message, stage="refusal", code=f.code, text=f.text, path=f.path, severity="error")
        for f in faults
    )


def add_event(
    session: AsyncSession, kind: str, message: UUID | None, *, only: Iterable[str] | None = None, **data: Any
) -> None:
    """Tell whoever follows the feed, or only these organisations. No personal data in ``data``."""
    told = sorted(only) if only is not None else None
    session.add(Event(kind=kind, message=message, data=data, at=datetime.now(UTC), only=told))


def acknowledged(verdict: Verdict) -> Acknowledgement:
    """What the sender is told by this verdict."""
    if verdict.receipt is not None:
        rejected = isinstance(verdict.outcome, Rejection)
        return Acknowledgement.NEGATIVE if rejected else Acknowledgement.POSITIVE
    if not isinstance(verdict.outcome, Document):
        return Acknowledgement.WITHHELD
    return Acknowledgement.AWAITING if verdict.outcome.head.awaits else Acknowledgement.NONE_OWED
