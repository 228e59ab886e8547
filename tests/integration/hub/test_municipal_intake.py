"""What municipalities export at the one way in: stored, repeated, contradicted, refused, and missed."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from hub.access.ledger import Ledger
from hub.intake import Answer, Outcome
from hub.sending import items
from tests.integration.hub.test_list_intake import real
from tests.integration.hub.test_rest import rest
from tests.municipal.samples import (
    GUID,
    LATER,
    OTHER,
    OWN,
    PAUSE,
    PERSON,
    START,
    bundle,
    case,
    events,
    identities,
    person_record,
    raw,
    yearly,
)

pytestmark = pytest.mark.integration

CASE, XML = {"Content-Type": "application/vnd.hub.municipal-case+json"}, {"Content-Type": "application/xml"}


def watched(hub: Any) -> Any:
    """The hub whose way in tells the access log what rules of confidentiality kept out."""
    return replace(hub, intake=replace(hub.intake, ledger=Ledger(sessions=hub.sessions, key=b"k" * 32)))


async def taken(intake: Any, body: object) -> list[Answer]:
    """What became of each message of a delivery."""
    answers = []
    for one in intake.parts(raw(body)):
        outcome = await intake.take(one)
        assert isinstance(outcome, Outcome)
        answers.append(outcome.answer)
    return answers


def test_every_format_is_taken_once_and_a_contradiction_is_put_aside(open_hub) -> None:
    async def run() -> None:
        async with open_hub() as hub:
            intake = real(hub).intake
            assert await taken(intake, case()) == [Answer.ACCEPTED]
            assert await taken(intake, case()) == [Answer.DUPLICATE]
            assert await taken(intake, case(goals=[])) == [Answer.QUARANTINED]
            assert await taken(intake, bundle()) == [Answer.ACCEPTED]
            assert await taken(intake, events(START, PAUSE)) == [Answer.ACCEPTED] * 2
            assert await taken(intake, events(START, batch="again")) == [Answer.DUPLICATE]
            assert await taken(intake, events(START.replace("T-640", "T-9"))) == [Answer.QUARANTINED]
            assert await taken(intake, identities(("1", PERSON))) == [Answer.ACCEPTED]
            assert await taken(intake, identities(("1", OTHER))) == [Answer.QUARANTINED]

    asyncio.run(run())


def test_a_pseudonym_becomes_the_person_when_the_ident_file_comes(open_hub) -> None:
    async def run() -> None:
        async with open_hub() as hub:
            intake = real(hub).intake
            await taken(intake, case())
            await taken(intake, yearly(person_record("1"), person_record("2")))
            assert len(await hub.sql("SELECT DISTINCT person_key FROM message")) == 3
            await taken(intake, identities(("1", PERSON)))
            keys = await hub.sql("SELECT count(*) FROM message_identifier")
            assert keys[0][0] == 6  # the case two numbers, each record one, the ident file two

    asyncio.run(run())


def test_a_lost_notification_is_asked_for_until_it_comes(open_hub) -> None:
    async def run() -> None:
        async with open_hub() as hub, rest(real(hub)) as client:
            await client.post("/messages", content=events(START, LATER).encode(), headers=XML)
            (gap,) = (await client.get("/chains")).json()["gaps"]
            assert (gap["missing"], gap["refused"]) == (f"{GUID}042", False)
            await client.post("/messages", content=events(PAUSE).encode(), headers=XML)
            assert (await client.get("/chains")).json() == {"gaps": []}

    asyncio.run(run())


def test_a_refused_notification_is_a_gap_that_says_so(open_hub) -> None:
    async def run() -> None:
        async with open_hub() as hub, rest(real(hub)) as client:
            wrong = PAUSE.replace(' midlertidigStoppID="MS-1"', "")
            told = (await client.post("/messages", content=events(START, wrong, LATER).encode(), headers=XML)).json()
            assert [one["answer"] for one in told["items"]] == ["accepted", "rejected", "accepted"]
            (gap,) = (await client.get("/chains")).json()["gaps"]
            assert (gap["missing"], gap["refused"]) == (f"{GUID}042", True)

    asyncio.run(run())


def test_what_must_not_be_kept_is_nowhere_in_the_log(open_hub) -> None:
    async def run() -> None:
        async with open_hub() as bare, rest(hub := watched(real(bare))) as client:
            hidden = {"id": "T-9", "type": {"volven9151": "14"}, "performer": {"name": "Skjermet enhet"}}
            answer = await client.post("/messages", json=case(services=[hidden]), headers=CASE)
            told = answer.json()
            assert (answer.status_code, [one["code"] for one in told["issues"]]) == (200, ["restricted"])
            original = await client.get(told["links"]["original"])
            assert "Skjermet" not in original.text
            seen = await hub.sql(
                "SELECT what, asked, client, organisation, resources FROM access_entry ORDER BY sequence"
            )
            assert seen[0] == ("create message", "restricted", "municipal-case", OWN, [f"messages/{told['id']}"])

    asyncio.run(run())


def test_a_case_that_is_wrong_is_answered_by_the_path_of_what_is_wrong(open_hub) -> None:
    async def run() -> None:
        async with open_hub() as hub, rest(real(hub)) as client:
            answer = await client.post("/messages", json=case(exportedAt="i går"), headers=CASE)
            assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
            assert [(one["code"], one["path"]) for one in answer.json()["faults"]] == [("format", "$.exportedAt")]
            schema = (await client.get("/schemas/municipal-case-1.json")).json()
            assert "exportedAt" in schema["required"]
            assert (await client.get("/schemas/another.json")).status_code == 404

    asyncio.run(run())


def test_a_large_file_is_sent_person_by_person(tmp_path: Path) -> None:
    path = tmp_path / "iplos.xml"
    path.write_text(yearly(*(person_record(str(number)) for number in range(1, 6))))
    found = list(items([path]))
    assert [item.name.rpartition("/")[2] for item in found] == ["iplos.xml", *(f"iplos.xml#{n}" for n in range(2, 6))]
    assert all(item.body.count(b"<i:PERSON ") == 1 for item in found)
