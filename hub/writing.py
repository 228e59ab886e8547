"""What a party to a stay writes about it: decided on the log as it is now, stored as an entry, shown at once.

The state of a topic is computed from the log, never read from the FHIR server or from the last projection: an answer
meets the withdrawal that came a second before it. Writers about one person come one after the other.
"""

from __future__ import annotations

import asyncio
import hashlib
import zlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, cast
from uuid import UUID

import structlog
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from hub.access.caller import is_open
from hub.contract import Projection, Report, StayRow, Untold
from hub.deciding import Current, Decided, Topic, Unwritten, decide, speaking, state, taken_back
from hub.delivery import memory
from hub.delivery.deliver import Delivery
from hub.entries import Entered, Entries, NotEntered, Telling, entries_about
from hub.errors import HubError
from hub.log.database import Sessions
from hub.log.keys import time_ordered_id
from hub.log.seeing import OPEN
from hub.log.tables import Entry
from hub.making import Maker
from hub.outbox.tables import OutgoingMessage
from hub.person import Person, effective, look
from hub.project import Projector

SHOWN_WITHIN = 10.0
"""Seconds that a caller waits for the FHIR server; the entry is stored whatever happens, and its job is queued."""
PROJECTIONS = 2
"""At a time and process: each takes up to three connections of the pool."""

LANE = text(f"SELECT lane FROM stay WHERE id = :id AND {OPEN}")  # noqa: S608  a constant
ONE_WRITER = text("SELECT pg_advisory_xact_lock(:number)")

Noted = Callable[[StayRow, str], Awaitable[None]]
"""Writes down, before anything is stored or shown, that the caller wrote or saw this (``C``, ``U``, ``D`` or ``R``)."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What somebody wants to tell of a stay.

    ``match`` are the entity tags of ``If-Match`` (``*`` for any), None when it was not given; ``once`` makes the same
    request twice one entry; ``only_new`` is ``If-None-Match: *``.
    """

    topic: Topic
    part: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    author: str = ""
    organisation: str | None = None
    match: tuple[str, ...] | None = None
    only_new: bool = False
    once: str | None = None
    takes_back: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Writer:
    """On whose behalf: the numbers of the caller's organisations (None: anybody), and a name for its requests."""

    client: str
    numbers: frozenset[str] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrote:
    """What holds after writing. ``shown``: the FHIR server and the lists show it already."""

    current: Current | None
    created: bool = False
    repeated: bool = False
    shown: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An entry that is stored. ``shown``: what came of it is shown already."""

    id: UUID
    shown: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """What writing needs. Without ``projector`` nothing waits for a FHIR server: the queue shows it."""

    sessions: Sessions
    entries: Entries
    maker: Maker
    projector: Projector | None = None
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    shown_within: float = SHOWN_WITHIN
    _turns: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(PROJECTIONS))

    async def read(self, stay: str, writer: Writer, noted: Noted) -> StayRow | None:
        """The stay as the log has it now; None where it is no stay of the caller's."""
        async with self.sessions() as session, session.begin():
            found = await self._stay(session, stay, writer)
        if found is not None:
            await noted(found[0], "R")
        return found[0] if found else None

    async def write(self, stay: str, wish: Wish, writer: Writer, noted: Noted) -> Wrote | Unwritten:
        """Decide, store and show; nothing is stored that the access log does not know of."""
        async with self.sessions() as session, session.begin():
            found = await self._stay(session, stay, writer, alone=True)
            if found is None:
                return Unwritten("not-found")
            row, lane = found
            done = await self._write(session, row, wish, writer, noted)
        if isinstance(done, Unwritten):
            return done
        shown = done.repeated or await self.show(lane)
        return Wrote(current=done.current, created=done.created, repeated=done.repeated, shown=shown)

    async def _stay(
        self, session: AsyncSession, stay: str, writer: Writer, *, alone: bool = False
    ) -> tuple[StayRow, str] | None:
        """The stay and its person's lane, worked out from every message and entry of the person."""
        numbers = None if writer.numbers is None else sorted(writer.numbers)
        lane = (await session.execute(LANE, {"id": stay, "numbers": numbers})).scalar()
        if lane is None:
            return None
        person = await look(session, [lane])
        if alone:
            await self.alone(session, person)
        row = next((row for row in (await self._projection(session, person)).stays if row.id == stay), None)
        return (row, person.key) if row and is_open(row.organisations, writer.numbers) else None

    async def report(
        self, session: AsyncSession, stay: str, writer: Writer, asked: Mapping[str, str], *, id: str, at: datetime
    ) -> OutgoingMessage | Untold | str:
        """Draft a report about the stay in the caller's transaction; the key of a problem where it has no say there.

        ``asked`` are its ``type``, ``author`` and ``organisation``.
        """
        found = await self._stay(session, stay, writer, alone=True)
        drafting = self.entries.drafting
        if found is None or drafting is None:
            return "not-found"
        row, lane = found
        by = speaking(row, writer.numbers, asked["organisation"])
        if isinstance(by, Unwritten):
            return by.code
        about = next((message["id"] for message in row.facts["messages"]), "")
        wanted = Report(type=asked["type"], about=about, by=by, author=asked["author"])
        return await drafting.report(session, wanted, lane, id=id, at=at)

    async def projection(self, lane: str) -> Projection:
        """What the log says of a person now."""
        async with self.sessions() as session, session.begin():
            return await self._projection(session, await look(session, [lane]))

    async def tell(self, lane: str, telling: Telling, noted: Callable[[], Awaitable[None]]) -> Told | NotEntered:
        """Store something told of a person and show it; nothing is stored that the access log does not know of."""
        async with self.sessions() as session, session.begin():
            await self.alone(session, await look(session, [lane]))
            entered = await self.entries.enter_in(session, telling)
            if isinstance(entered, NotEntered):
                return entered
            await noted()
        return Told(id=entered.id, shown=entered.repeated or await self.show(lane, entered.id))

    async def _projection(self, session: AsyncSession, person: Person) -> Projection:
        messages = await effective(session, person, self.maker.remembered.recall)
        documents = [*messages, *await entries_about(session, person)]
        return (await asyncio.to_thread(self.maker.make, documents, self.clock())).projection

    async def _write(
        self, session: AsyncSession, row: StayRow, wish: Wish, writer: Writer, noted: Noted
    ) -> Wrote | Unwritten:
        before, id_ = state(row, wish.topic, wish.part), self._id(row, wish, writer)
        held = await session.get(Entry, id_)
        if held is not None and wish.takes_back:
            return Wrote(current=None, repeated=True)
        told = (held.recorded if held else self.clock()).astimezone(UTC)
        if refused := None if held else _precondition(wish, before):
            await noted(row, "R")  # the answer shows the other version
            return refused
        decided = self._as_before(held, wish) if held else self._decided(row, wish, writer, told, before)
        if isinstance(decided, Unwritten):
            return decided
        await noted(row, "D" if wish.takes_back else "U" if before else "C")
        telling = _telling(id_, wish, decided, told)
        entered = await self.entries.enter_in(session, telling)
        return _unwritten(entered) if isinstance(entered, NotEntered) else _wrote(entered, wish, telling, before)

    def _as_before(self, held: Entry, wish: Wish) -> Decided:
        """The same request again is judged as it was the first time, whatever has happened since."""
        first = cast("Any", self.entries.load(zlib.decompress(held.dumped), b""))
        parent = first.head.parent
        return Decided(
            by=first.head.sender, about=first.about, values=wish.values, corrects=UUID(parent) if parent else None
        )

    def _decided(
        self, row: StayRow, wish: Wish, writer: Writer, told: datetime, before: Current | None
    ) -> Decided | Unwritten:
        if wish.takes_back:
            return taken_back(row, before, writer.numbers, wish.organisation) if before else Unwritten("not-found")
        return decide(row, wish.topic, wish.values, numbers=writer.numbers, named=wish.organisation, now=told)

    def _id(self, row: StayRow, wish: Wish, writer: Writer) -> UUID:
        if wish.once is None:
            return time_ordered_id()
        numbers = ",".join(sorted(writer.numbers or ()))
        asked = "take-back" if wish.takes_back else "tell"
        return UUID(
            self.maker.ids("entry", writer.client, numbers, wish.once, row.id, wish.topic.name, wish.part, asked)
        )

    async def alone(self, session: AsyncSession, person: Person) -> None:
        """Be the only one who writes about the person until the transaction ends."""
        await session.execute(ONE_WRITER, {"number": _number(person.key)})

    async def show(self, lane: str, entry: UUID | None = None) -> bool:
        """Project now; False where that is left to the queued job, or the server refuses what the entry makes."""
        delivery = await self.deliver(lane)
        return delivery is not None and not any(
            entry is None or memory.source_of(change.resource) in (None, str(entry)) for change, _ in delivery.refused
        )

    async def deliver(self, lane: str) -> Delivery | None:
        """Project now; None when the server is away or slow, and the queued job is left to do it."""
        if self.projector is None or self.projector.sender.breaker.is_open:
            return None
        try:
            async with asyncio.timeout(self.shown_within), self._turns:
                return await self.projector.person(lane)
        except (TimeoutError, HubError) as error:
            log.warning("entry is shown later", error=type(error).__name__)
            return None

    async def close(self) -> None:
        """Stop asking for a FHIR server that is away."""
        if self.projector is not None:
            await self.projector.sender.breaker.close()


