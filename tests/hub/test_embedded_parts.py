"""The embedded parts' decisions that need no server: whom to believe, where to listen, when to build."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import SecretStr

from hub.embedded import build, state
from hub.embedded.attach import attached
from hub.embedded.binaries import find_binaries
from hub.embedded.hapi import Datasource
from hub.embedded.parts import Kept
from hub.embedded.plan import ALL_PARTS, make_plan
from hub.embedded.process import birth, free_port, is_alive, spawn, stop
from hub.embedded.secret import secret_in
from hub.embedded.supervisor import sole_supervisor
from hub.errors import ConfigurationError
from hub.settings import Settings, load_settings


def settings(home: Path, **changes: object) -> Settings:
    return load_settings(home=home, **{"database_url": None, "fhir_url": None, "port": 0} | changes)


def test_a_state_is_believed_only_while_its_own_supervisor_lives(tmp_path: Path) -> None:
    mine = state.of_this_process("ready")
    state.write(tmp_path, mine)
    assert state.running(tmp_path) == mine
    state.write(tmp_path, replace(mine, born="another process that had this number before"))
    assert state.running(tmp_path) is None


def test_a_state_of_another_version_or_a_broken_one_stops_nothing(tmp_path: Path) -> None:
    state.write(tmp_path, state.of_this_process())
    file = state.state_file(tmp_path)
    file.write_text(file.read_text().replace('"phase"', '"new_in_2031": 1, "phase"'))
    assert state.read(tmp_path) == state.of_this_process()
    file.write_text("{")
    assert state.read(tmp_path) is None


def test_a_process_that_has_ended_has_no_birth() -> None:
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    assert birth(child.pid) is None
    assert not is_alive(child.pid, None)


def test_a_taken_port_moves_the_hub_and_is_told(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        plan = make_plan(settings(tmp_path, port=taken), ALL_PARTS, {})
    assert plan.ports["hub"] != taken
    assert f"port {taken} is taken" in plan.notes[0]


def test_ports_of_last_time_are_kept_when_they_are_free(tmp_path: Path) -> None:
    last = {"postgres": free_port(), "fhir": free_port()}
    assert make_plan(settings(tmp_path), ("postgres", "fhir"), last).ports == last


def test_outside_servers_are_not_started(tmp_path: Path) -> None:
    outside = settings(tmp_path, database_url="postgresql://u:p@db/heimveg", fhir_url="http://hapi:8080/fhir")
    plan = make_plan(outside, ALL_PARTS, {})
    assert set(plan.ports) == {"hub"}
    assert plan.environment()["DATABASE_URL"] == "postgresql://u:p@db/heimveg"
    assert plan.environment()["HEIMVEG_FHIR_URL"] == "http://hapi:8080/fhir"


def test_a_command_finds_the_running_parts_unless_the_environment_names_others(tmp_path: Path) -> None:
    ours = replace(state.of_this_process("ready"), database_url="postgresql://a:b@h/d", fhir_url="http://f/fhir")
    state.write(tmp_path, ours)
    assert attached(settings(tmp_path)).conninfo == "postgresql://a:b@h/d"
    other = settings(tmp_path, database_url=SecretStr("postgresql://x:y@z/w"))
    assert (attached(other).conninfo, attached(other).fhir_base) == ("postgresql://x:y@z/w", "http://f/fhir")


def test_a_data_folder_of_another_major_version_is_refused_by_name() -> None:
    with pytest.raises(ConfigurationError, match=r"PostgreSQL 9 \(the data folder was made by it"):
        find_binaries("9")


def test_java_gets_the_address_without_the_password_in_it() -> None:
    source = Datasource.of("postgresql://hapi:a%40b@127.0.0.1:5433/hapi")
    assert (source.url, source.user, source.password) == ("jdbc:postgresql://127.0.0.1:5433/hapi", "hapi", "a@b")


def test_java_cannot_use_a_unix_socket_and_the_operator_is_told() -> None:
    with pytest.raises(ConfigurationError, match="HEIMVEG_FHIR_URL"):
        Datasource.of("postgresql:///heimveg?host=/run/postgresql")


def test_only_one_supervisor_per_data_folder(tmp_path: Path) -> None:
    with (
        sole_supervisor(tmp_path),
        pytest.raises(ConfigurationError, match="already running"),
        sole_supervisor(tmp_path),
    ):
        pass


def test_a_secret_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    file = tmp_path / "x.password"
    assert secret_in(file) == secret_in(file)
    assert file.stat().st_mode & 0o777 == 0o600


def test_changed_sources_of_the_fhir_server_are_built_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "pom.xml").write_text("<project/>")
    monkeypatch.setattr(build, "SOURCES", tmp_path)
    before = build.fingerprint()
    (tmp_path / "src" / "New.java").write_text("class New {}")
    assert build.fingerprint() != before
    assert not build.is_built(before)


def test_a_build_removes_earlier_ones_but_not_what_a_server_runs_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build, "SOURCES", tmp_path)
    old, running, new = (build.jar(name) for name in ("a" * 64, "b" * 64, "c" * 64))
    for jar in (old, running, new):
        jar.parent.mkdir(parents=True)
        (jar.parent / "complete").touch()
    with build.hold(running):
        build._remove_unused(keep=new.parent)
    assert [jar.parent.exists() for jar in (old, running, new)] == [False, True, True]


def test_a_missing_maven_is_named_with_its_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "pom.xml").write_text("<project/>")
    monkeypatch.setattr(build, "SOURCES", tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ConfigurationError, match="apt-get install"):
        build.ensure_built(lambda _: None)


class Sleeper:
    """A part that is a process and nothing more."""

    name, title, address, probe, version, attempts = "sleeper", "the sleeper", "", "", "1", 1

    def __init__(self, log: Path) -> None:
        self.log = log
        self.process: subprocess.Popen[bytes] | None = None

    def launch(self) -> None:
        waiting = [sys.executable, "-c", "import signal; signal.pause()"]
        self.process = spawn(waiting, log=self.log, env=os.environ)

    def is_ready(self) -> bool:
        return True

    def stop(self) -> None:
        assert self.process is not None
        stop(self.process, (signal.SIGTERM, 5))


def test_a_part_that_ends_is_started_again_even_when_it_ended_well(tmp_path: Path) -> None:
    kept = Kept(Sleeper(tmp_path / "sleeper.log"))
    kept.launch()
    first = kept.pid
    kept.part.stop()
    assert "SIGTERM" in kept.tend()
    while kept.has_ended():
        kept.tend()
    assert (kept.pid != first, kept.restarts) == (True, 1)
    kept.part.stop()
