"""The questions of a dashboard as standard FHIR search on a real server: what must be found, and what must not."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from adapters.kith.samples import (
    Case,
    avmelding,
    helseopplysninger,
    innlagt,
    innleggelsesrapport,
    utskrevet,
    utskrivningsklar,
)
from hub.contract import ORGANISASJONSNUMMER, Identifier, Party
from hub.entries import Telling
from hub.serve import make_entries
from mappings.norwegian_time import OSLO
from tests.municipal.samples import case as municipal_case

pytestmark = pytest.mark.integration

H = "https://heimveg.dev/fhir"
PROCESS = f"{H}/CodeSystem/discharge-process"
READINESS = f"{H}/CodeSystem/readiness"
MUNICIPALITY = "urn:oid:2.16.578.1.12.4.1.1.3402"
START = datetime(2026, 10, 5, 10, tzinfo=OSLO)
READY = START + timedelta(days=4)
NOW = START + timedelta(days=8)


def stay(case: Case) -> list[bytes]:
    """Admitted, told of, declared ready."""
    return [innlagt(case), helseopplysninger(case), utskrivningsklar(case)]


async def found(hub: Any, type_: str, criteria: Any) -> list[dict[str, Any]]:
    """What a search finds, nothing included."""
    bundle = await hub.client.search(type_, criteria)
    return [e["resource"] for e in bundle.get("entry", ()) if e["search"]["mode"] == "match"]


def of(case: Case) -> str:
    return f"{ORGANISASJONSNUMMER}|{case.parties.saksbehandling.virksomhet.number}"


async def tell(hub: Any, case: Case, answer: str) -> None:
    """What the municipality answers, and the job that shows it."""
    kommune = case.parties.saksbehandling.virksomhet
    by = Party(name=kommune.name, identifiers=(Identifier(ORGANISASJONSNUMMER, kommune.number),))
    telling = Telling(
        kind="kommune-svar",
        values={"answer": answer},
        by=by,
        author="Fiktiv Saksbehandler",
        told=READY + timedelta(hours=2),
        about=case.message_id("utskrivningsklar-N"),
    )
    await make_entries(hub.settings, hub.sessions).enter(telling)
    ((key,),) = await hub.sql(
        "SELECT args ->> 'person_key' FROM procrastinate_jobs "
        "WHERE task_name = 'heimveg.review' ORDER BY id DESC LIMIT 1"
    )
    await hub.projector.person(key)


@pytest.fixture
def asked(open_real_hub: Any) -> Callable[..., None]:
    """``asked(question)``: run a question on a hub whose clock stands at NOW."""

    def asking(question: Callable[[Any], Any]) -> None:
        async def go() -> None:
            async with open_real_hub(now=NOW) as hub:
                await question(hub)

        asyncio.run(go())

    return asking


def test_1_who_is_declared_ready_for_a_municipality_now(asked, strangers) -> None:
    async def question(hub: Any) -> None:
        waiting, gone, elsewhere = strangers(START), strangers(START), strangers(START)
        await hub.deliver(*stay(waiting), *stay(gone), utskrevet(gone, left=READY), *stay(elsewhere))
        for case, count in ((waiting, 1), (gone, 0)):
            criteria = {
                "code": f"{PROCESS}|utskrivningsklar",
                "status": "requested,received,accepted,in-progress",
                "owner:Organization.identifier": of(case),
                "_include": "Task:encounter",
                "_sort": "period",
            }
            assert len(await found(hub, "Task", criteria)) == count
            bundle = await hub.client.search("Task", criteria)
            included = {
                e["resource"]["resourceType"] for e in bundle.get("entry", ()) if e["search"]["mode"] != "match"
            }
            assert included == ({"Encounter"} if count else set())

    asked(question)


def test_2_days_of_a_month_from_readiness_that_overlaps_it(asked, strangers) -> None:
    async def question(hub: Any) -> None:
        waited, before = strangers(START), strangers(START - timedelta(days=40))
        await hub.deliver(*stay(waited), *stay(before), utskrevet(before, left=before.start + timedelta(days=5)))
        for case, days in ((waited, ["2026-10-09", "2026-10-10", "2026-10-11", "2026-10-12"]), (before, None)):
            overlapping = [
                ("code", f"{PROCESS}|utskrivningsklar"),
                ("status", "requested,in-progress,completed,cancelled"),
                ("period", "lt2026-11-01"),
                ("period", "ge2026-10-01"),
                ("owner:Organization.identifier", of(case)),
            ]
            tasks = await found(hub, "Task", overlapping)
            assert [charged(task) for task in tasks] == ([days] if days else [])

    asked(question)


def charged(task: dict[str, Any]) -> list[str]:
    (pay,) = [e for e in task["extension"] if e["url"].endswith("/overliggerdogn")]
    return [part["valueDate"] for part in pay["extension"] if part["url"] == "day"]


def test_3_which_admission_reports_are_overdue(asked, strangers) -> None:
    async def question(hub: Any) -> None:
        silent, reported = strangers(START), strangers(START)
        await hub.deliver(innlagt(silent), innlagt(reported), innleggelsesrapport(reported))
        for case, count in ((silent, 1), (reported, 0)):
            criteria = {
                "code": f"{PROCESS}|innleggelsesrapport",
                "status": "requested,received,accepted,in-progress",
                "due": f"lt{NOW.isoformat()}",
                "owner:Organization.identifier": of(case),
            }
            assert len(await found(hub, "Task", criteria)) == count
        early = {"code": f"{PROCESS}|innleggelsesrapport", "due": f"lt{START.isoformat()}"}
        assert await found(hub, "Task", early | {"owner:Organization.identifier": of(silent)}) == []

    asked(question)


def test_4_which_plans_have_nobody_responsible(asked, strangers) -> None:
    """Every plan that heimveg makes has a custodian; one that another system writes may have none."""

    async def question(hub: Any) -> None:
        case = strangers(START)
        await hub.deliver(*stay(case))
        tag = f"{MUNICIPALITY}|{case.patient.municipality}"
        (ours,) = await found(hub, "CarePlan", {"status": "active", "_tag": tag})
        orphan = {
            "resourceType": "CarePlan",
            "id": f"orphan-{case.patient.municipality}",
            "meta": {"tag": [{"system": MUNICIPALITY, "code": case.patient.municipality}]},
            "status": "active",
            "intent": "plan",
            "category": ours["category"],
            "subject": ours["subject"],
        }
        await hub.client.put(orphan)
        plans = await found(hub, "CarePlan", {"status": "active", "_tag": tag})
        custodian = {"status": "active", "_tag": tag, "custodian": ours["extension"][0]["valueReference"]["reference"]}
        responsible = {plan["id"] for plan in await found(hub, "CarePlan", custodian)}
        assert {plan["id"] for plan in plans} - responsible == {orphan["id"]}

    asked(question)


def test_5_who_from_a_municipality_is_in_hospital(asked, strangers) -> None:
    async def question(hub: Any) -> None:
        inside, home = strangers(START), strangers(START)
        await hub.deliver(innlagt(inside), innlagt(home), utskrevet(home, left=READY))
        for case, count in ((inside, 1), (home, 0)):
            criteria = {
                "class": "http://terminology.hl7.org/CodeSystem/v3-ActCode|IMP",
                "status": "in-progress,onleave",
                "_tag": f"{MUNICIPALITY}|{case.patient.municipality}",
            }
            assert len(await found(hub, "Encounter", criteria)) == count

    asked(question)


def test_6_the_whole_course_of_one_patient(asked, strangers) -> None:
    async def question(hub: Any) -> None:
        case, other = strangers(START), strangers(START)
        await hub.deliver(*stay(case), *stay(other))
        (encounter,) = await found(hub, "Encounter", {"_tag": f"{MUNICIPALITY}|{case.patient.municipality}"})
        patient = encounter["subject"]["reference"]
        bundle = await hub.client.search(
            "Encounter",
            {"patient": patient, "_revinclude:iterate": "Task:encounter", "_revinclude": "Composition:encounter"},
        )
        kinds = [e["resource"]["resourceType"] for e in bundle["entry"]]
        assert kinds.count("Encounter") == 1 and "Task" in kinds and kinds.count("Composition") == 3
        assert {e["resource"]["subject"]["reference"] for e in bundle["entry"] if "subject" in e["resource"]} == {
            patient
        }
        tasks = [e["resource"] for e in bundle["entry"] if e["resource"]["resourceType"] == "Task"]
        assert {task["for"]["reference"] for task in tasks} == {patient}
        (ready,) = [t for t in tasks if t["code"]["coding"][0]["code"] == "utskrivningsklar"]
        said = await found(hub, "Provenance", {"target": f"Task/{ready['id']}"})
        source = f"urn:uuid:{case.message_id('utskrivningsklar-N')}"
        assert [p["meta"]["source"].partition("#")[0] for p in said] == [source]

    asked(question)


def test_7_which_municipality_cannot_receive(asked, strangers) -> None:
    async def question(hub: Any) -> None:
        cannot, can, silent = strangers(START), strangers(START), strangers(START)
        await hub.deliver(*stay(cannot), *stay(can), *stay(silent))
        await tell(hub, cannot, "cannot-receive")
        await tell(hub, can, "can-receive")
        for case, count in ((cannot, 1), (can, 0), (silent, 0)):
            criteria = {
                "code": f"{PROCESS}|kommune-beslutning",
                "business-status": f"{READINESS}|kan-ikke-ta-imot",
                "modified": f"ge{READY.isoformat()}",
                "owner:Organization.identifier": of(case),
            }
            assert len(await found(hub, "Task", criteria)) == count

    asked(question)


def test_8_which_services_are_active(asked, strangers) -> None:
    """As the municipality's record system tells them: one that rests during the stay, and one that is over."""

    async def question(hub: Any) -> None:
        case = strangers(START)
        await hub.deliver(innlagt(case), json.dumps(record(case)).encode())
        criteria = {
            "status": "active,onhold",
            "type": "urn:oid:2.16.578.1.12.4.1.1.9151|15",
            "organization.identifier": of(case),
        }
        (active,) = await found(hub, "EpisodeOfCare", criteria)
        assert (active["status"], active["period"]) == ("onhold", {"start": "2023-04-01"})
        every = await found(hub, "EpisodeOfCare", {"organization.identifier": of(case)})
        assert sorted(service["status"] for service in every) == ["finished", "onhold"]

    asked(question)


