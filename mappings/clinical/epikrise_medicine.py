"""Drugs in an epikrise: a statement about use, or an allergy where that is what its status says (list 7307)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from hub.contract import Resource
from mappings import tables
from mappings.clinical.allergy import ACTIVE, UNCONFIRMED
from mappings.clinical.chart import Chart
from mappings.clinical.codes import ATC
from mappings.clinical.values import as_notes, compound, piece, quantity, said, span, stamp, token, value_of
from mappings.documents import epikrise as dis
from mappings.documents.datatypes import CS, CV
from mappings.resources import concept, derived, moment, reference, without_empty

ALLERGIC: Final = "10"
_STATUS: Final = {"2": "active", "3": "intended", "4": "stopped", "5": "active", "6": "active"}
"""7307. That a drug was taken ("1") does not tell whether it still is."""


def medicine(chart: Chart, key: str, item: dis.InfItem, of: dis.Medication) -> Iterator[Resource]:
    """One drug; ATC is written with a space in the standard's own examples, and the strength as unit dose."""
    if value_of(of.status) == ALLERGIC:
        yield _allergy(chart, key, of)
        return
    leaf = of.status.v
    made = chart.made(
        "MedicationStatement",
        key,
        extension=compound(
            "legemiddel",
            piece("form", valueCodeableConcept=concept(of.form, 7448)),
            piece("strength", valueQuantity=quantity(of.unit_dose, 9090)),
        ),
        status=derived(_STATUS[leaf], leaf) if leaf and leaf in _STATUS else "unknown",
        statusReason=[concept(of.status, 7307)],
        category=concept(item.type, 8233),
        medicationCodeableConcept=_drug(of.drug_id),
        subject=reference(chart.making.patient),
        context=chart.encounter(),
        effectivePeriod=span(stamp(item.start_date_time), stamp(item.end_date_time)),
        dateAsserted=moment(chart.message.head.generated),
        informationSource=chart.organisation(),
        note=as_notes(of.comment),
        dosage=_dosage(of),
    )
    chart.places[place_of(of)] = f"MedicationStatement/{made['id']}"
    yield made


def place_of(of: dis.Medication) -> str:
    """Where the drug stands in the message; "" where not even its status does."""
    return of.status.v.path.rpartition("/Status")[0] if of.status.v else ""


def _allergy(chart: Chart, key: str, of: dis.Medication) -> Resource:
    return chart.made(
        "AllergyIntolerance",
        key,
        clinicalStatus=ACTIVE,
        verificationStatus=UNCONFIRMED,
        type="allergy",
        category=[derived("medication", of.status.v or "")],
        code=_drug(of.drug_id),
        patient=reference(chart.making.patient),
        encounter=chart.encounter(),
        note=as_notes(of.comment, of.dosage_text),
    )


def _drug(of: CV) -> dict[str, Any]:
    if of.s is None or tables.list_number(of.s) != "7180" or not token(of.v):
        found = concept(of)
        text = found.get("text") or next((c.get("display") for c in found.get("coding", ()) if c.get("display")), None)
        return {**found, "text": text or "Legemiddel uten navn"}
    assert of.v is not None  # noqa: S101  it is a token
    code = {"system": derived(ATC, of.s), "code": derived(of.v.replace(" ", ""), of.v), "display": said(of.dn)}
    name = said(of.ot) or said(of.dn) or "Legemiddel uten navn"
    return without_empty({"coding": [code], "text": name})


def _dosage(of: dis.Medication) -> list[dict[str, Any]]:
    """The dose as written; how often (5, 6) is the status' own text."""
    made = without_empty(
        {
            "text": said(of.dosage_text),
            "additionalInstruction": [_instruction(of.dosage_coded)],
            "route": concept(of.route_of_adm),
        }
    )
    return [made] if made else []


def _instruction(of: CS | CV | None) -> dict[str, Any]:
    return concept(of)
