"""Clients of national interfaces, before real parts: each knows only what that interface's documentation tells.

A client here reads the elements it documents, in the way it documents, and fails when one is not where it should be.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import httpx
import pytest

from hub.contract import Raw
from tests.integration.hub.conftest import RECEIVED, opened_real
from tests.integration.hub.writing_fhir import VKP, Desk, desk
from tests.municipal.samples import HOME, KOMMUNE, MEDICINE, OWN, PERSON, bundle, case
from tests.plugins.real_parts import own_database

pytestmark = pytest.mark.integration

NHN = "nhn:careplan/api"
CONDITIONS = "nhn:vkp/api/user/condition.read"
FORM = "application/x-www-form-urlencoded"
IPLOS = "urn:oid:2.16.578.1.12.4.1.1.9151"
ALARM = {
    "resourceType": "EpisodeOfCare", "id": "T-6", "status": "active",
    "identifier": [{"system": "https://epj.example.org/tjeneste", "value": "T-6"}],
    "type": [{
        "coding": [
            {"system": "https://epj.example.org/kode", "code": "2.2.1", "display": "Trygghetsalarm"},
            {"system": IPLOS, "code": "6"},
        ],
        "text": "2.2.1 Trygghetsalarm",
    }],
    "patient": {"reference": "https://epj.example.org/fhir/Patient/4711"},
    "managingOrganization": {"identifier": {"system": "urn:oid:2.16.578.1.12.4.1.4.101", "value": HOME},
                             "display": "Sone nord"},
    "period": {"start": "2023-04-01"},
}  # fmt: skip

Client = Callable[[Desk], Awaitable[None]]


@pytest.fixture(scope="module")
def at(postgres_server, migrated_template, fhir, strangers, tmp_path_factory) -> Iterator[Callable[[Client], None]]:
    """``at(client)``: a stay, what the municipality exports of the patient, and a plan that the hospital wrote."""
    home = tmp_path_factory.mktemp("national")
    with own_database(postgres_server, migrated_template, home) as settings, asyncio.Runner() as runner:
        opening = desk(partial(opened_real, settings, fhir=fhir.base), strangers)
        of = runner.run(opening.__aenter__())
        runner.run(prepared(of))
        yield lambda client: runner.run(client(of))
        runner.run(opening.__aexit__(None, None, None))


async def prepared(of: Desk) -> None:
    """In this patient's and municipality's name, and in the days of the stay."""
    own = {
        PERSON: of.case.patient.number,
        OWN: of.municipality.number,
        KOMMUNE: of.case.patient.municipality,
        "2026-11-10": "2026-03-01",
        "2026-11-17": "2026-03-03",
        "2026-11-18": "2026-03-04",
        "2026-11-19": "2026-03-05",
        "2026-11-20": "2026-03-05",
        "2026-11-24": "2026-03-24",
        "2026-10-02": "2026-02-02",
    }
    sender = {"heimveg-source-org": f"urn:oid:2.16.578.1.12.4.1.4.101|{of.municipality.number}"}
    for body in (case(conditions=[]), bundle(ALARM, MEDICINE)):
        text = json.dumps(body)
        for theirs, ours in own.items():
            text = text.replace(theirs, ours)
        for one in of.hub.intake.parts(Raw(body=text.encode(), received=RECEIVED, headers=sender)):
            outcome = await of.hub.intake.take(one)
            await of.hub.project(outcome)
    goal = {
        "resourceType": "Goal",
        "lifecycleStatus": "active",
        "description": {"text": "Å gå ut"},
        "subject": {"reference": await of.patient()},
    }
    kept = (await of.hospital.create(goal)).json()
    made = await of.hospital.create(await of.plan(goal=[{"reference": f"Goal/{kept['id']}"}]))
    assert made.status_code == 201, made.text


@dataclass(frozen=True, kw_only=True)
class Asking:
    """A client of a national interface: whom it acts for, and with which of that interface's scopes."""

    of: Desk
    number: str
    scopes: str

    async def form(self, path: str, headers: dict[str, str] | None = None, **criteria: str) -> httpx.Response:
        told = {"x-acts-for": self.number, "x-scopes": self.scopes, "Content-Type": FORM, **(headers or {})}
        return await self.of.http.post(path, data=criteria, headers=told)

    async def json(self, path: str, body: dict[str, Any]) -> httpx.Response:
        return await self.of.http.post(path, json=body, headers={"x-acts-for": self.number, "x-scopes": self.scopes})

    async def get(self, path: str) -> httpx.Response:
        return await self.of.http.get(path, headers={"x-acts-for": self.number, "x-scopes": self.scopes})


