"""What an epikrise says item by item (HIS 80226): InfItem by its type (list 8233), precautions, who follows up."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from hub.contract import Resource
from mappings.clinical.chart import Chart
from mappings.clinical.condition import DIAGNOSIS, PROBLEM, inactive
from mappings.clinical.epikrise_findings import coded_description, details, notes, observation, result
from mappings.clinical.epikrise_medicine import medicine
from mappings.clinical.flag import flag
from mappings.clinical.values import Literal, absent, as_notes, day, said, span, stamp, value_of
from mappings.documents import epikrise as dis
from mappings.documents.shape import Part
from mappings.plain_text import words
from mappings.resources import concept, extension

MAIN: Final = "H"
_DIAGNOSES: Final = frozenset({"H", "B"})
_PROBLEMS: Final = frozenset({"ART"})
_PROCEDURES: Final = frozenset({"OPIN", "MPRS", "PRS"})
_WARNINGS: Final = {"CAVE": "cave", "SM": "smitte", "NB": "spesielle-hensyn"}


def item(chart: Chart, key: str, of: dis.InfItem) -> Iterator[Resource]:
    """One item: a drug, a result, or an observation that its type makes a diagnosis, procedure or warning."""
    kind = value_of(of.type)
    if of.medication is not None:
        yield from medicine(chart, key, of, of.medication)
    elif of.result_item is not None:
        yield result(chart, key, of, of.result_item)
    elif of.observation is not None and kind in _DIAGNOSES | _PROBLEMS:
        yield _condition(chart, key, of, of.observation)
    elif of.observation is not None and kind in _PROCEDURES:
        yield _procedure(chart, key, of, of.observation)
    elif of.observation is not None and kind in _WARNINGS:
        yield _warning(chart, key, of, of.observation)
    elif of.observation is not None:
        yield observation(chart, key, of, of.observation)


def precaution(chart: Chart, key: str, of: dis.PatientPrecaution) -> Iterator[Resource]:
    """What must be taken into account with this patient, in words."""
    lasting = span(stamp(of.start_date_time), stamp(of.end_date_time))
    yield flag(chart, key, "spesielle-hensyn", text=of.precaution, period=lasting)


def _condition(chart: Chart, key: str, of: dis.InfItem, seen: dis.Observation) -> Resource:
    ended = day(of.end_date_time.v) if of.end_date_time else None
    over = {"clinicalStatus": inactive(ended), "abatementDateTime": ended} if ended else {}
    return chart.made(
        "Condition",
        key,
        extension=[*_main(of), *details(seen.coded_descr)],
        category=[PROBLEM if value_of(of.type) in _PROBLEMS else DIAGNOSIS, concept(of.type, 8233)],
        code=coded_description(seen) or absent(),
        onsetDateTime=stamp(of.start_date_time),
        recordedDate=stamp(of.org_date),
        note=notes(seen),
        **chart.about(),
        **over,
    )


def _main(of: dis.InfItem) -> list[dict[str, Any]]:
    leaf = of.type.v
    is_main = leaf is not None and value_of(of.type) == MAIN
    return [extension("hoveddiagnose", valueBoolean=Literal("true", leaf.path))] if is_main and leaf else []


def _procedure(chart: Chart, key: str, of: dis.InfItem, seen: dis.Observation) -> Resource:
    """An operation or another procedure (NCSP, NCMP, NCRP, or words): it is reported, so it was done."""
    start, end = stamp(of.start_date_time), stamp(of.end_date_time)
    when = {"performedPeriod": span(start, end)} if end else {"performedDateTime": start}
    return chart.made(
        "Procedure",
        key,
        extension=details(seen.coded_descr),
        status="completed",
        category=concept(of.type, 8233),
        code=coded_description(seen) or absent(),
        note=notes(seen),
        **when,
        **chart.about(),
    )


def _warning(chart: Chart, key: str, of: dis.InfItem, seen: dis.Observation) -> Resource:
    text = next(words(seen.description), None) or said(seen.comment)
    rest = as_notes(seen.comment) if text is not said(seen.comment) else []
    code = coded_description(seen) if seen.coded_descr else None
    lasting = span(stamp(of.start_date_time), stamp(of.end_date_time))
    made = flag(chart, key, _WARNINGS[value_of(of.type)], code=code, notes=rest, period=lasting)
    if text:
        made["code"]["text"] = text
    made["category"].append(concept(of.type, 8233))
    return made


def follow_up(payload: Part) -> str | None:
    """The plan for what comes afterwards (Comment/Heading OP of list 8311), as plain text."""
    if not isinstance(payload, dis.Message):
        return None
    comments = (comment for event in payload.serv_rprt.event for comment in event.comment)
    plans = (comment.text_result_value for comment in comments if value_of(comment.heading) == "OP")
    return next((text for plan in plans for text in words(plan)), None)
