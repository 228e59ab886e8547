"""Medication lists of files compared, person by person, without a database.

Messages come through their adapters; lists in other formats through readers of the entry-point group
``heimveg.lists``. What a list does not say of itself (whose it is, what kind, from when) may stand beside it, in
``<file>.envelope.json``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any, Final, cast

from hub.contract import Document, ListReader, Raw, Rejection, Term
from hub.doors import medication
from hub.errors import ConfigurationError
from hub.reading import NEVER, by_person, read_file

PHASES: Final = ("admission", "discharge", "home")
SIDE_CAR: Final = ".envelope.json"
SUFFIXES: Final = (".xml", ".json", ".csv", ".hl7")
_HEADERS: Final = {
    "sourceSystem": "heimveg-source-system",
    "sourceOrg": "heimveg-source-org",
    "listType": "heimveg-list-type",
    "listTime": "heimveg-list-time",
    "completeness": "heimveg-completeness",
    "patient": "heimveg-patient",
}


def list_files(paths: Iterable[Path]) -> Iterator[Path]:
    """The files named, and the messages and lists below each folder named, in order of name."""
    for path in paths:
        if path.is_dir():
            found = (p for p in path.rglob("*") if p.suffix in SUFFIXES and not p.name.endswith(SIDE_CAR))
            yield from sorted(p for p in found if p.is_file())
        elif path.is_file():
            yield path
        else:
            raise ConfigurationError(f"{path}: no such file or folder")


def documents_in(path: Path) -> tuple[Document, ...] | Rejection:
    """What stands in a file: the documents of a list reader that knows it, or the message of an adapter."""
    raw = Raw(body=path.read_bytes(), received=NEVER, headers=_beside(path))
    reader = next((one for one in readers() if one.accepts(raw)), None)
    if reader is not None:
        return reader.read(raw)
    outcome = read_file(path).outcome
    return outcome if isinstance(outcome, Rejection) else (outcome,)


@lru_cache(maxsize=1)
def readers() -> tuple[ListReader, ...]:
    """Every installed reader of lists, by name."""
    found = sorted(entry_points(group="heimveg.lists"), key=lambda point: point.name)
    return tuple(cast("ListReader", point.load()) for point in found)


def _beside(path: Path) -> dict[str, str]:
    """The envelope beside a file, as the headers that it would have had on the way."""
    side_car = path.with_name(path.name + SIDE_CAR)
    if not side_car.is_file():
        return {}
    try:
        said = json.loads(side_car.read_bytes())
    except ValueError as error:
        raise ConfigurationError(f"{side_car}: no JSON ({error})") from None
    if not isinstance(said, dict) or set(said) - set(_HEADERS):
        raise ConfigurationError(f"{side_car}: write an object with any of {', '.join(_HEADERS)}, and nothing else")
    patient = said.get("patient")
    if isinstance(patient, dict):
        said["patient"] = f"{patient.get('system', '')}|{patient.get('value', '')}"
    return {_HEADERS[name]: str(value) for name, value in said.items()}


def comparisons(
    documents: Iterable[Document], at: datetime, *, phase: str, age: int | None, register: Sequence[Term] = ()
) -> list[dict[str, Any]]:
    """One comparison for each person who has a list in these documents."""
    people = by_person(document for document in documents if document.head.persons)
    found = [medication(own, at, phase=phase, age=age, register=register) for own in people]
    return [one for one in found if one["lists"]]
