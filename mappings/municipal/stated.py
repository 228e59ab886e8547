"""What a municipality has stated, whatever the format: services, function, diagnoses, each with where it was said.

A value that is None was not stated, so an earlier statement stands; an empty leaf was cleared. Dates are FHIR dates.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from mappings.documents.shape import Leaf, Part
from mappings.resources import derived
from mappings.series import Entry

OPEN_ENDED: Final = "99991231"


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """Something that one part of one message says. ``key`` is what tells the thing it is about from its likes."""

    entry: Entry
    part: Part
    key: tuple[str, ...]
    number: int = 0
    """The place among what its source numbers in order, where the time does not tell."""

    @property
    def age(self) -> tuple[float, int, str]:
        """Oldest first: when it was told, then its source's own number."""
        head = self.entry.message.head
        return head.generated.timestamp(), self.number, head.message_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """A service that rests: from when, until when where that is known."""

    id: str
    since: str
    to: str | None = None
    reason: Leaf | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The decision on a service: ``outcome`` is granted, rejected, pending or withdrawn."""

    id: Leaf | None = None
    sequence: Leaf | None = None
    applied: str | None = None
    decided: str | None = None
    outcome: Leaf | str | None = None
    complaint: str | None = None
    complaint_answered: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceStatement(Statement):
    """A municipal service as one message has it; ``number_of`` is its source's own id, with the system of it."""

    municipality: str
    number_of: tuple[tuple[str, Leaf | str], ...] = ()
    kind: Leaf | None = None
    local_code: Leaf | None = None
    local_system: Leaf | str | None = None
    local_text: Leaf | None = None
    start: str | None = None
    end: str | None = None
    wanted: str | None = None
    organisation: Leaf | None = None
    unit: Leaf | None = None
    phone: Leaf | None = None
    hours: Leaf | None = None
    allotted: Leaf | None = None
    status: Leaf | None = None
    pauses: tuple[Pause, ...] | None = None
    decision: Decision | None = None
    notes: tuple[tuple[str, Leaf], ...] = ()
    """What FHIR has no place for, in words: what it is, and its value."""
    is_given: bool = False
    """Whether it is, or has been, given, whatever else is known of it."""
    is_snapshot: bool = False
    """Whether its message names everything that was in use in its period (the yearly file)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionStatement(Statement):
    """A score of one variable (9111), from when, until when."""

    municipality: str
    variable: Leaf
    score: Leaf
    since: str
    until: str | None = None
    assessor: Leaf | None = None
    number_of: tuple[tuple[str, Leaf | str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionStatement(Statement):
    """A diagnosis: by ICPC-2 or ICD-10, or in words."""

    municipality: str
    system: Leaf | None = None
    code: Leaf | None = None
    text: Leaf | None = None
    since: str | None = None
    to: str | None = None
    number_of: tuple[tuple[str, Leaf | str], ...] = ()


S = TypeVar("S", bound=Statement)


def by_key(statements: Iterable[S]) -> dict[tuple[str, ...], list[S]]:
    """All that is stated of each thing, oldest first."""
    found: dict[tuple[str, ...], list[S]] = {}
    for one in sorted(statements, key=lambda s: s.age):
        found.setdefault(one.key, []).append(one)
    return found


def newest(statements: Iterable[Any], name: str) -> Any:
    """The newest value that was stated; None where none was, or where the newest one cleared it."""
    told = [value for one in statements if (value := getattr(one, name)) is not None]
    return (told[-1] or None) if told and (told[-1] != "") else None


def compact_day(leaf: Leaf | None) -> str | None:
    """``20260304`` as a FHIR date; None for the open end of the yearly file, and for what is no date."""
    text = str(leaf or "").strip()
    if len(text) != len(OPEN_ENDED) or not text.isdecimal() or text == OPEN_ENDED or leaf is None:
        return None
    return derived(f"{text[:4]}-{text[4:6]}-{text[6:]}", leaf)


def same(first: Hashable, second: Hashable) -> bool:
    """Whether two values agree: equal, or one of them not stated."""
    return not first or not second or first == second
