"""The table ``delivered``: written before and after sending, so that a crash in between is seen afterwards.

Before: every resource about to be sent is put in doubt. After: its content and version. Without the first step, a
worker that dies after the server's answer would leave resources that nobody remembers and so nobody withdraws.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, cast

from sqlalchemy import CursorResult, delete, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from hub.contract import Resource
from hub.delivery.content import IN_DOUBT, Ref, access_numbers, packed
from hub.delivery.difference import Change, Known
from hub.delivery.outcome import Written
from hub.log.tables import Delivered, Event, table_of

ROWS = table_of(Delivered)
EVENTS = table_of(Event)
"""As a plain table: one statement for all rows, where the mapped class makes one per set of columns in use."""
KEY = tuple_(col(Delivered.resource_type), col(Delivered.resource_id))


async def known_in(session: AsyncSession, lanes: Sequence[str], refs: Iterable[Ref] | None = None) -> dict[Ref, Known]:
    """What was delivered in these lanes (of these resources), without the bodies."""
    statement = select(
        col(Delivered.resource_type),
        col(Delivered.resource_id),
        col(Delivered.content_hash),
        col(Delivered.server_version),
        col(Delivered.withdrawn),
    ).where(col(Delivered.lane).in_(lanes))
    if refs is not None:
        statement = statement.where(KEY.in_([tuple(ref) for ref in refs]))
    rows = (await session.execute(statement)).all()
    return {Ref(t, i): Known(hash=h, version=v, body=None, withdrawn=w) for t, i, h, v, w in rows}


async def bodies(session: AsyncSession, refs: Iterable[Ref]) -> dict[Ref, bytes | None]:
    """The packed bodies of these."""
    statement = select(col(Delivered.resource_type), col(Delivered.resource_id), col(Delivered.body)).where(
        KEY.in_([tuple(ref) for ref in refs])
    )
    return {Ref(t, i): body for t, i, body in (await session.execute(statement)).all()}


async def move(session: AsyncSession, lanes: Sequence[str], lane: str) -> int:
    """Everything delivered in lanes that turned out to be one person's now belongs to that person's lane."""
    statement = (
        update(Delivered).where(col(Delivered.lane).in_(lanes), col(Delivered.lane) != lane).values({"lane": lane})
    )
    return cast(CursorResult[Any], await session.execute(statement)).rowcount


async def intend(session: AsyncSession, lane: str, changes: Sequence[Change]) -> None:
    """Put everything about to be sent in doubt. A new resource's body is kept, so that it can be withdrawn.

    Who may hear of it is settled now: for whom it closes, it is closed before the server has it.
    """
    rows = [_row(lane, change, content_hash=IN_DOUBT, server_version=None) for change in changes]
    if not rows:
        return
    statement = insert(ROWS)
    doubt = {name: statement.excluded[name] for name in ("content_hash", "lane", "numbers")}
    key = ["resource_type", "resource_id"]
    await session.execute(statement.on_conflict_do_update(index_elements=key, set_=doubt), rows)


async def confirm(session: AsyncSession, lane: str, sent: Sequence[tuple[Change, Written]]) -> None:
    """Record what the server confirmed."""
    rows = [_row(lane, change, content_hash=change.hash, server_version=answer.version) for change, answer in sent]
    if not rows:
        return
    statement = insert(ROWS)
    settled = {
        name: statement.excluded[name]
        for name in ("lane", "source", "content_hash", "server_version", "body", "withdrawn", "numbers")
    }
    key = ["resource_type", "resource_id"]
    await session.execute(statement.on_conflict_do_update(index_elements=key, set_=settled), rows)


async def tell(session: AsyncSession, sent: Sequence[tuple[Change, Written]]) -> None:
    """What has changed on the FHIR server, for whoever follows: in the transaction that remembers it."""
    at = datetime.now(UTC)
    rows = [
        {
            "kind": f"resource.{_happened(change, answer)}",
            "resource_type": change.ref.type,
            "resource_id": change.ref.id,
            "data": {"version": answer.version} if answer.version else {},
            "at": at,
        }
        for change, answer in sent
    ]
    if rows:
        await session.execute(insert(EVENTS), rows)


def _happened(change: Change, answer: Written) -> str:
    return "withdrawn" if change.kind == "withdrawn" else "created" if answer.created else "changed"


async def restore(session: AsyncSession, changes: Iterable[Change]) -> None:
    """Take back the doubt about what the server has certainly refused."""
    for change in changes:
        this = tuple_(*change.ref) == KEY
        if change.previous is None:
            await session.execute(delete(Delivered).where(this))
        else:
            values = {"content_hash": change.previous.hash}
            await session.execute(update(Delivered).where(this).values(values))


async def doubt_everything(session: AsyncSession) -> int:
    """Forget what the server holds, as after it was emptied; what it should hold is still known."""
    statement = update(Delivered).values({"content_hash": IN_DOUBT})
    return cast(CursorResult[Any], await session.execute(statement)).rowcount


async def doubt(session: AsyncSession, refs: Iterable[Ref]) -> None:
    """Forget what these contain: the server was found to hold something else."""
    statement = update(Delivered).where(KEY.in_([tuple(ref) for ref in refs]))
    await session.execute(statement.values({"content_hash": IN_DOUBT}))


def _row(lane: str, change: Change, **more: Any) -> Mapping[str, Any]:
    return {
        "resource_type": change.ref.type,
        "resource_id": change.ref.id,
        "lane": lane,
        "source": source_of(change.resource),
        "body": packed(change.ref, change.body),
        "withdrawn": change.kind == "withdrawn",
        "numbers": sorted(access_numbers(change.resource)),
        **more,
    }


def source_of(resource: Resource) -> str | None:
    """The message id of a message-scoped resource, from its ``meta.source``."""
    source = resource.get("meta", {}).get("source")
    return str(source).removeprefix("urn:uuid:") if source else None
