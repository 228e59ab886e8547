"""One person as the log shows them now: the keys, the messages in force, and the right to write their lane."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import literal_column, select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from sqlmodel import col

from hub.lanes import Held, hold
from hub.log import persons
from hub.log.states import Processing
from hub.log.tables import Message, MessageIdentifier, StoredDocument

IN_FORCE = (Processing.RECEIVED, Processing.PROJECTED, Processing.WAITING, Processing.PARKED)
"""A parked message is tried again with every projection of its person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """The key of today, and every key the person may have had: what is delivered in any of their lanes is theirs."""

    key: str
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Effective:
    """A message that takes part in the projection. ``stamp`` changes when a replay replaces its document."""

    row: UUID
    message_id: str
    processing: str
    dumped: bytes
    original: bytes | None
    stamp: str


async def look(session: AsyncSession, keys: Iterable[str]) -> Person:
    """The person with these identifier keys; keys that the log does not know are a person of their own."""
    found = await persons.ranked_identifiers(session, keys)
    known = [(rank, key) for key, rank in found.items() if rank is not None]
    return Person(key=min(known)[1] if known else min(found), keys=tuple(found))


@asynccontextmanager
async def hold_person(engine: AsyncEngine, key: str, seen: Person | None = None) -> AsyncIterator[tuple[Held, Person]]:
    """Be the only writer for this person. A message that links more lanes meanwhile makes us take these too.

    ``seen`` is how the person looked a moment ago, where somebody knows.
    """
    person = seen
    if person is None:
        async with AsyncSession(engine) as session:
            person = await look(session, [key])
    while True:
        async with hold(engine, person.keys) as held:
            async with held.session() as session, session.begin():
                now = await look(session, [key])
            if set(now.keys) <= set(person.keys):
                yield held, now
                return
            person = now


async def effective(session: AsyncSession, person: Person) -> list[Effective]:
    """Every message in force about the person."""
    about = select(col(MessageIdentifier.message)).where(col(MessageIdentifier.identifier_key).in_(person.keys))
    statement = (
        select(  # type: ignore[call-overload,var-annotated,unused-ignore]
            col(Message.id),
            col(Message.message_id),
            col(Message.processing),
            col(StoredDocument.dumped),
            col(Message.body),
            literal_column("document.xmin::text"),
        )
        .join(StoredDocument, col(StoredDocument.message) == col(Message.id))
        .where(col(Message.id).in_(about), col(Message.processing).in_([state.value for state in IN_FORCE]))
        .order_by(col(Message.id))
    )
    rows = (await session.execute(statement)).all()
    return [
        Effective(row=row, message_id=message_id or "", processing=state, dumped=dumped, original=body, stamp=stamp)
        for row, message_id, state, dumped, body, stamp in rows
    ]


async def everyone(engine: AsyncEngine) -> Sequence[Person]:
    """Every person in the log."""
    keys = select(col(MessageIdentifier.identifier_key)).distinct().order_by(col(MessageIdentifier.identifier_key))
    found: list[Person] = []
    seen: set[str] = set()
    async with AsyncSession(engine) as session:
        for key in (await session.execute(keys)).scalars().all():
            if key not in seen:
                found.append(await look(session, [key]))
                seen.update(found[-1].keys)
    return found
