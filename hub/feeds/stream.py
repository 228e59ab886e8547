"""The feed as server-sent events (HTML 9.2): one after the other, for as long as the follower's token holds.

What a follower may see is asked of the log for every event, so that a block, or access that ends, holds at once. The
``id`` of an event is its number; ``previous`` in it is the ``id`` before, so that a hole shows. A heartbeat has an
``id`` alone: up to there is nothing for this follower.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import orjson

from hub.log.database import Sessions
from hub.log.events import Following, ForgottenError, Looked, events_after, newest
from hub.log.tables import Event

PAUSE: Final = 1.0
HEARTBEAT: Final = 15.0
LONGEST: Final = 3600.0
"""Then a follower comes again, with a new proof."""
AT_ONCE: Final = 200
MOST_STREAMS: Final = 5
"""Of one client, in one process."""

Note = Callable[[Iterable[Event]], Awaitable[None]]
"""Writes down what is told, before it is."""


@dataclass(slots=True)
class Followers:
    """All who follow in this process; the log is asked for something new once for all of them."""

    clock: Callable[[], float] = time.monotonic
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    _of: Counter[str] = field(default_factory=Counter)
    _newest: int = 0
    _asked: float = -PAUSE
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    def full(self, client: str) -> bool:
        """Whether a client follows as often already as one may."""
        return self._of[client] >= MOST_STREAMS

    @contextmanager
    def place(self, client: str) -> Iterator[None]:
        """One more stream of a client."""
        self._of[client] += 1
        try:
            yield
        finally:
            self._of[client] -= 1

    async def newest(self, sessions: Sessions) -> int:
        """The newest number, at most ``PAUSE`` old."""
        async with self._lock:
            if self.clock() - self._asked >= PAUSE:
                async with sessions() as session, session.begin():
                    self._newest = await newest(session)
                self._asked = self.clock()
        return self._newest

    async def pause(self, seconds: float) -> bool:
        """Wait; whether the process stops."""
        try:
            await asyncio.wait_for(self.stopping.wait(), seconds)
        except TimeoutError:
            return False
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """What one follower is sent."""

    sessions: Sessions
    followers: Followers
    following: Following
    note: Note
    until: float
    """By the clock of the followers."""

    async def sent(self, looked: Looked, after: int) -> AsyncIterator[bytes]:
        """The stream, from what was found when it was opened."""
        clock, followers = self.followers.clock, self.followers
        yield b"retry: 3000\n\n"
        heard = clock()
        while True:
            if looked.events:
                await self.note(looked.events)
            for event in looked.events:
                yield _event(event, after)
                after = event.sequence or after
            if looked.last > after or clock() - heard >= HEARTBEAT:
                after, heard = looked.last, clock()
                yield f"id: {after}\n\n".encode()
            while await followers.newest(self.sessions) <= after:
                if clock() >= self.until or await followers.pause(min(PAUSE, max(0.0, self.until - clock()))):
                    return
                if clock() - heard >= HEARTBEAT:
                    heard = clock()
                    yield f"id: {after}\n\n".encode()
            if clock() >= self.until:
                return
            try:
                looked = await self._next(after)
            except ForgottenError:
                return

    async def _next(self, after: int) -> Looked:
        async with self.sessions() as session, session.begin():
            return await events_after(session, after, AT_ONCE, self.following)


def told(event: Event) -> dict[str, Any]:
    """An event as it is told: ids, codes and counts."""
    resource = f"{event.resource_type}/{event.resource_id}" if event.resource_type else None
    return {
        "sequence": event.sequence,
        "at": event.at,
        "kind": event.kind,
        "message": event.message,
        "resource": resource,
        "data": event.data,
    }


def _event(event: Event, previous: int) -> bytes:
    data = orjson.dumps({**told(event), "previous": previous})
    return b"id: %d\nevent: %s\ndata: %s\n\n" % (event.sequence or 0, event.kind.encode(), data)