def resources(answer: httpx.Response, mode: str = "match") -> list[dict[str, Any]]:
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert (found["resourceType"], found["type"]) == ("Bundle", "searchset")
    return [entry["resource"] for entry in found["entry"] if entry["search"]["mode"] == mode]


# --- NHN, CarePlan API


def test_a_client_of_the_careplan_api_finds_the_plan_of_treatment_and_its_parts(at: Any) -> None:
    headers = {
        "nhn-user-role": "%7B%22system%22%3A%22urn%3Aoid%3A2.16.578.1.12.4.1.1.9060%22%2C%22code%22%3A%22LE%22%7D",
        "nhn-source-system": "Test EPJ",
        "nhn-event-id": "6f9d1b52-2c1b-4e0e-8f5a-0d5a6f6a9e10",
    }

    async def client(of: Desk) -> None:
        fnr = of.case.patient.number
        own = Asking(of=of, number=of.municipality.number, scopes=NHN)
        (said,) = (await own.get("/careplan/metadata")).json()["rest"][0]["resource"]
        assert (said["type"], [i["code"] for i in said["interaction"]]) == ("CarePlan", ["search-type"])
        assert {"subject", "status"} <= {p["name"] for p in said["searchParam"]}
        asked = {"subject:Patient.identifier": fnr, "_include": "*", "status": "active"}
        found = await own.form("/careplan/CarePlan/_search", headers, **asked)
        (plan,) = resources(found)
        assert (plan["status"], plan["intent"], plan["title"]) == ("active", "plan", "Behandlingsplan")
        goals = {f"Goal/{goal['id']}": goal for goal in resources(found, "include") if goal["resourceType"] == "Goal"}
        assert goals[plan["goal"][0]["reference"]]["description"]["text"] == "Å gå ut"
        assert "Patient" not in {r["resourceType"] for r in resources(found, "include")}, "its scope does not read them"
        told = (await own.json("/careplan/status", {"nin": fnr})).json()
        assert told["activeCarePlan"] is True
        assert told["lastChangedDateTime"] == plan["meta"]["lastUpdated"]
        assert set(told["privacySetting"]) == {"consent", "hasReservationKjernejournal", "isRestricted", "isBlocked"}

    at(client)


def test_who_is_no_party_finds_no_plan_and_learns_nothing_of_the_status(at: Any) -> None:
    async def client(of: Desk) -> None:
        fnr = of.case.patient.number
        other = Asking(of=of, number=of.stranger.number, scopes=NHN)
        nobody = Asking(of=of, number=of.municipality.number, scopes=NHN)
        asked = {"subject:Patient.identifier": fnr}
        assert resources(await other.form("/careplan/CarePlan/_search", **asked)) == []
        hidden = await other.json("/careplan/status", {"nin": fnr})
        absent = await nobody.json("/careplan/status", {"nin": "02914121178"})
        assert hidden.json() == absent.json()
        assert hidden.json()["activeCarePlan"] is False
        without = Asking(of=of, number=of.municipality.number, scopes="nhn:vkp/api/user/careplan.read")
        assert (await without.form("/epj/r4/123456785/careplan/_search")).status_code == 403
        unscoped = Asking(of=of, number=of.municipality.number, scopes="")
        assert (await unscoped.form("/careplan/CarePlan/_search", **asked)).status_code == 403
        for path in ("/careplan/CarePlan/_search", "/careplan/status"):
            assert (await nobody.get(path)).status_code == 405
            in_address = await nobody.form(f"{path}?subject:Patient.identifier={fnr}", **asked)
            assert in_address.status_code == 400

    at(client)


# --- the municipal implementation guide


