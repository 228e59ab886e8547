"""Replay from the command line: which messages, and one after the other."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

from hub.errors import ConfigurationError
from hub.lanes import store_trouble
from hub.replay import Replayed, replay, replayable
from hub.serve import make_services
from hub.settings import Settings
from hub.wall_time import norwegian_time


def chosen(settings: Settings, ids: Sequence[str], since: str | None) -> list[UUID]:
    """The rows named, or all that can be replayed since a time; without offset it is Norwegian."""
    if since is None:
        return [_uuid(text) for text in ids]
    try:
        moment = norwegian_time(datetime.fromisoformat(since))
    except ValueError:
        raise ConfigurationError(f"--since {since}: give a date or time, as 2026-03-04 or 2026-03-04T12:00") from None

    async def find() -> list[UUID]:
        services = make_services(settings)
        with store_trouble():
            async with services.sessions() as session:
                rows = list(await replayable(session, moment))
        await services.engine.dispose()
        return rows

    return asyncio.run(find())


def replay_all(settings: Settings, rows: Sequence[UUID]) -> Iterator[Replayed]:
    """Replay each, in order."""
    with asyncio.Runner() as runner:
        services = make_services(settings)
        for row in rows:
            with store_trouble():
                done = runner.run(replay(services.intake, row))
            yield done or Replayed(id=row, state="unknown", refused="there is no such message")
        runner.run(services.engine.dispose())


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise ConfigurationError(f"{text}: no id of a message; find it with GET /messages?message_id=<MsgId>") from None
