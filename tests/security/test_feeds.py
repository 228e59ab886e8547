"""Feeds and subscriptions before a real HAPI FHIR server: each follower hears of exactly what it may see."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import text

from hub import http
from hub.feeds.matching import Matching
from hub.feeds.notifying import SECONDS, Notifying
from hub.settings import ids_of
from tests.integration.hub.receiving import Receiver, receiving, subscription
from tests.security.conftest import BLOCKED_UNIT

pytestmark = pytest.mark.integration

FHIR = {"Content-Type": "application/fhir+json"}
EPJ = ["heimveg:api/epj"]


async def heard(client: Any, path: str) -> set[str]:
    """Every resource that the feed tells of, page by page."""
    found: set[str] = set()
    last = 0
    while True:
        answer = await client.get(path)
        assert answer.status_code == 200, answer.text
        page = answer.json()
        assert page["after"] == last, "no page is missing"
        found |= {event["resource"] for event in page["events"]}
        if not page["events"]:
            return found
        path, last = page["next"], page["last"]


def tellable(names: set[str]) -> set[str]:
    """Organizations and their like are about nobody, and in no feed."""
    return {n for n in names if n.partition("/")[0] not in ("Organization", "Practitioner", "PractitionerRole")}


@pytest.mark.parametrize("organisation", [1, 2, 11, 12])
def test_the_feed_tells_each_organisation_of_exactly_what_it_sees(world: Any, organisation: int) -> None:
    known = {f"{r['resourceType']}/{r['id']}" for r in world.resources}  # other tests tell of blocks, and lift them
    found = world.run(lambda c: heard(c, "/events?about=resources&limit=500"), organisation)
    assert found & known == tellable(world.visible(world.number(organisation)))
    assert {name.partition("/")[0] for name in found - known} <= {"Consent"}


def test_whom_a_patient_has_shut_out_does_not_hear_of_them_either(world: Any) -> None:
    unit = world.number(BLOCKED_UNIT)
    shut_out = world.run(lambda c: heard(c, "/events?about=resources&limit=500"), 11, BLOCKED_UNIT)
    everybody = world.run(lambda c: heard(c, "/events?about=resources&limit=500"), 11)
    assert shut_out < everybody
    assert unit not in str(shut_out)


def test_a_type_is_told_of_only_where_the_scope_lets_all_of_it_be_read(world: Any) -> None:
    wanted = {"scope": ["events:read", "system/Task.rs", "system/Encounter.rs?status=finished"]}
    found = world.run(lambda c: heard(c, "/events?about=resources&limit=500"), 11, **wanted)
    assert found == {n for n in world.visible(world.number(11)) if n.startswith("Task/")}


def test_what_the_feed_tells_stands_in_the_access_log_of_each_patient(world: Any) -> None:
    patient = next(n for n in sorted(world.visible(world.number(11))) if n.startswith("Patient/"))

    async def asking(client: Any) -> list[str]:
        await heard(client, "/events?about=resources&limit=500")
        log = (await client.get(f"/{patient.replace('Patient', 'patients')}/access-log")).json()
        return [entry["resource"]["outcomeDesc"] for entry in log["entry"]]

    assert "events" in world.run(asking, 11, scope=EPJ)


@pytest.fixture
def told(world: Any) -> Callable[..., tuple[Receiver, str]]:
    """``told(criteria, *organisations)``: what a subscriber would have been told had it been there from the start."""

    async def from_the_start(client: Any, receiver: Receiver, criteria: str) -> str:
        wanted = subscription(receiver.url, criteria)
        answer = await client.send("POST", "/fhir/Subscription", json=wanted, headers=FHIR)
        assert answer.status_code == 201, answer.text
        services = client.http._transport.app.state.services
        async with http.client(timeout=SECONDS, connections=4, accept="*/*") as post:
            ids = ids_of(world.settings)
            notifying = Notifying(
                sessions=services.sessions, ledger=services.ledger, seal=services.seal, ids=ids, client=post,
                base="https://heimveg.example.no/fhir", anywhere=True,
            )  # fmt: skip
            assert await notifying.tell_due() == 1
            async with services.sessions() as session, session.begin():
                await session.execute(text("UPDATE subscription SET cursor = 0"))
            while await Matching(sessions=services.sessions, exposed=services.exposed, ids=ids).find():
                await notifying.tell_due()
            await notifying.tell_due()
        await client.send("DELETE", f"/fhir/Subscription/{answer.json()['id']}")
        return str(answer.headers["Heimveg-Webhook-Secret"])

    def run(criteria: str, *organisations: int, **wanted: Any) -> tuple[Receiver, str]:
        with receiving() as receiver:
            secret = world.run(lambda c: from_the_start(c, receiver, criteria), *organisations, **wanted)
        return receiver, secret

    return run


@pytest.mark.parametrize("organisation", [2, 11])
def test_a_subscriber_is_told_of_exactly_what_it_sees(world: Any, told: Any, organisation: int) -> None:
    receiver, secret = told("Task?status:not=draft", organisation, scope=EPJ)
    assert set(receiver.told) == {n for n in world.visible(world.number(organisation)) if n.startswith("Task/")}
    assert receiver.numbers == list(range(1, len(receiver.numbers) + 1))
    assert receiver.proven(secret)


def test_a_subscriber_that_a_patient_has_shut_out_is_not_told_of_them(world: Any, told: Any) -> None:
    unit, whole = (
        set(told("Encounter?status:not=planned", *who, scope=EPJ)[0].told) for who in ((11, BLOCKED_UNIT), (11,))
    )
    assert unit < whole


def test_the_criteria_are_narrowed_by_a_scope_that_a_query_limits(world: Any, told: Any) -> None:
    scope = ["system/Subscription.cruds", "system/Encounter.rs?status=in-progress"]
    receiver, _ = told("Encounter?status:not=planned", 11, scope=scope)
    assert receiver.told
    running = {f"Encounter/{r['id']}" for r in world.resources if r.get("status") == "in-progress"}
    assert set(receiver.told) <= running


@pytest.mark.parametrize(
    ("wanted", "criteria", "status", "code"),
    [
        ({"scope": ["system/Task.rs"]}, "Task?status=requested", 403, "scope"),
        ({"scope": ["heimveg:api/dashboard"]}, "Condition?code=x", 403, "scope"),
        ({"scope": EPJ, "hpr_number": "9999999", "security_level": "4"}, "Task?status=requested", 403, "not-a-system"),
        ({"scope": EPJ}, "Task?colour=red", 400, "parameter"),
    ],
)  # fmt: skip
def test_what_may_not_be_subscribed_to_is_refused(
    world: Any, wanted: Any, criteria: str, status: int, code: str
) -> None:
    told = subscription("https://epj.example.no/hook", criteria)
    answer = world.run(lambda c: c.send("POST", "/fhir/Subscription", json=told, headers=FHIR), 11, **wanted)
    issue = answer.json()["issue"][0]
    assert (answer.status_code, issue["details"]["coding"][0]["code"]) == (status, code)


def test_another_client_or_organisation_does_not_see_that_there_is_one(world: Any) -> None:
    wanted = subscription("https://epj.example.no/hook", "Task?status=requested")
    made = world.run(lambda c: c.send("POST", "/fhir/Subscription", json=wanted, headers=FHIR), 11, scope=EPJ)
    path = f"/fhir/Subscription/{made.json()['id']}"

    async def asking(client: Any) -> tuple[int, int, int]:
        found = (await client.get("/fhir/Subscription")).json()
        put = await client.send("PUT", path, json=made.json(), headers={**FHIR, "If-Match": "*"})
        return (await client.get(path)).status_code, put.status_code, found["total"]

    assert world.run(asking, 12, scope=EPJ) == (404, 404, 0)
    assert world.run(asking, 11, scope=EPJ, client_id="another") == (404, 404, 0)
    assert world.run(asking, 11, scope=EPJ)[0::2] == (200, 1)
    assert world.run(lambda c: c.send("DELETE", path), 11, scope=EPJ).status_code == 204
