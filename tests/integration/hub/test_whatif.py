"""What another day, version or policy would change: told from the log, nothing written."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from adapters.kith import KithAdapter
from adapters.kith.samples import Case, messages, person
from hub import doors
from hub.compare import Changed
from hub.contract import ORGANISASJONSNUMMER, Identifier, Party, Raw
from hub.delivery.content import canonical, content_hash, packed, ref_of
from hub.entries import Entered, Telling
from hub.intake import Intake, Outcome
from hub.log.persons import identifier_key
from hub.plugins import Plugin
from hub.serve import make_entries
from hub.settings import ids_of
from hub.whatif import Question, Told, answer
from mappings.norwegian_time import OSLO

pytestmark = pytest.mark.integration

START = datetime(2026, 3, 2, 10, tzinfo=OSLO)


def case(number: int) -> Case:
    return Case(name=f"whatif-{number}", start=START, patient=person(number))


async def taken(hub: Any, *bodies: bytes) -> None:
    plugins = (Plugin(adapter=KithAdapter(), version="1"),)
    intake = Intake(
        sessions=hub.sessions, plugins=plugins, ids=ids_of(hub.settings), dump=doors.dump, max_bytes=1024 * 1024
    )
    for body in bodies:
        assert isinstance(await intake.take(Raw(body=body, received=START)), Outcome)


async def asked(hub: Any, question: Question, processes: int = 1) -> tuple[Told, list[Changed]]:
    found: list[Changed] = []
    told = await answer(hub.engine, question, hub.settings, found.append, processes=processes)
    return told, found


async def state(hub: Any) -> list[Any]:
    counts = [await hub.sql(f"SELECT count(*) FROM {table}") for table in ("delivered", "stay", "review", "attempt")]  # noqa: S608
    return [*counts, await hub.sql("SELECT id, processing FROM message ORDER BY id")]


def test_another_policy_is_told_by_person_and_field_and_nothing_is_written(open_hub) -> None:
    async def run() -> None:
        async with open_hub() as hub:
            touched, untouched = case(1), case(2)
            await taken(hub, messages.innlagt(touched), messages.utskrivningsklar(touched))
            await taken(hub, messages.innlagt(untouched))
            before = await state(hub)
            as_of = START + timedelta(days=4, hours=3)
            told, found = await asked(hub, Question(as_of=as_of, policies=(("reply_hours", "1"),)))
            assert (told.persons, told.messages, told.changed) == (2, 3, 1)
            key = identifier_key(ids_of(hub.settings), identifier_of(messages.innlagt(touched)))
            assert [one.key for one in found] == [key]
            assert any(field.path.startswith("restriction.period") for field in found[0].fields)
            assert {field.ref.partition("/")[0] for field in found[0].fields} <= {"Task", "Encounter", "CarePlan"}
            assert await state(hub) == before

    asyncio.run(run())


def test_what_people_told_counts_as_what_was_sent(open_hub) -> None:
    """The municipality could not, and could some hours later: a policy decides whether the day is charged."""
    ready = START + timedelta(days=4)

    async def run() -> None:
        async with open_hub() as hub:
            here = case(1)
            await taken(hub, messages.innlagt(here), messages.helseopplysninger(here), messages.utskrivningsklar(here))
            kommune = here.parties.saksbehandling.virksomhet
            by = Party(name=kommune.name, identifiers=(Identifier(ORGANISASJONSNUMMER, kommune.number),))
            for hours, said in ((1, "cannot-receive"), (5, "offer-ready")):
                telling = Telling(
                    kind="kommune-svar",
                    values={"answer": said},
                    by=by,
                    author="Fiktiv Saksbehandler",
                    told=ready + timedelta(hours=hours),
                    about=here.message_id("utskrivningsklar-N"),
                )
                assert isinstance(await make_entries(hub.settings, hub.sessions).enter(telling), Entered)
            policy = Question(as_of=ready + timedelta(days=2), policies=(("same_day_resolution", "yes"),))
            _, (one,) = await asked(hub, policy)
            assert 1 in {field.after for field in one.fields if field.path.endswith("valueInteger")}
            assert "2026-03-06" in {field.after for field in one.fields if field.path.endswith("valueDate")}

    asyncio.run(run())


def identifier_of(body: bytes) -> Any:
    outcome = KithAdapter().read(Raw(body=body, received=START))
    assert outcome.head is not None
    return outcome.head.persons[0]


def test_another_day_is_told_against_what_was_delivered(open_hub) -> None:
    async def run() -> None:
        async with open_hub() as hub:
            here = case(1)
            body = messages.innlagt(here)
            await taken(hub, body)
            document = KithAdapter().read(Raw(body=body, received=START))
            ids = ids_of(hub.settings)
            key = identifier_key(ids, identifier_of(body))
            soon = START + timedelta(hours=1)
            for resource in doors.course([document], soon, ids=ids).resources:
                whole, ref = canonical(resource), ref_of(resource)
                await hub.sql(
                    "INSERT INTO delivered (resource_type, resource_id, lane, content_hash, body, withdrawn)"
                    " VALUES (:kind, :id, :lane, :hash, :body, false)",
                    kind=ref.type,
                    id=ref.id,
                    lane=key,
                    hash=content_hash(whole),
                    body=packed(ref, whole),
                )
            told, _ = await asked(hub, Question(as_of=soon))
            assert told.changed == 0
            told, found = await asked(hub, Question(as_of=START + timedelta(days=3)))
            changed = {(f.path, f.before, f.after) for f in found[0].fields}
            assert ("businessStatus.coding[0].code", "pending", "missing") in changed
            await taken(hub, messages.utskrevet(here))
            assert (await asked(hub, Question(as_of=soon)))[0].changed == 0, "it had not been told then"
            assert (await asked(hub, Question(as_of=datetime.now(UTC))))[0].changed == 1

    asyncio.run(run())


def test_several_processes_say_the_same(open_hub) -> None:
    async def run() -> None:
        async with open_hub() as hub:
            for number in range(3):
                await taken(hub, messages.innlagt(case(number)), messages.utskrivningsklar(case(number)))
            question = Question(as_of=START + timedelta(days=4, hours=3), policies=(("reply_hours", "1"),))
            assert await asked(hub, question, processes=2) == await asked(hub, question, processes=1)

    asyncio.run(run())


def test_a_document_that_cannot_be_read_is_told_and_the_others_go_on(open_hub) -> None:
    async def run() -> None:
        async with open_hub() as hub:
            await taken(hub, messages.innlagt(case(1)), messages.innlagt(case(2)))
            one = "(SELECT message FROM document LIMIT 1)"
            await hub.sql(f"UPDATE document SET dumped = decode('00', 'hex') WHERE message = {one}")  # noqa: S608
            told, found = await asked(hub, Question(as_of=START))
            assert (told.persons, told.troubled) == (2, 1)
            assert [one.trouble.partition(" ")[0] for one in found if one.trouble] == ["error"]

    asyncio.run(run())
