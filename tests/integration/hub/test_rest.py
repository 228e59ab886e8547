"""The REST interface, with a real log behind it."""

from __future__ import annotations

import asyncio
import io
import logging
import zipfile
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager
from typing import Any

import httpx
import pytest
import structlog

from hub.logs import configure_logs
from tests.integration.hub.served import served

pytestmark = pytest.mark.integration

XML = {"Content-Type": "application/xml"}


def rest(hub: Any) -> AbstractAsyncContextManager[httpx.AsyncClient]:
    """The interface, which asks the hub's own FHIR server whether it is there."""
    return served(hub, fhir_serves=hub.client.serves)


def test_a_message_is_answered_by_its_receipt(open_hub, make_note) -> None:
    async def run() -> None:
        async with open_hub() as hub, rest(hub) as client:
            answer = await client.post("/messages", content=make_note("m1"), headers=XML)
            assert (answer.status_code, answer.headers["content-type"]) == (200, "application/xml")
            assert answer.content.startswith(b"<receipt")
            detail = (await client.get(answer.headers["location"])).json()
            assert (detail["processing"], detail["acknowledgement"]) == ("received", "positive")
            assert (await client.get(answer.headers["content-location"])).content == answer.content
            original = await client.get(detail["links"]["original"])
            assert original.content == make_note("m1")
            assert original.headers["content-security-policy"].startswith("sandbox")

    asyncio.run(run())


def test_json_is_given_to_who_asks_for_it(open_hub, make_note) -> None:
    async def run() -> None:
        async with open_hub() as hub, rest(hub) as client:
            headers = {**XML, "Accept": "application/json"}
            told = (await client.post("/messages", content=make_note("m1"), headers=headers)).json()
            assert (told["answer"], told["type"], told["message_id"]) == ("accepted", "NOTE", "m1")

    asyncio.run(run())


@pytest.mark.parametrize(
    ("said", "status", "problem"),
    [
        ({"wrong": "1"}, 422, None),
        ({"fails": "1"}, 500, "parked"),
        ({"text": "annet"}, 409, "quarantined"),
    ],
)
def test_what_is_not_accepted_is_answered_by_a_receipt_or_a_problem(open_hub, make_note, said, status, problem) -> None:
    async def run() -> None:
        async with open_hub() as hub, rest(hub) as client:
            if problem == "quarantined":
                await client.post("/messages", content=make_note("m1"), headers=XML)
            answer = await client.post("/messages", content=make_note("m1", **said), headers=XML)
            assert answer.status_code == status
            if problem is None:
                assert answer.content.startswith(b"<receipt")
            else:
                assert answer.headers["content-type"] == "application/problem+json"
                assert answer.json()["type"].endswith(problem)
                assert answer.json()["advice"]

    asyncio.run(run())


@pytest.mark.parametrize(
    ("content", "headers", "status", "problem"),
    [
        (b"", XML, 400, "empty"),
        (b"  \n", XML, 400, "empty"),
        (b"hei", {"Content-Type": "text/plain"}, 415, "unsupported-type"),
        (b"hei", {}, 415, "unsupported-type"),
        (b"<note/>", {**XML, "Content-Encoding": "gzip"}, 415, "unsupported-type"),
        (b"MSH|", XML, 400, "unanswerable"),
        (b"not a zip", {"Content-Type": "application/zip"}, 400, "malformed-upload"),
        (b"x", {"Content-Type": "multipart/form-data"}, 400, "malformed-upload"),
        (b"<note/>", {**XML, "Host": "evil.example"}, 421, "wrong-host"),
        (b"<note/>", {**XML, "Origin": "https://evil.example"}, 403, "cross-site"),
    ],
)
def test_what_cannot_be_taken_in_is_told_as_a_problem(open_hub, content, headers, status, problem) -> None:
    async def run() -> None:
        async with open_hub() as hub, rest(hub) as client:
            answer = await client.post("/messages", content=content, headers=headers)
            assert (answer.status_code, answer.json()["type"].rpartition("/")[2]) == (status, problem)

    asyncio.run(run())


