"""Rows that a caller may see: open to one of its numbers, and closed to none of the words for itself (``DENIED``).

The same as ``hub.access.caller.is_open``, where the database must decide.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, and_, not_, true

from hub.contract import DENIED

_OPEN = """
(CAST(:numbers AS text[]) IS NULL OR ({column} && CAST(:numbers AS text[]) AND NOT {column} &&
    ARRAY(SELECT word FROM unnest(CAST(:numbers AS text[])) AS word WHERE word LIKE 'nektet:%')))
"""


def open_to_numbers(column: str) -> str:
    """The criterion on a column (a name of ours); the parameter ``numbers`` is null for who sees all."""
    return _OPEN.format(column=column)


OPEN = open_to_numbers("organisations")
"""Of the table ``stay``."""


def seen_by(column: Any, numbers: Collection[str] | None) -> ColumnElement[bool]:
    """The same of any column of numbers."""
    if numbers is None:
        return true()
    shut = sorted(word for word in numbers if word.startswith(DENIED))
    met = column.op("&&", is_comparison=True)
    return and_(met(sorted(numbers)), not_(met(shut))) if shut else met(sorted(numbers))
