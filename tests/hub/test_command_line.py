"""The commands that run the hub: help that teaches, exit codes, and one clear line of trouble."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

COMMANDS = (
    "up", "down", "status", "bootstrap", "migrate", "serve", "worker", "rebuild", "verify", "replay", "send",
    "translate", "validate", "coverage", "explain",
)  # fmt: skip


def heimveg(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "hub.cli", *arguments],
        env={"PATH": "/usr/bin:/bin", "HEIMVEG_HOME": "/nonexistent", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("command", COMMANDS)
def test_help_says_what_it_does_with_an_example(command: str) -> None:
    done = heimveg(command, "--help")
    assert (done.returncode, "Example: " in done.stdout) == (0, True)


@pytest.mark.parametrize("command", ["migrate", "serve", "worker", "rebuild", "verify"])
def test_a_missing_setting_is_one_line_that_names_it(command: str) -> None:
    done = heimveg(command)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert "DATABASE_URL" in done.stderr or "HEIMVEG_" in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [("send",), ("send", "/nonexistent/a.xml"), ("replay",), ("replay", "x", "--since", "2026-01-01"), ("replay", "x")],
)
def test_wrong_use_is_exit_two(arguments: tuple[str, ...]) -> None:
    assert heimveg(*arguments, DATABASE_URL="postgresql://nobody@127.0.0.1:9/none").returncode == 2


def test_a_hub_that_cannot_be_reached_is_exit_two(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_bytes(b"<a/>")
    done = heimveg("send", str(tmp_path), "--url", "http://127.0.0.1:9")
    assert (done.returncode, "cannot be reached" in done.stderr) == (2, True)


def test_the_version_is_told_for_reports() -> None:
    assert re.fullmatch(r"heimveg \d+\.\d+\.\d+\S*\n", heimveg("--version").stdout)


def test_help_needs_none_of_the_large_libraries() -> None:
    code = "import sys; sys.argv = ['heimveg', '--help']\nimport hub.cli\n"
    code += "try:\n    hub.cli.main()\nexcept SystemExit: pass\n"
    large = ("sqlalchemy", "fastapi", "procrastinate", "lxml", "httpx", "pydantic")
    code += f"print([name for name in {large} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


MESSAGE = Path(__file__).parents[1] / "golden" / "innlagt-1.6-ny" / "ny.xml"


def test_coverage_counts_what_becomes_of_every_value(tmp_path: Path) -> None:
    done = heimveg("coverage", str(MESSAGE), "--json")
    told = json.loads(done.stdout)
    assert (done.returncode, list(told)) == (0, ["file", "leaves", "structured", "text", "listed", "lost"])
    assert told["leaves"] == told["structured"] + told["text"] + told["listed"] + len(told["lost"])
    (tmp_path / "broken.xml").write_bytes(b"<MsgHead/>")
    assert heimveg("coverage", str(tmp_path)).returncode == 1


def test_explain_tells_value_place_and_rule_of_the_elements_asked_for() -> None:
    arguments = (str(MESSAGE), "--path", "Encounter.period", "--as-of", "2026-03-07T12:00")
    done = heimveg("explain", *arguments, "--json")
    (told,) = map(json.loads, done.stdout.splitlines())
    assert (told["file"], told["path"]) == (str(MESSAGE), "Encounter.period.start")
    assert told["rule"] == {"function": "mappings.encounter.encounter", "rows": []}
    assert told["xpath"].endswith("MeldingInnlagtPasient/TidsfestetHendelse/TidspunktForHendelse/@V")
    assert told["said"] in heimveg("explain", *arguments).stdout
    assert heimveg("explain", str(MESSAGE), "--xpath", "no such place", "--json").stdout == ""


def test_explain_goes_by_the_policies_of_the_deployment() -> None:
    arguments = (str(MESSAGE), "--path", "Task.restriction", "--as-of", "2026-03-07T12:00", "--json")
    usual, soon = heimveg("explain", *arguments), heimveg("explain", *arguments, HEIMVEG_POLICIES="early_hours=1")
    assert (usual.returncode, soon.returncode) == (0, 2)
    soon = heimveg("explain", *arguments, HEIMVEG_POLICIES="admission_report_hours=12")
    assert soon.returncode == 0
    assert usual.stdout != soon.stdout
