"""What the routes work with, made once per process."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, cast

from fastapi import Request
from sqlalchemy.ext.asyncio import AsyncEngine

from hub.access.door import Door
from hub.access.ledger import Ledger
from hub.doors import Templates
from hub.feeds.secrets import Seal
from hub.feeds.stream import Followers
from hub.gateway.exposed import Exposed
from hub.gateway.national import ServiceCodes, service_codes
from hub.intake import Intake
from hub.log.database import Sessions
from hub.settings import Settings
from hub.writing import Writing


def _no_checklists(_on: date, _municipality: str | None, _ward: str | None) -> list[dict[str, Any]]:
    return []


FhirCheck = Callable[[], Awaitable[bool]]
"""Whether the FHIR server serves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """Settings, the log, the two ways in, the door, and what of the FHIR server is exposed (None: no server is set)."""

    settings: Settings
    engine: AsyncEngine
    sessions: Sessions
    intake: Intake
    ledger: Ledger
    door: Door = field(default_factory=Door)
    writing: Writing | None = None
    fhir_serves: FhirCheck | None = None
    exposed: Exposed | None = None
    checklists: Templates = _no_checklists
    service_codes: ServiceCodes = field(default_factory=lambda: service_codes(None))
    seal: Seal | None = None
    """Of subscriptions; None: none can be made."""
    followers: Followers = field(default_factory=Followers)


def services(request: Request) -> Services:
    """The services of the application that this request came to."""
    return cast(Services, request.app.state.services)


async def at_hand(request: Request) -> Services:
    """The same as a dependency: one that is not asynchronous would send each call through a thread."""
    return services(request)
