"""A worker of the queue in the test's own process, and waiting for what it does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from hub.errors import RetriableError
from hub.lanes import store_trouble
from hub.worker import Parts, run

PATIENCE = 90


@asynccontextmanager
async def worker(hub: Any) -> AsyncIterator[asyncio.Event]:
    stop = asyncio.Event()
    task = asyncio.create_task(run(hub.settings, Parts(engine=hub.engine, projector=hub.projector), stop))
    try:
        yield stop
    finally:
        stop.set()
        await task


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    """Ask until it holds; a database that is away just now is asked again."""
    async with asyncio.timeout(PATIENCE):
        while True:
            try:
                with store_trouble():
                    if await holds():
                        return
            except RetriableError:
                pass
            await asyncio.sleep(0.05)
