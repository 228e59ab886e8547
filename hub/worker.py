"""The worker process: takes jobs until told to stop, and begins anew whatever ends it.

procrastinate returns normally, with exit 0, when PostgreSQL has been restarted; so any end that nobody asked for is a
reason to start again.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import procrastinate
import structlog
from sqlalchemy.ext.asyncio import AsyncEngine

from hub import doors
from hub.delivery.breaker import Breaker
from hub.delivery.client import FhirClient
from hub.delivery.send import Sender
from hub.event_loop import loop_factory
from hub.feeds.outward import following
from hub.jobs import FEEDS, HEARTBEAT_SECONDS, NUMBERS, OUT, SILENCE_SECONDS, UPKEEP, WORK, Outward, application
from hub.log.database import connect, sessions
from hub.making import Maker
from hub.outbox.outward import outward
from hub.project import Projector
from hub.settings import Settings, ids_of

CONCURRENCY = 8
SENDERS = 2
POOL = 3 * CONCURRENCY
"""A job holds a connection for its lane, for a moment one for the directory, and one to write that it waits."""
GRACE_SECONDS = 10.0
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 10.0

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What projecting needs, made once per process."""

    engine: AsyncEngine
    projector: Projector
    outward: Outward = field(default_factory=dict)
    following: Outward = field(default_factory=dict)


@contextlib.asynccontextmanager
async def parts(settings: Settings, *, pool: int = POOL) -> AsyncIterator[Parts]:
    """The log, the way to the FHIR server and the mappings, put together; closed at the end."""
    engine = connect(settings, pool=pool)
    async with FhirClient(settings.fhir_base, settings=settings) as client:
        breaker = Breaker(client.serves)
        maker = Maker(load=doors.load, course=doors.course_of(settings), ids=ids_of(settings))
        sender = Sender(client=client, breaker=breaker)
        projector = Projector(engine=engine, sender=sender, maker=maker)
        try:
            async with outward(settings, engine) as out, following(settings, engine, client) as told:
                yield Parts(engine=engine, projector=projector, outward=out, following=told)
        finally:
            await breaker.close()
            await engine.dispose()


async def run(settings: Settings, made: Parts, stop: asyncio.Event) -> None:
    """Work until told to stop."""
    clock, pause = asyncio.get_running_loop().time, FIRST_PAUSE
    while not stop.is_set():
        began = clock()
        try:
            await _session(settings, made, stop)
        except Exception as error:  # noqa: BLE001  the worker loop: whatever it was, begin again
            log.warning("worker ended", error=type(error).__name__)
        pause = FIRST_PAUSE if clock() - began > LONGEST_PAUSE else min(pause * 2, LONGEST_PAUSE)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), pause)


async def _session(settings: Settings, made: Parts, stop: asyncio.Event) -> None:
    """One life of the queue's workers: ends when one of them does, or when told to."""
    app = application(settings.conninfo, made.projector, sessions(made.engine), made.outward, made.following)
    async with app.open_async():
        running = [
            asyncio.create_task(_work(app, WORK, CONCURRENCY), name="work"),
            asyncio.create_task(_work(app, UPKEEP, 1), name="upkeep"),
            asyncio.create_task(_work(app, NUMBERS, 1), name="indicators"),
            asyncio.create_task(_work(app, OUT, SENDERS), name="out"),
            asyncio.create_task(_work(app, FEEDS, 1), name="feeds"),
        ]
        log.info("worker ready", concurrency=CONCURRENCY)
        stopped = asyncio.create_task(stop.wait(), name="stop")
        try:
            await asyncio.wait([*running, stopped], return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (*running, stopped):
                task.cancel()  # the queue's workers take it as a request to stop, and let jobs end
            ends = await asyncio.gather(*running, return_exceptions=True)
        for end in ends:
            if isinstance(end, Exception):
                raise end


async def _work(app: procrastinate.App, queue: str, concurrency: int) -> None:
    await app.run_worker_async(
        queues=[queue],
        name=f"heimveg {queue}",
        concurrency=concurrency,
        fetch_job_polling_interval=1.0,
        abort_job_polling_interval=30.0,
        update_heartbeat_interval=HEARTBEAT_SECONDS,
        stalled_worker_timeout=SILENCE_SECONDS,
        shutdown_graceful_timeout=GRACE_SECONDS,
        delete_jobs="successful",
        install_signal_handlers=False,
    )


def main(settings: Settings) -> None:
    """Run until SIGTERM or SIGINT."""

    async def until_signalled() -> None:
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        async with parts(settings) as made:
            await run(settings, made, stop)
        log.info("worker stopped")

    with asyncio.Runner(loop_factory=loop_factory()) as runner:
        runner.run(until_signalled())
