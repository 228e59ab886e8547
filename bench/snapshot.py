"""How quickly a municipality sees its inpatients, from a log with a million messages.

``python bench/snapshot.py [--messages 1000000] [--inpatients 300] [--rounds 15]`` prints JSON. The tables are filled in
bulk, with rows that the real course made of real messages; the answers are those of the real application over a real
PostgreSQL: JSON, CSV and the FHIR searchset, with the list of what did not arrive and one indicator beside them.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import measuring
import orjson
import psycopg
import running
import structlog

from adapters.kith import adapter
from adapters.kith.samples import Case, helseopplysninger, innlagt, person, utskrevet, utskrivningsklar
from hub import doors
from hub.access.ledger import Ledger
from hub.api.app import create_app
from hub.api.services import Services
from hub.contract import Document, Projection, Raw, Rejection
from hub.delivery.content import canonical, packed, ref_of
from hub.identity import id_maker
from hub.intake import Intake
from hub.log.database import connect, sessions
from hub.log.migrate import upgrade
from hub.log.stays import packed as rows_of
from hub.plugins import installed
from hub.settings import Settings, load_settings

AIM_MILLISECONDS = 300
MESSAGES_OF_A_STAY = 4
KOMMUNE = "9999"
"""No municipality has it."""

# As many as asked of the rows given, each a stay of its own; every stay has its own id wherever the facts name it.
STAYS = """
INSERT INTO stay (id, lane, municipality, hospital, ward, organisations, began, ended, is_open, due, urgency, resources,
                  facts, as_of)
SELECT %(prefix)s || n, %(prefix)s || n, COALESCE(%(kommune)s, lpad((n %% 300)::text, 4, '0')), row.hospital, row.ward,
       row.organisations, row.began - n %% 900 * interval '1 day', row.ended - n %% 900 * interval '1 day', row.is_open,
       row.due, row.urgency, row.resources, row.facts, now()
FROM generate_series(1, %(count)s) AS n
JOIN (
    SELECT row_number() OVER () - 1 AS place, given.*
    FROM jsonb_to_recordset(%(rows)s::jsonb) AS given(
        hospital text, ward text, organisations text[], began timestamptz, ended timestamptz, is_open boolean,
        due timestamptz, urgency integer, resources text[], facts jsonb)
) AS row ON row.place = n %% %(kinds)s
"""
MESSAGES = """
INSERT INTO message (id, message_id, receiver_key, sender_key, type, received, sha256, size, content_type, test,
                     processing, acknowledgement)
SELECT gen_random_uuid(), gen_random_uuid()::text, 'r' || n %% 300, 's' || n %% 20, 'LOG_INNLAGT',
       now() - n * interval '1 minute', sha256(n::text::bytea), 5000, 'application/xml', false, 'projected', 'positive'