def _precondition(wish: Wish, before: Current | None) -> Unwritten | None:
    """RFC 9110 13.1 and RFC 6585 3: who replaces something says what they have seen."""
    if wish.topic.collects:
        return None
    if before is None:
        return Unwritten("stale") if wish.match is not None else None
    if wish.only_new:
        return Unwritten("stale", current=before)
    if wish.match is None:
        return Unwritten("precondition-required", current=before)
    fits = "*" in wish.match or before.tag in wish.match
    return None if fits else Unwritten("stale", current=before)


def _telling(id_: UUID, wish: Wish, decided: Decided, told: datetime) -> Telling:
    return Telling(
        id=id_,
        kind=wish.topic.kind,
        values=decided.values,
        by=decided.by,
        author=wish.author or decided.by.name,
        told=told,
        about=decided.about,
        corrects=decided.corrects,
        takes_back=wish.takes_back,
    )


def _wrote(entered: Entered, wish: Wish, telling: Telling, before: Current | None) -> Wrote:
    if wish.takes_back:
        return Wrote(current=None, repeated=entered.repeated)
    current = Current(
        id=str(entered.id),
        told=telling.told,
        by=telling.by.name,
        author=telling.author,
        about=telling.about or "",
        values=dict(telling.values),
    )
    return Wrote(current=current, created=before is None or wish.topic.collects, repeated=entered.repeated)


_CODES = {
    "invalid": "invalid-value",
    "not-yours": "not-yours",
    "contradicts": "key-used-before",
    "unknown-message": "not-found",
    "unknown-patient": "not-found",
}


def _unwritten(refused: NotEntered) -> Unwritten:
    return Unwritten(_CODES[refused.reason], refused.detail)


def _number(person: str) -> int:
    return int.from_bytes(hashlib.sha256(f"entries {person}".encode()).digest()[:8], "big", signed=True)
