"""What municipalities export, through the one way in, to the searches of a real FHIR server."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from hub.delivery.content import Ref
from hub.whatif import Question
from tests.integration.hub.test_whatif import asked
from tests.municipal.samples import (
    CHAIN,
    HEADER,
    NOW,
    PAUSE,
    PERSON,
    ROWS,
    SAID,
    START,
    bundle,
    case,
    events,
    identities,
    notification,
    raw,
    table,
    yearly,
)

pytestmark = pytest.mark.integration

WHO, SOMEBODY_ELSE = "21885533067", "21885533148"
"""Persons of these tests alone: the FHIR server is shared by all."""
VOLVEN, SNOMED = "urn:oid:2.16.578.1.12.4.1.1", "http://snomed.info/sct"
VKP = "http://ehelse.no/fhir/CodeSystem/vkp-careplan-category-v090"


async def deliver(hub: Any, body: object, **headers: str) -> None:
    """Each message of a delivery, about a person of ours."""
    text = body if isinstance(body, str) else json.dumps(body)
    for part in hub.intake.parts(raw(text.replace(PERSON, WHO), **headers)):
        await hub.project(await hub.intake.take(part))


async def found(hub: Any, type_: str, **criteria: str) -> list[dict[str, Any]]:
    """By a search of the FHIR server, of the one active patient."""
    rows = await hub.sql("SELECT resource_id FROM delivered WHERE resource_type = 'Patient'")
    patients = [await hub.one(Ref("Patient", id_)) for (id_,) in rows]
    (patient,) = [one["id"] for one in patients if one["active"]]
    bundle = await hub.client.search(type_, {"patient": f"Patient/{patient}", "_count": "100", **criteria})
    return [entry["resource"] for entry in bundle.get("entry", ())]


def test_what_every_format_tells_is_searched_for_beside_the_hospital_s_and_is_valid(open_real_hub: Any) -> None:
    async def run() -> None:
        async with open_real_hub(now=NOW) as hub:
            for body in (yearly(), identities(), events(*CHAIN), bundle(), case()):
                await deliver(hub, body)
            older = {**SAID, "heimveg-export-time": "2026-11-10T06:00:00+01:00"}
            await deliver(hub, table(*ROWS, header=HEADER), content_type="text/csv", **older)

            resting = await found(hub, "EpisodeOfCare", status="onhold", type=f"{VOLVEN}.9151|15")
            assert [one["statusHistory"][-1]["status"] for one in resting] == ["onhold"]
            assert {i["value"] for i in resting[0]["identifier"]} >= {"T-1", "T-501"}, "told by several formats, once"
            team = await found(hub, "CareTeam")
            assert resting[0]["team"] == [{"reference": f"CareTeam/{team[0]['id']}"}]
            assert await found(hub, "ServiceRequest", intent="order")
            assert await found(hub, "ServiceRequest", intent="proposal")

            (frail,) = await found(hub, "Observation", code=f"{SNOMED}|763264000")
            (early,) = await found(hub, "Observation", code=f"{SNOMED}|1104051000000101")
            assert (frail["valueInteger"], early["valueInteger"]) == (6, 3)
            indoors = await found(hub, "Observation", code=f"{VOLVEN}.9111|5", _sort="date")
            assert [one["valueInteger"] for one in indoors][-1] == 4
            change = "https://heimveg.dev/fhir/StructureDefinition/funksjonsendring"
            assert any(e["url"] == change for e in indoors[-1]["extension"]), "how it was before, and now"

            goals = {one["description"]["text"] for one in await found(hub, "Goal")}
            assert "Å gå turen til butikken selv." in goals
            assert {one["name"][0]["text"] for one in await found(hub, "RelatedPerson") if one.get("name")} == {
                "Per Prøvesen"
            }
            assert await found(hub, "Condition", code=f"{VOLVEN}.7170|K77")
            visits = await found(hub, "CarePlan", category=f"{VKP}|3")
            assert [one["title"] for one in visits] == ["Besøksplan uke 47"]
            assert not await found(hub, "CarePlan", category=f"{VKP}|1"), "visits are no plan of treatment"
            own = [one for one in await found(hub, "Composition") if one["title"] == "Målinger"]
            assert [section["title"] for section in own[0]["section"]] == ["Samtale"]
            await all_valid(hub)

    asyncio.run(run())


async def all_valid(hub: Any) -> None:
    """By the server's validator and our profiles."""
    rows = await hub.sql("SELECT resource_type, resource_id FROM delivered WHERE resource_type <> 'Binary'")
    outcomes = [await hub.client.validated(held) for held in (await hub.held(*(Ref(*row) for row in rows))).values()]
    wrong = [i for one in outcomes for i in one["issue"] if i["severity"] in ("error", "fatal")]
    assert len(rows) > 30 and wrong == []


def test_an_event_that_was_another_person_s_moves_to_them_and_leaves_nothing_behind(open_real_hub: Any) -> None:
    async def run() -> None:
        async with open_real_hub(now=NOW) as hub:
            moved = notification(
                43, "MidlertidigStoppFra", day="2026-11-18", status="M", ref=42, person=SOMEBODY_ELSE, user="4712"
            )
            await deliver(hub, events(START, PAUSE))
            (rests,) = await found(hub, "EpisodeOfCare")
            assert rests["status"] == "onhold"
            await deliver(hub, events(moved, batch="moved"))
            queued = await hub.sql("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'heimveg.review'")
            assert queued == [(1,)], "whom it was about before is looked at again"
            ((lane,),) = await hub.sql(
                "SELECT DISTINCT args->>'person_key' FROM procrastinate_jobs WHERE task_name = 'heimveg.review'"
            )
            await hub.projector.person(lane)
            lanes = await hub.sql("SELECT resource_id, lane FROM delivered WHERE resource_type = 'EpisodeOfCare'")
            states = {who == lane: (await hub.one(Ref("EpisodeOfCare", id_)))["status"] for id_, who in lanes}
            assert states == {True: "active", False: "onhold"}
            documents = await hub.sql(
                "SELECT resource_id FROM delivered WHERE resource_type = 'DocumentReference' AND lane = :lane",
                lane=lane,
            )
            held = [await hub.one(Ref("DocumentReference", id_)) for (id_,) in documents]
            assert sorted(one["status"] for one in held) == ["current", "entered-in-error"]
            settled = await hub.sql("SELECT DISTINCT processing FROM message")
            assert settled == [("projected",)]
            _, differing = await asked(hub, Question(as_of=NOW))
            assert differing == [], "a rebuild would give the same"

    asyncio.run(run())
