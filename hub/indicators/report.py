"""An indicator's numbers as JSON and CSV. What is hidden is told to be so, never left out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from hub.cells import as_csv as table
from hub.indicators.compute import MEASURES, Cell, Result
from hub.indicators.definition import Indicator
from hub.indicators.suppress import SMALLEST

HIDING: Final = (
    f"Celler med nevner under {SMALLEST} eller teller 1-4 er skjult, og så mange andre at ingen skjult celle kan "
    "regnes ut av resten av dette svaret. Svar for ulike tidsrom kan trekkes fra hverandre; publiser faste tidsrom."
)
TOTAL: Final = "alle"


def described(indicator: Indicator) -> dict[str, str]:
    """The definition as people read it."""
    told = {
        "id": indicator.id,
        "title": indicator.title,
        "unit": indicator.unit,
        "population": indicator.population,
        "counts": indicator.counts,
        "classes": indicator.classes,
        "leaves_out": indicator.leaves_out,
        "value": indicator.value,
        "source": indicator.source,
        "warning": indicator.warning,
        "version": indicator.version,
    }
    return {name: said for name, said in told.items() if said}


def as_json(result: Result) -> dict[str, Any]:
    """The definition, the window, and every cell."""
    window = result.window
    return {
        **described(result.indicator),
        "from": window.start,
        "to": window.stop,
        "as_of": window.as_of,
        "by": list(result.by),
        "hiding": HIDING,
        "cells": [_cell(cell, result.by) for cell in result.cells],
    }


def _cell(cell: Cell, by: Iterable[str]) -> dict[str, Any]:
    return {
        "part": cell.part or None,
        "group": dict(zip(by, cell.group, strict=True)),
        "numerator": cell.numerator,
        "denominator": cell.denominator,
        "unknown": cell.unknown,
        "share": cell.share,
        **cell.described,
        "hidden": cell.is_hidden,
    }


def as_csv(result: Result) -> str:
    """One line a cell; the definition's id and version and the window on each, so that lines can be gathered."""
    counts = ("numerator", "denominator", "unknown", "share", *MEASURES, "hidden")
    return table(("id", "version", "from", "to", "part", *result.by, *counts), _lines(result, counts))


def _lines(result: Result, counts: tuple[str, ...]) -> Iterable[list[object]]:
    fixed = (result.indicator.id, result.indicator.version, result.window.start, result.window.stop)
    for cell in result.cells:
        told = _cell(cell, result.by)
        group = [TOTAL if value is None else value for value in cell.group]
        yield [*fixed, cell.part, *group, *(told[name] for name in counts)]
