"""What reasons and flags of the rules say to people, in bokmål: one row of ``begrunnelser.csv`` for each code."""

from __future__ import annotations

import csv
from functools import cache
from importlib import resources


def words(code: str) -> str:
    """The text of a reason or flag; what has no row (somebody's own words, a number) says itself."""
    return texts().get(code, code)


@cache
def texts() -> dict[str, str]:
    """Code -> text."""
    table = (resources.files("mappings.rules") / "begrunnelser.csv").read_text(encoding="utf-8")
    return {row["code"]: row["text"] for row in csv.DictReader(table.splitlines())}
