"""How much one client may ask of one process: a bucket that fills by the minute (RFC 6585 4)."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field

MOST_CLIENTS = 10_000


class TooManyError(Exception):
    """The client has used up its share; ``seconds`` until it may try again."""

    def __init__(self, seconds: int) -> None:
        super().__init__("too many requests")
        self.seconds = seconds


@dataclass(slots=True)
class Limits:
    """``per_minute`` requests for each client, with bursts of as many; 0 is no limit."""

    per_minute: int = 0
    clock: Callable[[], float] = time.monotonic
    _left: dict[str, tuple[float, float]] = field(default_factory=dict)

    def count(self, client: str) -> None:
        """Take one request from the client's bucket; raises ``TooManyError`` when it is empty."""
        if not self.per_minute:
            return
        now, rate = self.clock(), self.per_minute / 60
        left, before = self._left.pop(client, (float(self.per_minute), now))
        left = min(self.per_minute, left + (now - before) * rate)
        self._left[client] = (max(left - 1, 0.0) if left >= 1 else left, now)
        while len(self._left) > MOST_CLIENTS:
            self._left.pop(next(iter(self._left)))
        if left < 1:
            raise TooManyError(math.ceil((1 - left) / rate))
