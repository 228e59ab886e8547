"""What parties tell of a stay over REST: checked against the log as it is, shown on the FHIR server when it returns."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from adapters.kith.samples import Case, avmelding, helseopplysninger, innlagt, utskrevet, utskrivningsklar
from hub.access.caller import Caller
from hub.access.door import Door
from hub.access.scopes import EVERYTHING
from hub.delivery.breaker import Breaker
from hub.delivery.client import FhirClient
from hub.delivery.send import Sender
from hub.rebuild import rebuild
from hub.serve import make_entries
from hub.writing import Writing
from mappings.norwegian_time import OSLO
from tests.integration.hub.served import served

pytestmark = pytest.mark.integration

START = datetime(2026, 3, 2, 10, tzinfo=OSLO)
READY = START + timedelta(days=4)
NOW = READY + timedelta(hours=3)
CAN = {"author": "Fiktiv Saksbehandler", "answer": "can-receive", "on": "2026-03-07", "place": "Korttidsplass"}
CANNOT = {"author": "Fiktiv Saksbehandler", "answer": "cannot-receive", "reason": "Ingen ledig plass"}


class As(Door):
    """Whoever calls acts for these organisations."""

    async def caller(self, request: Any) -> Caller:
        said = request.headers.get("x-acts-for")
        return Caller(client="test", numbers=frozenset({said}) if said else None, grants=EVERYTHING)


@asynccontextmanager
async def rest(hub: Any, writing: Writing | None = None) -> AsyncIterator[httpx.AsyncClient]:
    """The REST interface of a hub that has a FHIR server."""
    made = writing or Writing(
        sessions=hub.sessions,
        entries=make_entries(hub.settings, hub.sessions),
        maker=hub.projector.maker,
        projector=hub.projector,
        clock=hub.projector.clock,
    )
    async with served(hub, door=As(), writing=made) as client:
        yield client


@asynccontextmanager
async def away(hub: Any) -> AsyncIterator[Writing]:
    """The way in of a process whose FHIR server is away."""
    async with FhirClient("http://127.0.0.1:9/fhir") as client:
        writing = Writing(
            sessions=hub.sessions,
            entries=make_entries(hub.settings, hub.sessions),
            maker=hub.projector.maker,
            projector=replace(hub.projector, sender=Sender(client=client, breaker=Breaker(client.serves))),
            clock=hub.projector.clock,
            shown_within=0.2,
        )
        try:
            yield writing
        finally:
            await writing.close()


Told = Callable[[Any, httpx.AsyncClient, str, Case], Awaitable[None]]


@pytest.fixture
def stay(open_real_hub: Any, strangers: Any) -> Callable[..., None]:
    """``stay(telling, *more)``: a stay declared ready three hours ago (and what else was sent), and somebody tells."""

    def run(telling: Told, *more: Callable[[Case], bytes]) -> None:
        async def go() -> None:
            case = strangers(START)
            async with open_real_hub(now=NOW) as hub, rest(hub) as client:
                sent = [innlagt(case), helseopplysninger(case), utskrivningsklar(case)]
                await hub.deliver(*sent, *(make(case) for make in more))
                ((id_,),) = await hub.sql("SELECT id FROM stay")
                await telling(hub, client, f"/stays/{id_}", case)

        asyncio.run(go())

    return run


def municipality(case: Case) -> dict[str, str]:
    return {"x-acts-for": case.parties.saksbehandling.virksomhet.number}


def hospital(case: Case) -> dict[str, str]:
    return {"x-acts-for": case.parties.hospital.virksomhet.number}


async def decision(hub: Any) -> dict[str, Any]:
    """The Task of the municipality's answer, as the FHIR server holds it."""
    from hub.delivery.content import Ref

    refs = await hub.sql("SELECT resource_id FROM delivered WHERE resource_type = 'Task'")
    held = await hub.held(*(Ref("Task", ref) for (ref,) in refs))
    return next(t for t in held.values() if t["code"]["coding"][0]["code"] == "kommune-beslutning")


