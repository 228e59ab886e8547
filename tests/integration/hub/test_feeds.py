"""Who follows is told of their own, signed and in order: what fails is tried again, what is shut is never told."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from adapters.kith.samples import Case, avmelding, innlagt, utskrivningsklar
from hub import http
from hub.feeds.matching import Matching
from hub.feeds.notifying import MOST_TRIES, SECONDS, Notifying
from hub.feeds.outward import following
from hub.feeds.secrets import Seal
from hub.feeds.stream import Stream
from hub.keyring import ensure_keys
from hub.log import events
from hub.log.events import Following
from hub.serve import make_services
from hub.settings import ids_of
from mappings.norwegian_time import OSLO
from tests.integration.hub.receiving import Receiver, receiving, subscription
from tests.integration.hub.served import app_of
from tests.integration.hub.test_outbox import Killed
from tests.integration.hub.test_telling import As, hospital, municipality

pytestmark = pytest.mark.integration

START = datetime(2026, 3, 2, 10, tzinfo=OSLO)
NOW = START + timedelta(days=4, hours=3)
PROCESS = "https://heimveg.dev/fhir/CodeSystem/discharge-process"
READY = f"Task?code={PROCESS}|utskrivningsklar&status=requested,received,accepted"
FHIR = {"content-type": "application/fhir+json"}


@dataclass
class Feed:
    """A hub, its interface, two stays at different hospitals and municipalities, and a subscriber."""

    hub: Any
    services: Any
    client: httpx.AsyncClient
    post: http.Client
    receiver: Receiver
    case: Case
    other: Case
    secret: str = ""
    id: str = ""

    @property
    def us(self) -> dict[str, str]:
        return municipality(self.case)

    @property
    def notifying(self) -> Notifying:
        return Notifying(
            sessions=self.services.sessions, ledger=self.services.ledger, seal=self.services.seal,
            ids=ids_of(self.services.settings), client=self.post, base="https://heimveg.example.no/fhir", anywhere=True,
        )  # fmt: skip

    async def subscribe(self, criteria: str = READY, **more: Any) -> httpx.Response:
        told = subscription(self.receiver.url, criteria, **more)
        answer = await self.client.post("/fhir/Subscription", json=told, headers={**self.us, **FHIR})
        if answer.status_code == 201:
            self.secret, self.id = answer.headers["heimveg-webhook-secret"], answer.json()["id"]
        return answer

    async def active(self, **more: Any) -> None:
        assert (await self.subscribe(**more)).status_code == 201
        assert await self.notifying.tell_due() == 1

    async def find(self) -> int:
        exposed = self.services.exposed
        return await Matching(sessions=self.hub.sessions, exposed=exposed, ids=ids_of(self.services.settings)).find()

    async def ready(self, *cases: Case) -> None:
        """Patients are declared ready; the others' too, always."""
        for case in (*cases, self.other):
            await self.hub.deliver(innlagt(case), utskrivningsklar(case))

    async def read(self) -> Any:
        return (await self.client.get(f"/fhir/Subscription/{self.id}", headers=self.us)).json()

    async def put(self, **more: Any) -> httpx.Response:
        seen = await self.client.get(f"/fhir/Subscription/{self.id}", headers=self.us)
        headers = {**self.us, **FHIR, "if-match": seen.headers["etag"]}
        return await self.client.put(f"/fhir/Subscription/{self.id}", json={**seen.json(), **more}, headers=headers)

    async def due(self) -> None:
        """Time passes until the next try."""
        await self.hub.sql("UPDATE notification SET next_try = clock_timestamp()")

    async def tasks(self, *, of: Case) -> set[str]:
        """Declared ready, as the log remembers to have sent them."""
        rows = await self.hub.sql(
            "SELECT resource_id FROM delivered WHERE resource_type = 'Task' AND :number = ANY(numbers)",
            number=municipality(of)["x-acts-for"],
        )
        return {f"Task/{id_}" for (id_,) in rows}


Works = Callable[[Feed], Awaitable[None]]


@pytest.fixture
def feed(open_real_hub: Any, strangers: Any) -> Callable[[Works], None]:
    """``feed(works)``."""

    async def go(works: Works) -> None:
        with receiving() as receiver:
            async with open_real_hub(now=NOW) as hub, http.client(timeout=SECONDS, connections=2, accept="*/*") as post:
                settings = hub.settings.model_copy(update={"webhooks_anywhere": True})
                ensure_keys(settings)
                services = replace(make_services(settings, hub.client), door=As())
                try:
                    async with app_of(services) as client:
                        await works(Feed(hub, services, client, post, receiver, strangers(START), strangers(START)))
                finally:
                    await services.engine.dispose()

    return lambda works: asyncio.run(go(works))


