"""How many messages a second `heimveg rebuild --diff --policy` compares.

``python bench/whatif.py [--persons 1000] [--processes 0]`` prints JSON: a real PostgreSQL filled in bulk with persons
of four messages each, compared by today's policies and by another one, in as many processes as there are processors
unless told. Messages a second of wall time, and of processor time (what one free processor would do).
"""

from __future__ import annotations

import argparse
import asyncio
import os
import time
import zlib
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import measuring
import orjson
import psycopg
import running

from adapters.kith import adapter
from adapters.kith.samples import Case, helseopplysninger, innlagt, person, utskrevet, utskrivningsklar
from hub import doors
from hub.contract import Raw, Rejection
from hub.log.database import connect
from hub.log.migrate import upgrade
from hub.settings import Settings, load_settings
from hub.whatif import Question, answer

AIM = 1000
KEY = "a key for measuring, and nothing else"
MESSAGES = """
INSERT INTO message (id, message_id, receiver_key, sender_key, received, sha256, size, content_type, test, body,
                     processing, acknowledgement)
VALUES (%s, %s, '', '', now(), ''::bytea, 1, 'application/xml', false, %s, 'projected', 'positive')
"""


def fill(conninfo: str, persons: int) -> int:
    """Four messages each; returns how many messages there are."""
    rows: list[tuple[UUID, str, bytes, bytes, str]] = []
    start = datetime.now(UTC) - timedelta(days=30)
    for number in range(persons):
        case = Case(name=f"whatif-{number}", start=start, patient=person(number))
        for body in (innlagt(case), helseopplysninger(case), utskrivningsklar(case), utskrevet(case)):
            document = adapter.read(Raw(body=body, received=start))
            assert not isinstance(document, Rejection)
            dumped = zlib.compress(doors.dump(document))
            rows.append((uuid4(), document.head.message_id, zlib.compress(body), dumped, f"person-{number:06}"))
    with psycopg.connect(conninfo) as connection, connection.cursor() as cursor:
        cursor.executemany(MESSAGES, [(row, name, body) for row, name, body, _, _ in rows])
        documents = [(row, dumped) for row, _, _, dumped, _ in rows]
        cursor.executemany("INSERT INTO document (message, dumped, parser) VALUES (%s, %s, 'bench')", documents)
        links = [(row, key) for row, _, _, _, key in rows]
        cursor.executemany("INSERT INTO message_identifier (message, identifier_key, rank) VALUES (%s, %s, 0)", links)
    with psycopg.connect(conninfo, autocommit=True) as connection:
        connection.execute("ANALYZE")
    return len(rows)


async def measured(settings: Settings, processes: int) -> dict[str, Any]:
    engine = connect(settings)
    question = Question(as_of=datetime.now(UTC), policies=(("reply_hours", "1"),))
    began, used = time.perf_counter(), os.times()
    told = await answer(engine, question, settings, lambda _: None, processes=processes)
    wall, spent = time.perf_counter() - began, os.times()
    await engine.dispose()
    cpu = sum(spent[:4]) - sum(used[:4])
    return {
        "messages": told.messages,
        "persons_changed": told.changed,
        "seconds": round(wall, 2),
        "messages_per_second": round(told.messages / wall),
        "cpu_seconds": round(cpu, 2),
        "messages_per_cpu_second": round(told.messages / cpu),
    }


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--persons", type=int, default=1000)
    arguments.add_argument("--processes", type=int, default=0)
    chosen = arguments.parse_args()
    with running.database() as part:
        os.environ |= {"DATABASE_URL": part.url, "HEIMVEG_ID_KEY": KEY}
        settings = load_settings()
        upgrade(settings)
        fill(settings.conninfo, chosen.persons)
        found = asyncio.run(measured(settings, chosen.processes))
    told = {"bench": "whatif", "aim_per_second": AIM, **found, "machine": measuring.machine()}
    print(orjson.dumps(told, option=orjson.OPT_INDENT_2).decode())


if __name__ == "__main__":
    main()
