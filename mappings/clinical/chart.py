"""One message while its clinical resources are made: their ids, what they have in common, and who is named in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from hub.contract import Party, Resource
from mappings.documents import Message
from mappings.documents.journalnotat import Journaltekst
from mappings.documents.legemiddel import Legemiddelinfo
from mappings.documents.shape import Leaf, Part
from mappings.making import Making
from mappings.resources import reference, resource
from mappings.series import Entry


@dataclass(frozen=True, slots=True)
class Chart:
    """What a mapping of one concept needs of the message it stands in."""

    entry: Entry
    making: Making
    _used: dict[tuple[str, str], int] = field(default_factory=dict)
    lines: dict[str, Legemiddelinfo] = field(default_factory=dict)
    """Lines of the medication list that became a statement, by ``MedicationStatement/<id>``, so far."""

    places: dict[str, str] = field(default_factory=dict)
    """Where other lines stand that became a statement -> ``MedicationStatement/<id>``, so far."""

    notes: list[Journaltekst] = field(default_factory=list)
    """Every note with a heading in it, in order, so far."""

    @property
    def message(self) -> Message:
        """The message itself."""
        return self.entry.message

    @property
    def sender(self) -> Party:
        """Who wrote it."""
        return self.message.head.sender

    def made(self, resource_type: str, key: str, **elements: Any) -> Resource:
        """A resource of this message. ``key`` tells it from the others: a komponentID, else the path in the payload."""
        return resource(resource_type, self._id(resource_type, key), meta=self.making.meta(self.entry), **elements)

    def about(self) -> dict[str, Any]:
        """Whom and which stay it is about."""
        return {"subject": reference(self.making.patient), "encounter": self.encounter()}

    def encounter(self) -> dict[str, str] | None:
        """The stay, where the message belongs to one."""
        return self.making.reference(self.making.encounter_of(self.entry))

    def organisation(self) -> dict[str, str] | None:
        """The sending service."""
        return self.making.reference(self.making.directory.best(self.sender))

    def receiver(self) -> dict[str, str] | None:
        """The service that it is written to."""
        return self.making.reference(self.making.directory.best(self.message.head.receiver))

    def _id(self, resource_type: str, key: str) -> str:
        """Per series, so that a change updates what it changes. The examples repeat a komponentID within a message."""
        head = self.message.head
        series = head.message_id if head.series == "A" else self.entry.root
        before = self._used.get((resource_type, key), 0)
        self._used[resource_type, key] = before + 1
        local = (key, str(before + 1)) if before else (key,)
        return self.making.ids(resource_type, head.type, series, *local)


def component_key(component: Leaf | None, path: str) -> str:
    """A komponentID is the same in every version of a message; a path is the next best."""
    return str(component).strip().casefold() if component and component.strip() else path


def numbered(name: str, parts: Iterable[Part]) -> Iterable[tuple[str, Any]]:
    """Each part with its place among its likes."""
    return ((f"{name}[{number}]", part) for number, part in enumerate(parts, start=1))
