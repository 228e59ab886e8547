"""A message as a document: which part of it stands under which heading, in the order in which a reader needs it.

The order is that of ``mappings/texts/sections.csv``, whatever the order of the message. Everything has a place: what
no table names stands under "Andre opplysninger", so that nothing is lost when a standard grows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from html import unescape
from typing import Any, Final

from mappings import tables, texts
from mappings.documents import Message
from mappings.documents.base64container import Base64Container
from mappings.documents.datatypes import CS, CV
from mappings.documents.dialogmelding import Foresporsel, Notat
from mappings.documents.epikrise import Comment, InfItem
from mappings.documents.journalnotat import GenereltJournalnotat, Journaltekst
from mappings.documents.msghead import Document, MsgHead
from mappings.documents.shape import Part, Slot, leaves
from mappings.narrative.listing import (
    IMPLIED,
    TECHNICAL,
    Held,
    label,
    named_children,
    note_text,
    noted,
    section,
    within,
)
from mappings.narrative.readable import DATA_TYPES, code
from mappings.narrative.text import Text, Told, bullets, div, is_blank, labelled, lines, paragraph

OTHER, HEAD, ATTACHED, TECHNICAL_SECTION = "annet", "hode", "vedlegg", "teknisk"
WARNINGS: Final = "varsler"
_CAVE: Final = "Cave/allergier"
_HEADINGS, _INFORMATION = "8311", "8233"
_MARKUP: Final = re.compile(r"<[^>]*>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One section of the document: its kind (``sections.csv``), title, the heading it came with, and its XHTML."""

    kind: str
    title: str
    text: Text
    heading: CS | CV | None = None
    implied: str = ""
    """The list that the heading's element implies."""
    is_note: bool = False
    parts: tuple[Part, ...] = ()
    """What of the message stands here."""


def sections(message: Message) -> list[Section]:
    """Every section of a message in reading order."""
    outline = _Outline()
    for payload in message.payloads:
        outline.walk(payload)
    if isinstance(message.root, MsgHead):
        outline.head(message.root)
    return outline.finished(_shown_roots(message))


def title_of(kind: str) -> str:
    """The heading of a kind of section."""
    return _sections()[kind]["title"]


def loinc_of(kind: str) -> tuple[str, str] | None:
    """The section code of the European Hospital Discharge Report, where one fits."""
    row = _sections()[kind]
    return (row["loinc"], row["display"]) if row["loinc"] else None


