"""What the patient has blocked is nowhere for whom it is blocked; who asks in an emergency gets it, which is told."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import quote

import pytest
from fastapi.routing import APIRoute
from sqlalchemy import text

from hub.contract import ACCESS, BLOCKED, DENIED, ENDED, ORGANISASJONSNUMMER
from hub.indicators.compute import Window, compute
from hub.indicators.definition import indicators

pytestmark = pytest.mark.integration

FNR = "urn:oid:2.16.578.1.12.4.1.4.1"
CLINICIAN = {"scope": ["heimveg:api/clinician"], "hpr_number": "9999999", "security_level": "4"}
EVERY_READ = ["heimveg:api/clinician", "events:read"]
BLOCKED_PERSON, BLOCKED_UNIT = "9999991", 13
"""As the world has them."""
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


NOBODY = "00000000-0000-8000-8000-000000000000"
FORMATS = ("", "format=fhir", "format=csv", "format=html")


def ways_out(app: Any) -> list[str]:
    """Every route of the hub that gives something, as it is declared: a new one is tried from the day it is there."""
    waiting, paths = list(app.routes), set()
    while waiting:
        route = waiting.pop()
        waiting += getattr(getattr(route, "original_router", None), "routes", [])
        if isinstance(route, APIRoute) and "GET" in route.methods:
            paths.add(route.path)
    return sorted(paths - {"/events/stream", "/ready", "/health", "/metrics", "/fhir/metadata", "/schemas/{name}.json"})


async def told_by(client: Any, resources: list[dict[str, Any]]) -> list[str]:
    """The rows of the messages that resources are made of, as far as the client sees them."""
    sources = {r["meta"]["source"].removeprefix("urn:uuid:") for r in resources if "source" in r["meta"]}
    listed = (await client.get("/messages?limit=200")).json()["messages"]
    return [m["id"] for m in listed if m["message_id"] in sources]


def filled(world: Any, path: str, row: str) -> str:
    """A route's path about the patient who is blocked for organisation 11."""
    of = {r["resourceType"]: r["id"] for r in shut(world, 11)}
    kommune = next(t["code"] for t in patient(world, 11)["meta"]["tag"] if t["system"].endswith(".3402"))
    first = path.split("/")[1]
    about = {"messages": row, "patients": of["Patient"], "resources": of["Encounter"], "outbox": row}
    values = {
        "stay": of["Encounter"], "plan": of["CarePlan"], "id": about.get(first, "overliggerdogn"), "message": row,
        "number": kommune if first == "municipalities" else world.number(1), "type": "Encounter", "entry": row,
        "type_": "Encounter", "id_": of["Encounter"], "version": "1", "rest": "x", "item": "epikrise",
    }  # fmt: skip
    path = path.replace("/{type_}/{id_}", f"/Encounter/{of['Encounter']}").replace("{id_}/$", f"{of['Patient']}/$")
    return re.sub(r"{(\w+)(?::path)?}", lambda m: values.get(m[1], NOBODY), path)


OF_ONE = re.compile(r"(?!/indicators|/fhir/S).*{(stay|plan|id_?)}")
"""Routes about one patient, stay, plan or message."""


def test_no_way_out_of_the_hub_tells_of_what_is_blocked(world) -> None:
    """All of them, in every format: what is about it is not there, and no list names it."""
    hidden = shut(world, 11)
    of = {r["resourceType"]: r["id"] for r in hidden}

    async def asking(client: Any) -> tuple[dict[str, int], str, list[str]]:
        rows = await told_by(client, hidden)
        statuses, texts = {}, []
        for path in ways_out(client.http._transport.app):
            for how in FORMATS:
                address = filled(world, path, known[0] if known else rows[0])
                answer = await client.get(f"{address}?{how}" if how else address)
                statuses[f"{path}?{how}"] = answer.status_code
                texts.append(answer.text)
        return statuses, "".join(texts), rows

    wanted = {**CLINICIAN, "scope": [*EVERY_READ, "heimveg:api/epj"]}
    known: list[str] = []
    seen, shown, known = world.run(asking, 1, **wanted)
    statuses, text_, _ = world.run(asking, 11, **wanted)
    about = [
        w for w in statuses if re.search(r"{(stay|plan|id_?)}", w) and not w.startswith(("/indicators", "/fhir/S"))
    ]
    assert [way for way in about if statuses[way] == 200] == []
    assert sum(seen[way] == 200 for way in about) > 15, "whoever is not blocked is shown it"
    assert of["Encounter"] in shown
    assert [i for i in {*known, *(r["id"] for r in hidden)} if i in text_] == []


