"""Before any route: who may call at all, what every answer carries, and how long it took.

Where the hub listens on loopback only, a web page could still reach it through the user's browser: by a name that it
makes point to 127.0.0.1 (so the Host header is checked), or by posting a form (so a request that a browser marks as
coming from another site is refused).
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable
from urllib.parse import urlsplit

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hub import metrics
from hub.api.problems import problem_response

LOOPBACK_NAMES = frozenset({"127.0.0.1", "localhost", "::1"})
SECURITY = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=31536000",
    "Cross-Origin-Resource-Policy": "same-origin",
}
"""On every answer; a browser heeds Strict-Transport-Security over TLS only."""
LONGEST = 300.0
"""Seconds for one request, from its first byte to the last of its answer."""
ENDLESS = frozenset({"/events/stream"})
"""What ends by itself (``hub.feeds.stream``)."""
QUIET = frozenset({"/health", "/ready", "/metrics"})

log = structlog.get_logger()


class Guard:
    """ASGI middleware."""

    def __init__(self, app: ASGIApp, *, allowed: Iterable[str] = (), seconds: float = LONGEST) -> None:
        self.app, self.seconds = app, seconds
        self.allowed = LOOPBACK_NAMES | {name.lower() for name in allowed}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if refusal := self._refusal(Headers(scope=scope)):
            await problem_response(refusal)(scope, receive, send)
            return
        endless = scope["path"] in ENDLESS
        await _timed(_limited(self.app, None if endless else self.seconds), scope, receive, send)

    def _refusal(self, headers: Headers) -> str | None:
        if _hostname("//" + headers.get("host", "")) not in self.allowed:
            return "wrong-host"
        origin = headers.get("origin")
        foreign = origin is not None and _hostname(origin) not in self.allowed
        return "cross-site" if foreign or headers.get("sec-fetch-site") == "cross-site" else None


def _hostname(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""


def _limited(app: ASGIApp, seconds: float | None) -> ASGIApp:
    """The same, given up after so long: whoever sends or reads too slowly holds no place for ever."""

    async def within(scope: Scope, receive: Receive, send: Send) -> None:
        begun = False

        async def send_noting(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            async with asyncio.timeout(seconds) as limit:
                await app(scope, receive, send_noting)
        except TimeoutError:
            if begun or not limit.expired():
                raise
            await problem_response("too-slow")(scope, receive, send)

    return within


async def _timed(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    status = 500
    began = time.perf_counter()

    async def send_noting(message: Message) -> None:
        nonlocal status
        if message["type"] == "http.response.start":
            status = message["status"]
            headers = MutableHeaders(scope=message)
            for name, value in SECURITY.items():
                headers.setdefault(name, value)
        await send(message)

    try:
        await app(scope, receive, send_noting)
    finally:
        _note(scope, status, time.perf_counter() - began)


def _note(scope: Scope, status: int, seconds: float) -> None:
    """Count and log by the route's template: a path as the client wrote it could hold anything."""
    route = getattr(scope.get("route"), "path", "none")
    metrics.REQUESTS.labels(method=scope["method"], route=route, status=str(status)).observe(seconds)
    if route not in QUIET:
        log.info("request", method=scope["method"], route=route, status=status, ms=round(seconds * 1000, 1))
