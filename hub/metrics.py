"""What Prometheus may see: counts and durations. Labels are ours or vouched for, never a sender's free text."""

from __future__ import annotations

from prometheus_client import Counter, Histogram

BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)

TAKEN = Counter("heimveg_messages", "Messages taken in and stored", ["answer", "type"])
REFUSED = Counter("heimveg_bodies_refused", "Bodies refused before storing", ["reason"])
READ = Histogram("heimveg_read_seconds", "Parse, schema, profile rules and receipt of one message", buckets=BUCKETS)
STORED = Histogram("heimveg_store_seconds", "The transaction that stores one message", buckets=BUCKETS)
REQUESTS = Histogram("heimveg_http_seconds", "HTTP requests", ["method", "route", "status"], buckets=BUCKETS)


def taken(answer: str, type_: str | None, *, read: float, stored: float) -> None:
    """Count a message. Only an accepted message has a type that an adapter vouches for."""
    TAKEN.labels(answer=str(answer), type=(type_ or "") if answer == "accepted" else "").inc()
    READ.observe(read)
    STORED.observe(stored)
