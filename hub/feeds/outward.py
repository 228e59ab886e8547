"""What a worker does for who follows: find what matches, tell it, and forget what nobody needs any more."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from hub import http
from hub.access.ledger import Ledger
from hub.conformance.resources import load
from hub.delivery.client import FhirClient
from hub.feeds.matching import Matching
from hub.feeds.notifying import SECONDS, Notifying
from hub.feeds.secrets import PURPOSE, Seal
from hub.gateway.exposed import exposed
from hub.jobs import Outward
from hub.keyring import ledger_ring, session_ring
from hub.log import events
from hub.log.database import Sessions, sessions
from hub.settings import Settings, ids_of

ANY = text("SELECT EXISTS (SELECT FROM subscription WHERE status <> 'off')")
CONNECTIONS = 8


@dataclass(slots=True, kw_only=True)
class Serving:
    """The parts are made when somebody subscribes: a deployment that nobody subscribes to needs no keys for it."""

    settings: Settings
    makers: Sessions
    fhir: FhirClient
    client: http.Client
    _parts: tuple[Matching, Notifying] | None = field(default=None)

    async def serve(self) -> int:
        """Find and tell."""
        async with self.makers() as session:
            if not (await session.execute(ANY)).scalar():
                return 0
        matching, notifying = self._made()
        return await matching.find() + await notifying.tell_due()

    async def forget(self) -> int:
        """Events past their time."""
        before = datetime.now(UTC) - timedelta(days=self.settings.event_days)
        async with self.makers() as session, session.begin():
            return await events.forget(session, before)

    def _made(self) -> tuple[Matching, Notifying]:
        if self._parts is None:
            settings, ring = self.settings, session_ring(self.settings)
            shown = exposed(self.fhir, load(settings.profiles), *ring.newest_first(b"page-links"))
            self._parts = (
                Matching(sessions=self.makers, exposed=shown, ids=ids_of(settings)),
                Notifying(
                    sessions=self.makers,
                    ledger=Ledger(sessions=self.makers, key=ledger_ring(settings)),
                    seal=Seal(ring.newest_first(PURPOSE)),
                    ids=ids_of(settings),
                    client=self.client,
                    base=f"{settings.public_url.rstrip('/')}/fhir",
                    anywhere=settings.webhooks_anywhere,
                ),
            )
        return self._parts


@contextlib.asynccontextmanager
async def following(settings: Settings, engine: AsyncEngine, fhir: FhirClient) -> AsyncIterator[Outward]:
    """What is done again and again."""
    async with http.client(timeout=SECONDS, connections=CONNECTIONS, accept="*/*") as client:
        serving = Serving(settings=settings, makers=sessions(engine), fhir=fhir, client=client)
        yield {"subscriptions": serving.serve, "forget-events": serving.forget}
