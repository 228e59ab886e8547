"""Stays as rows: always those of the last projection, in one transaction with it."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest

from hub.contract import StayRow
from hub.log.stays import replace_stays

pytestmark = pytest.mark.integration

AS_OF = datetime(2026, 3, 4, 12, tzinfo=UTC)


async def written(hub: Any, lanes: list[str], *rows: StayRow, as_of: datetime = AS_OF) -> list[tuple[Any, ...]]:
    async with hub.sessions() as session, session.begin():
        await replace_stays(session, lanes, lanes[0], rows, as_of)
    return await hub.sql("SELECT id, lane, facts->>'state', as_of FROM stay ORDER BY id")


def row(id: str, state: str = "ready") -> StayRow:
    return StayRow(id=id, municipality="0301", organisations=("1",), began=AS_OF, facts={"state": state})


def test_the_rows_of_a_person_are_those_of_the_last_projection(open_hub) -> None:
    async def run() -> None:
        async with open_hub() as hub:
            await written(hub, ["kari"], row("a"), row("b"))
            await written(hub, ["ola"], row("c"))
            found = await written(hub, ["kari"], row("b", "left"))
            assert [r[:3] for r in found] == [("b", "kari", "left"), ("c", "ola", "ready")]

    asyncio.run(run())


def test_a_link_between_persons_brings_their_rows_together(open_hub) -> None:
    async def run() -> None:
        async with open_hub() as hub:
            await written(hub, ["local"], row("a"))
            found = await written(hub, ["kari", "local"], row("b"))
            assert [r[:2] for r in found] == [("b", "kari")]

    asyncio.run(run())


def test_a_row_that_says_the_same_is_not_written_again(open_hub) -> None:
    async def run() -> None:
        async with open_hub() as hub:
            await written(hub, ["kari"], row("a"))
            later = datetime(2026, 3, 5, tzinfo=UTC)
            assert (await written(hub, ["kari"], row("a"), as_of=later))[0][3] == AS_OF
            assert (await written(hub, ["kari"], row("a", "left"), as_of=later))[0][3] == later

    asyncio.run(run())


def test_a_projection_leaves_its_rows_with_its_results(open_fhir_hub, make_note) -> None:
    async def run() -> None:
        async with open_fhir_hub() as hub:
            await hub.deliver(make_note("m1"), make_note("m2"))
            assert await hub.sql("SELECT facts->>'notes' FROM stay") == [("2",)]
            await hub.deliver(make_note("m3", cancels="m1"), make_note("m4", cancels="m2"))
            assert await hub.sql("SELECT facts->>'notes' FROM stay") == [("2",)]

    asyncio.run(run())