def test_a_client_of_the_municipal_guide_reads_and_searches_its_six_types(at: Any) -> None:
    async def client(of: Desk) -> None:
        scopes = " ".join(f"system/{type_}.rs" for type_ in SIX)
        own = Asking(of=of, number=of.municipality.number, scopes=scopes)
        said = (await own.get("/fhir/metadata")).json()["rest"][0]["resource"]
        offered = {one["type"]: {i["code"] for i in one["interaction"]} for one in said}
        assert all({"read", "search-type"} <= offered[type_] for type_ in SIX)
        number = f"urn:oid:2.16.578.1.12.4.1.4.1|{of.case.patient.number}"
        (patient,) = resources(await own.form("/fhir/Patient/_search", identifier=number))
        for type_, required in SIX.items():
            key = "_id" if type_ == "Patient" else "patient"
            found = resources(await own.get(f"/fhir/{type_}?{key}={patient['id']}"))
            assert found, type_
            for one in found:
                assert required <= set(one), (type_, set(one))
            read = await own.get(f"/fhir/{type_}/{found[0]['id']}")
            assert (read.status_code, read.json()["id"]) == (200, found[0]["id"])
        episodes = resources(await own.get(f"/fhir/EpisodeOfCare?patient={patient['id']}&status=active"))
        assert {one["status"] for one in episodes} == {"active"}
        assert all(one["period"]["start"] for one in episodes)

    at(client)


LISTED = ("Condition", "MedicationStatement", "AllergyIntolerance")
SIX = {
    "Patient": {"identifier", "name"},
    "EpisodeOfCare": {"status", "patient", "managingOrganization", "period"},
    "Encounter": {"status", "class", "subject"},
    "CarePlan": {"status", "intent", "subject"},
    "DocumentReference": {"status", "subject", "content"},
    "ServiceRequest": {"status", "intent", "subject"},
}
"""Types of the guide's least server, and the elements that must be there."""


def test_who_is_no_party_finds_nobody_by_the_municipal_guide(at: Any) -> None:
    async def client(of: Desk) -> None:
        other = Asking(of=of, number=of.stranger.number, scopes="system/*.rs")
        number = f"urn:oid:2.16.578.1.12.4.1.4.1|{of.case.patient.number}"
        assert resources(await other.form("/fhir/Patient/_search", identifier=number)) == []
        patient = (await of.patient()).partition("/")[2]
        for type_ in SIX:
            key = "_id" if type_ == "Patient" else "patient"
            assert resources(await other.get(f"/fhir/{type_}?{key}={patient}")) == []
        in_address = await other.get(f"/fhir/Patient?identifier={number}")
        assert in_address.status_code == 400

    at(client)


# --- VKP


def test_a_client_of_vkp_reads_what_the_municipality_has_of_a_patient_with_the_service(at: Any) -> None:
    async def client(of: Desk) -> None:
        fnr, base = of.case.patient.number, f"/epj/r4/{of.municipality.number}"

        async def read(path: str, service: str, **criteria: str) -> list[dict[str, Any]]:
            scope = f"nhn:vkp/api/user/{path}.read"
            own = Asking(of=of, number=of.municipality.number, scopes=scope)
            return resources(await own.form(f"{base}/{path}/_search", {"ServiceCodes": service}, **criteria))

        said = (await of.http.get(f"{base}/metadata")).json()["rest"][0]["resource"]
        assert {one["type"] for one in said} == {"Patient", "EpisodeOfCare", "CarePlan", "Composition", *LISTED}
        (patient,) = await read("patient", "rt", identifier=fnr)
        assert fnr in {one["value"] for one in patient["identifier"]}
        assert patient["id"] in {one["id"] for one in await read("patient", "rt")}
        (alarm,) = await read("episodeofcare", "rt", **{"patient.identifier": fnr})
        assert (alarm["status"], alarm["managingOrganization"]["display"]) == ("active", "Sone nord")
        assert "2.2.1" in {coding["code"] for coding in alarm["type"][0]["coding"]}
        (visits,) = await read("careplan", "ta,gps", **{"patient.identifier": fnr})
        assert (VKP, "3") in {(c["system"], c["code"]) for one in visits["category"] for c in one["coding"]}
        done, cancelled = (activity["detail"] for activity in visits["activity"])
        assert (done["kind"], done["status"], done["description"]) == (
            "Appointment",
            "completed",
            "Medisinering, morgen",
        )
        assert (cancelled["status"], cancelled["statusReason"]["text"]) == ("cancelled", "Innlagt sykehus")
        assert cancelled["scheduledPeriod"]["start"].startswith("2026-03-05")
        (part,) = await read("careplan", "ta", **{"patient.identifier": fnr, "date": "ge2026-03-05"})
        assert [one["detail"]["status"] for one in part["activity"]] == ["cancelled"]
        assert await read("careplan", "ta", **{"patient.identifier": fnr, "date": "ge2026-04-01"}) == []
        composed = await read("composition", "dho", **{"patient.identifier": fnr, "date": "ge2023-01-01"})
        assert composed
        (heart,) = await read("condition", "ta", **{"patient.identifier": fnr})
        assert heart["code"]["text"] == "Hjertesvikt"
        (medicine,) = await read("medicationstatement", "ta", **{"patient.identifier": fnr})
        assert "Metoprolol" in json.dumps(medicine)
        (allergy,) = await read("allergyintolerance", "ta", identifier=fnr)
        assert allergy["code"]["text"] == "Penicillin"

    at(client)


