"""The one way in, on a real PostgreSQL."""

from __future__ import annotations

import asyncio
import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from hub.errors import StoreUnavailableError
from hub.intake import Answer, Unfit
from hub.intake_folder import Folder
from hub.log import persons, store
from hub.log.events import events_after
from hub.log.queue import defer_projection
from hub.log.tables import Event, Message, Receipt
from hub.replay import replay

pytestmark = pytest.mark.integration


def test_a_message_is_stored_with_its_receipt_and_its_job(open_hub, make_note) -> None:
    async def run() -> None:
        async with open_hub() as hub:
            body = make_note("m1")
            outcome = await hub.take(body)
            (row,) = await hub.rows(Message)
            assert (outcome.answer, row.processing, row.acknowledgement) == (Answer.ACCEPTED, "received", "positive")
            assert [receipt.body for receipt in await hub.rows(Receipt)] == [outcome.receipt]
            async with hub.sessions() as session:
                assert await store.original(session, outcome.id) == body
            assert await hub.sql("SELECT args ->> 'message' FROM procrastinate_jobs") == [(str(outcome.id),)]

    asyncio.run(run())


def test_a_job_is_gone_with_its_message_when_the_transaction_is_rolled_back(open_hub, make_note) -> None:
    async def run() -> None:
        async with open_hub() as hub:
            outcome = await hub.take(make_note("m1"))
            with pytest.raises(ZeroDivisionError):
                async with hub.sessions() as session, session.begin():
                    await session.delete(await session.get(Message, outcome.id))
                    await defer_projection(session, outcome.id, "lane")
                    raise ZeroDivisionError
            assert len(await hub.rows(Message)) == 1
            assert len(await hub.sql("SELECT 1 FROM procrastinate_jobs")) == 1

    asyncio.run(run())


def test_nobody_sees_a_job_before_its_message_is_committed(open_hub, make_note) -> None:
    async def run() -> None:
        async with open_hub() as hub:
            outcome = await hub.take(make_note("m1"))
            async with hub.sessions() as session, session.begin():
                await defer_projection(session, outcome.id, "lane")
                assert len(await hub.sql("SELECT 1 FROM procrastinate_jobs")) == 1
            assert len(await hub.sql("SELECT 1 FROM procrastinate_jobs")) == 2

    asyncio.run(run())


def test_a_refused_message_is_kept_and_gets_no_job(open_hub, make_note) -> None:
    async def run() -> None:
        async with open_hub() as hub:
            outcome = await hub.take(make_note("m1", wrong="1"))
            assert (outcome.answer, [fault.code for fault in outcome.faults]) == (Answer.REJECTED, ["E10"])
            (row,) = await hub.rows(Message)
            assert (row.processing, row.acknowledgement) == ("rejected", "negative")
            assert await hub.sql("SELECT 1 FROM procrastinate_jobs") == []

    asyncio.run(run())


def test_an_unknown_format_is_kept_and_gets_no_answer(open_hub) -> None:
    async def run() -> None:
        async with open_hub() as hub:
            outcome = await hub.take(b"MSH|^~\\&|")
            assert (outcome.answer, outcome.receipt) == (Answer.REJECTED, None)
            assert [row.acknowledgement for row in await hub.rows(Message)] == ["withheld"]

    asyncio.run(run())


def test_a_message_on_which_the_adapter_fails_is_kept_and_can_be_replayed(open_hub, make_note, monkeypatch) -> None:
    async def run() -> None:
        async with open_hub() as hub:
            outcome = await hub.take(make_note("m1", fails="1"))
            assert (outcome.answer, outcome.receipt) == (Answer.PARKED, None)
            adapter = hub.intake.plugins[0].adapter
            mended = type("Mended", (type(adapter),), {"read": lambda self, raw: adapter.read(_mended(raw))})()
            intake = replace(hub.intake, plugins=(replace(hub.intake.plugins[0], adapter=mended),))
            done = await replay(intake, outcome.id)
            assert (done.state, done.refused) == ("accepted", "")
            states = {row.id: row.processing for row in await hub.rows(Message)}
            assert states == {outcome.id: "duplicate", done.id: "received"}

    def _mended(raw):
        return replace(raw, body=raw.body.replace(b"fails", b"works"))

    asyncio.run(run())


