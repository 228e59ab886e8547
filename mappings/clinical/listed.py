"""A received medication list on FHIR: what the mapping of messages makes of its lines, and what lists say besides.

Each line is a MedicationStatement, whatever it is at the source, so that all lists can be read alike; an order is a
MedicationRequest besides, which the statement is based on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

from hub.contract import HPR, Resource
from mappings.clinical.allergy import ACTIVE, COMPONENT, UNCONFIRMED
from mappings.clinical.chart import Chart
from mappings.clinical.codes import ATC, FEST, FEST_LEVELS
from mappings.clinical.medication import medication_lines
from mappings.clinical.medicine_list import STOPPED, list_of
from mappings.clinical.values import compound, piece
from mappings.documents.legemiddel import Legemiddelinfo, Legemidler
from mappings.documents.listed import Listed, allergy_path, other_path
from mappings.documents.medication_list import Allergy, GivenDose, LineStatus, MedicationLine, MedicationList
from mappings.documents.registered import Registered
from mappings.documents.shape import Leaf, Part
from mappings.identifiers import H
from mappings.medication.registered import pack_of
from mappings.resources import code, moment, reference, without_empty

STATUS: Final[dict[LineStatus, str]] = {
    "planned": "intended", "on-hold": "on-hold", "completed": "completed", "unknown": "unknown",
}  # fmt: skip
"""Where a list says more than 9104 can."""
ORDERED: Final = {"intended": "draft"}
"""An order that is only planned; every other status is called the same."""
TEXTS: Final = {
    "no-switch": "Skal ikke byttes",
    "expires": "Resepten utløper {}",
    "cause": "Seponeringsårsak: {}",
    "strengths": "Styrker: {}",
    "given": "Dose oppgitt som struktur: {}",
    "deadline": "Bestillingsfrist for multidose: {}",
    "doctor": "Multidoselege: {}",
    "pharmacy": "Multidoseapotek: {}",
    "multidose": "Pasienten har multidose",
    "no-multidose": "Pasienten har ikke multidose",
    "allergy": "Allergi: {}",
}
EMPTY: Final = code("http://terminology.hl7.org/CodeSystem/list-empty-reason", "nilknown", "Nil Known")
PLL: Final = f"{H}/sid/pll"
ORDER: Final = f"{H}/sid/order"
MULTIDOSE: Final = f"{H}/StructureDefinition/multidose"


def listed(chart: Chart, message: Listed) -> Iterator[tuple[list[Resource], list[Part]]]:
    """What is made of each line, with the parts it is of; then the list itself."""
    root = message.root
    assert isinstance(root, Legemidler)  # noqa: S101  ``as_message`` makes no other
    entries: list[dict[str, Any]] = []
    for line, part in zip(message.listing.lines, root.legemiddelinfo, strict=True):
        made = [_in_bags(one, line, message.listing) for one in _line(chart, line, part)]
        entries += [_entry(one) for one in made if one["resourceType"] == "MedicationStatement"]
        yield made, [root, part]
    yield [_list(chart, message, entries)], [root]
    yield [_allergy(chart, one) for one in message.listing.allergies if one.path], [root]


def _in_bags(made: Resource, line: MedicationLine, listing: MedicationList) -> Resource:
    """What is packed, until when, and until when a change reaches the next roll, beside whether it is."""
    known = next((one for one in made.get("extension", ()) if one["url"] == MULTIDOSE), None)
    if line.in_multidose is False or (known is None and line.packed_to is None):
        return made
    doctor, pharmacy = listing.multidose_doctor, listing.multidose_pharmacy
    more = compound(
        "multidose",
        piece("packedFrom", valueDate=_day(line, "packed_from")),
        piece("packedTo", valueDate=_day(line, "packed_to")),
        piece("orderDeadline", valueDateTime=moment(listing.order_deadline)),
        piece("responsibleDoctor", valueReference={"display": doctor} if doctor else None),
        piece("pharmacy", valueReference={"display": pharmacy} if pharmacy else None),
    )
    if not more:
        return made
    others = [one for one in made.get("extension", ()) if one is not known]
    whole = {"url": MULTIDOSE, "extension": [*(known or {"extension": ()})["extension"], *more[0]["extension"]]}
    return {**made, "extension": [*others, whole]}


def _day(line: MedicationLine, name: str) -> Leaf | None:
    found = getattr(line, name)
    return _said(line, name, found.isoformat()) if found else None


def _allergy(chart: Chart, of: Allergy) -> Resource:
    """An allergy that came with the list: as reported, since nobody has examined what it rests on."""
    return chart.made(
        "AllergyIntolerance",
        of.path,
        clinicalStatus=ACTIVE,
        verificationStatus=UNCONFIRMED,
        type="allergy",
        criticality=of.severity or None,
        code={"coding": [{"system": ATC, "code": of.atc}] if of.atc else [], "text": Leaf(of.text, allergy_path(of))},
        patient=reference(chart.making.patient),
        encounter=chart.encounter(),
        note=[{"text": note} for note in of.notes],
    )


def _line(chart: Chart, line: MedicationLine, part: Legemiddelinfo) -> Iterator[Resource]:
    for made in medication_lines(chart, str(part.komponent_id), part):
        if made["resourceType"] != "MedicationStatement":
            yield made
            continue
        statement = _completed(made, line, chart)
        if line.packed_to is not None:
            yield _packed(chart, statement, line)
        if line.is_order:
            order = _order(chart, statement, line)
            statement = {**statement, "basedOn": [reference(order)]}
            yield order
        yield statement


def _completed(made: Resource, line: MedicationLine, chart: Chart) -> Resource:
    """With what the list says of the line and the EPJ content standard has no element for."""
    reason = [{"text": _said(line, "reason", line.reason)}] if line.reason else []
    pll = [{"type": {"text": "PLL"}, "system": PLL, "value": _said(line, "pll_id", line.pll_id)}] if line.pll_id else []
    kept: Resource = without_empty(
        {
            **made,
            "identifier": [*pll, *map(_order_number(chart), made.get("identifier", ()))],
            "status": STATUS.get(line.status, made["status"]),
            "statusReason": [*made.get("statusReason", ()), *reason],
            "medicationCodeableConcept": _drug(made["medicationCodeableConcept"], line, chart.message.registered),
            "effectivePeriod": _period(made.get("effectivePeriod", {}), line),
            "informationSource": _prescriber(line) or made.get("informationSource"),
            "dateAsserted": moment(line.changed or chart.message.head.generated),
            "note": [*made.get("note", ()), *({"text": text} for text in _notes(line))],
            "dosage": _dosage(made.get("dosage", []), line),
        }
    )
    return kept


def _prescriber(line: MedicationLine) -> dict[str, Any] | None:
    """Who ordered it, by number and name: no Practitioner of ours, since a list describes nobody."""
    if not (line.prescriber or line.prescriber_hpr):
        return None
    number = {"system": HPR, "value": _said(line, "prescriber_hpr", line.prescriber_hpr)}
    return {
        "type": "Practitioner",
        "identifier": number if line.prescriber_hpr else None,
        "display": _said(line, "prescriber", line.prescriber) if line.prescriber else None,
    }


def _order_number(chart: Chart) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """The line's own id is a number of its source's, not a component of the EPJ content standard."""
    system = "".join(sign for sign in chart.sender.name.casefold() if sign.isascii() and sign.isalnum()) or "ukjent"

    def told(identifier: dict[str, Any]) -> dict[str, Any]:
        return {**identifier, "system": f"{ORDER}/{system}"} if identifier.get("system") == COMPONENT else identifier

    return told


def _said(line: MedicationLine, name: str, text: str) -> Leaf:
    return Leaf(text, f"{line.path}/{name}")


def _drug(concept: dict[str, Any], line: MedicationLine, registered: Registered | None) -> dict[str, Any]:
    """With the FEST id as the national profiles write it, and in the register's own system where its level is known."""
    fest = [{"system": FEST, "code": _said(line, "fest_id", f"ID_{line.fest_id}")}] if line.fest_id else []
    level = FEST_LEVELS.get(line.fest_level) if line.fest_id else None
    known = [{"system": level, "code": _said(line, "fest_id", line.fest_id)}] if level else []
    codings = [*concept.get("coding", ()), *fest, *known, *_pack(line, registered)]
    return {**concept, "coding": codings, "text": concept.get("text") or "Uten navn"}


