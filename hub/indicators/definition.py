"""An indicator's file: a head of ``-- key: value`` lines that people read, and a SELECT of one line per unit.

The SELECT reads ``stays`` (those that ended in the window) or ``every_stay``, may use ``:as_of``, and gives ``stay``,
``part``, ``hit``, ``counts``, ``unknown`` and ``value``: whether the unit is in the numerator, in the denominator, or
known too badly for either; and a number to describe by median and the like. Each ``part`` is a table of its own. Where
the head names ``classes``, the SELECT also gives ``class``: which of them the unit is in, one and only one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).parent / "definitions"
KEYS: Final = (
    "id", "title", "unit", "population", "counts", "classes", "leaves out", "value", "window", "source", "warning",
    "version",
)  # fmt: skip
REQUIRED: Final = ("id", "title", "unit", "population", "counts", "leaves out", "source", "version")
_HEAD: Final = re.compile(r"-- ([a-z ]+): (.+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """One definition; a change of what it counts is a new ``version``."""

    id: str
    title: str
    unit: str
    population: str
    counts: str
    leaves_out: str
    source: str
    version: str
    classes: str = ""
    value: str = ""
    window: str = ""
    """``none``: it counts what is so now, whatever window is asked for."""
    warning: str = ""
    sql: str = ""


@cache
def indicators() -> dict[str, Indicator]:
    """Every indicator by its id, in the order of their numbers."""
    found = [parse(path.read_text(encoding="utf-8"), path.name) for path in sorted(FOLDER.glob("*.sql"))]
    return {one.id: one for one in sorted(found, key=lambda one: (one.id[0], int(one.id[1:])))}


def parse(text: str, name: str) -> Indicator:
    """A file as a definition. A head that lacks something is a mistake of ours and stops the start."""
    lines = text.splitlines()
    head: dict[str, str] = {}
    last = ""
    while lines and lines[0].startswith("--"):
        line = lines.pop(0)
        if said := _HEAD.fullmatch(line):
            last = said[1]
            head[last] = said[2]
        else:
            head[last] += " " + line.removeprefix("--").strip()
    if wrong := (set(head) - set(KEYS)) | (set(REQUIRED) - set(head)):
        raise ValueError(f"{name}: the head lacks or does not know {', '.join(sorted(wrong))}")
    return Indicator(sql="\n".join(lines).strip(), **{key.replace(" ", "_"): value for key, value in head.items()})