def outputs(task: dict[str, Any]) -> dict[str, Any]:
    found = {o["type"]["coding"][0]["code"]: o for o in task.get("output", ())}
    return {name: next(v for k, v in o.items() if k.startswith("value")) for name, o in found.items()}


def code(answer: httpx.Response) -> str:
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    return str(answer.json()["type"].rpartition("/")[2])


def test_the_fhir_server_shows_an_answer_when_it_returns(stay) -> None:
    async def telling(hub: Any, client: httpx.AsyncClient, path: str, case: Case) -> None:
        told = await client.put(f"{path}/answer", json=CAN, headers=municipality(case))
        assert (told.status_code, told.json()["shown"]) == (201, True), told.text
        task = await decision(hub)
        assert task["businessStatus"]["coding"][0]["code"] == "kan-ta-imot"
        assert outputs(task) == {"kan-ta-imot": True, "fra-dato": "2026-03-07", "sted": "Korttidsplass"}
        read = await client.get(f"{path}/answer", headers=hospital(case))
        assert read.headers["etag"] == told.headers["etag"]
        assert {k: read.json()["values"][k] for k in ("answer", "on", "place")}.items() <= CAN.items()
        await rebuild(hub.projector, forget=True)
        assert await decision(hub) == task

    stay(telling)


def test_an_answer_takes_the_place_only_of_one_that_was_seen(stay) -> None:
    async def telling(hub: Any, client: httpx.AsyncClient, path: str, case: Case) -> None:
        us = municipality(case)
        first = await client.put(f"{path}/answer", json=CANNOT, headers=us)
        blind = await client.put(f"{path}/answer", json=CAN, headers=us)
        assert (blind.status_code, code(blind)) == (428, "precondition-required")
        seen = {**us, "if-match": first.headers["etag"]}
        both = await asyncio.gather(*(client.put(f"{path}/answer", json=CAN, headers=seen) for _ in range(2)))
        assert sorted(answer.status_code for answer in both) == [200, 412]
        (stale,) = [answer for answer in both if answer.status_code == 412]
        (won,) = [answer for answer in both if answer.status_code == 200]
        assert stale.json()["current"]["id"] == won.json()["id"]
        assert stale.headers["etag"] == won.headers["etag"]
        assert outputs(await decision(hub))["kan-ta-imot"] is True
        told = (await client.get(f"{path}/told", headers=us)).json()["told"]
        assert [one["values"]["answer"] for one in told] == ["cannot-receive", "can-receive"]

    stay(telling)


def test_the_same_request_again_is_told_once_and_another_under_its_key_is_refused(stay) -> None:
    async def telling(hub: Any, client: httpx.AsyncClient, path: str, case: Case) -> None:
        headers = {**municipality(case), "idempotency-key": "a-key-of-the-caller"}
        first = await client.put(f"{path}/answer", json=CAN, headers=headers)
        again = await client.put(f"{path}/answer", json=CAN, headers=headers)
        assert (first.status_code, again.status_code) == (201, 200), again.text
        assert first.json()["id"] == again.json()["id"]
        await hub.deliver(avmelding(case))
        later = await client.put(f"{path}/answer", json=CAN, headers=headers)
        assert later.status_code == 200, "what was answered once is answered so for ever"
        other = await client.put(f"{path}/answer", json=CANNOT, headers=headers)
        assert (other.status_code, code(other)) == (422, "key-used-before")
        assert await hub.sql("SELECT count(*) FROM entry") == [(1,)]

    stay(telling)


def test_what_is_taken_back_was_never_told(stay) -> None:
    async def telling(hub: Any, client: httpx.AsyncClient, path: str, case: Case) -> None:
        us = municipality(case)
        told = await client.put(f"{path}/answer", json=CAN, headers=us)
        seen = {"if-match": told.headers["etag"]}
        other = await client.delete(f"{path}/answer", headers={**hospital(case), **seen})
        assert (other.status_code, code(other)) == (403, "not-yours")
        assert (await client.delete(f"{path}/answer", headers={**us, **seen})).status_code == 204
        assert (await client.get(f"{path}/answer", headers=us)).status_code == 404
        assert (await decision(hub))["businessStatus"]["coding"][0]["code"] == "venter-svar"

    stay(telling)


