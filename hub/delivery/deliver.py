"""Carry out a difference: doubt first, then transactions, then certainty. What the server refuses is singled out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from hub.delivery import memory
from hub.delivery.breaker import Told
from hub.delivery.difference import Change
from hub.delivery.outcome import Written
from hub.delivery.send import Sender
from hub.delivery.transaction import transactions
from hub.errors import FhirServerRefusedError
from hub.lanes import Held


@dataclass(slots=True, kw_only=True)
class Delivery:
    """What became of the changes."""

    written: list[tuple[Change, Written]] = field(default_factory=list)
    refused: list[tuple[Change, FhirServerRefusedError]] = field(default_factory=list)

    @property
    def surprises(self) -> bool:
        """Whether the server did not have what we remember to have delivered, or lacks what it should refer to."""
        lost = any(answer.created and _was_there(change) for change, answer in self.written)
        return lost or bool(self.refused)


def _was_there(change: Change) -> bool:
    return change.previous is not None and not change.previous.in_doubt


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivering:
    """The right to write a lane, and the way to the server."""

    held: Held
    sender: Sender
    lane: str
    told: Told | None = None

    async def deliver(self, changes: Sequence[Change]) -> Delivery:
        """Send all changes. Raises when the server is away or busy; what was not confirmed stays in doubt."""
        delivery = Delivery()
        parts = list(transactions(changes))  # before anything is put in doubt: a circle of references raises here
        if parts:
            async with self.held.session() as session, session.begin():
                await memory.intend(session, self.lane, changes)
        for part in parts:
            await self._send(part, delivery)
        return delivery

    async def _send(self, part: Sequence[Change], delivery: Delivery) -> None:
        """One transaction; refused, its halves in order, down to the resources that the server does not want."""
        try:
            answers = await self.sender.send(part, still_ours=self.held.still_ours, told=self.told)
        except FhirServerRefusedError as error:
            if len(part) > 1:
                middle = len(part) // 2
                await self._send(part[:middle], delivery)
                await self._send(part[middle:], delivery)
                return
            delivery.refused.append((part[0], error))
            async with self.held.session() as session, session.begin():
                await memory.restore(session, part)
            return
        done = list(zip(part, answers, strict=True))
        delivery.written += done
        async with self.held.session() as session, session.begin():
            await memory.confirm(session, self.lane, done)
            await memory.tell(session, done)
