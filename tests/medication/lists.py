"""Short ways to write medication lists in tests."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from mappings.documents.medication_list import MedicationLine, MedicationList, Source, Strength
from mappings.medication.reconcile import Comparison, Setting, reconcile
from mappings.norwegian_time import OSLO

AT = datetime(2026, 3, 10, 18, 0, tzinfo=OSLO)
TIMES = {
    "gp": "2026-03-06", "pll": "2026-03-06", "municipality": "2026-03-07", "home-at-admission": "2026-03-06",
    "multidose-packed": "2026-03-01", "hospital-discharge": "2026-03-10", "hospital-inpatient": "2026-03-10",
    "patient-reported": "2026-03-05", "kjernejournal": "2026-03-05",
}  # fmt: skip
_count = iter(range(10**9))


def line(name: str, dose: str = "", atc: str = "", **told: Any) -> MedicationLine:
    strengths = told.pop("strengths", None)
    if strengths is None and "mg" in told:
        strengths = (Strength(value=Decimal(str(told.pop("mg"))), unit="mg"),)
    told.pop("mg", None)
    return MedicationLine(
        id=told.pop("id", f"line-{next(_count)}"), name=name, dose_text=dose, atc=atc, strengths=strengths or (), **told
    )


def listing(kind: str, *lines: MedicationLine, at: str = "", **told: Any) -> MedicationList:
    time = datetime.fromisoformat(at or TIMES[kind])
    source = Source(
        system=told.pop("system", kind),
        list_type=kind,  # type: ignore[arg-type]
        time=time.replace(tzinfo=OSLO, hour=time.hour or 12),
        completeness=told.pop("completeness", "snapshot"),
    )
    return MedicationList(id=told.pop("id", f"{kind}-{time:%Y%m%d%H%M}"), source=source, lines=lines, **told)


def compare(*lists: MedicationList, phase: Any = "discharge", age: int | None = None, at: datetime = AT) -> Comparison:
    return reconcile(lists, at, Setting(phase=phase, age=age))


def found(comparison: Comparison, *, info: bool = False, multidose: bool = False) -> list[str]:
    """Code, ATC of the treatments and severity of each finding; INFO and multidose-unknown only where asked for."""
    shown = []
    for one in comparison.findings:
        if (one.severity == "info" and not info) or (one.code == "multidose-unknown" and not multidose):
            continue
        keys = "+".join(key.partition("|")[0] for key in one.treatments)
        shown.append(" ".join(piece for piece in (one.code, keys, one.severity.upper()) if piece))
    return sorted(shown)


def day(text: str) -> date:
    return date.fromisoformat(text)
