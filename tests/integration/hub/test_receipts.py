"""AppRec from the receivers, through the log to the FHIR server, with the real adapter and mapping."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import permutations
from typing import Any

import pytest

from adapters.kith import KithAdapter
from adapters.kith import Settings as KithSettings
from adapters.kith.samples import Case, apprec, foresporsel, innlagt, person, svar, utskrivningsklar
from hub.contract import ORGANISASJONSNUMMER, Identifier
from hub.delivery.content import Ref
from hub.log import upkeep
from hub.log.tables import Event, Message, Review
from hub.plugins import Plugin
from mappings.course import course
from mappings.documents import dump, load
from mappings.norwegian_time import OSLO
from tests.integration.hub.test_rest import rest

pytestmark = pytest.mark.integration

ADMITTED = datetime(2026, 3, 2, 10, 0, tzinfo=OSLO)
SENT = ADMITTED + timedelta(days=4, minutes=10)
REFUSED = {"status": "2", "errors": [("E36", "Navn uten fødselsnummer")]}
HOURS = timedelta(hours=1)


def new_case(number: int) -> Case:
    return Case(name=f"receipts {number}", start=ADMITTED, patient=person(900 + number))


def kith(hub: Any, *, now: datetime = ADMITTED + timedelta(days=5), own: Case | None = None) -> Any:
    """The same hub with KITH messages; ``own`` names whose hospital is ours, ``now`` is when it looks."""
    parties = (Identifier(ORGANISASJONSNUMMER, own.parties.hospital.virksomhet.number),) if own else ()
    adapter = KithAdapter(KithSettings(own_parties=parties))
    maker = replace(hub.projector.maker, load=load, course=course)
    return replace(
        hub,
        intake=replace(hub.intake, plugins=(Plugin(adapter=adapter, version="1"),), dump=dump),
        projector=replace(hub.projector, maker=maker, clock=lambda: now),
    )


async def row(hub: Any, message_id: str) -> Message:
    (found,) = await hub.rows(Message, message_id=message_id)
    return found  # type: ignore[no-any-return]


async def original(hub: Any, message_id: str, type: str = "LOG_UTSKRIVNINGSKLAR") -> dict[str, Any]:
    """The message's DocumentReference as the FHIR server holds it."""
    return await hub.one(Ref("DocumentReference", hub.projector.maker.ids("DocumentReference", type, message_id)))  # type: ignore[no-any-return]


def delivery(resource: dict[str, Any]) -> str | None:
    """What the resource says of the receiver's receipt."""
    found = [e for e in resource.get("extension", ()) if e["url"].endswith("/delivery")]
    return found[0]["extension"][0]["valueCodeableConcept"]["coding"][0]["code"] if found else None


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_a_refusal_reaches_the_fhir_server_in_any_order(open_fhir_hub, order) -> None:
    case = new_case(1)
    ready = case.message_id("utskrivningsklar-N")
    bodies = (innlagt(case), utskrivningsklar(case), apprec(case, ready, **REFUSED))

    async def run() -> None:
        async with open_fhir_hub() as plain:
            hub = kith(plain)
            await hub.deliver(*(bodies[place] for place in order))
            assert delivery(await original(hub, ready)) == "rejected"
            assert (await row(hub, ready)).delivery == "rejected"
            assert (await row(hub, case.message_id(f"apprec-{ready}-2"))).processing == "projected"

    asyncio.run(run())


def test_a_notice_that_is_refused_afterwards_is_withdrawn_from_the_server(open_fhir_hub) -> None:
    case = new_case(2)
    ready = case.message_id("utskrivningsklar-N")

    async def run() -> None:
        async with open_fhir_hub() as plain:
            hub = kith(plain)
            await hub.deliver(innlagt(case), utskrivningsklar(case))
            tasks = [Ref("Task", task) for (task,) in await hub.sql(_TASKS)]
            assert "entered-in-error" not in {t["status"] for t in (await hub.held(*tasks)).values()}
            await hub.deliver(apprec(case, ready, **REFUSED))
            after = {t["code"]["coding"][0]["code"]: t["status"] for t in (await hub.held(*tasks)).values()}
            assert after["utskrivningsklar"] == "entered-in-error"

    asyncio.run(run())


_TASKS = "SELECT resource_id FROM delivered WHERE resource_type = 'Task'"


