"""Checklists of a stay before real parts: begun over REST, ticked off there and through FHIR, seen by both sides."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.integration.hub.writing_fhir import Desk, code, desk

pytestmark = pytest.mark.integration

LIST = "checklists/utskrivning"
POINT = "checklist/utskrivning-mottak"


def test_a_checklist_is_begun_by_one_side_and_ticked_off_by_both_over_rest_and_fhir(open_real_hub, strangers) -> None:
    async def go() -> None:
        async with desk(open_real_hub, strangers) as of:
            await begin(of)
            await tick_off(of)
            await keep_out(of)

    asyncio.run(go())


async def begin(of: Desk) -> None:
    """The points are Tasks of both sides, and say which PlanDefinition they come from."""
    stay = await of.stay()
    assert "utskrivning" in (await of.hospital.ask(f"{stay}/checklists")).json()["offered"]
    assert (await of.hospital.tell(f"{stay}/checklists/ukjent")).status_code == 404
    begun = await of.hospital.tell(f"{stay}/{LIST}")
    assert (begun.status_code, begun.json()["values"]) == (201, {"checklist": "utskrivning", "version": 1})
    assert (await of.hospital.tell(f"{stay}/{LIST}")).status_code == 428
    whole = await of.task("sjekkliste")
    url, _, version = whole["instantiatesCanonical"].partition("|")
    (plan,) = await found(of, f"/PlanDefinition?url={url}&version={version}")
    points = await found(of, f"/Task?part-of=Task/{whole['id']}")
    assert {point["description"] for point in points} == {action["title"] for action in plan["action"]}
    assert {point["owner"]["reference"] for point in points} == {
        (await of.task("utskrivningsklar"))[who]["reference"] for who in ("owner", "requester")
    }
    for resource in (plan, whole, *points):
        assert await of.errors(resource) == []


async def tick_off(of: Desk) -> None:
    """Whichever way it was done, both show it, and neither overwrites the other unseen."""
    stay = await of.stay()
    whole = await of.task("sjekkliste")
    point = await mottak(of)
    refused = await of.municipality.update({**point, "status": "failed"}, 'W/"1"')
    assert (refused.status_code, code(refused)) == (422, "point-status")
    closed = await of.municipality.update({**whole, "status": "completed"}, 'W/"1"')
    assert (closed.status_code, code(closed)) == (422, "duty-status"), "its points complete it"
    done = await of.municipality.update({**point, "status": "completed"}, 'W/"1"')
    assert (done.status_code, done.json()["status"]) == (200, "completed"), done.text
    assert await progress(of) == (1, 9)
    seen = await of.hospital.ask(f"{stay}/{POINT}")
    assert seen.json()["values"] == {"item": "utskrivning-mottak", "done": True}
    assert (await of.hospital.tell(f"{stay}/{POINT}", done=False)).status_code == 428
    undone = await of.hospital.tell(f"{stay}/{POINT}", done=False, match=seen.headers["etag"])
    assert undone.status_code == 200, undone.text
    assert ((await mottak(of))["status"], await progress(of)) == ("requested", (0, 9))
    snapshot = await of.municipality.ask(f"/municipalities/{of.case.patient.municipality}/snapshot")
    (row,) = snapshot.json()["rows"]
    assert [(one["checklist"], one["done"], one["of"]) for one in row["checklists"]] == [("utskrivning", 0, 9)]
    stale = await of.municipality.update(done.json(), done.headers["etag"])
    assert stale.status_code == 412


async def keep_out(of: Desk) -> None:
    """Who is no party of the stay sees nothing of it, and cannot begin anything."""
    stay = await of.stay()
    assert (await of.stranger.ask(f"{stay}/checklists")).status_code == 404
    assert (await of.stranger.tell(f"{stay}/checklists/medisindispenser")).status_code == 404
    assert (await of.stranger.read("Task?code=sjekkpunkt&_summary=count")).json()["total"] == 0


async def found(of: Desk, path: str) -> list[dict[str, Any]]:
    answer = await of.municipality.send("GET", path)
    assert answer.status_code == 200, answer.text
    return [entry["resource"] for entry in answer.json()["entry"]]


async def mottak(of: Desk) -> dict[str, Any]:
    points = await found(of, "/Task?code=sjekkpunkt")
    return next(point for point in points if point["description"].startswith("Kommunen har svart"))


async def progress(of: Desk) -> tuple[int, int]:
    (one,) = (await of.municipality.ask(f"{await of.stay()}/checklists")).json()["checklists"]
    whole = await of.task("sjekkliste")
    assert [part["valueInteger"] for part in whole["output"]] == [one["done"], one["of"]]
    return one["done"], one["of"]
