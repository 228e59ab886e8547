"""Another id key: the log, the FHIR server and the access log go on being of the same persons."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from hub.access.ledger import Access, Ledger, about
from hub.delivery.content import Ref
from hub.identity import id_maker
from hub.log import reading
from hub.rebuild import rebuild
from hub.rekeying import rekey
from hub.settings import ids_of
from tests.integration.hub.conftest import load

pytestmark = pytest.mark.integration

NEW = id_maker(b"another key of the same deployment")


def under(hub: Any, ids: Any) -> Any:
    """The same hub with another id key."""
    projector = replace(hub.projector, maker=replace(hub.projector.maker, ids=ids))
    return replace(hub, projector=projector, intake=replace(hub.intake, ids=ids))


async def idle(hub: Any) -> None:
    """As when the workers have done everything."""
    await hub.sql("DELETE FROM procrastinate_jobs")


def test_every_resource_gets_its_new_id_and_the_old_one_says_that_it_is_withdrawn(open_fhir_hub, make_note) -> None:
    async def run() -> None:
        async with open_fhir_hub() as hub:
            await hub.deliver(make_note("m1", "ola"), make_note("m2", "ola,per"), make_note("m3", "kari"))
            await idle(hub)
            done = await rekey(hub.sessions, load, ids_of(hub.settings), NEW)
            assert (done.refused, done.rows["message_identifier"], done.rows["message"]) == ("", 4, 3)
            new = under(hub, NEW)
            summary = await rebuild(new.projector)
            assert (summary.well, summary.persons) == (True, 2)
            old, fresh = hub.ref("Task", "m1"), new.ref("Task", "m1")
            held = await hub.held(old, fresh)
            assert (held[old]["status"], held[fresh]["status"]) == ("entered-in-error", "requested")
            assert old.id != fresh.id
            assert (await rebuild(new.projector)).counts == {}
            await new.deliver(make_note("m4", "per"))  # still the same person
            assert len(await new.sql("SELECT DISTINCT lane FROM delivered WHERE lane <> 'directory'")) == 2

    asyncio.run(run())


def test_who_has_seen_a_patient_is_known_under_the_new_id_too(open_fhir_hub, make_note) -> None:
    async def run() -> None:
        async with open_fhir_hub() as hub:
            await hub.deliver(make_note("m1", "ola"))
            await idle(hub)
            fnr = "urn:oid:2.16.578.1.12.4.1.4.1"
            old, new = (Ref("Patient", ids("patient", fnr, "ola")) for ids in (ids_of(hub.settings), NEW))
            ledger = Ledger(sessions=hub.sessions, key=b"k" * 32)
            await ledger.record(Access(action="R", what="read Patient", outcome=200, client="c", patients=(old.id,)))
            await rekey(hub.sessions, load, ids_of(hub.settings), NEW)
            await rebuild(under(hub, NEW).projector)
            async with hub.sessions() as session:
                ((lane,),) = await hub.sql("SELECT lane FROM delivered WHERE resource_id = :id", id=new.id)
                ids = await reading.ids_of(session, "Patient", lane)
                (entry,) = await about(session, ids, before=None, limit=10)
            assert (set(ids), entry.what) == ({old.id, new.id}, "read Patient")

    asyncio.run(run())


def test_nothing_is_changed_while_messages_wait_or_by_a_key_that_did_not_make_the_log(open_hub, make_note) -> None:
    async def run() -> None:
        async with open_hub() as hub:
            await hub.take(make_note("m1", "ola"))
            before = await hub.sql("SELECT * FROM message_identifier")
            waiting = await rekey(hub.sessions, load, ids_of(hub.settings), NEW)
            await idle(hub)
            wrong = await rekey(hub.sessions, load, NEW, ids_of(hub.settings))
            assert "queue" in waiting.refused
            assert "1 keys" in wrong.refused
            assert await hub.sql("SELECT * FROM message_identifier") == before

    asyncio.run(run())
