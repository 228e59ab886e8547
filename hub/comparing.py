"""Medication lists of files compared, person by person, without a database.

Files come through the same adapters as what is sent to the hub. What a list does not say of itself (whose it is, what
kind, from when) may stand beside it, in ``<file>.envelope.json``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from hub.beside import MEDIA_TYPES, is_side_car
from hub.contract import Document, Rejection, Term
from hub.doors import medication
from hub.errors import ConfigurationError
from hub.reading import by_person, messages_in

PHASES: Final = ("admission", "discharge", "home")


def list_files(paths: Iterable[Path]) -> Iterator[Path]:
    """The files named, and the messages and lists below each folder named, in order of name."""
    for path in paths:
        if path.is_dir():
            found = (p for p in path.rglob("*") if p.suffix in MEDIA_TYPES and not is_side_car(p.name))
            yield from sorted(p for p in found if p.is_file())
        elif path.is_file():
            yield path
        else:
            raise ConfigurationError(f"{path}: no such file or folder")


def documents_in(path: Path) -> tuple[Document, ...] | Rejection:
    """What stands in a file, through the adapter that knows it; why, where a part of it is refused."""
    found = [read.outcome for read in messages_in(path)]
    refused = [fault for one in found if isinstance(one, Rejection) for fault in one.faults]
    if refused:
        return Rejection(faults=tuple(refused))
    return tuple(one for one in found if not isinstance(one, Rejection))


def comparisons(
    documents: Iterable[Document], at: datetime, *, phase: str, age: int | None, register: Sequence[Term] = ()
) -> list[dict[str, Any]]:
    """One comparison for each person who has a list in these documents."""
    people = by_person(document for document in documents if document.head.persons)
    found = [medication(own, at, phase=phase or None, age=age, register=register) for own in people]
    return [one for one in found if one["lists"]]
