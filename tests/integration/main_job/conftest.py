"""The hub as its users run it: the commands as processes, on a real PostgreSQL and a real HAPI FHIR server."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import count
from pathlib import Path
from time import monotonic, sleep
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from real_parts import own_database

from adapters.kith.samples import PARTIES, Address, Case, Service, Virksomhet, person
from adapters.kith.samples.parties import organisation_number
from hub.embedded.process import free_port
from hub.settings import Settings

PATIENCE = 120
WAITED_FOR = ("received", "waiting")


def until(holds: Callable[[], Any], what: str) -> Any:
    """Ask until it holds."""
    began = monotonic()
    while monotonic() - began < PATIENCE:
        if found := holds():
            return found
        sleep(0.1)
    pytest.fail(f"waited {PATIENCE} s for {what}")


@dataclass
class RunningHub:
    """A hub process and a worker process."""

    settings: Settings
    fhir_base: str
    logs: Path
    folder: Path
    port: int = 0
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        return os.environ | {
            "DATABASE_URL": self.settings.conninfo,
            "HEIMVEG_FHIR_URL": self.fhir_base,
            "HEIMVEG_HOME": str(self.settings.home),
            "HEIMVEG_PORT": str(self.port),
            "HEIMVEG_FOLDER": str(self.folder),
            "HEIMVEG_FOLDER_SECONDS": "0.2",
        }

    def start(self, name: str) -> None:
        with (self.logs / f"{name}.log").open("ab") as log:
            command = [sys.executable, "-m", "hub.cli", name]
            self.processes[name] = subprocess.Popen(command, env=self.environment, stdout=log, stderr=log)

    def ready(self) -> bool:
        ended = {name: self.told(name) for name, process in self.processes.items() if process.poll() is not None}
        assert ended == {}, "a process of the hub ended at once"
        try:
            with urllib.request.urlopen(f"{self.url}/ready", timeout=5) as answer:
                return answer.status == 200
        except OSError:
            return False

    def told(self, name: str) -> str:
        """What a process has logged."""
        return (self.logs / f"{name}.log").read_text(encoding="utf-8")

    def kill(self, name: str) -> None:
        """kill -9"""
        self.processes[name].send_signal(signal.SIGKILL)
        self.processes[name].wait()

    def stop(self) -> None:
        for process in self.processes.values():
            process.terminate()
        for process in self.processes.values():
            process.wait(timeout=30)

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """A command of heimveg, with this hub's settings."""
        command = [sys.executable, "-m", "hub.cli", *arguments]
        return subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False)

    def post(self, body: bytes) -> tuple[int, bytes]:
        request = urllib.request.Request(
            f"{self.url}/messages", data=body, headers={"Content-Type": "application/xml"}, method="POST"
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()

    def get(self, path: str) -> Any:
        with urllib.request.urlopen(f"{self.url}{path}", timeout=60) as answer:
            return json.load(answer)

    def settled(self) -> bool:
        """Nothing waits for a worker any more."""
        try:
            return not any(self.get(f"/messages?state={state}")["messages"] for state in WAITED_FOR)
        except OSError:
            return False

    def take(self, *bodies: bytes) -> None:
        """Post, and wait until the FHIR server has it."""
        for body in bodies:
            assert self.post(body)[0] == 200
        until(self.settled, "the worker")

    def search(self, query: str) -> list[dict[str, Any]]:
        """Every resource of a search's first page, straight from the FHIR server."""
        with urllib.request.urlopen(f"{self.fhir_base}/{query}", timeout=60) as answer:
            bundle = json.load(answer)
        return [entry["resource"] for entry in bundle.get("entry", ())]

    def put(self, resource: dict[str, Any]) -> None:
        """Write to the FHIR server behind the hub's back."""
        request = urllib.request.Request(
            f"{self.fhir_base}/{resource['resourceType']}/{resource['id']}",
            data=json.dumps(resource).encode(),
            headers={"Content-Type": "application/fhir+json"},
            method="PUT",
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            answer.read()

    def validate(self, resource: dict[str, Any]) -> list[str]:
        """What the FHIR server's validator calls an error."""
        request = urllib.request.Request(
            f"{self.fhir_base}/{resource['resourceType']}/$validate",
            data=json.dumps(resource).encode(),
            headers={"Content-Type": "application/fhir+json"},
        )
        with urllib.request.urlopen(request, timeout=120) as answer:
            issues = json.load(answer)["issue"]
        return [f"{i['diagnostics']} at {i.get('location')}" for i in issues if i["severity"] in ("error", "fatal")]


@pytest.fixture(scope="module")
def hub(postgres_server: Any, migrated_template: str, fhir: Any, open_folder: Path) -> Iterator[RunningHub]:
    """A hub and a worker, ready; the tests of a file share them, each with patients and parties of its own."""
    home = open_folder / f"hub-{uuid4().hex}"
    folder = home / "in"
    folder.mkdir(parents=True)
    with own_database(postgres_server, migrated_template, home) as settings:
        running = RunningHub(settings, fhir.base, home, folder, free_port())
        try:
            running.start("serve")
            running.start("worker")
            until(running.ready, "the hub")
            yield running
        finally:
            running.stop()


@pytest.fixture
def query() -> Callable[..., str]:
    """``query("Task", code=..., status=...)`` as a FHIR search."""
    return lambda type_, **criteria: f"{type_}?{urlencode({k.replace('__', ':'): v for k, v in criteria.items()})}"


@pytest.fixture(scope="session")
def new_case() -> Callable[..., Case]:
    """A stay of a new person at a new hospital and municipality: the FHIR server is shared by all tests."""
    numbers = count(400)

    def making(start: datetime, **changed: Any) -> Case:
        number = next(numbers)
        hospital = Virksomhet(
            name=f"Sykehus {number}", her_id=f"9901{number:04}", number=organisation_number(2 * number)
        )
        kommune = Virksomhet(
            name=f"Kommune {number}", her_id=f"9902{number:04}", number=organisation_number(2 * number + 1)
        )
        parties = replace(
            PARTIES,
            hospital=Address(virksomhet=hospital, level2=Service(name="Kirurgi", her_id=f"9903{number:04}")),
            sykepleietjeneste=Address(virksomhet=kommune, level2=Service(name="Pleie", her_id=f"9904{number:04}")),
            saksbehandling=Address(virksomhet=kommune, level2=Service(name="Sak", her_id=f"9905{number:04}")),
        )
        patient = person(number, municipality=f"8{number:03}")
        return Case(name=f"case {number}", start=start, patient=patient, parties=parties, **changed)

    return making


@pytest.fixture
def wait_until() -> Callable[[Callable[[], Any], str], Any]:
    """``wait_until(holds, what)``."""
    return until
