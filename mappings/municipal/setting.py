"""What all that municipalities state has in common while it is made: whose it is, who may see it, who said it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from hub.contract import ORGANISASJONSNUMMER, Resource
from mappings.documents.shape import Leaf
from mappings.making import Making
from mappings.municipal.stated import Statement
from mappings.resources import resource
from mappings.series import Entry

Tags = Callable[[Iterable[Entry]], list[dict[str, str]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One patient's projection, as far as municipal statements need it. ``admitted`` is the day of the newest stay."""

    making: Making
    tags: Tags
    admitted: date | None = None
    teams: frozenset[str] = frozenset()
    """Municipalities that somebody holds a role in now (``people.team``)."""

    def made(self, kind: str, key: Sequence[str], tellers: Iterable[Statement], **elements: Any) -> Resource:
        """A resource of the patient's, open to the parties of every message that tells of it."""
        own = self.id_of(kind, key)
        return resource(kind, own, meta={"tag": self.tags([one.entry for one in tellers])}, **elements)

    def id_of(self, kind: str, key: Sequence[str]) -> str:
        """The id of what ``made`` makes under that key."""
        return self.making.ids(kind, "municipal", self.making.patient, *key)

    def municipality(self, teller: Statement) -> dict[str, str] | None:
        """The municipality that said it."""
        return self.making.reference(self.making.directory.organization(teller.entry.message.head.sender))

    def unit(self, number: Leaf | None, name: Leaf | None, teller: Statement) -> dict[str, Any] | None:
        """Who gives a service: by organisation number, which the directory may know too; else the sender."""
        known = str(number or "").strip()
        if known and number is not None:
            said = {"identifier": {"system": ORGANISASJONSNUMMER, "value": number}, "display": name}
            return {k: v for k, v in said.items() if v}
        whole = self.municipality(teller)
        return {**whole, "display": name} if whole and name else whole


def numbers(found: Iterable[tuple[str, Leaf | str]]) -> list[dict[str, str]]:
    """Identifiers, each once, in a fixed order."""
    told = {(system, str(value)): value for system, value in found if str(value).strip()}
    return [{"system": system, "value": value} for (system, _), value in sorted(told.items(), key=lambda pair: pair[0])]
