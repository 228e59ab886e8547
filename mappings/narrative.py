"""A message as text for people: every leaf of a part with its name, escaped, as XHTML that FHIR allows.

The Composition is the lossless carrier: what no structured element holds is readable here. Names are made from the
standard's own, so a new element needs no table to be shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from html import escape
from typing import Any, Final, Literal, NamedTuple

from mappings import tables
from mappings.documents.datatypes import BL, CS, CV, MO, PQ, TS, URL
from mappings.documents.journalnotat import Journaltekst
from mappings.documents.msghead import Content
from mappings.documents.shape import BOOLEAN, KITH_BOOLEAN, Leaf, Part, Slot, below, part_type

_CODES: Final = (CS, CV)
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
    inner = "<br/>".join(escaped(line) for line in text.splitlines())
    return Text(f"<p>{inner}</p>", _paths(text))


def notes(part: Part) -> Iterator[Journaltekst]:
    """Every note with a heading below a part, in order."""
    yield from below(part, Journaltekst)


Way = Literal["text", "yes-no", "data", "part", "anything"]


class _Row(NamedTuple):
    """A field of a shape, and how it is told."""

    field: str
    before: str
    way: Way
    slot: Slot


_ROWS: Final[dict[type[Part], tuple[_Row, ...]]] = {Content: ()}
"""Worked out once for each class. What an envelope holds has sections of its own."""
_LEAVES: Final[dict[type[Part], tuple[str, ...]]] = {
    cls: tuple(slot.field for slot in cls.shape.slots) for cls in DATA_TYPES
}


def _rows_of(cls: type[Part]) -> tuple[_Row, ...]:
    known = _ROWS.get(cls)
    if known is None:
        told = ((slot, part_type(cls, slot)) for slot in cls.shape.slots)
        known = _ROWS[cls] = tuple(_row(slot, inner) for slot, inner in told if inner is not Journaltekst)
    return known


def _row(slot: Slot, inner: type[Part] | None) -> _Row:
    way: Way = "part"
    if slot.kind == "wildcard":
        way = "anything"
    elif inner is None:
        way = "yes-no" if slot.type in (BOOLEAN, KITH_BOOLEAN) else "text"
    elif issubclass(inner, DATA_TYPES):
        way = "data"
    return _Row(slot.field, f"<li>{escaped(label(slot.name))}: ", way, slot)


def _items(part: Part, told: list[str]) -> str:
    """The list of a part's values; the paths of the leaves in it are added to ``told``. A note has its own section."""
    rows: list[str] = []
    for field, before, way, slot in _rows_of(type(part)):
        value = getattr(part, field)
        if value is None:
            continue
        for one in value if type(value) is tuple else (value,):
            if way == "anything":
                rows += _enclosed(one, told)
            elif text := _told(one, way, slot, told):
                rows.append(f"{before}{text}</li>")
    return f"<ul>{''.join(rows)}</ul>" if rows else ""


def _told(value: Any, way: Way, slot: Slot, told: list[str]) -> str:
    if way == "part":
        return _items(value, told)
    if way == "data":
        told += _places(value)
        return escaped(_shown(value, slot))
    told.append(value.path)
    return escaped(_YES_NO.get(value, value) if way == "yes-no" else value)


def _enclosed(value: Part, told: list[str]) -> Iterator[str]:
    text = "" if isinstance(value, Journaltekst) else _items(value, told)
    if text:
        yield f"<li>{escaped(label(value.shape.name))}: {text}</li>"


_YES_NO: Final = {"true": "ja", "1": "ja", "false": "nei", "0": "nei"}
_MARKED: Final = re.compile("[&<>\"']")


def escaped(text: str) -> str:
    """As text of XHTML; most texts have nothing to escape."""
    return escape(text) if _MARKED.search(text) else text


def _paths(text: str) -> frozenset[str]:
    return frozenset({text.path}) if isinstance(text, Leaf) and text.path else frozenset()


def shown(value: Part, slot: Slot | None = None) -> Text:
    """A KITH data type as plain text, not escaped: every attribute of it, so that nothing is lost."""
    return Text(_shown(value, slot), frozenset(_places(value)))


def _places(value: Part) -> list[str]:
    return [leaf.path for leaf in _leaves_of(value)]


def _leaves_of(value: Part) -> list[Leaf]:
    """The attributes of a data type, which has nothing else."""
    return [leaf for name in _LEAVES[type(value)] if (leaf := getattr(value, name)) is not None]


def _shown(value: Part, slot: Slot | None) -> str:
    if isinstance(value, _CODES):
        return _code(value, slot.codes if slot else "")
    return " ".join(_leaves_of(value))


def _code(value: CS | CV, codes: str) -> str:
    own = value.s if isinstance(value, CV) else None
    number = (tables.list_number(own) if own else None) or codes
    text = value.dn or (tables.text(number, value.v) if number and value.v else None)
    other = value.ot if isinstance(value, CV) else None
    named = f"kode {value.v}" if value.v else ""
    in_list = f" i {own}" if own else ""
    behind = f"({named}{in_list})" if named or in_list else ""
    return " ".join(part for part in (text, behind, other) if part)
