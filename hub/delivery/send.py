"""Send transactions until the server confirms them, waiting while it is away."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from hub.delivery.breaker import Breaker, Told
from hub.delivery.client import FhirClient
from hub.delivery.difference import Change
from hub.delivery.outcome import Answer, Written, trouble, written
from hub.delivery.transaction import bundle
from hub.errors import FhirServerAwayError, FhirServerBusyError

RESENDS = 5
"""A server that answers probes but loses this transaction every time is busy, not away."""

StillOurs = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """The client and its breaker, shared by all jobs of a process."""

    client: FhirClient
    breaker: Breaker

    async def send(self, part: Sequence[Change], *, still_ours: StillOurs, told: Told | None = None) -> list[Written]:
        """PUT one transaction. After a lost connection the same PUTs go out again: they change nothing twice.

        ``still_ours`` raises when the lane's lock is lost; then another worker may already write newer content.
        """
        body, refs = bundle(part), [change.ref for change in part]
        for _ in range(RESENDS):
            await self.breaker.passage(told)
            await still_ours()
            try:
                return written(refs, await self._answer(body))
            except FhirServerAwayError:
                continue
        raise FhirServerBusyError(f"The FHIR server answers, but lost a transaction of {len(part)} {RESENDS} times")

    async def _answer(self, body: bytes) -> Answer:
        """The answer to the transaction. Trips the breaker when the server turns out to be away."""
        try:
            answer = await self.client.transaction(body)
        except FhirServerAwayError:
            self.breaker.trip()
            raise
        error = trouble(answer) if answer.status != 200 else None
        if isinstance(error, FhirServerAwayError):
            self.breaker.trip(retry_after=_seconds(answer.headers.get("retry-after")))
            raise error
        if answer.status >= 500 and not await self.client.serves():
            self.breaker.trip()  # not this transaction's fault: it cannot read its own database either
            raise FhirServerAwayError(f"The FHIR server answers {answer.status} to everything")
        return answer


def _seconds(retry_after: str | None) -> float | None:
    """Retry-After as seconds; the form with a date is ignored."""
    return float(retry_after) if retry_after is not None and retry_after.isdigit() else None
