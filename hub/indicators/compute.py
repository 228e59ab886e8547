"""An indicator's numbers for a window, grouped, with small numbers hidden."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Final

from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncSession

from hub.indicators.definition import Indicator
from hub.indicators.suppress import Counts, Key, hidden
from hub.wall_time import norwegian_time

_CFS, _AGE = "(every_stay.facts->>'cfs')::int", "(every_stay.facts->>'age')::int"
DIMENSIONS: Final = {
    "municipality": "every_stay.municipality",
    "hospital": "every_stay.hospital",
    "ward": "every_stay.hospital || ' / ' || every_stay.unit_of_hospital",
    "pathway": "COALESCE(every_stay.facts->>'pathway', 'ukjent')",
    "cfs": f"CASE WHEN {_CFS} BETWEEN 1 AND 3 THEN '1-3' WHEN {_CFS} = 4 THEN '4' WHEN {_CFS} IN (5, 6) THEN '5-6'"
    f" WHEN {_CFS} BETWEEN 7 AND 9 THEN '7-9' ELSE 'ukjent' END",
    "age": f"CASE WHEN {_AGE} < 18 THEN '0-17' WHEN {_AGE} < 67 THEN '18-66' WHEN {_AGE} < 80 THEN '67-79'"
    f" WHEN {_AGE} >= 80 THEN '80+' ELSE 'ukjent' END",
    "month": "to_char(COALESCE(every_stay.ended, every_stay.began) AT TIME ZONE 'Europe/Oslo', 'YYYY-MM')",
}
"""What may be grouped by, as SQL: facts are opened only where a group asks for them, or a year would take minutes."""
MOST_DIMENSIONS: Final = 2
"""That small numbers cannot be worked out again is decided exactly for tables of at most two dimensions."""
TEMPLATE: Final = (Path(__file__).parent / "cells.sql").read_text(encoding="utf-8")
MEASURES: Final = ("median", "p90", "mean", "total")


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Days from ``start``, the day ``stop`` not included; ``as_of`` is when the question is asked."""

    start: date
    stop: date
    as_of: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One number. ``group`` has a value for each dimension, None for the total. Hidden: all counts are None."""

    part: str
    group: Key
    numerator: int | None = None
    denominator: int | None = None
    unknown: int | None = None
    described: Mapping[str, float | None]
    is_hidden: bool = False

    @property
    def share(self) -> float | None:
        """Numerator of denominator, to three places."""
        if self.numerator is None or not self.denominator:
            return None
        return round(self.numerator / self.denominator, 3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """Everything that is told of one indicator."""

    indicator: Indicator
    window: Window
    by: tuple[str, ...]
    cells: tuple[Cell, ...]


async def compute(
    session: AsyncSession, indicator: Indicator, window: Window, by: Sequence[str] = (), *, small_numbers: bool = False
) -> Result:
    """The indicator for the stays that ended in the window, by at most two of ``DIMENSIONS``.

    ``small_numbers`` hides nothing: for a hospital's own work with its own journals, never to be passed on.
    """
    names = columns(indicator, by)
    values = {"start": _midnight(window.start), "stop": _midnight(window.stop), "as_of": window.as_of}
    sql = statement(indicator, names)
    used = {name: value for name, value in values.items() if f":{name}" in sql}
    rows = (await session.execute(text(sql), used)).mappings().all()
    cells = _cells(rows, tuple(names), small_numbers)
    return Result(indicator=indicator, window=window, by=tuple(names), cells=tuple(cells))


def columns(indicator: Indicator, by: Sequence[str]) -> dict[str, str]:
    """What the table is grouped by: name and SQL column. ``by`` may come from outside, so they must be ours."""
    names = {"class": "unit.class"} if indicator.classes else {}
    if not is_grouping(indicator, by):
        raise ValueError(f"group by at most {MOST_DIMENSIONS} of {', '.join(DIMENSIONS)}, classes counted")
    return names | {name: DIMENSIONS[name] for name in by}


def is_grouping(indicator: Indicator, by: Sequence[str]) -> bool:
    """Whether the indicator can be grouped so."""
    most = MOST_DIMENSIONS - bool(indicator.classes)
    return set(by) <= set(DIMENSIONS) and len(set(by)) == len(by) <= most


def statement(indicator: Indicator, names: Mapping[str, str]) -> str:
    """The whole query."""
    whole = TEMPLATE.partition("WITH ")
    sql = "".join(whole[1:]).replace(":definition", indicator.sql)
    sql = sql.replace(":groups", "".join(f"{column} AS {name}, " for name, column in names.items()))
    return sql.replace(", :cube", f", CUBE ({', '.join(names.values())})" if names else "")


def _cells(rows: Iterable[RowMapping], by: Sequence[str], small_numbers: bool) -> Iterable[Cell]:
    """Each part is a table of its own."""
    tables: dict[str, dict[Key, RowMapping]] = defaultdict(dict)
    for row in rows:
        tables[row["part"]][tuple(row[name] for name in by)] = row
    for part, table in sorted(tables.items()):
        counted = {key: Counts(row["numerator"], row["denominator"]) for key, row in table.items()}
        secret = set() if small_numbers else hidden(counted)
        vague = set() if small_numbers else hidden({key: Counts(0, row["valued"]) for key, row in table.items()})
        for key in sorted(table, key=lambda k: tuple((v is None, v or "") for v in k)):
            yield _cell(part, key, table[key], key in secret, key in vague)


def _cell(part: str, key: Key, row: RowMapping, is_hidden: bool, is_vague: bool) -> Cell:
    """A cell of enough units may still have too few values to describe (not every unit has one)."""
    if is_hidden:
        return Cell(part=part, group=key, described=dict.fromkeys(MEASURES), is_hidden=True)
    return Cell(
        part=part,
        group=key,
        numerator=row["numerator"],
        denominator=row["denominator"],
        unknown=row["unknown"],
        described={name: None if is_vague else _number(row[name]) for name in MEASURES},
    )


def _number(value: Decimal | float | None) -> float | None:
    return None if value is None else round(float(value), 2)


def _midnight(day: date) -> datetime:
    return norwegian_time(datetime(day.year, day.month, day.day))  # noqa: DTZ001  the function adds the zone