@pytest.mark.parametrize("change", [lambda b: b, lambda b: b.replace(b"\n", b"\r\n")], ids=["bytes", "line endings"])
def test_the_same_message_again_is_a_duplicate_and_is_answered_once(open_hub, make_note, change) -> None:
    async def run() -> None:
        async with open_hub() as hub:
            first = await hub.take(make_note("m1"))
            again = await hub.take(change(make_note("m1")))
            assert (again.answer, again.first, again.receipt) == (Answer.DUPLICATE, first.id, None)
            assert len(await hub.rows(Receipt)) == 1
            assert len(await hub.sql("SELECT 1 FROM procrastinate_jobs")) == 1

    asyncio.run(run())


def test_the_same_id_with_other_content_is_quarantined_and_kept(open_hub, make_note) -> None:
    async def run() -> None:
        async with open_hub() as hub:
            first = await hub.take(make_note("m1"))
            other = await hub.take(make_note("m1", text="noe annet"))
            assert (other.answer, other.first, other.receipt) == (Answer.QUARANTINED, first.id, None)
            again = await hub.take(make_note("m1", text="noe annet"))
            assert again.answer is Answer.QUARANTINED
            (row,) = await hub.rows(Message, id=other.id)
            assert (row.processing, row.body is not None) == ("quarantined", True)

    asyncio.run(run())


def test_a_refused_message_sent_again_says_so(open_hub, make_note) -> None:
    async def run() -> None:
        async with open_hub() as hub:
            await hub.take(make_note("m1", wrong="1"))
            again = await hub.take(make_note("m1", wrong="1"))
            assert (again.answer, again.first_rejected) == (Answer.DUPLICATE, True)

    asyncio.run(run())


def test_a_copy_to_another_receiver_is_no_duplicate(open_hub, make_note) -> None:
    async def run() -> None:
        async with open_hub() as hub:
            body = make_note("m1", copies="300")
            answers = [(await hub.take(body, **headers)).answer for headers in ({}, {"heimveg-to-her-id": "300"}, {})]
            assert answers == [Answer.ACCEPTED, Answer.ACCEPTED, Answer.DUPLICATE]

    asyncio.run(run())


def test_many_deliveries_of_one_message_at_once_are_one_message(open_hub, make_note) -> None:
    async def run() -> None:
        async with open_hub() as hub:
            outcomes = await asyncio.gather(*(hub.take(make_note("m1")) for _ in range(12)))
            assert sorted(outcome.answer for outcome in outcomes) == ["accepted"] + ["duplicate"] * 11

    asyncio.run(run())


def test_empty_and_too_large_bodies_are_not_stored(open_hub, make_note) -> None:
    async def run() -> None:
        async with open_hub() as hub:
            assert await hub.refused(b" \n") is Unfit.EMPTY
            assert await hub.refused(b"x" * (hub.settings.max_message_bytes + 1)) is Unfit.TOO_LARGE
            assert await hub.rows(Message) == []

    asyncio.run(run())


def test_a_large_message_within_the_limit_is_kept_whole(open_hub, make_note) -> None:
    async def run() -> None:
        async with open_hub() as hub:
            body = make_note("m1") + b" " * (hub.settings.max_message_bytes - 200)
            outcome = await hub.take(body)
            async with hub.sessions() as session:
                assert await store.original(session, outcome.id) == body

    asyncio.run(run())


def test_no_answer_is_given_when_the_log_is_away(open_hub, postgres_server, make_note) -> None:
    async def run() -> None:
        async with open_hub() as hub:
            await hub.take(make_note("m1"))
            postgres_server.stop()
            with pytest.raises(StoreUnavailableError, match="not stored"):
                await hub.take(make_note("m2"))
            postgres_server.start()
            assert (await hub.take(make_note("m2"))).answer is Answer.ACCEPTED

    asyncio.run(run())


def test_the_event_feed_misses_nothing_while_many_write(open_hub, make_note) -> None:
    async def run() -> None:
        async with open_hub() as hub:
            writing = asyncio.gather(*(hub.take(make_note(f"m{n}", f"person-{n}")) for n in range(60)))
            seen: list[Event] = []
            while not writing.done() or len(seen) < 60:
                async with hub.sessions() as session, session.begin():
                    seen += (await events_after(session, seen[-1].sequence if seen else 0, 7)).events
                await asyncio.sleep(0)
            await writing
            assert [event.sequence for event in seen] == list(range(1, 61))
            assert len({event.message for event in seen}) == 60

    asyncio.run(run())


