"""The application: routes, guard, problems, and beside them the folder watch and the MLLP listener."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

import structlog
from fastapi import FastAPI

from hub.api import (
    access_log,
    blocks,
    boards,
    checklists,
    documentation,
    events,
    explain,
    fhir,
    fhir_write,
    formats,
    indicators,
    medication,
    messages,
    national,
    operations,
    outbox,
    plans,
    problems,
    receive,
    stays,
    subscriptions,
    timeline,
)
from hub.api.guard import Guard
from hub.api.services import Services
from hub.intake_folder import watch
from hub.intake_mllp import listening

DESCRIPTION = """
PLO/KITH messages in, queryable discharge readiness on a FHIR server out.

Deliver messages by `POST /messages`; follow what becomes of them by `GET /messages/{id}` or `GET /events`.
Errors are `application/problem+json`. `{id}` is the hub's own; find a message by its MsgId with `?message_id=`.
Callers show an OAuth2 token of the configured issuer, bound to their key by DPoP; FHIR is at `/fhir`. Without an issuer
everybody on this machine is the demo user, and nobody else gets in.
"""

log = structlog.get_logger()


def create_app(services: Services, *, version: str = "0") -> FastAPI:
    """The application around these services; it closes the engine when it stops."""

    @contextlib.asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        stop = asyncio.Event()
        watching = asyncio.create_task(watch(services.intake, services.settings, stop))
        try:
            async with listening(services.intake, services.settings):
                yield
        finally:
            stop.set()
            services.followers.stopping.set()
            await watching
            await services.ledger.close()
            if services.writing is not None:
                await services.writing.close()
            await services.engine.dispose()

    app = FastAPI(title="heimveg", version=version, description=DESCRIPTION, lifespan=lifespan)
    app.state.services = services
    limit = services.settings.request_seconds
    app.add_middleware(Guard, allowed=services.settings.allowed_hosts, seconds=limit)
    problems.install(app)
    for of_fhir in (fhir.public, subscriptions.router, fhir_write.router, fhir.router):
        app.include_router(of_fhir)  # first: they are called most, and routes are tried one after the other
    for part in (
        receive,
        messages,
        explain,
        indicators,
        boards,
        stays,
        checklists,
        timeline,
        medication,
        plans,
        events,
        operations,
        access_log,
        blocks,
        outbox,
    ):
        app.include_router(part.router)
    for of_others in (formats.router, national.public, national.router):
        app.include_router(of_others)
    app.openapi = lambda: documentation.describe(app)  # type: ignore[method-assign]
    return app
