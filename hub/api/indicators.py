"""Indicators over REST: what there is, and the numbers of one for a window, as JSON or CSV."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Depends, Query, Response
from pydantic import BaseModel, Field

from hub.access.door import needs
from hub.access.scopes import Right
from hub.api import documentation
from hub.api.problems import ProblemError
from hub.api.services import Services, at_hand
from hub.contract import Ids
from hub.indicators.compute import DIMENSIONS, MOST_DIMENSIONS, Result, Window, compute, is_grouping
from hub.indicators.definition import indicators
from hub.indicators.measure import measure, measure_report
from hub.indicators.report import HIDING, as_csv, as_json, described

router = APIRouter(tags=["indicators"])

Using = Annotated[Services, Depends(at_hand)]
YEAR = timedelta(days=365)


class Form(StrEnum):
    """How numbers are given."""

    JSON = "json"
    CSV = "csv"
    FHIR = "fhir"


class IndicatorList(BaseModel):
    """Every indicator with its definition, and what all may be grouped by."""

    indicators: list[dict[str, str]]
    group_by: list[str] = Field(examples=[list(DIMENSIONS)])
    most_groups: int = MOST_DIMENSIONS
    hiding: str


class CellModel(BaseModel):
    """One number; null where it is hidden. A dimension without a value is the total over it."""

    part: str | None
    group: dict[str, str | None] = Field(examples=[{"municipality": "0301"}])
    numerator: int | None
    denominator: int | None
    unknown: int | None
    share: float | None
    median: float | None
    p90: float | None
    mean: float | None
    total: float | None
    hidden: bool


class Numbers(BaseModel):
    """An indicator's definition and its cells."""

    id: str = Field(examples=["I1"])
    title: str
    unit: str
    population: str
    counts: str
    classes: str | None = None
    leaves_out: str
    value: str | None = None
    source: str
    warning: str | None = None
    version: str
    from_: date = Field(alias="from")
    to: date = Field(description="Not included")
    as_of: datetime
    by: list[str]
    hiding: str
    cells: list[CellModel]


@router.get("/indicators", summary="The indicators there are", dependencies=[needs(Right.INDICATORS)])
async def list_indicators() -> IndicatorList:
    """Each says what it counts, of whom, and what it leaves out."""
    found = [described(one) for one in indicators().values()]
    return IndicatorList(indicators=found, group_by=list(DIMENSIONS), hiding=HIDING)


_FORMS = {"text/csv": {"schema": {"type": "string"}}, "application/fhir+json": {}}


@router.get(
    "/indicators/{id}",
    summary="The numbers of one indicator",
    response_model=Numbers,
    responses={
        **documentation.INDICATOR,
        200: {"content": {"text/csv": {"schema": {"type": "string"}}, "application/fhir+json": {}}},
    },
    dependencies=[needs(Right.INDICATORS)],
)
async def get_indicator(
    id: str,
    using: Using,
    from_: Annotated[date | None, Query(alias="from", description="First day; a year before `to` unless said")] = None,
    to: Annotated[date | None, Query(description="First day no longer in it; today unless said")] = None,
    by: Annotated[list[str] | None, Query(description="Group by; repeat for two")] = None,
    form: Annotated[Form, Query(alias="format")] = Form.JSON,
) -> Any:
    """Stays that ended in the window. Small numbers are hidden; hidden cells are there and say so."""
    indicator = indicators().get(id.upper())
    if indicator is None:
        raise ProblemError("no-indicator")
    now = datetime.now(UTC)
    stop = to or now.date()
    window = Window(start=from_ or stop - YEAR, stop=stop, as_of=now)
    if not is_grouping(indicator, by or ()):
        raise ProblemError("wrong-grouping")
    async with using.sessions() as session:
        result = await compute(session, indicator, window, by or ())
    if form is Form.CSV:
        headers = {"Content-Disposition": f'attachment; filename="{indicator.id}.csv"'}
        return Response(as_csv(result), media_type="text/csv; charset=utf-8", headers=headers)
    if form is Form.FHIR:
        return Response(_collection(result, using.intake.ids), media_type="application/fhir+json")
    return as_json(result)


def _collection(result: Result, ids: Ids) -> bytes:
    """The definition and its numbers, as they would be published."""
    made = (measure(result.indicator, ids), measure_report(result, ids))
    entries = [{"fullUrl": f"urn:uuid:{resource['id']}", "resource": resource} for resource in made]
    return orjson.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries})
