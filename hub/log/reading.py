"""What the REST interface and the command line read from the log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import orjson
from sqlalchemy import Select, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import defer
from sqlmodel import col

from hub.access.caller import is_open
from hub.contract import ACCESS, Resource
from hub.delivery.content import unpacked
from hub.log import answered
from hub.log.seeing import seen_by
from hub.log.tables import Attempt, Delivered, Message, Receipt, StoredIssue


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which messages to list, newest first; ``before`` is the last row of the page before."""

    state: str | None = None
    acknowledgement: str | None = None
    delivery: str | None = None
    type: str | None = None
    message_id: str | None = None
    conversation: str | None = None
    since: datetime | None = None
    before: UUID | None = None
    limit: int = 50
    numbers: frozenset[str] | None = None
    """Only messages that one of these organisations is party to; None for all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """Everything the log knows of one message."""

    message: Message
    issues: Sequence[StoredIssue]
    attempts: Sequence[Attempt]
    own: Sequence[Delivered]
    """Resources made from this message alone."""
    shared: Sequence[Delivered]
    """Resources of the patient, made from all of the patient's messages in force."""
    repeated_by: Sequence[UUID]
    has_receipt: bool
    receipts: Sequence[UUID]
    """Receipts that answer it, which others gave."""


def _messages() -> Select[Message]:
    return select(Message).options(defer(col(Message.body)))  # type: ignore[arg-type]


async def messages(session: AsyncSession, wanted: Wanted) -> Sequence[Message]:
    """One page of messages, without their bodies."""
    statement = _messages().order_by(col(Message.id).desc()).limit(wanted.limit)
    equal = {
        "processing": wanted.state,
        "acknowledgement": wanted.acknowledgement,
        "delivery": wanted.delivery,
        "type": wanted.type,
        "message_id": wanted.message_id,
        "conversation": wanted.conversation,
    }
    for column, value in equal.items():
        if value is not None:
            statement = statement.where(getattr(Message, column) == value)
    if wanted.numbers is not None:
        statement = statement.where(seen_by(col(Message.numbers), wanted.numbers))
    if wanted.since is not None:
        statement = statement.where(col(Message.received) >= wanted.since)
    if wanted.before is not None:
        statement = statement.where(col(Message.id) < wanted.before)
    return (await session.execute(statement)).scalars().all()


async def message(session: AsyncSession, row: UUID, numbers: frozenset[str] | None = None) -> Message | None:
    """One message, without its body; None also when none of these organisations is party to it."""
    found = (await session.execute(_messages().where(col(Message.id) == row))).scalar_one_or_none()
    return found if found is not None and is_open(found.numbers, numbers) else None


async def patients_of(session: AsyncSession, row: Message) -> Sequence[str]:
    """The ids of the Patients that a message is about, as far as it has been projected."""
    told = select(col(Delivered.lane)).where(col(Delivered.source) == row.message_id).distinct()
    statement = select(col(Delivered.resource_id)).where(
        col(Delivered.resource_type) == "Patient", col(Delivered.lane).in_(told)
    )
    return (await session.execute(statement)).scalars().all()


async def ids_of(session: AsyncSession, type_: str, lane: str) -> Sequence[str]:
    """Every id that a person's resources of a type have or had: numbers that are linked later, another id key."""
    statement = select(col(Delivered.resource_id)).where(
        col(Delivered.lane) == lane, col(Delivered.resource_type) == type_
    )
    return (await session.execute(statement)).scalars().all()


async def receipt(session: AsyncSession, row: UUID) -> Receipt | None:
    """The answer that was given to a message; for a repetition, the answer to the first."""
    found = await session.get(Receipt, row)
    if found is None:
        statement = select(col(Message.first)).where(col(Message.id) == row, col(Message.processing) == "duplicate")
        first = (await session.execute(statement)).scalar()
        return await receipt(session, first) if first else None
    return found


async def dossier(session: AsyncSession, row: UUID, numbers: frozenset[str] | None = None) -> Dossier | None:
    """A message with its issues, attempts and resources; None also when none of these organisations is party to it."""
    found = await message(session, row, numbers)
    if found is None:
        return None
    issues = select(StoredIssue).where(col(StoredIssue.message) == row).order_by(col(StoredIssue.id))
    attempts = select(Attempt).where(col(Attempt.message) == row).order_by(col(Attempt.id))
    repeats = select(col(Message.id)).where(col(Message.first) == row).order_by(col(Message.id))
    own, shared = await _resources(session, found)
    return Dossier(
        message=found,
        issues=(await session.execute(issues)).scalars().all(),
        attempts=(await session.execute(attempts)).scalars().all(),
        own=own,
        shared=shared,
        repeated_by=(await session.execute(repeats)).scalars().all(),
        has_receipt=await receipt(session, row) is not None,
        receipts=await answered.receipts(session, row),
    )


async def _resources(session: AsyncSession, found: Message) -> tuple[list[Delivered], list[Delivered]]:
    """The message's own resources, and those of its patient's lane that several messages make together."""
    if found.processing in ("duplicate", "quarantined", "rejected") or found.message_id is None:
        return [], []
    own_source = col(Delivered.source) == found.message_id
    lanes = select(col(Delivered.lane)).where(own_source).distinct()
    shared = col(Delivered.source).is_(None) & col(Delivered.lane).in_(lanes)
    statement = (
        select(Delivered)
        .options(defer(col(Delivered.body)))  # type: ignore[arg-type]
        .where(or_(own_source, shared))
        .order_by(col(Delivered.resource_type), col(Delivered.resource_id))
    )
    rows = (await session.execute(statement)).scalars().all()
    return [row for row in rows if row.source is not None], [row for row in rows if row.source is None]


async def delivered(session: AsyncSession, type_: str, id_: str) -> Resource | None:
    """A resource as it was last written to the FHIR server; of a Binary, which is not kept, only whose it is."""
    row = await session.get(Delivered, (type_, id_))
    if row is None:
        return None
    if row.body is not None:
        found: Resource = orjson.loads(unpacked(row.body))
        return found
    numbers = select(col(Message.numbers)).where(col(Message.message_id) == row.source).limit(1)
    tags = [{"system": ACCESS, "code": n} for n in (await session.execute(numbers)).scalar() or ()]
    return {"resourceType": type_, "id": id_, "meta": {"tag": tags}}


async def backlog(session: AsyncSession) -> dict[str, int]:
    """How many messages are in each state that still asks for something."""
    statement = (
        select(col(Message.processing), func.count())
        .where(col(Message.processing).in_(("received", "waiting", "parked", "quarantined")))
        .group_by(col(Message.processing))
    )
    return dict((await session.execute(statement)).all())
