"""``heimveg send``: which files, and how the hub's answers are told."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from hub.errors import ConfigurationError, RetriableError
from hub.sending import Answered, Item, items, send


def test_files_folders_and_zips_give_their_messages_in_order(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "2.xml").write_bytes(b"2")
    (tmp_path / "b" / "notes.txt").write_bytes(b"no")
    (tmp_path / "1.xml").write_bytes(b"1")
    with zipfile.ZipFile(tmp_path / "c.zip", "w") as archive:
        archive.writestr("3.xml", b"3")
    assert [item.body for item in items([tmp_path])] == [b"1", b"2", b"3"]
    assert [item.body for item in items([tmp_path / "b" / "notes.txt"])] == [b"no"]


def test_what_is_not_there_or_no_zip_is_told_by_name(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"absent\.xml"):
        list(items([tmp_path / "absent.xml"]))
    (tmp_path / "x.zip").write_bytes(b"no")
    with pytest.raises(ConfigurationError, match=r"x\.zip"):
        list(items([tmp_path / "x.zip"]))


def test_a_hub_that_is_not_there_is_told_with_what_to_do() -> None:
    with pytest.raises(RetriableError, match="heimveg up"):
        send(Item(name="a.xml", body=b"<a/>"), "http://127.0.0.1:9")


def test_an_accepted_message_is_told_in_one_line() -> None:
    answer = {"answer": "accepted", "type": "LOG_INNLAGT", "receipt": "<AppRec/>"}
    answered = Answered(name="a.xml", status=200, answer=answer)
    assert (answered.line, answered.well) == ("a.xml: accepted, type LOG_INNLAGT, AppRec 1 OK", True)


def test_a_refused_message_is_told_with_its_errors_and_where_they_are() -> None:
    fault = {"code": "E36", "text": "Pasienten mangler.", "path": "MsgHead/MsgInfo/Patient"}
    answer = {"answer": "rejected", "type": "LOG_INNLAGT", "receipt": "<AppRec/>", "faults": [fault]}
    answered = Answered(name="a.xml", status=422, answer=answer)
    assert not answered.well
    assert answered.line.splitlines() == [
        "a.xml: rejected, type LOG_INNLAGT, AppRec 2 Avvist",
        "    E36: Pasienten mangler. (MsgHead/MsgInfo/Patient)",
    ]


def test_a_problem_is_told_with_its_advice() -> None:
    answered = Answered(name="a.xml", status=413, answer={"title": "For stor", "advice": "Send en mindre."})
    assert answered.line.splitlines() == ["a.xml: For stor, no AppRec", "    Send en mindre."]
