"""Snapshot and attention: real messages through the real course into the log, and read back."""

from __future__ import annotations

import asyncio
import csv
import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest

from adapters.kith import KithAdapter
from adapters.kith.samples import Case, messages, person
from hub.contract import Document, Raw, Rejection
from hub.delivery.content import canonical, packed, ref_of
from hub.identity import id_maker
from hub.log.stays import replace_stays
from hub.stays import Place, bundle, inpatients
from mappings.course import course
from tests.integration.hub.served import served
from tests.municipal.samples import PERSON
from tests.municipal.samples import case as municipal_case
from tests.municipal.samples import read as municipal

pytestmark = pytest.mark.integration

NOW = datetime.now(UTC).replace(microsecond=0)
IDS = id_maker(b"a key for tests, nothing else")


def case(number: int, admitted: timedelta) -> Case:
    return Case(name=f"board-{number}", start=NOW - admitted, patient=person(number))


def read(body: bytes) -> Document:
    outcome = KithAdapter().read(Raw(body=body, received=NOW))
    assert not isinstance(outcome, Rejection), outcome
    return outcome


async def project(hub: Any, of: Case, *told: bytes | Document, as_of: datetime = NOW) -> None:
    found = course([read(one) if isinstance(one, bytes) else one for one in told], as_of, ids=IDS)
    async with hub.sessions() as session, session.begin():
        await replace_stays(session, [of.name], of.name, found.stays, as_of)
    for resource in found.resources:
        body = packed(ref_of(resource), canonical(resource))
        await hub.sql(
            "INSERT INTO delivered (resource_type, resource_id, lane, content_hash, body, withdrawn)"
            " VALUES (:kind, :id, 'x', ''::bytea, :body, false)",
            kind=ref_of(resource).type,
            id=ref_of(resource).id,
            body=body,
        )


def test_what_needs_action_first_comes_first(open_hub) -> None:
    async def run() -> None:
        async with open_hub() as hub, served(hub) as client:
            calm, waiting, overdue = case(1, timedelta(hours=2)), case(2, timedelta(days=2)), case(3, timedelta(days=3))
            await project(hub, calm, messages.innlagt(calm))
            ready = messages.utskrivningsklar(waiting, ready=NOW - timedelta(hours=1))
            sent = (messages.innlagt(waiting), messages.helseopplysninger(waiting), ready)
            await project(hub, waiting, *sent, as_of=waiting.start + timedelta(hours=4))
            await project(hub, overdue, messages.innlagt(overdue))
            told = (await client.get(f"/municipalities/{calm.patient.municipality}/snapshot")).json()
            names = [row["patient"]["name"].split(",")[0] for row in told["rows"]]
            assert names[0] in (overdue.patient.family, waiting.patient.family)
            assert names[-1] == calm.patient.family
            assert told["rows"][0]["next"]["overdue"] is True
            assert told["rows"][-1]["next"]["hours_left"] > 0

    asyncio.run(run())


def test_a_deadline_that_passes_in_silence_is_overdue_without_a_new_projection(open_hub) -> None:
    async def run() -> None:
        async with open_hub() as hub, served(hub) as client:
            old = case(1, timedelta(days=2))
            await project(hub, old, messages.innlagt(old), as_of=old.start + timedelta(hours=1))
            told = (await client.get("/attention")).json()["absences"]
            assert [absence["kind"] for absence in told] == ["tidlig-varsel", "innleggelsesrapport"]
            hospital = old.parties.hospital.virksomhet.number
            mine = (await client.get(f"/attention?owner={hospital}")).json()["absences"]
            assert [absence["owner"]["number"] for absence in mine] == [hospital]

    asyncio.run(run())


def test_a_page_of_attention_names_the_next(open_hub) -> None:
    async def run() -> None:
        async with open_hub() as hub, served(hub) as client:
            old = case(1, timedelta(days=2))
            await project(hub, old, messages.innlagt(old))
            first = (await client.get("/attention?limit=1")).json()
            assert len(first["absences"]) == 1
            second = (await client.get(first["next"])).json()
            assert second["absences"][0]["task"] != first["absences"][0]["task"]
            assert second["next"] is None

    asyncio.run(run())


def test_only_inpatients_are_shown_unless_those_who_left_are_asked_for(open_hub) -> None:
    async def run() -> None:
        async with open_hub() as hub, served(hub) as client:
            gone, long_gone = case(1, timedelta(days=5)), case(2, timedelta(days=30))
            await project(hub, gone, messages.innlagt(gone), messages.utskrevet(gone, left=NOW - timedelta(days=1)))
            left = messages.utskrevet(long_gone, left=NOW - timedelta(days=9))
            await project(hub, long_gone, messages.innlagt(long_gone), left)
            hospital = gone.parties.hospital.virksomhet.number
            url = f"/hospitals/{hospital}/snapshot"
            assert (await client.get(url)).json()["rows"] == []
            (row,) = (await client.get(url + "?left=true")).json()["rows"]
            assert row["state_text"] == "Meldt utskrevet"

    asyncio.run(run())


