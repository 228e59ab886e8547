"""Read and move subscriptions; what their owners hear of it is in the feed, in the same transaction."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from hub.access.caller import Caller
from hub.access.scopes import Grants, Scope
from hub.contract import HER_ID, ORGANISASJONSNUMMER, Identifier, Ids, denied
from hub.feeds.tables import Notification, Subscription
from hub.log import store

HANDSHAKE, EVENTS = "handshake", "events"
WAITING, PARKED = "waiting", "parked"
LIVE = ("requested", "active")


def owned(caller: Caller) -> ColumnElement[bool]:
    """Those of the client itself, for the same organisation and unit."""
    return and_(
        col(Subscription.client) == caller.client,
        col(Subscription.organisation) == caller.parent,
        col(Subscription.unit) == caller.child,
    )


async def mine(session: AsyncSession, caller: Caller) -> Sequence[Subscription]:
    """All of the caller's."""
    statement = select(Subscription).where(owned(caller)).order_by(col(Subscription.id))
    return (await session.execute(statement)).scalars().all()


async def one(session: AsyncSession, id_: UUID, *conditions: ColumnElement[bool]) -> Subscription | None:
    """One, for whoever changes it: nobody else does meanwhile."""
    statement = select(Subscription).where(col(Subscription.id) == id_, *conditions).with_for_update()
    return (await session.execute(statement)).scalar_one_or_none()


def acting(row: Subscription, ids: Ids | None) -> Caller:
    """For whom a subscription looks: the caller that asked for it, with the rights that it had when it last did."""
    scopes = tuple(Scope(type_, may, tuple((n, v) for n, v in only)) for type_, may, only in row.scopes)
    numbers = None if row.numbers is None else frozenset(row.numbers)
    found = Caller(
        client=row.client,
        numbers=numbers,
        parent=row.organisation,
        child=row.unit,
        grants=Grants(scopes=scopes),
    )
    return found.known_as(denied(ids, name) for name in _names(row)) if ids else found


def _names(row: Subscription) -> Iterator[Identifier]:
    """What the unit goes by, in case that a patient has shut it out."""
    if row.unit:
        yield Identifier(ORGANISASJONSNUMMER, row.unit)
        yield from (Identifier(HER_ID, number) for number in row.numbers or () if len(number) != 9)


def scopes(caller: Caller) -> list[Any]:
    """The caller's scopes, to be kept."""
    return [[s.type, s.may, [list(pair) for pair in s.only]] for s in caller.grants.scopes]


def shake_hands(session: AsyncSession, row: Subscription) -> None:
    """Ask the receiver whether it is there, before anything is told."""
    session.add(Notification(subscription=row.id, kind=HANDSHAKE, next_try=datetime.now(UTC)))


async def forget_handshakes(session: AsyncSession, row: Subscription) -> None:
    """A newer one is made."""
    mine_ = (col(Notification.subscription) == row.id, col(Notification.kind) == HANDSHAKE)
    await session.execute(delete(Notification).where(*mine_))


async def wake(session: AsyncSession, row: Subscription) -> None:
    """What was given up is tried again, from the beginning."""
    parked = update(Notification).where(col(Notification.subscription) == row.id)
    values = {"state": WAITING, "attempts": 0, "cause": "", "next_try": datetime.now(UTC)}
    await session.execute(parked.values(values).execution_options(synchronize_session=False))


async def forget_events(session: AsyncSession, row: Subscription) -> None:
    """What was found by criteria that hold no longer."""
    await session.execute(delete(Notification).where(col(Notification.subscription) == row.id))


async def backlog(session: AsyncSession) -> dict[str, int]:
    """How many notifications wait, and how many have been given up."""
    rows = await session.execute(select(col(Notification.state), func.count()).group_by(col(Notification.state)))
    found = {WAITING: 0, PARKED: 0}
    for state, count in rows:
        found[state] = count
    return found


def move(session: AsyncSession, row: Subscription, status: str, error: str = "") -> None:
    """Another status, which its owner hears of in the feed."""
    row.status, row.error = status, error
    row.revision += 1
    row.changed = datetime.now(UTC)
    own = [n for n in (row.organisation, row.unit) if n]
    store.add_event(session, f"subscription.{status}", None, only=own, subscription=str(row.id))
