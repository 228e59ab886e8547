"""How quickly the hub takes messages in, each durable before it is answered.

``python bench/intake.py [--url http://127.0.0.1:8040] [--rate 100] [--seconds 30]`` prints JSON. Without ``--url`` a
hub is started as a process of its own, on ``DATABASE_URL`` or else on a PostgreSQL in a temporary folder, and stopped.
"""

from __future__ import annotations

import argparse
import contextlib
import time
from collections.abc import Iterator

import measuring
import running
import workload
from load import Load

from adapters.kith.samples import Case, person, utskrivningsklar

AIM_P99_MS = 50.0


def bodies(count: int) -> list[bytes]:
    """So many messages of as many patients, with ids that no run has used before."""
    run = f"intake-{time.time_ns()}"
    start = next(workload.stays(1))[0].start
    return [utskrivningsklar(Case(name=f"{run}-{n}", start=start, patient=person(n))) for n in range(count)]


@contextlib.contextmanager
def hub(url: str | None) -> Iterator[running.Part]:
    """The hub asked for, or one of our own for as long as it is measured."""
    if url:
        yield running.Part(url, None)
        return
    with running.database() as log, running.settings(log.url) as env, running.hub(env) as started:
        yield started


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--url", help="a running hub; without it one is started")
    parser.add_argument("--rate", type=float, default=100.0, help="messages per second")
    parser.add_argument("--seconds", type=float, default=30.0)
    asked = parser.parse_args()
    messages = bodies(int(asked.rate * asked.seconds))
    with hub(asked.url) as found:
        Load(found.url, bodies(int(asked.rate)), asked.rate).run()  # warm caches and connections
        before = measuring.cpu_seconds(found.pid) if found.pid else None
        outcome = Load(found.url, messages, asked.rate).run()
        spent = measuring.cpu_seconds(found.pid) - before if found.pid and before is not None else None
    milliseconds = measuring.latencies(outcome.latencies)
    measuring.report(
        "intake",
        what="POST /messages, answered after the commit; latency from when each message was due",
        rate=asked.rate,
        messages=len(messages),
        answers=dict(outcome.answers),
        milliseconds=milliseconds,
        aim={"p99": AIM_P99_MS, "met": milliseconds["p99"] < AIM_P99_MS},
        sent_late=outcome.late_starts,
        hub_cpu_milliseconds_per_message=round(spent / len(messages) * 1000, 2) if spent is not None else None,
    )


if __name__ == "__main__":
    main()
