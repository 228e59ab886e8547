"""From the log: why a message's resources are as they are, and which messages made a resource of the FHIR server.

The person's messages in force are mapped once more, as of now, and watched. Nothing is sent or written.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from hub import doors
from hub.contract import Course, Ids
from hub.delivery.content import Ref
from hub.entries import entries_about
from hub.inspecting import EVERYTHING, Filter, explained
from hub.log import persons
from hub.log.database import Sessions
from hub.log.states import Lane
from hub.log.tables import Delivered, Directory, Message
from hub.making import Maker
from hub.person import Effective, effective, look

if TYPE_CHECKING:
    from mappings.documents import Element


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """The elements, and the row of each message that they come from by its message id."""

    elements: Sequence[Element]
    rows: dict[str, UUID]


@dataclass(frozen=True, slots=True, kw_only=True)
class Explaining:
    """What explaining needs; ``course`` is the deployment's, with its policies."""

    sessions: Sessions
    course: Course
    ids: Ids

    async def message(self, row: UUID, now: datetime, wanted: Filter = EVERYTHING) -> Explanation:
        """The elements of what is made of this message alone, and those of the patient's that say what it says.

        None for a message that takes no part in a projection (a receipt, a refused message, a repetition).
        """
        async with self.sessions() as session:
            keys = await persons.identifiers_of_message(session, row)
            messages = await _of_person(session, keys)
        own = next((m.message_id for m in messages if m.row == row), None)
        if own is None:
            return Explanation(elements=(), rows={})
        found = await asyncio.to_thread(self._explained, messages, now, EVERYTHING)
        mine = _made_of(own, found)
        told = [e for e in found if (e.message_id == own or e.resource in mine) and wanted.takes(e)]
        return Explanation(elements=told, rows=_rows(messages, told))

    async def resource(self, ref: Ref, now: datetime, wanted: Filter = EVERYTHING) -> Explanation | None:
        """The elements of one resource; None when it was never delivered, nothing when it was withdrawn."""
        async with self.sessions() as session:
            row = await session.get(Delivered, tuple(ref))
            if row is None:
                return None
            shared = row.lane == Lane.DIRECTORY
            messages = await (_newest_mention(session, ref) if shared else _of_person(session, [row.lane]))
        found = await asyncio.to_thread(self._explained, messages, now, wanted)
        told = [e for e in found if e.resource == str(ref)]
        return Explanation(elements=told, rows=_rows(messages, told))

    def _explained(self, messages: Iterable[Effective], now: datetime, wanted: Filter) -> list[Element]:
        # Read anew: what a worker remembers has been mapped before, and would not be seen being mapped.
        documents = Maker(load=doors.load, course=self.course, ids=self.ids).readable(messages)
        return list(explained(self.course, documents.values(), now, self.ids, wanted))


async def _of_person(session: AsyncSession, keys: Sequence[str]) -> list[Effective]:
    if not keys:
        return []
    person = await look(session, keys)
    return [*await effective(session, person), *await entries_about(session, person)]


async def _newest_mention(session: AsyncSession, ref: Ref) -> list[Effective]:
    """The one message that a shared resource is as it is by."""
    said = select(col(Directory.message_id)).where(
        col(Directory.resource_type) == ref.type, col(Directory.resource_id) == ref.id
    )
    message_id = (await session.execute(said)).scalar()
    held = select(col(Message.id)).where(col(Message.message_id) == message_id)
    for row in (await session.execute(held)).scalars().all():
        person = await _of_person(session, await persons.identifiers_of_message(session, row))
        if own := [message for message in person if message.row == row]:
            return own
    return []


def _made_of(message_id: str, elements: Iterable[Element]) -> set[str]:
    """The resources whose only source is this message."""
    source = f"urn:uuid:{message_id}"
    return {e.resource for e in elements if e.path.endswith(".meta.source") and e.value == source}


def _rows(messages: Iterable[Effective], elements: Iterable[Element]) -> dict[str, UUID]:
    told = {element.message_id for element in elements}
    return {message.message_id: message.row for message in messages if message.message_id in told}
