"""The municipality that a patient stays in (oppholdskommune) sees the stay, also when nobody wrote to it.

It owes help to whoever stays within it (helse- og omsorgstjenesteloven § 3-1). Which organisation a municipality is, no
message says: the deployment's list does, and without one nobody is added. What one message made is its parties' alone.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

from hub.contract import ACCESS, Projection, Resource, StayRow
from mappings.scope import MUNICIPALITY

TYPES: Final = frozenset({"Patient", "Encounter", "Task", "CarePlan", "CareTeam"})
"""What it needs to receive the patient; not what others have written of them."""

Organisations = tuple[tuple[str, str], ...]
"""``(kommunenummer, organisation number)``."""


def parsed(table: str) -> Organisations:
    """The list of a deployment, CSV: kommune, organisation. Raises ``ValueError`` that says in which line."""
    rows: Iterable[dict[str, str]] = csv.DictReader(table.splitlines())
    return tuple(sorted({_row(number, row) for number, row in enumerate(rows, start=2)}))


def _row(line: int, row: Mapping[str, str]) -> tuple[str, str]:
    kommune, organisation = (str(row.get(name) or "").strip() for name in ("kommune", "organisation"))
    if not (len(kommune) == 4 and kommune.isdecimal() and len(organisation) == 9 and organisation.isdecimal()):
        raise ValueError(f"municipalities, line {line}: kommune,organisation as 1804,958578466")
    return kommune, organisation


def opened(projection: Projection, organisations: Organisations) -> Projection:
    """The same, open to the municipality of residence too."""
    if not organisations:
        return projection
    return replace(
        projection,
        resources=tuple(_resource(resource, organisations) for resource in projection.resources),
        stays=tuple(_stay(row, organisations) for row in projection.stays),
    )


def added(projection: Projection) -> frozenset[str]:
    """Every organisation that what several messages made is open to."""
    tags = (
        t for r in projection.resources if "source" not in r.get("meta", {}) for t in r.get("meta", {}).get("tag", ())
    )
    return frozenset(str(tag["code"]) for tag in tags if tag["system"] == ACCESS)


def _resource(resource: Resource, organisations: Organisations) -> Resource:
    meta = resource.get("meta", {})
    if resource["resourceType"] not in TYPES or "source" in meta:
        return resource
    tags = [(str(tag["system"]), str(tag["code"])) for tag in meta.get("tag", ())]
    theirs = {(ACCESS, number) for kommune, number in organisations if (MUNICIPALITY, kommune) in tags}
    if theirs <= set(tags):
        return resource
    every = [{"system": system, "code": code} for system, code in sorted({*tags, *theirs})]
    return {**resource, "meta": {**meta, "tag": every}}


def _stay(row: StayRow, organisations: Organisations) -> StayRow:
    theirs = {number for kommune, number in organisations if kommune == row.municipality}
    return replace(row, organisations=tuple(sorted({*row.organisations, *theirs})))
