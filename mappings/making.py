"""What every message-scoped resource needs while it is made: ids, tags, the patient, the stay, the parties."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from hub.contract import Ids
from mappings import scope
from mappings.documents import Message
from mappings.organisation import Directory, responsible
from mappings.resources import reference
from mappings.series import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Making:
    """One patient's projection in the making. ``patient`` and encounters are ``Type/id``."""

    ids: Ids
    directory: Directory
    patient: str
    kommune: str | None
    encounters: Mapping[str, str]
    """Message id -> ``Encounter/<id>`` of the stay it belongs to."""
    types: Mapping[str, str]
    """Message id -> message type, for all messages of the patient."""
    _metas: dict[str, dict[str, Any]] = field(default_factory=dict, repr=False, compare=False)

    def alone(self, entry: Entry) -> Making:
        """What may be asked while that is made which one message makes by itself: of the others only what it replaces.

        Equal whenever the same would be answered.
        """
        own, replaced = entry.message.head.message_id, entry.replaces
        stay = self.encounters.get(own)
        return replace(
            self,
            kommune=scope.municipality(entry.message) or self.kommune,
            encounters={own: stay} if stay else {},
            types={replaced: self.types[replaced]} if replaced and replaced in self.types else {},
            _metas={},
        )

    def id(self, resource_type: str, entry: Entry, *local: str) -> str:
        """The id of a message-scoped resource: it never contains the patient, so a new link only moves ``subject``."""
        head = entry.message.head
        return self.ids(resource_type, head.type, head.message_id, *local)

    def meta(self, entry: Entry) -> dict[str, Any]:
        """Tags of the message's own parties, and where it came from; the same for all resources of one message."""
        known = self._metas.get(entry.message.head.message_id)
        if known is None:
            known = self._metas[entry.message.head.message_id] = self._meta(entry)
        return known

    def _meta(self, entry: Entry) -> dict[str, Any]:
        kommune = scope.municipality(entry.message) or self.kommune
        source = f"urn:uuid:{entry.message.head.message_id}"
        return {"source": source, "tag": scope.tags([entry.message], kommune)}

    def encounter_of(self, entry: Entry) -> str | None:
        """The stay that the message belongs to."""
        return self.encounters.get(entry.message.head.message_id)

    def type_of(self, message_id: str) -> str:
        """The type of another message of the patient."""
        return self.types[message_id]

    def authors(self, message: Message) -> list[str]:
        """Who answers for the message: named professionals, and the sending service."""
        sender = self.directory.best(message.head.sender)
        return [*dict.fromkeys(responsible(message, self.directory)), *([sender] if sender else [])]

    def reference(self, to: str | None) -> dict[str, str] | None:
        """A Reference, or nothing."""
        return reference(to) if to else None
