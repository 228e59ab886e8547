"""Single values of a message for a reader: codes by their text, times as people write them.

What the message literally says (a bare code, its list, a time as it was written) is the ``title`` of the words.
"""

from __future__ import annotations

import re
from html import escape
from typing import Final

from mappings import tables
from mappings.documents.datatypes import BL, CS, CV, MO, PQ, TS, URL
from mappings.documents.shape import (
    BOOLEAN,
    DATE,
    DATETIME,
    GYEAR,
    KITH_BOOLEAN,
    TIME_STAMP,
    Leaf,
    Markup,
    Part,
    Slot,
    children,
)
from mappings.narrative.text import Told, hinted, lines
from mappings.narrative.xhtml import sanitised
from mappings.norwegian_time import OSLO, instant

DATA_TYPES: Final = (CS, CV, TS, PQ, MO, BL, URL)
_TIMES: Final = (DATE, DATETIME, GYEAR, TIME_STAMP)
_BOOLEANS: Final = (BOOLEAN, KITH_BOOLEAN)
_YES_NO: Final = {"true": "ja", "1": "ja", "false": "nei", "0": "nei"}
_MONTHS: Final = (
    "januar", "februar", "mars", "april", "mai", "juni", "juli", "august", "september", "oktober", "november",
    "desember",
)  # fmt: skip
_TIME: Final = re.compile(
    r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?(?:T(\d\d):(\d\d):(\d\d(?:\.\d+)?))?(Z|[+-]\d\d:\d\d)?", re.ASCII
)
_SCHEME: Final = re.compile(r"(?:tel|mailto|fax):", re.IGNORECASE)


def shown(slot: Slot, value: Leaf | Part, told: Told) -> str:
    """A leaf or a KITH data type as XHTML, "" when it says nothing."""
    if isinstance(value, Leaf):
        told.tell(value)
        return _leaf(slot, value)
    if isinstance(value, CS | CV):
        return code(value, slot.codes, told)
    told.tell(*(leaf for _, leaf in children(value)))
    if isinstance(value, TS):
        return time(value.v) if value.v else ""
    if isinstance(value, BL):
        return escape(_YES_NO.get(value.v or "", value.v or ""), quote=False)
    if isinstance(value, URL):
        return lines(_SCHEME.sub("", value.v or "", count=1))
    return lines(" ".join(str(leaf) for _, leaf in children(value)))


def _leaf(slot: Slot, value: Leaf) -> str:
    if isinstance(value, Markup) and value.xml:
        return sanitised(value.xml)
    if slot.type in _BOOLEANS:
        return lines(_YES_NO.get(value, value))
    return time(value) if slot.type in _TIMES else lines(value)


def time(text: str) -> str:
    """A time as precise as it was said, on a Norwegian clock: ``2. mars 2026 kl. 10.00``."""
    found = _TIME.fullmatch(text.strip())
    if found is None or not 1 <= int(found[2] or 1) <= 12:
        return lines(text)
    local = instant(text) if found[7] and found[4] else None
    if local is not None:
        local = local.astimezone(OSLO)
        parts = (str(local.year), local.month, local.day, f"{local:%H.%M}")
    else:
        clock = f"{found[4]}.{found[5]}" if found[4] else ""
        parts = (found[1], int(found[2] or 0), int(found[3] or 0), clock)
    return hinted(_words(*parts), text.strip())


def _words(year: str, month: int, day: int, clock: str) -> str:
    named = f"{_MONTHS[month - 1]} {year}" if month else year
    dated = f"{day}. {named}" if day else named
    return f"{dated} kl. {clock}" if clock else dated


def code(of: CS | CV, codes: str, told: Told) -> str:
    """A code by its text. The code itself stands in parentheses where our tables do not know it."""
    own, other = (of.s, of.ot) if isinstance(of, CV) else (None, None)
    told.tell(of.v, of.dn, own, other)
    number = (tables.list_number(own) if own else None) or ("" if own else codes)
    known = tables.text(number, of.v) if number and of.v else None
    named = _named(of, own, number, known)
    return "; ".join(part for part in (named, lines(other) if other else "") if part)


def _named(of: CS | CV, own: Leaf | None, number: str, known: str | None) -> str:
    stated = (of.dn or "").strip()
    said = lines(known if known and not stated else stated)
    listed = f" ({own})" if own else ""
    if said and of.v and (known is not None or not (own or number)):
        differs = f": {known}" if stated and known not in (None, stated) else ""
        return hinted(said, f"kode {of.v}{listed}{differs}")
    if not of.v:
        return f"{said}{escape(listed, quote=False)}".strip()
    return _unknown(said, of.v, own, number)


def _unknown(said: str, value: Leaf, own: Leaf | None, number: str) -> str:
    """A code that our tables have no text for: with its list, in parentheses behind what the sender calls it."""
    name = tables.name(number) if number else ""
    shown_code = escape(f"{name or own or 'kode'} {value}", quote=False)
    behind = hinted(shown_code, str(own)) if own and name else shown_code
    if said and said.casefold() != name.casefold():
        return f"{said} ({behind})"
    return behind if name and not tables.is_complete(number) else f"Ukjent kode ({behind})"