@dataclass(slots=True)
class _Outline:
    """The document in the making."""

    told: Told = field(default_factory=Told)
    made: list[Section] = field(default_factory=list)
    _held: dict[str, list[Held]] = field(default_factory=dict)

    def walk(self, part: Part, warns: bool = False) -> None:
        """Put what a part holds under its headings; a part without a place of its own is only a container."""
        for slot, value in named_children(part):
            if slot.field in TECHNICAL or slot.field in IMPLIED:
                continue
            if isinstance(value, Journaltekst):
                self._note(value, warns)
            elif isinstance(value, Comment):
                self._comment(value)
            elif isinstance(value, Notat | Foresporsel):
                self._dialog(value)
            elif isinstance(value, InfItem):
                self._hold(_kind_of(value.type, _INFORMATION), slot, value)
            elif (kind := _placement().get(slot.name.rpartition(".")[2])) is not None:
                self._hold(kind, slot, value)
            elif isinstance(value, Part) and not isinstance(value, DATA_TYPES):
                self.walk(value, _warns(value))
            else:
                self._hold(OTHER, slot, value)

    def head(self, root: MsgHead) -> None:
        """The envelope, last: addresses and persons may since have changed in the registers."""
        for slot, value in named_children(root.msg_info):
            self._hold(HEAD, slot, value)
        slots = {slot.field: slot for slot in root.shape.slots}
        for document in root.document:
            self._hold(ATTACHED if _is_attached(document) else HEAD, slots["document"], document)

    def finished(self, roots: Iterable[Part]) -> list[Section]:
        """Everything that was put somewhere; then what is technical, and whatever is left."""
        for kind, held in self._held.items():
            told = Told(self.told)
            parts = tuple(value for _, value in held if isinstance(value, Part))
            self._made(kind, section(held, told), told, parts=parts)
        rest = {True: (Told(), list[str]()), False: (Told(), list[str]())}
        for owner, slot, leaf in (found for root in roots for found in leaves(root)):
            if leaf.path in self.told or slot.field in IMPLIED or not leaf.strip():
                continue
            told, items = rest[slot.field in TECHNICAL]
            told.tell(leaf)
            items.append(labelled(f"{label(owner.shape.name)}, {label(slot.name).lower()}", lines(leaf)))
        for is_technical, (told, items) in rest.items():
            self._made(TECHNICAL_SECTION if is_technical else OTHER, bullets(items), told)
        return sorted(self.made, key=lambda section: (_ranks()[section.kind], section.is_note))

    def _hold(self, kind: str, slot: Slot, value: Any) -> None:
        self._held.setdefault(kind, []).append((slot, value))

    def _note(self, note: Journaltekst, warns: bool) -> None:
        """A note keeps its heading as a code: the same number means different things in different lists."""
        kind = _kind_of(note.overskriftskode, "")
        if warns and kind != WARNINGS:
            self._headed(WARNINGS, note, None, "", lambda told: paragraph(noted(note, told)))
        else:
            self._headed(kind, note, note.overskriftskode, "", lambda told: paragraph(note_text(note, told)))

    def _comment(self, of: Comment) -> None:
        self._headed(_kind_of(of.heading, _HEADINGS), of, of.heading, _HEADINGS, lambda told: within(of, told))

    def _dialog(self, of: Notat | Foresporsel) -> None:
        heading = of.tema_kodet if isinstance(of, Notat) else of.type_foresp
        self._headed("dialog", of, heading, "", lambda told: within(of, told))

    def _headed(
        self, kind: str, part: Part, heading: CS | CV | None, implied: str, write: Callable[[Told], str]
    ) -> None:
        """A section under a heading that the message itself gives: the heading is a code of the section, not text."""
        heard = Told()
        said = code(heading, implied, heard) if heading else ""
        self.told |= heard
        title = Text(unescape(_MARKUP.sub("", said)).strip() or title_of(kind), frozenset(heard))
        told = Told(self.told)
        self._made(kind, write(told), told, title=title, heading=heading, implied=implied, is_note=True, parts=(part,))

    def _made(self, kind: str, inner: str, told: Told, **more: Any) -> None:
        """A section, with what it tells; none where nobody would see anything."""
        if not is_blank(inner):
            new = told - self.told
            self.made.append(Section(kind=kind, text=div(inner, new), **{"title": title_of(kind), **more}))
            self.told |= told


def _warns(part: Part) -> bool:
    return isinstance(part, GenereltJournalnotat) and part.informasjonskategori == _CAVE


def _kind_of(heading: CS | CV | None, implied: str) -> str:
    """The kind of section that a heading belongs to, by its list and code."""
    own = heading.s if isinstance(heading, CV) else None
    number = (tables.list_number(own) if own else None) or implied
    said = (heading.v or "").strip() if heading else ""
    return _by_heading().get((number, said), OTHER)


def _is_attached(document: Document) -> bool:
    content = document.ref_doc.content
    kind = document.ref_doc.msg_type.v or ""
    return kind.strip() == "A" or bool(content and any(isinstance(part, Base64Container) for part in content.any))


def _shown_roots(message: Message) -> Iterator[Part]:
    """What must be told: not the files themselves, nor the signature, which are bytes and stay in the Binary."""
    yield from (payload for payload in message.payloads)
    if isinstance(message.root, MsgHead):
        yield message.root.msg_info
        yield from (replace(d, ref_doc=replace(d.ref_doc, content=None)) for d in message.root.document)


@cache
def _sections() -> Mapping[str, texts.Row]:
    return {row["section"]: row for row in texts.rows("sections")}


@cache
def _ranks() -> Mapping[str, int]:
    return {row["section"]: rank for rank, row in enumerate(texts.rows("sections"))}


@cache
def _placement() -> Mapping[str, str]:
    return {row["element"]: row["section"] for row in texts.rows("placement")}


@cache
def _by_heading() -> Mapping[tuple[str, str], str]:
    return {(row["list"], row["code"]): row["section"] for row in texts.rows("headings")}
