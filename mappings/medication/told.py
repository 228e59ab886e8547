"""A comparison as plain values, for JSON and for pages: each list's own words, what differs, what is proposed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from mappings.medication.findings import Finding
from mappings.medication.reconcile import Comparison, Group
from mappings.medication.views import CLASSES, LIST_NAMES, Item, View
from mappings.resources import moment

Json = dict[str, Any]
TERMINOLOGY = {
    0: "Uten FEST: innebygd demotabell, ikke til klinisk bruk. Merkenavn og byttegrupper utenfor tabellen er ukjent.",
    1: "Med {register}.",
}
PARTLY = "Noen lister er tatt inn uten FEST, andre med {register}; av de første er bare demotabellens legemidler kjent."
STATES = {
    "active": "i bruk", "stopped": "seponert", "ended": "avsluttet", "paused": "pause", "planned": "planlagt",
    "unknown": "ukjent status",
}  # fmt: skip
SEVERITIES = {"high": "HØY", "medium": "MIDDELS", "low": "LAV", "info": "INFO"}


def told(comparison: Comparison) -> Json:
    """The whole comparison."""
    return {
        "at": comparison.at.isoformat(),
        "terminology": {"level": comparison.terminology, "text": terminology(comparison)},
        "multidose": [one for view in comparison.views if (one := _multidose(view))],
        "allergies": _allergies(comparison.views),
        "lists": [_list(view) for view in comparison.views],
        "findings": [_finding(found) for found in comparison.findings],
        "treatments": [_group(group) for group in comparison.groups],
    }


def terminology(of: Comparison) -> str:
    """By what register drugs were known, and what is less sure for that."""
    text = PARTLY if of.register and not of.terminology else TERMINOLOGY[of.terminology]
    return text.format(register=of.register)


def _list(view: View) -> Json:
    organisation = view.source.organisation
    return {
        "id": view.id,
        "list_type": view.source.list_type,
        "name": LIST_NAMES[view.source.list_type],
        "organisation": f"{organisation.system}|{organisation.value}" if organisation else None,
        "time": view.time.isoformat(),
        "complete": view.complete_at is not None,
        "counts_as": view.of if view.of in ("aside", "shown") else CLASSES[view.source.list_type],
        "lines": len(view.lines),
    }


def _multidose(view: View) -> Json | None:
    """Of a list that says so: who packs and answers for it, the roll in the house, and the next one's deadline."""
    packed = [line for line in view.lines if line.in_multidose]
    if not (packed or view.in_multidose or view.of == "packed"):
        return None
    days = [line.packed_to for line in packed if line.packed_to]
    first = [line.packed_from for line in packed if line.packed_from]
    return {
        "list": view.id,
        "name": LIST_NAMES[view.source.list_type],
        "lines": len(packed),
        "doctor": view.multidose_doctor or None,
        "pharmacy": view.multidose_pharmacy or None,
        "roll_from": min(first).isoformat() if first else None,
        "roll_to": max(days).isoformat() if days else None,
        "order_deadline": moment(view.order_deadline),
    }


def _allergies(views: Iterable[View]) -> list[Json]:
    """What the patient must not have, by each list that says so."""
    return [
        {"list": view.id, "text": one.text, "atc": one.atc or None, "severity": one.severity or None}
        for view in views
        for one in view.allergies
    ]


def _finding(found: Finding) -> Json:
    made = {
        "code": found.code,
        "discrepancy": found.discrepancy,
        "display": found.display,
        "severity": found.severity,
        "treatments": list(found.treatments),
        "text": found.text,
        "lines": [_place(item) for item in found.items],
    }
    return {**made, "replaces": found.replaces} if found.replaces else made


def _group(group: Group) -> Json:
    return {
        "key": group.key,
        "name": group.name,
        "settled": group.is_settled,
        "lines": [_line(item) for item in group.items],
        "proposed": _place(group.proposed) if group.proposed else None,
    }


def _place(item: Item) -> Json:
    return {"list": item.view.id, "line": item.line.id, "path": item.line.path}


def _line(item: Item) -> Json:
    line, reading = item.line, item.normal.reading
    return {
        **_place(item),
        "list_type": item.view.source.list_type,
        "name": line.name,
        "atc": item.normal.drug.atc or None,
        "dose": line.dose_text,
        "dose_read": reading.confidence,
        "dose_left": reading.residual or None,
        "state": item.state,
        "state_text": STATES[item.state],
        "multidose": line.in_multidose,
        "packed_to": line.packed_to.isoformat() if line.packed_to else None,
        "notes": list(line.notes),
    }
