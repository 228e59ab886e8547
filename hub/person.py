"""One person as the log shows them now: the keys, the messages in force, and the right to write their lane."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, literal_column, or_, select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from hub.contract import Document
from hub.lanes import Held, hold
from hub.log import persons
from hub.log.states import Processing
from hub.log.tables import Message, MessageIdentifier, StoredDocument

IN_FORCE = (Processing.RECEIVED, Processing.PROJECTED, Processing.WAITING, Processing.PARKED)
"""A parked message is tried again with every projection of its person."""


STAMP: ColumnElement[str] = literal_column("document.xmin::text")


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """The key of today, and every key the person may have had: what is delivered in any of their lanes is theirs."""

    key: str
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Effective:
    """A message that takes part in the projection. ``stamp`` changes when a replay replaces its document.

    Either ``document`` is the one that was read before, or ``dumped`` and ``original`` are what is stored.
    """

    row: UUID
    message_id: str
    processing: str
    stamp: str
    dumped: bytes = b""
    original: bytes | None = None
    document: Document | None = None
    delivery: str | None = None
    is_void: bool = False
    """Its sender has corrected it by a message about somebody else: it was never about this person."""


Recall = Callable[[UUID, str], Document | None]
"""A document that was read before, by its row and stamp."""


def _nothing(_row: UUID, _stamp: str) -> None:
    return None


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


async def effective(session: AsyncSession, person: Person, recall: Recall = _nothing) -> list[Effective]:
    """Every message in force about the person; what is stored is fetched only of those that are not recalled."""
    return [message for message in await taken_in(session, person, recall) if not message.is_void]


async def taken_in(session: AsyncSession, person: Person, recall: Recall = _nothing) -> list[Effective]:
    """The same with those that turned out to be about somebody else (``is_void``)."""
    about = select(col(MessageIdentifier.message)).where(col(MessageIdentifier.identifier_key).in_(person.keys))
    void = _corrected_elsewhere(about)
    statement = (
        select(col(Message.id), col(Message.message_id), col(Message.processing), STAMP, col(Message.delivery), void)
        .join(StoredDocument, col(StoredDocument.message) == col(Message.id))
        .where(col(Message.id).in_(about), col(Message.processing).in_([state.value for state in IN_FORCE]))
        .order_by(col(Message.id))
    )
    found = [
        Effective(
            row=row,
            message_id=message_id or "",
            processing=state,
            stamp=stamp,
            document=recall(row, stamp),
            delivery=told,
            is_void=is_void,
        )
        for row, message_id, state, stamp, told, is_void in (await session.execute(statement)).all()
    ]
    stored = await _stored(session, [message.row for message in found if message.document is None])
    held = [message for message in found if message.document or message.row in stored]
    return [message if message.document else replace(message, **stored[message.row]) for message in held]


def _corrected_elsewhere(about: Any) -> ColumnElement[bool]:
    """Whether a correction of the message is about somebody else."""
    other = aliased(Message)
    return exists().where(_corrects(other), col(other.id).not_in(about))


def _corrects(other: type[Message]) -> ColumnElement[bool]:
    """A newer correction of the same message (or of what it corrects itself) by the same sender.

    HIS 1135: a correction may name another person, and takes the place of all that refers to the same original.
    """
    same_original = and_(col(other.parent) == col(Message.parent), col(Message.series).in_(("M", "C")))
    return and_(
        or_(col(other.parent) == col(Message.message_id), same_original),
        col(other.series).in_(("M", "C")),
        col(other.sender_key) == col(Message.sender_key),
        col(other.type) == col(Message.type),
        col(other.processing).in_([state.value for state in IN_FORCE]),
        col(other.first).is_(None),
        col(other.generated) >= col(Message.generated),
        col(other.id) != col(Message.id),
    )


def corrections(rows: Sequence[UUID]) -> Select[UUID, UUID]:
    """Which of these messages are corrected, each with its correction: void where that is about somebody else."""
    other = aliased(Message)
    return select(col(Message.id), col(other.id)).join(other, _corrects(other)).where(col(Message.id).in_(rows))


async def others_corrected(session: AsyncSession, parent: str | None, keys: Iterable[str]) -> list[str]:
    """The keys of persons, other than the one with ``keys``, whose message is the one that a correction names."""
    if parent is None:
        return []
    named = select(col(Message.id)).where(or_(col(Message.message_id) == parent, col(Message.parent) == parent))
    statement = select(col(MessageIdentifier.message), col(MessageIdentifier.identifier_key)).where(
        col(MessageIdentifier.message).in_(named)
    )
    own, found = set(keys), dict[UUID, list[str]]()
    for message, key in (await session.execute(statement)).all():
        found.setdefault(message, []).append(key)
    strangers = [held for held in found.values() if own.isdisjoint(held)]
    known = [await persons.person_key(session, held) for held in strangers]
    return sorted({key for key in known if key})


async def _stored(session: AsyncSession, rows: Sequence[UUID]) -> dict[UUID, dict[str, Any]]:
    """What is stored now, with its stamp of now."""
    if not rows:
        return {}
    statement = (
        select(col(Message.id), col(StoredDocument.dumped), col(Message.body), STAMP)
        .join(StoredDocument, col(StoredDocument.message) == col(Message.id))
        .where(col(Message.id).in_(rows))
    )
    return {
        row: {"dumped": dumped, "original": body, "stamp": stamp}
        for row, dumped, body, stamp in (await session.execute(statement)).all()
    }


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