def test_a_receiver_is_asked_first_and_then_told_of_its_own_and_nobody_elses(feed: Any) -> None:
    async def works(at: Feed) -> None:
        created = await at.subscribe(channel={"header": ["Authorization: Bearer mottakerens-eget"]})
        assert (created.status_code, created.json()["status"]) == (201, "requested")
        await at.ready(at.case)
        assert await at.find() == 0, "nothing is found for who has not answered"
        assert await at.notifying.tell_due() == 1
        (headers, _), *_ = at.receiver.got
        assert headers["authorization"] == "Bearer mottakerens-eget"
        assert (await at.read())["status"] == "active"
        assert await at.find() == 1
        assert await at.notifying.tell_due() == 1
        assert set(at.receiver.told) < await at.tasks(of=at.case)
        assert not set(at.receiver.told) & await at.tasks(of=at.other)
        assert (at.receiver.numbers, at.receiver.proven(at.secret)) == ([1], True)
        assert await at.find() + await at.notifying.tell_due() == 0, "once"
        seen = await at.hub.sql("SELECT resources, cardinality(patients) FROM access_entry WHERE what = 'notify'")
        assert seen[1:] == [([f"Subscription/{at.id}", *at.receiver.told], 1)]

    feed(works)


def test_what_matches_no_longer_is_not_told_and_numbers_have_no_hole(feed: Any) -> None:
    async def works(at: Feed) -> None:
        await at.active()
        await at.ready(at.case)
        await at.find()
        await at.notifying.tell_due()
        await at.hub.deliver(avmelding(at.case))
        assert await at.find() == 0
        await at.ready(replace(at.case, name="igjen", start=START + timedelta(days=1)))
        await at.find()
        await at.notifying.tell_due()
        assert at.receiver.numbers == list(range(1, len(at.receiver.numbers) + 1))
        assert len(at.receiver.numbers) >= 2

    feed(works)


def test_what_fails_is_tried_again_under_the_same_id_ever_later_and_then_parked(feed: Any) -> None:
    async def works(at: Feed) -> None:
        await at.active()
        await at.ready(at.case)
        await at.find()
        at.receiver.answers = [500, 302] * MOST_TRIES
        for _ in range(MOST_TRIES):
            assert await at.notifying.tell_due() == 0
            assert await at.notifying.tell_due() == 0, "not before its time"
            await at.due()
        tried = at.receiver.got[1:]
        assert (len(tried), len({headers["webhook-id"] for headers, _ in tried})) == (MOST_TRIES, 1)
        found = await at.read()
        assert (found["status"], found["error"]) == ("error", "Mottakeren svarte 302.")
        assert await at.hub.sql("SELECT state, cause FROM notification") == [("parked", "Mottakeren svarte 302.")]
        metrics = (await at.client.get("/metrics", headers=at.us)).text.splitlines()
        assert 'heimveg_notifications{state="parked"} 1.0' in metrics
        told = (await at.client.get("/events?limit=1000", headers=at.us)).json()["events"]
        assert "subscription.error" not in [e["kind"] for e in told], "another organisation number than the caller's"
        at.receiver.answers = []
        assert (await at.put(status="requested")).status_code == 200
        assert await at.notifying.tell_due() == 2
        assert (at.receiver.numbers[-1], (await at.read())["status"]) == (1, "active")

    feed(works)


def test_a_process_that_dies_in_the_middle_tells_again_and_its_receiver_can_tell(feed: Any) -> None:
    async def works(at: Feed) -> None:
        await at.active()
        await at.ready(at.case)
        await at.find()

        class Dying(Notifying):
            async def _taken(self, told: Any) -> None:
                raise Killed

        fields = {name: getattr(at.notifying, name) for name in Notifying.__dataclass_fields__}
        with pytest.raises(Killed):
            await Dying(**fields).tell_due()
        assert await at.notifying.tell_due() == 0, "nobody takes it while it may be under way"
        await at.due()
        assert await at.notifying.tell_due() == 1
        first, second = at.receiver.got[1:]
        assert first[0]["webhook-id"] == second[0]["webhook-id"]
        assert (first[1], at.receiver.numbers) == (second[1], [1, 1])
        assert await at.hub.sql("SELECT sent FROM subscription") == [(1,)]

    feed(works)


