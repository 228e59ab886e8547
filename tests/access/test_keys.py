"""The issuer's keys over HTTP: found by its metadata, kept an hour, fetched anew when another key signs."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from hub.access.issuer import Issuer, Wanted, issuer_app
from hub.access.keys import KEEP_SECONDS, LEAST_SECONDS, IssuerAwayError, IssuerKeys, check_address
from hub.access.token import TokenError, Verifier
from hub.errors import ConfigurationError

ADDRESS = "https://issuer.example"


@dataclass
class Published:
    """An issuer behind HTTP, a clock, and what was fetched."""

    issuer: Issuer = field(default_factory=lambda: Issuer(ADDRESS))
    now: float = 0.0
    away: bool = False
    says: dict[str, Any] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    async def answer(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request.url.path)
        if self.away:
            raise httpx.ConnectError("away")
        if request.url.path in self.says:
            return httpx.Response(200, json=self.says[request.url.path])
        return await httpx.ASGITransport(issuer_app(self.issuer)).handle_async_request(request)

    def run(self, works: Callable[[IssuerKeys, Verifier], Awaitable[Any]]) -> Any:
        async def within() -> Any:
            async with httpx.AsyncClient(transport=httpx.MockTransport(self.answer)) as client:
                keys = IssuerKeys(issuer=ADDRESS, client=client, clock=lambda: self.now)
                return await works(keys, Verifier(issuer=ADDRESS, audience="heimveg", keys=keys))

        return asyncio.run(within())

    def token(self) -> str:
        return self.issuer.token(Wanted())


async def word(verifier: Verifier, token: str) -> str:
    """Why a token is refused; "" when it is not."""
    try:
        await verifier.verify(token, datetime.now(UTC))
    except TokenError as error:
        return error.word
    return ""


def test_keys_are_found_by_the_metadata_and_kept_an_hour() -> None:
    at = Published()

    async def works(_keys: IssuerKeys, verifier: Verifier) -> None:
        assert [await word(verifier, at.token()) for _ in range(3)] == ["", "", ""]
        assert at.asked == ["/.well-known/openid-configuration", "/jwks"]
        at.now += KEEP_SECONDS + 1
        assert await word(verifier, at.token()) == ""
        assert len(at.asked) == 4

    at.run(works)


def test_a_new_key_is_fetched_when_it_signs_and_the_old_one_ends_also_for_tokens_that_were_proven() -> None:
    at = Published()

    async def works(_keys: IssuerKeys, verifier: Verifier) -> None:
        old = at.token()
        assert await word(verifier, old) == await word(verifier, old) == ""
        at.issuer.rotate()
        at.now += LEAST_SECONDS
        assert await word(verifier, at.token()) == ""
        at.now += LEAST_SECONDS
        assert await word(verifier, old) == "wrong-signature"

    at.run(works)


def test_invented_key_names_do_not_make_us_ask_again_and_again() -> None:
    at = Published()

    async def works(_keys: IssuerKeys, verifier: Verifier) -> None:
        assert await word(verifier, at.token()) == ""
        strange = at.issuer.token(Wanted(fault="unknown-key"))
        assert {await word(verifier, strange) for _ in range(5)} == {"wrong-signature"}
        assert len(at.asked) == 2

    at.run(works)


def test_while_the_issuer_is_away_known_keys_serve_on_and_without_any_nobody_gets_in() -> None:
    at = Published()

    async def works(keys: IssuerKeys, verifier: Verifier) -> None:
        at.away = True
        with pytest.raises(IssuerAwayError):
            await keys.of(None)
        at.away, at.now = False, LEAST_SECONDS
        assert await word(verifier, at.token()) == ""
        at.away, at.now = True, 3 * KEEP_SECONDS
        assert await word(verifier, at.token()) == ""

    at.run(works)


@pytest.mark.parametrize(
    "metadata",
    [
        {"issuer": "https://another.example", "jwks_uri": f"{ADDRESS}/jwks"},
        {"issuer": ADDRESS},
        {"issuer": ADDRESS, "jwks_uri": f"{ADDRESS}/big"},
        [],
    ],
)
def test_metadata_of_another_or_that_cannot_be_meant_gives_no_keys(metadata: Any) -> None:
    at = Published(says={"/.well-known/openid-configuration": metadata, "/big": {"keys": [], "x": "x" * 600_000}})

    async def works(keys: IssuerKeys, _verifier: Verifier) -> None:
        with pytest.raises(IssuerAwayError):
            await keys.of(None)

    at.run(works)


def test_keys_come_over_tls_or_from_this_machine() -> None:
    check_address("https://issuer.example")
    check_address("http://127.0.0.1:8050")
    with pytest.raises(ConfigurationError):
        check_address("http://issuer.example")


def test_what_a_token_says_is_checked_each_time_though_its_signature_was_proven() -> None:
    at = Published()

    async def works(_keys: IssuerKeys, verifier: Verifier) -> None:
        token = at.token()
        assert await word(verifier, token) == ""
        with pytest.raises(TokenError) as refused:
            await verifier.verify(token, datetime.now(UTC) + timedelta(hours=1))
        assert refused.value.word == "expired"

    at.run(works)
