"""Findings of an epikrise: results of examinations, and what is neither a diagnosis, a procedure nor a warning."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, Final

from hub.contract import Resource
from mappings.clinical.chart import Chart
from mappings.clinical.codes import hl7
from mappings.clinical.values import absent, as_notes, compound, decimal, piece, quantity, span, stamp, value_of
from mappings.documents import epikrise as dis
from mappings.documents.datatypes import CV, PQ
from mappings.plain_text import words
from mappings.resources import concept, moment, without_empty

STAR: Final = "S"
_EXAMINATIONS: Final = frozenset({"FUNN", "US", "SYMP"})
_EXAM: Final = hl7("observation-category", "exam", "Exam")
_SURVEY: Final = hl7("observation-category", "survey", "Survey")


def observation(chart: Chart, key: str, of: dis.InfItem, seen: dis.Observation) -> Resource:
    """Findings, history, prognosis and the rest: the type says what it is, the words or the code what was found."""
    coded = coded_description(seen)
    texts = [*words(seen.description, seen.comment)]
    value = {"valueCodeableConcept": coded} if coded else {"valueString": texts.pop(0) if texts else None}
    return _observed(
        chart, key, of, concept(of.type, 8233), extension=details(seen.coded_descr), note=texts_as_notes(texts), **value
    )


def result(chart: Chart, key: str, of: dis.InfItem, found: dis.ResultItem) -> Resource:
    """A result by what was examined, with its unit and what was said of it."""
    value, texts = _value(found)
    return _observed(
        chart,
        key,
        of,
        concept(found.clin_inv.id),
        extension=compound(
            "presisering", *(piece("value", valueCodeableConcept=concept(s)) for s in found.clin_inv.spec)
        ),
        interpretation=[concept(found.dev_result_ind)],
        note=[*texts_as_notes(texts), *as_notes(found.comment)],
        effectiveDateTime=stamp(found.inv_date),
        **value,
    )


def _piece(of: CV) -> dict[str, Any] | None:
    return piece("value", valueCodeableConcept=concept(of))


def coded_description(seen: dis.Observation) -> dict[str, Any]:
    """The coded description, with the star codes that ICD-10 puts beside a diagnosis."""
    described = seen.coded_descr
    if described is None:
        return {}
    found = concept(described.concept)
    stars = [v for m in described.modifier if value_of(m.name) == STAR for v in m.value]
    beside = [coding for star in stars for coding in concept(star).get("coding", ())]
    return {**found, "coding": [*found.get("coding", ()), *beside]} if beside else found


def details(described: dis.CodedDescr | None) -> list[dict[str, Any]]:
    """What makes the code more precise (list 7305): place, side, course, state."""
    made = []
    for modifier in described.modifier if described else ():
        values = [concept(v) for v in modifier.value] if value_of(modifier.name) != STAR else []
        parts = [piece("value", valueCodeableConcept=value) for value in values]
        made += compound("presisering", piece("name", valueCodeableConcept=concept(modifier.name, 7305)), *parts)
    return made


def notes(seen: dis.Observation) -> list[dict[str, Any]]:
    """The words of an observation as notes."""
    return texts_as_notes(words(seen.description, seen.comment))


def texts_as_notes(texts: Iterable[str]) -> list[dict[str, Any]]:
    """A note for each text."""
    return [{"text": text} for text in texts]


def _observed(chart: Chart, key: str, of: dis.InfItem, what: dict[str, Any], **elements: Any) -> Resource:
    start, end = stamp(of.start_date_time), stamp(of.end_date_time)
    when = {"effectivePeriod": span(start, end)} if end else {"effectiveDateTime": start}
    stated = elements.pop("effectiveDateTime", None)
    return chart.made(
        "Observation",
        key,
        status="final",
        category=[_EXAM if value_of(of.type) in _EXAMINATIONS else _SURVEY, concept(of.type, 8233)],
        code=what or absent(),
        issued=moment(chart.message.head.generated),
        performer=[chart.organisation()],
        **chart.about(),
        **elements,
        **({"effectiveDateTime": stated} if stated else when),
    )


def _value(found: dis.ResultItem) -> tuple[dict[str, Any], list[str]]:
    """What was found: a number with its unit, an interval, a time, or words; further words are notes."""
    if found.num_result is not None:
        return {"valueQuantity": quantity(found.num_result.num_result_value)}, []
    if found.date_result is not None:
        return {"valueDateTime": stamp(found.date_result.date_result_value)}, []
    if found.interval is not None:
        return {"valueRange": _range(found.interval)}, []
    result = found.text_result.result if found.text_result else None
    if result is None:
        return {}, []
    texts, codes = [*words(result.text_result_value)], [concept(code) for code in result.text_code]
    if texts:
        return {"valueString": texts[0]}, []
    return {"valueCodeableConcept": codes[0] if codes else None}, []


def _range(of: dis.Interval) -> dict[str, Any]:
    """An interval, unless its ends are the wrong way round or cannot be compared, as they have different units.

    FHIR forbids both (rng-2), and the text has it.
    """
    low, high = (decimal(end.v) if end else None for end in (of.low, of.high))
    if low and high and (Decimal(low.json) > Decimal(high.json) or _unit(of.low) != _unit(of.high)):
        return {}
    return without_empty({"low": quantity(of.low), "high": quantity(of.high)})


def _unit(of: PQ | None) -> str:
    return str(of.u or "").strip() if of else ""