def test_what_is_shut_after_it_was_found_is_not_told(feed: Any) -> None:
    async def works(at: Feed) -> None:
        await at.active()
        await at.ready(at.case)
        assert await at.find() == 1
        hidden = "UPDATE delivered SET numbers = ARRAY(SELECT 'sperret:' || n FROM unnest(numbers) AS n)"
        await at.hub.sql(hidden)
        assert await at.notifying.tell_due() == 0
        assert (at.receiver.told, await at.hub.sql("SELECT 1 FROM notification")) == ([], [])
        feed_ = (await at.client.get("/events?about=resources&limit=1000", headers=at.us)).json()
        assert feed_["events"] == []

    feed(works)


def test_nothing_is_told_that_the_access_log_does_not_know_of(feed: Any) -> None:
    async def works(at: Feed) -> None:
        await at.active()
        await at.ready(at.case)
        await at.find()
        await at.hub.sql("ALTER TABLE access_entry RENAME TO access_entry_away")
        assert await at.notifying.tell_due() == 0
        assert at.receiver.told == []
        away = await at.client.get("/events?about=resources", headers=at.us)
        assert (away.status_code, "Task" in away.text) == (503, False)
        await at.hub.sql("ALTER TABLE access_entry_away RENAME TO access_entry")
        await at.due()
        assert await at.notifying.tell_due() == 1

    feed(works)


def test_a_subscription_is_its_clients_own_and_shows_no_secret(feed: Any) -> None:
    async def works(at: Feed) -> None:
        await at.active(channel={"header": ["Authorization: Bearer mottakerens-eget"]})
        path, theirs = f"/fhir/Subscription/{at.id}", hospital(at.case)
        shown = await at.client.get(path, headers=at.us)
        assert shown.json()["channel"]["header"] == ["Authorization: ***"]
        assert not {at.secret, "mottakerens-eget"} & set(shown.text.split('"'))
        assert "heimveg-webhook-secret" not in shown.headers
        stale = await at.client.put(path, json=shown.json(), headers={**at.us, **FHIR, "if-match": 'W/"1"'})
        blind = await at.client.put(path, json=shown.json(), headers={**at.us, **FHIR})
        assert (stale.status_code, blind.status_code) == (412, 428)
        found = (await at.client.get("/fhir/Subscription?status=active,error", headers=at.us)).json()
        assert [e["resource"]["id"] for e in found["entry"]] == [at.id]
        unknown = await at.client.get("/fhir/Subscription?url=x", headers=at.us)
        history = await at.client.get(f"{path}/_history", headers=at.us)
        assert (unknown.status_code, history.status_code) == (400, 405)
        assert (await at.hub.client.search("Subscription", {"_summary": "count"}))["total"] == 0
        assert (await at.put(status="off")).status_code == 200
        await at.ready(at.case)
        assert await at.find() == 0
        assert (await at.client.delete(path, headers=at.us)).status_code == 204
        assert (await at.client.get(path, headers=at.us)).status_code == 404
        assert theirs != at.us

    feed(works)


def test_a_subscription_ends_with_its_time(feed: Any) -> None:
    async def works(at: Feed) -> None:
        await at.active()
        await at.ready(at.case)
        await at.find()
        await at.hub.sql("UPDATE subscription SET ends = clock_timestamp()")
        assert await at.notifying.tell_due() == 0
        found = await at.read()
        assert (found["status"], found["error"]) == ("off", "Tiden er ute. Sett ny slutt med PUT.")
        renewed = await at.put(status="requested", end=(datetime.now(UTC) + timedelta(days=3)).isoformat())
        assert renewed.status_code == 200

    feed(works)


def test_the_secret_outlives_a_change_of_keys_and_not_the_loss_of_them(feed: Any) -> None:
    async def works(at: Feed) -> None:
        await at.active()
        newer = Seal((b"n" * 32, *at.services.seal.keys))
        await at.ready(at.case)
        await at.find()
        assert await replace(at.notifying, seal=newer).tell_due() == 1
        assert at.receiver.proven(at.secret)
        ((sealed,),) = await at.hub.sql("SELECT sealed FROM subscription")
        assert Seal((b"n" * 32,)).open(sealed) is not None
        await at.ready(replace(at.case, name="igjen", start=START + timedelta(days=1)))
        assert await at.find()
        assert await at.notifying.tell_due() == 0
        assert (await at.read())["status"] == "error"

    feed(works)


