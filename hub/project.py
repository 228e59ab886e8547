"""Bring the FHIR server to what the log says about a person: load, compute, compare, deliver, write down."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from uuid import UUID

import structlog
from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from sqlmodel import col

from hub import directory, refused
from hub.delivery import memory
from hub.delivery.breaker import Told
from hub.delivery.content import ref_of
from hub.delivery.deliver import Delivering, Delivery
from hub.delivery.difference import Difference, difference
from hub.delivery.recheck import forget_what_is_gone
from hub.delivery.send import Sender
from hub.entries import entries_about
from hub.errors import AdapterFailedError, FatalError, FhirServerRefusedError, HubError
from hub.lanes import Held, store_trouble
from hub.log import results
from hub.log.results import Ending
from hub.log.states import Processing
from hub.log.stays import replace_stays
from hub.log.tables import Delivered
from hub.making import Made, Maker, reason
from hub.outbox import book as outbox
from hub.person import Effective, Person, hold_person, taken_in

INLINE_MESSAGES = 12
INLINE_BYTES = 64 * 1024
"""More than this is computed in a thread, or the event loop would stand still (and look dead)."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """Everything that is known when a person's projection has been computed."""

    person: Person
    messages: Sequence[Effective]
    entries: Sequence[Effective]
    made: Made
    started: datetime
    as_of: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """The message whose job this is, if any."""

    row: UUID
    job: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Projector:
    """What projecting needs; one per process."""

    engine: AsyncEngine
    sender: Sender
    maker: Maker
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)

    async def person(
        self, key: str, *, seen: Person | None = None, trigger: Trigger | None = None, told: Told | None = None
    ) -> Delivery:
        """Deliver what is new or changed for the person with this identifier key."""
        with store_trouble():
            async with hold_person(self.engine, key, seen) as (held, person):
                work = await self.compute(held, person)
                delivery = await self._deliver(held, work, told)
                async with held.session() as session, session.begin():
                    await _write_down(session, work, delivery, trigger)
                return delivery

    async def compute(self, held: Held, person: Person) -> Work:
        """What the FHIR server should hold for the person."""
        started = datetime.now(UTC)
        async with held.session() as session, session.begin():
            if len(person.keys) > 1:
                await memory.move(session, person.keys, person.key)
            messages = await taken_in(session, person, self.maker.remembered.recall)
            entries = await entries_about(session, person)
        documents, as_of = [*(m for m in messages if not m.is_void), *entries], self.clock()
        if len(documents) > INLINE_MESSAGES or sum(len(d.dumped) for d in documents) > INLINE_BYTES:
            made = await asyncio.to_thread(self.maker.make, documents, as_of)
        else:
            made = self.maker.make(documents, as_of)
        return Work(person=person, messages=messages, entries=entries, made=made, started=started, as_of=as_of)

    async def compare(self, held: Held, work: Work) -> Difference:
        """What would have to be sent."""
        projection = work.made.projection
        async with held.session() as session, session.begin():
            known = await memory.known_in(session, [work.person.key])
            wanted = {ref_of(resource) for resource in projection.resources}
            gone = known.keys() - wanted
            if gone and await _contributed(session, work):
                known = {ref: row for ref, row in known.items() if ref in wanted}
                gone = set()
            packed = await memory.bodies(session, gone) if gone else {}
        gone_too = {ref: replace(known[ref], body=body) for ref, body in packed.items()}
        return difference(projection.resources, known | gone_too, projection.closed)

    async def _deliver(self, held: Held, work: Work, told: Told | None) -> Delivery:
        """Shared resources first. If the server turns out to have lost what we remember, that is sent again, once."""
        delivering = Delivering(held=held, sender=self.sender, lane=work.person.key, told=told)
        await self._directory(work, told)
        delivery = await delivering.deliver((await self.compare(held, work)).changes)
        if delivery.surprises and await forget_what_is_gone(held, self.sender, work.made.projection, work.person.key):
            await self._directory(work, told)
            again = await delivering.deliver((await self.compare(held, work)).changes)
            delivery = Delivery(written=delivery.written + again.written, refused=again.refused)
        return delivery

    async def _directory(self, work: Work, told: Told | None) -> None:
        """One shared resource that the server refuses keeps only those from it that refer to it."""
        mentions = work.made.projection.mentions
        try:
            await directory.bring_up_to_date(self.engine, self.sender, mentions, told=told)
        except FhirServerRefusedError:
            for mention in mentions:
                try:
                    await directory.bring_up_to_date(self.engine, self.sender, [mention], told=told)
                except FhirServerRefusedError as error:
                    log.warning("shared resource refused", resource=str(ref_of(mention.resource)), error=str(error))