def test_an_answer_completes_the_request_on_the_server(open_fhir_hub) -> None:
    case = new_case(3)
    asked = case.message_id("asked")

    async def run() -> None:
        async with open_fhir_hub() as plain:
            hub = kith(plain)
            await hub.deliver(foresporsel(case, message_id=asked))
            ref = Ref("Task", hub.projector.maker.ids("Task", "DIALOG_FORESPORSEL", asked, "foresporsel", "1"))
            assert (await hub.one(ref))["status"] == "requested"
            await hub.deliver(svar(case, asked, generated=SENT + HOURS))
            assert (await hub.one(ref))["status"] == "completed"

    asyncio.run(run())


def test_silence_changes_the_server_and_a_late_receipt_changes_it_back(open_fhir_hub) -> None:
    case = new_case(4)
    ready = case.message_id("utskrivningsklar-N")
    late = apprec(case, ready, generated=SENT + 99 * HOURS)

    async def run() -> None:
        async with open_fhir_hub() as plain:
            before = kith(plain, own=case, now=SENT + 95 * HOURS)
            await before.deliver(innlagt(case), utskrivningsklar(case))
            assert (await row(before, ready)).acknowledgement == "awaiting"
            assert delivery(await original(before, ready)) is None
            (review,) = await before.rows(Review)
            after = kith(plain, own=case, now=SENT + 96 * HOURS)
            await after.projector.person(review.person_key)
            assert delivery(await original(after, ready)) == (await row(after, ready)).delivery == "missing"
            await kith(plain, own=case, now=SENT + 100 * HOURS).deliver(late)
            assert delivery(await original(after, ready)) == (await row(after, ready)).delivery == "confirmed"
            told = [e.data["delivery"] for e in await after.rows(Event, kind="message.answered")]
            assert told.count("missing") == 2  # of both messages
            assert told[-1] == "confirmed"

    asyncio.run(run())


def test_a_receipt_entered_at_the_same_moment_as_its_message_is_taken_by_upkeep(open_hub) -> None:
    case = new_case(5)
    ready = case.message_id("utskrivningsklar-N")

    async def run() -> None:
        async with open_hub() as plain:
            hub = kith(plain)
            receipt = await hub.take(apprec(case, ready))
            assert await hub.state(receipt) == "filed"
            await hub.take(utskrivningsklar(case))
            await hub.sql("UPDATE message SET received = clock_timestamp()")
            async with hub.sessions() as session, session.begin():
                assert await upkeep.defer_forgotten(session) == 1
            assert await hub.state(receipt) == "received"

    asyncio.run(run())


def test_a_receipt_of_a_message_that_never_comes_stays_filed(open_hub) -> None:
    case = new_case(6)

    async def run() -> None:
        async with open_hub() as plain:
            hub = kith(plain)
            receipt = await hub.take(apprec(case, case.message_id("nowhere")))
            await hub.take(utskrivningsklar(case))
            await hub.sql("UPDATE message SET received = clock_timestamp()")
            async with hub.sessions() as session, session.begin():
                assert await upkeep.defer_forgotten(session) == 0
            assert await hub.state(receipt) == "filed"

    asyncio.run(run())


def test_a_receipt_never_makes_two_persons_one(open_hub) -> None:
    """Two persons' messages bear the id that it names: one of them is what it answers, and nobody becomes another."""
    one, other = new_case(7), new_case(8)
    shared = one.message_id("shared")

    async def run() -> None:
        async with open_hub() as plain:
            hub = kith(plain)
            await hub.take(utskrivningsklar(one, message_id=shared))
            await hub.take(innlagt(other, message_id=shared, receiver=other.parties.fastlege))
            receipt = await hub.take(apprec(one, shared))
            keys = await hub.sql("SELECT identifier_key FROM message_identifier WHERE message = :id", id=receipt.id)
            assert len(keys) == 1

    asyncio.run(run())


def test_what_the_receiver_said_is_read_over_rest(open_fhir_hub) -> None:
    case = new_case(9)
    ready = case.message_id("utskrivningsklar-N")

    async def run() -> None:
        async with open_fhir_hub() as plain:
            hub = kith(plain)
            await hub.deliver(utskrivningsklar(case), apprec(case, ready, **REFUSED))
            async with rest(hub) as client:
                (found,) = (await client.get("/messages?delivery=rejected")).json()["messages"]
                assert found["message_id"] == ready
                detail = (await client.get(found["links"]["self"])).json()
                assert (detail["acknowledgement"], detail["delivery"]) == ("positive", "rejected")
                assert {i["code"] for i in detail["issues"]} == {"receipt-negative"}
                answer = (await client.get(detail["links"]["answer_1"])).json()
                assert (answer["type"], answer["acknowledgement"]) == ("APPREC", "none-owed")
                assert (await client.get("/messages?delivery=perhaps")).status_code == 400

    asyncio.run(run())
