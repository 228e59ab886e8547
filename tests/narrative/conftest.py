"""The readable document of a message that was sent, by heading."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from lxml import etree

from adapters.kith import KithAdapter
from adapters.kith.samples import HOFTEBRUDD, Case
from hub.contract import Raw, Rejection
from hub.identity import id_maker
from mappings.course import course
from mappings.norwegian_time import OSLO

IDS = id_maker(b"a key for tests, nothing else")


@pytest.fixture
def case() -> Case:
    return Case(name="narrative", start=datetime(2026, 3, 2, 10, tzinfo=OSLO), story=HOFTEBRUDD)


@pytest.fixture
def document() -> Callable[[bytes], dict[str, Any]]:
    """The Composition of one message."""

    def projecting(body: bytes) -> dict[str, Any]:
        outcome = KithAdapter().read(Raw(body=body, received=datetime.now(UTC)))
        assert not isinstance(outcome, Rejection), outcome.faults
        made = course([outcome], datetime(2026, 4, 20, tzinfo=UTC), ids=IDS).resources
        (found,) = [r for r in made if r["resourceType"] == "Composition"]
        return found

    return projecting


@pytest.fixture
def sections(document) -> Callable[[bytes], list[tuple[str, etree._Element]]]:
    """The titles and texts of a message's document, in order."""
    return lambda body: [(s["title"], etree.fromstring(s["text"]["div"])) for s in document(body)["section"]]


@pytest.fixture
def text(sections) -> Callable[[bytes, str], str]:
    """What stands under one heading, as a reader sees it."""

    def reading(body: bytes, title: str) -> str:
        found = [" ".join(" ".join(element.itertext()).split()) for named, element in sections(body) if named == title]
        assert found, [named for named, _ in sections(body)]
        return " | ".join(found)

    return reading
