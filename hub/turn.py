"""One job's turn: which person a message belongs to now, and what an error means for it."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

import structlog
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from hub.errors import FhirServerAwayError, FhirServerBusyError, HubError, RetriableError, StoreUnavailableError
from hub.lanes import store_trouble
from hub.log import answered, persons, results
from hub.log.queue import defer_projection
from hub.log.results import Ending
from hub.log.states import Processing
from hub.log.tables import Message
from hub.person import look
from hub.project import Projector, Trigger, parked

UNFINISHED = (Processing.RECEIVED.value, Processing.WAITING.value)

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A job to project one message. ``lane`` is the queue's lock, ``last`` whether a busy server gets no more tries."""

    projector: Projector
    message: UUID
    lane: str | None = None
    job: int | None = None
    last: bool = False
    started: datetime = field(default_factory=lambda: datetime.now(UTC))

    async def take(self) -> str:
        """Project the message's person; returns the outcome. Raises only what is worth another try."""
        try:
            with store_trouble():
                return await self._take()
        except RetriableError as error:
            if self.last and isinstance(error, FhirServerBusyError) and not isinstance(error, FhirServerAwayError):
                return await self._park(error)
            await self._wait(error)
            raise
        except Exception as error:
            log.exception("projection failed", message=str(self.message))
            return await self._park(error)

    async def _take(self) -> str:
        async with AsyncSession(self.projector.engine) as session, session.begin():
            state = select(col(Message.processing)).where(col(Message.id) == self.message)
            if (await session.execute(state)).scalar() not in UNFINISHED:
                return "unchanged"  # another message's job has taken this one along, or nobody wants it projected
            await answered.take_waiting(session, self.message)
            keys = await persons.identifiers_of_message(session, self.message)
            if not keys:
                return "unchanged"
            person = await look(session, keys)
            if self.lane is not None and person.key != self.lane:
                return await self._move(session, person.key)
        delivery = await self.projector.person(
            person.key, seen=person, trigger=Trigger(row=self.message, job=self.job), told=self._server_is_away
        )
        return "delivered" if delivery.written else "unchanged"

    async def _move(self, session: AsyncSession, key: str) -> str:
        """The message turned out to be about a person of another lane: stand in line there."""
        await defer_projection(session, self.message, key)
        ending = Ending(row=self.message, state=Processing.RECEIVED, outcome="moved")
        results.add_attempt(session, ending, started=self.started, job=self.job)
        return ending.outcome

    async def _server_is_away(self) -> None:
        async with AsyncSession(self.projector.engine) as session, session.begin():
            state = select(col(Message.processing)).where(col(Message.id) == self.message)
            told_before = (await session.execute(state)).scalar() == Processing.WAITING
        if not told_before:
            await self._wait(FhirServerAwayError("The FHIR server is away; this message goes on by itself"))

    async def _wait(self, error: HubError) -> None:
        ending = Ending(
            row=self.message,
            state=Processing.WAITING,
            outcome="waiting",
            error=type(error).__name__,
            detail=str(error),
        )
        log.info("message waits", message=str(self.message), error=ending.error)
        with contextlib.suppress(StoreUnavailableError):  # then the queue still knows
            await self._set_back(ending)

    async def _park(self, error: Exception) -> str:
        ending = parked(self.message, error)
        log.warning("message parked", message=str(self.message), error=ending.error)
        await self._set_back(ending)
        return ending.outcome

    async def _set_back(self, ending: Ending) -> None:
        with store_trouble():
            async with AsyncSession(self.projector.engine) as session, session.begin():
                await results.set_back(session, ending, started=self.started, job=self.job)
