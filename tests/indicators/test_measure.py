"""Indicators as FHIR: a definition, and numbers of which the hidden ones are masked."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest
from fhir.resources.R4B.measure import Measure
from fhir.resources.R4B.measurereport import MeasureReport

from hub.identity import id_maker
from hub.indicators.compute import MEASURES, Cell, Result, Window
from hub.indicators.definition import indicators
from hub.indicators.measure import measure, measure_report

IDS = id_maker(b"a key for tests, nothing else")
MAY = Window(start=date(2026, 5, 1), stop=date(2026, 6, 1), as_of=datetime(2026, 6, 2, 4, tzinfo=UTC))
NONE = dict.fromkeys(MEASURES)


def cell(group, numerator=None, denominator=None) -> Cell:
    return Cell(
        part="av alle",
        group=group,
        numerator=numerator,
        denominator=denominator,
        unknown=0,
        described=NONE,
        is_hidden=numerator is None,
    )


def result(*cells: Cell, by=("municipality",)) -> Result:
    return Result(indicator=indicators()["I1"], window=MAY, by=by, cells=cells)


def test_every_definition_is_a_valid_measure_with_its_version_and_warning() -> None:
    for indicator in indicators().values():
        made = measure(indicator, IDS)
        Measure.model_validate(made)
        assert (made["version"], made.get("disclaimer", "")) == (indicator.version, indicator.warning)


def test_a_report_tells_the_whole_month_and_each_municipality() -> None:
    made = measure_report(result(cell(("1106",), 20, 25), cell((None,), 28, 36)), IDS)
    MeasureReport.model_validate(made)
    assert made["period"] == {"start": "2026-05-01", "end": "2026-05-31"}
    (group,) = made["group"]
    assert [p["count"] for p in group["population"]] == [28, 36]
    assert group["measureScore"]["value"] == 0.778
    (stratum,) = group["stratifier"][0]["stratum"]
    assert stratum["component"][0]["value"]["text"] == "1106"


def test_a_hidden_number_is_masked_and_has_no_score() -> None:
    made = measure_report(result(cell(("1106",)), cell((None,), 28, 36)), IDS)
    MeasureReport.model_validate(made)
    (stratum,) = made["group"][0]["stratifier"][0]["stratum"]
    assert all("count" not in population for population in stratum["population"])
    assert stratum["population"][0]["_count"]["extension"][0]["valueCode"] == "masked"
    assert "measureScore" not in stratum


@pytest.mark.parametrize("cells", [(), (cell((None,), 28, 36),)], ids=["nobody", "no municipality"])
def test_a_report_of_nothing_has_no_empty_lists(cells: tuple[Cell, ...]) -> None:
    made = measure_report(result(*cells), IDS)
    MeasureReport.model_validate(made)
    assert "[]" not in json.dumps(made)


def test_a_report_of_a_window_has_one_id_and_of_another_another() -> None:
    whole = cell((None,), 28, 36)
    assert measure_report(result(whole), IDS)["id"] == measure_report(result(whole), IDS)["id"]
    june = Result(
        indicator=indicators()["I1"],
        window=Window(start=date(2026, 6, 1), stop=date(2026, 7, 1), as_of=MAY.as_of),
        by=("municipality",),
        cells=(whole,),
    )
    assert measure_report(june, IDS)["id"] != measure_report(result(whole), IDS)["id"]
