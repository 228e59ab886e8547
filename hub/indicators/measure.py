"""An indicator and its numbers as FHIR R4: a Measure for each definition, a MeasureReport for each window.

Hidden numbers are absent with the reason *masked*. Measures are told by id and version, so numbers of two definitions
never meet in one search.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any, Final

from hub.contract import Ids, Resource
from hub.indicators.compute import Cell, Result
from hub.indicators.definition import Indicator

H: Final = "https://heimveg.dev/fhir"
POPULATION: Final = "http://terminology.hl7.org/CodeSystem/measure-population"
SCORING: Final = "http://terminology.hl7.org/CodeSystem/measure-scoring"
ABSENT: Final = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
_PARTS: Final = ("numerator", "denominator")


def canonical_url(indicator: Indicator) -> str:
    """The address of a definition, without its version."""
    return f"{H}/Measure/indikator-{indicator.id.lower()}"


def measure(indicator: Indicator, ids: Ids) -> Resource:
    """The definition."""
    said = [indicator.population, f"Teller: {indicator.counts}.", f"Holder utenfor: {indicator.leaves_out}."]
    criteria = {"numerator": indicator.counts, "denominator": indicator.population}
    made: Resource = {
        "resourceType": "Measure",
        "id": ids("Measure", indicator.id, indicator.version),
        "meta": {"profile": [f"{H}/StructureDefinition/heimveg-measure"]},
        "url": canonical_url(indicator),
        "version": indicator.version,
        "name": f"Indikator{indicator.id}",
        "title": indicator.title,
        "status": "active",
        "experimental": False,
        "description": " ".join(said),
        "copyright": f"Kilde: {indicator.source}",
        "scoring": {"coding": [{"system": SCORING, "code": "proportion", "display": "Proportion"}]},
        "group": [{"population": [_criteria(name, criteria[name], indicator) for name in _PARTS]}],
    }
    return {**made, "disclaimer": indicator.warning} if indicator.warning else made


def _criteria(name: str, words: str, indicator: Indicator) -> dict[str, Any]:
    """In words, with where the definition is: R4 has no code for SQL, and the language must be one of its three."""
    told = {"description": words, "language": "text/cql", "reference": f"{canonical_url(indicator)}/{name}"}
    return {"code": _population(name), "criteria": told}


def _population(name: str) -> dict[str, Any]:
    return {"coding": [{"system": POPULATION, "code": name, "display": name.capitalize()}]}


def measure_report(result: Result, ids: Ids) -> Resource:
    """The numbers of a window: a group for each part, a stratifier for what it is grouped by."""
    window = result.window
    last = window.stop - timedelta(days=1)
    key = (result.indicator.id, result.indicator.version, window.start.isoformat(), last.isoformat(), *result.by)
    groups = list(_groups(result))
    made: Resource = {
        "resourceType": "MeasureReport",
        "id": ids("MeasureReport", *key),
        "meta": {"profile": [f"{H}/StructureDefinition/heimveg-measure-report"]},
        "status": "complete",
        "type": "summary",
        "measure": f"{canonical_url(result.indicator)}|{result.indicator.version}",
        "date": window.as_of.isoformat(timespec="seconds"),
        "period": {"start": window.start.isoformat(), "end": last.isoformat()},
    }
    return {**made, "group": groups} if groups else made  # FHIR has no empty lists


def _groups(result: Result) -> Iterator[dict[str, Any]]:
    for part in dict.fromkeys(cell.part for cell in result.cells):
        cells = [cell for cell in result.cells if cell.part == part]
        whole = next(cell for cell in cells if all(value is None for value in cell.group))
        group: dict[str, Any] = {"code": {"text": part or "alle"}, **_numbers(whole)}
        strata = [_stratum(cell, result.by) for cell in cells if cell is not whole]
        if strata:
            group["stratifier"] = [{"code": [{"text": ", ".join(result.by)}], "stratum": strata}]
        yield group


def _stratum(cell: Cell, by: Iterable[str]) -> dict[str, Any]:
    values = ((name, value) for name, value in zip(by, cell.group, strict=True) if value is not None)
    told = [{"code": {"text": name}, "value": {"text": value}} for name, value in values]
    return {"component": told, **_numbers(cell)}


def _numbers(cell: Cell) -> dict[str, Any]:
    found: dict[str, Any] = {"population": [_count(name, getattr(cell, name)) for name in _PARTS]}
    if cell.share is not None:
        found["measureScore"] = {"value": cell.share, "system": "http://unitsofmeasure.org", "code": "1"}
    return found


def _count(name: str, count: int | None) -> dict[str, Any]:
    if count is None:
        return {"code": _population(name), "_count": {"extension": [{"url": ABSENT, "valueCode": "masked"}]}}
    return {"code": _population(name), "count": count}