def record(case: Case) -> dict[str, Any]:
    """The case of the patient in the record system of the municipality."""
    kind = {"volven9151": "15"}
    rests = {"id": "T-1", "type": kind, "start": "2023-04-01", "status": "onhold"}
    return municipal_case(
        source={
            "system": "PRØVE-EPJ",
            "municipality": case.patient.municipality,
            "organization": case.parties.saksbehandling.virksomhet.number,
        },
        exportedAt="2026-10-06T07:00:00+02:00",
        patient={"localId": "1", "nationalId": {"type": "FNR", "value": case.patient.number}},
        services=[
            {**rests, "pauses": [{"id": "P-1", "from": "2026-10-05", "reason": "hospital"}]},
            {"id": "T-2", "type": kind, "start": "2022-02-01", "end": "2022-06-30", "status": "finished"},
        ],
    )


def test_verdicts_and_states_are_found_by_their_codes(asked, strangers) -> None:
    async def question(hub: Any) -> None:
        ready, withdrawn = strangers(START), strangers(START)
        await hub.deliver(*stay(ready), *stay(withdrawn), avmelding(withdrawn))
        for case, count in ((ready, 1), (withdrawn, 0)):
            tag = f"{MUNICIPALITY}|{case.patient.municipality}"
            state = {"course-state": f"{H}/CodeSystem/stay-state|ready", "_tag": tag}
            assert len(await found(hub, "Encounter", state)) == count
        missing = {
            "business-status": f"{H}/CodeSystem/verdict|met",
            "code": f"{PROCESS}|tidlig-varsel",
            "_tag": f"{MUNICIPALITY}|{ready.patient.municipality}",
        }
        assert len(await found(hub, "Task", missing)) == 1

    asked(question)