def _pack(line: MedicationLine, registered: Registered | None) -> Iterator[dict[str, str]]:
    """The register's own id of the pack that a varenummer names, where both are of one substance."""
    pack = pack_of(registered, line)
    if pack is not None:
        yield {"system": FEST, "code": f"ID_{pack.key}"}
        yield {"system": FEST_LEVELS["pack"], "code": pack.key}


def _period(known: dict[str, Any], line: MedicationLine) -> dict[str, Any]:
    """A stop ends the treatment, whether it has come or is to come."""
    stop = moment(line.stopped)
    return known if stop is None or "end" in known else {**known, "end": _said(line, "stopped", stop)}


def _notes(line: MedicationLine) -> Iterator[Leaf | str]:
    if len(line.strengths) > 1:
        told = " + ".join(f"{s.value} {s.unit}{'/' + s.per if s.per else ''}" for s in line.strengths)
        yield _said(line, "strengths", _told("strengths", told))
    if line.given and line.dose_text and not line.slots:
        yield _said(line, "given", _told("given", _in_words(line.given)))
    if line.substitution_refused:
        yield TEXTS["no-switch"]
    if line.prescription_expires:
        yield _said(line, "prescription_expires", _told("expires", line.prescription_expires.isoformat()))
    if line.stop_cause:
        yield _said(line, "stop_cause", _told("cause", line.stop_cause))
    yield from (Leaf(f"{name}: {value}", other_path(line.path, name)) for name, value in line.other)


