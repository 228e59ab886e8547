"""The access log holds, and shows when somebody has been at it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import text

from hub.access.ledger import Access, Ledger, LedgerAwayError, Verdict, verify
from hub.keyring import ring, turned
from hub.log.database import Sessions, connect, sessions
from hub.settings import Settings

pytestmark = pytest.mark.integration

KEY = b"k" * 32


def entry(number: int, **more: Any) -> Access:
    return Access(action="R", what="read Patient", outcome=200, client="c", patients=(f"p{number}",), **more)


def within(settings: Settings, run: Callable[[Sessions, Ledger], Awaitable[Any]]) -> Any:
    async def opened() -> Any:
        engine = connect(settings)
        try:
            makers = sessions(engine)
            return await run(makers, Ledger(sessions=makers, key=KEY))
        finally:
            await engine.dispose()

    return asyncio.run(opened())


async def filled(ledger: Ledger, count: int = 200) -> None:
    """At the same time, as calls come."""
    await asyncio.gather(*(ledger.record(entry(number)) for number in range(count)))


async def walked(makers: Sessions, anchor: tuple[int, str] | None = None) -> Verdict:
    async with makers() as session:
        return await verify(session, KEY, anchor)


def test_entries_written_at_the_same_time_by_several_processes_are_one_chain(database: Settings) -> None:
    async def run(makers: Sessions, ledger: Ledger) -> Verdict:
        await asyncio.gather(filled(ledger), filled(Ledger(sessions=makers, key=KEY)))
        return await walked(makers)

    found = within(database, run)
    assert (found.entries, found.broken) == (400, 0)


def test_an_entry_outlives_a_crash_of_the_database(database: Settings, postgres_server: Any) -> None:
    """It was committed before its answer was given: whatever dies then, it stands."""

    async def run(makers: Sessions, ledger: Ledger) -> Verdict:
        await filled(ledger, 20)
        postgres_server.kill()
        postgres_server.start()
        await ledger.record(entry(20))
        return await walked(makers)

    found = within(database, run)
    assert (found.entries, found.broken) == (21, 0)


@pytest.mark.parametrize(
    ("done", "broken", "reason"),
    [
        ("UPDATE access_entry SET client = 'another' WHERE sequence = 50", 50, "changed"),
        ("UPDATE access_entry SET at = at + interval '1 microsecond' WHERE sequence = 50", 50, "changed"),
        ("UPDATE access_entry SET patients = '{}' WHERE sequence = 50", 50, "changed"),
        ("DELETE FROM access_entry WHERE sequence = 50", 50, "missing"),
        ("DELETE FROM access_entry WHERE sequence = 1", 1, "missing"),
        ("UPDATE access_entry SET sequence = 0 WHERE sequence = 200", 1, "missing"),
    ],
)
def test_a_log_that_was_mended_is_found_out(database: Settings, done: str, broken: int, reason: str) -> None:
    async def run(makers: Sessions, ledger: Ledger) -> Verdict:
        await filled(ledger)
        async with makers() as session, session.begin():
            await session.execute(text(done))
        return await walked(makers)

    found = within(database, run)
    assert (found.broken, found.reason) == (broken, reason)


def test_a_log_that_was_cut_off_is_found_by_its_anchor(database: Settings) -> None:
    async def run(makers: Sessions, ledger: Ledger) -> list[Verdict]:
        await filled(ledger)
        whole = await walked(makers)
        anchor = (whole.entries, whole.last)
        kept = await walked(makers, anchor)
        async with makers() as session, session.begin():
            await session.execute(text("DELETE FROM access_entry WHERE sequence > 150"))
        return [kept, await walked(makers), await walked(makers, anchor)]

    kept, unnoticed, found = within(database, run)
    assert (kept.broken, unnoticed.broken) == (0, 0)
    assert (found.broken, found.reason) == (151, "cut off before the anchor")


def test_whoever_has_only_the_database_cannot_add_an_entry(database: Settings) -> None:
    async def run(makers: Sessions, ledger: Ledger) -> Verdict:
        await filled(ledger, 10)
        await Ledger(sessions=makers, key=b"x" * 32).record(entry(99))
        return await walked(makers)

    assert within(database, run).broken == 11


def test_the_chain_holds_over_a_change_of_key_and_the_old_key_forges_nothing_after_it(database: Settings) -> None:
    old, both = ring("a" * 32, "here"), ring(turned("a" * 32, "b" * 32, 11), "here")

    async def run(makers: Sessions, _ledger: Ledger) -> list[Any]:
        await filled(Ledger(sessions=makers, key=old), 10)
        await filled(Ledger(sessions=makers, key=both), 10)
        async with makers() as session:
            held, forgotten = await verify(session, both), await verify(session, old)
        await Ledger(sessions=makers, key=old).record(entry(99))
        async with makers() as session:
            return [held.broken, held.entries, forgotten.broken, (await verify(session, both)).broken]

    assert within(database, run) == [0, 20, 11, 21]


def test_an_entry_that_cannot_be_stored_is_an_error_and_the_next_one_is_not(database: Settings) -> None:
    async def run(makers: Sessions, ledger: Ledger) -> Verdict:
        async with makers() as session, session.begin():
            await session.execute(text("ALTER TABLE access_entry RENAME TO away"))
        with pytest.raises(LedgerAwayError):
            await ledger.record(entry(1))
        async with makers() as session, session.begin():
            await session.execute(text("ALTER TABLE away RENAME TO access_entry"))
        await ledger.record(entry(2))
        return await walked(makers)

    assert within(database, run).entries == 1
