"""Drugs given on the day of leaving, and drugs handed to the patient (LegemidlerAdministrertVedOverforing)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from hub.contract import Resource
from mappings.clinical.allergy import component_identifier
from mappings.clinical.chart import Chart, component_key, numbered
from mappings.clinical.medication import SFM, details, drug_code
from mappings.clinical.people import Contained
from mappings.clinical.values import absent, amount, as_notes, boolean, decimal, quantity, span, stamp
from mappings.documents.datatypes import CS, TS
from mappings.documents.legemiddel import (
    AdmAvHelsepersonell,
    Egenadministrering,
    Forskrivningsinfo,
    LegemidlerAdministrertVedOverforing,
)
from mappings.documents.shape import Leaf
from mappings.resources import concept, derived, reference, without_empty

_STATUS: Final = {"1": "completed", "2": "stopped", "3": "not-done", "4": "not-done"}
"""9083: taken, taken in part, refused, not given. Where it is not said, it is unknown."""


def administrations(chart: Chart, key: str, of: LegemidlerAdministrertVedOverforing) -> Iterator[Resource]:
    """Everything of one component: first what professionals gave, then what was handed over."""
    base = component_key(of.komponent_id, key)
    identifier = component_identifier(of)
    for place, given in numbered("AdmAvHelsepersonell", of.adm_av_helsepersonell):
        yield _given(chart, f"{base}/{place}", given, identifier)
    for place, own in numbered("Egenadministrering", of.egenadministrering):
        for number, handed in enumerate(own.utlevert_legemiddel, start=1):
            yield _handed(chart, f"{base}/{place}/{number}", own, handed.ant_enkeltdoser, identifier)


def _given(chart: Chart, key: str, of: AdmAvHelsepersonell, identifier: list[dict[str, Any]]) -> Resource:
    people, drug = Contained(chart), of.forskrivningsinfo
    giver = people.professional(of.administrert_av)
    dose = quantity(of.adm_enkeltdose)
    text = drug.dos_veiled_enkel if drug else None
    amount_given = of.administrert_legemiddel.kvantum if of.administrert_legemiddel else None
    return chart.made(
        "MedicationAdministration",
        key,
        contained=people.resources,
        extension=_drug_extensions(drug),
        identifier=identifier,
        status=_status(of.adm_status),
        statusReason=[concept(of.adm_status, 9083)],
        medicationCodeableConcept=_drug(drug),
        subject=reference(chart.making.patient),
        context=chart.encounter(),
        performer=[{"actor": giver}] if giver else [],
        reasonCode=[{"text": drug.bruksomrade_tekst}] if drug else [],
        dosage={"text": text, "dose": dose} if dose else None,
        note=as_notes(None if dose else text, amount_given),
        **_when(of.adm_start, of.adm_slutt),
    )


def _status(of: CS | None) -> str:
    leaf = of.v if of else None
    return derived(_STATUS[leaf], leaf) if leaf and leaf in _STATUS else "unknown"


def _when(start: TS, end: TS | None) -> dict[str, Any]:
    """R4 demands a time; one that FHIR cannot hold stands in the readable text."""
    first, last = stamp(start), stamp(end)
    if last:
        return {"effectivePeriod": span(first, last)}
    return {"effectiveDateTime": first} if first else {"_effectiveDateTime": absent("as-text")}


def _handed(chart: Chart, key: str, of: Egenadministrering, doses: Leaf, identifier: list[dict[str, Any]]) -> Resource:
    people, drug = Contained(chart), of.forskrivningsinfo
    giver = people.professional(of.administrert_av)
    dose = quantity(of.adm_enkeltdose)
    instruction = without_empty(
        {
            "text": drug.dos_veiled_enkel if drug else None,
            "timing": {"repeat": {"boundsPeriod": span(stamp(of.adm_start), stamp(of.adm_slutt))}},
            "doseAndRate": [{"doseQuantity": dose}] if dose else [],
        }
    )
    number = amount(decimal(doses), None)
    return chart.made(
        "MedicationDispense",
        key,
        contained=people.resources,
        extension=_drug_extensions(drug),
        identifier=identifier,
        status="completed",
        medicationCodeableConcept=_drug(drug),
        subject=reference(chart.making.patient),
        context=chart.encounter(),
        performer=[{"actor": giver}] if giver else [],
        quantity={**number, "unit": "enkeltdoser"} if number else None,
        note=as_notes(drug.bruksomrade_tekst) if drug else [],
        dosageInstruction=[instruction] if instruction else [],
    )


def _drug(drug: Forskrivningsinfo | None) -> dict[str, Any]:
    return drug_code(drug) if drug else absent()


def _drug_extensions(drug: Forskrivningsinfo | None) -> list[dict[str, Any]]:
    if drug is None:
        return []
    use, alone = concept(drug.bruk, 9101), boolean(drug.skal_ikke_tas_sammen_med_annet_legemiddel)
    made = details(drug)
    made += [{"url": f"{SFM}use", "valueCodeableConcept": use}] if use else []
    if alone is not None:
        made.append({"url": f"{SFM}administration", "extension": [{"url": "nocombination", "valueBoolean": alone}]})
    return made