@pytest.mark.parametrize(
    ("sent", "changed", "status", "problem"),
    [
        ([avmelding], {}, 409, "readiness-withdrawn"),
        ([lambda case: utskrevet(case, left=READY + timedelta(hours=1))], {}, 409, "readiness-over"),
        ([], {"given": (NOW + timedelta(hours=1)).isoformat()}, 422, "impossible-time"),
        ([], {"given": (READY - timedelta(days=1)).isoformat()}, 422, "impossible-time"),
        ([], {"on": "2019-01-01"}, 422, "impossible-time"),
        ([], {"on": "2036-01-01"}, 422, "impossible-time"),
        ([], {"answer": "perhaps"}, 400, "bad-request"),
        ([], {"given": "2026-03-06T12:00:00"}, 400, "bad-request"),
        ([], {"unknown": "value"}, 400, "bad-request"),
        ([], {"organisation": "1"}, 403, "not-your-organisation"),
    ],
)
def test_what_cannot_be_true_is_refused_and_nothing_is_stored(stay, sent, changed, status, problem) -> None:
    async def telling(hub: Any, client: httpx.AsyncClient, path: str, case: Case) -> None:
        answer = await client.put(f"{path}/answer", json={**CAN, **changed}, headers=municipality(case))
        assert (answer.status_code, code(answer)) == (status, problem)
        assert await hub.sql("SELECT count(*) FROM entry") == [(0,)]

    stay(telling, *sent)


def test_only_the_addressee_and_the_hospital_that_writes_it_down_can_answer(stay, strangers) -> None:
    async def telling(hub: Any, client: httpx.AsyncClient, path: str, case: Case) -> None:
        other = strangers(START)
        stranger = await client.put(f"{path}/answer", json=CAN, headers=municipality(other))
        assert (stranger.status_code, code(stranger)) == (404, "not-found"), "it does not learn that the stay exists"
        told = await client.put(f"{path}/answer", json=CAN, headers=hospital(case))
        assert told.status_code == 201

    stay(telling)


def test_another_municipality_of_the_stay_cannot_answer(stay, strangers) -> None:
    """The notice went to one municipality after the early notice had gone to another."""
    other = strangers(START)

    def elsewhere(case: Case) -> bytes:
        theirs = replace(
            case.parties,
            saksbehandling=other.parties.saksbehandling,
            sykepleietjeneste=other.parties.sykepleietjeneste,
        )
        return innlagt(replace(case, name=f"{case.name} also", parties=theirs))

    async def telling(hub: Any, client: httpx.AsyncClient, path: str, case: Case) -> None:
        answer = await client.put(f"{path}/answer", json=CAN, headers=municipality(other))
        assert (answer.status_code, code(answer)) == (403, "wrong-municipality")

    stay(telling, elsewhere)


