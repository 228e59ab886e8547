"""Whole synthetic courses: valid, the same each time, and wrong only where that is asked for."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import orjson
import pytest
from typer.testing import CliRunner

from adapters.kith import KithAdapter
from adapters.kith.samples import courses
from adapters.kith.samples.synth import MISTAKES
from hub.cli import app
from mappings.documents import Message
from mappings.norwegian_time import OSLO
from tests.adapters.conftest import raw, taken

NOW = datetime(2026, 3, 5, 12, 0, tzinfo=OSLO)
FAULTY = "bryter skjemaet"


@pytest.fixture(scope="module")
def flawless() -> list[list[Message]]:
    return [[taken(one.body) for one in course] for course in courses(40, 7, NOW)]


def test_every_message_is_taken_without_a_remark(flawless: list[list[Message]]) -> None:
    assert [m.issues for course in flawless for m in course if m.issues] == []


def test_every_type_of_the_discharge_is_there_in_old_and_new_versions(flawless: list[list[Message]]) -> None:
    kinds = {(m.head.type, m.head.version) for course in flawless for m in course}
    for code in ("LOG_INNLAGT", "HELSEOPPL_SOKNAD", "LOG_UTSKRIVNINGSKLAR", "INNLEGGELSESRAPPORT", "LOG_UTSKREVET"):
        assert {(code, "1.5"), (code, "1.6")} <= kinds
    others = {"UTSKRIVNINGSRAPPORT", "EPIKRISE", "DIALOG_NOTAT", "DIALOG_FORESPORSEL", "DIALOG_SVAR", "EPJ-EKSTRAKT"}
    assert others <= {code for code, _ in kinds}


def test_each_patient_is_one_and_nothing_is_from_the_future(flawless: list[list[Message]]) -> None:
    assert all(len({m.head.persons for m in course}) == 1 for course in flawless if course)
    assert len({course[0].head.persons for course in flawless if course}) == len([c for c in flawless if c])
    for course in flawless:
        made = [m.head.generated for m in course]
        assert made == sorted(made)
        assert all(at <= NOW for at in made)


def test_message_ids_are_of_one_message_each(flawless: list[list[Message]]) -> None:
    ids = [m.head.message_id for course in flawless for m in course]
    assert len(ids) == len(set(ids))


def test_the_same_seed_and_moment_give_the_same_bytes() -> None:
    assert list(courses(5, 3, NOW, 0.5)) == list(courses(5, 3, NOW, 0.5))
    assert list(courses(5, 3, NOW)) != list(courses(5, 4, NOW))


def test_more_patients_do_not_change_those_before() -> None:
    assert list(courses(3, 3, NOW)) == list(courses(6, 3, NOW))[:3]


def test_mistakes_are_told_and_only_a_faulty_message_is_refused() -> None:
    written = [one for course in courses(80, 11, NOW, 1.0) for one in course]
    assert len({one.mistake for one in written}) == len(MISTAKES) + 1
    for one in written:
        outcome = KithAdapter().read(raw(one.body))
        assert isinstance(outcome, Message) == (one.mistake != FAULTY)
        if isinstance(outcome, Message) and outcome.issues:
            assert one.mistake == "ukjent kode"


def test_the_command_writes_files_and_says_what_they_are(tmp_path: Path) -> None:
    arguments = ["synth", "--patients", "6", "--seed", "2", "--mistakes", "1", "--as-of", "2026-03-05T12:00"]
    result = CliRunner().invoke(app, [*arguments, "--out", str(tmp_path / "case")])
    assert result.exit_code == 0, result.output
    manifest = orjson.loads((tmp_path / "case" / "manifest.json").read_bytes())
    files = sorted(path.name for path in (tmp_path / "case").glob("*.xml"))
    assert [told["file"] for told in manifest["messages"]] == files
    assert f"{len(files)} messages of 6 patients" in result.output
    assert {told["mistake"] for told in manifest["messages"]} - {None}


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("x")
    result = CliRunner().invoke(app, ["synth", "--out", str(tmp_path)])
    assert result.exit_code != 0
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]
