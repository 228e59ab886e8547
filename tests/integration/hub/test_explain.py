"""Explanations from the log: from a message, and back from a resource on the FHIR server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

import httpx
import pytest

from adapters.kith.samples import Case, dod, innlagt, utskrevet
from hub import doors
from hub.making import Maker
from hub.plugins import installed
from mappings.norwegian_time import OSLO
from tests.integration.hub.served import served

pytestmark = pytest.mark.integration

CASE = Case(name="explained", start=datetime(2026, 3, 2, 10, tzinfo=OSLO))
XML = {"Content-Type": "application/xml", "Accept": "application/json"}


@asynccontextmanager
async def rest(hub: Any) -> AsyncIterator[tuple[Any, httpx.AsyncClient]]:
    """The hub with the real adapters and mappings."""
    maker = Maker(load=doors.load, course=doors.course, ids=hub.projector.maker.ids)
    intake = replace(hub.intake, plugins=installed(), dump=doors.dump)
    real = replace(hub, intake=intake, projector=replace(hub.projector, maker=maker))
    async with served(real) as client:
        yield real, client


async def taken(client: httpx.AsyncClient, body: bytes) -> str:
    return str((await client.post("/messages", content=body, headers=XML)).json()["links"]["self"])


def test_a_message_explains_its_own_resources_and_its_part_of_the_patients(open_hub) -> None:
    async def run() -> None:
        async with open_hub() as hub, rest(hub) as (_, client):
            first, last = await taken(client, innlagt(CASE)), await taken(client, utskrevet(CASE))
            answer = await client.get(f"{last}/explain", params={"path": "period", "as_of": "2026-03-20T12:00:00Z"})
            assert answer.headers["cache-control"] == "no-store"
            told = answer.json()
            encounter = {e["path"]: e for e in told["elements"] if e["resource"].startswith("Encounter/")}
            history = {"Encounter.statusHistory[0].period.end", "Encounter.statusHistory[1].period.start"}
            assert set(encounter) == {"Encounter.period.end", *history}
            end = encounter["Encounter.period.end"]
            assert end["rule"]["function"] == "mappings.encounter.encounter"
            assert told["messages"] == {end["message"]: last}
            everything = (await client.get(f"{first}/explain")).json()["elements"]
            kinds = {e["resource"].partition("/")[0] for e in everything}
            assert {"Binary", "Composition", "DocumentReference", "Encounter", "Organization", "Provenance"} <= kinds

    asyncio.run(run())


def test_a_resource_tells_which_messages_made_it(open_fhir_hub) -> None:
    async def run() -> None:
        async with open_fhir_hub() as hub, rest(hub) as (real, client):
            first, last = await taken(client, innlagt(CASE)), await taken(client, utskrevet(CASE))
            for path in (first, last):
                await real.project(UUID(path.rpartition("/")[2]))
            detail = (await client.get(first)).json()
            references = [r["reference"] for r in (*detail["resources"], *detail["patient_resources"])]
            (encounter,) = [r for r in references if r.startswith("Encounter/")]
            told = (await client.get(f"/resources/{encounter}/explain")).json()
            assert set(told["messages"].values()) == {first, last}
            assert {e["resource"] for e in told["elements"]} == {encounter}
            (document,) = [r["reference"] for r in detail["resources"] if r["reference"].startswith("Composition/")]
            told = (await client.get(f"/resources/{document}/explain", params={"path": "Composition.date"})).json()
            assert list(told["messages"].values()) == [first]
            ((organization,), *_) = await hub.sql(
                "SELECT resource_id FROM directory WHERE resource_type='Organization'"
            )
            told = (await client.get(f"/resources/Organization/{organization}/explain")).json()
            assert {e["resource"] for e in told["elements"]} == {f"Organization/{organization}"}

    asyncio.run(run())


def test_a_task_is_explained_by_the_policies_of_the_deployment(open_fhir_hub) -> None:
    async def dues(hub: Any) -> set[str]:
        tasks = await hub.sql("SELECT resource_id FROM delivered WHERE resource_type = 'Task'")
        asked = {"path": "restriction.period.end", "as_of": "2026-03-02T12:00:00Z"}
        async with rest(hub) as (_, client):
            told = [(await client.get(f"/resources/Task/{task}/explain", params=asked)).json() for (task,) in tasks]
        return {element["value"] for one in told for element in one["elements"]}

    async def run() -> None:
        async with open_fhir_hub() as hub:
            async with rest(hub) as (real, client):
                await real.project(UUID((await taken(client, innlagt(CASE))).rpartition("/")[2]))
            before = await dues(hub)
            chosen = hub.settings.model_copy(update={"policies": {"admission_report_hours": "48"}})
            after = await dues(replace(hub, settings=chosen))
            assert {"2026-03-03T10:10:00+01:00"} <= before - after
            assert {"2026-03-04T10:10:00+01:00"} <= after - before

    asyncio.run(run())


def test_what_was_never_delivered_and_what_does_not_exist_are_not_found(open_hub) -> None:
    async def run() -> None:
        async with open_hub() as hub, rest(hub) as (_, client):
            await taken(client, dod(CASE))
            nobody = "01931a2b-7c00-7000-8000-0123456789ab"
            for path in (f"/messages/{nobody}/explain", f"/resources/Encounter/{nobody}/explain"):
                answer = await client.get(path)
                assert (answer.status_code, answer.json()["type"].rpartition("/")[2]) == (404, "not-found")

    asyncio.run(run())
