"""Words that people see, as data: labels of elements, headings of documents, and what stands under which heading."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from importlib import resources
from types import MappingProxyType

Row = Mapping[str, str]


@cache
def rows(name: str) -> tuple[Row, ...]:
    """The rows of one table, in order."""
    content = (resources.files(__name__) / f"{name}.csv").read_text(encoding="utf-8")
    return tuple(MappingProxyType(row) for row in csv.DictReader(content.splitlines()))


@cache
def labels() -> Mapping[str, str]:
    """Element name -> what people call it, where the name itself does not read well."""
    return MappingProxyType({row["element"]: row["label"] for row in rows("labels")})
