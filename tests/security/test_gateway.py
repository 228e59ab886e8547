"""The gateway before a real HAPI FHIR server: each caller sees its own organisation's resources, no trace of others."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from sqlalchemy import select, text
from sqlmodel import col

from hub.access.issuer import Wanted
from hub.contract import ACCESS
from hub.log.tables import AccessEntry

pytestmark = pytest.mark.integration

FNR = "urn:oid:2.16.578.1.12.4.1.4.1"
SHARED = {"Organization", "Practitioner", "PractitionerRole"}
COUNT = ("_summary", "count")


def refs(resources: list[dict[str, Any]]) -> set[str]:
    return {f"{r['resourceType']}/{r['id']}" for r in resources}


def of_type(names: set[str], type_: str) -> set[str]:
    return {name for name in names if name.startswith(f"{type_}/")}


def one(world: Any, type_: str, *, of: int, unseen_by: int) -> str:
    """A resource that the one sees and the other does not."""
    hidden = world.visible(world.number(of)) - world.visible(world.number(unseen_by))
    return sorted(of_type(hidden, type_))[0]


@pytest.mark.parametrize("organisation", [1, 2, 11, 12])
def test_each_organisation_finds_exactly_its_own(world, organisation: int) -> None:
    expected = world.visible(world.number(organisation))
    for type_ in ("Patient", "Encounter", "Task", "CarePlan", "Composition", "Provenance", "DocumentReference"):
        found = world.run(lambda c, t=type_: c.found(t, ("_count", "7")), organisation)
        assert refs(found) == of_type(expected, type_)
        assert of_type(expected, type_)


def test_counts_and_totals_are_of_what_is_seen(world) -> None:
    expected = len(of_type(world.visible(world.number(11)), "Task"))

    async def asking(client: Any) -> tuple[Any, ...]:
        counted = (await client.search("Task", [("_summary", "count")])).json()
        total = (await client.search("Task", [("_total", "accurate"), ("_count", "1")])).json()
        none = (await client.search("Task", [("_summary", "count"), ("status", "draft")])).json()
        return counted["total"], total["total"], none["total"]

    assert world.run(asking, 11) == (expected, expected, 0)


def test_what_another_organisation_has_is_not_there(world) -> None:
    for type_ in ("Patient", "Task", "Binary"):
        hidden = one(world, type_, of=2, unseen_by=11)

        async def asking(client: Any, hidden: str = hidden, type_: str = type_) -> list[Any]:
            paths = [f"/fhir/{hidden}", f"/fhir/{type_}/00000000-0000-8000-8000-000000000000"]
            return [(a.status_code, a.text) for a in [await client.get(path) for path in paths]]

        seen, absent = world.run(asking, 11)
        assert seen == absent
        assert seen[0] == 404
        assert world.run(lambda c, h=hidden: c.get(f"/fhir/{h}"), 2).status_code == 200


def test_versions_and_history_are_of_what_is_seen_now(world) -> None:
    mine, theirs = one(world, "Task", of=11, unseen_by=2), one(world, "Task", of=2, unseen_by=11)

    async def asking(client: Any) -> list[int]:
        paths = (f"/fhir/{mine}", f"/fhir/{mine}/_history", f"/fhir/{mine}/_history/1")
        hidden = (f"/fhir/{theirs}/_history", f"/fhir/{theirs}/_history/1")
        return [(await client.get(path)).status_code for path in (*paths, *hidden)]

    assert world.run(asking, 11) == [200, 200, 200, 404, 404]


def test_a_chain_and_has_look_only_at_what_the_caller_sees(world) -> None:
    """The patient in common is seen by both hospitals; the Task of the one must not find them for the other."""
    one_hospital, other = world.visible(world.number(1)), world.visible(world.number(2))
    (common,) = of_type(one_hospital & other, "Patient")
    hidden = sorted(
        r["id"] for r in world.resources
        if r["resourceType"] == "Task" and r["for"]["reference"] == common and f"Task/{r['id']}" not in one_hospital
    )  # fmt: skip
    assert hidden
    id_ = common.partition("/")[2]

    async def asking(client: Any) -> list[list[dict[str, Any]]]:
        return [
            await client.found("Patient", ("_id", id_)),
            await client.found("Patient", ("_id", id_), ("_has:Task:patient:_id", ",".join(hidden))),
            await client.found("Patient", ("_has:Task:patient:status", "requested,completed,in-progress,ready")),
            await client.found("Task", ("patient._id", id_)),
            await client.found("Encounter", ("_has:Task:encounter:_id", ",".join(hidden))),
        ]

    patient, by_hidden_task, by_any_task, tasks, encounters = world.run(asking, 1)
    assert refs(patient) == {common}
    assert by_hidden_task == []
    assert refs(by_any_task) <= of_type(one_hospital, "Patient")
    assert refs(tasks) == {
        f"Task/{r['id']}" for r in world.resources
        if r["resourceType"] == "Task" and r["for"]["reference"] == common and f"Task/{r['id']}" in one_hospital
    }  # fmt: skip
    assert encounters == []


def test_included_resources_are_the_callers_own(world) -> None:
    async def asking(client: Any) -> list[dict[str, Any]]:
        found = await client.found("Patient", ("_revinclude", "Task:patient"), ("_revinclude", "Encounter:patient"))
        return found + await client.found("Task", ("_include", "Task:encounter"), ("_include", "Task:owner"))

    found = world.run(asking, 1)
    assert refs([r for r in found if r["resourceType"] not in SHARED]) <= world.visible(world.number(1))
    assert {"Task", "Encounter", "Organization"} <= {r["resourceType"] for r in found}


def test_less_of_a_resource_is_still_known_to_be_the_callers(world) -> None:
    async def asking(client: Any) -> list[list[dict[str, Any]]]:
        options = [("_elements", "status"), ("_summary", "true"), ("_summary", "text"), ("_summary", "data")]
        return [await client.found("Task", option) for option in options]

    expected = of_type(world.visible(world.number(12)), "Task")
    for found in world.run(asking, 12):
        assert refs(found) == expected


def test_everything_about_a_patient_is_what_the_caller_sees(world) -> None:
    one_hospital = world.visible(world.number(1))
    (common,) = of_type(one_hospital & world.visible(world.number(2)), "Patient")
    bundle = world.run(lambda c: c.get(f"/fhir/{common}/$everything"), 1).json()
    found = [entry["resource"] for entry in bundle["entry"]]
    assert bundle["total"] == len(found)
    assert refs(found) <= one_hospital
    assert {"Patient", "Encounter", "Task", "Composition"} <= {r["resourceType"] for r in found}


def test_a_page_link_is_worth_nothing_to_another_organisation(world) -> None:
    async def asking(client: Any) -> str:
        bundle = (await client.search("Task", [("_count", "2")])).json()
        return next(link["url"] for link in bundle["link"] if link["relation"] == "next")

    link = world.run(asking, 11).removeprefix("http://127.0.0.1")
    assert world.run(lambda c: c.get(link), 11).status_code == 200
    assert world.run(lambda c: c.get(link), 2).status_code == 410
    assert world.run(lambda c: c.get("/fhir?_getpages=x"), 2).status_code == 410


def test_a_batch_is_answered_as_its_entries_would_be_alone(world) -> None:
    mine, theirs = one(world, "Task", of=11, unseen_by=2), one(world, "Task", of=2, unseen_by=11)
    urls = [mine, theirs, "Task?_summary=count", "Task?nothing=1"]
    bundle = {
        "resourceType": "Bundle",
        "type": "batch",
        "entry": [{"request": {"method": "GET", "url": url}} for url in urls],
    }
    answer = world.run(lambda c: c.send("POST", "/fhir", json=bundle), 11).json()
    assert [e["response"]["status"] for e in answer["entry"]] == ["200", "404", "200", "400"]
    assert answer["entry"][2]["resource"]["total"] == len(of_type(world.visible(world.number(11)), "Task"))


def test_a_fodselsnummer_is_searched_for_in_the_body_only(world) -> None:
    patient = next(r for r in world.resources if f"Patient/{r['id']}" in world.visible(world.number(11)))
    number = next(i["value"] for i in patient["identifier"] if i["system"] == FNR)

    async def asking(client: Any) -> list[Any]:
        by_body = await client.search("Patient", [("identifier", f"{FNR}|{number}")])
        by_address = await client.get(f"/fhir/Patient?identifier={FNR}|{number}")
        return [by_body.json()["entry"][0]["resource"]["id"], by_address.status_code, number in by_address.text]

    assert world.run(asking, 11) == [patient["id"], 400, False]


def test_a_scope_with_a_query_finds_and_reads_only_that(world) -> None:
    mine = world.visible(world.number(11))
    process = "https://heimveg.dev/fhir/CodeSystem/discharge-process"
    ready = {
        f"Task/{r['id']}" for r in world.resources
        if r["resourceType"] == "Task" and r["code"]["coding"][0]["code"] == "utskrivningsklar"
    } & mine  # fmt: skip
    other = sorted(of_type(mine, "Task") - ready)[0]
    scopes = [f"system/Task.rs?code={process}|utskrivningsklar", "system/Encounter.rs"]

    async def asking(client: Any) -> list[Any]:
        found = await client.found("Task")
        around = await client.found("Encounter", ("_revinclude", "Task:encounter"))
        reads = [(await client.get(f"/fhir/{name}")).status_code for name in (sorted(ready)[0], other)]
        return [refs(found), of_type(refs(around), "Task"), reads, (await client.search("Patient", [])).status_code]

    assert world.run(asking, 11, scope=scopes) == [ready, ready, [200, 404], 403]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("PUT", "/fhir/Patient/1", 405),
        ("DELETE", "/fhir/Task/1", 405),
        ("POST", "/fhir/Encounter", 405),
        ("POST", "/fhir/AuditEvent", 404),
        ("PATCH", "/fhir/Task/1", 405),
        ("GET", "/fhir/Task/_history", 404),
        ("GET", "/fhir/_history", 404),
        ("GET", "/fhir/Task/$export", 404),
        ("GET", "/fhir/$export", 404),
        ("POST", "/fhir/Task/$validate", 405),
        ("GET", "/fhir/Patient/1/Task", 405),
        ("GET", "/fhir/AuditEvent", 404),
        ("GET", "/fhir/Task/..%2f..%2factuator", 405),
        ("GET", "/fhir/Task/1%3f_format=xml", 404),
    ],
)
def test_what_is_not_offered_is_refused_with_an_outcome(world, method: str, path: str, status: int) -> None:
    answer = world.run(lambda c: c.send(method, path), 11)
    assert (answer.status_code, answer.json()["resourceType"]) == (status, "OperationOutcome")


def test_the_statement_says_exactly_what_is_allowed(world) -> None:
    async def asking(client: Any) -> list[str]:
        statement = (await client.get("/fhir/metadata")).json()
        wrong = []
        for resource in statement["rest"][0]["resource"]:
            type_, words = resource["type"], {i["code"] for i in resource["interaction"]}
            if "search-type" in words:
                values = {"date": "2026-01-01", "reference": "Organization/x", "quantity": "1"}
                added = [("_include", i) for i in resource.get("searchInclude", ())]
                added += [("_revinclude", i) for i in resource.get("searchRevInclude", ())]
                asked = [[(p["name"], values.get(p["type"], "x")), COUNT] for p in resource["searchParam"]]
                asked += [[*added[n : n + 20], ("_count", "1")] for n in range(0, len(added), 20)]
                for pairs in asked:
                    if (await client.search(type_, pairs)).status_code != 200:
                        wrong.append(f"{type_}?{pairs} is promised and refused")
            elif (await client.search(type_, [])).status_code != 405:
                wrong.append(f"{type_} is searched and not promised")
        return wrong

    assert world.run(asking, 11) == []


def test_exactly_what_the_statement_promises_can_be_written(world) -> None:
    async def asking(client: Any) -> list[tuple[str, bool, int, bool, int]]:
        statement = (await client.get("/fhir/metadata")).json()
        found = []
        for resource in statement["rest"][0]["resource"]:
            type_, words = resource["type"], {i["code"] for i in resource["interaction"]}
            nothing: dict[str, Any] = {"resourceType": type_, "id": "1", "nonsense": True}
            headers = {"Content-Type": "application/fhir+json"}
            created = await client.send("POST", f"/fhir/{type_}", json=nothing, headers=headers)
            updated = await client.send("PUT", f"/fhir/{type_}/1", json=nothing, headers=headers)
            found.append((type_, "create" in words, created.status_code, "update" in words, updated.status_code))
        return found

    for type_, creates, created, updates, updated in world.run(asking, 11):
        assert (created != 405, updated == 422) == (creates, updates), type_


def test_who_has_seen_a_patient_is_written_down_and_can_be_asked(world) -> None:
    (common,) = of_type(world.visible(world.number(1)) & world.visible(world.number(2)), "Patient")
    wanted = {"hpr_number": "9999997", "security_level": "4", "scope": ["heimveg:api/clinician"]}
    world.run(lambda c: c.get(f"/fhir/{common}"), 2, **wanted)
    events = world.run(lambda c: c.get(f"/patients/{common.partition('/')[2]}/access-log"), 1).json()["entry"]
    (event,) = [
        e["resource"] for e in events
        if any(a["who"].get("identifier", {}).get("value") == "9999997" for a in e["resource"]["agent"])
    ]  # fmt: skip
    assert (event["action"], event["outcomeDesc"], event["outcome"]) == ("R", "read Patient", "0")
    assert event["entity"][0]["what"] == {"reference": common}
    assert world.number(2) in str(event["agent"])
    headers = {"Content-Type": "application/fhir+json"}
    for told in [e["resource"] for e in events][:20]:
        judged = httpx.post(f"{world.fhir_base}/AuditEvent/$validate", json=told, headers=headers, timeout=60).json()
        assert [i["diagnostics"] for i in judged["issue"] if i["severity"] in ("error", "fatal")] == []


def test_a_binary_is_known_to_be_about_its_patient(world) -> None:
    binary = one(world, "Binary", of=12, unseen_by=11)
    world.run(lambda c: c.get(f"/fhir/{binary}"), 12)

    async def asking(client: Any) -> list[Any]:
        services = client.http._transport.app.state.services  # type: ignore[attr-defined]
        async with services.sessions() as session:
            told = select(AccessEntry).where(col(AccessEntry.resources).op("@>")([binary]))
            return list((await session.execute(told)).scalars())

    entry = world.run(asking, 12)[-1]
    assert len(entry.patients) == 1
    assert f"Patient/{entry.patients[0]}" in world.visible(world.number(12))


def test_without_the_access_log_nothing_is_given_out(world) -> None:
    async def asking(client: Any) -> list[Any]:
        services = client.http._transport.app.state.services  # type: ignore[attr-defined]
        async with services.sessions() as session, session.begin():
            await session.execute(text("ALTER TABLE access_entry RENAME TO access_entry_away"))
        try:
            refused = await client.search("Patient", [])
        finally:
            async with services.sessions() as session, session.begin():
                await session.execute(text("ALTER TABLE access_entry_away RENAME TO access_entry"))
        return [refused.status_code, "Patient" in refused.text, (await client.search("Patient", [])).status_code]

    assert world.run(asking, 11) == [503, False, 200]


def test_messages_and_events_are_those_of_the_callers_organisation(world) -> None:
    async def asking(client: Any) -> list[Any]:
        rows = (await client.get("/messages?limit=200")).json()["messages"]
        events = (await client.get("/events?limit=1000&about=messages")).json()["events"]
        return [{r["id"] for r in rows}, {e["message"] for e in events}]

    first, first_events = world.run(asking, 11)
    second, second_events = world.run(asking, 12)
    assert first
    assert second
    assert first.isdisjoint(second)
    assert first_events == first
    assert second_events == second
    theirs = sorted(second)[0]
    for path in ("", "/original", "/receipt", "/explain"):
        assert world.run(lambda c, p=path: c.get(f"/messages/{theirs}{p}"), 11).status_code == 404
        assert world.run(lambda c, p=path: c.get(f"/messages/{theirs}{p}"), 12).status_code == 200


def test_a_message_may_be_delivered_by_its_parties_only(world) -> None:
    async def asking(client: Any) -> int:
        body = (await client.get(f"/messages/{mine}/original")).content
        stranger = type(client)(world, client.http, Wanted(orgnr_parent=world.number(2)))
        answer = await stranger.send("POST", "/messages", content=body, headers={"Content-Type": "application/xml"})
        return answer.status_code

    async def listing(client: Any) -> str:
        return (await client.get("/messages?type=LOG_INNLAGT")).json()["messages"][-1]["id"]

    mine = world.run(listing, 11)
    assert world.run(asking, 11) == 403


def test_a_proof_is_used_once_whichever_process_sees_it(world) -> None:
    async def asking(client: Any) -> list[int]:
        proof = world.issuer.proof("GET", "http://127.0.0.1/fhir/Patient", client.token)
        headers = {"Authorization": f"DPoP {client.token}", "DPoP": proof}
        return [(await client.http.get("/fhir/Patient?_count=1", headers=headers)).status_code for _ in range(2)]

    assert world.run(asking, 11) == [200, 401]


def test_no_tag_of_the_callers_own_choosing_widens_a_search(world) -> None:
    asked = ("_tag", f"{ACCESS}|{world.number(2)}")
    found = world.run(lambda c: c.found("Task", asked), 11)
    assert refs(found) <= world.visible(world.number(11))
