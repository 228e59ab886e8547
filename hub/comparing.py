"""Medication lists of documents compared, person by person, without a database."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from hub.contract import Document
from hub.doors import medication
from hub.reading import by_person

PHASES: Final = ("admission", "discharge", "home")


def comparisons(documents: Iterable[Document], at: datetime, *, phase: str, age: int | None) -> list[dict[str, Any]]:
    """One comparison for each person who has a list in these documents."""
    people = by_person(document for document in documents if document.head.persons)
    found = [medication(own, at, phase=phase, age=age) for own in people]
    return [one for one in found if one["lists"]]