def test_every_way_that_shows_a_patient_is_written_down(world) -> None:
    async def asking(client: Any) -> list[str]:
        app = client.http._transport.app
        (row, *_) = await told_by(client, shut(world, 11))
        silent = []
        for path in filter(OF_ONE.match, ways_out(app)):
            before = await entries(app)
            if (await client.get(filled(world, path, row))).status_code == 200 and await entries(app) == before:
                silent.append(path)
        return silent

    assert world.run(asking, 1, **{**CLINICIAN, "scope": [*EVERY_READ, "heimveg:api/epj"]}) == []


async def entries(app: Any) -> int:
    """How many the access log has."""
    async with app.state.services.sessions() as session:
        return int((await session.execute(text("SELECT count(*) FROM access_entry"))).scalar_one())


@pytest.mark.parametrize("way", ["told", "answer", "checklist/epikrise"])
def test_a_stay_that_is_blocked_is_neither_shown_nor_written_to(world, way: str) -> None:
    stay = next(r["id"] for r in shut(world, 11) if r["resourceType"] == "Encounter")
    said = {"author": "Saksbehandler S.", "answer": "can-receive"}

    async def asking(client: Any) -> list[int]:
        answers = [await client.get(f"/stays/{stay}/{way}")]
        if way != "told":
            answers += [await client.send("DELETE", f"/stays/{stay}/{way}", headers={"If-Match": "*"})]
            body = said if way == "answer" else {"author": "S.", "done": True}
            answers += [await client.send("PUT", f"/stays/{stay}/{way}", json=body)]
        return [answer.status_code for answer in answers]

    assert set(world.run(asking, 11)) == {404}


@pytest.mark.parametrize("what", ["timeline", "timeline?format=fhir", "medication", "access-log", "blocks"])
def test_nothing_tells_of_a_patient_to_whom_the_patient_is_closed(world, what: str) -> None:
    of = patient(world, 11)["id"]

    async def asking(client: Any) -> list[int]:
        return [(await client.get(f"/patients/{id_}/{what}")).status_code for id_ in (of, "nobody")]

    assert world.run(asking, 11) == [404, 404]
    assert world.run(asking, 1) == [200, 404]


def test_in_an_emergency_stay_and_timeline_are_shown_and_the_reason_is_kept(world) -> None:
    of = patient(world, 11)["id"]
    stay = next(r["id"] for r in shut(world, 11) if r["resourceType"] == "Encounter")

    async def asking(client: Any) -> list[Any]:
        paths = (f"/stays/{stay}/told", f"/patients/{of}/timeline", f"/patients/{of}/medication")
        given = [await client.get(path, headers=EMERGENCY) for path in paths]
        log = (await client.get(f"/patients/{of}/access-log", headers=EMERGENCY)).json()["entry"]
        told = {e["resource"]["outcomeDesc"] for e in log if "purposeOfEvent" in e["resource"]}
        return [[answer.status_code for answer in given], given[1].json()["happenings"] != [], told]

    statuses, shows, told = world.run(asking, 11, **CLINICIAN)
    assert (statuses, shows) == ([200, 200, 200], True)
    assert {"stay told", "timeline", "medication"} <= told


def of_block(world: Any, kind: str) -> dict[str, Any]:
    """The Encounter of the patient who has shut out a person, or a unit."""
    word = world.word(BLOCKED_PERSON)
    found = [r for r in world.resources if r["resourceType"] == "Encounter" and _words(r)]
    return next(r for r in found if (word in _words(r)) == (kind == "person"))


