"""FHIR values from leaves: texts, numbers, booleans, times and amounts, each of which remembers where it stood.

What FHIR cannot hold (a time of day alone, an infinite number) gives None: the Composition has it as text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

from mappings import tables
from mappings.documents.datatypes import CS, CV, PQ, TS
from mappings.documents.journalnotat import Journaltekst
from mappings.documents.shape import Leaf
from mappings.norwegian_time import instant_or_date
from mappings.resources import concept, derived, extension, moment, without_empty

ABSENT: Final = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
_WORD: Final = re.compile(r"\S+( \S+)*")
_PARTIAL: Final = re.compile(r"(?!0000)(\d{4})(-(?:0[1-9]|1[0-2]))?(?:Z|[+-]\d{2}:\d{2})?", re.ASCII)
_NUMBER: Final = re.compile(r"([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3}))?", re.ASCII)
_TRUE: Final = ("true", "1")
_FALSE: Final = ("false", "0")
_MOST: Final = 2**31 - 1


class Literal:
    """A number or a boolean of a message: the sender's value as JSON, and where it stood."""

    __slots__ = ("json", "path")

    def __init__(self, json: str, path: str) -> None:
        self.json = json
        self.path = path

    def __fhir_json__(self) -> bytes:
        return self.json.encode()

    def __str__(self) -> str:
        return self.json

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Literal) and (self.json, self.path) == (other.json, other.path)

    def __hash__(self) -> int:
        return hash((self.json, self.path))

    @property
    def is_true(self) -> bool:
        """Whether it is the boolean true."""
        return self.json == "true"


def said(leaf: Leaf | None) -> Leaf | None:
    """The text without outer space, or None where nothing is said."""
    stripped = leaf.strip() if leaf else ""
    return Leaf(stripped, leaf.path) if leaf and stripped else None


def token(leaf: Leaf | None) -> str | None:
    """A text that may stand as a code: no line breaks, no double spaces."""
    text = said(leaf)
    return text if text and _WORD.fullmatch(text) else None


def boolean(leaf: Leaf | None) -> Literal | None:
    """True or false as it was said; None where it was not."""
    if leaf in _TRUE or leaf in _FALSE:
        return Literal("true" if leaf in _TRUE else "false", leaf.path) if leaf is not None else None
    return None


def is_true(leaf: Leaf | None) -> bool:
    """Whether it was said to be so."""
    return leaf in _TRUE


def whole(leaf: Leaf | None, *, least: int = -_MOST) -> Literal | None:
    """An integer that FHIR can hold."""
    if leaf is None or not re.fullmatch(r"[+-]?\d{1,40}", leaf):
        return None
    number = int(leaf)
    return Literal(str(number), leaf.path) if least <= number <= _MOST else None


def decimal(leaf: Leaf | None) -> Literal | None:
    """A number in the sender's own precision (``2.50`` stays), spelled as JSON wants it."""
    found = _NUMBER.fullmatch(leaf.strip()) if leaf else None
    if leaf is None or found is None or not (found[2] or found[3]) or len(found[0]) > 40:
        return None
    sign = "-" if found[1] == "-" else ""
    digits = found[2].lstrip("0") or "0"
    fraction = f".{found[3]}" if found[3] else ""
    exponent = f"e{int(found[4])}" if found[4] else ""
    return Literal(f"{sign}{digits}{fraction}{exponent}", leaf.path)


def quantity(of: PQ | None, units: int | str = "") -> dict[str, Any]:
    """A Quantity; the unit also as a code where the element's list has it."""
    number = decimal(of.v) if of else None
    if of is None or number is None:
        return {}
    return amount(number, of.u, units)


def amount(number: Literal | None, unit: Leaf | None, units: int | str = "") -> dict[str, Any]:
    """The same from a number and a unit that stand apart."""
    if number is None:
        return {}
    known = units and unit and tables.text(units, unit) is not None
    coded = {"system": tables.system_of(units), "code": unit} if known else {}
    return without_empty({"value": number, "unit": said(unit), **coded})


def date_time(leaf: Leaf | None) -> str | None:
    """A FHIR dateTime as precise as it was said: an instant, a date, a month or a year; None for a time of day."""
    if not leaf:
        return None
    if when := moment(instant_or_date(leaf)):
        return derived(when, leaf) if when[:4] != "0000" else None
    partial = _PARTIAL.fullmatch(leaf.strip())
    return derived(partial[1] + (partial[2] or ""), leaf) if partial else None


