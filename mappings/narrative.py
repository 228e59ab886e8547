"""A message as text for people: every leaf of a part with its name, escaped, as XHTML that FHIR allows.

The Composition is the lossless carrier: what no structured element holds is readable here. Names are made from the
standard's own, so a new element needs no table to be shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from html import escape
from typing import Final

from mappings import tables
from mappings.documents.datatypes import BL, CS, CV, MO, PQ, TS, URL
from mappings.documents.journalnotat import Journaltekst
from mappings.documents.msghead import Content
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


class Text(str):
    """XHTML that knows which leaves of the message stand in it: ``paths``."""

    __slots__ = ("paths",)
    paths: frozenset[str]

    def __new__(cls, text: str, paths: frozenset[str] = frozenset()) -> Text:
        made = super().__new__(cls, text)
        made.paths = paths
        return made


def together(pieces: Iterable[str], before: str = "", after: str = "") -> Text:
    """Pieces one after the other, with all that they tell; "" when there are none."""
    held = [piece for piece in pieces if piece]
    if not held:
        return Text("")
    told = frozenset().union(*(piece.paths for piece in held if isinstance(piece, Text)))
    return Text(before + "".join(held) + after, told)


def div(*inner: str) -> Text:
    """The XHTML of a Narrative."""
    return together(inner, f'<div xmlns="{XHTML}">', "</div>")


def listing(part: Part) -> Text:
    """Everything below a part as nested lists, or "" when there is nothing; notes with headings are left out."""
    told: list[str] = []
    inner = _items(part, told)
    return Text(inner, frozenset(told))


def paragraphs(text: str) -> Text:
    """Text of a message with its line breaks."""
    inner = "<br/>".join(escape(line) for line in text.splitlines())
    return Text(f"<p>{inner}</p>", _paths(text))


def notes(part: Part) -> Iterator[Journaltekst]:
    """Every note with a heading below a part, in order."""
    for _, value in children(part):
        if isinstance(value, Journaltekst):
            yield value
        elif isinstance(value, Part):
            yield from notes(value)


def _items(part: Part, told: list[str]) -> str:
    """The list of a part's values; the paths of the leaves in it are added to ``told``."""
    rows = []
    for slot, value in children(part):
        if isinstance(value, Journaltekst) or type(part) is Content:
            continue  # a note has a section of its own, and what an envelope holds has all the others
        if isinstance(value, Leaf):
            told.append(value.path)
            text = escape(_plain(slot, value))
        elif isinstance(value, DATA_TYPES):
            told += [leaf.path for _, leaf in children(value)]
            text = escape(_shown(value, slot))
        else:
            text = _items(value, told)
        if text:
            name = value.shape.name if slot.kind == "wildcard" else slot.name
            rows.append(f"<li>{escape(label(name))}: {text}</li>")
    return f"<ul>{''.join(rows)}</ul>" if rows else ""


def _plain(slot: Slot, value: Leaf) -> str:
    if slot.type in (BOOLEAN, KITH_BOOLEAN):
        return {"true": "ja", "1": "ja", "false": "nei", "0": "nei"}.get(value, value)
    return value


def _paths(text: str) -> frozenset[str]:
    return frozenset({text.path}) if isinstance(text, Leaf) and text.path else frozenset()


def shown(value: Part, slot: Slot | None = None) -> Text:
    """A KITH data type as plain text, not escaped: every attribute of it, so that nothing is lost."""
    return Text(_shown(value, slot), frozenset(leaf.path for _, leaf in children(value)))


def _shown(value: Part, slot: Slot | None) -> str:
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