def test_a_body_over_the_limit_is_refused(open_hub) -> None:
    async def run() -> None:
        async with open_hub() as hub, rest(hub) as client:
            size = hub.settings.max_message_bytes

            async def chunks() -> AsyncIterator[bytes]:  # without a length that could be looked at
                for _ in range(size // 1_000_000 + 1):
                    yield b"x" * 1_000_000

            told = await client.post("/messages", content=b"x" * (size + 1), headers=XML)
            untold = await client.post("/messages", content=chunks(), headers=XML)
            assert [told.status_code, untold.status_code] == [413, 413]

    asyncio.run(run())


def test_each_message_of_an_upload_has_its_own_answer(open_hub, make_note) -> None:
    async def run() -> None:
        async with open_hub() as hub, rest(hub) as client:
            content = io.BytesIO()
            with zipfile.ZipFile(content, "w") as archive:
                archive.writestr("a.xml", make_note("m1"))
                archive.writestr("b.xml", make_note("m2", wrong="1"))
            files = [
                ("file", ("alle.zip", content.getvalue(), "application/zip")),
                ("file", ("c.xml", make_note("m1"), "application/xml")),
                ("file", ("d.xml", b"", "application/xml")),
            ]
            items = (await client.post("/messages", files=files)).json()["items"]
            told = [(item["item"], item["name"], item["answer"], item["status"]) for item in items]
            assert told == [
                (1, "a.xml", "accepted", 200),
                (2, "b.xml", "rejected", 422),
                (3, "c.xml", "duplicate", 200),
                (4, "d.xml", "refused", 400),
            ]
            zipped = {"Content-Type": "application/zip"}
            again = (await client.post("/messages", content=content.getvalue(), headers=zipped)).json()["items"]
            assert [item["answer"] for item in again] == ["duplicate", "duplicate"]

    asyncio.run(run())


def test_messages_are_listed_in_pages_and_by_filter(open_hub, make_note) -> None:
    async def run() -> None:
        async with open_hub() as hub, rest(hub) as client:
            for n in range(5):
                await hub.take(make_note(f"m{n}", **({"wrong": "1"} if n == 3 else {})))
            seen, url = [], "/messages?limit=2"
            while url:
                page = (await client.get(url)).json()
                seen += [message["message_id"] for message in page["messages"]]
                url = page.get("next")
            assert seen == ["m4", "m3", "m2", "m1", "m0"]
            refused = (await client.get("/messages?state=rejected")).json()["messages"]
            assert [message["message_id"] for message in refused] == ["m3"]
            assert [m["message_id"] for m in (await client.get("/messages?message_id=M2")).json()["messages"]] == ["m2"]
            assert (await client.get("/messages?sender=x")).json()["type"].endswith("bad-request")
            assert (await client.get("/messages?since=2026-01-01")).status_code == 400

    asyncio.run(run())


def test_a_delivered_message_names_its_resources(open_fhir_hub, make_note) -> None:
    async def run() -> None:
        async with open_fhir_hub() as hub, rest(hub) as client:
            (outcome,) = await hub.deliver(make_note("m1"))
            detail = (await client.get(f"/messages/{outcome.id}")).json()
            own = [resource["reference"].partition("/")[0] for resource in detail["resources"]]
            assert own == ["Binary", "Task"]
            assert [r["reference"].partition("/")[0] for r in detail["patient_resources"]] == ["Patient"]
            assert [attempt["outcome"] for attempt in detail["attempts"]] == ["delivered"]

    asyncio.run(run())


def test_a_replay_is_queued_and_what_cannot_be_replayed_says_why(open_hub, make_note) -> None:
    async def run() -> None:
        async with open_hub() as hub, rest(hub) as client:
            good, bad = await hub.take(make_note("m1")), await hub.take(make_note("m2", wrong="1"))
            queued = await client.post(f"/messages/{good.id}/replay")
            assert (queued.status_code, queued.json()["state"]) == (202, "received")
            refused = await client.post(f"/messages/{bad.id}/replay")
            assert (refused.status_code, refused.json()["type"].rpartition("/")[2]) == (409, "not-replayable")
            nobody = "01931a2b-7c00-7000-8000-000000000000"
            assert (await client.post(f"/messages/{nobody}/replay")).status_code == 404
            assert (await client.get("/messages/17834110148")).json()["type"].endswith("bad-request")
            assert "17834110148" not in (await client.get("/messages/17834110148")).text

    asyncio.run(run())


def test_the_feed_is_followed_by_its_own_link(open_hub, make_note) -> None:
    async def run() -> None:
        async with open_hub() as hub, rest(hub) as client:
            for n in range(3):
                await hub.take(make_note(f"m{n}"))
            first = (await client.get("/events?limit=2")).json()
            second = (await client.get(first["next"])).json()
            kinds = [(event["sequence"], event["kind"]) for event in (*first["events"], *second["events"])]
            assert kinds == [(1, "message.received"), (2, "message.received"), (3, "message.received")]
            end = {"events": [], "after": 3, "last": 3, "next": second["next"]}
            assert (await client.get(second["next"])).json() == end

    asyncio.run(run())


def test_the_hub_is_ready_without_the_fhir_server_and_not_without_the_log(open_hub, postgres_server) -> None:
    async def run() -> None:
        async with open_hub() as hub, rest(hub) as client:
            told = (await client.get("/ready")).json()
            assert (told["ready"], told["checks"]["fhir_server"]["ok"]) == (True, False)
            assert (await client.get("/ready?all=true")).status_code == 503
            postgres_server.stop()
            answer = await client.get("/ready")
            assert (answer.status_code, answer.json()["checks"]["database"]["ok"]) == (503, False)
            assert (await client.get("/health")).json() == {"status": "ok"}
            assert (await client.get("/metrics")).status_code == 200
            listing = await client.get("/messages")
            postgres_server.start()
            assert (listing.status_code, listing.json()["type"].rpartition("/")[2]) == (503, "store-unavailable")
            assert (await client.get("/ready")).status_code == 200

    asyncio.run(run())


def test_metrics_count_what_came_in_and_what_waits(open_hub, make_note) -> None:
    async def run() -> None:
        async with open_hub() as hub, rest(hub) as client:
            await client.post("/messages", content=make_note("m1"), headers=XML)
            lines = (await client.get("/metrics")).text.splitlines()
            assert 'heimveg_backlog{state="received"} 1.0' in lines
            assert any(line.startswith('heimveg_messages_total{answer="accepted",type="NOTE"}') for line in lines)
            assert any('route="/messages"' in line for line in lines)

    asyncio.run(run())


@pytest.fixture
def logs() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


@pytest.mark.usefixtures("logs")
def test_no_fodselsnummer_is_logged_or_shown(open_hub, make_note, capfd) -> None:
    configure_logs("DEBUG")
    number = "17834110148"

    async def run() -> list[str]:
        async with open_hub() as hub, rest(hub) as client:
            texts = []
            for said in ({}, {"wrong": "1"}, {"fails": number}, {"text": number}):
                body = make_note(f"m{len(texts)}", number, **said)
                texts.append((await client.post("/messages", content=body, headers=XML)).text)
            for url in ("/messages", "/events", f"/messages?message_id={number}", f"/{number}", "/metrics"):
                texts.append((await client.get(url)).text)
            tables = ("event", "attempt", "issue", "procrastinate_jobs", "delivered", "message_identifier", "review")
            for table in tables:
                texts.append(str(await hub.sql(f"SELECT * FROM {table}")))  # noqa: S608  our own names
            return texts

    texts = asyncio.run(run())
    captured = capfd.readouterr()
    assert "message taken in" in captured.err
    assert [text for text in (*texts, captured.err, captured.out) if number in text] == []
