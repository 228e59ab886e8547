"""The real parts: one PostgreSQL and one HAPI FHIR server per test session, a fresh database per test.

Nothing here skips. What is missing makes the test fail with the name of the package to install.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql

from hub.embedded.build import ensure_built
from hub.embedded.databases import ensure_database
from hub.embedded.hapi import Datasource, Hapi
from hub.embedded.postgres import PostgreSQL
from hub.embedded.process import free_port
from hub.keyring import ensure_keys
from hub.log.migrate import upgrade
from hub.settings import Settings, load_settings

ROOT = Path(__file__).resolve().parents[2]
TEMPLATE = "heimveg_template"


@dataclass
class Server:
    """One of the session's servers. A test that stops or kills it starts it again; the address stays the same."""

    part: PostgreSQL | Hapi

    def start(self) -> None:
        self.part.start()

    def stop(self) -> None:
        self.part.stop()

    def kill(self) -> None:
        """As ``kill -9`` does."""
        assert self.part.process is not None
        self.part.process.kill()
        self.part.process.wait()

    def ensure_running(self) -> None:
        if self.part.process is None or self.part.process.poll() is not None:
            self.start()


@dataclass
class DatabaseServer(Server):
    """The session's PostgreSQL."""

    part: PostgreSQL

    def url(self, database: str = "postgres") -> str:
        return self.part.url(database)

    def execute(self, statement: sql.Composed) -> None:
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(statement)

    def copy_of(self, template: str) -> str:
        """The address of a new database with what ``template`` holds; copying is quicker than migrating."""
        name = f"test_{uuid4().hex}"
        self.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template)))
        return self.url(name)

    def drop(self, name: str) -> None:
        self.ensure_running()
        self.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


@dataclass
class FhirServer(Server):
    """The session's HAPI.

    A test that empties it says so by ``is_bare``: then our resources are installed again before a test that needs them.
    """

    part: Hapi
    furnish: Callable[[], None] | None = None
    is_bare: bool = False

    @property
    def base(self) -> str:
        return self.part.base

    def ensure_furnished(self) -> None:
        if self.is_bare and self.furnish is not None:
            self.furnish()
        self.is_bare = False


STARTED: list[Server] = []


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """A test that fails between killing a part and starting it must not fail all tests after it."""
    for part in STARTED:
        part.ensure_running()
        if isinstance(part, FhirServer) and "fhir" in getattr(item, "fixturenames", ()):
            part.ensure_furnished()


@pytest.fixture(scope="session")
def open_folder() -> Iterator[Path]:
    """A folder that PostgreSQL's user can get to, which pytest's own temporary folders are not for root."""
    folder = Path(tempfile.mkdtemp(prefix="heimveg-test-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_server(open_folder: Path) -> Iterator[DatabaseServer]:
    """PostgreSQL itself."""
    log = open_folder / "logs" / "postgresql.log"
    # Tests kill processes, never the machine: what PostgreSQL has written survives without waiting for the disk.
    postgres = PostgreSQL(open_folder, port=free_port(), log=log, more={"fsync": "off"})
    server = DatabaseServer(postgres)
    server.start()
    STARTED.append(server)
    yield server
    STARTED.remove(server)
    server.stop()


@pytest.fixture(scope="session")
def migrated_template(postgres_server: DatabaseServer) -> str:
    """The name of a migrated database to copy."""
    postgres_server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(TEMPLATE)))
    upgrade(load_settings(database_url=postgres_server.url(TEMPLATE)))
    return TEMPLATE


@contextmanager
def own_database(server: DatabaseServer, template: str, home: Path) -> Iterator[Settings]:
    """Settings with a fresh, migrated database and a data folder with its keys; no FHIR server is named in them."""
    settings = load_settings(database_url=server.copy_of(template), home=home)
    ensure_keys(settings)
    try:
        yield settings
    finally:
        server.drop(settings.conninfo.rpartition("/")[2])


@pytest.fixture
def database(postgres_server: DatabaseServer, migrated_template: str, tmp_path: Path) -> Iterator[Settings]:
    """A database of the test's own, as ``own_database`` makes it."""
    with own_database(postgres_server, migrated_template, tmp_path) as settings:
        yield settings


@pytest.fixture(scope="session")
def fhir_server_program() -> Path:
    """The FHIR server's jar, built when its sources changed."""
    found = subprocess.run(
        [sys.executable, ROOT / "docker" / "prerequisites.py"], capture_output=True, text=True, check=False
    )
    if found.returncode:
        pytest.fail(found.stderr, pytrace=False)
    return ensure_built(lambda text: sys.stderr.write(f"{text}\n"))


@pytest.fixture(scope="session")
def fhir_server(postgres_server: DatabaseServer, fhir_server_program: Path, open_folder: Path) -> Iterator[FhirServer]:
    """The real HAPI FHIR server: ``.base``, ``start()``, ``stop()``, ``kill()``. Shared by all tests."""
    with psycopg.connect(postgres_server.url(), autocommit=True) as connection:
        ensure_database(connection, "hapi", "only-in-tests")
    datasource = Datasource.of(postgres_server.url("hapi"))
    log = open_folder / "logs" / "hapi.log"
    server = FhirServer(Hapi(jar=fhir_server_program, port=free_port(), log=log, datasource=datasource))
    server.start()
    STARTED.append(server)
    yield server
    STARTED.remove(server)
    server.stop()


@pytest.fixture(scope="session")
def fhir(fhir_server: FhirServer, migrated_template: str, postgres_server: DatabaseServer) -> FhirServer:
    """The same server with our conformance resources, installed by the command that operators use."""
    fhir_server.furnish = lambda: install(fhir_server, postgres_server.copy_of(migrated_template))
    fhir_server.furnish()
    return fhir_server


def install(fhir_server: FhirServer, database_url: str) -> None:
    """``heimveg bootstrap`` as a process."""
    home = Path(tempfile.mkdtemp(prefix="heimveg-test-home-"))
    wanted = {"DATABASE_URL": database_url, "HEIMVEG_FHIR_URL": fhir_server.base}
    done = subprocess.run(
        [sys.executable, "-m", "hub.cli", "bootstrap"],
        env=os.environ | wanted | {"HEIMVEG_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )
    shutil.rmtree(home, ignore_errors=True)
    if done.returncode:
        pytest.fail(f"heimveg bootstrap failed:\n{done.stdout}{done.stderr}", pytrace=False)