def _told(key: str, value: str) -> str:
    return TEXTS[key].format(value)


def _dosage(known: list[dict[str, Any]], line: MedicationLine) -> list[dict[str, Any]]:
    """With the route on each; a dose that the source gave as structure alone, in words."""
    given = [{"text": _said(line, "given", _in_words(line.given))}] if line.given and not known else []
    route = {"route": {"text": _said(line, "route", line.route)}} if line.route else {}
    return [{**one, **route} for one in (*known, *given)] or ([route] if route else [])


def _in_words(given: GivenDose) -> str:
    amount = f"{given.low}" if given.low == given.high else f"{given.low}-{given.high}"
    times = f" {given.times_a_day} {'gang' if given.times_a_day == 1 else 'ganger'} daglig" if given.times_a_day else ""
    return f"{amount} {given.unit}".strip() + times


def _packed(chart: Chart, statement: Resource, line: MedicationLine) -> Resource:
    """What the pharmacy has packed of the line: the roll that lies in the house, for so many days."""
    days = (line.packed_to - line.packed_from).days + 1 if line.packed_to and line.packed_from else None
    day = {"value": days, "unit": "d", "system": "http://unitsofmeasure.org", "code": "d"}
    return chart.made(
        "MedicationDispense",
        line.id,
        status="completed",
        medicationCodeableConcept=statement["medicationCodeableConcept"],
        subject=statement["subject"],
        supportingInformation=[reference(statement)],
        daysSupply=day if days and days > 0 else None,
        dosageInstruction=statement.get("dosage"),
    )


def _order(chart: Chart, statement: Resource, line: MedicationLine) -> Resource:
    """The order itself: the same drug, dose and reason, when it was ordered."""
    same = ("extension", "identifier", "medicationCodeableConcept", "subject", "reasonCode", "note")
    status = statement["status"]
    return chart.made(
        "MedicationRequest",
        line.id,
        **{name: statement[name] for name in same if name in statement},
        status=ORDERED.get(status, status),
        statusReason=next(iter(statement.get("statusReason", ())), None),
        intent="order",
        encounter=chart.encounter(),
        authoredOn=moment(line.changed),
        requester=_prescriber(line),
        dosageInstruction=statement.get("dosage"),
    )


def _entry(statement: Resource) -> dict[str, Any]:
    return {"flag": STOPPED if statement["status"] == "stopped" else None, "item": reference(statement)}


def _list(chart: Chart, message: Listed, entries: list[dict[str, Any]]) -> Resource:
    """An empty whole list is a statement: nothing is used. A list of changes says so."""
    listing = message.listing
    whole = listing.source.completeness == "snapshot"
    return list_of(
        chart,
        (listing.source.list_type, message.name),
        entries,
        mode="snapshot" if whole else "changes",
        emptyReason=EMPTY if whole and not entries else None,
        note=[{"text": text} for text in _list_notes(listing)],
    )


def _list_notes(listing: MedicationList) -> Iterator[Leaf | str]:
    if listing.in_multidose is not None:
        yield TEXTS["multidose" if listing.in_multidose else "no-multidose"]
    if listing.multidose_doctor:
        yield _told("doctor", listing.multidose_doctor)
    if listing.order_deadline:
        yield _told("deadline", listing.order_deadline.isoformat())
    if listing.multidose_pharmacy:
        yield _told("pharmacy", listing.multidose_pharmacy)
    yield from (_told("allergy", f"{one.text} {one.atc}".strip()) for one in listing.allergies if not one.path)
    yield from (Leaf(f"{name}: {value}", other_path("", name)) for name, value in listing.other)
