"""Send what is approved: at least once, under the same MsgId, whatever dies in between.

A try is written down before it begins. If its end is not written down (the process died), the lease runs out and the
message is sent again; its history shows both tries, and its receiver knows the second by the MsgId.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import structlog
from sqlalchemy import text

from hub.contract import Raw
from hub.errors import FatalError, RetriableError
from hub.intake import Intake
from hub.log.database import Sessions
from hub.outbox import book
from hub.outbox.states import State
from hub.outbox.tables import OutgoingMessage
from hub.outbox.transport import Transport, parcel

LEASE = timedelta(minutes=2)
"""How long a try may last; longer than any transport waits."""
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=5), timedelta(hours=1)
MOST_TRIES = 16
"""About half a day; then a person must act."""
AT_ONCE = 50
RECEIPT = {"content-type": "application/xml"}

# What goes to the same receiver about the same person keeps its order: a withdrawal never overtakes what it withdraws.
CLAIM = text("""
UPDATE outgoing SET attempts = attempts + 1, next_try = clock_timestamp() + :lease WHERE id = (
    SELECT id FROM outgoing AS mine WHERE state = 'approved' AND next_try <= clock_timestamp() AND NOT EXISTS (
        SELECT FROM outgoing AS earlier
        WHERE earlier.state = 'approved' AND earlier.id < mine.id AND earlier.identifier_key = mine.identifier_key
          AND earlier.parties -> 'receiver' = mine.parties -> 'receiver'
    ) ORDER BY next_try, id LIMIT 1 FOR UPDATE SKIP LOCKED
) RETURNING id
""")

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """What sending needs."""

    sessions: Sessions
    intake: Intake
    transport: Transport
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)

    async def send_due(self) -> int:
        """Try everything whose time has come; how many were sent."""
        sent = 0
        for _ in range(AT_ONCE):
            claimed = await self._claim()
            if claimed is None:
                break
            sent += await self.send(claimed)
        return sent

    async def _claim(self) -> UUID | None:
        """The next message, and that a try of it has begun; nobody else takes it until the lease has run out."""
        async with self.sessions() as session, session.begin():
            found = (await session.execute(CLAIM, {"lease": LEASE})).scalar()
            row = await session.get(OutgoingMessage, found) if found else None
            if row is not None:
                book.step(session, row, self.transport.name, f"Forsøk {row.attempts}")
            return row.id if row else None

    async def send(self, claimed: UUID) -> bool:
        """One try."""
        async with self.sessions() as session:
            row = await session.get_one(OutgoingMessage, claimed)
        body = zlib.decompress(row.body or zlib.compress(b""))
        try:
            receipt = await self.transport.send(parcel(row, body))
        except RetriableError as error:
            await self._later(claimed, str(error))
            return False
        except FatalError as error:
            await self._given_up(claimed, "not-taken", str(error))
            return False
        await self._sent(claimed, body, receipt)
        return True

    async def _sent(self, claimed: UUID, body: bytes, receipt: bytes | None) -> None:
        """It is in the message log from now on, where its AppRec finds it; one that came at once is taken with it."""
        at = self.clock()
        async with self.sessions() as session, session.begin():
            row = await book.one(session, claimed, alone=True)
            if row is None or row.state != State.APPROVED:
                return
            headers = {"content-type": row.content_type}
            row.logged = await self.intake.enter_own(session, Raw(body=body, received=at, headers=headers))
            book.move(session, row, State.SENT, self.transport.name)
            if receipt is not None:
                await self.intake.enter(session, Raw(body=receipt, received=at, headers=RECEIPT))
        log.info("message sent", outgoing=str(claimed), transport=self.transport.name)

    async def _later(self, claimed: UUID, cause: str) -> None:
        async with self.sessions() as session, session.begin():
            row = await book.one(session, claimed, alone=True)
            if row is None or row.state != State.APPROVED:
                return
            if row.attempts >= MOST_TRIES:
                book.move(session, row, State.FAILED, self.transport.name, why="undeliverable", cause=cause)
                return
            row.next_try = self.clock() + min(FIRST_PAUSE * 2 ** (row.attempts - 1), LONGEST_PAUSE)
            row.cause = cause
            book.step(session, row, self.transport.name, cause)

    async def _given_up(self, claimed: UUID, why: str, cause: str) -> None:
        async with self.sessions() as session, session.begin():
            if row := await book.one(session, claimed, alone=True):
                book.move(session, row, State.FAILED, self.transport.name, why=why, cause=cause)


async def fetch(intake: Intake, transport: Transport, her_ids: list[str]) -> int:
    """Take in what waits at a transport that keeps messages for us; marked as read when it is safe, never before."""
    waiting, read = getattr(transport, "waiting", None), getattr(transport, "read", None)
    taken = 0
    if waiting is None or read is None:
        return taken
    async for mark, body in waiting(her_ids):
        await intake.take(Raw(body=body, received=datetime.now(UTC), headers=RECEIPT))
        await read(mark)
        taken += 1
    return taken
