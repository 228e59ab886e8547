"""What people tell besides messages: stored once, projected with the messages, still there after a rebuild."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from adapters.kith.samples import Case, helseopplysninger, innlagt, utskrivningsklar
from hub.contract import ORGANISASJONSNUMMER, Identifier, Party
from hub.entries import Entered, Entries, NotEntered, Telling
from hub.rebuild import rebuild
from hub.replay import replay
from hub.serve import make_entries
from mappings.norwegian_time import OSLO

pytestmark = pytest.mark.integration

CASE = Case(name="entries", start=datetime(2026, 3, 2, 10, tzinfo=OSLO))
NOTICE = CASE.message_id("utskrivningsklar-N")
READY = CASE.start + timedelta(days=4)
NOW = READY + timedelta(days=3)
KOMMUNE = CASE.parties.saksbehandling.virksomhet
MUNICIPALITY = Party(name=KOMMUNE.name, identifiers=(Identifier(ORGANISASJONSNUMMER, KOMMUNE.number),))


@asynccontextmanager
async def told(open_hub: Any) -> AsyncIterator[tuple[Any, Entries]]:
    """A hub with the real messages of a patient who was declared ready, and the way in for entries."""
    async with open_hub(now=NOW) as hub:
        await hub.deliver(innlagt(CASE), helseopplysninger(CASE), utskrivningsklar(CASE))
        yield hub, make_entries(hub.settings, hub.sessions)


def says(answer: str, hours: float, **more: Any) -> Telling:
    return Telling(
        kind="kommune-svar",
        values={"answer": answer},
        by=more.pop("by", MUNICIPALITY),
        author="Fiktiv Saksbehandler",
        told=READY + timedelta(hours=hours),
        about=more.pop("about", NOTICE),
        **more,
    )


async def project(hub: Any) -> None:
    """What the queued job does."""
    ((key,),) = await hub.sql("SELECT DISTINCT identifier_key FROM message_identifier")
    await hub.projector.person(key)


async def days(hub: Any) -> int:
    """Charged days, as the FHIR server shows them."""
    refs = [row for (row,) in await hub.sql("SELECT resource_id FROM delivered WHERE resource_type = 'Task'")]
    held = await hub.held(*(hub_ref(ref) for ref in refs))
    ready = [task for task in held.values() if task["code"]["coding"][0]["code"] == "utskrivningsklar"]
    (pay,) = [e for task in ready for e in task["extension"] if e["url"].endswith("/overliggerdogn")]
    return next(part["valueInteger"] for part in pay["extension"] if part["url"] == "days")


def hub_ref(id: str) -> Any:
    from hub.delivery.content import Ref

    return Ref("Task", id)


async def jobs(hub: Any) -> int:
    ((count,),) = await hub.sql("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'heimveg.review'")
    return int(count)


def test_an_answer_that_is_entered_changes_what_the_fhir_server_holds(open_real_hub) -> None:
    async def go() -> None:
        async with told(open_real_hub) as (hub, entries):
            assert await days(hub) == 3
            done = await entries.enter(says("can-receive", 2))
            assert isinstance(done, Entered) and await jobs(hub) == 1
            await project(hub)
            assert await days(hub) == 0

    asyncio.run(go())


def test_an_entry_survives_a_replay_and_a_rebuild_of_a_lost_server(open_real_hub) -> None:
    async def go() -> None:
        async with told(open_real_hub) as (hub, entries):
            await entries.enter(says("can-receive", 2))
            for (row,) in await hub.sql("SELECT id FROM message"):
                await replay(hub.intake, row)
            await rebuild(hub.projector, forget=True)
            assert await days(hub) == 0

    asyncio.run(go())


def test_the_same_entry_twice_is_one_and_another_under_its_id_is_refused(open_real_hub) -> None:
    async def go() -> None:
        async with told(open_real_hub) as (hub, entries):
            telling = says("can-receive", 2)
            await entries.enter(telling)
            assert await entries.enter(telling) == Entered(id=telling.id, repeated=True)
            other = await entries.enter(replace(telling, values={"answer": "cannot-receive"}))
            assert other == NotEntered(reason="contradicts")
            assert await hub.sql("SELECT count(*) FROM entry") == [(1,)]
            assert await jobs(hub) == 1

    asyncio.run(go())


def test_an_entry_taken_back_by_who_told_it_was_never_told(open_real_hub) -> None:
    async def go() -> None:
        async with told(open_real_hub) as (hub, entries):
            first = says("can-receive", 2)
            await entries.enter(first)
            stranger = Party(name="Annen kommune", identifiers=(Identifier(ORGANISASJONSNUMMER, "999999999"),))
            refused = await entries.enter(says("can-receive", 3, corrects=first.id, takes_back=True, by=stranger))
            assert refused == NotEntered(reason="not-yours")
            await entries.enter(says("can-receive", 3, corrects=first.id, takes_back=True))
            await project(hub)
            assert await days(hub) == 3

    asyncio.run(go())


@pytest.mark.parametrize(
    ("changed", "reason", "detail"),
    [
        ({"kind": "ukjent"}, "invalid", "kind"),
        ({"values": {"answer": "maybe"}}, "invalid", "answer"),
        ({"about": "0c7b4f0e-0000-4000-8000-000000000000"}, "unknown-message", ""),
        ({"about": None}, "unknown-patient", ""),
        ({"corrects": UUID(int=7)}, "invalid", "corrects"),
    ],
)
def test_a_wrong_entry_is_not_stored_and_says_which_value_is_wrong(open_real_hub, changed, reason, detail) -> None:
    async def go() -> None:
        async with told(open_real_hub) as (hub, entries):
            refused = await entries.enter(replace(says("can-receive", 2), **changed))
            assert isinstance(refused, NotEntered)
            assert (refused.reason, refused.detail.partition(":")[0]) == (reason, detail)
            assert await hub.sql("SELECT count(*) FROM entry") == [(0,)]
            assert await jobs(hub) == 0

    asyncio.run(go())
