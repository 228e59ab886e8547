"""What a rebuild would change, person by person and field by field, without writing anything.

Asked of another day (``as_of``; of one that is over, by what had been told until then), of another version of the rules
(what was delivered against what this version makes), or of another policy (this version as it is against this version
by the policy). Nobody's lane is taken: everything is read in one snapshot of the log, and computed in as many
processes as there are processors.
"""

from __future__ import annotations

import asyncio
import os
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from typing import Final
from uuid import UUID

from sqlalchemy import ARRAY, Text, Uuid, bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from hub.compare import Changed, Comparing, Stored
from hub.person import IN_FORCE, corrections
from hub.settings import Settings, ids_of

BATCH: Final = 50
RECENT: Final = timedelta(minutes=2)
"""What a sender's clock may be ahead of ours is no reason to leave a message out of an answer as of now."""
AHEAD: Final = 4
"""Batches that wait for a process; more would only take memory."""

LINKS = text("SELECT message, identifier_key FROM message_identifier ORDER BY rank, identifier_key")
STORED = text("""
SELECT message.id, document.dumped, message.body
FROM message JOIN document ON document.message = message.id
WHERE message.id = ANY(:rows) AND message.processing = ANY(:states)
ORDER BY message.id
""").bindparams(bindparam("rows", type_=ARRAY(Uuid)), bindparam("states", type_=ARRAY(Text)))
ENTRIES = text("""
SELECT identifier_key, dumped FROM entry WHERE identifier_key = ANY(:keys) ORDER BY id
""").bindparams(bindparam("keys", type_=ARRAY(Text)))
DELIVERED = text("""
SELECT lane, resource_type, resource_id, content_hash, body FROM delivered
WHERE lane = ANY(:lanes) AND NOT withdrawn
""").bindparams(bindparam("lanes", type_=ARRAY(Text)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """As of when; ``policies`` (name, value) to compare with, or none to compare with what was delivered."""

    as_of: datetime
    policies: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True, kw_only=True)
class Told:
    """The sum of an answer."""

    persons: int = 0
    messages: int = 0
    changed: int = 0
    troubled: int = 0
    resources: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def add(self, one: Changed) -> None:
        """Count one person."""
        self.persons += 1
        self.messages += one.messages
        self.changed += bool(one.fields)
        self.troubled += bool(one.trouble)
        for ref in {f.ref for f in one.fields}:
            self.resources[ref.partition("/")[0]] += 1


async def differences(
    engine: AsyncEngine,
    question: Question,
    comparing: Callable[[Sequence[Stored]], list[Changed]],
    pool: Executor | None,
) -> AsyncIterator[Changed]:
    """Every person of the log, in order of key, compared in the pool (in this process without one)."""
    loop = asyncio.get_running_loop()
    waiting: list[asyncio.Future[list[Changed]]] = []
    async with engine.connect() as connection:
        await connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        async for batch in _batches(connection, wants_delivered=not question.policies):
            waiting.append(loop.run_in_executor(pool, comparing, batch))
            if len(waiting) >= AHEAD:
                for one in await waiting.pop(0):
                    yield one
        for done in waiting:
            for one in await done:
                yield one


async def _batches(connection: AsyncConnection, *, wants_delivered: bool) -> AsyncIterator[list[Stored]]:
    people = components((message, key) for message, key in await connection.execute(LINKS))
    for part in _parts(people):
        rows = [row for _, found, _ in part for row in found]
        states = [state.value for state in IN_FORCE]
        stored = await connection.execute(STORED, {"rows": rows, "states": states})
        messages = {row: (dumped, body) for row, dumped, body in stored.all()}
        corrected = [(row, by) for row, by in (await connection.execute(corrections(rows))).all()]
        entries = await _entries(connection, part)
        delivered = await _delivered(connection, part) if wants_delivered else {}
        yield [
            Stored(
                key=key,
                messages=tuple(messages[row] for row in sorted(found - _void(found, corrected)) if row in messages),
                entries=tuple(dumped for one in keys for dumped in entries.get(one, ())),
                delivered=tuple(entry for lane in keys for entry in delivered.get(lane, ())),
            )
            for key, found, keys in part
        ]


Component = tuple[str, set[UUID], list[str]]
"""A person's key, their messages, and all keys that they may have had."""


def _void(found: set[UUID], corrected: Iterable[tuple[UUID, UUID]]) -> set[UUID]:
    """Of a person's messages, those that a correction about somebody else has taken away."""
    return {row for row, by in corrected if row in found and by not in found}


async def _entries(connection: AsyncConnection, part: Sequence[Component]) -> dict[str, list[bytes]]:
    found: dict[str, list[bytes]] = defaultdict(list)
    wanted = [key for _, _, keys in part for key in keys]
    for key, dumped in (await connection.execute(ENTRIES, {"keys": wanted})).all():
        found[key].append(dumped)
    return found


async def _delivered(
    connection: AsyncConnection, part: Sequence[Component]
) -> dict[str, list[tuple[str, str, bytes, bytes | None]]]:
    found: dict[str, list[tuple[str, str, bytes, bytes | None]]] = defaultdict(list)
    lanes = [lane for _, _, keys in part for lane in keys]
    for lane, kind, id_, hash_, body in (await connection.execute(DELIVERED, {"lanes": lanes})).all():
        found[lane].append((kind, id_, hash_, body))
    return found


def _parts(people: Sequence[Component]) -> Iterator[Sequence[Component]]:
    return (people[start : start + BATCH] for start in range(0, len(people), BATCH))


def components(links: Iterable[tuple[UUID, str]]) -> list[Component]:
    """The persons of (message, identifier) pairs, strongest identifier first: who shares one is one person."""
    leader: dict[str, str] = {}
    order: dict[str, int] = {}
    first: dict[UUID, str] = {}
    rows: list[tuple[UUID, str]] = []

    def find(key: str) -> str:
        while leader.setdefault(key, key) != key:
            leader[key] = leader[leader[key]]
            key = leader[key]
        return key

    for message, key in links:
        order.setdefault(key, len(order))
        rows.append((message, key))
        one, other = find(key), find(first.setdefault(message, key))
        if one != other:
            strong, weak = sorted((one, other), key=order.__getitem__)
            leader[weak] = strong
    messages: dict[str, set[UUID]] = defaultdict(set)
    for message, key in rows:
        messages[find(key)].add(message)
    keys: dict[str, list[str]] = defaultdict(list)
    for key in order:
        keys[find(key)].append(key)
    return [(key, messages[key], keys[key]) for key in sorted(messages)]


_process: Comparing | None = None


def _prepare(settings: Settings, question: Question) -> None:
    """In each process of the pool, once."""
    global _process
    _process = comparing_of(settings, question)


def _in_process(batch: Sequence[Stored]) -> list[Changed]:
    assert _process is not None  # noqa: S101  the pool's initializer made it
    return _process(batch)


def comparing_of(settings: Settings, question: Question) -> Comparing:
    """The real doors, under this deployment's key and policies; those of the question come before them."""
    from hub import doors

    chosen = dict(question.policies)
    other = settings.model_copy(update={"policies": {**settings.policies, **chosen}})
    return Comparing(
        load=doors.load,
        before=doors.by_policy_of(settings) if chosen else None,
        after=doors.by_policy_of(other) if chosen else doors.course_of(settings),
        ids=ids_of(settings),
        as_of=question.as_of,
        until=question.as_of if question.as_of < datetime.now(UTC) - RECENT else None,
    )


async def answer(
    engine: AsyncEngine,
    question: Question,
    settings: Settings,
    tell: Callable[[Changed], None],
    *,
    processes: int | None = None,
) -> Told:
    """Tell of each person for whom something would be otherwise (or cannot be told), and count them all."""
    count = processes or os.cpu_count() or 1
    told = Told()
    here = comparing_of(settings, question)  # a wrong policy is told before any process is started
    pool = _pool(count, settings, question) if count > 1 else nullcontext(None)
    comparing = _in_process if count > 1 else here
    with pool as executor:
        async for one in differences(engine, question, comparing, executor):
            told.add(one)
            if one.fields or one.trouble:
                tell(one)
    return told


def _pool(count: int, settings: Settings, question: Question) -> ProcessPoolExecutor:
    """Spawned: a fork would copy the database connections and the event loop."""
    return ProcessPoolExecutor(count, get_context("spawn"), initializer=_prepare, initargs=(settings, question))
