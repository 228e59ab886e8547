"""Any part of a message as nested lists and tables: what no table of columns names stands in its last column."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from itertools import groupby
from typing import Any, Final

from mappings import tables, texts
from mappings.documents.journalnotat import Journaltekst
from mappings.documents.msghead import Content
from mappings.documents.shape import BOOLEAN, Leaf, Part, Slot, below, children, is_within
from mappings.narrative.people import has_line, line_of
from mappings.narrative.readable import DATA_TYPES, code, shown
from mappings.narrative.text import Told, bullets, is_blank, labelled, lines, paragraph, table

Held = tuple[Slot, Any]
REST: Final = "Annet"
TECHNICAL: Final = frozenset({"komponent_id", "referanse_viktig_tilleggsinfo", "informasjonskategori"})
"""Attributes that say nothing to a reader; they stand together at the end of the document."""
IMPLIED: Final = frozenset({"basiskomponenttype", "komponenttype"})
"""Fixed by the schema for each kind of component."""
_WORD: Final = re.compile(r"(?<=[a-zæøå])(?=[A-ZÆØÅ])|(?<=[A-ZÆØÅ])(?=[A-ZÆØÅ][a-zæøå])")
_PARTIES: Final = frozenset({"Sender", "Receiver", "OtherReceiver", "ServProvider", "Requester", "CopyDest"})
"""Who wrote and who reads: the container says which."""
_STARTS: Final = {"dosering_starttidspunkt": "fra ", "adm_start": "", "start_date_time": ""}
_ENDS: Final = frozenset({"dosering_sluttidspunkt", "adm_slutt", "end_date_time"})
_FUNCTION: Final = "9111"
_STEPS: Final = "Vurdering er fra 1 (ingen problem) til 5 (fullt bistandsbehov); 9 er ikke relevant."


@cache
def label(name: str) -> str:
    """An element name as words: ``TidspunktForHendelse`` is "Tidspunkt for hendelse"."""
    if known := texts.labels().get(name):
        return known
    first, *rest = _WORD.sub(" ", name.removeprefix("Info")).split(" ")
    return " ".join((first, *(word if word.isupper() else word.lower() for word in rest)))


def named_children(part: Part) -> Iterator[Held]:
    """What a part holds, under the names that these have there: ``Status`` is not the same everywhere."""
    owner = part.shape.name
    if type(part) is Content:  # what an envelope holds has sections of its own
        return iter(())
    if owner not in _owners() and not any(slot.kind == "wildcard" for slot in part.shape.slots):
        return children(part)
    return (
        (_renamed(owner, slot, str(value.shape.name) if isinstance(value, Part) else ""), value)
        for slot, value in children(part)
    )


@cache
def _owners() -> frozenset[str]:
    return frozenset(name.partition(".")[0] for name in texts.labels() if "." in name)


@cache
def _renamed(owner: str, slot: Slot, kind: str) -> Slot:
    if slot.kind == "wildcard":
        return replace(slot, name=kind)
    own = f"{owner}.{slot.name}"
    return replace(slot, name=own) if own in texts.labels() else slot


def section(held: Iterable[Held], told: Told) -> str:
    """What stands under one heading: containers are opened, so that likes from several of them share one table."""
    return listing(_opened(list(held), told), told)


def listing(held: Iterable[Held], told: Told) -> str:
    """Values in their order: likes together in a table where there is one for them, the rest as lists."""
    made: list[str] = []
    items: list[str] = []
    for kind, group in groupby(held, key=_kind):
        same = list(group)
        if kind in _columns():
            made += [bullets(items), _table(kind, same, told)]
            items = []
        else:
            items += [item for slot, value in same if (item := _item(slot, value, told))]
    return "".join([*made, bullets(items)])


def within(part: Part, told: Told) -> str:
    """What a part holds, without naming the part itself; what people wrote in it comes first."""
    written = "".join(paragraph(inner) for slot, value in _prose(part) if (inner := one(slot, value, told)))
    return written + listing(_held(part, told), told)


def one(slot: Slot, value: Any, told: Told) -> str:
    """One value, whatever it is; "" when it says nothing."""
    if isinstance(value, (Leaf, *DATA_TYPES)):
        return shown(slot, value, told)
    if isinstance(value, Journaltekst):
        return noted(value, told)
    if has_line(value):
        return line_of(value, told)
    alone = _alone(value, told)
    return within(value, told) if alone is None else alone


def note_text(of: Journaltekst, told: Told) -> str:
    """A note with what was remarked on it, without its heading."""
    told.tell(of.notat, of.merknad)
    remark = f"<i>Merknad:</i> {lines(of.merknad)}" if of.merknad and of.merknad.strip() else ""
    return "<br/>".join(part for part in (lines(of.notat), remark) if part)


def notes(part: Part) -> Iterator[Journaltekst]:
    """Every note with a heading below a part, in order."""
    yield from below(part, Journaltekst)


def reach(part: Part, path: str) -> Iterator[Held]:
    """Every value at a path of field names."""
    name, _, rest = path.partition(".")
    slot = _slots(type(part)).get(name)
    if slot is None:
        return
    value = getattr(part, name)
    for item in value if isinstance(value, tuple) else (value,):
        if item is not None and rest:
            yield from reach(item, rest)
        elif item is not None:
            yield slot, item


_SLOTS: dict[type[Part], dict[str, Slot]] = {}
"""The slots of a class by field."""


def _slots(cls: type[Part]) -> dict[str, Slot]:
    known = _SLOTS.get(cls)
    if known is None:
        known = _SLOTS[cls] = {slot.field: slot for slot in cls.shape.slots}
    return known


def noted(of: Journaltekst, told: Told) -> str:
    """A note with its heading in front."""
    heading = code(of.overskriftskode, "", told) if of.overskriftskode else ""
    return labelled(heading, note_text(of, told))


def _item(slot: Slot, value: Any, told: Told) -> str:
    inner = one(slot, value, told)
    return inner if isinstance(value, Journaltekst) or not inner else labelled(label(slot.name), inner)


def _alone(part: Part, told: Told) -> str | None:
    """The one thing that a part holds needs neither a list nor, unless it is yes or no, a name; None for several."""
    held = list(_held(part, told))
    if len(held) != 1 or _kind(held[0]) in _columns() or part.shape.name in _written():
        return None
    slot, value = held[0]
    inner = one(slot, value, told)
    return labelled(label(slot.name), inner) if inner and slot.type is BOOLEAN else inner


def _held(part: Part, told: Told) -> Iterator[Held]:
    """What a part holds that has not been told yet."""
    for slot, value in named_children(part):
        if slot.field in TECHNICAL or slot.field in IMPLIED:
            continue
        if isinstance(value, Leaf):
            if value.path not in told and value.strip():
                yield slot, value
        elif not is_within(value, told):
            yield slot, value


def _opened(held: list[Held], told: Told) -> list[Held]:
    """Containers of tables are always opened, another container where it is the only one of its kind."""
    kinds = Counter(_kind(one) for one in held)
    found: list[Held] = []
    for slot, value in held:
        inner = list(_held(value, told)) if _is_container(value) else []
        if inner and (kinds[_kind((slot, value))] == 1 or all(_kind(one) in _columns() for one in inner)):
            found += _opened(inner, told)
        else:
            found.append((slot, value))
    return found


def _is_container(value: Any) -> bool:
    is_part = isinstance(value, Part) and not isinstance(value, (*DATA_TYPES, Journaltekst))
    is_open = is_part and value.shape.name not in _PARTIES
    return is_open and not has_line(value) and _kind((None, value)) not in _columns() and not list(_prose(value))


def _kind(held: tuple[Any, Any]) -> str:
    return type(held[1]).__name__


def _table(kind: str, same: Sequence[Held], told: Told) -> str:
    columns = _columns()[kind]
    rows = []
    for _, part in same:
        first, *others = [_cell(part, paths, told) for _, paths in columns]
        cells = [_strong(first), *("<br/>".join(cell) for cell in others)]
        rows.append([*cells, within(part, told)])
    made = table([*(heading for heading, _ in columns), REST], [row for row in rows if not is_blank("".join(row))])
    return made + (paragraph(_STEPS) if _has_steps(kind, same) else "")


def _strong(said: Sequence[str]) -> str:
    """What the row is about stands out from what is said of it."""
    return "<br/>".join([*(f"<b>{words}</b>" for words in said[:1]), *([", ".join(said[1:])] if said[1:] else [])])


def _cell(part: Part, paths: Sequence[str], told: Told) -> list[str]:
    """The values of one cell: a label only where ``!`` asks for it; yes and no by what is so and what is not."""
    said: list[str] = []
    times: dict[str, str] = {}
    refuted: list[str] = []
    for path in paths:
        for slot, value in reach(part, path.rstrip("!")):
            inner = one(slot, value, told)
            if len(paths) > 1 and slot.type is BOOLEAN and inner:
                (said if inner == "ja" else refuted).append(label(slot.name))
            elif slot.field in _STARTS or slot.field in _ENDS:
                times[slot.field] = inner
            elif inner:
                said.append(labelled(label(slot.name), inner) if path.endswith("!") else inner)
    return [*_span(times), *said, *([f"<i>Nei:</i> {', '.join(refuted)}"] if refuted else [])]


def _span(times: Mapping[str, str]) -> list[str]:
    """From and to; a start alone says so only where it begins something that lasts."""
    first, start = next(((words, name) for name, words in times.items() if name in _STARTS and words), ("", ""))
    last = next((words for name, words in times.items() if name in _ENDS), "")
    if first and last:
        return [f"{first} – {last}"]
    return [f"{_STARTS[start]}{first}"] if first else [f"til {last}"] if last else []


def _prose(part: Part) -> Iterator[Held]:
    for path in _written().get(part.shape.name, ()):
        yield from reach(part, path)


def _has_steps(kind: str, same: Sequence[Held]) -> bool:
    """Whether there are functions of IPLOS in the table: their steps are numbers that need a word."""
    if kind != "KartlagtFunksjon":
        return False
    lists = (part.funksjonsvariabel.s for _, part in same if part.funksjonsvariabel and part.funksjonsvariabel.s)
    return any(tables.list_number(oid) == _FUNCTION for oid in lists)


@cache
def _columns() -> dict[str, list[tuple[str, tuple[str, ...]]]]:
    found: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
    for row in texts.rows("columns"):
        found.setdefault(row["element"], []).append((row["heading"], tuple(row["values"].split())))
    return found


@cache
def _written() -> dict[str, tuple[str, ...]]:
    return {row["element"]: tuple(row["values"].split()) for row in texts.rows("prose")}
