"""The HTTP process: the REST interface and the gateway, with everything that they work with."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as version_of
from types import FrameType

import structlog
import uvicorn
from sqlalchemy.ext.asyncio import AsyncEngine

from hub import doors, http, plugins
from hub.access.entrance import door
from hub.access.ledger import Ledger
from hub.api.app import create_app
from hub.api.services import Services
from hub.conformance.resources import load
from hub.delivery.breaker import Breaker
from hub.delivery.client import FhirClient
from hub.delivery.send import Sender
from hub.entries import Entries
from hub.event_loop import loop_factory
from hub.feeds.secrets import PURPOSE, Seal
from hub.gateway.exposed import exposed
from hub.gateway.national import service_codes
from hub.intake_parts import make_intake
from hub.keyring import ledger_ring, session_ring
from hub.log.database import Sessions, connect, sessions
from hub.making import Maker
from hub.outbox.drafting import Drafting
from hub.project import Projector
from hub.settings import Settings, host_to_bind, ids_of
from hub.writing import Writing

PROBE_SECONDS = 4.0

log = structlog.get_logger()


def make_services(settings: Settings, client: FhirClient | None = None, issuer: http.Client | None = None) -> Services:
    """What the routes work with; whoever makes the clients closes them."""
    engine = connect(settings)
    makers = sessions(engine)
    ledger = Ledger(sessions=makers, key=ledger_ring(settings))
    session = session_ring(settings)
    return Services(
        settings=settings,
        engine=engine,
        sessions=makers,
        intake=make_intake(settings, makers, ledger),
        writing=make_writing(settings, engine, client),
        ledger=ledger,
        door=door(settings, makers, issuer, session),
        seal=Seal(session.newest_first(PURPOSE)),
        fhir_serves=client.serves if client else None,
        checklists=doors.checklists(settings),
        service_codes=service_codes(settings.service_codes),
        exposed=exposed(client, load(settings.profiles), *session.newest_first(b"page-links")) if client else None,
    )


def make_entries(settings: Settings, makers: Sessions) -> Entries:
    """The way in for what people and record systems tell."""
    return Entries(
        sessions=makers,
        ids=ids_of(settings),
        dump=doors.dump,
        load=doors.load,
        compose=doors.entry,
        drafting=make_drafting(settings),
    )


def make_drafting(settings: Settings) -> Drafting:
    """What tells partners by message of what is entered here, as the deployment has decided."""
    chosen = frozenset(settings.outbox) - {"none"}
    return Drafting(
        plugins=plugins.installed(),
        ids=ids_of(settings),
        load=doors.load,
        types=None if "all" in chosen else chosen,
        unattended=frozenset(settings.outbox_unattended),
    )


def make_writing(settings: Settings, engine: AsyncEngine, client: FhirClient | None) -> Writing:
    """What parties write over REST; without a FHIR server it is stored, and shown when there is one."""
    maker = Maker(load=doors.load, course=doors.course_of(settings), ids=ids_of(settings))
    projector = None
    if client is not None:
        sender = Sender(client=client, breaker=Breaker(client.serves))
        projector = Projector(engine=engine, sender=sender, maker=maker)
    makers = sessions(engine)
    entries = make_entries(settings, makers)
    return Writing(sessions=makers, entries=entries, maker=maker, projector=projector)


@contextlib.asynccontextmanager
async def _client(settings: Settings) -> AsyncIterator[FhirClient | None]:
    """The FHIR server behind the gateway; it may be away, or not be set."""
    if not settings.fhir_url:
        yield None
        return
    async with FhirClient(settings.fhir_base, settings=settings) as client:
        yield client


async def _serve(settings: Settings, host: str, port: int) -> None:
    issuer = http.client(timeout=PROBE_SECONDS, connections=2, accept="application/json")
    async with _client(settings) as client, issuer:
        app = create_app(make_services(settings, client, issuer), version=_version())
        config = uvicorn.Config(
            app, host=host, port=port, http="httptools", log_config=None, access_log=False, server_header=False
        )
        log.info(
            "serving", address=f"http://{host}:{port}", access_control=settings.issuer or "none: this machine only"
        )
        await _Server(config).serve()


class _Server(uvicorn.Server):
    """Ends what streams when told to stop: it would wait for them."""

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self.config.app.state.services.followers.stopping.set()  # type: ignore[union-attr]
        super().handle_exit(sig, frame)


def _version() -> str:
    try:
        return version_of("heimveg")
    except PackageNotFoundError:
        return "0"


def main(settings: Settings, port: int | None = None) -> None:
    """Serve until SIGTERM or SIGINT."""
    host = host_to_bind(settings)
    with asyncio.Runner(loop_factory=loop_factory()) as runner:
        runner.run(_serve(settings, host, settings.port if port is None else port))
