"""Projecting everybody again, and comparing with what a real FHIR server holds."""

from __future__ import annotations

import asyncio
from typing import Any

import orjson
import pytest

from hub.delivery.content import Ref
from hub.log.tables import Delivered, Directory
from hub.rebuild import preview, rebuild
from hub.verify import verify

pytestmark = pytest.mark.integration


async def written_by_hand(hub: Any, resource: dict[str, Any]) -> None:
    """As somebody else with access to the server would."""
    entry = {"resource": resource, "request": {"method": "PUT", "url": f"{resource['resourceType']}/{resource['id']}"}}
    answer = await hub.client.transaction(
        orjson.dumps({"resourceType": "Bundle", "type": "transaction", "entry": [entry]})
    )
    assert answer.status == 200


def test_a_preview_shows_what_would_change_and_sends_nothing(open_fhir_hub, make_note) -> None:
    async def run() -> None:
        async with open_fhir_hub() as hub:
            await hub.deliver(make_note("m1", "ola"), make_note("m2", "per"))
            assert (await preview(hub.projector)).counts == {}
            hub.mapping.wording = "order"
            found = await preview(hub.projector)
            assert (found.persons, found.counts) == (2, {("Task", "changed"): 2})
            assert set(found.examples["Task", "changed"]) == {hub.ref("Task", n).id for n in ("m1", "m2")}
            assert (await hub.one(hub.ref("Task", "m1")))["intent"] == "plan"

    asyncio.run(run())


def test_a_rebuild_sends_what_a_corrected_mapping_changes_and_nothing_else(open_fhir_hub, make_note) -> None:
    async def run() -> None:
        async with open_fhir_hub() as hub:
            await hub.deliver(make_note("m1", "ola"), make_note("m2", "per"))
            hub.mapping.wording = "order"
            seen: list[tuple[int, int]] = []
            done = await rebuild(hub.projector, progress=lambda n, total: seen.append((n, total)))
            assert (done.well, done.counts, seen) == (True, {("Task", "changed"): 2}, [(1, 2), (2, 2)])
            assert (await hub.one(hub.ref("Task", "m1")))["intent"] == "order"
            assert (await rebuild(hub.projector)).counts == {}

    asyncio.run(run())


def test_a_rebuild_of_everything_writes_everything_again(open_fhir_hub, make_note) -> None:
    async def run() -> None:
        async with open_fhir_hub() as hub:
            await hub.deliver(make_note("m1"), make_note("m2", cancels="m1"))
            before = {row.resource_id: row.content_hash for row in await hub.rows(Delivered)}
            done = await rebuild(hub.projector, forget=True)
            assert done.counts == {
                ("Patient", "again"): 1,
                ("Task", "again"): 1,
                ("Task", "withdrawn"): 1,
                ("Binary", "again"): 1,
            }
            after = {row.resource_id: row.content_hash for row in await hub.rows(Delivered)}
            kept = hub.ref("Binary", "m1").id  # the original of a cancelled message is not made any more
            assert {id_ for id_ in before if before[id_] != after[id_]} == {kept}

    asyncio.run(run())


def test_a_message_that_could_not_be_mapped_is_counted(open_fhir_hub, make_note) -> None:
    async def run() -> None:
        async with open_fhir_hub() as hub:
            await hub.deliver(make_note("m1", breaks="1"))
            found = await preview(hub.projector)
            assert (found.left_out, found.well) == (1, False)

    asyncio.run(run())


def test_a_server_that_holds_what_it_should_is_found_right(open_fhir_hub, make_note) -> None:
    async def run() -> None:
        async with open_fhir_hub() as hub:
            await hub.deliver(make_note("m1"), make_note("m2", cancels="m1"), make_note("m3", "per"))
            found = await verify(hub.projector)
            # two Patients, three Tasks (one withdrawn), two Binaries, one Organization
            assert (found.right, found.missing, found.different) == (8, [], [])
            assert set(found.extra) & {Ref(r.resource_type, r.resource_id) for r in await hub.rows(Delivered)} == set()

    asyncio.run(run())


def test_what_others_changed_on_the_server_is_found_and_repaired(open_fhir_hub, make_note) -> None:
    async def run() -> None:
        async with open_fhir_hub() as hub:
            await hub.deliver(make_note("m1"), make_note("m2"))
            task, organisation = hub.ref("Task", "m1"), hub.ref("Organization", "100")
            for ref, change in ((task, {"status": "completed"}), (organisation, {"name": "Tull"})):
                await written_by_hand(hub, {**await hub.one(ref), **change})
            stranger = Ref("Task", "5d1f2f0e-6b1c-8a44-9d0b-2f4f4c1b7a10")
            await written_by_hand(hub, {"resourceType": "Task", "id": stranger.id, "status": "draft", "intent": "plan"})
            found = await verify(hub.projector)
            assert (found.missing, sorted(found.different)) == ([], [organisation, task])
            assert stranger in found.extra
            repaired = await verify(hub.projector, repair=True)
            assert repaired.repaired == 2
            assert (await verify(hub.projector)).different == []
            assert (await hub.one(task))["status"] == "requested"
            assert (await hub.one(organisation))["name"] == "Sykehus 100"

    asyncio.run(run())


def test_what_was_never_sent_is_missing(open_hub, fhir_server, make_note) -> None:
    async def run() -> None:
        async with open_hub(fhir=fhir_server.base) as hub:
            await hub.take(make_note("m1"))
            found = await verify(hub.projector)
            assert {ref.type for ref in found.missing} == {"Patient", "Task", "Binary"}
            assert await hub.rows(Directory) == []
            await verify(hub.projector, repair=True)
            found = await verify(hub.projector)
            assert (found.missing, found.different) == ([], [])

    asyncio.run(run())
