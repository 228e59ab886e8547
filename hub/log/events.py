"""The cursor feed. Events get their sequence number after their commit, so a reader never misses one.

Under one lock, every committed event without a number gets the next ones; an event that commits later gets a higher
number, whatever its transaction did first.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, and_, case, false, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from hub.log.seeing import seen_by
from hub.log.tables import Event, Message

NUMBERING_LOCK = 7_464_002

LOCK = text("SELECT pg_advisory_xact_lock(:key)")
NUMBER = text("""
UPDATE event SET sequence = fresh.number
FROM (SELECT id, nextval('event_sequence') AS number
      FROM (SELECT id FROM event WHERE sequence IS NULL ORDER BY id) AS unnumbered) AS fresh
WHERE event.id = fresh.id
""")
UNNUMBERED = text("SELECT EXISTS (SELECT FROM event WHERE sequence IS NULL)")


async def events_after(
    session: AsyncSession, after: int, limit: int, numbers: Collection[str] | None = None
) -> Sequence[Event]:
    """The next events in sequence, of all messages or of those that one of these organisations is party to.

    Call it in a transaction of its own, and commit.
    """
    if (await session.execute(UNNUMBERED)).scalar():
        await session.execute(LOCK, {"key": NUMBERING_LOCK})
        await session.execute(NUMBER)
    statement = select(Event).where(col(Event.sequence) > after).order_by(col(Event.sequence)).limit(limit)
    if numbers is not None:
        statement = statement.outerjoin(Message, col(Event.message) == col(Message.id)).where(_theirs(numbers))
    return (await session.execute(statement)).scalars().all()


def _theirs(numbers: Collection[str]) -> ColumnElement[bool]:
    """What is open to them now: access that was blocked or has ended since is not in ``Message.numbers`` any more."""
    own = list(numbers)
    party = seen_by(col(Message.numbers), numbers)
    named = col(Event.only).op("&&")(own)
    return case(
        (col(Event.only).is_(None), func.coalesce(party, false())),
        (col(Event.message).is_(None), named),
        else_=and_(named, party),
    )
