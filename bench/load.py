"""Messages posted at a steady rate, whatever the hub does.

Each is due at a fixed time and latency counts from then, so that waiting behind a slow answer is not left out
(coordinated omission).
"""

from __future__ import annotations

import http.client
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

CONNECTIONS = 24
LATE = 0.005


@dataclass(slots=True)
class Outcome:
    """What the clients saw."""

    latencies: list[float] = field(default_factory=list)
    answers: Counter[str] = field(default_factory=Counter)
    late_starts: int = 0


class Load:
    """Sends each body when it is due, from as many threads as may be needed."""

    def __init__(self, url: str, bodies: Sequence[bytes], rate: float) -> None:
        self.host = urlsplit(url).netloc
        self.bodies, self.rate = bodies, rate
        self.outcome = Outcome()
        self._next = iter(range(len(bodies)))
        self._lock = threading.Lock()
        self._began = 0.0

    def due(self, place: int) -> float:
        """When the body at this place is to be sent, by ``time.perf_counter``."""
        return self._began + place / self.rate

    def run(self) -> Outcome:
        """Send all; returns when all are answered."""
        self._began = time.perf_counter() + 0.5
        threads = [threading.Thread(target=self._client) for _ in range(CONNECTIONS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return self.outcome

    def _client(self) -> None:
        connection = http.client.HTTPConnection(self.host, timeout=60)
        while (place := self._take()) is not None:
            due = self.due(place)
            if (early := due - time.perf_counter()) > 0:
                time.sleep(early)
            late = time.perf_counter() - due > LATE
            answer = self._post(connection, self.bodies[place])
            self._note(time.perf_counter() - due, answer, late)
        connection.close()

    def _take(self) -> int | None:
        with self._lock:
            return next(self._next, None)

    def _post(self, connection: http.client.HTTPConnection, body: bytes) -> str:
        try:
            connection.request("POST", "/messages", body, {"Content-Type": "application/xml"})
            answer = connection.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException) as error:
            connection.close()
            return type(error).__name__
        return str(answer.status)

    def _note(self, latency: float, answer: str, late: bool) -> None:
        with self._lock:
            self.outcome.latencies.append(latency)
            self.outcome.answers[answer] += 1
            self.outcome.late_starts += late
