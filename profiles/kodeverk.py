"""The national code lists of mappings/tables as FHIR CodeSystems, so that a validator knows their codes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mappings import tables

VERSION = "0.1.0"
NATIONAL = f"urn:oid:{tables.CODE_LISTS}"


def code_systems() -> Iterator[dict[str, Any]]:
    """One CodeSystem per list that we know of; those without values say so, so that their codes stay allowed."""
    for number in tables.numbers():
        if tables.system_of(number).startswith(NATIONAL):  # ATC has a home of its own, and its owner describes it
            yield _code_system(number)


def _code_system(number: str) -> dict[str, Any]:
    concepts = [{"code": code, "display": text} for code, text in tables.codes(number).items()]
    resource: dict[str, Any] = {
        "resourceType": "CodeSystem",
        "id": f"kodeverk-{number}",
        "url": tables.system_of(number),
        "version": VERSION,
        "name": f"Kodeverk{number}",
        "title": tables.name(number),
        "status": "active",
        "description": f"Nasjonalt kodeverk {number}, {tables.name(number)}, slik heimveg kjenner det.",
        "language": "nb",
        "caseSensitive": True,
        "content": _content(concepts),
        "count": len(concepts),
        "concept": concepts,
    }
    return {key: value for key, value in resource.items() if value not in (0, [])}


def _content(concepts: list[dict[str, str]]) -> str:
    """Never complete: lists grow, and a code that is newer than our table is carried, not wrong (AppRec rules)."""
    return "fragment" if concepts else "not-present"
