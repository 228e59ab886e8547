"""The message as a readable document: a section for each part of it, its headings as codes, all of it as text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

from hub.contract import Resource
from mappings import tables
from mappings.clinical import NOTHING
from mappings.documents import Message
from mappings.documents.journalnotat import Journaltekst
from mappings.documents.msghead import MsgHead
from mappings.documents.shape import Part, Slot, children
from mappings.making import Making
from mappings.narrative import DATA_TYPES, Text, div, label, listing, notes, paragraphs, shown, together
from mappings.original import message_identifier, message_type
from mappings.resources import concept, reference, resource, stamped
from mappings.series import Entry, Standing

LOINC: Final = "http://loinc.org"
_LOINC_TYPES: Final = {
    "EPIKRISE": ("18842-5", "Discharge summary"),
    "UTSKRIVNINGSRAPPORT": ("34105-7", "Hospital Discharge summary"),
}
_STATUS: Final = {
    Standing.CANCELLED: "entered-in-error",
    Standing.CANCELLATION: "entered-in-error",
    Standing.PARKED: "entered-in-error",
    Standing.QUARANTINED: "preliminary",
}
"""A cancellation may repeat the whole message; what it says is readable, but never shows as something in force."""


_NOTHING: Final[dict[str, Any]] = {
    "title": "Innhold",
    "text": {"status": "generated", "div": str(div(paragraphs("Meldingen har ikke noe innhold.")))},
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
        title=tables.text(8279, head.type) or head.type,
        custodian=making.reference(making.directory.organization(head.sender)),
        relatesTo=_relates_to(entry, making),
        section=[*_body(message, of), *_header(message)],
    )


def _type(entry: Entry) -> dict[str, Any]:
    found = message_type(entry.message)
    loinc = _LOINC_TYPES.get(entry.message.head.type)
    if loinc:
        found["coding"].append({"system": LOINC, "code": loinc[0], "display": loinc[1]})
    return found


def _relates_to(entry: Entry, making: Making) -> list[dict[str, Any]]:
    if entry.replaces is None or entry.standing in (Standing.PARKED, Standing.QUARANTINED):
        return []
    how = "appends" if entry.message.head.series == "A" else "replaces"
    target = making.ids("Composition", making.type_of(entry.replaces), entry.replaces)
    return [{"code": how, "targetReference": reference(f"Composition/{target}")}]


def _body(message: Message, of: Made) -> list[dict[str, Any]]:
    return [section for payload in message.payloads for section in _sections(payload, of)] or [_NOTHING]


def _header(message: Message) -> Iterator[dict[str, Any]]:
    """The envelope as it came, last: addresses and persons may since have changed in the registers."""
    root = message.root
    if isinstance(root, MsgHead):
        about = together((listing(root.msg_info), *(listing(document) for document in root.document)))
        yield _section("Meldingshode", about)


def _sections(payload: Part, of: Made) -> Iterator[dict[str, Any]]:
    """One for each part of the payload in its order, and one for each note with a heading where it stands."""
    for slot, value in children(payload):
        if isinstance(value, Part):
            text = _data_type(value, slot) if isinstance(value, DATA_TYPES) else listing(value)
            if text:
                yield {**_section(label(slot.name), text), "entry": _entries(of(value))}
            for note in notes(value) if not isinstance(value, Journaltekst) else [value]:
                yield {**_note(note), "entry": _entries(of(note))}
        elif value:
            yield _section(label(slot.name), paragraphs(value))


def _entries(refs: Iterable[str]) -> list[dict[str, str]]:
    return [reference(ref) for ref in dict.fromkeys(refs)]


def _data_type(value: Part, slot: Slot) -> Text:
    text = shown(value, slot)
    return Text(paragraphs(text), text.paths)


def _section(title: str, inner: str) -> dict[str, Any]:
    return {"title": title, "text": {"status": "generated", "div": div(inner)}}


def _note(note: Journaltekst) -> dict[str, Any]:
    """A note keeps its heading as a code: the same number means different things in different lists."""
    code = concept(note.overskriftskode)
    heading = note.overskriftskode.dn if note.overskriftskode else None
    said = next((c.get("display") for c in code.get("coding", ())), None)
    remark = together([paragraphs(note.merknad)], "<p>Merknad:</p>") if note.merknad else ""
    return {
        "title": said or heading or "Notat",
        "code": code,
        "text": {"status": "additional", "div": div(paragraphs(note.notat), remark)},
    }
