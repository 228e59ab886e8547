"""From a message received to its resources found by search, at rising steady rates, and whose CPU that costs.

``python bench/end_to_end.py [--rates 2,4,8,...] [--seconds 30] [--workers 1]`` prints JSON. PostgreSQL, HAPI, a hub and
workers are started as processes of their own (or those of ``DATABASE_URL`` and ``HEIMVEG_FHIR_URL`` used) and stopped.

A message counts as queryable when a search on the FHIR server shows its DocumentReference, which is written in the same
transaction as the Encounter, the Tasks and all else that it changes. One search a fifth of a second looks for all of
them, so that looking is no load; a latency is up to that much too long. The clock starts when a message is due.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import json
import re
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any
from urllib.parse import urlencode, urlsplit

import measuring
import running
import workload
from load import Load

AIM_P95_MS, AIM_SHARE = 2000.0, 0.05
RATES = "2,4,6,8,10,12,16,20"
TOGETHER = 20
LOOK_EVERY, LOOK_BACK = 0.2, 20
PATIENCE = 120.0
MESSAGE_ID = re.compile(rb"<(?:\w+:)?MsgId>([^<]+)<")


def messages(run: str) -> Iterator[bytes]:
    """Without end: the stays of twenty new patients at a time, side by side, each message in its order."""
    stays = workload.stays(1_000_000, run=run)
    while group := [bodies for _, bodies in islice(stays, TOGETHER)]:
        for of_one_kind in zip(*group, strict=True):
            yield from of_one_kind


@dataclass(slots=True)
class Watch:
    """Looks at the FHIR server for messages that have come, and notes when it saw them first."""

    base: str
    seen: dict[str, float] = field(default_factory=dict)
    enough: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        address = urlsplit(self.base)
        connection = http.client.HTTPConnection(address.netloc, timeout=60)
        while not self.enough.wait(LOOK_EVERY):
            for name in self._look(connection, address.path):
                self.seen.setdefault(name, time.perf_counter())
        connection.close()

    def _look(self, connection: http.client.HTTPConnection, path: str) -> list[str]:
        since = (datetime.now(UTC) - timedelta(seconds=LOOK_BACK)).isoformat(timespec="milliseconds")
        criteria = {"_lastUpdated": f"ge{since}", "_elements": "identifier,masterIdentifier", "_count": 500}
        connection.request(
            "GET", f"{path}/DocumentReference?{urlencode(criteria)}", headers={"Cache-Control": "no-store"}
        )
        found = json.loads(connection.getresponse().read())
        return [name for entry in found.get("entry", ()) for name in _names(entry["resource"])]

    def wait_for(self, names: set[str], patience: float) -> None:
        until = time.monotonic() + patience
        while not names <= self.seen.keys() and time.monotonic() < until:
            time.sleep(LOOK_EVERY)


def _names(document: dict[str, Any]) -> list[str]:
    identifiers = [*document.get("identifier", ()), document.get("masterIdentifier", {})]
    return [value.removeprefix("urn:uuid:").lower() for found in identifiers if (value := found.get("value"))]


def name_of(body: bytes) -> str:
    """A message's id, as the FHIR server has it."""
    found = MESSAGE_ID.search(body)
    assert found is not None
    return found[1].decode().lower()


@dataclass(frozen=True, slots=True)
class Parts:
    """What is measured; a process that we did not start has no number, and its CPU is not counted."""

    hub: running.Part
    fhir: running.Part
    ours: tuple[int, ...]
    postgres: int | None

    def cpu(self) -> dict[str, float | None]:
        """Seconds so far, by whose they are."""
        return {
            "heimveg": sum(map(measuring.cpu_seconds, self.ours)),
            "hapi": measuring.cpu_seconds(self.fhir.pid) if self.fhir.pid else None,
            "postgresql": measuring.cpu_seconds(self.postgres) if self.postgres else None,
        }


@contextlib.contextmanager
def started(workers: int) -> Iterator[Parts]:
    """All parts, the conformance resources installed."""
    with contextlib.ExitStack() as stack:
        log = stack.enter_context(running.database())
        fhir = stack.enter_context(running.fhir_server(log.url))
        env = stack.enter_context(running.settings(log.url, fhir.url))
        running.say("installing profiles and search parameters")
        running.once(env, "bootstrap")
        hub = stack.enter_context(running.hub(env))
        pids = [stack.enter_context(running.command(env, "worker")) for _ in range(workers)]
        assert hub.pid is not None
        yield Parts(hub, fhir, (hub.pid, *pids), log.pid)


def step(parts: Parts, watch: Watch, bodies: Sequence[bytes], rate: float) -> dict[str, Any]:
    """One rate held for a while: latencies, and CPU per message by whose it is."""
    running.say(f"{rate:g} messages/s, {len(bodies)} messages")
    names = [name_of(body) for body in bodies]
    before, load = parts.cpu(), Load(parts.hub.url, bodies, rate)
    outcome = load.run()
    watch.wait_for(set(names), PATIENCE)
    after = parts.cpu()
    waited = [watch.seen[name] - load.due(place) for place, name in enumerate(names) if name in watch.seen]
    milliseconds = measuring.latencies(waited)
    spent = {who: _per_message(before[who], after[who], len(bodies)) for who in after}
    return {
        "rate": rate,
        "messages": len(bodies),
        "answers": dict(outcome.answers),
        "never_seen": len(names) - len(waited),
        "milliseconds": milliseconds,
        "steady": len(waited) == len(names) and milliseconds["p95"] < AIM_P95_MS,
        "cpu_milliseconds_per_message": spent,
        "heimveg_of_hapi": round(spent["heimveg"] / spent["hapi"], 3) if spent["heimveg"] and spent["hapi"] else None,
    }


def _per_message(before: float | None, after: float | None, count: int) -> float | None:
    return None if before is None or after is None else round((after - before) / count * 1000, 2)


def measured(parts: Parts, rates: Sequence[float], seconds: float, warm: float) -> list[dict[str, Any]]:
    """Each rate in turn, until one cannot be held."""
    waiting, watch, steps = messages(f"end-{time.time_ns()}"), Watch(parts.fhir.url), []
    looking = threading.Thread(target=watch.run)
    looking.start()
    try:
        if warm:
            step(parts, watch, list(islice(waiting, max(1, int(warm * rates[0])))), rates[0])
        for rate in rates:
            steps.append(step(parts, watch, list(islice(waiting, int(rate * seconds))), rate))
            if not steps[-1]["steady"]:
                break
    finally:
        watch.enough.set()
        looking.join()
    return steps


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--rates", default=RATES, help="messages per second, rising, with commas")
    parser.add_argument("--seconds", type=float, default=30.0, help="how long each rate is held")
    parser.add_argument(
        "--warm", type=float, default=30.0, help="seconds at the lowest rate before, while Java compiles"
    )
    parser.add_argument("--workers", type=int, default=1)
    asked = parser.parse_args()
    with started(asked.workers) as parts:
        steps = measured(parts, [float(rate) for rate in asked.rates.split(",")], asked.seconds, asked.warm)
    best = next((found for found in reversed(steps) if found["steady"]), None)
    share = best["heimveg_of_hapi"] if best else None
    measuring.report(
        "end_to_end",
        what="POST /messages to found by search on the FHIR server, at the highest rate that is held",
        workers=asked.workers,
        highest_steady_rate=best["rate"] if best else None,
        aim={"p95": AIM_P95_MS, "met": best is not None, "heimveg_of_hapi": AIM_SHARE, "share": share},
        steps=steps,
    )


if __name__ == "__main__":
    main()