def test_coordinators_pathway_frailty_and_what_matters_are_told_side_by_side(stay) -> None:
    async def telling(hub: Any, client: httpx.AsyncClient, path: str, case: Case) -> None:
        us, by = municipality(case), {"author": "Fiktiv Sykepleier"}
        said = {
            "coordinators/municipality": {"name": "Koordinator K.", "phone": "99999999"},
            "coordinators/hospital": {"name": "Koordinator S."},
            "pathway": {"pathway": "C", "reason": "Sammensatt behov"},
            "cfs": {"score": 6, "assessed": "2026-03-05"},
            "transport": {"planned": "2026-03-08T13:00:00+01:00", "mode": "pasientreise"},
            "arrival": {"at": "2026-03-06T11:00:00+01:00", "place": "Korttidsplass"},
            "what-matters": {"text": "Å komme hjem til hunden", "told_by": "next-of-kin"},
            "team-meeting": {"at": "2026-03-05", "note": "Sykehus og hjemmetjeneste"},
            "individual-plan": {"state": "declined"},
            "coordinator-decision": {"needed": True},
            "need": {"changed": True},
            "need-known": {"at": "2026-03-03T09:00:00+01:00"},
            "prior-services": {"had": False},
            "care-kind": {"care": "somatikk", "ward": "Medisin", "acute": True},
            "groups/skropelige-eldre": {"member": True, "reason": "Vurdert av geriater"},
            "hindrance": {"reason": "Veien er stengt"},
            "payer": {"residence": "norway"},
            "phv-tsb-conditions": {"meeting_invited": True},
        }
        for topic, values in said.items():
            told = await client.put(f"{path}/{topic}", json={**by, **values}, headers=us)
            assert told.status_code == 201, (topic, told.text)
        ((facts,),) = await hub.sql("SELECT facts FROM stay")
        assert facts["coordinator"] == {"hospital": "Koordinator S.", "municipality": "Koordinator K."}
        assert (facts["pathway"], facts["pathway_confirmed"], facts["cfs"]) == ("C", True, 6)
        assert (facts["team_meeting"], facts["individual_plan"]) == ("2026-03-05", "declined")
        asked = [
            d for d in facts["duties"] if d["duty"] in ("koordinator-navn", "tverrfaglig-mote", "individuell-plan")
        ]
        assert [(one["verdict"], one["open"]) for one in asked] == [("met", False)] * 3
        step = {**by, "programme": "iht", "step": "referral", "on": "2026-02-20"}
        referred = [await client.post(f"{path}/programme-steps", json=step, headers=us) for _ in range(2)]
        assert [answer.status_code for answer in referred] == [201, 201], "a referral may be older than the stay"
        kinds = {kind for (kind,) in await hub.sql("SELECT DISTINCT resource_type FROM delivered")}
        assert {"CareTeam", "Observation", "Goal"} <= kinds
        future = await client.put(
            f"{path}/cfs",
            json={**by, "score": 5, "assessed": "2026-03-20"},
            headers={**us, "if-match": "*"},
        )
        assert (future.status_code, code(future)) == (422, "impossible-time")

    stay(telling)


def test_checklists_deviations_and_what_was_read_are_told_of_a_stay_and_its_messages(stay) -> None:
    async def telling(hub: Any, client: httpx.AsyncClient, path: str, case: Case) -> None:
        us, by, notice = municipality(case), {"author": "Fiktiv"}, case.message_id("utskrivningsklar-N")
        said = {
            "checklist/transport": {"done": True, "text": "Transport er bestilt"},
            f"read/{notice}": {},
            f"acknowledged/{notice}": {},
        }
        for topic, values in said.items():
            told = await client.put(f"{path}/{topic}", json={**by, **values}, headers=us)
            assert told.status_code == 201, (topic, told.text)
            assert (await client.get(f"{path}/{topic}", headers=us)).headers["etag"] == told.headers["etag"]
        wrong = {**by, "message": notice, "reason": "incomplete", "text": "Funksjon mangler"}
        told = [await client.post(f"{path}/deviations", json=wrong, headers=us) for _ in range(2)]
        assert [answer.status_code for answer in told] == [201, 201], "each stands beside the others"
        first, second = (answer.headers["location"] for answer in told)
        assert (await client.get(first, headers=us)).json()["values"]["text"] == "Funksjon mangler"
        theirs = await client.delete(first, headers=hospital(case))
        assert (theirs.status_code, code(theirs)) == (403, "not-yours")
        assert (await client.delete(first, headers=us)).status_code == 204
        assert (await client.get(first, headers=us)).status_code == 404
        assert (await client.delete(first, headers=us)).status_code == 404, "it is taken back already"
        assert (await client.get(second, headers=us)).status_code == 200
        open_ones = (await client.get("/attention", headers=us)).json()["absences"]
        assert [one["text"] for one in open_ones if one["kind"] == "avvik"] == ["Funksjon mangler"]
        unknown = await client.put(f"{path}/read/{'0' * 36}", json=by, headers=us)
        assert (unknown.status_code, code(unknown)) == (404, "not-found")
        states = await hub.sql("SELECT count(*) FROM delivered WHERE resource_type = 'Provenance'")
        assert states[0][0] >= 5

    stay(telling)


