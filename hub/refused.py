"""What the FHIR server would not have: kept until the person is projected again, so that who wrote it can be told."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from uuid import UUID

import structlog
from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from hub.delivery import memory
from hub.delivery.content import Ref, access_numbers
from hub.delivery.difference import Change
from hub.errors import FhirServerRefusedError
from hub.log import store
from hub.log.tables import Entry, Refused

Refusals = Sequence[tuple[Change, FhirServerRefusedError]]

log = structlog.get_logger()


async def keep(session: AsyncSession, keys: Collection[str], lane: str, refusals: Refusals) -> None:
    """These and no others are refused now of what the person has; who wrote one hears of it once."""
    before = select(Refused).where(col(Refused.lane).in_(keys))
    known = {(row.resource_type, row.resource_id, row.source) for row in (await session.execute(before)).scalars()}
    if known:
        await session.execute(delete(Refused).where(col(Refused.lane).in_(keys)))
    for change, error in refusals:
        row = _row(change, error, lane)
        await session.merge(row)
        if (row.resource_type, row.resource_id, row.source) not in known:
            await _tell(session, row)


def _row(change: Change, error: FhirServerRefusedError, lane: str) -> Refused:
    return Refused(
        resource_type=change.ref.type,
        resource_id=change.ref.id,
        lane=lane,
        source=memory.source_of(change.resource),
        numbers=sorted(access_numbers(change.resource)),
        detail=str(error),
        at=datetime.now(UTC),
    )


async def _tell(session: AsyncSession, row: Refused) -> None:
    """Of an entry; a message that is refused is parked, and a Provenance goes with what it is about."""
    entry = await session.get(Entry, _uuid(row.source))
    if entry is not None and row.resource_type != "Provenance":
        about = f"{row.resource_type}/{row.resource_id}"
        log.warning("written resource refused", entry=row.source, resource=about, error=row.detail)
        told = {"entry": row.source, "type": entry.kind, "resource": about}
        store.add_event(session, "entry.refused", None, only=row.numbers, **told)


def _uuid(source: str | None) -> UUID:
    try:
        return UUID(source or "")
    except ValueError:
        return UUID(int=0)


async def refused(session: AsyncSession, ref: Ref) -> Refused | None:
    """What is known of a resource that the server would not have."""
    return await session.get(Refused, tuple(ref))