def stamp(of: TS | None) -> str | None:
    """The same of a time stamp."""
    return date_time(of.v) if of else None


def day(leaf: Leaf | None) -> str | None:
    """A FHIR date: never with a clock."""
    when = date_time(leaf)
    return derived(when[:10], when) if when else None


def span(start: str | None, end: str | None) -> dict[str, Any]:
    """A Period. An end that is said to be before the start is kept beside it: FHIR forbids such a Period (per-1)."""
    if start and end and not _in_order(start, end):
        return {"extension": [extension("stated-end", valueDateTime=end)], "start": start}
    return without_empty({"start": start, "end": end})


def _in_order(start: str, end: str) -> bool:
    """Certainly: of times of unlike precision within the same day, month or year nobody can tell."""
    shortest = min(len(start), len(end), 10)
    if start[:shortest] != end[:shortest]:
        return start[:shortest] < end[:shortest]
    if len(start) <= 10 or len(end) <= 10:
        return len(start) == len(end)
    first, last = instant_or_date(start), instant_or_date(end)
    return first is not None and last is not None and first <= last


def absent(reason: str = "unknown") -> dict[str, Any]:
    """What stands where FHIR demands a value that the message does not have."""
    return {"extension": [{"url": ABSENT, "valueCode": reason}]}


def as_notes(*texts: Leaf | None) -> list[dict[str, Any]]:
    """Notes, one for each text that was said."""
    return [{"text": text} for leaf in texts if (text := said(leaf))]


def remarks(notes: Iterable[Journaltekst]) -> list[dict[str, Any]]:
    """Notes of the journal; their headings are sections of the Composition."""
    return [note for one in notes for note in as_notes(one.notat, one.merknad)]


def merknad(leaf: Leaf | None) -> list[dict[str, Any]]:
    """A remark on something that has no notes in FHIR."""
    text = said(leaf)
    return [extension("merknad", valueString=text)] if text else []


def flagged(name: str, leaf: Leaf | None) -> list[dict[str, Any]]:
    """An extension of ours that holds a boolean, where it was said."""
    value = boolean(leaf)
    return [extension(name, valueBoolean=value)] if value is not None else []


def worded(name: str, leaf: Leaf | None) -> list[dict[str, Any]]:
    """An extension of ours that holds a text."""
    text = said(leaf)
    return [extension(name, valueString=text)] if text else []


def keywords(words: Iterable[Leaf]) -> list[dict[str, Any]]:
    """Keywords (Stikkord) of whoever wrote."""
    return [held for word in words for held in worded("stikkord", word)]


def dated(name: str, leaf: Leaf | None) -> list[dict[str, Any]]:
    """An extension of ours that holds a day."""
    when = day(leaf)
    return [extension(name, valueDate=when)] if when else []


def coded(name: str, of: CS | CV | None, codes: int | str = "") -> list[dict[str, Any]]:
    """An extension of ours that holds a code."""
    found = concept(of, codes)
    return [extension(name, valueCodeableConcept=found)] if found else []


def compound(name: str, *parts: dict[str, Any] | None) -> list[dict[str, Any]]:
    """An extension of ours with parts; None when no part has a value."""
    held = [part for part in parts if part]
    return [extension(name, extension=held)] if held else []


def piece(name: str, **value: Any) -> dict[str, Any] | None:
    """A part of such an extension, or None without a value."""
    return {"url": name, **value} if any(inner not in (None, "", {}, []) for inner in value.values()) else None


def described(of: CS | CV | None, text: Leaf | None, codes: int | str = "") -> tuple[dict[str, Any], list[Any]]:
    """A concept with the sender's own description: its text where the code leaves that free, otherwise a note."""
    found, words = concept(of, codes), said(text)
    if words is None:
        return found, []
    if found.get("coding") or found.get("text"):
        return found, as_notes(words)
    return {"text": words}, []


def named(of: CS | CV | None, text: Leaf | None, codes: int | str = "") -> tuple[dict[str, Any], list[Any]]:
    """A concept whose name the sender gives in full: that is its text; what the code said otherwise becomes a note."""
    found, words = concept(of, codes), said(text)
    if words is None:
        return found, []
    other = found.get("text")
    rest = [{"text": other}] if other and other != words else []
    return without_empty({"coding": found.get("coding"), "text": words}), rest


def value_of(of: CS | CV | None) -> str:
    """The bare code, or ""."""
    return str(of.v or "").strip() if of else ""
