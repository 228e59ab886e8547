"""Jobs are deferred in the message's own transaction: seen by a worker after the commit, gone with a rollback."""

from __future__ import annotations

from uuid import UUID

import procrastinate
from sqlalchemy.ext.asyncio import AsyncSession

from hub.log.database import raw_connection

PROJECT = "heimveg.project"
REVIEW = "heimveg.review"
"""The tasks' names in ``hub.jobs``, which the intake must not import (it brings the mappings)."""

# Never opened: it only knows how a job is written.
_writer = procrastinate.App(connector=procrastinate.PsycopgConnector())


async def defer_projection(session: AsyncSession, message: UUID, lane: str) -> int:
    """One job per message; ``lock`` lets one job per person run at a time, in order (technology 3)."""
    connection = await raw_connection(session)
    deferrer = _writer.configure_task(PROJECT, lock=lane, connection=connection)
    return await deferrer.defer_async(message=str(message))


async def defer_review(session: AsyncSession, person_key: str) -> int:
    """A projection that no message asks for: time has passed."""
    connection = await raw_connection(session)
    deferrer = _writer.configure_task(REVIEW, lock=person_key, connection=connection)
    return await deferrer.defer_async(person_key=person_key)
