"""Keep the indicators of whole months on the FHIR server: the worker does it every night, a rebuild at its end.

The months of a year and one more, so that a month can be compared with the same one a year before: late and corrected
messages change the numbers of months that are over. Only what has become otherwise is sent.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from hub.contract import Ids
from hub.delivery.deliver import Delivery
from hub.delivery.difference import Difference
from hub.delivery.send import Sender
from hub.indicators.publish import compared, month, publish, resources
from hub.lanes import store_trouble
from hub.wall_time import OSLO

MONTHS: Final = 13
FIRST: Final = text("SELECT min(ended) FROM stay")


async def keep(engine: AsyncEngine, sender: Sender, ids: Ids, now: datetime) -> Delivery:
    """Write what is new or has changed of every month that is over and has stays; older ones stay as they are."""
    done = Delivery()
    with store_trouble():
        for start in await _kept(engine, now):
            written = await publish(engine, sender, ids, month(start, now))
            done.written += written.written
            done.refused += written.refused
    return done


async def differences(engine: AsyncEngine, ids: Ids, now: datetime) -> list[Difference]:
    """What ``keep`` would write, a month at a time. Nothing is sent or changed."""
    found = []
    with store_trouble():
        for start in await _kept(engine, now):
            async with AsyncSession(engine) as session:
                found.append(await compared(session, await resources(session, ids, month(start, now))))
    return found


async def _kept(engine: AsyncEngine, now: datetime) -> list[date]:
    """The first days of the months that are kept."""
    async with AsyncSession(engine) as session:
        first = (await session.execute(FIRST)).scalar()
    return list(months(first, now)) if first else []


def months(first: datetime, now: datetime) -> Iterator[date]:
    """The first day of each whole month in Norway from the one of ``first`` on, at most so many, the newest first."""
    begins = first.astimezone(OSLO).date().replace(day=1)
    start = now.astimezone(OSLO).date().replace(day=1)
    for _ in range(MONTHS):
        start = (start - timedelta(days=1)).replace(day=1)
        if start < begins:
            return
        yield start
