"""Drafts, made in the transaction of the entry that they tell of: an entry and its draft are both there, or neither."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import structlog
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from hub.contract import HER_ID, ORGANISASJONSNUMMER, Document, Head, Ids, Outgoing, Party, Report, Untold
from hub.log import persons, store
from hub.log.tables import Entry
from hub.making import Load
from hub.outbox import book
from hub.outbox.states import State
from hub.outbox.tables import OutgoingMessage
from hub.person import effective, look
from hub.plugins import Plugin

SYSTEM = "heimveg"
"""Who has moved a message that nobody has touched."""
MOST = 2
"""Messages that one entry can need: a cancellation, and what is sent instead."""
SUPERSEDED = "Erstattet av en nyere registrering"

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafting:
    """What drafting needs, and what the deployment has decided: which types are made (None: all) and which of them go
    without anybody's approval."""

    plugins: Sequence[Plugin]
    ids: Ids
    load: Load
    types: frozenset[str] | None = None
    unattended: frozenset[str] = frozenset()

    async def tell(self, session: AsyncSession, entry: Document, about: str | None, lane: str) -> None:
        """Draft what tells of an entry that was just stored, and give up what it makes outdated."""
        telling = [plugin for plugin in self.plugins if entry.head.type in plugin.tells_of]
        if not telling or self.types == frozenset():
            return
        before = None
        if any(plugin.tells_of[entry.head.type] for plugin in telling):
            before = await _superseded(session, entry.head, about or "")
        documents = await self._documents(session, lane)
        for plugin in telling:
            await self._tell(session, plugin, (entry, documents), about or "", before)

    async def _tell(
        self,
        session: AsyncSession,
        plugin: Plugin,
        what: tuple[Document, Sequence[Document]],
        about: str,
        before: str | None,
    ) -> None:
        entry, documents = what
        ids = [self.ids("outgoing", entry.head.message_id, str(n)) for n in range(MOST)]
        try:
            found = await asyncio.to_thread(plugin.outgoing, entry, documents, ids, before)
        except Exception:  # an adapter is somebody else's code; the entry stands whatever it does
            log.exception("adapter failed to draft", adapter=plugin.adapter.name)
            self._unmade(session, entry, about, ids[0])
            return
        for outgoing in found:
            if self.types is None or outgoing.document.head.type in self.types:
                self._keep(session, outgoing, about, entry)

    async def report(
        self, session: AsyncSession, wanted: Report, lane: str, *, id: str, at: datetime
    ) -> OutgoingMessage | Untold:
        """Draft a report that somebody asks for, of what the log holds now."""
        documents = await self._documents(session, lane)
        for plugin in self.plugins:
            made = await asyncio.to_thread(plugin.report, wanted, documents, id=id, at=at)
            if isinstance(made, Untold):
                return made
            if made is not None:
                return self._keep(session, made, wanted.about, by=wanted.author)
        return Untold(reason="no-such-report")

    async def _documents(self, session: AsyncSession, lane: str) -> list[Document]:
        """Every message in force and every entry about the person."""
        await session.flush()
        person = await look(session, [lane])
        stored = [(m.dumped, m.original) for m in await effective(session, person)]
        entries = select(col(Entry.dumped)).where(col(Entry.identifier_key).in_(person.keys))
        stored += [(dumped, None) for dumped in (await session.execute(entries)).scalars()]
        return await asyncio.to_thread(self._loaded, stored)

    def _loaded(self, stored: Sequence[tuple[bytes, bytes | None]]) -> list[Document]:
        return [
            self.load(zlib.decompress(dumped), zlib.decompress(original) if original else b"")
            for dumped, original in stored
        ]

    def _keep(
        self,
        session: AsyncSession,
        made: Outgoing,
        about: str,
        entry: Document | None = None,
        by: str = SYSTEM,
    ) -> OutgoingMessage:
        head = made.document.head
        row = OutgoingMessage(
            message_id=head.message_id,
            entry=UUID(entry.head.message_id) if entry else None,
            kind=entry.head.type if entry else "",
            ends=entry is not None and entry.head.series == "C" and head.series != "C",
            about=about,
            type=head.type,
            version=head.version,
            identifier_key=persons.identifier_key(self.ids, head.persons[0]),
            parties={"sender": store.party(head.sender), "receiver": store.party(head.receiver)},
            numbers=_numbers(head.sender),
            content_type=made.content_type,
            body=zlib.compress(made.body, store.FASTEST),
            generated=head.generated,
            state=State.DRAFTED.value,
        )
        session.add(row)
        book.step(session, row, by)
        if head.type in self.unattended:
            book.move(session, row, State.APPROVED, SYSTEM)
        return row

    def _unmade(self, session: AsyncSession, entry: Document, about: str, id: str) -> None:
        head = entry.head
        row = OutgoingMessage(
            message_id=id,
            entry=UUID(head.message_id),
            kind=head.type,
            about=about,
            type=head.type,
            identifier_key=persons.identifier_key(self.ids, head.persons[0]),
            parties={"sender": store.party(head.sender)},
            numbers=_numbers(head.sender),
            generated=head.generated,
            state=State.FAILED.value,
            why="not-made",
        )
        session.add(row)
        book.step(session, row, SYSTEM)


def _numbers(party: Party) -> list[str]:
    return sorted({i.value for i in party.identifiers if i.system in (ORGANISASJONSNUMMER, HER_ID)})


async def _superseded(session: AsyncSession, head: Head, about: str) -> str | None:
    """Drafts of the same kind that nobody has got are given up; the id of what somebody may have got and believe."""
    statement = (
        select(OutgoingMessage)
        .where(
            col(OutgoingMessage.about) == about,
            col(OutgoingMessage.kind) == head.type,
            col(OutgoingMessage.numbers).op("&&")(_numbers(head.sender)),
            col(OutgoingMessage.state) != State.CANCELLED.value,
        )
        .order_by(col(OutgoingMessage.id))
        .with_for_update()
    )
    before = None
    for row in (await session.execute(statement)).scalars().all():
        if not book.in_the_air(row):
            book.move(session, row, State.CANCELLED, SYSTEM, cause=SUPERSEDED)
        elif row.why != "refused":
            before = None if row.ends else row.message_id
    return before
