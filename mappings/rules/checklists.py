"""Checklists as data: templates in versions, and which of them a municipality's patients in a ward have by themselves.

A stay keeps the version that was in force when its checklist began: a newer one changes nothing in what people work on.
So a version that has been used is neither changed nor removed; another one follows it from a day on. Points and hours
of the shipped templates are ours (dossier A.3, B.1 to B.4; the shared checklist of Vel heim).
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from itertools import pairwise
from typing import Final, Literal, cast, get_args

Owner = Literal["hospital", "municipality"]
After = Literal["admitted", "ready", "left", "begun"]
COLUMNS: Final = "checklist,version,from,title,item,text,owner,after,hours"
CHOICE_COLUMNS: Final = "checklist,municipality,ward,from"
NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
"""Also an address, and with its version the id of a PlanDefinition (at most 64 characters)."""
HIGHEST_VERSION: Final = 999


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """Something to be done: whose it is, and by when, in hours after something that happens in the stay."""

    item: str
    text: str
    owner: Owner
    after: After
    hours: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """One version of a checklist. Without ``since`` it has always been in force; the one after it ends it."""

    name: str
    version: int
    since: date | None
    title: str
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Stays that begin on a day or later have a checklist by themselves; an empty place means every place."""

    name: str
    municipality: str
    ward: str
    since: date

    def is_for(self, municipality: str | None, wards: Iterable[str], begun: date) -> bool:
        """Whether it is meant for a stay."""
        is_there = self.municipality in ("", municipality) and (not self.ward or self.ward in wards)
        return is_there and self.since <= begun


@cache
def shipped_templates() -> tuple[Template, ...]:
    """Those that come with heimveg."""
    return parsed_templates((resources.files("mappings.rules") / "sjekklister.csv").read_text(encoding="utf-8"))


def parsed_templates(table: str) -> tuple[Template, ...]:
    """Templates from CSV, a row for each point. Raises ``ValueError`` that says what is wrong."""
    rows: dict[tuple[str, int], list[tuple[Point, Mapping[str, str]]]] = {}
    for line, row in enumerate(csv.DictReader(table.splitlines()), start=2):
        name, version, point = _row(line, row)
        rows.setdefault((name, version), []).append((point, row))
    return tuple(_template(name, version, rows[name, version]) for name, version in sorted(rows))


def _row(line: int, row: Mapping[str, str]) -> tuple[str, int, Point]:
    try:
        owner, after = cast("Owner", row["owner"]), cast("After", row["after"])
        point = Point(item=row["item"], text=row["text"], owner=owner, after=after, hours=int(row["hours"]))
        version, since = int(row["version"]), row["from"]
        named = NAME.fullmatch(row["checklist"]) and NAME.fullmatch(point.item) and point.text and row["title"]
        known = owner in get_args(Owner) and after in get_args(After) and point.hours >= 0
        if named and known and 0 < version <= HIGHEST_VERSION and (not since or date.fromisoformat(since)):
            return row["checklist"], version, point
    except (KeyError, TypeError, ValueError):
        pass
    told = f"owner one of {get_args(Owner)}, after one of {get_args(After)}, from a date or empty"
    raise ValueError(f"checklists, line {line}: {COLUMNS}; {told}")


def _template(name: str, version: int, rows: list[tuple[Point, Mapping[str, str]]]) -> Template:
    points, first = tuple(point for point, _ in rows), rows[0][1]
    if len({point.item for point in points}) < len(points):
        raise ValueError(f"checklists, {name} version {version}: a point twice")
    since = date.fromisoformat(first["from"]) if first["from"] else None
    return Template(name=name, version=version, since=since, title=first["title"], points=points)


def in_order(templates: Iterable[Template]) -> tuple[Template, ...]:
    """By name and version. Raises ``ValueError`` where a version does not begin after the one before it.

    Nor may a point stand in two checklists: a stay that has both would have its Task twice.
    """
    ordered = tuple(sorted(templates, key=lambda template: (template.name, template.version)))
    for before, after in pairwise(ordered):
        if before.name == after.name and (after.since is None or after.since <= (before.since or date.min)):
            raise ValueError(
                f"checklists, {after.name} version {after.version}: from a day after that of the one before"
            )
    stands: dict[str, str] = {}
    for template in ordered:
        for point in template.points:
            if stands.setdefault(point.item, template.name) != template.name:
                raise ValueError(f"checklists, {template.name}: the point {point.item} stands in another checklist")
    return ordered


def parsed_choices(table: str, templates: Iterable[Template]) -> tuple[Choice, ...]:
    """Choices from CSV. Raises ``ValueError`` that says in which line."""
    names = {template.name for template in templates}
    return tuple(_choice(line, row, names) for line, row in enumerate(csv.DictReader(table.splitlines()), start=2))


def _choice(line: int, row: Mapping[str, str], names: set[str]) -> Choice:
    try:
        name, municipality, ward = row["checklist"], row["municipality"].strip(), row["ward"].strip()
        if name in names and re.fullmatch(r"(\d{4})?", municipality):
            return Choice(name=name, municipality=municipality, ward=ward, since=date.fromisoformat(row["from"]))
    except (AttributeError, KeyError, TypeError, ValueError):
        pass
    raise ValueError(
        f"chosen checklists, line {line}: {CHOICE_COLUMNS}; a known checklist, kommunenummer or empty, a date"
    )


def in_force(templates: Iterable[Template], name: str, on: date) -> Template | None:
    """The version of a day."""
    found = [t for t in templates if t.name == name and (t.since is None or t.since <= on)]
    return max(found, key=lambda template: template.version, default=None)


def version_of(templates: Iterable[Template], name: str, version: int) -> Template | None:
    """One version of a checklist."""
    return next((t for t in templates if (t.name, t.version) == (name, version)), None)
