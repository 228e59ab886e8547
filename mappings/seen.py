"""What lists are made of: one stay with what has been worked out of it, and who is who in plain values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from hub.contract import HER_ID, ORGANISASJONSNUMMER, Party, Resource
from mappings.moments import Moment
from mappings.norwegian_time import OSLO
from mappings.rules.judged import JudgedStay
from mappings.rules.occasion import Occasion, Owed
from mappings.rules.readiness import Intervals
from mappings.task import Setting


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One stay with what has been worked out of it."""

    stay: JudgedStay
    setting: Setting
    tasks: tuple[Resource, ...]
    beside: tuple[Resource, ...]
    """What else is made of the stay: what was assessed, and what a person must look at."""
    kommune: str | None
    has_plan: bool

    @property
    def at(self) -> Occasion:
        """What was looked at."""
        return self.stay.at

    @property
    def ready(self) -> Intervals:
        """The readiness of the stay."""
        return self.stay.at.ready

    @property
    def owed(self) -> tuple[Owed, ...]:
        """Its duties."""
        return self.stay.owed


def numbers(party: Party) -> list[str]:
    """Organisation numbers before HER-ids."""
    wanted = (ORGANISASJONSNUMMER, HER_ID)
    found = sorted((wanted.index(i.system), str(i.value)) for i in party.identifiers if i.system in wanted)
    return [value for _, value in found]


def number(party: Party | None) -> str:
    """The strongest, or ""."""
    return next(iter(numbers(party)), "") if party else ""


def told_party(party: Party) -> dict[str, str]:
    """An organisation in plain values."""
    return {"number": number(party), "name": str(party.name), "unit": str(party.unit_name)}


def told_moment(when: Moment | None) -> datetime | date | None:
    """A time with Norway's offset; a date as it is."""
    return when.astimezone(OSLO) if isinstance(when, datetime) else when