def test_a_telling_is_kept_while_the_fhir_server_is_away_and_shown_by_its_job(stay) -> None:
    async def telling(hub: Any, _client: httpx.AsyncClient, path: str, case: Case) -> None:
        async with away(hub) as without, rest(hub, without) as client:
            told = await client.put(f"{path}/answer", json=CAN, headers=municipality(case))
            assert (told.status_code, told.json()["shown"]) == (202, False)
            read = await client.get(f"{path}/answer", headers=municipality(case))
            assert read.headers["etag"] == told.headers["etag"], "the log answers, whatever is shown"
            seen = {**municipality(case), "if-match": told.headers["etag"]}
            again = await client.put(f"{path}/answer", json=CAN, headers=seen)
            assert again.status_code == 202, "known to be away: nobody waits for it again"
        ((lane,),) = await hub.sql(
            "SELECT lock FROM procrastinate_jobs WHERE task_name = 'heimveg.review' ORDER BY id DESC LIMIT 1"
        )
        await hub.projector.person(lane)
        assert outputs(await decision(hub))["kan-ta-imot"] is True

    stay(telling)


def test_the_access_log_knows_of_a_telling_or_nothing_is_stored(stay) -> None:
    async def telling(hub: Any, client: httpx.AsyncClient, path: str, case: Case) -> None:
        await client.put(f"{path}/answer", json=CAN, headers=municipality(case))
        await client.put(f"{path}/answer", json=CAN, headers=municipality(case))
        rows = await hub.sql("SELECT action, what, patients, resources FROM access_entry ORDER BY sequence")
        assert [(action, what) for action, what, _, _ in rows] == [("C", "stay answer"), ("R", "stay answer")]
        assert all(len(patients) == 1 for _, _, patients, _ in rows)
        assert {resources[0] for *_, resources in rows} == {f"Encounter/{path.rpartition('/')[2]}"}
        await hub.sql("ALTER TABLE access_entry RENAME TO away")
        answer = await client.put(f"{path}/pathway", json={"author": "A", "pathway": "A"}, headers=municipality(case))
        assert (answer.status_code, code(answer)) == (503, "access-log-away")
        assert await hub.sql("SELECT count(*) FROM entry") == [(1,)]

    stay(telling)


def test_the_timeline_shows_messages_and_entries_to_who_is_party_to_them(stay, strangers) -> None:
    async def telling(hub: Any, client: httpx.AsyncClient, path: str, case: Case) -> None:
        told = await client.put(
            f"{path}/what-matters", json={"author": "Fiktiv", "text": "Å komme hjem"}, headers=municipality(case)
        )
        ((patient,),) = await hub.sql("SELECT resource_id FROM delivered WHERE resource_type = 'Patient'")
        address = f"/patients/{patient}/timeline"
        found = (await client.get(address, headers=municipality(case))).json()["happenings"]
        days = [one["time"][:10] for one in found if one["time"]]
        assert {"Encounter", "Task", "Composition", "Goal"} <= {one["resource"].partition("/")[0] for one in found}
        assert days == sorted(days)
        (goal,) = [one for one in found if one["resource"].startswith("Goal/") and one["text"] == "Å komme hjem"]
        assert told.json()["id"] in goal["sources"]
        fhir = (await client.get(f"{address}?format=fhir", headers=municipality(case))).json()
        refs = [f"{e['resource']['resourceType']}/{e['resource']['id']}" for e in fhir["entry"]]
        assert refs == [one["resource"] for one in found]
        other = await client.get(address, headers=municipality(strangers(START)))
        assert (other.status_code, code(other)) == (404, "not-found")
        rows = await hub.sql("SELECT patients FROM access_entry WHERE what = 'timeline'")
        assert rows == [([patient],), ([patient],)]

    stay(telling)
