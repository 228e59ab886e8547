"""Another id key: every identifier key in the log is worked out anew, in one transaction.

The log holds the numbers themselves only inside the documents, so these tell which new key takes the place of which old
one. What was delivered moves to the lane of the new key; ``heimveg rebuild`` then writes every resource under its new
id, and withdraws it under the old one as it does with all that is no longer desired. The access log is not touched:
entries about a patient's former ids are found by the lane that all ids of a patient share.
"""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import AsyncIterator
from dataclasses import dataclass

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from hub.contract import Identifier, Ids
from hub.log.database import Sessions
from hub.log.persons import identifier_key
from hub.log.tables import Entry, StoredDocument
from hub.making import Load

QUEUED = text("SELECT count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing') AND lock IS NOT NULL")
"""Jobs that are about a person: their lock is the person's key."""
FRESH = text("""
CREATE TEMPORARY TABLE fresh ON COMMIT DROP AS
SELECT * FROM unnest(CAST(:former AS text[]), CAST(:wanted AS text[])) AS given(former, wanted)
""")
STRANGE = text("""
SELECT count(*) FROM (
    SELECT identifier_key AS key FROM message_identifier UNION SELECT identifier_key FROM entry
) AS held WHERE NOT EXISTS (SELECT FROM fresh WHERE fresh.former = held.key)
""")
CHANGE = {
    "message_identifier": "identifier_key",
    "message": "person_key",
    "entry": "identifier_key",
    "delivered": "lane",
    "refused": "lane",
    "stay": "lane",
    "review": "person_key",
    "outgoing": "identifier_key",
}
"""Every column that holds a key of a person."""


@dataclass(frozen=True, slots=True)
class Rekeyed:
    """What was changed, by table; or why nothing was."""

    rows: dict[str, int]
    refused: str = ""


async def rekey(sessions: Sessions, load: Load, former: Ids, wanted: Ids) -> Rekeyed:
    """Change every key of a person; nothing, where one of them cannot be told from the documents."""
    async with sessions() as session, session.begin():
        if (await session.execute(QUEUED)).scalar():
            return Rekeyed({}, "messages are still in the queue: stop what takes them in, and wait until it is empty")
        keys: dict[str, str] = {}
        async for persons in _persons(session, load):
            keys |= {identifier_key(former, one): identifier_key(wanted, one) for one in persons}
        await session.execute(FRESH, {"former": list(keys), "wanted": list(keys.values())})
        if strange := (await session.execute(STRANGE)).scalar():
            return Rekeyed({}, f"{strange} keys are of no stored document: not made by this id key, or it is gone")
        return Rekeyed({table: await _change(session, table, column) for table, column in CHANGE.items()})


async def _persons(session: AsyncSession, load: Load) -> AsyncIterator[tuple[Identifier, ...]]:
    """Whom each stored document and entry is about."""
    for column in (col(StoredDocument.dumped), col(Entry.dumped)):
        rows = await session.stream(select(column).execution_options(yield_per=200))
        async for dumped in rows.scalars():
            document = await asyncio.to_thread(load, zlib.decompress(dumped), b"")
            yield document.head.persons


async def _change(session: AsyncSession, table: str, column: str) -> int:
    statement = f"UPDATE {table} SET {column} = fresh.wanted FROM fresh WHERE {table}.{column} = fresh.former"  # noqa: S608
    return int((await session.execute(text(statement))).rowcount)  # type: ignore[attr-defined]
