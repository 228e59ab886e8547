"""Shared resources (Organization, Practitioner, PractitionerRole): the newest mention of each is what the server holds.

They are written before any patient's transaction refers to them, by one writer at a time for the whole deployment.
Nearly every message repeats what is known, and that costs one statement and no lock.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import orjson
from sqlalchemy import and_, select, text, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from sqlmodel import col

from hub.contract import Mention
from hub.delivery import memory
from hub.delivery.breaker import Told
from hub.delivery.content import IN_DOUBT, Ref, content_hash, packed, unpacked
from hub.delivery.difference import Change, Known
from hub.delivery.mentions import Candidate, Stamp, newest
from hub.delivery.outcome import Written
from hub.delivery.send import Sender
from hub.delivery.transaction import transactions
from hub.errors import FhirServerRefusedError
from hub.lanes import Held, hold
from hub.log.states import Lane
from hub.log.tables import Delivered, Directory, table_of

# The rows are locked in one order, so that parallel writers do not wait for each other in a circle.
MOVE = text("""
WITH fresh AS (
    SELECT * FROM unnest(
        CAST(:types AS text[]), CAST(:ids AS text[]), CAST(:times AS timestamptz[]), CAST(:messages AS text[]),
        CAST(:hashes AS bytea[])
    ) AS given(resource_type, resource_id, at, message_id, content_hash)
), mine AS (
    SELECT directory.resource_type, directory.resource_id
    FROM directory JOIN fresh USING (resource_type, resource_id)
    ORDER BY resource_type, resource_id FOR UPDATE OF directory
)
UPDATE directory SET at = fresh.at, message_id = fresh.message_id
FROM fresh
JOIN mine USING (resource_type, resource_id)
JOIN delivered USING (resource_type, resource_id, content_hash)
WHERE directory.resource_type = fresh.resource_type AND directory.resource_id = fresh.resource_id
  AND (directory.at, directory.message_id) < (fresh.at, fresh.message_id)
RETURNING directory.resource_type, directory.resource_id
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What the directory says, and what is known of the server: no hash when that is in doubt."""

    stamp: Stamp
    hash: bytes
    known: Known | None
    body: bytes


async def bring_up_to_date(
    engine: AsyncEngine, sender: Sender, mentions: Iterable[Mention], *, told: Told | None = None
) -> list[Written]:
    """Deliver the mentions that are news. Returns what was written."""
    candidates = newest(mentions)
    async with AsyncSession(engine) as session, session.begin():
        news = await _news(session, candidates)
    return await _deliver(engine, sender, news, told) if news else []


async def _news(session: AsyncSession, candidates: Mapping[Ref, Candidate]) -> dict[Ref, Candidate]:
    """Those that need the lock. A repetition only moves the time of the newest mention."""
    rows = await _rows(session, candidates)
    news, repeated = {}, {}
    for ref in sorted(candidates):
        candidate, row = candidates[ref], rows.get(ref)
        if row is None or row.hash == IN_DOUBT:
            news[ref] = candidate
        elif candidate.hash != row.hash:
            if candidate.stamp >= row.stamp:
                news[ref] = candidate
        elif candidate.stamp > row.stamp:
            repeated[ref] = candidate
    moved = await _moved(session, list(repeated.values())) if repeated else set()
    return news | {ref: candidate for ref, candidate in repeated.items() if ref not in moved}


async def _moved(session: AsyncSession, repeated: Sequence[Candidate]) -> set[Ref]:
    """Move the times of unchanged resources, but of none that somebody changed meanwhile."""
    values = {
        "types": [candidate.ref.type for candidate in repeated],
        "ids": [candidate.ref.id for candidate in repeated],
        "times": [candidate.stamp[0] for candidate in repeated],
        "messages": [candidate.stamp[1] for candidate in repeated],
        "hashes": [candidate.hash for candidate in repeated],
    }
    return {Ref(type_, id_) for type_, id_ in (await session.execute(MOVE, values)).all()}


async def _rows(session: AsyncSession, refs: Iterable[Ref]) -> dict[Ref, Row]:
    join = and_(
        col(Delivered.resource_type) == col(Directory.resource_type),
        col(Delivered.resource_id) == col(Directory.resource_id),
    )
    wanted = tuple_(col(Directory.resource_type), col(Directory.resource_id)).in_([tuple(ref) for ref in refs])
    statement = select(Directory, Delivered).outerjoin(Delivered, join).where(wanted)
    return {
        Ref(row.resource_type, row.resource_id): Row(
            stamp=(row.at, row.message_id),
            hash=sent.content_hash if sent else IN_DOUBT,
            known=Known(hash=sent.content_hash, version=sent.server_version, body=None) if sent else None,
            body=row.body,
        )
        for row, sent in (await session.execute(statement)).all()
    }


async def _deliver(
    engine: AsyncEngine, sender: Sender, news: Mapping[Ref, Candidate], told: Told | None
) -> list[Written]:
    async with hold(engine, [Lane.DIRECTORY]) as held:
        async with held.session() as session, session.begin():
            changes = _changes(news, await _rows(session, news))
            await _intend(session, changes, news)
        return await _send(held, sender, changes, told)


def _changes(news: Mapping[Ref, Candidate], rows: Mapping[Ref, Row]) -> list[Change]:
    """Whoever held the lock before may have sent the same, or newer."""
    changes = []
    for ref, candidate in news.items():
        row = rows.get(ref)
        known = row.known if row else None
        body = unpacked(row.body) if row and row.stamp > candidate.stamp else candidate.body
        if known is None or known.hash != content_hash(body):
            kind = "new" if known is None else "changed"
            changes.append(Change(ref=ref, resource=orjson.loads(body), body=body, kind=kind, previous=known))  # type: ignore[arg-type]
    return changes


async def _intend(session: AsyncSession, changes: list[Change], news: Mapping[Ref, Candidate]) -> None:
    await memory.intend(session, Lane.DIRECTORY, changes)
    rows = [
        {
            "resource_type": ref.type,
            "resource_id": ref.id,
            "at": candidate.stamp[0],
            "message_id": candidate.stamp[1],
            "body": packed(ref, candidate.body),
        }
        for ref, candidate in news.items()
    ]
    statement = insert(table_of(Directory))
    fresh = statement.excluded
    newer = tuple_(fresh.at, fresh.message_id) >= tuple_(col(Directory.at), col(Directory.message_id))
    upsert = statement.on_conflict_do_update(
        index_elements=["resource_type", "resource_id"],
        set_={"at": fresh.at, "message_id": fresh.message_id, "body": fresh.body},
        where=newer,
    )
    await session.execute(upsert, rows)


async def _send(held: Held, sender: Sender, changes: list[Change], told: Told | None) -> list[Written]:
    done: list[tuple[Change, Written]] = []
    try:
        for part in transactions(changes):
            answers = await sender.send(part, still_ours=held.still_ours, told=told)
            done.extend(zip(part, answers, strict=True))
    except FhirServerRefusedError:
        sent = {change.ref for change, _ in done}
        await _settle(held, done, [change for change in changes if change.ref not in sent])
        raise
    await _settle(held, done, [])
    return [answer for _, answer in done]


async def _settle(held: Held, done: list[tuple[Change, Written]], refused: list[Change]) -> None:
    async with held.session() as session, session.begin():
        await memory.confirm(session, Lane.DIRECTORY, done)
        await memory.restore(session, refused)
