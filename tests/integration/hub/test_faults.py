"""The real processes, adapter and mapping, while everything around them is killed, emptied or answers nonsense.

Whatever happens, after recovery the FHIR server holds exactly what the course of the messages says.
"""

from __future__ import annotations

import itertools
import os
import random
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from adapters.kith.samples import (
    Case,
    avmelding,
    dod,
    helseopplysninger,
    innlagt,
    person,
    utskrevet,
    utskrivningsklar,
)
from hub.embedded.process import free_port
from hub.settings import Settings

pytestmark = pytest.mark.integration

PATIENCE = 150
START = datetime(2026, 3, 2, 8, tzinfo=UTC)


@dataclass
class Deployment:
    """`heimveg serve` and `heimveg worker` as an operator starts them."""

    settings: Settings
    fhir: str
    log: Path
    port: int = field(default_factory=free_port)
    children: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def environment(self) -> dict[str, str]:
        return os.environ | {
            "DATABASE_URL": self.settings.conninfo,
            "HEIMVEG_FHIR_URL": self.fhir,
            "HEIMVEG_HOME": str(self.settings.home),
            "HEIMVEG_PORT": str(self.port),
        }

    def start(self, name: str) -> None:
        with self.log.open("ab") as log:
            command = [sys.executable, "-m", "hub.cli", name]
            self.children[name] = subprocess.Popen(command, env=self.environment(), stdout=log, stderr=log)

    def kill(self, name: str) -> None:
        self.children[name].kill()
        self.children[name].wait()

    def stop(self) -> None:
        for child in self.children.values():
            child.terminate()
        for child in self.children.values():
            child.wait(timeout=30)

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "hub.cli", *arguments],
            env=self.environment(),
            capture_output=True,
            text=True,
            check=False,
        )

    def wait_until_serving(self) -> None:
        def serving() -> bool:
            try:
                with urllib.request.urlopen(f"{self.url}/ready", timeout=5) as answer:
                    return bool(answer.status == 200)
            except OSError:
                return False

        wait_for(serving, "the hub to serve")

    def send(self, folder: Path) -> None:
        """Send until the log takes them: a database that is away is the sender's to try again."""

        def sent() -> bool:
            done = self.run("send", str(folder), "--url", self.url)
            return done.returncode == 0

        wait_for(sent, "all messages to be taken in")

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.settings.conninfo) as connection:
            return connection.execute(query.encode()).fetchall()

    def wait_until_projected(self) -> None:
        def settled() -> bool:
            try:
                states = self.rows("SELECT processing, count(*) FROM message GROUP BY processing")
            except psycopg.OperationalError:
                return False
            return set(dict(states)) <= {"projected", "duplicate"}

        wait_for(settled, "all messages to be projected", told=lambda: self.rows("SELECT * FROM attempt")[-3:])


def wait_for(holds: Any, what: str, told: Any = lambda: "") -> None:
    until = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < until, f"waited {PATIENCE} s for {what}: {told()}"
        time.sleep(0.1)


@contextmanager
def deployed(settings: Settings, fhir: str, folder: Path) -> Iterator[Deployment]:
    deployment = Deployment(settings=settings, fhir=fhir, log=folder / "heimveg.log")
    deployment.start("serve")
    deployment.start("worker")
    try:
        deployment.wait_until_serving()
        yield deployment
    finally:
        deployment.stop()


def course_of(n: int) -> list[bytes]:
    """One patient's way through the hospital, each ending another one."""
    case = Case(name=f"faults-{n}", start=START + timedelta(days=n), patient=person(n))
    ready = case.start + timedelta(days=3)
    told = [
        innlagt(case),
        helseopplysninger(case, expected=ready.date()),
        helseopplysninger(case, updated=True, expected=ready.date()),
        utskrivningsklar(case, ready=ready),
    ]
    endings = (utskrevet, avmelding, dod)
    return [*told, endings[n % 3](case)] if n % 4 else told


def written(folder: Path, messages: list[bytes]) -> Path:
    folder.mkdir()
    for n, body in enumerate(messages):
        (folder / f"{n:03}.xml").write_bytes(body)
    return folder


def in_batches(tmp_path: Path, patients: int, count: int) -> list[Path]:
    """All messages in a random order that is the same every time, in folders; some come twice."""
    order = random.Random(7)
    messages = list(itertools.chain.from_iterable(course_of(n) for n in range(patients)))
    messages += order.sample(messages, len(messages) // 5)
    order.shuffle(messages)
    size = -(-len(messages) // count)
    return [written(tmp_path / f"batch-{n}", messages[n * size : (n + 1) * size]) for n in range(count)]


def test_the_fhir_server_holds_what_the_course_says_after_everything_was_killed_and_it_was_emptied(
    database, fhir_server, postgres_server, proxy, tmp_path
) -> None:
    """The FHIR server loses its data too; ``test_embedded.py`` kills one that keeps them."""
    batches = in_batches(tmp_path, 8, 5)
    with deployed(database, proxy.base, tmp_path) as hub:
        proxy.faults = ["lost", 409, 412, 429, 500, "cut", 503, "lost", 500, 409]
        hub.send(batches[0])
        hub.kill("worker")
        hub.send(batches[1])
        hub.start("worker")
        hub.send(batches[2])
        postgres_server.kill()
        postgres_server.start()
        hub.send(batches[3])
        hub.wait_until_projected()
        fhir_server.kill()
        hub.send(batches[4])
        hub.kill("serve")
        hub.start("serve")
        restarted_empty(fhir_server, postgres_server)
        hub.wait_until_projected()
        lost = hub.run("verify")
        assert (lost.returncode, " 0 different, 0 that heimveg did not write" in lost.stdout) == (1, True), lost.stdout
        repaired = hub.run("verify", "--repair")
        assert repaired.returncode == 0, repaired.stdout
        found = hub.run("verify", "--examples", "20").stdout
        assert "0 missing, 0 different" in found
        assert not found.startswith("0 right")
        assert hub.rows("SELECT count(*) FROM delivered WHERE content_hash = ''") == [(0,)]
        rebuilt = hub.run("rebuild", "--all")  # the indicators too
        assert (rebuilt.returncode, "sent" in rebuilt.stdout) == (0, True)
        after = hub.run("verify")
        assert after.returncode == 0, after.stdout
        assert "would send 0," in hub.run("rebuild", "--diff").stdout


def restarted_empty(fhir_server: Any, postgres_server: Any) -> None:
    """The killed server with an empty database, as after a restore that went wrong."""
    with psycopg.connect(postgres_server.url(), autocommit=True) as connection:
        connection.execute("DROP DATABASE hapi WITH (FORCE)")
        connection.execute("CREATE DATABASE hapi OWNER hapi")
    fhir_server.is_bare = True
    fhir_server.start()