async def _contributed(session: AsyncSession, work: Work) -> bool:
    """Whether a message that had to be left out has given the server something: then nothing is withdrawn now."""
    names = [d.message_id for d in (*work.messages, *work.entries) if d.row in work.made.left_out]
    if not names:
        return False
    given = exists().where(col(Delivered.source).in_(names), col(Delivered.lane) == work.person.key)
    return bool((await session.execute(select(given))).scalar())


async def _write_down(session: AsyncSession, work: Work, delivery: Delivery, trigger: Trigger | None) -> None:
    for message, ending in _endings(work, delivery, trigger):
        job = trigger.job if trigger and trigger.row == message.row else None
        await results.end(session, ending, started=work.started, job=job, was=message.processing, stamp=message.stamp)
    for entry in work.entries:
        if entry.row in work.made.left_out:
            log.warning("entry left out", entry=entry.message_id, reason=work.made.left_out[entry.row])
    await refused.keep(session, work.person.keys, work.person.key, delivery.refused)
    projection = work.made.projection
    if work.messages:
        rows = {message.message_id: message.row for message in work.messages}
        other = trigger.row if trigger and trigger.row in rows.values() else work.messages[-1].row
        await results.replace_issues(session, rows, projection.issues, other)
    for message in work.messages:
        word = projection.delivery.get(message.message_id)
        if word != message.delivery and message.row not in work.made.left_out:
            await results.tell_delivery(session, message.row, word)
            await outbox.heard(session, message.row, word)
    await results.close(session, {m.row: projection.closed.get(m.message_id, ()) for m in work.messages})
    await replace_stays(session, work.person.keys, work.person.key, projection.stays, work.as_of)
    await results.review_again(session, work.person.keys, work.person.key, projection.review_at)


def _endings(work: Work, delivery: Delivery, trigger: Trigger | None) -> Iterator[tuple[Effective, Ending]]:
    """Only of messages whose state changes, and of the one whose job this is."""
    for message in work.messages:
        own = trigger is not None and trigger.row == message.row
        trouble = _trouble(work, delivery, message, own)
        if own or message.processing != (Processing.PARKED if trouble else Processing.PROJECTED):
            yield message, _ending(message, delivery, trouble, own)


def _ending(message: Effective, delivery: Delivery, trouble: FatalError | None, own: bool) -> Ending:
    sent = len(delivery.written) if own else 0
    if trouble is not None:
        return parked(message.row, trouble, sent=sent)
    outcome = "delivered" if delivery.written else "unchanged"
    detail = "" if own else "with another message of the same person"
    return Ending(row=message.row, state=Processing.PROJECTED, outcome=outcome, detail=detail, sent=sent)


def parked(row: UUID, error: BaseException, *, sent: int = 0) -> Ending:
    """A message that a person must look at. Only our own errors have texts that may be kept."""
    detail = str(error) if isinstance(error, HubError) else reason(error)
    return Ending(
        row=row, state=Processing.PARKED, outcome="parked", error=type(error).__name__, detail=detail, sent=sent
    )


def _trouble(work: Work, delivery: Delivery, message: Effective, own: bool) -> FatalError | None:
    """Why this message must be looked at: it was left out, or the server refused what only it makes.

    A refused resource that several messages make together is the business of the message at hand.
    """
    if message.row in work.made.left_out:
        return AdapterFailedError(work.made.left_out[message.row])
    for change, error in delivery.refused:
        source = memory.source_of(change.resource)
        if source == message.message_id or (own and source is None):
            return FhirServerRefusedError(f"{change.ref}: {error}")
    return None
