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


def test_what_the_profile_forbids_is_refused_before_anything_is_stored(at: Any) -> None:
    async def writing(of: Desk) -> None:
        who = {"reference": await of.patient()}
        process = "https://heimveg.dev/fhir/CodeSystem/discharge-process"
        odd = {**OTHERS["Task"](who), "code": {"coding": [{"system": process, "code": "finnes-ikke"}]}}
        refused = await of.municipality.create({"resourceType": "Task", **odd})
        assert (refused.status_code, code(refused)) == (422, "profile"), refused.text
        assert any(path.startswith("Task.code") for path in paths(refused))
        assert "finnes-ikke" not in refused.text, "what somebody wrote is not repeated"
        assert await of.entries() == 0

    at(writing)


def test_what_the_server_will_not_have_after_all_is_told_to_its_writer_and_in_the_feed(
    open_real_hub: Any, strangers: Any, proxy: Any
) -> None:
    async def run() -> None:
        async with desk(open_real_hub, strangers, through=proxy.base) as of:
            goal = {"resourceType": "Goal", **OTHERS["Goal"]({"reference": await of.patient()})}
            proxy.faults = ["validates", *[422] * 3, "tells what it holds", *[422] * 3]
            told = await of.municipality.create(goal)
            assert (told.status_code, code(told)) == (202, "refused-by-server"), told.text
            proxy.faults = []
            ref = told.headers["location"].rpartition("/fhir/")[2]
            read = await of.municipality.read(ref)
            assert (read.status_code, code(read)) == (409, "refused-by-server")
            assert (await of.stranger.read(ref)).status_code == 404
            events = (await of.municipality.ask("/events?limit=1000")).json()["events"]
            assert [e["data"]["resource"] for e in events if e["kind"] == "entry.refused"] == [ref]
            again = await of.municipality.create(goal)
            assert again.status_code == 201, again.text
            assert (await of.municipality.read(ref)).status_code == 200, "offered again with whatever changes next"

    asyncio.run(run())


def test_if_none_exist_makes_one_resource_of_one_identifier(at: Any) -> None:
    async def writing(of: Desk) -> None:
        named = {"system": "https://epj.example.org/mal", "value": "M-1"}
        goal = {"resourceType": "Goal", "identifier": [named], **OTHERS["Goal"]({"reference": await of.patient()})}
        once = {"If_None_Exist": "identifier=https://epj.example.org/mal|M-1"}
        first, again = [await of.municipality.create(goal, **once) for _ in range(2)]
        assert (first.status_code, again.status_code) == (201, 200), again.text
        assert first.json() == again.json()
        assert (await of.municipality.create(goal)).status_code == 201
        several = await of.municipality.create(goal, **once)
        assert (several.status_code, code(several)) == (412, "several")
        by_status = await of.municipality.create(goal, If_None_Exist="lifecycle-status=active")
        assert (by_status.status_code, code(by_status)) == (400, "parameter")
        other = {"url": "Goal", "method": "POST", "ifNoneExist": "identifier=https://epj.example.org/mal|M-2"}
        both = {
            "resourceType": "Bundle",
            "type": "transaction",
            "entry": [{"resource": goal, "request": other}, {"resource": goal, "request": other}],
        }
        twice = await of.municipality.send("POST", "", both)
        assert (twice.status_code, code(twice)) == (422, "twice")
        assert await of.entries() == 2

    at(writing)


def test_the_status_of_a_written_task_is_on_the_boards(at: Any) -> None:
    async def writing(of: Desk) -> None:
        own = {
            "resourceType": "Task",
            **OTHERS["Task"]({"reference": await of.patient()}),
            "description": "Bestill seng",
        }
        made = await of.municipality.create(own)
        begun = await of.municipality.update({**made.json(), "status": "in-progress"}, made.headers["etag"])
        assert begun.status_code == 200, begun.text
        duty = await of.task("kommune-beslutning")
        etag = (await of.municipality.read(f"Task/{duty['id']}")).headers["etag"]
        taken = await of.municipality.update({**duty, "status": "accepted"}, etag)
        assert taken.status_code == 200, taken.text
        board = (await of.hospital.ask(f"/hospitals/{of.hospital.number}/snapshot")).json()["rows"]
        assert [(one["text"], one["status"], one["open"]) for one in board[0]["tasks"]] == [
            ("Bestill seng", "in-progress", True)
        ]
        (wait,) = [one for one in board[0]["awaited"] if one["task"] == f"Task/{duty['id']}"]
        assert wait["status"] == "accepted"
        assert f"Task/{made.json()['id']}" in board[0]["resources"]

    at(writing)


VKP = "http://ehelse.no/fhir/CodeSystem/vkp-careplan-category-v090"
OWN_TREATMENT = [{"coding": [{"system": VKP, "code": "2"}]}]
SONE = "https://heimveg.dev/fhir/StructureDefinition/sone"


