"""One writer at a time per lane: a PostgreSQL advisory lock held on a connection of its own.

The queue's ``lock`` keeps jobs of one person in order and out of each other's way; this one also holds when a job was
taken for dead and is run again, when two lanes become one, and against ``rebuild`` and ``verify`` beside the workers.
"""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import psycopg
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession

from hub.errors import StoreUnavailableError

LONGEST_WAIT = "15min"
"""Longer than a job waits for the FHIR server; who waits longer goes back to the queue."""

LIMIT_WAIT = text("SELECT set_config('lock_timeout', :longest, true)")
LOCK = text("SELECT pg_advisory_lock(number) FROM unnest(CAST(:numbers AS bigint[])) AS number")
UNLOCK = text("SELECT pg_advisory_unlock_all()")
ALIVE = text("SELECT 1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Lanes that nobody else writes while this is held."""

    connection: AsyncConnection

    def session(self) -> AsyncSession:
        """A session on the connection that holds the lock: without the lock, no commit."""
        return AsyncSession(self.connection, expire_on_commit=False)

    async def still_ours(self) -> None:
        """Raise when PostgreSQL has dropped the connection, and with it the lock."""
        with store_trouble():
            await self.connection.execute(ALIVE)
            await self.connection.rollback()


class store_trouble:  # noqa: N801  # reads as a statement
    """Turn what the database driver throws when PostgreSQL is away into our own error."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        away = isinstance(error, OperationalError | InterfaceError | PoolTimeoutError | psycopg.OperationalError)
        if away or (isinstance(error, DBAPIError) and error.connection_invalidated):
            raise StoreUnavailableError(f"The log cannot be reached ({type(error).__name__})") from error


@asynccontextmanager
async def hold(engine: AsyncEngine, lanes: Iterable[str]) -> AsyncIterator[Held]:
    """Wait until nobody else writes any of these lanes. Always taken in one order, so no two wait for each other."""
    numbers = sorted({_number(lane) for lane in lanes})
    with store_trouble():
        connection = await engine.connect()
    clean = False
    try:
        with store_trouble():
            await connection.execute(LIMIT_WAIT, {"longest": LONGEST_WAIT})
            await connection.execute(LOCK, {"numbers": numbers})
            await connection.commit()
        yield Held(connection=connection)
        with store_trouble():
            await connection.execute(UNLOCK)
            await connection.commit()
        clean = True
    finally:
        if not clean:
            await connection.invalidate()  # closing it lets go of the locks, whatever state it is in
        await connection.close()


def _number(lane: str) -> int:
    return int.from_bytes(hashlib.sha256(f"lane {lane}".encode()).digest()[:8], "big", signed=True)
