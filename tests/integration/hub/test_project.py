"""What the FHIR server holds after a message, on real PostgreSQL and HAPI."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import orjson
import pytest

from hub.errors import FhirServerBusyError
from hub.log.tables import Attempt, Delivered, Event, Review, StoredIssue
from hub.replay import replay

pytestmark = pytest.mark.integration

EARLY = datetime(2026, 3, 4, 9, 20, tzinfo=UTC)


def test_a_message_becomes_resources_and_its_history_says_so(open_fhir_hub, make_note) -> None:
    async def run() -> None:
        async with open_fhir_hub() as hub:
            (outcome,) = await hub.deliver(make_note("m1", odd="1"))
            assert await hub.state(outcome) == "projected"
            assert (await hub.one(hub.ref("Task", "m1")))["status"] == "requested"
            assert (await hub.one(hub.ref("Organization", "100")))["name"] == "Sykehus 100"
            (attempt,) = await hub.rows(Attempt)
            assert (attempt.outcome, attempt.sent) == ("delivered", 3)
            kinds = [event.kind for event in await hub.rows(Event)]
            assert kinds == ["message.received", *["resource.created"] * attempt.sent, "message.projected"]
            (issue,) = await hub.rows(StoredIssue)
            assert (issue.message, issue.stage, issue.path) == (outcome.id, "course", "a/b")

    asyncio.run(run())


def test_a_job_that_finds_nothing_new_does_nothing(open_fhir_hub, make_note) -> None:
    async def run() -> None:
        async with open_fhir_hub() as hub:
            first, second = [await hub.take(make_note(name)) for name in ("m1", "m2")]
            assert await hub.project(first) == "delivered"
            assert await hub.state(second) == "projected"
            assert await hub.project(second) == "unchanged"
            assert len(await hub.rows(Attempt)) == 2

    asyncio.run(run())


def test_a_cancelled_message_is_withdrawn_and_the_original_stays(open_fhir_hub, make_note) -> None:
    async def run() -> None:
        async with open_fhir_hub() as hub:
            await hub.deliver(make_note("m1"), make_note("m2", cancels="m1"))
            task, binary = hub.ref("Task", "m1"), hub.ref("Binary", "m1")
            held = await hub.held(task, binary)
            assert (held[task]["status"], len(held)) == ("entered-in-error", 2)

    asyncio.run(run())


def test_two_persons_that_turn_out_to_be_one_become_one(open_fhir_hub, make_note) -> None:
    async def run() -> None:
        async with open_fhir_hub() as hub:
            await hub.deliver(make_note("m1", "ola"), make_note("m2", "per"))
            assert len({row.lane for row in await hub.rows(Delivered)} - {"directory"}) == 2
            await hub.deliver(make_note("m3", "ola,per"))
            assert len({row.lane for row in await hub.rows(Delivered)} - {"directory"}) == 1
            tasks = [hub.ref("Task", name) for name in ("m1", "m2", "m3")]
            subjects = {task["for"]["reference"] for task in (await hub.held(*tasks)).values()}
            assert len(subjects) == 1

    asyncio.run(run())


def test_a_job_in_the_lane_of_before_goes_to_the_lane_of_today(open_fhir_hub, make_note) -> None:
    async def run() -> None:
        async with open_fhir_hub() as hub:
            outcome = await hub.take(make_note("m1", "local-7"))
            ((old,),) = await hub.sql("SELECT lock FROM procrastinate_jobs")
            await hub.take(make_note("m2", "local-7,kari"))
            assert await hub.project(outcome, lane=old) == "moved"
            locks = {lock for (lock,) in await hub.sql("SELECT lock FROM procrastinate_jobs WHERE id > 1")}
            assert len(locks) == 1
            assert old not in locks
            assert await hub.project(outcome, lane=locks.pop()) == "delivered"

    asyncio.run(run())


@pytest.mark.parametrize("fault", ["breaks", "unreadable"])
def test_a_message_that_cannot_be_mapped_is_parked_and_the_others_go_on(open_fhir_hub, make_note, fault) -> None:
    async def run() -> None:
        async with open_fhir_hub() as hub:
            good, bad, later = await hub.deliver(make_note("m1"), make_note("m2", **{fault: "secret"}), make_note("m3"))
            assert [await hub.state(o) for o in (good, bad, later)] == ["projected", "parked", "projected"]
            held = await hub.held(*(hub.ref("Task", name) for name in ("m1", "m2", "m3")))
            assert set(held) == {hub.ref("Task", "m1"), hub.ref("Task", "m3")}
            details = [attempt.detail for attempt in await hub.rows(Attempt, message=bad.id)]
            assert len(details) == 1
            assert "secret" not in details[0]

    asyncio.run(run())


def test_a_parked_message_is_taken_along_when_the_mapping_is_mended(open_fhir_hub, make_note) -> None:
    async def run() -> None:
        async with open_fhir_hub() as hub:
            (bad,) = await hub.deliver(make_note("m1", breaks="1"))
            hub.mapping.mended = True
            await hub.deliver(make_note("m2"))
            assert await hub.state(bad) == "projected"
            assert hub.ref("Task", "m1") in await hub.held(hub.ref("Task", "m1"))

    asyncio.run(run())


def test_nothing_is_withdrawn_because_a_delivered_message_cannot_be_mapped_any_more(open_fhir_hub, make_note) -> None:
    async def run() -> None:
        async with open_fhir_hub() as hub:
            hub.mapping.mended = True
            await hub.deliver(make_note("m1", breaks="1"))
            hub.mapping.mended = False
            await hub.deliver(make_note("m2"))
            assert (await hub.one(hub.ref("Task", "m1")))["status"] == "requested"
            assert hub.ref("Task", "m2") in await hub.held(hub.ref("Task", "m2"))

    asyncio.run(run())


def test_what_the_server_refuses_parks_its_message_alone(open_fhir_hub, make_note) -> None:
    async def run() -> None:
        async with open_fhir_hub() as hub:
            good, bad, later = await hub.deliver(make_note("m1"), make_note("m2", refused="1"), make_note("m3"))
            assert [await hub.state(o) for o in (good, bad, later)] == ["projected", "parked", "projected"]
            hub.mapping.mended = True
            assert (await replay(hub.intake, bad.id)).state == "received"
            assert await hub.project(bad) == "delivered"
            assert await hub.state(bad) == "projected"

    asyncio.run(run())


def test_a_deadline_that_passes_in_silence_is_seen(open_fhir_hub, make_note) -> None:
    async def run() -> None:
        async with open_fhir_hub(now=EARLY) as hub:
            await hub.deliver(make_note("m1", due="30"))
            (review,) = await hub.rows(Review)
            assert (await hub.one(hub.ref("Task", "m1")))["status"] == "requested"
        async with open_fhir_hub(now=EARLY + timedelta(hours=1)) as hub:
            await hub.projector.person(review.person_key)
            assert (await hub.one(hub.ref("Task", "m1")))["status"] == "failed"
            assert await hub.rows(Review) == []

    asyncio.run(run())


def test_the_newest_mention_of_an_organisation_wins_whatever_arrives_last(open_fhir_hub, make_note) -> None:
    async def run() -> None:
        async with open_fhir_hub() as hub:
            await hub.deliver(
                make_note("m1", "ola", minute="9", name="Nytt navn"),
                make_note("m2", "per", minute="1", name="Gammelt navn"),
            )
            assert (await hub.one(hub.ref("Organization", "100")))["name"] == "Nytt navn"

    asyncio.run(run())


def test_an_access_tag_that_is_not_given_any_more_is_gone(open_fhir_hub, make_note) -> None:
    """HAPI by itself keeps every tag that a resource ever had."""

    async def run() -> None:
        async with open_fhir_hub() as hub:
            await hub.deliver(make_note("m1"))
            hub.mapping.tag = "after"
            await hub.deliver(make_note("m2"))
            task = await hub.one(hub.ref("Task", "m1"))
            assert [tag["code"] for tag in task["meta"]["tag"]] == ["after"]

    asyncio.run(run())


def test_many_jobs_of_one_person_at_once_leave_one_right_result(open_fhir_hub, make_note) -> None:
    async def run() -> None:
        async with open_fhir_hub() as hub:
            outcomes = [await hub.take(make_note(f"m{n}", text=str(n))) for n in range(12)]
            await asyncio.gather(*(hub.project(outcome) for outcome in outcomes))
            assert {await hub.state(outcome) for outcome in outcomes} == {"projected"}
            versions = {row.server_version for row in await hub.rows(Delivered, resource_type="Task")}
            assert versions == {"1"}

    asyncio.run(run())


def test_a_replay_projects_again_with_the_mapping_of_today(open_fhir_hub, make_note) -> None:
    async def run() -> None:
        async with open_fhir_hub() as hub:
            outcome = await hub.take(make_note("m1"))
            await hub.project(outcome)
            hub.mapping.wording = "order"
            await replay(hub.intake, outcome.id)
            assert await hub.project(outcome) == "delivered"
            assert (await hub.one(hub.ref("Task", "m1")))["intent"] == "order"

    asyncio.run(run())


def test_a_replay_in_the_middle_of_a_projection_is_not_lost(open_hub, proxy, make_note) -> None:
    """The job at work must not mark as projected what a replay has just replaced."""

    async def replayed(outcome) -> None:
        async with open_hub() as other:
            corrected = replace(other.intake, dump=lambda note: orjson.dumps(note.said | {"text": "rettet"}))
            await replay(corrected, outcome.id)

    async def run() -> None:
        async with open_hub(fhir=proxy.base) as hub:
            outcome = await hub.take(make_note("m1", text="feil"))
            proxy.before = lambda: asyncio.run(replayed(outcome))
            assert await hub.project(outcome) == "delivered"
            assert await hub.state(outcome) == "received"
            assert await hub.project(outcome) == "delivered"
            assert (await hub.one(hub.ref("Task", "m1")))["description"] == "rettet"

    asyncio.run(run())


def test_a_server_that_never_takes_a_transaction_is_given_up_after_the_last_try(open_hub, proxy, make_note) -> None:
    async def run() -> None:
        proxy.always = 409
        async with open_hub(fhir=proxy.base) as hub:
            outcome = await hub.take(make_note("m1"))
            with pytest.raises(FhirServerBusyError):
                await hub.project(outcome)
            assert await hub.state(outcome) == "waiting"
            assert await hub.project(outcome, last=True) == "parked"
            assert await hub.state(outcome) == "parked"

    asyncio.run(run())


@pytest.mark.parametrize("fault", ["cut", "lost", "slow", 429, 503, 502, 500, 409, 412])
def test_trouble_that_passes_is_overcome(open_hub, proxy, make_note, fault) -> None:
    async def run() -> None:
        async with open_hub(fhir=proxy.base, patience=5.0) as hub:
            outcome = await hub.take(make_note("m1"))
            proxy.faults = [fault]
            if fault in (500, 409, 412):  # the queue's business
                with pytest.raises(FhirServerBusyError):
                    await hub.project(outcome)
            assert await hub.project(outcome) == "delivered"
            assert await hub.state(outcome) == "projected"
            assert len(await hub.held(hub.ref("Task", "m1"), hub.ref("Binary", "m1"))) == 2

    asyncio.run(run())
