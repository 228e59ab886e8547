"""`heimveg up` on this machine: real processes, really killed."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from adapters.kith.samples import Case, helseopplysninger, innlagt, person, utskrevet, utskrivningsklar
from hub.embedded import state as states
from hub.embedded.state import PartState, State, state_file

pytestmark = pytest.mark.integration

PATIENCE = 120.0


class Heimveg:
    """The command, with a data folder of its own."""

    def __init__(self, home: Path) -> None:
        self.home = home
        outside = ("DATABASE_URL", "HEIMVEG_FHIR_URL")
        inherited = {name: value for name, value in os.environ.items() if name not in outside}
        self.env = inherited | {"HEIMVEG_HOME": str(home), "HEIMVEG_PORT": "0"}

    def __call__(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "hub.cli", *arguments]
        return subprocess.run(command, env=self.env, capture_output=True, text=True, check=False)

    def up(self, *arguments: str) -> str:
        done = self("up", "--detach", *arguments)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    @property
    def state(self) -> State:
        found = states.read(self.home)
        assert found is not None
        return found

    def part(self, name: str) -> PartState:
        return next(part for part in self.state.parts if part.name == name)

    def kill(self, name: str) -> None:
        os.kill(self.part(name).pid, signal.SIGKILL)

    def sends(self, messages: list[bytes], folder: Path) -> None:
        folder.mkdir()
        for n, body in enumerate(messages):
            (folder / f"{n}.xml").write_bytes(body)
        done = self("send", str(folder))
        assert done.returncode == 0, done.stdout + done.stderr

    def execute(self, statement: str) -> list[tuple[object, ...]]:
        with psycopg.connect(self.state.database_url) as connection:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []


PROJECTED = "SELECT count(*) FROM message WHERE processing = 'projected'"


def eventually(holds: Callable[[], bool]) -> None:
    """Wait for what another process does; fails loudly when it never does."""
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, "waited in vain"


@pytest.fixture
def heimveg(open_folder: Path) -> Iterator[Heimveg]:
    command = Heimveg(open_folder / uuid4().hex)
    yield command
    command("down")


@pytest.fixture
def with_postgres(heimveg: Heimveg) -> Heimveg:
    heimveg.up("--only", "postgres")
    return heimveg


def test_up_returns_when_all_is_ready_and_down_stops_it(heimveg: Heimveg) -> None:
    assert "PostgreSQL 18" in heimveg.up("--only", "postgres")
    server = heimveg.part("postgres")
    assert heimveg("status").returncode == 0
    assert "stopped; the data stays" in heimveg("down").stdout
    assert not server.lives
    assert heimveg("status").returncode == 1


def test_down_of_nothing_is_well(heimveg: Heimveg) -> None:
    done = heimveg("down")
    assert (done.returncode, "nothing runs" in done.stdout) == (0, True)


def test_a_second_up_changes_nothing_and_says_so(with_postgres: Heimveg) -> None:
    before = with_postgres.state
    assert "already up" in with_postgres.up()
    assert with_postgres.state == before


def test_data_survives_a_stop_and_a_start_at_the_same_address(with_postgres: Heimveg) -> None:
    with_postgres.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    address = with_postgres.state.database_url
    with_postgres("down")
    with_postgres.up("--only", "postgres")
    assert with_postgres.execute("SELECT answer FROM kept") == [(42,)]
    assert with_postgres.state.database_url == address


def test_killed_postgresql_is_started_again_with_its_data(with_postgres: Heimveg) -> None:
    with_postgres.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    dead = with_postgres.part("postgres")
    with_postgres.kill("postgres")
    eventually(lambda: with_postgres.part("postgres").pid != dead.pid)
    eventually(lambda: answers(with_postgres))
    assert with_postgres.execute("SELECT answer FROM kept") == [(42,)]
    assert with_postgres.part("postgres").restarts >= 1


def answers(command: Heimveg) -> bool:
    try:
        return command.execute("SELECT 1") == [(1,)]
    except psycopg.OperationalError:
        return False


def test_a_killed_supervisor_takes_its_children_along_and_the_next_up_recovers(with_postgres: Heimveg) -> None:
    with_postgres.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    server = with_postgres.part("postgres")
    os.kill(with_postgres.state.pid, signal.SIGKILL)
    eventually(lambda: not server.lives)
    assert "killed" in with_postgres("status").stdout
    with_postgres.up("--only", "postgres")
    assert with_postgres.execute("SELECT answer FROM kept") == [(42,)]


def test_passwords_are_readable_by_their_owner_only_and_not_shown(with_postgres: Heimveg) -> None:
    secrets = [state_file(with_postgres.home), *with_postgres.home.glob("*.password")]
    assert [stat.S_IMODE(file.stat().st_mode) for file in secrets] == [0o600] * 4
    shown = with_postgres("status", "--json").stdout
    assert with_postgres.state.database_url.split(":")[2].partition("@")[0] not in shown


def test_status_tells_programs_what_runs_where(with_postgres: Heimveg) -> None:
    found = json.loads(with_postgres("status", "--json").stdout)
    part = found["parts"][0]
    assert (found["running"], found["phase"], found["pid"]) == (True, "ready", with_postgres.state.pid)
    assert (part["name"], part["state"], part["version"].split(".")[0]) == ("postgres", "ready", "18")
    assert Path(part["log"]).is_file()


def test_what_cannot_start_is_told_with_its_last_log_lines(with_postgres: Heimveg) -> None:
    with_postgres("down")
    settings = with_postgres.home / "postgresql" / "postgresql.auto.conf"
    settings.write_text("no_such_setting = 1\n")
    done = with_postgres("up", "--detach", "--only", "postgres")
    assert done.returncode == 1
    assert "no_such_setting" in done.stderr
    assert "failed" in with_postgres("status").stdout


def test_each_owner_sees_its_own_database_only(with_postgres: Heimveg) -> None:
    with pytest.raises(psycopg.OperationalError, match="permission denied"):
        psycopg.connect(with_postgres.state.database_url.removesuffix("heimveg") + "hapi")


@pytest.mark.usefixtures("fhir_server_program")
def test_everything_comes_back_with_what_it_held_after_each_part_was_killed(heimveg: Heimveg, tmp_path: Path) -> None:
    heimveg.up()
    born = {part.name: part.born for part in heimveg.state.parts}
    assert set(born) == {"postgres", "fhir", "serve", "worker"}
    case = Case(name="killed", start=datetime(2026, 3, 2, 8, tzinfo=UTC), patient=person(7))
    before, after = [innlagt(case), helseopplysninger(case)], [utskrivningsklar(case), utskrevet(case)]
    heimveg.sends(before, tmp_path / "before")
    for name in born:
        heimveg.kill(name)
    eventually(lambda: all(part.born != born[part.name] for part in heimveg.state.parts))
    eventually(lambda: heimveg("status").returncode == 0)
    heimveg.sends(after, tmp_path / "after")
    eventually(lambda: heimveg.execute(PROJECTED) == [(len(before) + len(after),)])
    assert "0 missing, 0 different, 0 that heimveg did not write" in heimveg("verify").stdout
    children = heimveg.state.parts
    os.kill(heimveg.state.pid, signal.SIGKILL)
    eventually(lambda: not any(part.lives for part in children))