def test_a_feed_that_was_forgotten_says_so_to_whoever_comes_too_late(feed: Any) -> None:
    async def works(at: Feed) -> None:
        await at.active()
        await at.ready(at.case)
        page = (await at.client.get("/events?limit=2", headers=at.us)).json()
        assert (page["after"], page["next"]) == (0, f"/events?after={page['last']}&limit=2")
        async with at.hub.sessions() as session, session.begin():
            assert await events.forget(session, datetime.now(UTC)) > 0
        late = await at.client.get(page["next"], headers=at.us)
        beyond = await at.client.get("/events?after=999999", headers=at.us)
        stream = await at.client.get("/events/stream", headers={**at.us, "last-event-id": str(page["last"])})
        assert [a.status_code for a in (late, beyond, stream)] == [410, 410, 410]
        assert late.json()["type"].endswith("events-gone")
        assert await at.find() == 0
        await at.ready(replace(at.case, name="igjen", start=START + timedelta(days=1)))
        await at.find()
        await at.notifying.tell_due()
        assert at.receiver.numbers == [2], "a hole, so that its receiver reads anew"

    feed(works)


def test_a_stream_tells_each_event_once_with_the_number_before_and_ends(feed: Any) -> None:
    async def works(at: Feed) -> None:
        await at.ready(at.case)
        at.services.followers.stopping.set()  # it tells what there is, and ends instead of waiting
        answer = await at.client.get("/events/stream?about=resources", headers=at.us)
        assert answer.headers["content-type"].startswith("text/event-stream")
        assert answer.headers["cache-control"] == "no-store"
        sent = [dict(line.split(": ", 1) for line in part.split("\n")) for part in answer.text.split("\n\n") if part]
        told = [e for e in sent if "data" in e]
        assert len(told) > 5
        ids = [int(e["id"]) for e in told]
        assert ids == sorted(set(ids))
        assert [json.loads(e["data"])["previous"] for e in told] == [0, *ids[:-1]]
        again = await at.client.get("/events/stream?about=resources", headers={**at.us, "last-event-id": str(ids[-1])})
        assert "data:" not in again.text

    feed(works)


def test_a_stream_waits_for_more_tells_no_more_of_what_was_shut_and_ends_with_the_token(feed: Any) -> None:
    async def works(at: Feed) -> None:
        followers = at.services.followers
        number = at.us["x-acts-for"]
        following = Following(numbers=[number], messages=False)
        noted: list[Any] = []

        async def note(events_: Any) -> None:
            noted.extend(events_)

        stream = Stream(
            sessions=at.hub.sessions, followers=followers, following=following, note=note, until=followers.clock() + 600
        )
        async with at.hub.sessions() as session, session.begin():
            looked = await events.events_after(session, 0, 100, following)
        sent = stream.sent(looked, 0)
        assert await anext(sent) == b"retry: 3000\n\n"
        waiting = asyncio.ensure_future(_data(sent))
        await at.ready(at.case)
        assert b'"resource":"' in await waiting
        assert noted, "written down before it is told"
        await at.hub.sql("UPDATE delivered SET numbers = '{}'")
        await at.hub.deliver(avmelding(at.other))
        late = replace(stream, until=followers.clock() - 1)
        async with at.hub.sessions() as session, session.begin():
            looked = await events.events_after(session, 0, 100, following)
        rest = [part async for part in late.sent(looked, 0)]
        assert not [part for part in rest if b"data:" in part]

    feed(works)


async def _data(sent: Any) -> bytes:
    async for part in sent:
        if b"data:" in part:
            return bytes(part)
    raise AssertionError("the stream ended")


def test_a_worker_finds_and_tells_and_forgets_what_is_old(feed: Any) -> None:
    async def works(at: Feed) -> None:
        async with following(at.services.settings, at.hub.engine, at.hub.client) as does:
            assert await does["subscriptions"]() == 0, "nobody has subscribed"
            assert (await at.subscribe()).status_code == 201
            assert await does["subscriptions"]() == 1
            await at.ready(at.case)
            assert await does["subscriptions"]() == 2, "found, and told"
            assert (at.receiver.numbers, at.receiver.proven(at.secret)) == ([1], True)
            assert await does["forget-events"]() == 0
            await at.hub.sql("UPDATE event SET at = at - interval '91 days' WHERE sequence < 5")
            assert await does["forget-events"]() == 4

    feed(works)


def test_a_client_has_so_many_streams_and_no_more(feed: Any) -> None:
    async def works(at: Feed) -> None:
        places = [at.services.followers.place("test") for _ in range(5)]
        for place in places:
            place.__enter__()
        refused = await at.client.get("/events/stream", headers=at.us)
        assert refused.status_code == 429

    feed(works)
