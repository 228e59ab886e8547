"""What the routes work with, made once per process."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import cast

from fastapi import Request
from sqlalchemy.ext.asyncio import AsyncEngine

from hub.entries import Entries
from hub.intake import Intake
from hub.log.database import Sessions
from hub.settings import Settings

FhirCheck = Callable[[], Awaitable[bool]]
"""Whether the FHIR server serves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """Settings, the log, the two ways in, and whom to ask about the FHIR server (nobody, when none is set)."""

    settings: Settings
    engine: AsyncEngine
    sessions: Sessions
    intake: Intake
    entries: Entries | None = None
    fhir_serves: FhirCheck | None = None


def services(request: Request) -> Services:
    """The services of the application that this request came to."""
    return cast(Services, request.app.state.services)
