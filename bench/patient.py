"""How quickly a patient with many messages is projected again when one more arrives.

``python bench/patient.py [--messages 200] [--rounds 15]`` prints JSON: the whole turn of the job (find person, load,
map, compare, deliver, write down) on a real PostgreSQL, in a worker that has seen the patient before, and in one that
has not. The FHIR server answers at once here, so that its time is not counted. CPU time, the median and the best.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import statistics
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import measuring
import orjson
import running
import structlog

from adapters.kith.samples import (
    Case,
    avmelding,
    foresporsel,
    helseopplysninger,
    innlagt,
    innleggelsesrapport,
    person,
    svar,
    utskrevet,
    utskrivningsklar,
)
from hub import doors
from hub.contract import Raw
from hub.delivery.breaker import Breaker
from hub.delivery.client import FhirClient
from hub.delivery.outcome import Answer
from hub.delivery.send import Sender
from hub.intake import Intake, Outcome
from hub.log.database import connect, sessions
from hub.making import Maker
from hub.plugins import installed
from hub.project import Projector
from hub.settings import Settings, ids_of, load_settings
from hub.turn import Turn

AIM_MILLISECONDS = 50
APART = timedelta(days=10)
DAYS_LATER = timedelta(days=5)


class AtOnce(FhirClient):
    """A FHIR server that takes everything and needs no time."""

    def __init__(self) -> None:
        super().__init__("http://127.0.0.1:9/fhir")
        self.versions: Counter[str] = Counter()

    async def transaction(self, bundle: bytes) -> Answer:
        urls = [entry["request"]["url"] for entry in orjson.loads(bundle)["entry"]]
        self.versions.update(urls)
        entries = [{"response": self._response(url)} for url in urls]
        body = orjson.dumps({"resourceType": "Bundle", "type": "transaction-response", "entry": entries})
        return Answer(status=200, body=body, headers={})

    def _response(self, url: str) -> dict[str, str]:
        version = self.versions[url]
        status = "201 Created" if version == 1 else "200 OK"
        return {"status": status, "location": f"{url}/_history/{version}", "etag": f'W/"{version}"'}

    async def serves(self) -> bool:
        return True


def messages() -> Iterator[bytes]:
    """Any number of messages about one patient: stay after stay, ten for each, the newest stay first."""
    now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    for number in range(1, 10_000):
        case = Case(name=f"patient-{time.time_ns()}", start=now - APART * number, patient=person(1))
        asked, again = case.message_id("asked"), case.message_id("again")
        yield from (innlagt(case), innleggelsesrapport(case), helseopplysninger(case))
        yield from (helseopplysninger(case, updated=True), foresporsel(case, message_id=asked), svar(case, asked))
        yield from (utskrivningsklar(case), avmelding(case))
        yield from (utskrivningsklar(case, ready=case.start + DAYS_LATER, message_id=again), utskrevet(case))


async def measured(settings: Settings, count: int, rounds: int) -> dict[str, Any]:
    engine = connect(settings)
    ids, more = ids_of(settings), messages()
    intake = Intake(
        sessions=sessions(engine), plugins=installed(), ids=ids, dump=doors.dump, max_bytes=settings.max_message_bytes
    )
    async with AtOnce() as client:
        sender = Sender(client=client, breaker=Breaker(client.serves))
        maker = Maker(load=doors.load, course=doors.course, ids=ids)
        projector = Projector(engine=engine, sender=sender, maker=maker)
        rows = [await _taken(intake, next(more)) for _ in range(count)]
        await Turn(projector=projector, message=rows[0].id).take()
        again = [await _turn(projector, await _taken(intake, next(more))) for _ in range(rounds)]
        fresh = []
        for _ in range(max(3, rounds // 3)):
            stranger = replace(projector, maker=Maker(load=doors.load, course=doors.course, ids=ids))
            fresh.append(await _turn(stranger, await _taken(intake, next(more))))
    await engine.dispose()
    return {"seen_before": _told(again), "not_seen_before": _told(fresh)}


async def _taken(intake: Intake, body: bytes) -> Outcome:
    outcome = await intake.take(Raw(body=body, received=datetime.now(UTC)))
    assert isinstance(outcome, Outcome)
    return outcome


async def _turn(projector: Projector, outcome: Outcome) -> tuple[float, float]:
    """CPU and wall milliseconds of one job."""
    wall, cpu = time.perf_counter(), time.process_time()
    said = await Turn(projector=projector, message=outcome.id).take()
    assert said == "delivered", said
    return (time.process_time() - cpu) * 1000, (time.perf_counter() - wall) * 1000


def _told(turns: list[tuple[float, float]]) -> dict[str, dict[str, float]]:
    named = {"cpu_milliseconds": [cpu for cpu, _ in turns], "wall_milliseconds": [wall for _, wall in turns]}
    return {
        name: {"median": round(statistics.median(found), 1), "best": round(min(found), 1)}
        for name, found in named.items()
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--messages", type=int, default=200, help="what the patient has already")
    parser.add_argument("--rounds", type=int, default=15)
    asked = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    with running.database() as log, running.settings(log.url) as env:
        os.environ.update(env)
        found = asyncio.run(measured(load_settings(), asked.messages, asked.rounds))
    best = found["seen_before"]["wall_milliseconds"]["best"]
    measuring.report(
        "patient",
        what="one message arrives for a patient with many; the whole turn, the FHIR server's own time apart",
        messages=asked.messages,
        **found,
        aim={"milliseconds": AIM_MILLISECONDS, "met": best < AIM_MILLISECONDS},
    )


if __name__ == "__main__":
    main()