def test_a_ward_sees_its_own(open_hub) -> None:
    async def run() -> None:
        async with open_hub() as hub, served(hub) as client:
            here = case(1, timedelta(hours=2))
            await project(hub, here, messages.innlagt(here))
            url = f"/hospitals/{here.parties.hospital.virksomhet.number}/snapshot"
            (row,) = (await client.get(url)).json()["rows"]
            assert len((await client.get(url, params={"ward": row["ward"]})).json()["rows"]) == 1
            assert (await client.get(url, params={"ward": "en annen"})).json()["rows"] == []

    asyncio.run(run())


def test_the_bundle_has_each_encounter_with_its_patient_and_tasks(open_hub) -> None:
    async def run() -> None:
        async with open_hub() as hub, served(hub) as client:
            here = case(1, timedelta(hours=2))
            await project(hub, here, messages.innlagt(here))
            answer = await client.get(f"/municipalities/{here.patient.municipality}/snapshot?format=fhir")
            assert answer.headers["content-type"] == "application/fhir+json"
            found = answer.json()
            modes = {entry["resource"]["resourceType"]: entry["search"]["mode"] for entry in found["entry"]}
            assert modes == {"Encounter": "match", "Patient": "include", "Task": "include"}
            assert found["total"] == 1

    asyncio.run(run())


def test_what_a_municipality_tells_around_the_patient_is_shown_to_those_whom_it_is_open_to(open_hub) -> None:
    async def run() -> None:
        async with open_hub() as hub, served(hub) as client:
            here = Case(name="around", start=NOW - timedelta(hours=2), patient=replace(person(1), number=PERSON))
            await project(hub, here, messages.innlagt(here), municipal(municipal_case()))
            number, hospital = here.patient.municipality, here.parties.hospital.virksomhet.number
            url = f"/hospitals/{hospital}/snapshot"
            (row,) = (await client.get(url)).json()["rows"]
            assert row["general_practitioner"] == {"name": "Lege Prøve"}
            assert [(one["before"], one["now"]) for one in row["function_changes"]] == [(2, 4)]
            (line,) = csv.DictReader(io.StringIO((await client.get(f"{url}?format=csv")).text))
            assert (line["general_practitioner"], line["function_changes"].endswith("2 -> 4")) == ("Lege Prøve", True)
            fhir = (await client.get(f"{url}?format=fhir")).json()
            kinds = {entry["resource"]["resourceType"] for entry in fhir["entry"]}
            assert {"Encounter", "Patient", "Task", "CareTeam", "Observation", "EpisodeOfCare"} <= kinds
            async with hub.sessions() as session:
                mine = Place(hospital=hospital, numbers=frozenset({hospital}))
                (theirs,) = await inpatients(session, mine, NOW)
            assert (theirs["general_practitioner"], theirs["services"]) == (None, None), number
            assert {ref.partition("/")[0] for ref in theirs["resources"]} == {"Patient", "Encounter", "Task"}
            await hub.sql("UPDATE stay SET organisations = organisations || '{123456785}'")
            async with hub.sessions() as session:
                rows = await inpatients(session, Place(hospital=hospital), NOW)
                shown = [await bundle(session, rows, None, frozenset({n})) for n in (hospital, "123456785")]
            kinds = [{e["resource"]["resourceType"] for e in orjson.loads(one)["entry"]} for one in shown]
            assert kinds == [{"Patient", "Encounter", "Task"}, set()], "each resource by its own tags"

    asyncio.run(run())


def test_the_csv_masks_the_number_and_runs_no_formula(open_hub) -> None:
    async def run() -> None:
        async with open_hub() as hub, served(hub) as client:
            here = case(1, timedelta(hours=2))
            await project(hub, here, messages.innlagt(here))
            await hub.sql("UPDATE stay SET ward = '=1+1'")
            answer = await client.get(f"/municipalities/{here.patient.municipality}/snapshot?format=csv")
            (line,) = csv.DictReader(io.StringIO(answer.text))
            assert line["number"] == f"{here.patient.number[:6]} *****"
            assert here.patient.number not in answer.text
            assert line["ward"] == "'=1+1"
            (row,) = (await client.get(f"/municipalities/{here.patient.municipality}/snapshot")).json()["rows"]
            assert (line["expected"], line["unread"], line["verdict"]) == ("", "1", "pending")
            assert None not in line and None not in line.values(), "as many values as names"
            assert line["open_duties"] == str(len(row["awaited"]))

    asyncio.run(run())


def test_a_number_that_is_none_is_refused(open_hub) -> None:
    async def run() -> None:
        async with open_hub() as hub, served(hub) as client:
            assert (await client.get("/municipalities/12345678901/snapshot")).status_code == 400
            assert (await client.get("/attention?owner=x")).status_code == 400

    asyncio.run(run())
