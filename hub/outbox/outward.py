"""What a worker does for the outbox: send what is due, and fetch what waits for us where a transport keeps it."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from functools import partial

from sqlalchemy.ext.asyncio import AsyncEngine

from hub.contract import HER_ID
from hub.intake_parts import make_intake
from hub.jobs import Outward
from hub.log.database import sessions
from hub.outbox.sending import Post, fetch
from hub.outbox.transport import opened
from hub.settings import Settings


@contextlib.asynccontextmanager
async def outward(settings: Settings, engine: AsyncEngine) -> AsyncIterator[Outward]:
    """Nothing where no transport is chosen: what is approved then waits for one."""
    transport = opened(settings)
    if transport is None:
        yield {}
        return
    makers = sessions(engine)
    intake = make_intake(settings, makers)
    mine = [party.value for party in settings.own_parties if party.system == HER_ID]
    post = Post(sessions=makers, intake=intake, transport=transport)
    try:
        yield {"send": post.send_due, "fetch": partial(fetch, intake, transport, mine)}
    finally:
        await transport.close()
