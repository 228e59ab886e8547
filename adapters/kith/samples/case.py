"""One synthetic stay: whose it is, who takes part, when it began, and the ids that its messages get."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid5

from adapters.kith.samples.parties import PARTIES, Parties
from adapters.kith.samples.people import Person, person
from adapters.kith.samples.story import HJERTESVIKT, Story
from mappings.documents.shape import Leaf
from mappings.norwegian_time import OSLO, is_ambiguous

NAMESPACE: Final = UUID("5f0a7c52-6a35-4d0e-9b7c-5d9d0f3f7a11")
"""Under which the message ids of synthetic messages are made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A stay. ``name`` and ``start`` (the admission) decide the message ids, so the same case gives the same bytes."""

    name: str = "case"
    start: datetime
    patient: Person = field(default_factory=lambda: person(0))
    parties: Parties = PARTIES
    story: Story = HJERTESVIKT

    def message_id(self, message: str) -> str:
        """The id of one of its messages, by that message's name."""
        return str(uuid5(NAMESPACE, f"{self.name}|{self.start.isoformat()}|{message}"))

    def day(self, nth: int) -> Leaf:
        """The date so many days after admission."""
        return Leaf((self.start.astimezone(OSLO) + timedelta(days=nth)).date().isoformat())

    def moment(self, **after: float) -> Leaf:
        """The time that long after admission."""
        return Leaf(wall_time(self.start + timedelta(**after)))


def wall_time(at: datetime) -> str:
    """As KITH messages write times: Norwegian wall time, with an offset only where two instants share a name."""
    local = at.astimezone(OSLO).replace(microsecond=0)
    plain = local.strftime("%Y-%m-%dT%H:%M:%S")
    return local.isoformat() if is_ambiguous(plain) else plain
