"""Which path of an openEHR template is which field of a line: data, one map for each template.

Ours stand in ``templates.csv`` (template, field, path); a deployment adds its own by ``HEIMVEG_OPENEHR_TEMPLATES``, a
file of the same columns, whose templates come before ours. Paths are below that of ``lines``, without the numbers of
what repeats.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Final

LINES: Final = "lines"
FIELDS: Final = frozenset(
    {
        LINES, "id", "name", "code", "terminology", "generic", "form", "strength", "strength_unit", "route",
        "dose_text", "dose", "dose_unit", "indication", "use", "status", "start", "end", "reason", "multidose", "note",
        "varenr", "changed",
    }
)  # fmt: skip
REQUIRED: Final = (LINES, "name")

Templates = Mapping[str, Mapping[str, str]]
"""Template id -> path -> field; the path of the lines stands under ``lines`` of its own map (``lines_of``)."""


@cache
def ours() -> Templates:
    """The templates that heimveg brings."""
    return read(resources.files("adapters.dips").joinpath("templates.csv").read_text(encoding="utf-8"))


def read(table: str) -> Templates:
    """The templates of a table. Raises ``ValueError`` that names what is wrong with it."""
    rows = list(csv.DictReader(table.splitlines()))
    if not rows or {*rows[0]} != {"template", "field", "path"}:
        raise ValueError("write the columns template,field,path")
    if unknown := sorted({row["field"] for row in rows} - FIELDS):
        raise ValueError(f"unknown field {', '.join(unknown)}; there are {', '.join(sorted(FIELDS))}")
    found: dict[str, dict[str, str]] = {}
    for row in rows:
        found.setdefault(row["template"], {})[row["path"]] = row["field"]
    for name, paths in found.items():
        if lacking := [field for field in REQUIRED if field not in paths.values()]:
            raise ValueError(f"{name}: no path for {', '.join(lacking)}")
    return MappingProxyType(found)


def lines_of(paths: Mapping[str, str]) -> str:
    """Where the lines of a template stand."""
    return next(path for path, field in paths.items() if field == LINES)


def together(*tables: Templates) -> Templates:
    """Several tables, the first one first."""
    found: dict[str, Mapping[str, str]] = {}
    for table in tables:
        for name, paths in table.items():
            found.setdefault(name, paths)
    return MappingProxyType(found)


def names(templates: Iterable[str]) -> str:
    """The templates for people."""
    return ", ".join(sorted(templates))
