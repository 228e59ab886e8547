"""What people and record systems tell the hub besides messages: stored with its job in one transaction.

An entry is a document in the same log as the messages and is projected with them; nothing on the FHIR server is
changed to express it. One function for every kind: the kinds are the mappings' own.
"""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from hub.contract import Document, Head, Identifier, Ids, Party, Series
from hub.errors import StoreUnavailableError
from hub.judge import Dump
from hub.log import persons, store
from hub.log.database import Sessions
from hub.log.keys import time_ordered_id
from hub.log.queue import defer_review
from hub.log.tables import Entry, Message, StoredDocument
from hub.making import Load
from hub.outbox.drafting import Drafting
from hub.person import IN_FORCE, Effective, Person

PARSER = "entry 1"
NOBODY = Party(name="", identifiers=())


class Compose(Protocol):
    """The door ``mappings.documents.entry``; raises ``ValueError`` that names the value which is wrong."""

    def __call__(self, head: Head, values: Mapping[str, Any], *, author: str, about: str | None) -> Document: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """What somebody tells: the kind and its values, who answers for it, when it was told, and what it is about.

    ``about`` is the id of a message of the stay; whom it concerns follows from it unless ``persons`` say so. An entry
    that replaces another one names it in ``corrects``; with ``takes_back`` nothing takes its place. The same ``id``
    twice is the same entry.
    """

    kind: str
    values: Mapping[str, Any]
    by: Party
    author: str
    told: datetime
    about: str | None = None
    persons: tuple[Identifier, ...] = ()
    corrects: UUID | None = None
    takes_back: bool = False
    id: UUID = field(default_factory=time_ordered_id)

    @property
    def series(self) -> Series:
        """New, change or cancellation."""
        if self.corrects is None:
            return "N"
        return "C" if self.takes_back else "M"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """An entry that is safe in the log, whose projection is queued. ``repeated``: it was there already."""

    id: UUID
    repeated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NotEntered:
    """Why nothing was stored: ``invalid``, ``unknown-message``, ``unknown-patient``, ``not-yours`` or ``contradicts``.

    ``detail`` names a value, never its content.
    """

    reason: str
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entries:
    """What entering needs."""

    sessions: Sessions
    ids: Ids
    dump: Dump
    load: Load
    compose: Compose
    drafting: Drafting | None = None
    """What tells partners of it by message; without it nobody is told."""

    async def enter(self, telling: Telling) -> Entered | NotEntered:
        """Check, store and queue, in one transaction; the entry counts once this has returned."""
        try:
            async with self.sessions() as session, session.begin():
                return await self.enter_in(session, telling)
        except (OperationalError, InterfaceError, PoolTimeoutError) as error:
            raise StoreUnavailableError(
                f"The log cannot be reached ({type(error).__name__}); nothing was stored, try again later"
            ) from error

    async def enter_in(self, session: AsyncSession, telling: Telling) -> Entered | NotEntered:
        """The same in a transaction of the caller's; the entry counts once that is committed."""
        concerned = telling.persons or await self._persons_of(session, telling.about)
        if not concerned:
            return NotEntered(reason="unknown-message" if telling.about else "unknown-patient")
        keys = persons.ranked_keys(self.ids, concerned)
        lane = await persons.person_key(session, keys)
        if lane is None:
            return NotEntered(reason="unknown-patient")
        refused = await self._refused(session, telling, lane)
        if refused is not None:
            return refused
        try:
            document = self.compose(
                _head(telling, concerned), telling.values, author=telling.author, about=telling.about
            )
        except ValueError as error:
            return NotEntered(reason="invalid", detail=str(error))
        return await self._store(session, document, min((rank, key) for key, rank in keys.items())[1], lane)

    async def _refused(self, session: AsyncSession, telling: Telling, lane: str) -> NotEntered | None:
        """Only who told something may take it back, and only about the same patient."""
        if telling.corrects is None:
            return None
        first = await session.get(Entry, telling.corrects)
        if first is None or await persons.person_key(session, [first.identifier_key]) != lane:
            return NotEntered(reason="invalid", detail="corrects: no such entry about this patient")
        return None if first.author_key == telling.by.key else NotEntered(reason="not-yours")

    async def _persons_of(self, session: AsyncSession, about: str | None) -> tuple[Identifier, ...]:
        """Whom the message is about."""
        if about is None:
            return ()
        statement = (
            select(col(StoredDocument.dumped))
            .join(Message, col(Message.id) == col(StoredDocument.message))
            .where(col(Message.message_id) == about, col(Message.processing).in_([s.value for s in IN_FORCE]))
            .limit(1)
        )
        dumped = (await session.execute(statement)).scalar()
        if dumped is None:
            return ()
        document = await asyncio.to_thread(self.load, zlib.decompress(dumped), b"")
        return document.head.persons

    async def _store(self, session: AsyncSession, document: Document, key: str, lane: str) -> Entered | NotEntered:
        head = document.head
        row = Entry(
            id=UUID(head.message_id),
            kind=head.type,
            identifier_key=key,
            author_key=head.sender.key,
            recorded=head.generated,
            dumped=zlib.compress(self.dump(document), store.FASTEST),
            parser=PARSER,
        )
        statement = insert(Entry).values(row.model_dump()).on_conflict_do_nothing().returning(col(Entry.id))
        if (await session.execute(statement)).first() is None:
            return await self._again(session, row)
        about = getattr(document, "about", None)
        store.add_event(session, "entry.recorded", await _row_of(session, about), entry=str(row.id), type=row.kind)
        await session.flush()
        if self.drafting is not None:
            await self.drafting.tell(session, document, about, lane)
        await defer_review(session, lane)
        return Entered(id=row.id)

    async def _again(self, session: AsyncSession, row: Entry) -> Entered | NotEntered:
        held = await session.get(Entry, row.id)
        same = held is not None and zlib.decompress(held.dumped) == zlib.decompress(row.dumped)
        return Entered(id=row.id, repeated=True) if same else NotEntered(reason="contradicts")


async def _row_of(session: AsyncSession, about: str | None) -> UUID | None:
    """The message that an entry is about: whoever is party to it may hear of the entry."""
    if about is None:
        return None
    statement = select(col(Message.id)).where(col(Message.message_id) == about, col(Message.first).is_(None)).limit(1)
    return (await session.execute(statement)).scalar()


def _head(telling: Telling, concerned: tuple[Identifier, ...]) -> Head:
    return Head(
        message_id=str(telling.id),
        type=telling.kind,
        version="1",
        series=telling.series,
        sender=telling.by,
        receiver=NOBODY,
        persons=concerned[:1],
        generated=telling.told,
        parent=str(telling.corrects) if telling.corrects else None,
    )


async def entries_about(session: AsyncSession, person: Person) -> Sequence[Effective]:
    """Every entry about the person, oldest first, as the projection takes documents."""
    statement = select(Entry).where(col(Entry.identifier_key).in_(person.keys)).order_by(col(Entry.id))
    rows = (await session.execute(statement)).scalars().all()
    return [
        Effective(row=row.id, message_id=str(row.id), processing="", dumped=row.dumped, original=None, stamp="")
        for row in rows
    ]
