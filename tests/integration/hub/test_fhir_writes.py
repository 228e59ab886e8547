"""Resources that both sides write through ``/fhir``: entries of the log, shown on the FHIR server when it answers."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from hub.delivery.content import Ref
from tests.integration.hub.writing_fhir import Desk, code, desk, paths

pytestmark = pytest.mark.integration

Writing = Callable[[Desk], Awaitable[None]]


@pytest.fixture
def at(open_real_hub: Any, strangers: Any) -> Callable[[Writing], None]:
    """``at(writing)``: with a stay declared ready, somebody writes."""

    def run(writing: Writing) -> None:
        async def go() -> None:
            async with desk(open_real_hub, strangers) as made:
                await writing(made)

        asyncio.run(go())

    return run


def test_a_plan_is_written_by_one_side_read_and_changed_by_the_other(at: Any) -> None:
    async def writing(of: Desk) -> None:
        created = await of.hospital.create(await of.plan())
        assert created.status_code == 201, created.text
        plan = created.json()
        assert created.headers["location"] == f"http://127.0.0.1/fhir/CarePlan/{plan['id']}/_history/1"
        assert created.headers["etag"] == 'W/"1"'
        assert plan["meta"]["source"].startswith("urn:uuid:")

        read = await of.municipality.read(f"CarePlan/{plan['id']}")
        assert read.json() == plan
        changed = await of.municipality.update({**read.json(), "title": "Felles plan"}, read.headers["etag"])
        assert changed.status_code == 200, changed.text
        assert (changed.json()["title"], changed.headers["etag"]) == ("Felles plan", 'W/"2"')
        assert (await of.hospital.read(f"CarePlan/{plan['id']}")).json()["title"] == "Felles plan"

        history = (await of.hospital.read(f"CarePlan/{plan['id']}/_history")).json()
        assert [entry["resource"]["title"] for entry in history["entry"]] == ["Felles plan", "Behandlingsplan"]
        assert (await of.stranger.read(f"CarePlan/{plan['id']}")).status_code == 404

    at(writing)


def test_who_changed_a_plan_and_what_is_told_version_by_version(at: Any) -> None:
    async def writing(of: Desk) -> None:
        plan = (await of.hospital.create(await of.plan())).json()
        await of.municipality.update({**plan, "title": "Felles plan"}, 'W/"1"')
        told = await of.hospital.ask(f"/plans/{plan['id']}/versions")
        hospital, municipality = (of.case.parties.hospital, of.case.parties.saksbehandling)
        assert [(one["version"], one["by"]) for one in told.json()["versions"]] == [
            (1, hospital.virksomhet.name),
            (2, municipality.virksomhet.name),
        ]
        differs = await of.hospital.ask(f"/plans/{plan['id']}/diff?from=1&to=2")
        assert {"path": "title", "was": "Behandlingsplan", "now": "Felles plan"} in differs.json()["changes"]
        assert (await of.hospital.ask(f"/plans/{plan['id']}/diff?from=1&to=3")).status_code == 404
        assert (await of.stranger.ask(f"/plans/{plan['id']}/versions")).status_code == 404

    at(writing)


def test_who_writes_on_an_old_version_or_says_none_changes_nothing_and_is_given_the_other(at: Any) -> None:
    async def writing(of: Desk) -> None:
        plan = (await of.hospital.create(await of.plan())).json()
        await of.municipality.update({**plan, "title": "Kommunens"}, 'W/"1"')
        stale = await of.hospital.update({**plan, "title": "Sykehusets"}, 'W/"1"')
        assert (stale.status_code, code(stale), stale.headers["etag"]) == (412, "stale", 'W/"2"')
        assert stale.json()["contained"][0]["title"] == "Kommunens"
        without = await of.hospital.update({**plan, "title": "Sykehusets"}, None)
        assert (without.status_code, code(without)) == (428, "precondition-required")
        assert without.json()["contained"][0]["title"] == "Kommunens"
        assert await of.entries() == 2
        again = await of.hospital.update({**plan, "title": "Sykehusets"}, stale.headers["etag"])
        assert again.status_code == 412, "the body says that it was made from another version"
        newest = stale.json()["contained"][0] | {"id": plan["id"], "title": "Begge"}
        assert (await of.hospital.update(newest, stale.headers["etag"])).status_code == 200

    at(writing)


def test_a_transaction_is_stored_whole_or_not_at_all(at: Any) -> None:
    goal = "urn:uuid:6f9d1b52-2c1b-4e0e-8f5a-0d5a6f6a9e10"
    task = "urn:uuid:6f9d1b52-2c1b-4e0e-8f5a-0d5a6f6a9e11"

    async def writing(of: Desk) -> None:
        patient = {"reference": await of.patient()}
        plan = await of.plan(goal=[{"reference": goal}], activity=[{"reference": {"reference": task}}])
        whole = _transaction(
            (plan, ""),
            (
                {
                    "resourceType": "Goal",
                    "lifecycleStatus": "active",
                    "description": {"text": "Å gå ut"},
                    "subject": patient,
                },
                goal,
            ),
            (
                {
                    "resourceType": "Task",
                    "status": "requested",
                    "intent": "order",
                    "code": {"text": "Gåtrening"},
                    "for": patient,
                },
                task,
            ),
        )
        answer = await of.municipality.send("POST", "", whole)
        assert answer.status_code == 200, answer.text
        assert [entry["response"]["status"] for entry in answer.json()["entry"]] == ["201 Created"] * 3
        made = answer.json()["entry"][0]["resource"]
        assert (await of.hospital.read(made["goal"][0]["reference"])).json()["description"]["text"] == "Å gå ut"
        assert (await of.hospital.read(made["activity"][0]["reference"]["reference"])).status_code == 200

        before = await of.entries()
        broken = _transaction((await of.plan(title="Ny"), ""), (await of.plan(goal=[{"reference": "Goal/borte"}]), ""))
        refused = await of.municipality.send("POST", "", broken)
        assert (refused.status_code, code(refused)) == (422, "dangling")
        assert paths(refused) == ["Bundle.entry[1].resource.CarePlan.goal[0].reference"]
        assert await of.entries() == before

    at(writing)


def test_after_a_rebuild_the_same_resources_are_there(at: Any) -> None:
    async def writing(of: Desk) -> None:
        plan = (await of.hospital.create(await of.plan())).json()
        await of.municipality.update({**plan, "title": "Felles plan"}, 'W/"1"')
        provenances = await of.hub.sql(
            "SELECT resource_id FROM delivered JOIN entry ON source = CAST(entry.id AS text)"
            " WHERE resource_type = 'Provenance'"
        )
        assert len(provenances) == 2
        (lane,) = (await of.hub.sql("SELECT DISTINCT lane FROM delivered WHERE resource_type = 'CarePlan'"))[0]
        delivery = await of.hub.projector.person(lane)
        assert delivery.written == []
        held = await of.hub.one(Ref("CarePlan", plan["id"]))
        assert held["title"] == "Felles plan"

    at(writing)


SNOMED = "http://snomed.info/sct"
OTHERS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "Goal": lambda who: {
        "lifecycleStatus": "active", "description": {"text": "Å gå ut i hagen"}, "subject": who, "expressedBy": who,
    },
    "CareTeam": lambda who: {
        "status": "active", "name": "Rundt pasienten", "subject": who,
        "participant": [{"role": [{"text": "Koordinator"}], "member": who}],
    },
    "Task": lambda who: {
        "status": "requested", "intent": "order", "code": {"text": "Gåtrening"}, "for": who,
    },
    "Observation": lambda who: {
        "status": "final", "code": {"coding": [{"system": SNOMED, "code": "763264000"}], "text": "CFS"},
        "subject": who, "effectiveDateTime": "2026-03-05T10:00:00+01:00", "valueInteger": 6,
    },
    "Communication": lambda who: {
        "status": "completed", "payload": [{"contentString": "Ring før dere kommer."}], "subject": who,
        "sent": "2026-03-05T10:00:00+01:00",
    },
    "Appointment": lambda who: {
        "status": "booked", "description": "Kontroll", "start": "2026-03-20T10:00:00+01:00",
        "end": "2026-03-20T10:30:00+01:00", "participant": [{"actor": who, "status": "accepted"}],
    },
    "QuestionnaireResponse": lambda who: {
        "status": "completed", "questionnaire": "https://heimveg.dev/fhir/Questionnaire/utskrivningssamtale",
        "subject": who, "authored": "2026-03-05T10:00:00+01:00",
        "item": [{"linkId": "1", "text": "Hva er viktig for deg?", "answer": [{"valueString": "Å komme hjem"}]}],
    },
    "Flag": lambda who: {
        "status": "active", "subject": who, "code": {"text": "Fallfare"},
        "category": [{"coding": [{"system": "http://terminology.hl7.org/CodeSystem/flag-category", "code": "safety"}]}],
    },
}  # fmt: skip
"""One of each type beside CarePlan; the argument refers to the patient."""


def test_every_type_is_written_read_by_the_other_side_changed_and_valid(at: Any) -> None:
    async def writing(of: Desk) -> None:
        who = {"reference": await of.patient()}
        for type_, making in OTHERS.items():
            created = await of.municipality.create({"resourceType": type_, **making(who)})
            assert created.status_code == 201, (type_, created.text)
            made = created.json()
            assert await of.errors(made) == []
            read = await of.hospital.read(f"{type_}/{made['id']}")
            assert read.json() == made
            assert (await of.stranger.read(f"{type_}/{made['id']}")).status_code == 404
            changed = await of.hospital.update({**made, "language": "nb"}, created.headers["etag"])
            assert (changed.status_code, changed.json().get("language")) == (200, "nb"), (type_, changed.text)

    at(writing)


def test_the_answer_is_as_long_as_was_preferred(at: Any) -> None:
    async def writing(of: Desk) -> None:
        goal = {"resourceType": "Goal", **OTHERS["Goal"]({"reference": await of.patient()})}
        short = await of.municipality.create(goal, Prefer="return=minimal")
        assert (short.status_code, short.content, "location" in short.headers) == (201, b"", True)
        told = await of.municipality.create(goal, Prefer="return=OperationOutcome")
        assert (told.status_code, told.json()["resourceType"]) == (201, "OperationOutcome")

    at(writing)


def test_the_same_request_under_one_key_is_written_once(at: Any) -> None:
    async def writing(of: Desk) -> None:
        goal = {"resourceType": "Goal", **OTHERS["Goal"]({"reference": await of.patient()})}
        key = {"Idempotency_Key": "b3a2f6f0-goal"}
        first, again = [await of.municipality.create(goal, **key) for _ in range(2)]
        assert (first.status_code, first.headers["location"]) == (201, again.headers["location"])
        assert await of.entries() == 1

    at(writing)


def test_what_nobody_could_place_is_refused_and_nothing_is_stored(at: Any) -> None:
    async def writing(of: Desk) -> None:
        who = {"reference": await of.patient()}
        goal = {"resourceType": "Goal", **OTHERS["Goal"](who)}
        nobody = await of.municipality.create({**goal, "subject": {"reference": "Patient/nobody"}, "expressedBy": who})
        assert nobody.status_code in (404, 422), nobody.text
        odd = await of.municipality.create({**goal, "lifecycleStatus": "hoping"})
        assert (odd.status_code, paths(odd)) == (422, ["Goal.lifecycleStatus"])
        long = await of.municipality.send("POST", "", _transaction(*[(goal, "")] * 10_000))
        assert long.status_code == 413, long.text
        assert await of.entries() == 0

    at(writing)


def _transaction(*entries: tuple[dict[str, Any], str]) -> dict[str, Any]:
    return {
        "resourceType": "Bundle",
        "type": "transaction",
        "entry": [
            {
                **({"fullUrl": known_as} if known_as else {}),
                "resource": resource,
                "request": {"method": "POST", "url": resource["resourceType"]},
            }
            for resource, known_as in entries
        ],
    }
