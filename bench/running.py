"""The real parts for a bench, each a process of its own: PostgreSQL, HAPI, the hub, workers. Stopped at the end."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg

from hub.embedded.build import ensure_built
from hub.embedded.databases import ensure_database
from hub.embedded.hapi import Datasource, Hapi
from hub.embedded.postgres import PostgreSQL
from hub.embedded.process import free_port

START_WITHIN = 30.0
FOR_LOAD = "-Xmx2g"
"""Java compiles fully, as in production; the embedded default is for a quick start."""


@dataclass(frozen=True, slots=True)
class Part:
    """Where it is, and its process where we started it."""

    url: str
    pid: int | None


@contextlib.contextmanager
def database() -> Iterator[Part]:
    """``DATABASE_URL``, or a PostgreSQL of our own with its usual durability."""
    if address := os.environ.get("DATABASE_URL"):
        yield Part(address, None)
        return
    folder = Path(tempfile.mkdtemp(prefix="heimveg-bench-"))
    folder.chmod(0o711)  # under root the server runs as another user, who must get to its data
    postgres = PostgreSQL(folder, port=free_port(), log=folder / "postgresql.log")
    try:
        postgres.start()
        yield Part(postgres.url("postgres"), postgres.process.pid if postgres.process else None)
    finally:
        postgres.stop()
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def fhir_server(beside: str) -> Iterator[Part]:
    """``HEIMVEG_FHIR_URL``, or a HAPI of our own with a database beside this one."""
    if address := os.environ.get("HEIMVEG_FHIR_URL"):
        yield Part(address, None)
        return
    os.environ.setdefault("HEIMVEG_JAVA_OPTIONS", FOR_LOAD)
    with psycopg.connect(beside, autocommit=True) as connection:
        ensure_database(connection, "hapi", "only-for-measuring")
    address = f"{beside.rpartition('/')[0]}/hapi"
    with tempfile.TemporaryDirectory() as folder:
        hapi = Hapi(
            jar=ensure_built(say), port=free_port(), log=Path(folder) / "hapi.log", datasource=Datasource.of(address)
        )
        try:
            say("waiting for the FHIR server")
            hapi.start()
            yield Part(hapi.base, hapi.process.pid if hapi.process else None)
        finally:
            hapi.stop()


@contextlib.contextmanager
def settings(database_url: str, fhir_url: str = "") -> Iterator[dict[str, str]]:
    """The environment of our commands, in a data folder of their own, the log's tables made."""
    with tempfile.TemporaryDirectory() as home:
        env = os.environ | {
            "DATABASE_URL": database_url,
            "HEIMVEG_FHIR_URL": fhir_url,
            "HEIMVEG_HOME": home,
            "HEIMVEG_ID_KEY": "only-for-measuring" * 3,
        }
        once(env, "keys", "make")
        once(env, "migrate")
        yield env


def once(env: dict[str, str], *command: str) -> None:
    """Run a command of heimveg to its end."""
    subprocess.run([sys.executable, "-m", "hub.cli", *command], env=env, check=True, stdout=subprocess.DEVNULL)


@contextlib.contextmanager
def command(env: dict[str, str], *words: str) -> Iterator[int]:
    """A command of heimveg as a process, for as long as it is needed; its number."""
    with (Path(env["HEIMVEG_HOME"]) / f"{words[0]}.log").open("ab") as out:
        process = subprocess.Popen([sys.executable, "-m", "hub.cli", *words], env=env, stdout=out, stderr=out)
        try:
            yield process.pid
        finally:
            process.terminate()
            process.wait(30)


@contextlib.contextmanager
def hub(env: dict[str, str]) -> Iterator[Part]:
    """The hub, taking messages in."""
    port = free_port()
    with command(env, "serve", "--port", str(port)) as pid:
        wait_for(f"http://127.0.0.1:{port}/health")
        yield Part(f"http://127.0.0.1:{port}", pid)


def wait_for(url: str) -> None:
    """Until it answers; gives up after a while."""
    until = time.monotonic() + START_WITHIN
    while time.monotonic() < until:
        with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=2):  # noqa: S310  our own loopback
            return
        time.sleep(0.1)
    sys.exit("bench: the hub did not start")


def say(text: str) -> None:
    """Tell whoever waits; the result alone goes to standard output."""
    sys.stderr.write(f"bench: {text}\n")
