"""The interface description, the texts, and what needs no database."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any, cast

import httpx
import pytest
from applications import application
from fastapi import FastAPI
from fhir.resources.R4B import get_fhir_model_class  # noqa: F401  must be importable beside FastAPI's models

from hub.access.ledger import Ledger
from hub.api import documentation, examples
from hub.api.guard import Guard
from hub.api.problems import BASE, problem
from hub.api.services import Services
from hub.api.texts import TEXTS
from hub.log.database import connect, sessions
from hub.settings import Settings, load_settings, loopback_only


@pytest.fixture
def app() -> Iterator[FastAPI]:
    settings = load_settings(database_url="postgresql://nobody@127.0.0.1:9/none")
    engine = connect(settings)
    makers = sessions(engine)
    ledger = Ledger(sessions=makers, key=b"k" * 32)
    services = Services(settings=settings, engine=engine, sessions=makers, intake=cast(Any, None), ledger=ledger)
    with application(services) as app:
        yield app


def get(app: Any, path: str, **headers: str) -> httpx.Response:
    async def run() -> httpx.Response:
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            return await client.get(path, headers=headers)

    return asyncio.run(run())


def test_every_route_is_described_with_an_example_of_its_problems(app: FastAPI) -> None:
    described = get(app, "/openapi.json").json()
    wanted = {
        "/messages", "/messages/{id}", "/messages/{id}/original", "/messages/{id}/receipt", "/messages/{id}/replay",
        "/messages/{id}/explain", "/resources/{type}/{id}/explain", "/events", "/events/stream", "/health",
        "/ready", "/metrics",
    }  # fmt: skip
    assert wanted <= set(described["paths"])
    for path in sorted(wanted - {"/health", "/ready", "/metrics"}):
        for operation in described["paths"][path].values():
            assert "503" in operation["responses"], path
            assert operation["summary"]
    assert "HTTPValidationError" not in str(described)


def test_the_examples_are_messages_that_the_adapter_accepts() -> None:
    from datetime import UTC, datetime

    from hub.contract import Document, Raw
    from hub.plugins import installed, plugin_for

    raw = Raw(body=examples.MESSAGE.encode(), received=datetime(2026, 3, 4, tzinfo=UTC))
    plugin = plugin_for(raw, installed())
    assert plugin is not None
    assert isinstance(plugin.adapter.read(raw), Document)


@pytest.mark.parametrize("code", sorted(TEXTS))
def test_every_problem_says_what_and_what_to_do(code: str) -> None:
    document = problem(code, "detail")
    assert document.type == BASE + code
    assert document.title
    assert document.advice.endswith(".")


def test_problem_examples_are_problems() -> None:
    assert documentation.problem_example("empty")["value"]["status"] == 400


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/nothing", 404, "not-found"),
        ("/messages/1", 400, "bad-request"),
        ("/messages/01931a2b-7c00-7000-8000-000000000000", 503, "store-unavailable"),
        ("/messages", 503, "store-unavailable"),
        ("/events", 503, "store-unavailable"),
        ("/events?after=-1", 400, "bad-request"),
    ],
)
def test_errors_are_problem_documents(app: FastAPI, path: str, status: int, code: str) -> None:
    answer = get(app, path)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert answer.json()["type"] == BASE + code


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"host": "localhost:8040"}, 200),
        ({"host": "[::1]:8040"}, 200),
        ({"host": "hub.example"}, 421),
        ({"host": ""}, 421),
        ({"origin": "http://localhost:3000"}, 200),
        ({"origin": "null"}, 403),
        ({"origin": "http://[broken"}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-origin"}, 200),
    ],
)
def test_only_callers_on_this_machine_are_heard(app: FastAPI, headers: dict[str, str], status: int) -> None:
    assert get(app, "/health", **headers).status_code == status


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.2", "::", "hub.example", ""])  # noqa: S104
def test_the_hub_does_not_bind_where_others_can_reach_it(host: str) -> None:
    from hub.errors import ConfigurationError

    with pytest.raises(ConfigurationError, match="lets everybody in"):
        loopback_only(host)


def test_secrets_do_not_show_in_settings() -> None:
    settings = Settings(database_url="postgresql://u:hemmelig@h/d", id_key="k" * 40)  # type: ignore[arg-type]
    assert "hemmelig" not in repr(settings)
    assert "kkkk" not in repr(settings)


def test_every_answer_bears_the_headers_that_browsers_heed(app: FastAPI) -> None:
    for path in ("/health", "/nothing", "/fhir/metadata", "/openapi.json"):
        headers = get(app, path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["strict-transport-security"].startswith("max-age=")
        assert headers["cross-origin-resource-policy"] == "same-origin"


def test_a_request_that_takes_too_long_is_given_up() -> None:
    async def never(_scope: Any, receive: Any, _send: Any) -> None:
        await receive()  # a body of which the rest does not come
        await asyncio.Event().wait()

    guarded = Guard(never, seconds=0.01)
    answer = get(guarded, "/messages")
    assert (answer.status_code, answer.json()["type"]) == (408, BASE + "too-slow")
    assert answer.headers["x-content-type-options"] == "nosniff"
