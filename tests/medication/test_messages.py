"""Medication lists in KITH messages: what kind of list each is, what stands in it, and what the command shows."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from adapters.kith import KithAdapter
from adapters.kith.samples import Case, epj_ekstrakt, innleggelsesrapport, medisinske_opplysninger, utskrivningsrapport
from hub.cli import app
from hub.contract import Raw
from mappings.documents import Message
from mappings.medication import lists
from mappings.norwegian_time import OSLO

EXAMPLE = Path(__file__).parents[2].parent / "shared" / "kith" / "examples"


@pytest.fixture
def case() -> Case:
    return Case(start=datetime(2026, 3, 2, 10, 0, tzinfo=OSLO))


def read(*bodies: bytes) -> list[Message]:
    found = [KithAdapter().read(Raw(body=body, received=datetime(2026, 3, 2, tzinfo=UTC))) for body in bodies]
    assert all(isinstance(message, Message) for message in found), found
    return found  # type: ignore[return-value]


def test_the_discharge_report_is_a_whole_hospital_list_and_others_are_changes(case: Case) -> None:
    found = lists(read(utskrivningsrapport(case), innleggelsesrapport(case), medisinske_opplysninger(case)))
    kinds = {(one.source.list_type, one.source.completeness) for one in found}
    assert kinds >= {("hospital-discharge", "snapshot"), ("municipality", "delta")}


def test_an_extract_that_does_not_say_whose_list_it_is_is_flagged(case: Case) -> None:
    (one,) = lists(read(epj_ekstrakt(case)))
    assert one.source.completeness == "snapshot"
    assert [issue.code for issue in one.issues] == ["list-type-assumed"]


def test_an_extract_is_the_list_of_whoever_sends_it_where_other_messages_tell_what_they_are(case: Case) -> None:
    parties = case.parties
    told = {
        "hospital-discharge": (epj_ekstrakt(case, sender=parties.hospital), utskrivningsrapport(case)),
        "municipality": (epj_ekstrakt(case, sender=parties.sykepleietjeneste), innleggelsesrapport(case)),
    }
    for kind, (extract, other) in told.items():
        messages = read(extract, other)
        assert messages[0].head.sender.key == messages[1].head.sender.key
        (one,) = (found for found in lists(messages) if found.id == messages[0].head.message_id)
        assert (one.source.list_type, one.issues) == (kind, ())


def test_a_line_holds_what_the_message_says_of_it(case: Case) -> None:
    (one,) = lists(read(utskrivningsrapport(case)))
    stopped = [line for line in one.lines if line.status == "stopped"]
    assert stopped
    assert all(line.atc and line.path.startswith("MsgHead/") for line in one.lines)
    assert any(line.strengths and line.dose_text and line.use for line in one.lines)


def test_a_cancelled_report_says_nothing(case: Case) -> None:
    assert lists(read(utskrivningsrapport(case), utskrivningsrapport(case, series="C"))) == []


def test_the_official_example_has_an_ended_course_and_an_undated_stop() -> None:
    files = sorted(EXAMPLE.rglob("*tskrivningsrapport*1-6*Ny*.xml")) if EXAMPLE.is_dir() else []
    if not files:
        pytest.skip("the official examples are not here")
    outcome = KithAdapter().read(Raw(body=files[0].read_bytes(), received=datetime(2026, 3, 2, tzinfo=UTC)))
    assert isinstance(outcome, Message)
    (one,) = lists([outcome])
    assert sorted(line.status for line in one.lines) == ["active"] * 6 + ["stopped"]


@pytest.fixture
def files(tmp_path: Path, case: Case) -> Path:
    (tmp_path / "inn.xml").write_bytes(innleggelsesrapport(case))
    (tmp_path / "ut.xml").write_bytes(utskrivningsrapport(case))
    return tmp_path


def test_the_command_names_what_must_be_looked_at(files: Path) -> None:
    shown = CliRunner().invoke(app, ["medication", str(files), "--as-of", "2026-03-09T12:00"])
    assert shown.exit_code == 1
    assert "discontinued-still-active" in shown.output
    assert "demotabell" in shown.output


def test_the_command_as_json_says_where_every_line_stood(files: Path) -> None:
    shown = CliRunner().invoke(app, ["medication", str(files), "--as-of", "2026-03-09T12:00", "--json"])
    found = json.loads(shown.output)
    (danger,) = [one for one in found["findings"] if one["severity"] == "high"]
    assert danger["code"] == "discontinued-still-active"
    assert all(line["path"].startswith("MsgHead/") for line in danger["lines"])
    assert {one["list_type"] for one in found["lists"]} == {"municipality", "hospital-discharge"}


def test_a_list_from_after_the_moment_compared_for_is_said_to_be_left_out(files: Path) -> None:
    shown = CliRunner().invoke(app, ["medication", str(files), "--as-of", "2026-03-05T12:00", "--json"])
    found = json.loads(shown.output)
    assert [one["list_type"] for one in found["lists"]] == ["municipality"]
    assert [issue["code"] for issue in found["issues"]] == ["list-ahead"]


def test_a_file_without_a_list_is_no_trouble(tmp_path: Path) -> None:
    (tmp_path / "other.xml").write_bytes(b"<other/>")
    shown = CliRunner().invoke(app, ["medication", str(tmp_path)])
    assert shown.exit_code == 1
    assert "No medication list" in shown.output


def test_an_unknown_phase_is_refused_with_what_there_is(files: Path) -> None:
    shown = CliRunner().invoke(app, ["medication", str(files), "--phase", "later"])
    assert "admission, discharge, home" in str(shown.exception)
