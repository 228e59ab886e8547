"""Our own calls prove who we are: the local issuer gives a token for our key, and the other side's door lets us in."""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from joserfc.jwk import ECKey, RSAKey

from hub.access.door import Door, RefusedError
from hub.access.dpop import Proofs
from hub.access.issuer import ExchangeError, Issuer, issuer_app
from hub.access.outgoing import ASSERTION, Bound, Client, TokenAwayError, outgoing
from hub.access.token import Verifier
from hub.errors import ConfigurationError
from hub.settings import load_settings

ISSUER = "http://127.0.0.1:8050"
OTHERS = "http://127.0.0.1:9000"


class World:
    """The issuer, somebody else's interface behind a door that asks for a nonce, and a client of ours."""

    def __init__(self, gate: Any, key: Any = None, **client: str) -> None:
        self.issuer = Issuer(ISSUER)
        key = key or ECKey.generate_key("P-256", auto_kid=True)
        self.client = Client(issuer=ISSUER, id="heimveg", key=key, scope="heimveg:api/epj", **client)
        self.issuer.clients["heimveg"] = type(key).import_key(key.as_dict(private=False))
        self.door = replace(
            gate.door,
            verifier=Verifier(issuer=ISSUER, audience="heimveg", keys=Published(self.issuer)),
            proofs=Proofs(first_use=gate._first_use, nonce_key=b"n"),
        )
        self.asked: list[str] = []

    def run(self, *calls: tuple[str, str], clock: Any = time.time) -> list[Any]:
        async def within() -> list[Any]:
            at_issuer = httpx.ASGITransport(issuer_app(self.issuer))
            async with httpx.AsyncClient(transport=at_issuer, event_hooks={"request": [self._note]}) as issuer:
                auth = Bound(self.client, issuer, clock=clock)
                async with httpx.AsyncClient(transport=httpx.ASGITransport(others(self.door)), auth=auth) as http:
                    return [(await http.request(method, f"{OTHERS}{path}")).json() for method, path in calls]

        return asyncio.run(within())

    async def _note(self, request: httpx.Request) -> None:
        self.asked.append(request.url.path)


class Published:
    def __init__(self, issuer: Issuer) -> None:
        self.issuer = issuer

    async def of(self, kid: str | None) -> Any:
        from joserfc.jwk import KeySet

        return KeySet.import_key_set(self.issuer.jwks())  # type: ignore[arg-type]


def others(door: Door) -> FastAPI:
    app = FastAPI()

    @app.api_route("/{path:path}", methods=["GET", "PUT"])
    async def any_path(request: Request) -> Any:
        try:
            found = await door.caller(request)
        except RefusedError as error:
            return JSONResponse({"refused": error.word}, 401, error.headers)
        return {"client": found.client, "numbers": sorted(found.numbers or ())}

    return app


@pytest.mark.parametrize("kind", ["EC", "RSA"])
def test_our_calls_are_let_in_and_one_token_serves_several(gate, kind: str) -> None:
    key = ECKey.generate_key("P-384", auto_kid=True) if kind == "EC" else RSAKey.generate_key(2048, auto_kid=True)
    world = World(gate, key)
    assert (
        world.run(("GET", "/fhir/Task?code=x"), ("PUT", "/fhir/Task/1")) == [{"client": "heimveg", "numbers": []}] * 2
    )
    assert world.asked.count("/connect/token") == 2  # the first asks for a nonce


def test_a_shared_client_asks_for_the_organisation_that_it_calls_for(gate) -> None:
    world = World(gate, tenant="100000008:100000024")
    assert world.run(("GET", "/fhir/Task"))[0]["numbers"] == ["100000008", "100000024"]


def test_a_token_is_renewed_before_it_ends(gate) -> None:
    world, now = World(gate), [time.time()]

    def clock() -> float:
        return now[0]

    async def within() -> None:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(issuer_app(world.issuer))) as issuer:
            auth = Bound(world.client, issuer, clock=clock)
            first = await auth._current()
            assert await auth._current() == first
            now[0] += 580
            assert await auth._current() != first

    asyncio.run(within())


def test_a_client_that_the_issuer_does_not_know_gets_no_token_and_says_so_without_a_secret(gate) -> None:
    world = World(gate)
    world.issuer.clients["heimveg"] = ECKey.generate_key("P-256")
    with pytest.raises(TokenAwayError) as caught:
        world.run(("GET", "/fhir/Task"))
    assert str(world.client.key.as_dict(private=True)["d"]) not in str(caught.value)


def test_an_assertion_is_for_one_issuer_and_once() -> None:
    issuer, key = Issuer(ISSUER), ECKey.generate_key("P-256")
    issuer.clients["heimveg"] = ECKey.import_key(key.as_dict(private=False))
    client = Client(issuer=ISSUER, id="heimveg", key=key, scope="s")
    form = {"grant_type": "client_credentials", "client_id": "heimveg", "client_assertion_type": ASSERTION}

    def asked(assertion: str) -> str:
        proof = client.proof("POST", f"{ISSUER}/connect/token", time.time(), nonce=issuer.nonce)
        return issuer.exchange({**form, "client_assertion": assertion}, proof)

    once = client.assertion(time.time())
    assert asked(once)
    others_, old = replace(client, issuer="https://another.example"), client.assertion(time.time() - 600)
    for refused in (once, others_.assertion(time.time()), old, "nothing"):
        with pytest.raises(ExchangeError, match="invalid_client"):
            asked(refused)


def test_the_key_comes_from_a_file_and_a_public_one_stops_the_start(tmp_path: Path) -> None:
    path, key = tmp_path / "client.jwk", ECKey.generate_key("P-256")
    settings = load_settings(client_id="heimveg", client_issuer=ISSUER, client_key_file=path, client_scope="s")
    nobody: Any = None
    with pytest.raises(ConfigurationError, match="CLIENT_KEY_FILE"):
        outgoing(settings, nobody)
    path.write_text(json.dumps(key.as_dict(private=False)))
    with pytest.raises(ConfigurationError, match="CLIENT_KEY_FILE"):
        outgoing(settings, nobody)
    path.write_text(json.dumps(key.as_dict(private=True)))
    found = outgoing(settings, nobody)
    assert found is not None
    assert found.client.key.thumbprint() == key.thumbprint()
    assert outgoing(load_settings(), nobody) is None
