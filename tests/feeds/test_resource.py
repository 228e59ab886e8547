"""An R4 Subscription: what of one is taken, and what is refused with its path."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from hub.access.caller import Caller
from hub.access.scopes import Grants, Scope, grants
from hub.conformance.resources import load
from hub.feeds.resource import CONTENT, Asked, Terms, kept, read, shown
from hub.feeds.tables import Subscription
from hub.gateway.allowed import Allowed, allowed
from hub.gateway.outcome import OutcomeError, WriteError

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
CRITERIA = "Task?code=https://heimveg.dev/fhir/CodeSystem/discharge-process|utskrivningsklar&status=requested"
SYSTEM = Caller(client="epj", numbers=frozenset({"100000024"}), grants=Grants((Scope("*", "rs"),)))


@pytest.fixture(scope="module")
def offered() -> Allowed:
    conformance = load(None)
    (promised,) = conformance.of_type("CapabilityStatement")
    return allowed(promised, conformance.of_type("SearchParameter"))


def subscription(**more: Any) -> dict[str, Any]:
    """One that is taken; ``channel`` adds to its channel."""
    channel = {"type": "rest-hook", "endpoint": "https://epj.example.no/hook", **more.pop("channel", {})}
    told = {"resourceType": "Subscription", "status": "requested", "reason": "Tavle", "criteria": CRITERIA}
    return {**told, "channel": channel, **more}


def asked(told: dict[str, Any], offered: Allowed, caller: Caller = SYSTEM) -> Asked:
    return read(told, Terms(allowed=offered, caller=caller, now=NOW, longest=timedelta(days=31)))


def test_what_is_asked_for_is_taken_with_an_end(offered: Allowed) -> None:
    found = asked(subscription(), offered)
    assert (found.criteria, found.payload, found.ends) == (CRITERIA, "", NOW + timedelta(days=31))


def test_ids_are_the_only_content_that_is_offered(offered: Allowed) -> None:
    extension = {"extension": [{"url": CONTENT, "valueCode": "id-only"}]}
    wanted = subscription(channel={"payload": "application/fhir+json", "_payload": extension})
    assert asked(wanted, offered).payload == "id-only"


@pytest.mark.parametrize(
    ("more", "path"),
    [
        ({"channel": {"payload": "application/fhir+json"}}, "channel.payload"),
        ({"channel": {"payload": "application/fhir+json",
                      "_payload": {"extension": [{"url": CONTENT, "valueCode": "full-resource"}]}}}, "channel.payload"),
        ({"channel": {"type": "email"}}, "channel.type"),
        ({"channel": {"endpoint": "http://epj.example.no/hook"}}, "channel.endpoint"),
        ({"channel": {"endpoint": "https://hapi/fhir"}}, "channel.endpoint"),
        ({"channel": {"endpoint": "https://epj.example.no/17834110148"}}, "channel.endpoint"),
        ({"channel": {"header": ["Host: hapi"]}}, "channel.header"),
        ({"channel": {"header": ["webhook-signature: v1,x"]}}, "channel.header"),
        ({"channel": {"header": ["X: a\r\nHost: hapi"]}}, "channel.header"),
        ({"channel": {"header": [f"X-{n}: a" for n in range(9)]}}, "channel.header"),
        ({"channel": {"extension": [{"url": "https://example.no", "valueCode": "x"}]}}, "channel.extension"),
        ({"status": "active"}, "status"),
        ({"end": "2026-03-01T10:00:00Z"}, "end"),
        ({"end": "2027-03-01T10:00:00Z"}, "end"),
        ({"reason": "Gjelder 17834110148"}, "reason"),
        ({"language": "nb"}, "language"),
    ],
)  # fmt: skip
def test_what_would_not_be_honoured_is_refused_with_its_path(offered: Allowed, more: Any, path: str) -> None:
    with pytest.raises(WriteError) as refused:
        asked(subscription(**more), offered)
    assert [t.path for t in refused.value.troubles] == [f"Subscription.{path}"]
    assert "17834110148" not in str(refused.value.troubles)


@pytest.mark.parametrize(
    ("criteria", "code"),
    [
        ("Nothing?status=x", "unknown-type"),
        ("Binary?_id=x", "interaction"),
        ("Task?colour=red", "parameter"),
        ("Task?status:above=x", "modifier"),
        ("Task?owner:Organization.identifier=x", "value"),
        ("Patient?_has:Task:patient:code=x", "value"),
        ("Task?_include=Task:patient", "value"),
        ("Task?_count=5", "value"),
        ("Organization?name=x", "value"),
        ("Patient?identifier=17834110148", "number-in-address"),
    ],
)
def test_criteria_are_a_search_on_the_closed_list_and_nothing_more(offered: Allowed, criteria: str, code: str) -> None:
    with pytest.raises(OutcomeError) as refused:
        asked(subscription(criteria=criteria), offered)
    assert (refused.value.code, refused.value.where) == (code, "Subscription.criteria")


def test_criteria_are_within_the_scopes_of_the_token(offered: Allowed) -> None:
    dashboard = Caller(client="d", grants=grants(["heimveg:api/dashboard"]))
    assert asked(subscription(), offered, dashboard).criteria == CRITERIA
    with pytest.raises(OutcomeError) as refused:
        asked(subscription(criteria="MedicationStatement?status=active"), offered, dashboard)
    assert refused.value.code == "scope"


def test_headers_are_shown_by_name_alone_and_stay_when_they_are_sent_back_so() -> None:
    row = Subscription(
        client="epj", criteria=CRITERIA, endpoint="https://x.example.no", sealed="", ends=NOW, changed=NOW, reason="r"
    )
    before = ("Authorization: Bearer hemmelig", "X-Tenant: 7")
    told = shown(row, before)
    assert told["channel"]["header"] == ["Authorization: ***", "X-Tenant: ***"]
    assert kept(("authorization: ***", "X-Tenant: 8"), before) == ("Authorization: Bearer hemmelig", "X-Tenant: 8")
