"""What the patient has blocked is nowhere for whom it is blocked; who asks in an emergency gets it, which is told."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest

from hub.contract import ACCESS, BLOCKED, ENDED

pytestmark = pytest.mark.integration

FNR = "urn:oid:2.16.578.1.12.4.1.4.1"
CLINICIAN = {"scope": ["heimveg:api/clinician"], "hpr_number": "9999999", "security_level": "4"}
REASON = "Bevisstløs pasient, må vite om legemidler og allergier"
EMERGENCY = {"Heimveg-Emergency": quote(REASON)}


def shut(world: Any, of: int) -> list[dict[str, Any]]:
    """What of the world is blocked for this organisation."""
    mark = {"system": ACCESS, "code": f"{BLOCKED}{world.number(of)}"}
    return [r for r in world.resources if mark in r.get("meta", {}).get("tag", ())]


def names(resources: list[dict[str, Any]]) -> set[str]:
    return {f"{r['resourceType']}/{r['id']}" for r in resources}


def patient(world: Any, of: int) -> dict[str, Any]:
    (found,) = [r for r in shut(world, of) if r["resourceType"] == "Patient"]
    return found


@pytest.mark.parametrize("type_", ["Patient", "Encounter", "Task", "Composition", "DocumentReference", "Binary"])
def test_what_is_blocked_is_not_read_found_counted_or_added(world, type_: str) -> None:
    hidden = [r for r in shut(world, 11) if r["resourceType"] == type_]
    assert hidden
    one = hidden[0]["id"]

    async def asking(client: Any) -> list[Any]:
        read = await client.get(f"/fhir/{type_}/{one}")
        history = await client.get(f"/fhir/{type_}/{one}/_history")
        version = await client.get(f"/fhir/{type_}/{one}/_history/1")
        return [answer.status_code for answer in (read, history, version)]

    assert world.run(asking, 11) == ([404, 405, 405] if type_ == "Binary" else [404, 404, 404])
    if type_ != "Binary":
        found = world.run(lambda c: c.found(type_, ("_id", one)), 11)
        counted = world.run(lambda c: c.search(type_, [("_id", one), ("_summary", "count")]), 11).json()["total"]
        marked = world.run(lambda c: c.found(type_, ("_tag", f"{ACCESS}|{BLOCKED}{world.number(11)}")), 11)
        assert (found, counted, marked) == ([], 0, [])


def test_whoever_is_not_blocked_sees_what_it_saw(world) -> None:
    hospital, kommune = world.visible(world.number(1)), world.visible(world.number(11))
    assert names(shut(world, 11)) <= hospital - kommune
    found = world.run(lambda c: c.found("Patient", ("_id", patient(world, 11)["id"])), 1)
    assert len(found) == 1


def test_a_number_in_the_form_finds_no_patient_that_is_blocked(world) -> None:
    (number,) = [i["value"] for i in patient(world, 11)["identifier"] if i["system"] == FNR]
    assert world.run(lambda c: c.found("Patient", ("identifier", f"{FNR}|{number}")), 11) == []


def test_a_note_that_is_blocked_for_everybody_is_gone_and_the_rest_is_there(world) -> None:
    """Of hospital 2 and municipality 12: what the note made, and nothing else of its patient."""
    hidden = [r for r in shut(world, 2) if r["resourceType"] == "DocumentReference"]
    assert len(hidden) == 1
    subject = hidden[0]["subject"]["reference"]

    async def asking(client: Any) -> Any:
        whole = (await client.get(f"/fhir/{subject}/$everything")).json()["entry"]
        return {f"{e['resource']['resourceType']}/{e['resource']['id']}" for e in whole}

    for organisation in (2, 12):
        found = world.run(asking, organisation)
        assert {"Encounter", "Task", "Composition"} <= {name.partition("/")[0] for name in found}
        assert not found & names(shut(world, organisation))


def test_messages_events_boards_and_explanations_do_not_tell_of_it_either(world) -> None:
    hidden = shut(world, 11)
    sources = {r["meta"]["source"].removeprefix("urn:uuid:") for r in hidden if "source" in r["meta"]}

    async def everything(client: Any) -> dict[str, dict[str, Any]]:
        listed = (await client.get("/messages?limit=200")).json()["messages"]
        return {m["message_id"]: m for m in listed}

    theirs, known = world.run(everything, 11), world.run(everything, 1)
    assert theirs and not theirs.keys() & sources
    rows = [known[source]["id"] for source in sources & known.keys()]
    assert rows
    encounter = next(r["id"] for r in hidden if r["resourceType"] == "Encounter")
    kommune = next(t["code"] for t in patient(world, 11)["meta"]["tag"] if t["system"].endswith(".3402"))

    async def asking(client: Any) -> tuple[list[int], str]:
        paths = [f"/messages/{row}{rest}" for row in rows for rest in ("", "/original", "/receipt", "/explain")]
        paths += [f"/resources/Encounter/{encounter}/explain", f"/patients/{patient(world, 11)['id']}/access-log"]
        answers = [await client.get(path) for path in paths]
        lists = ("/events?limit=1000", f"/municipalities/{kommune}/snapshot?left=true", "/attention?limit=1000")
        lists += (f"/municipalities/{kommune}/snapshot?left=true&format=fhir",)
        return [a.status_code for a in answers], "".join([(await client.get(path)).text for path in lists])

    statuses, text = world.run(asking, 11)
    assert set(statuses) == {404}
    assert "as_of" in text and not any(name in text for name in [*rows, *(r["id"] for r in hidden)])


def test_in_an_emergency_a_clinician_sees_it_and_the_reason_is_kept(world) -> None:
    of = patient(world, 11)

    async def asking(client: Any) -> tuple[Any, ...]:
        without = await client.get(f"/fhir/Patient/{of['id']}")
        read = await client.get(f"/fhir/Patient/{of['id']}", headers=EMERGENCY)
        found = await client.get("/fhir/Task?_count=200", headers=EMERGENCY)
        log = await client.get(f"/patients/{of['id']}/access-log", headers=EMERGENCY)
        return without.status_code, read.status_code, found.json(), log.json()

    refused, given, found, log = world.run(asking, 11, **CLINICIAN)
    assert (refused, given) == (404, 200)
    tasks = {n for n in names(shut(world, 11)) if n.startswith("Task/")}
    assert tasks <= {f"Task/{e['resource']['id']}" for e in found["entry"]}
    event = next(e["resource"] for e in log["entry"] if e["resource"]["outcomeDesc"] == "read Patient")
    (purpose,) = event["purposeOfEvent"]
    assert (purpose["coding"][0]["code"], purpose["text"]) == ("ETREAT", REASON)
    assert [a["who"]["identifier"]["value"] for a in event["agent"] if a["requestor"]] == ["9999999"]


def test_an_emergency_opens_nothing_of_another_organisation(world) -> None:
    hidden = patient(world, 11)["id"]
    read = world.run(lambda c: c.get(f"/fhir/Patient/{hidden}", headers=EMERGENCY), 12, **CLINICIAN)
    assert read.status_code == 404


@pytest.mark.parametrize(
    ("reason", "wanted", "status"),
    [
        ("", CLINICIAN, 400),
        ("kort", CLINICIAN, 400),
        (quote("Gjelder 00000000000 på akuttmottaket"), CLINICIAN, 400),
        (EMERGENCY["Heimveg-Emergency"], {"scope": ["heimveg:api/epj"]}, 403),
        (EMERGENCY["Heimveg-Emergency"], {"scope": ["heimveg:api/clinician"]}, 403),
    ],
    ids=["empty", "too short", "a number", "no right", "nobody behind the call"],
)
def test_an_emergency_needs_a_person_a_right_and_a_reason(world, reason: str, wanted: Any, status: int) -> None:
    headers = {"Heimveg-Emergency": reason}
    assert world.run(lambda c: c.get("/fhir/Patient", headers=headers), 11, **wanted).status_code == status


def test_nobody_sees_a_patient_whose_last_stay_is_long_over(world) -> None:
    """Of hospital 2 and municipality 11, which took part; not in an emergency either."""
    ended = [r for r in world.resources if {"system": ACCESS, "code": f"{ENDED}{world.number(2)}"} in _tags(r)]
    assert {"Patient", "Encounter", "Task", "Composition", "Binary"} <= {r["resourceType"] for r in ended}
    of = next(r["id"] for r in ended if r["resourceType"] == "Patient")
    for organisation in (2, 11):
        read = world.run(lambda c: c.get(f"/fhir/Patient/{of}", headers=EMERGENCY), organisation, **CLINICIAN)
        assert read.status_code == 404
        assert not names(ended) & world.visible(world.number(organisation))


def _tags(resource: dict[str, Any]) -> list[dict[str, Any]]:
    return list(resource.get("meta", {}).get("tag", ()))
