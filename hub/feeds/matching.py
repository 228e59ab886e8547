"""Find what a subscription is to be told of: what has changed since it was last looked for, and matches now.

The feed is the outbox that is committed with the change; from it, what matches is put in the subscription's own, and
the cursor moves on, in one transaction. What dies in between is looked for again. Whether a resource matches is asked
of the FHIR server, through the gateway and as the subscriber: by the same closed list, scopes, access tags and blocks
as any search of theirs. The FHIR server knows of no subscription.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import structlog
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from hub.contract import Ids
from hub.errors import FhirServerBusyError
from hub.feeds import book
from hub.feeds.resource import criteria
from hub.feeds.tables import Notification, Subscription
from hub.gateway.exposed import Exposed
from hub.gateway.outcome import OutcomeError
from hub.log.database import Sessions
from hub.log.events import Following, ForgottenError, Looked, events_after, forgotten, newest
from hub.log.keys import time_ordered_id
from hub.log.tables import Event

AT_ONCE = 500
"""Events that are looked at in one go."""
ASKED = 100
"""Ids in one search."""
TOGETHER = 50
"""Events in one notification."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Matching:
    """What finding needs."""

    sessions: Sessions
    exposed: Exposed
    ids: Ids

    async def find(self) -> int:
        """Look for all who are active and not yet at the end of the feed; how many events matched."""
        async with self.sessions() as session, session.begin():
            end = await newest(session)
            behind = select(col(Subscription.id)).where(
                col(Subscription.status) == "active", col(Subscription.cursor) < end
            )
            waiting = (await session.execute(behind.order_by(col(Subscription.cursor)))).scalars().all()
        return sum([await self._find(id_) for id_ in waiting])

    async def _find(self, id_: UUID) -> int:
        async with self.sessions() as session, session.begin():
            row = await session.get(Subscription, id_)
            if row is None:
                return 0
            gone = await forgotten(session)
            try:
                looked = await self._changed(session, row) if row.cursor >= gone else None
            except ForgottenError:
                looked = None
            if looked is None:
                _skip(row, gone)
                return 0
        try:
            matching = await self._matching(row, looked.events)
        except FhirServerBusyError:
            return 0
        except OutcomeError as error:
            if error.code != "server-away":
                await self._stop(row, error.code)
            return 0
        return await self._keep(row, looked, matching)

    async def _changed(self, session: AsyncSession, row: Subscription) -> Looked:
        """The events of its type that it may hear of."""
        caller = book.acting(row, self.ids)
        following = Following(numbers=caller.numbers, types=[row.criteria.partition("?")[0]], messages=False)
        return await events_after(session, row.cursor, AT_ONCE, following)

    async def _matching(self, row: Subscription, events: Sequence[Event]) -> set[str]:
        """Which of these resources a search of the subscriber's finds now."""
        caller = book.acting(row, self.ids)
        type_, pairs = criteria(row.criteria, self.exposed.allowed, caller)
        ids = sorted({str(event.resource_id) for event in events})
        found: set[str] = set()
        for start in range(0, len(ids), ASKED):
            these = ",".join(ids[start : start + ASKED])
            asked = [*pairs, ("_id", these), ("_elements", "id"), ("_count", str(ASKED))]
            bundle = await self.exposed.to(caller, "").search(type_, asked)
            found |= {entry["resource"]["id"] for entry in bundle["entry"]}
        return found

    async def _keep(self, row: Subscription, looked: Looked, matching: set[str]) -> int:
        """What matches goes to the subscription's outbox as the cursor moves; unless it was changed meanwhile."""
        told = [e for e in looked.events if e.resource_id in matching]
        async with self.sessions() as session, session.begin():
            moved = update(Subscription).where(
                col(Subscription.id) == row.id,
                col(Subscription.cursor) == row.cursor,
                col(Subscription.revision) == row.revision,
            )
            if not (await session.execute(moved.values(cursor=looked.last))).rowcount:  # type: ignore[attr-defined]
                return 0
            parts = [told[start : start + TOGETHER] for start in range(0, len(told), TOGETHER)]
            for id_, part in zip(sorted(time_ordered_id() for _ in parts), parts, strict=True):
                items = [_item(event) for event in part]
                session.add(
                    Notification(id=id_, subscription=row.id, kind=book.EVENTS, items=items, next_try=datetime.now(UTC))
                )
        return len(told)

    async def _stop(self, row: Subscription, code: str) -> None:
        """What was allowed when it was asked for is not any more, or the search costs too much."""
        async with self.sessions() as session, session.begin():
            if held := await book.one(session, row.id, col(Subscription.revision) == row.revision):
                book.move(session, held, "error", f"Kriteriet kan ikke brukes: {code}.")
        log.warning("subscription stopped", subscription=str(row.id), why=code)


def _skip(row: Subscription, to: int) -> None:
    """The feed does not go back to its cursor any more: one number is left out, so that its receiver sees the hole."""
    row.cursor, row.sent = to, row.sent + 1


def _item(event: Event) -> list[str]:
    at = event.at or datetime.now(UTC)
    return [str(event.resource_type), str(event.resource_id), at.isoformat()]