def test_vkp_shows_nothing_without_the_service_or_to_another_organisation(at: Any) -> None:
    async def client(of: Desk) -> None:
        asked = {"patient.identifier": of.case.patient.number}
        path, scope = f"/epj/r4/{of.municipality.number}/condition/_search", CONDITIONS
        own = Asking(of=of, number=of.municipality.number, scopes=scope)
        assert resources(await own.form(path, {"ServiceCodes": "gps"}, **asked)) == [], (
            "the patient has no such service"
        )
        other = Asking(of=of, number=of.stranger.number, scopes=scope)
        assert (await other.form(path, {"ServiceCodes": "ta"}, **asked)).status_code == 403
        elsewhere = path.replace(of.municipality.number, of.stranger.number)
        assert resources(await other.form(elsewhere, {"ServiceCodes": "ta"}, **asked)) == []
        for headers in ({}, {"ServiceCodes": "ukjent"}):
            refused = await own.form(path, headers, **asked)
            assert (refused.status_code, refused.json()["resourceType"]) == (403, "OperationOutcome")
        wrong = await own.form(path, {"ServiceCodes": "ta"})
        assert (wrong.status_code, wrong.json()["resourceType"]) == (400, "OperationOutcome")
        rows = await of.hub.sql("SELECT DISTINCT what FROM access_entry WHERE what LIKE 'search Condition%'")
        assert rows, "every read is in the access log"

    at(client)


# --- what the patient blocks


def test_what_the_patient_blocks_for_the_municipality_is_gone_in_every_shape(at: Any) -> None:
    """Last in this module: the block stands from then on."""

    async def client(of: Desk) -> None:
        fnr, patient = of.case.patient.number, (await of.patient()).partition("/")[2]
        said = {"author": "Journalansvarlig J.", "on": "2026-03-05", "for_organisation": of.municipality.number}
        blocked = await of.http.post(
            f"/patients/{patient}/blocks", json=said, headers={"x-acts-for": of.hospital.number}
        )
        assert blocked.status_code == 201, blocked.text
        own = Asking(of=of, number=of.municipality.number, scopes=f"{NHN} {CONDITIONS} system/*.rs")
        assert resources(await own.form("/careplan/CarePlan/_search", **{"subject:Patient.identifier": fnr})) == []
        assert (await own.json("/careplan/status", {"nin": fnr})).json()["activeCarePlan"] is False
        path = f"/epj/r4/{of.municipality.number}/condition/_search"
        assert resources(await own.form(path, {"ServiceCodes": "ta"}, **{"patient.identifier": fnr})) == []
        for type_ in SIX:
            key = "_id" if type_ == "Patient" else "patient"
            assert resources(await own.get(f"/fhir/{type_}?{key}={patient}")) == []

    at(client)
