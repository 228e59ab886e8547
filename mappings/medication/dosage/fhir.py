"""A reading as FHIR R4 ``Dosage``; the text is always the source's own, untouched."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from mappings.medication.dosage import words
from mappings.medication.dosage.reading import Dose, Reading, Timing
from mappings.resources import without_empty

UCUM_SYSTEM: Final = "http://unitsofmeasure.org"
Json = dict[str, Any]


def dosages(reading: Reading) -> list[Json]:
    """One Dosage for each dose read; at least one with the text. What was not read goes to ``patientInstruction``."""
    if not reading.doses:
        return [{"text": reading.text}] if reading.text else []
    return [_dosage(dose, reading) for dose in reading.doses]


def _dosage(dose: Dose, reading: Reading) -> Json:
    return without_empty(
        {
            "sequence": dose.sequence,
            "text": reading.text,
            "additionalInstruction": [{"text": text} for text in dose.instructions],
            "patientInstruction": reading.residual,
            "timing": _timing(dose),
            **_as_needed(dose),
            "site": {"text": dose.site} if dose.site else None,
            "route": {"text": dose.route} if dose.route else None,
            "doseAndRate": [_amount(dose)] if dose.low is not None else None,
            "maxDosePerPeriod": _most(dose),
        }
    )


def _as_needed(dose: Dose) -> Json:
    """R4 has one of the two; a reason says both."""
    if dose.reason:
        return {"asNeededCodeableConcept": {"text": dose.reason}}
    return {"asNeededBoolean": True} if dose.as_needed else {}


def _amount(dose: Dose) -> Json:
    if dose.low is None or dose.high is None or dose.low == dose.high:
        return {"doseQuantity": quantity(dose.low, dose.unit)}
    return {"doseRange": {"low": quantity(dose.low, dose.unit), "high": quantity(dose.high, dose.unit)}}


def _most(dose: Dose) -> Json | None:
    if dose.most is None:
        return None
    day = {"value": 1, "unit": "d", "system": UCUM_SYSTEM, "code": "d"}
    return {"numerator": quantity(dose.most, dose.most_unit), "denominator": day}


def quantity(value: Decimal | None, unit: str) -> Json:
    """A Quantity with UCUM where the unit is a measure; what is counted has its word only."""
    code = words.UCUM.get(unit)
    coded = {"system": UCUM_SYSTEM, "code": code} if code else {}
    return without_empty({"value": _json(value), "unit": unit, **coded})


def _json(value: Decimal | None) -> int | float | None:
    """Dose amounts have few digits, so that a float holds them exactly as written."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def _timing(dose: Dose) -> Json:
    when = dose.timing
    often = when.frequency is not None
    repeat = {
        "boundsDuration": _duration(dose.lasts) if dose.lasts else None,
        "boundsPeriod": {"end": dose.until} if dose.until else None,
        "count": when.count,
        "frequency": when.frequency,
        "frequencyMax": when.most,
        "period": when.period if often else None,
        "periodUnit": when.unit if often else None,
        "dayOfWeek": list(when.days),
        "timeOfDay": list(when.clock),
        "when": list(when.when),
        "offset": when.offset,
    }
    return without_empty({"repeat": without_empty(repeat)})


def _duration(lasts: tuple[int, str]) -> Json:
    count, unit = lasts
    return {"value": count, "unit": unit, "system": UCUM_SYSTEM, "code": unit}


__all__ = ["Timing", "dosages", "quantity"]
