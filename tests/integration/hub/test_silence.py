"""A duty falls due in silence: no message comes, the hub is restarted, the clock jumps, and the server tells it."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest

from adapters.kith.samples import helseopplysninger, innlagt, utskrivningsklar
from hub.contract import ORGANISASJONSNUMMER
from mappings.norwegian_time import OSLO
from tests.integration.hub.working import worker

pytestmark = pytest.mark.integration

START = datetime(2026, 10, 5, 10, tzinfo=OSLO)
PROCESS = "https://heimveg.dev/fhir/CodeSystem/discharge-process"
PATIENCE = 60


async def task_of(hub: Any, case: Any, code: str) -> dict[str, Any]:
    number = case.parties.saksbehandling.virksomhet.number
    criteria = {"code": f"{PROCESS}|{code}", "owner:Organization.identifier": f"{ORGANISASJONSNUMMER}|{number}"}
    bundle = await hub.client.search("Task", criteria)
    (entry,) = bundle["entry"]
    found: dict[str, Any] = entry["resource"]
    return found


def verdict(task: dict[str, Any]) -> str:
    (told,) = [e for e in task["extension"] if e["url"].endswith("/verdict")]
    return str(next(p for p in told["extension"] if p["url"] == "code")["valueCodeableConcept"]["coding"][0]["code"])


def open_days(task: dict[str, Any]) -> int:
    (pay,) = [e for e in task["extension"] if e["url"].endswith("/overliggerdogn")]
    return int(next(p["valueInteger"] for p in pay["extension"] if p["url"] == "days"))


async def time_has_come(hub: Any) -> None:
    """The database's clock is the machine's; what is due at the hub's time is made due at the machine's."""
    assert await hub.sql("SELECT 1 FROM review") == [(1,)]
    await hub.sql("UPDATE review SET review_at = clock_timestamp() - interval '1 second'")


async def until_reviewed(hub: Any) -> None:
    async def done() -> bool:
        waiting = await hub.sql("SELECT 1 FROM procrastinate_jobs WHERE task_name = 'heimveg.review'")
        due = await hub.sql("SELECT 1 FROM review WHERE review_at <= clock_timestamp()")
        return not waiting and not due

    async with asyncio.timeout(PATIENCE):
        while True:
            if await done():
                return
            await asyncio.sleep(0.05)


def test_a_duty_falls_due_without_a_message_after_a_restart_and_a_jump_of_the_clock(open_real_hub, strangers) -> None:
    case = strangers(START)

    async def before() -> None:
        async with open_real_hub(now=START + timedelta(hours=1)) as hub:
            await hub.deliver(innlagt(case))
            assert verdict(await task_of(hub, case, "innleggelsesrapport")) == "pending"

    async def after() -> None:
        async with open_real_hub(now=START + timedelta(hours=30)) as hub:
            messages = await hub.sql("SELECT count(*) FROM message")
            await time_has_come(hub)
            async with worker(hub):
                await until_reviewed(hub)
            task = await task_of(hub, case, "innleggelsesrapport")
            assert (task["status"], verdict(task)) == ("requested", "missing")
            assert await hub.sql("SELECT count(*) FROM message") == messages

    asyncio.run(before())
    asyncio.run(after())


def test_another_day_of_waiting_is_counted_at_midnight_and_the_clock_going_back_takes_nothing_away_twice(
    open_real_hub, strangers
) -> None:
    case = strangers(START)
    ready = START + timedelta(days=4)

    async def at(now: datetime) -> int:
        async with open_real_hub(now=now) as hub:
            if not await hub.sql("SELECT 1 FROM message"):
                await hub.deliver(innlagt(case), helseopplysninger(case), utskrivningsklar(case, ready=ready))
            else:
                await time_has_come(hub)
                async with worker(hub):
                    await until_reviewed(hub)
            return open_days(await task_of(hub, case, "utskrivningsklar"))

    assert asyncio.run(at(ready + timedelta(hours=2))) == 0
    assert asyncio.run(at(ready + timedelta(days=1))) == 1
    assert asyncio.run(at(ready + timedelta(days=3))) == 3
    assert asyncio.run(at(ready + timedelta(days=2))) == 2