FROM generate_series(1, %(count)s) AS n
"""
RESOURCES = """
INSERT INTO delivered (resource_type, resource_id, lane, content_hash, body, withdrawn)
VALUES (%s, %s, 'bench', %s, %s, false)
"""


def read(body: bytes) -> Document:
    outcome = adapter.read(Raw(body=body, received=datetime.now(UTC)))
    assert not isinstance(outcome, Rejection)
    return outcome


def projections(count: int, *, inside: bool) -> Iterator[Projection]:
    """Stays that are going on, or that are over."""
    now, ids = datetime.now(UTC), id_maker(b"a key for measuring, nothing else")
    for number in range(count):
        case = Case(
            name=f"snapshot-{inside}-{number}", start=now - timedelta(days=3, hours=number), patient=person(number)
        )
        sent = [innlagt(case), helseopplysninger(case), utskrivningsklar(case, ready=case.start + timedelta(days=2))]
        if not inside:
            sent.append(utskrevet(case, left=case.start + timedelta(days=3)))
        kept = sent[: number % 3 + 1] if inside else sent
        yield doors.course([read(body) for body in kept], now, ids=ids)


def is_filled(conninfo: str, messages: int) -> bool:
    """Whether an earlier run has made the log."""
    with psycopg.connect(conninfo) as connection:
        row = connection.execute("SELECT count(*) >= %s FROM message", (messages,)).fetchone()
    return bool(row and row[0])


def fill(conninfo: str, messages: int, inpatients: int) -> None:
    """The million messages, their stays, and the inpatients with the resources that were delivered of them."""
    with psycopg.connect(conninfo) as connection:
        connection.execute(MESSAGES, {"count": messages})
        over = [row for found in projections(12, inside=False) for row in found.stays]
        _stays(connection, "over-", over, messages // MESSAGES_OF_A_STAY, None)
        for number, found in enumerate(projections(inpatients, inside=True)):
            _stays(connection, f"in-{number}-", list(found.stays), 1, KOMMUNE)
            for resource in found.resources:
                ref = ref_of(resource)
                if ref.type != "Binary":
                    body = packed(ref, canonical(resource))
                    connection.execute(RESOURCES, (ref.type, ref.id, b"x", body))
    with psycopg.connect(conninfo, autocommit=True) as connection:
        connection.execute("ANALYZE")


def _stays(connection: psycopg.Connection[Any], prefix: str, rows: list[Any], count: int, kommune: str | None) -> None:
    values = {"prefix": prefix, "rows": rows_of(rows), "kinds": len(rows), "count": count, "kommune": kommune}
    connection.execute(STAYS, values)


async def measured(settings: Settings, rounds: int) -> dict[str, Any]:
    engine = connect(settings)
    makers = sessions(engine)
    ids = id_maker(b"a key for measuring, nothing else")
    intake = Intake(
        sessions=makers, plugins=installed(), ids=ids, dump=doors.dump, max_bytes=settings.max_message_bytes
    )
    ledger = Ledger(sessions=makers, key=b"a key for measuring, nothing else")
    app = create_app(Services(settings=settings, engine=engine, sessions=makers, intake=intake, ledger=ledger))
    snapshot = f"/municipalities/{KOMMUNE}/snapshot"
    asked = {
        "json": snapshot,
        "csv": f"{snapshot}?format=csv",
        "fhir": f"{snapshot}?format=fhir",
        "attention": "/attention?municipality=" + KOMMUNE,
        "indicator": "/indicators/I1?by=municipality",
    }
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://127.0.0.1", timeout=120
    ) as client:
        found = {name: await _timed(client, url, rounds) for name, url in asked.items()}
        rows = len((await client.get(snapshot)).json()["rows"])
    await engine.dispose()
    return {"rows": rows, **found}


async def _timed(client: httpx.AsyncClient, url: str, rounds: int) -> dict[str, float]:
    """The first answer is not counted: connections and plans are made with it."""
    (await client.get(url)).raise_for_status()
    wall, cpu = [], []
    for _ in range(rounds):
        began, used = time.perf_counter(), time.process_time()
        (await client.get(url)).raise_for_status()
        wall.append(time.perf_counter() - began)
        cpu.append(time.process_time() - used)
    return {**measuring.latencies(wall), "least": round(min(wall) * 1000, 1), "cpu": round(min(cpu) * 1000, 1)}


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--messages", type=int, default=1_000_000)
    arguments.add_argument("--inpatients", type=int, default=300)
    arguments.add_argument("--rounds", type=int, default=15)
    chosen = arguments.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    with running.database() as part:
        os.environ["DATABASE_URL"] = part.url
        settings = load_settings()
        upgrade(settings)
        if not is_filled(settings.conninfo, chosen.messages):  # with DATABASE_URL it need be made only once
            fill(settings.conninfo, chosen.messages, chosen.inpatients)
        found = asyncio.run(measured(settings, chosen.rounds))
    told = {
        "bench": "snapshot",
        "messages": chosen.messages,
        "aim_ms": AIM_MILLISECONDS,
        "milliseconds": found,
        "machine": measuring.machine(),
    }
    print(orjson.dumps(told, option=orjson.OPT_INDENT_2).decode())


if __name__ == "__main__":
    main()
