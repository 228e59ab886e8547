"""A circuit breaker that waits in place: while the FHIR server is away, jobs stand still instead of failing.

One job finds out, one probe asks until the server is back, and all go on. Failing thousands of jobs into scheduled
retries instead would make the queue slow (10 000 jobs on 100 locks: 130 ms per fetch).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from hub.errors import FhirServerAwayError

Probe = Callable[[], Awaitable[bool]]
Told = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """Seconds: how long a job waits in all, and how often the server is asked (doubling from first to longest)."""

    patience: float = 600.0
    first: float = 0.25
    longest: float = 5.0
    longest_asked_for: float = 60.0


class Breaker:
    """Shared by all jobs of a worker process; used from one event loop."""

    def __init__(self, probe: Probe, pace: Pace | None = None) -> None:
        self._probe = probe
        self._pace = pace or Pace()
        self._closed = asyncio.Event()
        self._closed.set()
        self._prober: asyncio.Task[None] | None = None

    @property
    def is_open(self) -> bool:
        """Whether the server is known to be away."""
        return not self._closed.is_set()

    def trip(self, *, retry_after: float | None = None) -> None:
        """The server is away: everybody waits until the probe gets an answer."""
        if not self.is_open:
            self._closed.clear()
            self._prober = asyncio.create_task(self._ask_until_back(retry_after), name="ask the FHIR server")

    async def passage(self, told: Told | None = None) -> None:
        """Return at once while the server answers; otherwise tell, wait until it does, or give up."""
        if not self.is_open:
            return
        if told is not None:
            await told()
        try:
            await asyncio.wait_for(self._closed.wait(), self._pace.patience)
        except TimeoutError:
            raise FhirServerAwayError(
                f"The FHIR server has not answered for {self._pace.patience:.0f} s. Start it, or correct "
                "HEIMVEG_FHIR_URL; what waits for it goes on by itself."
            ) from None

    async def close(self) -> None:
        """Stop asking; for the end of the process."""
        if self._prober is not None:
            self._prober.cancel()
            await asyncio.gather(self._prober, return_exceptions=True)

    async def _ask_until_back(self, retry_after: float | None) -> None:
        delay = self._pace.first if retry_after is None else min(retry_after, self._pace.longest_asked_for)
        while True:
            await asyncio.sleep(delay)
            if await self._probe():
                break
            delay = min(max(delay * 2, self._pace.first), self._pace.longest)
        self._closed.set()
