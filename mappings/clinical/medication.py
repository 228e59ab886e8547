"""Medication: each Legemiddelinfo is a statement about use, never an order; the sender's dose text always stays."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from hub.contract import Resource
from mappings import tables
from mappings.clinical.allergy import component_identifier
from mappings.clinical.chart import Chart, component_key
from mappings.clinical.codes import ATC, FEST, VARENUMMER
from mappings.clinical.dosing import structured, with_bounds
from mappings.clinical.people import Contained
from mappings.clinical.values import (
    Literal,
    as_notes,
    boolean,
    coded,
    compound,
    piece,
    quantity,
    said,
    span,
    stamp,
    token,
    value_of,
)
from mappings.documents.datatypes import CS, CV, TS
from mappings.documents.legemiddel import ForenkletForskrivning, Forskrivningsinfo, Legemiddelinfo
from mappings.documents.shape import Leaf
from mappings.identifiers import H
from mappings.moments import day_of
from mappings.norwegian_time import instant_or_date
from mappings.resources import concept, derived, moment, reference, without_empty

SFM: Final = "http://ehelse.no/fhir/StructureDefinition/sfm-"
STOPPED, HANDED_OUT = "2", "3"
AS_NEEDED: Final = "3"
IN_MULTIDOSE: Final = {"1": "false", "2": "true"}
_UNTRUSTED_NAME: Final = "ATC"
ALONE: Final = "utlevert, uten forskrivning i meldingen"


def medication_lines(chart: Chart, key: str, of: Legemiddelinfo) -> Iterator[Resource]:
    """A line of the list. What the pharmacy handed out belongs to a line of the same message, or is a line itself."""
    line = of.forenklet_forskrivning
    place = component_key(of.komponent_id, key)
    identifier = component_identifier(of)
    if value_of(line.status_til_forskrivningen) != HANDED_OUT:
        made = _statement(chart, place, line, identifier)
        chart.lines[f"MedicationStatement/{made['id']}"] = of
        yield made
        return
    owner = _owner(chart, of)
    if owner is None:
        made = _statement(chart, place, line, identifier, notes=[{"text": ALONE}])
        owner = f"MedicationStatement/{made['id']}"
        yield made
    yield _handed_out(chart, place, line, identifier, owner)


def _statement(
    chart: Chart,
    key: str,
    line: ForenkletForskrivning,
    identifier: list[dict[str, Any]],
    notes: list[dict[str, Any]] | None = None,
) -> Resource:
    drug, people = line.forskrivningsinfo, Contained(chart)
    prescriber = people.professional(line.forskriver)
    return chart.made(
        "MedicationStatement",
        key,
        contained=people.resources,
        extension=[*details(drug), *_multidose(line.inngaar_i_multidose), *_alone(drug)],
        identifier=[*identifier, *_prescription(line.resept_id)],
        status=_status(chart, line),
        statusReason=[concept(line.status_til_forskrivningen, 9104)],
        medicationCodeableConcept=drug_code(drug),
        subject=reference(chart.making.patient),
        context=chart.encounter(),
        effectivePeriod=span(stamp(drug.dosering_starttidspunkt), stamp(drug.dosering_sluttidspunkt)),
        dateAsserted=moment(chart.message.head.generated),
        informationSource=prescriber or chart.organisation(),
        reasonCode=[{"text": said(drug.bruksomrade_tekst)}],
        note=[*as_notes(line.merknad), *(notes or [])],
        dosage=dosage(drug),
    )


def _handed_out(
    chart: Chart, key: str, line: ForenkletForskrivning, identifier: list[dict[str, Any]], owner: str
) -> Resource:
    drug, people = line.forskrivningsinfo, Contained(chart)
    who = people.professional(line.forskriver)
    return chart.made(
        "MedicationDispense",
        key,
        contained=people.resources,
        extension=[
            *details(drug),
            *_multidose(line.inngaar_i_multidose),
            *_alone(drug),
            *coded("forskrivningsstatus", line.status_til_forskrivningen, 9104),
            *([{"url": f"{H}/StructureDefinition/forskriver", "valueReference": who}] if who else []),
        ],
        identifier=[*identifier, *_prescription(line.resept_id)],
        status="completed",
        medicationCodeableConcept=drug_code(drug),
        subject=reference(chart.making.patient),
        context=chart.encounter(),
        supportingInformation=[reference(owner)],
        note=[*as_notes(line.merknad), *as_notes(drug.bruksomrade_tekst)],
        dosageInstruction=dosage(drug, bounds=_period(drug)),
    )


def _owner(chart: Chart, of: Legemiddelinfo) -> str | None:
    """The line that something handed out belongs to: by prescription, then by ATC, then by generic name."""
    for same in (_same_prescription, _same_atc, _same_generic):
        for ref, line in chart.lines.items():
            if same(line.forenklet_forskrivning, of.forenklet_forskrivning):
                return ref
    return None


def _same_prescription(one: ForenkletForskrivning, other: ForenkletForskrivning) -> bool:
    return bool(one.resept_id and other.resept_id and one.resept_id.strip() == other.resept_id.strip() != "")


def _same_atc(one: ForenkletForskrivning, other: ForenkletForskrivning) -> bool:
    first, second = (value_of(o.forskrivningsinfo.atc).replace(" ", "") for o in (one, other))
    return len(first) == 7 and first == second


def _same_generic(one: ForenkletForskrivning, other: ForenkletForskrivning) -> bool:
    first, second = ((o.forskrivningsinfo.generisk_navn or "").strip().casefold() for o in (one, other))
    return first == second != ""


def _status(chart: Chart, line: ForenkletForskrivning) -> str:
    """9104: absent and 1 are in use, 2 is stopped. A treatment whose last day has passed is completed."""
    leaf = line.status_til_forskrivningen.v if line.status_til_forskrivningen else None
    if value_of(line.status_til_forskrivningen) == STOPPED and leaf:
        return derived("stopped", leaf)
    if leaf and not tables.is_known(9104, leaf):
        return derived("unknown", leaf)
    end = line.forskrivningsinfo.dosering_sluttidspunkt
    if _has_passed(chart, end) and end and end.v:
        return derived("completed", end.v)
    return derived("active", leaf) if leaf else "active"


def _has_passed(chart: Chart, end: TS | None) -> bool:
    """The last day itself is still a day of treatment."""
    when = instant_or_date(end.v) if end and end.v else None
    return when is not None and day_of(when) < day_of(chart.message.head.generated)


def drug_code(drug: Forskrivningsinfo) -> dict[str, Any]:
    """The drug by ATC and varenummer as sent; what it is called is always there."""
    number = token(drug.nr)
    codings = [_atc(drug.atc), *({"system": system, "code": number} for system in (FEST, VARENUMMER) if number)]
    return without_empty({"coding": codings, "text": said(drug.navn) or said(drug.generisk_navn)}) or _unnamed()


def _unnamed() -> dict[str, Any]:
    return {"text": "Legemiddel uten navn"}


def _atc(atc: CS | CV | None) -> dict[str, Any]:
    """Without the spaces that some systems write; ``DN="ATC"`` is no name."""
    if atc is None or not atc.v:
        return {}
    display = None if atc.dn == _UNTRUSTED_NAME else said(atc.dn)
    return {"system": ATC, "code": derived(atc.v.replace(" ", ""), atc.v), "display": display}


def details(drug: Forskrivningsinfo) -> list[dict[str, Any]]:
    """Form, strength and generic name: R4 has them only on a Medication, which could not be searched by its code."""
    return compound(
        "legemiddel",
        piece("form", valueCodeableConcept=_form(drug.legemiddelform)),
        piece("strength", valueQuantity=quantity(drug.styrke, 9090)),
        piece("genericName", valueString=said(drug.generisk_navn)),
    )


def _form(form: CS | None) -> dict[str, Any]:
    """Three lists share this element without naming themselves; the code counts only where its text agrees."""
    if form is None or not form.v:
        return without_empty({"text": said(form.dn)}) if form else {}
    known = tables.text(7448, form.v)
    agrees = known is not None and form.dn is not None and known.casefold() == form.dn.strip().casefold()
    system = tables.system_of(7448) if agrees else None
    return without_empty({"coding": [{"system": system, "code": form.v, "display": said(form.dn)}]})


def _multidose(said_so: CS | None) -> list[dict[str, Any]]:
    """Whether it comes in the packed bags; no and not said are different."""
    leaf = said_so.v if said_so else None
    packed = Literal(IN_MULTIDOSE[leaf], leaf.path) if leaf and leaf in IN_MULTIDOSE else None
    return compound(
        "multidose",
        piece("inMultidose", valueBoolean=packed),
        piece("status", valueCodeableConcept=concept(said_so, 9103)),
    )


def _alone(drug: Forskrivningsinfo) -> list[dict[str, Any]]:
    value = boolean(drug.skal_ikke_tas_sammen_med_annet_legemiddel)
    if value is None:
        return []
    return [{"url": f"{SFM}administration", "extension": [{"url": "nocombination", "valueBoolean": value}]}]


def _prescription(of: Leaf | None) -> list[dict[str, Any]]:
    value = said(of)
    return [{"type": {"text": "ReseptId"}, "system": f"{H}/sid/reseptid", "value": value}] if value else []


def dosage(drug: Forskrivningsinfo, bounds: dict[str, Any] | None = None) -> list[dict[str, Any]]:
    """The dose as written, as structure where it is wholly understood; as needed where it is said to be so."""
    leaf, text = drug.bruk.v if drug.bruk else None, said(drug.dos_veiled_enkel)
    use = concept(drug.bruk, 9101)
    as_needed = Literal("true", leaf.path) if leaf == AS_NEEDED else None
    worded = {
        "extension": [{"url": f"{SFM}use", "valueCodeableConcept": use}] if use else [],
        "text": text,
        "asNeededBoolean": as_needed,
    }
    read = structured(text, value_of(drug.bruk)) or [{}]
    made = [without_empty(with_bounds(_beside(worded, one), bounds)) for one in read]
    return [one for one in made if one]


def _beside(worded: dict[str, Any], read: dict[str, Any]) -> dict[str, Any]:
    """FHIR has one of the two: that it is taken as needed, or what for."""
    if "asNeededCodeableConcept" in read:
        worded = {name: value for name, value in worded.items() if name != "asNeededBoolean"}
    return {**read, **{name: value for name, value in worded.items() if value}}


def _period(drug: Forskrivningsinfo) -> dict[str, Any]:
    return span(stamp(drug.dosering_starttidspunkt), stamp(drug.dosering_sluttidspunkt))
