"""The message as a readable document: a section for each part of it, its headings as codes, all of it as text."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final, cast

from hub.contract import Resource
from mappings import epikrise_envelope, narrative
from mappings.clinical import NOTHING
from mappings.clinical.values import span, stamp
from mappings.documents import Message
from mappings.documents.epikrise import Event, Service
from mappings.documents.shape import Part
from mappings.identifiers import H
from mappings.making import Making
from mappings.original import message_identifier, message_type, title
from mappings.resources import code, coding, concept, reference, resource, stamped
from mappings.series import Entry, Standing

LOINC: Final = "http://loinc.org"
SECTIONS: Final = f"{H}/CodeSystem/document-section"
_LOINC_TYPES: Final = {
    "EPIKRISE": (("34105-7", "Hospital Discharge summary"), ("18842-5", "Discharge summary")),
    "UTSKRIVNINGSRAPPORT": (("34105-7", "Hospital Discharge summary"),),
}
"""Both are the European Hospital Discharge Report; an epikrise is also what LOINC calls a discharge summary."""
_STATUS: Final = {
    Standing.CANCELLED: "entered-in-error",
    Standing.CANCELLATION: "entered-in-error",
    Standing.PARKED: "entered-in-error",
    Standing.QUARANTINED: "preliminary",
}
"""A cancellation may repeat the whole message; what it says is readable, but never shows as something in force."""


_NOTHING: Final[dict[str, Any]] = {
    "title": narrative.title_of("annet"),
    "code": code(SECTIONS, "annet", narrative.title_of("annet")),
    "text": {"status": "generated", "div": str(narrative.div("<p>Meldingen har ikke noe innhold.</p>"))},
}


Made = Callable[[Part], list[str]]
"""``Type/id`` of what was made of a part of the message."""


def composition(entry: Entry, making: Making, of: Made = NOTHING.of) -> Resource:
    """The document, as readable text whatever became of the message; its sections point at what was made of them."""
    message = entry.message
    head, encounter = message.head, making.encounter_of(entry)
    authors = making.authors(message)
    return resource(
        "Composition",
        making.id("Composition", entry),
        meta=making.meta(entry),
        identifier=message_identifier(message),
        status=_STATUS.get(entry.standing, "final"),
        type=_type(entry),
        subject=reference(making.patient),
        encounter=reference(encounter) if encounter else None,
        date=stamped(head.generated, message.made_leaf),
        author=[reference(author) for author in authors] or [{"display": head.sender.name or "Ukjent avsender"}],
        title=title(message),
        custodian=making.reference(making.directory.organization(head.sender)),
        attester=_attester(message),
        relatesTo=_relates_to(entry, making),
        event=_events(message),
        section=list(_sections(entry, of)) or [_NOTHING],
    )


def _type(entry: Entry) -> dict[str, Any]:
    found = message_type(entry.message)
    found["coding"] += [coding(LOINC, *known) for known in _LOINC_TYPES.get(entry.message.head.type, ())]
    return found


def _attester(message: Message) -> list[dict[str, Any]]:
    """When an epikrise was approved; by whom stands among those who answer for it."""
    report = epikrise_envelope.report(message)
    approved = stamp(report.appr_date) if report else None
    return [{"mode": "professional", "time": approved}] if approved else []


def _events(message: Message) -> list[dict[str, Any]]:
    """The stays and contacts that an epikrise sums up: when, of what kind, and where the patient went."""
    report = epikrise_envelope.report(message)
    return [_event(event) for event in report.event] if report else []


def _event(of: Event) -> dict[str, Any]:
    reported, service = of.reported_event, cast("Service | None", of.service)  # all of an event may be absent
    lasting = span(stamp(reported.start_date_time), stamp(reported.end_date_time)) if reported else None
    kinds = (service.adm_cat, service.serv_id, service.med_specialty) if service else ()
    return {"code": [*(concept(kind, 8240) for kind in kinds), concept(of.adm_outcome)], "period": lasting}


def _relates_to(entry: Entry, making: Making) -> list[dict[str, Any]]:
    if entry.replaces is None or entry.standing in (Standing.PARKED, Standing.QUARANTINED):
        return []
    how = "appends" if entry.message.head.series == "A" else "replaces"
    target = making.ids("Composition", making.type_of(entry.replaces), entry.replaces)
    return [{"code": how, "targetReference": reference(f"Composition/{target}")}]


def _sections(entry: Entry, of: Made) -> Iterator[dict[str, Any]]:
    """Each section with its heading as a code: the message's own first, ours always, LOINC's for a discharge report."""
    for section in narrative.sections(entry.message):
        yield {
            "title": section.title,
            "code": _code(section, entry.message.head.type in _LOINC_TYPES),
            "text": {"status": "additional" if section.is_note else "generated", "div": section.text},
            "entry": [reference(to) for to in dict.fromkeys(ref for part in section.parts for ref in of(part))],
        }


def _code(section: narrative.Section, discharge: bool) -> dict[str, Any]:
    said = concept(section.heading, section.implied)
    ours = coding(SECTIONS, section.kind, narrative.title_of(section.kind))
    found = narrative.loinc_of(section.kind) if discharge else None
    loinc = [coding(LOINC, *found)] if found else []
    return {**said, "coding": [*said.get("coding", ()), ours, *loinc]}
