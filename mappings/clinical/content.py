"""A message read part by part: every part that has a reader becomes resources, and it is known which part they are of.

``READERS`` tells which part of a message becomes what, ``SUMMARIES`` what is made of a whole message afterwards. A new
payload type needs rows there and nothing here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from hub.contract import Resource
from mappings.clinical.chart import Chart, component_key
from mappings.clinical.listed import listed
from mappings.clinical.readers import READERS, SUMMARIES
from mappings.clinical.withdrawal import withdrawn
from mappings.documents.journalnotat import Journaltekst
from mappings.documents.listed import Listed
from mappings.documents.shape import Leaf, Part, part_type
from mappings.making import Making
from mappings.resources import by_reference
from mappings.series import Entry, Standing


class Clinical:
    """The clinical resources of one message, and which part of the message each is of."""

    __slots__ = ("_of", "lines", "resources")

    def __init__(self) -> None:
        self.resources: list[Resource] = []
        self.lines: dict[str, str] = {}
        """Where a line of a medication list stands -> ``MedicationStatement/<id>``; "" -> the List itself."""
        self._of: dict[int, list[str]] = {}

    def of(self, part: Part) -> list[str]:
        """``Type/id`` of what was made of a part and of all below it, in order."""
        return self._of.get(id(part), [])

    @property
    def refs(self) -> list[str]:
        """``Type/id`` of everything."""
        return list(by_reference(self.resources))

    def add(self, made: Iterable[Resource], parts: Iterable[Part]) -> None:
        """Keep resources as being of these parts."""
        held = list(made)
        self.resources += held
        for part in parts:
            self._of.setdefault(id(part), []).extend(by_reference(held))


NOTHING: Final = Clinical()
"""Of a message that says nothing of its own, or whose word does not count."""


def clinical(entry: Entry, making: Making) -> Clinical:
    """What the message says. What was withdrawn says that it was an error; nothing of it stands."""
    found, chart = Clinical(), Chart(entry, making)
    if isinstance(entry.message, Listed):
        for line, of in listed(chart, entry.message):
            found.add(line, of)
        found.lines = dict(_lines(chart, found.resources))
        return found
    payloads = entry.message.payloads
    for number, payload in enumerate(payloads):
        _Walk(chart, found).into(payload, "" if number == 0 else f"{payload.shape.name}[{number + 1}]/", ())
    for summary in SUMMARIES:
        for payload in payloads:
            for made, parts in summary(chart, payload, by_reference(found.resources)):
                found.add([made], parts)
    found.lines = dict(_lines(chart, found.resources))
    if entry.standing is Standing.CANCELLED:
        found.resources = [withdrawn(resource) for resource in found.resources]
    return found


def _lines(chart: Chart, made: Iterable[Resource]) -> Iterator[tuple[str, str]]:
    for ref, line in chart.lines.items():
        yield line.komponent_id.path.rpartition("/")[0], ref
    yield from chart.places.items()
    yield from (("", f"List/{one['id']}") for one in made if one["resourceType"] == "List")


def speaking(entries: Iterable[Entry]) -> frozenset[str]:
    """Message ids of those whose content is shown: what is in force; of a series that was withdrawn, its last word.

    All versions of a series have the same ids, so only one of them may speak.
    """
    spoken: dict[tuple[str, str, str], Entry] = {}
    for entry in entries:
        head = entry.message.head
        own = head.message_id if head.series == "A" else ""
        key = (head.type, entry.root, own)
        if entry.in_force or (entry.standing is Standing.CANCELLED and not _is_in_force(spoken.get(key))):
            spoken[key] = entry
    return frozenset(entry.message.head.message_id for entry in spoken.values())


def _is_in_force(entry: Entry | None) -> bool:
    return entry is not None and entry.in_force


class _Walk:
    """Through a payload, only along the ways that lead to a reader."""

    def __init__(self, chart: Chart, found: Clinical) -> None:
        self._chart = chart
        self._found = found

    def into(self, part: Part, key: str, above: tuple[Part, ...], is_read: bool = False) -> None:
        """What a reader has read is not read again below, except the notes: a warning may stand in any of them."""
        reader = READERS.get(type(part))
        line = (*above, part)
        if reader is not None and (not is_read or type(part) is Journaltekst):
            self._found.add(reader(self._chart, key.rstrip("/"), part), line)
            is_read = True
        component: Leaf | None = getattr(part, "komponent_id", None)
        base = f"{component_key(component, key)}/" if component else key
        for way in _ways_of(type(part)):
            if is_read and not way.to_notes:
                continue
            value = getattr(part, way.field)
            if isinstance(value, tuple):
                for number, child in enumerate(value, start=1):
                    self.into(child, f"{base}{way.name}[{number}]/", line, is_read)
            elif value is not None:
                self.into(value, f"{base}{way.name}/", line, is_read)


class Way(NamedTuple):
    """A field of a part that leads to something with a reader; ``to_notes``: to a note."""

    field: str
    name: str
    to_notes: bool


_WAYS: Final[dict[type[Part], tuple[Way, ...]]] = {}
"""The fields of a class that lead anywhere: worked out once for each class."""


def _ways_of(cls: type[Part]) -> tuple[Way, ...]:
    known = _WAYS.get(cls)
    if known is None:
        known = _WAYS[cls] = tuple(_ways(cls))
    return known


def _ways(cls: type[Part]) -> Iterator[Way]:
    for slot in cls.shape.slots:
        inner = part_type(cls, slot)
        if inner is not None and (reached := _reached(inner, frozenset())):
            yield Way(slot.field, slot.name, Journaltekst in reached)


def _reached(cls: type[Part], seen: frozenset[type[Part]]) -> frozenset[type[Part]]:
    """Every class with a reader at or below this one."""
    if cls in seen:
        return frozenset()
    below = (part_type(cls, slot) for slot in cls.shape.slots)
    found = [_reached(inner, seen | {cls}) for inner in below if inner is not None]
    return frozenset({cls} & READERS.keys()).union(*found)
