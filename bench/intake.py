"""How quickly the hub takes messages in, each durable before it is answered.

``python bench/intake.py [--url http://127.0.0.1:8040] [--rate 100] [--seconds 30]`` prints JSON. Without ``--url`` a
hub is started as a process of its own, on ``DATABASE_URL`` or else on a PostgreSQL in a temporary folder, and stopped.

Messages are due at fixed times whatever the hub does, and latency counts from when a message was due, so that waiting
behind a slow answer is not left out (coordinated omission).
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import measuring
import workload

from adapters.kith.samples import Case, person, utskrivningsklar
from hub.embedded.postgres import PostgreSQL
from hub.embedded.process import free_port

AIM_P99_MS = 50.0
CONNECTIONS = 24
START_WITHIN = 30.0


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

    def run(self) -> Outcome:
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
            due = self._began + place / self.rate
            if (early := due - time.perf_counter()) > 0:
                time.sleep(early)
            late = time.perf_counter() - due > 0.005
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


def bodies(count: int) -> list[bytes]:
    """So many messages of as many patients, with ids that no run has used before."""
    run = f"intake-{time.time_ns()}"
    start = next(workload.stays(1))[0].start
    return [utskrivningsklar(Case(name=f"{run}-{n}", start=start, patient=person(n))) for n in range(count)]


@dataclass(frozen=True, slots=True)
class Hub:
    """Where it is, and its process where we started it."""

    url: str
    pid: int | None


@contextlib.contextmanager
def hub(url: str | None) -> Iterator[Hub]:
    """The hub asked for, or one of our own for as long as it is measured."""
    if url:
        yield Hub(url, None)
        return
    with database() as address, tempfile.TemporaryDirectory() as home:
        port = free_port()
        env = os.environ | {"DATABASE_URL": address, "HEIMVEG_HOME": home, "HEIMVEG_ID_KEY": "only-for-measuring" * 3}
        subprocess.run([sys.executable, "-m", "hub.cli", "migrate"], env=env, check=True, stdout=subprocess.DEVNULL)
        command = [sys.executable, "-m", "hub.cli", "serve", "--port", str(port)]
        with (Path(home) / "hub.log").open("wb") as out:
            process = subprocess.Popen(command, env=env, stdout=out, stderr=out)
            try:
                wait_for(f"http://127.0.0.1:{port}/health", process)
                yield Hub(f"http://127.0.0.1:{port}", process.pid)
            finally:
                process.terminate()
                process.wait(30)


@contextlib.contextmanager
def database() -> Iterator[str]:
    """``DATABASE_URL``, or a PostgreSQL of our own with its usual durability."""
    if address := os.environ.get("DATABASE_URL"):
        yield address
        return
    folder = Path(tempfile.mkdtemp(prefix="heimveg-bench-"))
    folder.chmod(0o711)  # under root the server runs as another user, who must get to its data
    postgres = PostgreSQL(folder, port=free_port(), log=folder / "postgresql.log")
    try:
        postgres.start()
        yield postgres.url("postgres")
    finally:
        postgres.stop()
        shutil.rmtree(folder, ignore_errors=True)


def wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + START_WITHIN
    while time.monotonic() < until and process.poll() is None:
        with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=2):  # noqa: S310  our own loopback
            return
        time.sleep(0.1)
    sys.exit("bench: the hub did not start")


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
