"""The queue's tasks: project a message, review a person, and the upkeep that nobody asks for.

Upkeep has a queue of its own, so that it goes on while every other place waits for the FHIR server.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from uuid import UUID

import procrastinate
import structlog
from procrastinate import BaseRetryStrategy, JobContext, RetryDecision
from procrastinate.exceptions import ConnectorException, JobAborted
from procrastinate.jobs import Job

from hub.errors import RetriableError
from hub.indicators.keep import keep
from hub.log import upkeep
from hub.log.database import Sessions
from hub.log.queue import PROJECT, REVIEW
from hub.project import Projector
from hub.turn import Turn

WORK, UPKEEP, NUMBERS, OUT = "default", "heimveg-upkeep", "heimveg-indicators", "heimveg-out"
FEEDS = "heimveg-feeds"

HEARTBEAT_SECONDS = 3.0
SILENCE_SECONDS = 12.0
"""A worker that has not been heard of for so long is dead: its jobs are given to others."""

EVERY_FIVE_SECONDS = "* * * * * */5"
EVERY_MINUTE = "* * * * * 7"
EVERY_NIGHT = "17 2 * * *"
A_DAY = 24 * 3600
"""A worker that was down in the night does at its start what it has missed."""

MOST_TRIES = 12
"""Against a server that answers, but not to this. About seven minutes; one that is away is waited for, for ever."""
LONGEST_PAUSE = 60

Do = Callable[[], Awaitable[int]]
"""Something that is done again and again; how much there was to do."""
Outward = Mapping[str, Do]
"""What goes out from here, by name; it has a queue of its own, since others may be slow."""

log = structlog.get_logger()


class Backoff(BaseRetryStrategy):
    """1, 2, 4 ... 60 seconds after trouble that may pass; at once after a worker was stopped; never otherwise."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        if isinstance(exception, RetriableError | ConnectorException):
            return RetryDecision(retry_in={"seconds": min(2**job.attempts, LONGEST_PAUSE)})
        stopped = isinstance(exception, JobAborted) or not isinstance(exception, Exception)
        return RetryDecision(retry_in={"seconds": 0}) if stopped else None


def application(
    conninfo: str,
    projector: Projector,
    sessions: Sessions,
    outward: Outward | None = None,
    following: Outward | None = None,
) -> procrastinate.App:
    """The queue with its tasks bound to this process's parts; without ``outward`` nothing is sent from here, without
    ``following`` nobody is told."""
    app = procrastinate.App(
        connector=procrastinate.PsycopgConnector(conninfo=conninfo, kwargs={"application_name": "heimveg worker"}),
        periodic_defaults={"max_delay": A_DAY},
    )
    _work(app, projector, sessions)
    _numbers(app, projector)
    _upkeep(app, sessions)
    for name, do in (outward or {}).items():
        _every(app, EVERY_FIVE_SECONDS, OUT, name, do)
    for name, do in (following or {}).items():
        _every(app, EVERY_FIVE_SECONDS, FEEDS, name, do)
    return app


def _work(app: procrastinate.App, projector: Projector, sessions: Sessions) -> None:
    @app.task(name=PROJECT, queue=WORK, pass_context=True, retry=Backoff())
    async def project(context: JobContext, message: str) -> None:
        job = context.job
        turn = Turn(
            projector=projector,
            message=UUID(message),
            lane=job.lock,
            job=job.id,
            last=job.attempts + 1 >= MOST_TRIES,
        )
        await turn.take()

    @app.task(name=REVIEW, queue=WORK, retry=Backoff())
    async def review(person_key: str) -> None:
        try:
            await projector.person(person_key)
        except RetriableError:
            raise
        except Exception:
            log.exception("review failed")
            async with sessions() as session, session.begin():
                await upkeep.look_later(session, person_key)


def _numbers(app: procrastinate.App, projector: Projector) -> None:
    """In a queue of its own: it takes minutes where a year has hundreds of thousands of stays."""

    @app.periodic(cron=EVERY_NIGHT)
    @app.task(name="heimveg.indicators", queue=NUMBERS, queueing_lock="indicators", retry=Backoff())
    async def indicators(timestamp: int) -> None:
        done = await keep(projector.engine, projector.sender, projector.maker.ids, projector.clock())
        log.info("indicators kept", written=len(done.written), refused=len(done.refused))


def _every(app: procrastinate.App, cron: str, queue: str, name: str, do: Do) -> None:
    @app.periodic(cron=cron)
    @app.task(name=f"heimveg.{name}", queue=queue, queueing_lock=name)
    async def run(timestamp: int) -> None:
        if found := await do():
            log.info("upkeep", task=name, found=found)


def _upkeep(app: procrastinate.App, sessions: Sessions) -> None:
    def every(cron: str, name: str, do: Do) -> None:
        _every(app, cron, UPKEEP, name, do)

    async def rescue() -> int:
        stalled = list(await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=SILENCE_SECONDS))
        for job in stalled:
            await app.job_manager.retry_job(job)
        return len(stalled)

    async def due() -> int:
        async with sessions() as session, session.begin():
            return await upkeep.defer_due_reviews(session)

    async def forgotten() -> int:
        async with sessions() as session, session.begin():
            return await upkeep.defer_forgotten(session)

    async def proofs() -> int:
        async with sessions() as session, session.begin():
            return await upkeep.forget_used_proofs(session)

    every(EVERY_FIVE_SECONDS, "rescue", rescue)
    every(EVERY_FIVE_SECONDS, "due", due)
    every(EVERY_MINUTE, "forgotten", forgotten)
    every(EVERY_MINUTE, "proofs", proofs)