def test_an_event_that_commits_late_comes_after_what_was_read(open_hub, make_note) -> None:
    async def run() -> None:
        async with open_hub() as hub:
            async with hub.sessions() as slow, slow.begin():
                store.add_event(slow, "message.received", None)
                await slow.flush()
                await hub.take(make_note("m1"))
                async with hub.sessions() as session, session.begin():
                    (before,) = (await events_after(session, 0, 10)).events
            async with hub.sessions() as session, session.begin():
                (after,) = (await events_after(session, before.sequence, 10)).events
            assert after.id < before.id

    asyncio.run(run())


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_a_person_is_the_same_whatever_order_the_links_arrive_in(open_hub, make_note, order) -> None:
    async def run() -> None:
        async with open_hub() as hub:
            notes = [make_note("m1", "local-1,ola"), make_note("m2", "local-2"), make_note("m3", "local-2,ola")]
            for place in order:
                await hub.take(notes[place])
            async with hub.sessions() as session:
                keys = await persons.identifiers_of_message(session, (await hub.rows(Message))[0].id)
                strongest = await persons.person_key(session, keys)
                assert len(await persons.messages_of_person(session, keys)) == 3
            assert await hub.sql(
                "SELECT rank FROM message_identifier WHERE identifier_key = :k LIMIT 1", k=strongest
            ) == [(0,)]

    asyncio.run(run())


def test_a_folder_is_emptied_and_every_file_is_answered(open_hub, make_note, tmp_path: Path) -> None:
    async def run() -> None:
        async with open_hub() as hub:
            inbox = tmp_path / "inn"
            folder = Folder(hub.intake, hub.settings, inbox)
            (inbox / "god.xml").write_bytes(make_note("m1"))
            (inbox / "feil.xml").write_bytes(make_note("m2", wrong="1"))
            (inbox / ".halv.xml").write_bytes(b"<note")
            with zipfile.ZipFile(inbox / "to.zip", "w") as archive:
                archive.writestr("a.xml", make_note("m3"))
                archive.writestr("b.xml", make_note("m1"))
            (inbox / "ikke.zip").write_bytes(b"PK\x03\x04nonsense")
            assert await folder.look() == 0
            assert await folder.look() == 4
            names = {where: sorted(p.name for p in (inbox / where).iterdir()) for where in ("done", "refused")}
            assert names == {"done": ["god.xml", "to.zip"], "refused": ["feil.xml", "ikke.zip"]}
            told = sorted(p.name for p in (inbox / "receipts").iterdir())
            assert told == ["feil.apprec.xml", "god.apprec.xml", "ikke.json", "to.1.apprec.xml", "to.2.json"]
            assert json.loads((inbox / "receipts" / "to.2.json").read_text())["answer"] == "duplicate"
            assert [p.name for p in inbox.iterdir() if p.is_file()] == [".halv.xml"]

    asyncio.run(run())


def test_a_file_is_left_where_it_is_while_it_still_grows(open_hub, make_note, tmp_path: Path) -> None:
    async def run() -> None:
        async with open_hub() as hub:
            folder, file = Folder(hub.intake, hub.settings, tmp_path / "inn"), tmp_path / "inn" / "a.xml"
            file.write_bytes(b"<note")
            await folder.look()
            file.write_bytes(make_note("m1"))
            assert await folder.look() == 0
            assert await folder.look() == 1
            assert await folder.look() == 0

    asyncio.run(run())


def test_a_zip_of_nothing_but_folders_brings_no_message(open_hub, tmp_path: Path) -> None:
    async def run() -> None:
        async with open_hub() as hub:
            content = io.BytesIO()
            with zipfile.ZipFile(content, "w") as archive:
                archive.mkdir("tom")
            folder = Folder(hub.intake, hub.settings, tmp_path / "inn")
            (tmp_path / "inn" / "tom.zip").write_bytes(content.getvalue())
            await folder.look()
            await folder.look()
            assert await hub.rows(Message) == []

    asyncio.run(run())
