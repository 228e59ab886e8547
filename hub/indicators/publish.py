"""A month's indicators on the FHIR server: Measures and MeasureReports, in a lane of their own.

They are nobody's, so no person's projection may write them: one writer for the whole deployment, and what was delivered
is remembered as for every other resource. Fixed windows (whole months) by municipality, so that numbers published one
after the other cannot be subtracted from each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import orjson
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from hub.contract import Ids, Resource
from hub.delivery import memory
from hub.delivery.content import ref_of, unpacked
from hub.delivery.deliver import Delivering, Delivery
from hub.delivery.difference import Difference, difference
from hub.delivery.send import Sender
from hub.indicators.compute import Window, compute
from hub.indicators.definition import indicators
from hub.indicators.measure import measure, measure_report
from hub.lanes import hold
from hub.log.states import Lane
from hub.wall_time import OSLO

GROUPED_BY = ("municipality",)


def month(first: date, now: datetime) -> Window:
    """The month that begins on that day."""
    following = (first.replace(day=1) + timedelta(days=32)).replace(day=1)
    return Window(start=first.replace(day=1), stop=following, as_of=now)


async def publish(engine: AsyncEngine, sender: Sender, ids: Ids, window: Window) -> Delivery:
    """Deliver what is new or changed of the window; reports of other windows stay as they are."""
    async with AsyncSession(engine) as session:
        made = await resources(session, ids, window)
    async with hold(engine, [Lane.INDICATORS]) as held:
        async with held.session() as session, session.begin():
            found = await compared(session, made)
        return await Delivering(held=held, sender=sender, lane=Lane.INDICATORS).deliver(found.changes)


async def compared(session: AsyncSession, made: Sequence[Resource]) -> Difference:
    """What is new or changed of these against what was delivered."""
    refs = [ref_of(resource) for resource in made]
    known = await memory.known_in(session, [Lane.INDICATORS], refs)
    before = await memory.bodies(session, refs)
    return difference((_as_dated(resource, before.get(ref_of(resource))) for resource in made), known)


def _as_dated(resource: Resource, before: bytes | None) -> Resource:
    """With the date of the one before where the numbers are the same: it tells when they became so."""
    was = orjson.loads(unpacked(before)) if before else {}
    return {**resource, "date": was["date"]} if "date" in was and {**resource, "date": was["date"]} == was else resource


async def resources(session: AsyncSession, ids: Ids, window: Window) -> list[Resource]:
    """Every definition, and its numbers for the window; of one without a window, those of now in the newest month."""
    made: list[Resource] = []
    today = window.as_of.astimezone(OSLO).date()
    is_newest = window.stop <= today < month(window.stop, window.as_of).stop
    for indicator in indicators().values():
        if indicator.window == "none" and not is_newest:
            continue
        by = () if indicator.classes else GROUPED_BY
        result = await compute(session, indicator, window, by)
        made += [measure(indicator, ids), measure_report(result, ids)]
    return made


def whole_month(text: str) -> Window:
    """``2026-05`` as a window; ``ValueError`` when it is no month."""
    return month(datetime.strptime(text, "%Y-%m").replace(tzinfo=UTC).date(), datetime.now(UTC))
