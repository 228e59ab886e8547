"""A message as text for people: every leaf of a part with its name, escaped, as XHTML that FHIR allows.

The Composition is the lossless carrier: what no structured element holds is readable here. Names are made from the
standard's own, so a new element needs no table to be shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from html import escape
from typing import Final

from mappings import tables
from mappings.documents.base64container import Base64Container
from mappings.documents.datatypes import BL, CS, CV, MO, PQ, TS, URL
from mappings.documents.journalnotat import Journaltekst
from mappings.documents.shape import BOOLEAN, KITH_BOOLEAN, Leaf, Part, Slot, children

DATA_TYPES: Final = (CS, CV, TS, PQ, MO, BL, URL)
XHTML: Final = "http://www.w3.org/1999/xhtml"
_WORD: Final = re.compile(r"(?<=[a-zæøå])(?=[A-ZÆØÅ])|(?<=[A-ZÆØÅ])(?=[A-ZÆØÅ][a-zæøå])")
_LABELS: Final = {
    "IPLOStjenestetype": "IPLOS-tjenestetype",
    "BorAlene": "Bor alene",
    "UtTil": "Utskrevet til",
    "ParorendeForesatt": "Pårørende eller foresatt",
    "Anslag": "Anslag",
    "InfoInformasjonGitt": "Informasjon gitt",
}


@cache
def label(name: str) -> str:
    """An element name as words: ``TidspunktForHendelse`` is "Tidspunkt for hendelse"."""
    if name in _LABELS:
        return _LABELS[name]
    first, *rest = _WORD.sub(" ", name).split(" ")
    return " ".join((first, *(word if word.isupper() else word.lower() for word in rest)))


def div(inner: str) -> str:
    """The XHTML of a Narrative."""
    return f'<div xmlns="{XHTML}">{inner}</div>'


def listing(part: Part) -> str:
    """Everything below a part as nested lists, or "" when there is nothing; notes with headings are left out."""
    items = "".join(_items(part))
    return f"<ul>{items}</ul>" if items else ""


def paragraphs(text: str) -> str:
    """Text of a message with its line breaks."""
    return "<p>" + "<br/>".join(escape(line) for line in text.splitlines()) + "</p>"


def notes(part: Part) -> Iterator[Journaltekst]:
    """Every note with a heading below a part, in order."""
    for _, value in children(part):
        if isinstance(value, Journaltekst):
            yield value
        elif isinstance(value, Part):
            yield from notes(value)


def _items(part: Part) -> Iterator[str]:
    for slot, value in children(part):
        if isinstance(value, Journaltekst | Base64Container):
            continue
        if isinstance(value, Leaf):
            yield _row(slot.name, _plain(slot, value))
        elif isinstance(value, DATA_TYPES):
            yield _row(slot.name, shown(value, slot))
        elif inner := listing(value):
            yield f"<li>{escape(label(slot.name))}: {inner}</li>"


def _row(name: str, text: str) -> str:
    return f"<li>{escape(label(name))}: {escape(text)}</li>" if text else ""


def _plain(slot: Slot, value: Leaf) -> str:
    if slot.type in (BOOLEAN, KITH_BOOLEAN):
        return {"true": "ja", "1": "ja", "false": "nei", "0": "nei"}.get(value, value)
    return value


def shown(value: Part, slot: Slot | None = None) -> str:
    """A KITH data type as text: every attribute of it, so that nothing is lost."""
    if isinstance(value, CS | CV):
        return _code(value, slot.codes if slot else "")
    return " ".join(str(leaf) for _, leaf in children(value))


def _code(value: CS | CV, codes: str) -> str:
    own = value.s if isinstance(value, CV) else None
    number = (tables.list_number(own) if own else None) or codes
    text = value.dn or (tables.text(number, value.v) if number and value.v else None)
    other = value.ot if isinstance(value, CV) else None
    named = f"kode {value.v}" if value.v else ""
    in_list = f" i {own}" if own else ""
    behind = f"({named}{in_list})" if named or in_list else ""
    return " ".join(part for part in (text, behind, other) if part)
