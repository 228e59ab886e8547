"""The values of one line while it is read, by name: what cannot be read is told by its place, and kept as it stands."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Final

from hub.contract import Issue
from mappings.documents.medication_list import LineStatus, Strength
from mappings.norwegian_time import instant_or_date

TEXTS: Final = {
    "status": "Ukjent status; verdien er beholdt på linjen.",
    "use": "Ukjent verdi for bruk; verdien er beholdt på linjen.",
    "time": "Tidspunktet kan ikke leses og er ikke brukt; teksten er beholdt på linjen.",
    "number": "Tallet kan ikke leses og er ikke brukt; teksten er beholdt på linjen.",
    "strength-without-unit": "Styrken mangler enhet og er ikke brukt; tallet er beholdt på linjen.",
    "unknown-path": "Stien finnes ikke i malens stikart; verdien er beholdt.",
}


def issue(code: str, path: str) -> Issue:
    """Something odd, in words."""
    return Issue(code=code, text=TEXTS[code], path=path)


class Cells(ABC):
    """Values by name. ``issues`` is what was odd, ``unread`` what could not be used, by the source's own name."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.issues: list[Issue] = []
        self.unread: list[tuple[str, str]] = []

    @abstractmethod
    def __getitem__(self, name: str) -> str:
        """The value without outer space, "" where there is none."""

    def place(self, name: str) -> str:
        """Where the value stands, below the line."""
        return name

    def tell(self, code: str, name: str) -> None:
        """Say what is odd about a value, and keep it."""
        self.issues.append(issue(code, f"{self.path}/{self.place(name)}"))
        if self[name]:
            self.unread.append((self.place(name), self[name]))

    def status(self, name: str, known: Mapping[str, LineStatus], otherwise: LineStatus = "unknown") -> LineStatus:
        """A status by its word; ``otherwise`` where none is said."""
        found = known.get(self[name].casefold()) if self[name] else otherwise
        if found is None or (not self[name] and otherwise == "unknown"):
            self.tell("status", name)
        return found or "unknown"

    def use(self, name: str, known: Mapping[str, str]) -> str:
        """Bruk (9101) by its word."""
        found = known.get(self[name].casefold())
        if found is None and self[name]:
            self.tell("use", name)
        elif found == "" and self[name]:
            self.unread.append((self.place(name), self[name]))
        return found or ""

    def moment(self, name: str) -> datetime | date | None:
        """A day or a time."""
        found = instant_or_date(self[name]) if self[name] else None
        if self[name] and found is None:
            self.tell("time", name)
        return found

    def number(self, name: str) -> Decimal | None:
        """A number, with a point or a comma."""
        try:
            return Decimal(self[name].replace(",", ".")) if self[name] else None
        except InvalidOperation:
            self.tell("number", name)
            return None

    def strengths(self, name: str, unit: str) -> tuple[Strength, ...]:
        """The strength, where it has a unit."""
        value = self.number(name)
        if value is None:
            return ()
        if not self[unit]:
            self.issues.append(issue("strength-without-unit", f"{self.path}/{self.place(unit)}"))
            self.unread.append((self.place(name), self[name]))
            return ()
        above, _, per = self[unit].partition("/")
        return (Strength(value=value, unit=above, per=per),)
