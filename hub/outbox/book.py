"""Read and move what is in the outbox; every step is written down in the caller's transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import defer
from sqlmodel import col

from hub.log import store
from hub.log.seeing import seen_by
from hub.log.tables import Message, StoredIssue
from hub.outbox.states import State, may
from hub.outbox.tables import OutgoingMessage, OutgoingStep

RECEIVER = "mottakeren"
"""Who has moved a message that its receiver has answered."""
ANSWERS = ("receipt-negative", "wrong-addressee", "receipt-missing")
"""Issues of a projection that tell why a message has not reached anybody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which messages to list, newest first; ``before`` is the last row of the page before."""

    state: str | None = None
    type: str | None = None
    before: UUID | None = None
    limit: int = 50
    numbers: frozenset[str] | None = None
    """Only those of these senders, and only while what they are about is open to them; None for all."""


def _open_to(numbers: frozenset[str] | None) -> list[object]:
    if numbers is None:
        return []
    own = sorted(numbers)
    about = exists().where(
        col(Message.message_id) == col(OutgoingMessage.about), seen_by(col(Message.numbers), numbers)
    )
    return [col(OutgoingMessage.numbers).op("&&")(own), about]


async def listed(session: AsyncSession, wanted: Wanted) -> Sequence[OutgoingMessage]:
    """One page, without the messages themselves."""
    statement = (
        select(OutgoingMessage)
        .options(defer(col(OutgoingMessage.body)))  # type: ignore[arg-type]
        .where(*_open_to(wanted.numbers))  # type: ignore[arg-type]
        .order_by(col(OutgoingMessage.id).desc())
        .limit(wanted.limit)
    )
    if wanted.state:
        statement = statement.where(col(OutgoingMessage.state) == wanted.state)
    if wanted.type:
        statement = statement.where(col(OutgoingMessage.type) == wanted.type)
    if wanted.before:
        statement = statement.where(col(OutgoingMessage.id) < wanted.before)
    return (await session.execute(statement)).scalars().all()


async def one(
    session: AsyncSession, id: UUID, numbers: frozenset[str] | None = None, *, alone: bool = False
) -> OutgoingMessage | None:
    """A message of the outbox; None also when it is not the caller's. ``alone``: nobody else moves it meanwhile."""
    statement = select(OutgoingMessage).where(col(OutgoingMessage.id) == id, *_open_to(numbers))  # type: ignore[arg-type]
    return (await session.execute(statement.with_for_update() if alone else statement)).scalar_one_or_none()


async def steps(session: AsyncSession, id: UUID) -> Sequence[OutgoingStep]:
    """What happened to it, in order."""
    statement = select(OutgoingStep).where(col(OutgoingStep.outgoing) == id).order_by(col(OutgoingStep.id))
    return (await session.execute(statement)).scalars().all()


def step(session: AsyncSession, row: OutgoingMessage, who: str, cause: str = "") -> None:
    """Write down where a message stands now, and tell its sender's followers."""
    session.add(OutgoingStep(outgoing=row.id, at=datetime.now(UTC), state=row.state, who=who, cause=cause))
    store.add_event(session, f"outbox.{row.state}", row.logged, only=row.numbers, outgoing=str(row.id), type=row.type)


def move(session: AsyncSession, row: OutgoingMessage, to: State, who: str, *, why: str = "", cause: str = "") -> bool:
    """Bring a message to another state; False when there is no way there."""
    if not may(row.state, to):
        return False
    row.state, row.why, row.cause = to.value, why, cause
    row.revision += 1
    row.next_try = datetime.now(UTC) if to is State.APPROVED else None
    step(session, row, who, cause)
    return True


def in_the_air(row: OutgoingMessage) -> bool:
    """Whether it may have reached its receiver: it was sent, or a try has begun whose end nobody saw."""
    return row.logged is not None or row.attempts > 0


async def heard(session: AsyncSession, logged: UUID, word: str | None) -> None:
    """What the receiver of a message has said changed, as the projection sees it (``Delivery``)."""
    statement = select(OutgoingMessage).where(col(OutgoingMessage.logged) == logged).with_for_update()
    row = (await session.execute(statement)).scalar_one_or_none()
    if row is None:
        return
    cause = await _cause(session, logged)
    if word == "confirmed":
        move(session, row, State.ACKNOWLEDGED, RECEIVER)
    elif word == "rejected":
        move(session, row, State.FAILED, RECEIVER, why="refused", cause=cause)
    elif word == "missing" and row.state == State.SENT:
        row.cause = cause
        row.revision += 1
        step(session, row, RECEIVER, cause)


async def _cause(session: AsyncSession, logged: UUID) -> str:
    told = select(col(StoredIssue.text)).where(col(StoredIssue.message) == logged, col(StoredIssue.code).in_(ANSWERS))
    return next(iter((await session.execute(told.limit(1))).scalars()), "")
