"""The access log: who has seen what about whom. An entry is stored before its answer is given, or none is given.

Entries form one chain: each carries a keyed hash over itself and the entry before it, so that one that is changed,
removed or put in between is found by ``verify``. What was cut off at the end shows against an anchor, a number and
hash that was kept elsewhere (the operations log gets one every ``ANCHOR_EVERY`` entries).
"""

from __future__ import annotations

import asyncio
import contextlib
import hmac
from collections.abc import AsyncIterable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import orjson
import structlog
from psycopg import Error as PsycopgError
from psycopg.errors import UniqueViolation
from sqlalchemy import select, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession
from sqlmodel import col

from hub.access.caller import Caller
from hub.errors import RetriableError
from hub.keyring import Ring
from hub.log.database import Sessions, raw_connection
from hub.log.tables import AccessEntry, table_of

LAST = text("SELECT sequence, hash FROM access_entry ORDER BY sequence DESC LIMIT 1")
_COLUMNS = table_of(AccessEntry).columns
_NAMES = ", ".join(c.name for c in _COLUMNS)
_TYPES = ", ".join(
    f"{c.name} {'text' if c.name == 'hash' else c.type.compile(postgresql.dialect())}"  # type: ignore[no-untyped-call]
    for c in _COLUMNS
)
ADD = f"""
INSERT INTO access_entry ({_NAMES})
SELECT {_NAMES.replace("hash", "decode(hash, 'hex')")}
FROM jsonb_to_recordset(CAST(%(rows)s AS jsonb)) AS fresh ({_TYPES})
WHERE %(last)s = 0 OR EXISTS (SELECT FROM access_entry WHERE sequence = %(last)s AND access_entry.hash = %(seal)s)
"""  # noqa: S608  names of our own columns
"""All entries or none, in one statement, after the entry that they hang on: where another process was faster, the
number is taken already, and nothing is stored."""
AUTOCOMMIT = {"isolation_level": "AUTOCOMMIT"}
MOST_TRIES = 100
"""Each time that another process was faster; one of them always is."""
AT_ONCE = 64
ANCHOR_EVERY = 1000
BEGINNING = bytes(32)
STORE_SECONDS = 10.0
EMERGENCY = "ETREAT"
"""Purpose of use (v3-ActReason): treatment in an emergency, which may see what is blocked."""

log = structlog.get_logger()


class LedgerAwayError(RetriableError):
    """The access log cannot be written, so nothing about patients is given out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """One call that gave, or would have given, something about patients.

    ``action`` is FHIR's (R read, E execute such as a search, C, U); ``what`` the interaction and type as in
    ``search Task``; ``patients`` and ``resources`` are resource ids. No value that a caller asked for is kept but what
    ``asked`` names: parameter names, and codes that are ours.
    """

    action: str
    what: str
    outcome: int
    client: str
    organisation: str = ""
    unit: str = ""
    hpr: str = ""
    subject: str = ""
    token: str = ""
    asked: str = ""
    purpose: str = ""
    reason: str = ""
    attested: str = ""
    patients: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    at: datetime = field(default_factory=lambda: datetime.now(UTC))


@dataclass(frozen=True, slots=True)
class Call:
    """What was called, as the access log tells of it: FHIR's action code, its name, and the names of what was asked."""

    action: str
    what: str
    asked: str = ""


def access(
    caller: Caller, call: Call, outcome: int, patients: Iterable[str] = (), resources: Iterable[str] = ()
) -> Access:
    """The entry of a call."""
    return Access(
        action=call.action,
        what=call.what,
        asked=call.asked,
        outcome=outcome,
        client=caller.client,
        organisation=caller.parent,
        unit=caller.child,
        hpr=caller.hpr,
        subject=caller.subject,
        token=caller.token,
        purpose=EMERGENCY if caller.emergency else "",
        reason=caller.emergency,
        attested=caller.attested,
        patients=tuple(patients),
        resources=tuple(resources),
    )


FIELDS = tuple(Access.__dataclass_fields__)


def _plain(access: Access) -> dict[str, Any]:
    """``asdict`` would look into every value, for every call."""
    return {name: getattr(access, name) for name in FIELDS}


def key_at(key: bytes | Ring, sequence: int) -> bytes:
    """The key that an entry is sealed with; whoever has only the database cannot forge one."""
    return key if isinstance(key, bytes) else key.at(sequence)


def sealed(key: bytes, previous: bytes, sequence: int, access: Access) -> bytes:
    """The hash of an entry at its place in the chain."""
    plain = {"sequence": sequence, **_plain(access), "at": access.at.astimezone(UTC)}
    if not access.attested:
        del plain["attested"]  # entries of before there was such a thing hold on
    told = orjson.dumps(plain, option=orjson.OPT_SORT_KEYS | orjson.OPT_UTC_Z)
    return hmac.digest(key, previous + told, "sha256")