def test_a_patient_has_one_plan_of_each_kind_with_its_zones_and_all_are_in_one_view(at: Any) -> None:
    async def writing(of: Desk) -> None:
        first = await of.hospital.create(await of.plan())
        other = await of.municipality.create(await of.plan(title="En til"))
        assert (other.status_code, code(other), paths(other)) == (422, "one-plan", ["CarePlan.category"])
        whole = (await of.municipality.create(await of.plan(category=OWN_TREATMENT, title="Kols"))).json()
        part = {"category": OWN_TREATMENT, "partOf": [{"reference": f"CarePlan/{whole['id']}"}]}
        for colour in ("green", "yellow", "red"):
            zone = await of.plan(**part, title=colour, extension=[{"url": SONE, "valueCode": colour}])
            made = await of.municipality.create(zone)
            assert (made.status_code, await of.errors(made.json())) == (201, []), made.text
        again = await of.hospital.create(zone)
        assert (again.status_code, code(again)) == (422, "zone-taken")
        before = await of.entries()
        ended = await of.hospital.update({**first.json(), "status": "completed"}, first.headers["etag"])
        assert ended.status_code == 200, ended.text
        assert (await of.hospital.create(await of.plan(title="Ny"))).status_code == 201, "after the one before"
        assert await of.entries() == before + 2

        view = (await of.hospital.ask(f"/patients/{(await of.patient()).partition('/')[2]}/plans")).json()["plans"]
        shown = {(one["title"], one["made_by"], one["status"]) for one in view}
        assert shown >= {
            ("Ny", "people", "active"), ("Behandlingsplan", "people", "completed"), ("Kols", "people", "active"),
            ("Utskrivningsplan", "messages", "active"),
        }  # fmt: skip
        own = next(one for one in view if one["title"] == "Kols")
        assert sorted(part["zone"] for part in own["parts"]) == ["green", "red", "yellow"]
        assert own["responsible"] and own["changed_by"] == "Test EPJ"
        for form in ("json", "fhir"):
            told = await of.hospital.ask(f"/patients/{(await of.patient()).partition('/')[2]}/timeline?format={form}")
            assert "Kols" in told.text, "what people write is on the timeline too"

    at(writing)


def test_a_plan_of_messages_and_what_people_add_to_it_are_both_there(at: Any) -> None:
    async def writing(of: Desk) -> None:
        who = {"reference": await of.patient()}
        task = (await of.municipality.create({"resourceType": "Task", **OTHERS["Task"](who)})).json()
        ((id_,),) = await of.hub.sql("SELECT resource_id FROM delivered WHERE resource_type = 'CarePlan'")
        read = await of.municipality.read(f"CarePlan/{id_}")
        plan = read.json()
        added = {"reference": {"reference": f"Task/{task['id']}"}}
        changed = {**plan, "activity": [*plan["activity"], added], "note": [{"text": "Sengen er klar"}]}
        assert (await of.municipality.update(changed, read.headers["etag"])).status_code == 200
        address = f"/patients/{(await of.patient()).partition('/')[2]}/plans"
        (one,) = [p for p in (await of.hospital.ask(address)).json()["plans"] if p["title"] == "Utskrivningsplan"]
        assert (one["made_by"], one["version"]) == ("both", 1)
        assert {a["resource"] for a in one["activities"]} == {a["reference"]["reference"] for a in changed["activity"]}
        whole = (await of.hospital.ask(f"{address}?format=fhir")).json()
        kinds = {entry["resource"]["resourceType"] for entry in whole["entry"]}
        assert (whole["type"], kinds) == ("collection", {"CarePlan", "Task"})
        assert (await of.stranger.ask(address)).status_code == 404

    at(writing)


def test_the_crisis_part_is_seen_by_those_alone_whom_it_names(at: Any) -> None:
    async def writing(of: Desk) -> None:
        whole = (await of.municipality.create(await of.plan())).json()
        kind = {"system": "https://heimveg.dev/fhir/CodeSystem/care-plan-category", "code": "kriseplan"}
        crisis = await of.plan(
            category=[{"coding": [kind]}],
            title="I krise",
            partOf=[{"reference": f"CarePlan/{whole['id']}"}],
        )
        open_ = await of.municipality.create(crisis)
        assert (open_.status_code, code(open_)) == (422, "crisis-open")
        label = {"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "R"}
        made = await of.municipality.create({**crisis, "meta": {"security": [label]}})
        assert (made.status_code, await of.errors(made.json())) == (201, []), made.text
        ref = f"CarePlan/{made.json()['id']}"
        assert (await of.hospital.read(ref)).status_code == 404
        assert (await of.hospital.read(f"{ref}/_history")).status_code == 404
        assert (await of.hospital.ask(f"/plans/{ref.partition('/')[2]}/versions")).status_code == 404
        address = f"/patients/{(await of.patient()).partition('/')[2]}/plans"
        parts = []
        for pen in (of.municipality, of.hospital):
            view = (await pen.ask(address)).json()["plans"]
            parts.append([p["restricted"] for one in view for p in one["parts"]])
        assert parts == [[True], []]
        assert "I krise" not in (await of.hospital.ask(address.replace("plans", "timeline"))).text

    at(writing)


def test_of_many_who_write_at_once_nobody_s_change_is_lost(at: Any) -> None:
    async def writing(of: Desk) -> None:
        plan = (await of.hospital.create(await of.plan())).json()

        async def adds(pen: Any, text: str) -> int:
            """As often as it takes, each time on what is there now."""
            for tries in range(1, 40):
                read = await pen.read(f"CarePlan/{plan['id']}")
                noted = {**read.json(), "note": [*read.json().get("note", []), {"text": text}]}
                if (await pen.update(noted, read.headers["etag"])).status_code == 200:
                    return tries
            raise AssertionError("never written")

        pens = [of.hospital, of.municipality] * 2
        tries = await asyncio.gather(*(adds(pen, str(n)) for n, pen in enumerate(pens)))
        held = (await of.hospital.read(f"CarePlan/{plan['id']}")).json()
        assert sorted(note["text"] for note in held["note"]) == ["0", "1", "2", "3"]
        assert sum(tries) > len(pens), "somebody was refused"
        versions = (await of.hospital.ask(f"/plans/{plan['id']}/versions")).json()["versions"]
        assert [one["version"] for one in versions] == [1, 2, 3, 4, 5]

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
