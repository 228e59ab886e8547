"""What the gateway adds to a dashboard's query: the same search asked of HAPI itself and through the hub, in turn.

``python bench/gateway.py [--stays 60] [--rounds 300]`` prints JSON. Everything is real: tokens of the local issuer with
DPoP proofs (made before the clock starts), the hub as a process, the access log on PostgreSQL, HAPI. HAPI is asked what
the gateway asks of it, as a client asks (which takes what is packed) and as the hub does (which takes it plain).
``adds`` is the difference of the medians to the former; ``cpu`` is what the hub's process takes.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import httpx
import measuring
import running
import structlog

from adapters.kith.samples import Case, helseopplysninger, innlagt, person, utskrivningsklar
from hub.contract import ACCESS, Raw
from hub.delivery.client import FhirClient
from hub.delivery.content import access_numbers
from hub.embedded.process import free_port
from hub.serve import make_services
from hub.settings import Settings, load_settings
from hub.turn import Turn
from hub.worker import parts

AIM_MILLISECONDS, AIM_SHARE = 5.0, 0.15
WARM = 40
PROCESS = "https://heimveg.dev/fhir/CodeSystem/discharge-process"
QUERIES: dict[str, list[tuple[str, str]]] = {
    "board": [
        ("code", f"{PROCESS}|utskrivningsklar"),
        ("_include", "Task:encounter"),
        ("_include", "Task:patient"),
        ("_count", "50"),
    ],
    "list": [("code", f"{PROCESS}|utskrivningsklar"), ("_count", "20")],
    "count": [("code", f"{PROCESS}|utskrivningsklar"), ("_summary", "count")],
}


def messages(stays: int) -> Iterator[bytes]:
    """Patients who are ready for discharge, all of one hospital and municipality."""
    for number in range(stays):
        start = datetime.now(UTC) - timedelta(days=2, minutes=number)
        case = Case(name=f"gateway {number}", start=start, patient=person(number))
        yield innlagt(case)
        yield helseopplysninger(case)
        yield utskrivningsklar(case, ready=start + timedelta(days=1))


async def filled(settings: Settings, stays: int) -> str:
    """Take in and project everything; the number of an organisation that sees all of it."""
    async with parts(settings) as made, FhirClient(settings.fhir_base) as client:
        services = make_services(settings, client)
        for body in messages(stays):
            outcome = await services.intake.take(Raw(body=body, received=datetime.now(UTC)))
            await Turn(projector=made.projector, message=outcome.id).take()  # type: ignore[union-attr]
        found = await client.search("Task", {"_count": "1"})
        await services.engine.dispose()
    return next(n for n in access_numbers(found["entry"][0]["resource"]) if len(n) == 9)


class Asked:
    """One search, of HAPI itself and through the hub."""

    def __init__(self, fhir: str, hub: str, issuer: str, number: str) -> None:
        self.fhir, self.hub, self.issuer, self.number = fhir, hub, issuer, number
        self.http = httpx.Client(timeout=60)
        wanted = {"orgnr_parent": number, "scope": ["heimveg:api/dashboard", "system/Patient.rs"]}
        self.token = self.http.post(f"{issuer}/token", json=wanted).json()["access_token"]

    def directly(self, pairs: list[tuple[str, str]], packed: bool = True) -> float:
        """As a client asks that says what it can unpack; or one that does not, as the gateway is."""
        form = [*pairs, ("_tag", f"{ACCESS}|{self.number}")]
        once = ("_summary", "count") in pairs
        headers = {"Cache-Control": "no-cache, no-store, max-results=500" if once else "no-cache"}
        headers |= {} if packed else {"Accept-Encoding": "identity"}
        return self._timed(f"{self.fhir}/Task/_search", form, headers)

    def through(self, pairs: list[tuple[str, str]]) -> float:
        address = f"{self.hub}/fhir/Task/_search"
        about = {"method": "POST", "url": address, "token": self.token}
        proof = self.http.post(f"{self.issuer}/proof", json=about).json()["dpop"]
        return self._timed(address, pairs, {"Authorization": f"DPoP {self.token}", "DPoP": proof})

    def _timed(self, address: str, form: list[tuple[str, str]], headers: dict[str, str]) -> float:
        kind = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/fhir+json"}
        content = urlencode(form)
        began = time.perf_counter()
        answer = self.http.post(address, content=content, headers={**kind, **headers})
        took = time.perf_counter() - began
        answer.raise_for_status()
        return took


def compared(asked: Asked, pairs: list[tuple[str, str]], rounds: int, pid: int) -> dict[str, Any]:
    """All ways in turn, so that whatever else the machine does meets each of them."""
    for _ in range(min(WARM, rounds)):
        asked.directly(pairs), asked.through(pairs), asked.directly(pairs, packed=False)
    before = measuring.cpu_seconds(pid)
    all_ = [(asked.directly(pairs), asked.through(pairs), asked.directly(pairs, packed=False)) for _ in range(rounds)]
    used = measuring.cpu_seconds(pid) - before
    direct, through, plain = ([ways[number] for ways in all_] for number in range(3))
    added = measuring.percentile(through, 0.5) - measuring.percentile(direct, 0.5)
    return {
        "hapi": measuring.latencies(direct),
        "hapi, unpacked": measuring.latencies(plain),
        "gateway": measuring.latencies(through),
        "adds": round(added * 1000, 2),
        "share": round(added / measuring.percentile(direct, 0.5), 3),
        "cpu": round(used / rounds * 1000, 2),
    }


def main() -> None:
    """Start the parts, fill them, measure, report."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--stays", type=int, default=60)
    arguments.add_argument("--rounds", type=int, default=300)
    chosen = arguments.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    with ExitStack() as stack:
        log = stack.enter_context(running.database())
        fhir = stack.enter_context(running.fhir_server(log.url))
        port = free_port()
        issuer = f"http://127.0.0.1:{port}"
        env = stack.enter_context(running.settings(log.url, fhir.url))
        env |= {"HEIMVEG_ISSUER": issuer, "HEIMVEG_REQUESTS_PER_MINUTE": "0"}
        running.once(env, "bootstrap")
        os.environ |= {name: value for name, value in env.items() if name.startswith(("HEIMVEG_", "DATABASE_URL"))}
        number = asyncio.run(filled(load_settings(), chosen.stays))
        stack.enter_context(running.command(env, "dev-issuer", "--port", str(port)))
        running.wait_for(f"{issuer}/jwks")
        hub = stack.enter_context(running.hub(env))
        asked = Asked(fhir.url, hub.url, issuer, number)
        found = {name: compared(asked, pairs, chosen.rounds, hub.pid or 0) for name, pairs in QUERIES.items()}
    aim = {"adds_ms": AIM_MILLISECONDS, "share": AIM_SHARE}
    measuring.report("gateway", stays=chosen.stays, rounds=chosen.rounds, aim=aim, milliseconds=found)


if __name__ == "__main__":
    main()