@dataclass(slots=True)
class Ledger:
    """Writes entries for one process; those that come at the same time are stored in one transaction."""

    sessions: Sessions
    key: bytes | Ring
    _last: tuple[int, bytes] | None = None
    """The newest entry as far as this process knows."""
    _waiting: list[tuple[Access, asyncio.Future[None]]] = field(default_factory=list)
    _writer: asyncio.Task[None] | None = None

    async def record(self, access: Access) -> None:
        """Returns when the entry is committed; raises ``LedgerAwayError`` when it is not."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((access, done))
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write())
        await done

    async def close(self) -> None:
        """Wait for what is being written."""
        if self._writer is not None:
            with contextlib.suppress(LedgerAwayError):
                await self._writer

    async def _write(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[:AT_ONCE], self._waiting[AT_ONCE:]
            try:
                await asyncio.wait_for(self._store([access for access, _ in batch]), STORE_SECONDS)
            except (SQLAlchemyError, PsycopgError, OSError, TimeoutError, LedgerAwayError) as error:
                log.error("access log cannot be written", error=type(error).__name__)
                _settle(batch, LedgerAwayError("The access log cannot be written; nothing was given out"))
            except BaseException:
                _settle(batch, LedgerAwayError("The access log was not written"))
                raise
            else:
                _settle(batch, None)

    async def _store(self, batch: Sequence[Access]) -> None:
        """One statement, where nobody else writes: every call waits for this."""
        async with self.sessions() as session:
            connection = await session.connection(execution_options=AUTOCOMMIT)
            raw = await raw_connection(session)  # every call waits for this: nothing that an ORM would do
            for _ in range(MOST_TRIES):
                last, self._last = self._last or await head(connection), None  # whatever fails: look again
                rows = list(self._rows(batch, *last))
                told = {"rows": orjson.dumps(rows).decode(), "last": last[0], "seal": last[1]}
                try:
                    done = await raw.execute(ADD, told, prepare=True)
                except UniqueViolation:
                    continue
                if done.rowcount == len(rows):
                    break
            else:
                raise LedgerAwayError("Other processes write the access log all the time")
        sequence, seal = rows[-1]["sequence"], rows[-1]["hash"]
        self._last = sequence, bytes.fromhex(seal)
        if sequence // ANCHOR_EVERY > last[0] // ANCHOR_EVERY:
            log.info("access log anchor", sequence=sequence, hash=seal)

    def _rows(self, batch: Sequence[Access], sequence: int, previous: bytes) -> Iterator[dict[str, Any]]:
        for access in batch:
            sequence += 1
            previous = sealed(key_at(self.key, sequence), previous, sequence, access)
            yield {"sequence": sequence, "hash": previous.hex(), **_plain(access)}


def _settle(batch: Sequence[tuple[Access, asyncio.Future[None]]], error: LedgerAwayError | None) -> None:
    for _, done in batch:
        if done.done():
            continue  # whoever asked has gone; the entry stands all the same
        if error is None:
            done.set_result(None)
        else:
            done.set_exception(error)


async def head(connection: AsyncConnection | AsyncSession) -> tuple[int, bytes]:
    """The last entry's number and hash."""
    row = (await connection.execute(LAST)).first()
    return (row[0], row[1]) if row else (0, BEGINNING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the chain proves: how many entries hold, and the first one that does not (0 when all do)."""

    entries: int
    broken: int
    reason: str = ""
    last: str = ""


async def verify(session: AsyncSession, key: bytes | Ring, anchor: tuple[int, str] | None = None) -> Verdict:
    """Walk the whole chain. ``anchor`` is a number and hash that was kept elsewhere."""
    statement = select(AccessEntry).order_by(col(AccessEntry.sequence)).execution_options(yield_per=1000)
    result = await session.stream(statement)
    try:
        return await _walk(result.scalars(), key, anchor)
    finally:
        await result.close()


async def _walk(rows: AsyncIterable[AccessEntry], key: bytes | Ring, anchor: tuple[int, str] | None) -> Verdict:
    sequence, previous = 0, BEGINNING
    async for row in rows:
        if row.sequence != sequence + 1:
            return Verdict(entries=sequence, broken=sequence + 1, reason="missing")
        if not hmac.compare_digest(sealed(key_at(key, row.sequence), previous, row.sequence, entry(row)), row.hash):
            return Verdict(entries=sequence, broken=row.sequence, reason="changed")
        sequence, previous = row.sequence, row.hash
        if anchor and anchor[0] == sequence and anchor[1] != previous.hex():
            return Verdict(entries=sequence, broken=sequence, reason="not the entry of the anchor")
    if anchor and anchor[0] > sequence:
        return Verdict(entries=sequence, broken=sequence + 1, reason="cut off before the anchor")
    return Verdict(entries=sequence, broken=0, last=previous.hex())


def entry(row: AccessEntry) -> Access:
    """The entry of a row, as it was sealed."""
    names = Access.__dataclass_fields__
    told = {name: getattr(row, name) for name in names}
    return Access(**{**told, "patients": tuple(row.patients), "resources": tuple(row.resources)})


async def about(
    session: AsyncSession, patients: Sequence[str], *, before: int | None, limit: int
) -> Sequence[AccessEntry]:
    """Who has seen something about a patient, who may have had several ids, newest first."""
    statement = select(AccessEntry).where(col(AccessEntry.patients).op("&&")(list(patients)))
    if before is not None:
        statement = statement.where(col(AccessEntry.sequence) < before)
    found = await session.execute(statement.order_by(col(AccessEntry.sequence).desc()).limit(limit))
    return found.scalars().all()