def _words(resource: dict[str, Any]) -> set[str]:
    return {tag["code"] for tag in _tags(resource) if tag["code"].startswith(DENIED)}


@pytest.mark.parametrize("kind", ["person", "unit"])
def test_a_person_or_unit_that_is_shut_out_gets_nothing_and_colleagues_do(world, kind: str) -> None:
    stay = of_block(world, kind)
    of = stay["subject"]["reference"].partition("/")[2]
    kommune = next(t["code"] for t in stay["meta"]["tag"] if t["system"].endswith(".3402"))
    everywhere = (f"/fhir/Encounter/{stay['id']}", f"/fhir/Patient/{of}", f"/stays/{stay['id']}/told")
    everywhere += (f"/patients/{of}/timeline", f"/resources/Encounter/{stay['id']}/explain")

    async def asking(client: Any) -> list[Any]:
        statuses = [(await client.get(path)).status_code for path in everywhere]
        found = await client.found("Encounter", ("_id", stay["id"]))
        counted = (await client.search("Encounter", [("_id", stay["id"]), ("_summary", "count")])).json()["total"]
        lists = (f"/municipalities/{kommune}/snapshot?left=true", "/attention?limit=1000")
        shows = [stay["id"] in (await client.get(path)).text for path in lists]
        messages = len((await client.get("/messages?limit=200")).json()["messages"])
        events = len((await client.get("/events?limit=1000&about=messages")).json()["events"])
        return [statuses, len(found), counted, shows[0], messages, events]

    organisations, who = ((11,), {"hpr_number": BLOCKED_PERSON}) if kind == "person" else ((11, BLOCKED_UNIT), {})
    shut_out = world.run(asking, *organisations, **{**CLINICIAN, "scope": EVERY_READ, **who})
    colleague = world.run(asking, 11, **{**CLINICIAN, "scope": EVERY_READ})
    assert shut_out[:4] == [[404] * len(everywhere), 0, 0, False]
    assert colleague[:4] == [[200] * len(everywhere), 1, 1, kind == "unit"]  # the other has left long ago
    assert (shut_out[4] < colleague[4], shut_out[5] < colleague[5]) == (True, True)


def test_whom_the_patient_shut_out_gets_in_with_a_reason(world) -> None:
    stay = of_block(world, "person")
    wanted = {**CLINICIAN, "hpr_number": BLOCKED_PERSON}
    read = world.run(lambda c: c.get(f"/fhir/Encounter/{stay['id']}", headers=EMERGENCY), 11, **wanted)
    assert read.status_code == 200


def test_nobody_learns_from_a_tag_who_was_shut_out(world) -> None:
    assert BLOCKED_PERSON not in str([r["meta"] for r in world.resources])


def without_blocks(world: Any) -> str:
    """A patient of hospital 1 and municipality 11 alone who has blocked nothing."""
    everybody = {number for of in (1, 11) for number in _numbers(world, of)}
    found = [r for r in world.resources if r["resourceType"] == "Patient"]
    own = [r["id"] for r in found if {t["code"] for t in _tags(r) if t["system"] == ACCESS} == everybody]
    consents = {r["patient"]["reference"] for r in world.resources if r["resourceType"] == "Consent"}
    return next(id_ for id_ in sorted(own) if f"Patient/{id_}" not in consents)


def _numbers(world: Any, of: int) -> set[str]:
    """The organisation number and the HER-id of an organisation of the world."""
    return {world.number(of), f"{'80' if of < 10 else '81'}{of:06}"}


