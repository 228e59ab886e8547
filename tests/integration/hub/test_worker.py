"""The queue and its worker on a real PostgreSQL that is stopped, killed and started again."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest

from hub.log import upkeep
from hub.log.tables import Review
from tests.integration.hub.working import until, worker

pytestmark = pytest.mark.integration


async def all_projected(hub: Any) -> None:
    async def none_left() -> bool:
        return await hub.sql("SELECT 1 FROM message WHERE processing <> 'projected'") == []

    await until(none_left)


def test_the_worker_projects_what_is_taken_in_and_leaves_no_job_behind(open_fhir_hub, make_note) -> None:
    async def go() -> None:
        async with open_fhir_hub() as hub, worker(hub):
            for n in range(20):
                await hub.take(make_note(f"m{n}", f"person-{n % 4}"))
            await all_projected(hub)

            async def empty() -> bool:
                return await hub.sql("SELECT 1 FROM procrastinate_jobs WHERE queue_name = 'default'") == []

            await until(empty)

    asyncio.run(go())


def test_messages_wait_while_the_fhir_server_is_away_and_say_so(open_hub, proxy, make_note) -> None:
    async def go() -> None:
        proxy.always = 503
        async with open_hub(fhir=proxy.base) as hub, worker(hub):
            outcome = await hub.take(make_note("m1"))

            async def waits() -> bool:
                return await hub.state(outcome) == "waiting"

            await until(waits)
            proxy.always = None
            await all_projected(hub)
            outcomes = [row for (row,) in await hub.sql("SELECT outcome FROM attempt ORDER BY id")]
            assert outcomes == ["waiting", "delivered"]

    asyncio.run(go())


def test_the_worker_goes_on_after_postgresql_was_killed(open_fhir_hub, postgres_server, make_note) -> None:
    async def go() -> None:
        async with open_fhir_hub() as hub, worker(hub):
            await hub.take(make_note("m1"))
            await all_projected(hub)
            taken = [await hub.take(make_note(f"n{n}", f"person-{n}")) for n in range(6)]
            postgres_server.kill()
            postgres_server.start()
            await all_projected(hub)
            assert {await hub.state(outcome) for outcome in taken} == {"projected"}

    asyncio.run(go())


def test_the_job_of_a_dead_worker_is_given_to_another(open_fhir_hub, make_note) -> None:
    async def go() -> None:
        async with open_fhir_hub() as hub:
            await hub.take(make_note("m1"))
            await hub.sql("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 hour')")
            await hub.sql(
                "UPDATE procrastinate_jobs SET status = 'doing', "
                "worker_id = (SELECT min(id) FROM procrastinate_workers)"
            )
            async with worker(hub):
                await all_projected(hub)

    asyncio.run(go())


def test_a_job_that_is_stopped_with_its_worker_goes_on_with_the_next(open_hub, proxy, make_note, monkeypatch) -> None:
    monkeypatch.setattr("hub.worker.GRACE_SECONDS", 0.1)

    async def go() -> None:
        proxy.always = 503
        async with open_hub(fhir=proxy.base) as hub:
            outcome = await hub.take(make_note("m1"))

            async def waits() -> bool:
                return await hub.state(outcome) == "waiting"

            async with worker(hub):
                await until(waits)
            assert await hub.sql("SELECT status FROM procrastinate_jobs WHERE queue_name = 'default'") == [("todo",)]
            proxy.always = None
            async with worker(hub):
                await all_projected(hub)

    asyncio.run(go())


def test_a_deadline_queues_its_person_once(open_hub, make_note) -> None:
    async def go() -> None:
        async with open_hub() as hub:
            async with hub.sessions() as session, session.begin():
                session.add(Review(person_key="p", review_at=datetime(2026, 1, 1, tzinfo=UTC)))
                session.add(Review(person_key="q", review_at=datetime(2999, 1, 1, tzinfo=UTC)))
            for expected in (1, 0):
                async with hub.sessions() as session, session.begin():
                    assert await upkeep.defer_due_reviews(session) == expected
            assert await hub.sql("SELECT task_name, lock FROM procrastinate_jobs") == [("heimveg.review", "p")]

    asyncio.run(go())


def test_the_worker_looks_again_when_a_deadline_has_passed(open_fhir_hub, make_note) -> None:
    async def go() -> None:
        async with open_fhir_hub(now=datetime(2026, 3, 4, 9, 20, tzinfo=UTC)) as hub:
            await hub.deliver(make_note("m1", due="30"))
            await hub.sql("UPDATE review SET review_at = '2026-03-04'")
        async with open_fhir_hub() as hub, worker(hub):

            async def late() -> bool:
                return (await hub.one(hub.ref("Task", "m1")))["status"] == "failed"

            await until(late)

    asyncio.run(go())


def test_a_message_whose_job_is_gone_is_queued_again(open_hub, make_note) -> None:
    async def go() -> None:
        async with open_hub() as hub:
            await hub.take(make_note("m1"))
            await hub.take(make_note("m2"))
            await hub.sql("DELETE FROM procrastinate_jobs WHERE id = 1")
            await hub.sql("UPDATE message SET received = now() - interval '1 hour'")
            async with hub.sessions() as session, session.begin():
                assert await upkeep.defer_forgotten(session) == 1
            assert len(await hub.sql("SELECT 1 FROM procrastinate_jobs")) == 2

    asyncio.run(go())
