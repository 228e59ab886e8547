"""What keeps the hub running: health, readiness, metrics."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest
from prometheus_client.registry import REGISTRY
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from hub.access.door import needs
from hub.access.scopes import Right
from hub.api.models import Check, Readiness
from hub.api.services import Services, at_hand
from hub.errors import RetriableError
from hub.feeds import book
from hub.log import reading
from hub.log.migrate import current_revision, newest_revision

router = APIRouter()

Using = Annotated[Services, Depends(at_hand)]

WORKER_SILENCE_SECONDS = 30
CHECK_SECONDS = 5

WORKERS = text("""
SELECT count(*) FILTER (WHERE last_heartbeat > now() - make_interval(secs => :silence)) AS alive
FROM procrastinate_workers
""")


@router.get("/health", summary="Whether the process runs", tags=["operation"], dependencies=[needs(Right.ANYONE)])
async def get_health() -> dict[str, str]:
    """Asks nobody else."""
    return {"status": "ok"}


@router.get(
    "/ready",
    summary="Whether messages can be taken in",
    tags=["operation"],
    responses={503: {"model": Readiness}},
    dependencies=[needs(Right.ANYONE)],
)
async def get_ready(
    using: Using,
    response: Response,
    everything: Annotated[
        bool, Query(alias="all", description="503 also when the FHIR server or workers are away")
    ] = False,
) -> Readiness:
    """503 when the log is away or not migrated. The FHIR server and the workers are told, and may be away."""
    database, migrations, workers, fhir = await asyncio.gather(
        _checked(_database(using)), _checked(_migrations(using)), _checked(_workers(using)), _checked(_fhir(using))
    )
    checks = {"database": database, "migrations": migrations, "workers": workers, "fhir_server": fhir}
    ready = database.ok and migrations.ok and (not everything or (workers.ok and fhir.ok))
    response.status_code = 200 if ready else 503
    return Readiness(ready=ready, checks=checks)


async def _checked(check: Awaitable[Check]) -> Check:
    """A check that fails or hangs is a check that is not ok."""
    try:
        return await asyncio.wait_for(check, CHECK_SECONDS)
    except (SQLAlchemyError, RetriableError, OSError, TimeoutError) as error:
        return Check(ok=False, detail=type(error).__name__)


async def _database(using: Services) -> Check:
    async with using.engine.connect() as connection:
        await connection.execute(text("SELECT 1"))
    return Check(ok=True)


async def _migrations(using: Services) -> Check:
    async with using.engine.connect() as connection:
        found = await connection.run_sync(current_revision)
    wanted = newest_revision()
    return Check(ok=found == wanted, detail=f"{found}, {wanted} needed" if found != wanted else found or "")


async def _workers(using: Services) -> Check:
    async with using.sessions() as session:
        alive = (await session.execute(WORKERS, {"silence": WORKER_SILENCE_SECONDS})).scalar_one()
    return Check(ok=alive > 0, detail=f"{alive} alive")


async def _fhir(using: Services) -> Check:
    if using.fhir_serves is None:
        return Check(ok=False, detail="HEIMVEG_FHIR_URL is not set")
    return Check(ok=await using.fhir_serves())


@router.get(
    "/metrics",
    summary="For Prometheus",
    tags=["operation"],
    response_class=Response,
    dependencies=[needs(Right.OPERATE)],
)
async def get_metrics(using: Using) -> Response:
    """Counters of this process, and how many messages in the log ask for something."""
    lines = generate_latest(REGISTRY) + await _backlog(using)
    return Response(lines, media_type=CONTENT_TYPE_LATEST)


async def _backlog(using: Services) -> bytes:
    registry = CollectorRegistry()
    gauge = Gauge("heimveg_backlog", "Messages that ask for something", ["state"], registry=registry)
    untold = Gauge("heimveg_notifications", "What subscribers are yet to be told", ["state"], registry=registry)
    try:
        async with using.sessions() as session:
            for state, count in (await reading.backlog(session)).items():
                gauge.labels(state=state).set(count)
            for state, count in (await book.backlog(session)).items():
                untold.labels(state=state).set(count)
    except SQLAlchemyError:
        return b""  # the counters are worth having when the log is away
    return generate_latest(registry)
