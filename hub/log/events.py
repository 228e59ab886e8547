"""The cursor feed. Events get their sequence number after their commit, so a reader never misses one.

Under one lock, every committed event without a number gets the next ones; an event that commits later gets a higher
number, whatever its transaction did first. Who may hear of an event is decided when the feed is read: what was blocked,
or has ended since, is not told of any more.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, exists, false, func, or_, select, text, true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from hub.log.seeing import seen_by
from hub.log.tables import Delivered, Event, FeedEnd, Message

NUMBERING_LOCK = 7_464_002

LOCK = text("SELECT pg_advisory_xact_lock(:key)")
NUMBER = text("""
UPDATE event SET sequence = fresh.number
FROM (SELECT id, nextval('event_sequence') AS number
      FROM (SELECT id FROM event WHERE sequence IS NULL ORDER BY id) AS unnumbered) AS fresh
WHERE event.id = fresh.id
""")
UNNUMBERED = text("SELECT EXISTS (SELECT FROM event WHERE sequence IS NULL)")
NEWEST = text("SELECT greatest((SELECT max(sequence) FROM event), (SELECT sequence FROM feed_end), 0)")
FORGET = text("""
WITH gone AS (DELETE FROM event WHERE sequence <= (SELECT max(sequence) FROM event WHERE at < :before)
              RETURNING sequence),
     kept AS (INSERT INTO feed_end (name, sequence) SELECT 'forgotten', max(sequence) FROM gone HAVING count(*) > 0
              ON CONFLICT (name) DO UPDATE SET sequence = excluded.sequence)
SELECT count(*) FROM gone
""")


class ForgottenError(Exception):
    """The feed does not go back (or on) to this number: whoever follows must read anew what it follows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Following:
    """For whom the feed is read: the organisations (None: all), the types of resources that its scopes let it read
    (None: all), and whether messages and the rest, or resources alone, or both, are wanted."""

    numbers: Collection[str] | None = None
    types: Collection[str] | None = None
    messages: bool = True
    resources: bool = True


EVERYTHING = Following()


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """The next events, and the number up to which there is nothing else for this follower."""

    events: Sequence[Event]
    last: int


async def newest(session: AsyncSession) -> int:
    """The highest number given so far, in a transaction of its own: what has been committed is numbered first."""
    if (await session.execute(UNNUMBERED)).scalar():
        await session.execute(LOCK, {"key": NUMBERING_LOCK})
        await session.execute(NUMBER)
    return int((await session.execute(NEWEST)).scalar_one())


async def forgotten(session: AsyncSession) -> int:
    """The last number that is gone."""
    return int((await session.execute(select(col(FeedEnd.sequence)))).scalar() or 0)


async def events_after(session: AsyncSession, after: int, limit: int, following: Following = EVERYTHING) -> Looked:
    """The next events in sequence for who follows; 0 is the oldest that is kept.

    Call it in a transaction of its own, and commit. Raises ``ForgottenError`` where there would be a hole: what came
    next is gone, or the number is of a log that is no longer this one (it was restored from a backup).
    """
    end = await newest(session)
    if after and not await forgotten(session) <= after <= end:
        raise ForgottenError
    statement = (
        select(Event)
        .where(col(Event.sequence) > after, col(Event.sequence) <= end, _theirs(following))
        .outerjoin(Message, col(Event.message) == col(Message.id))
        .order_by(col(Event.sequence))
        .limit(limit)
    )
    found = (await session.execute(statement)).scalars().all()
    return Looked(events=found, last=found[-1].sequence or end if len(found) == limit else end)


async def forget(session: AsyncSession, before: datetime) -> int:
    """Events of before this time are gone, the oldest first, and it is remembered how far; how many they were."""
    await newest(session)  # what nobody has read has no number yet
    return int((await session.execute(FORGET, {"before": before})).scalar() or 0)


def _theirs(following: Following) -> ColumnElement[bool]:
    of_resource = col(Event.resource_type).is_not(None)
    rest = _of_messages(following.numbers) if following.messages else false()
    return case((of_resource, _of_resources(following) if following.resources else false()), else_=rest)


def _of_resources(following: Following) -> ColumnElement[bool]:
    readable = true() if following.types is None else col(Event.resource_type).in_(sorted(following.types))
    if following.numbers is None:
        return readable
    seen = exists().where(
        col(Delivered.resource_type) == col(Event.resource_type),
        col(Delivered.resource_id) == col(Event.resource_id),
        seen_by(col(Delivered.numbers), following.numbers),
    )
    return and_(readable, seen)


def _of_messages(numbers: Collection[str] | None) -> ColumnElement[bool]:
    if numbers is None:
        return true()
    own = sorted(numbers)
    party = seen_by(col(Message.numbers), numbers)
    named = col(Event.only).op("&&")(own)
    return or_(
        and_(col(Event.only).is_(None), func.coalesce(party, false())),
        and_(col(Event.only).is_not(None), named, or_(col(Event.message).is_(None), party)),
    )