def test_a_block_is_told_holds_at_once_and_is_lifted_over_rest(world) -> None:
    """By hospital 1, of its municipality; which meanwhile sees nothing, and never that there is a block."""
    of = without_blocks(world)
    by = {"author": "Journalansvarlig J.", "organisation": f"{ORGANISASJONSNUMMER}|{world.number(1)}"}
    body = {**by, "on": "2026-03-20", "for_organisation": world.number(11)}

    async def seen(client: Any) -> tuple[int, int, int]:
        paths = (f"/fhir/Patient/{of}", f"/patients/{of}/timeline", f"/patients/{of}/blocks")
        return tuple([(await client.get(path)).status_code for path in paths])  # type: ignore[return-value]

    told = world.run(lambda c: c.send("POST", f"/patients/{of}/blocks", json=body), 1)
    assert told.status_code == 201, told.text
    block = told.json()["links"]["self"]
    try:
        assert world.run(seen, 11) == (404, 404, 404)
        (shown,) = world.run(lambda c: c.get(f"/patients/{of}/blocks"), 1).json()["blocks"]
        actor = shown["consent"]["provision"]["actor"][0]["reference"]["identifier"]["value"]
        assert (shown["links"]["self"], actor) == (block, world.number(11))
        consents = world.run(lambda c: c.found("Consent", ("patient", f"Patient/{of}")), 1)
        assert shown["consent"]["id"] in {c["id"] for c in consents}
        other = world.run(lambda c: c.send("DELETE", f"{block}?author=X"), 11)
        assert other.status_code == 404
    finally:
        lifted = world.run(lambda c: c.send("DELETE", f"{block}?author=Journalansvarlig+J."), 1)
    assert lifted.status_code == 204
    assert world.run(seen, 11) == (200, 200, 200)
    assert world.run(lambda c: c.get(f"/patients/{of}/blocks"), 1).json() == {"blocks": []}


def test_whoever_told_a_block_for_everybody_can_still_lift_it(world) -> None:
    of = without_blocks(world)
    by = {"author": "Journalansvarlig J.", "organisation": f"{ORGANISASJONSNUMMER}|{world.number(1)}"}
    told = world.run(lambda c: c.send("POST", f"/patients/{of}/blocks", json={**by, "on": "2026-03-20"}), 1)
    block = told.json()["links"]["self"]
    try:
        assert world.run(lambda c: c.get(f"/fhir/Patient/{of}"), 1).status_code == 404
        assert world.run(lambda c: c.get(f"/patients/{of}/blocks"), 11).status_code == 404
    finally:
        assert world.run(lambda c: c.send("DELETE", f"{block}?author=J"), 1).status_code == 204
    assert world.run(lambda c: c.get(f"/fhir/Patient/{of}"), 1).status_code == 200


def test_a_block_names_one_kind_of_whom_and_a_document_of_this_patient(world) -> None:
    of = patient(world, 11)["id"]
    other = next(
        r["id"] for r in world.resources if r["resourceType"] == "DocumentReference" and r not in shut(world, 11)
    )
    by = {"author": "J.", "organisation": f"{ORGANISASJONSNUMMER}|{world.number(1)}", "on": "2026-03-20"}
    wrong = ({"for_person": "1", "for_unit": "2"}, {"document": f"DocumentReference/{other}"}, {"strange": 1})

    async def asking(client: Any) -> list[int]:
        path = f"/patients/{of}/blocks"
        return [(await client.send("POST", path, json={**by, **body})).status_code for body in wrong]

    assert world.run(asking, 1) == [400, 404, 400]


def test_indicators_count_what_is_blocked_without_identity(world) -> None:
    async def asking(client: Any) -> list[Any]:
        services = client.http._transport.app.state.services  # type: ignore[attr-defined]
        window = Window(start=date(2026, 1, 1), stop=date(2027, 1, 1), as_of=datetime(2027, 1, 1, tzinfo=UTC))
        async with services.sessions() as session:
            found = await compute(session, indicators()["I1"], window, small_numbers=True)
            rows = (await session.execute(text("SELECT organisations FROM stay WHERE ended > '2026-01-01'"))).scalars()
            organisations = list(rows)
        return [found.cells[0].denominator, len(organisations), sum(DENIED in str(one) for one in organisations)]

    counted, ended, blocked = world.run(asking, 1)
    assert blocked
    assert counted == ended


def _tags(resource: dict[str, Any]) -> list[dict[str, Any]]:
    return list(resource.get("meta", {}).get("tag", ()))
