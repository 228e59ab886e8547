"""The REST interface of a hub, called in the test's own process."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
from applications import application

from hub.access.ledger import Ledger
from hub.api.services import Services


@asynccontextmanager
async def served(hub: Any, **more: Any) -> AsyncIterator[httpx.AsyncClient]:
    """``more`` are parts of ``Services`` that this test needs besides."""
    services = Services(
        settings=hub.settings,
        engine=hub.engine,
        sessions=hub.sessions,
        intake=hub.intake,
        ledger=Ledger(sessions=hub.sessions, key=b"k" * 32),
        **more,
    )
    async with app_of(services) as client:
        yield client


@asynccontextmanager
async def app_of(services: Services) -> AsyncIterator[httpx.AsyncClient]:
    """The same with these services."""
    with application(services) as app:
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            yield client
