"""One bad message does not keep the others from the FHIR server."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from hub.contract import Document, Ids, Projection
from hub.making import Maker
from hub.person import Effective

NOW = datetime(2026, 3, 4, tzinfo=UTC)


def stored(n: int, text: str) -> Effective:
    return Effective(
        row=UUID(int=n),
        message_id=str(n),
        processing="received",
        dumped=zlib.compress(text.encode()),
        original=None,
        stamp="1",
    )


def load(dumped: bytes, _original: bytes) -> Any:
    text = dumped.decode()
    if text == "unreadable":
        raise ValueError("Kari Nordmann")
    age = timedelta(minutes=len(text))
    return SimpleNamespace(text=text, head=SimpleNamespace(generated=NOW - age, message_id=text))


def course(documents: Iterable[Document], now: datetime, *, ids: Ids) -> Projection:
    texts: list[str] = [document.text for document in documents]  # type: ignore[attr-defined]
    if "bad" in texts or {"this", "those"} <= set(texts):
        raise KeyError("Kari Nordmann")
    return Projection(resources=tuple({"resourceType": "Task", "id": text} for text in sorted(texts)))


MAKER = Maker(load=load, course=course, ids=lambda *_: "")


def made(*texts: str) -> tuple[list[str], dict[int, str]]:
    result = MAKER.make([stored(n, text) for n, text in enumerate(texts)], NOW)
    left_out = {row.int: why for row, why in result.left_out.items()}
    return [resource["id"] for resource in result.projection.resources], left_out


def test_all_are_projected_when_nothing_is_wrong() -> None:
    assert made("a", "bb") == (["a", "bb"], {})


def test_what_cannot_be_read_back_is_left_out_with_type_and_place_and_without_its_text() -> None:
    resources, left_out = made("a", "unreadable")
    assert resources == ["a"]
    assert left_out[1].startswith("The stored document cannot be read: ValueError at test_making.py")
    assert "Kari" not in left_out[1]


def test_the_message_that_breaks_the_mapping_is_found_out() -> None:
    resources, left_out = made("a", "bad", "cc")
    assert (resources, list(left_out)) == (["a", "cc"], [1])
    assert "Kari" not in left_out[1]


def test_of_two_that_cannot_be_mapped_together_the_newer_is_left_out_whatever_came_first() -> None:
    assert made("this", "those")[0] == made("those", "this")[0] == ["those"]


def test_nothing_is_made_of_nothing() -> None:
    assert made() == ([], {})
