"""Documents that stay with a worker: the right ones, and never more than there is room for."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any
from uuid import UUID

from hub.remembered import Remembered

ONE, OTHER, THIRD = (UUID(int=n) for n in (1, 2, 3))


def document(name: str) -> Any:
    return SimpleNamespace(name=name)


def test_a_document_is_recalled_until_what_is_stored_is_another() -> None:
    remembered, held = Remembered(), document("one")
    remembered.keep(ONE, "7", held, 10)
    assert remembered.recall(ONE, "7") is held
    assert remembered.recall(ONE, "8") is None
    assert remembered.recall(OTHER, "7") is None


def test_the_one_used_longest_ago_makes_room() -> None:
    remembered = Remembered(most_bytes=25, largest=20)
    remembered.keep(ONE, "1", document("one"), 10)
    remembered.keep(OTHER, "1", document("other"), 10)
    assert remembered.recall(ONE, "1") is not None
    remembered.keep(THIRD, "1", document("third"), 10)
    held = [remembered.recall(row, "1") is not None for row in (ONE, OTHER, THIRD)]
    assert held == [True, False, True]


def test_replacing_a_document_gives_its_room_back() -> None:
    remembered = Remembered(most_bytes=25, largest=20)
    for stamp in "123456":
        remembered.keep(ONE, stamp, document(stamp), 10)
    remembered.keep(OTHER, "1", document("other"), 10)
    assert remembered.recall(ONE, "6") is not None


def test_a_very_large_document_is_not_kept() -> None:
    remembered = Remembered(most_bytes=100, largest=20)
    remembered.keep(ONE, "1", document("one"), 21)
    assert remembered.recall(ONE, "1") is None
