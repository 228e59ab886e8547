"""A patient's medication lists over REST: side by side, decided by whom, signed by a prescriber, within one's scope."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import orjson
import pytest

from hub import doors
from hub.delivery.content import unpacked
from hub.making import Maker
from hub.plugins import installed
from hub.serve import make_entries
from hub.writing import Writing
from tests.integration.hub.served import served
from tests.medication.test_list_adapters import HOSPITAL
from tests.medication.test_list_files import AT_ADMISSION, home, hospital, raw

pytestmark = pytest.mark.integration

Send = Callable[..., Any]
KEY = "discontinued-still-active"


@asynccontextmanager
async def listed(open_hub: Any, fhir: Any) -> AsyncIterator[tuple[Any, httpx.AsyncClient, str]]:
    """A hub with two lists of one patient on the FHIR server, and the Patient's id."""
    async with open_hub(fhir=fhir.base, now=datetime.now(UTC) + timedelta(minutes=1)) as hub:
        intake = replace(hub.intake, plugins=installed(), dump=doors.dump)
        maker = Maker(load=doors.load, course=doors.course, ids=hub.projector.maker.ids)
        real = replace(hub, intake=intake, projector=replace(hub.projector, maker=maker))
        said = {"heimveg-source-org": HOSPITAL}
        taken = [await intake.take(raw(home(), **AT_ADMISSION, **said)), await intake.take(raw(hospital(), **said))]
        await project(real)
        ((patient,),) = await real.sql("SELECT resource_id FROM delivered WHERE resource_type = 'Patient'")
        assert len(taken) == 2
        async with opened(real) as client:
            yield real, client, f"/patients/{patient}/medication"


@asynccontextmanager
async def opened(hub: Any) -> AsyncIterator[httpx.AsyncClient]:
    """The interface with the way in for entries."""
    entries = make_entries(hub.settings, hub.sessions)
    writing = Writing(sessions=hub.sessions, entries=entries, maker=hub.projector.maker, projector=hub.projector)
    async with served(hub, writing=writing) as client:
        yield client


async def project(hub: Any) -> None:
    ((key,),) = await hub.sql("SELECT DISTINCT identifier_key FROM message_identifier")
    await hub.projector.person(key)


def finding(told: dict[str, Any], code: str) -> dict[str, Any]:
    return next(one for one in told["findings"] if one["code"] == code)


def test_decisions_and_signature_go_from_the_lists_to_the_fhir_server(open_hub, fhir) -> None:
    async def run() -> None:
        async with listed(open_hub, fhir) as (hub, client, address):
            told = (await client.get(address)).json()
            assert [one["name"] for one in told["lists"]] == ["hjemmeliste ved innleggelse", "sykehus, inneliggende"]
            by = {"author": "Rita Lin", "organisation": HOSPITAL}
            early = await client.post(f"{address}/signatures", json=by)
            assert (early.status_code, early.json()["type"].rpartition("/")[2]) == (409, "not-settled")
            for one in [f for f in told["findings"] if f["severity"] == "high"]:
                body = {**by, "discrepancy": one["discrepancy"], "decision": "Seponeres hjemme"}
                assert (await client.post(f"{address}/decisions", json=body)).status_code == 201
            await project(hub)
            assert (await client.post(f"{address}/signatures", json=by)).status_code == 201
            await project(hub)
            told = (await client.get(address)).json()
            own = [d for d in told["decisions"] if d["discrepancy"] == finding(told, KEY)["discrepancy"]]
            assert [(d["decision"], d["by"]) for d in own] == [("Seponeres hjemme", "Rita Lin")]
            assert len(told["signed"]) == 1
            bodies = await hub.sql("SELECT body FROM delivered WHERE resource_type IN ('List', 'Task')")
            held = [orjson.loads(unpacked(body)) for (body,) in bodies]
            (reconciled,) = [one for one in held if one.get("title") == "Samstemt legemiddelliste"]
            assert reconciled["mode"] == "snapshot"
            urgent = [one["status"] for one in held if one.get("priority") == "urgent"]
            assert urgent == ["completed", "completed"]
            ((logged,),) = await hub.sql("SELECT count(*) FROM access_entry")
            assert logged == 5  # two readings, two decisions, one signature

    asyncio.run(run())


def test_a_discrepancy_that_is_not_there_cannot_be_decided(open_hub, fhir) -> None:
    async def run() -> None:
        async with listed(open_hub, fhir) as (hub, client, address):
            body = {"author": "Rita Lin", "organisation": HOSPITAL, "discrepancy": "omission/X/", "decision": "Nei"}
            answer = await client.post(f"{address}/decisions", json=body)
            assert answer.status_code == 404
            assert await hub.sql("SELECT 1 FROM entry") == []
            nobody = await client.post(f"{address}/decisions", json={**body, "organisation": ""})
            assert nobody.status_code in (400, 404)
            assert (await client.get("/patients/unknown/medication")).status_code == 404

    asyncio.run(run())


def test_the_page_to_print_has_no_script_and_every_text_escaped(open_hub, fhir) -> None:
    async def run() -> None:
        async with listed(open_hub, fhir) as (_, client, address):
            answer = await client.get(address, headers={"Accept": "text/html"})
            assert answer.headers["content-type"].startswith("text/html")
            assert "sandbox" in answer.headers["content-security-policy"]
            assert "Seponert ett sted og aktivt et annet" in answer.text
            assert "<script" not in answer.text

    asyncio.run(run())
