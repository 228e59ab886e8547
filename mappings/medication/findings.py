"""A discrepancy: what kind, how severe, which treatments, lines and lists, and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, Literal

from mappings.medication.catalogue import kinds, risk
from mappings.medication.treatments import Treatment
from mappings.medication.views import Item, View

Severity = Literal["info", "low", "medium", "high"]
LEVELS: Final[tuple[Severity, ...]] = ("info", "low", "medium", "high")
NEVER_ESCALATED: Final = (
    "documented-change",
    "stale-list",
    "missing-source",
    "multidose-unknown",
    "generic-substitution",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One discrepancy. ``treatments`` are their sorted keys, ``replaces`` the kind that a recorded reason took over."""

    code: str
    severity: Severity
    treatments: tuple[str, ...]
    items: tuple[Item, ...]
    views: tuple[View, ...]
    text: str
    replaces: str = ""

    @property
    def key(self) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
        """What makes two findings the same one, whatever the compared values."""
        lists = () if self.treatments else tuple(f"{v.source.system}|{v.source.list_type}" for v in self.views)
        return self.replaces or self.code, self.treatments, lists

    @property
    def discrepancy(self) -> str:
        """The same as one text, by which a decision names it."""
        kind, treatments, lists = self.key
        return "/".join((kind, "+".join(treatments), "+".join(lists)))

    @property
    def display(self) -> str:
        """The kind in words."""
        return kinds()[self.code].display


@dataclass(slots=True)
class Draft:
    """A finding before its severity is settled. ``steps`` is the ratio step, ``fixed`` a severity that is final."""

    code: str
    treatments: list[Treatment]
    items: list[Item]
    text: str
    base: Severity | None = None
    steps: int = 0
    final: bool = False
    replaces: str = ""
    views: list[View] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Patient:
    """What escalation asks of the patient."""

    age: int | None
    beside: frozenset[str]
    is_discharge: bool


def finding(draft: Draft, patient: Patient) -> Finding:
    """The draft with its severity: base, ratio step, escalation, caps (dossier 7.4)."""
    views = draft.views or [item.view for item in draft.items]
    return Finding(
        code=draft.code,
        severity=_severity(draft, patient),
        treatments=tuple(sorted({treatment.key for treatment in draft.treatments})),
        items=tuple(sorted({item.key: item for item in draft.items}.values(), key=lambda item: item.key)),
        views=tuple(sorted({view.key: view for view in views}.values(), key=lambda view: view.key)),
        text=draft.text,
        replaces=draft.replaces,
    )


def _severity(draft: Draft, patient: Patient) -> Severity:
    base = draft.base or LEVELS[_level(kinds()[draft.code].base)]
    if draft.final or base == "info" or draft.code in NEVER_ESCALATED:
        return base
    level = LEVELS.index(base) + draft.steps
    risks = [found for atc in _codes(draft) if (found := risk(atc, age=patient.age, beside=patient.beside - {atc}))]
    if risks or (patient.is_discharge and any(item.line.in_multidose for item in draft.items)):
        level += 1
    caps = [_level(found.cap) for found in risks if found.cap]
    return LEVELS[min(level, len(LEVELS) - 1, *(caps if len(caps) == len(risks) else []))]


def _level(word: str) -> int:
    return [str(level) for level in LEVELS].index(word)


def _codes(draft: Draft) -> Iterable[str]:
    """The codes of the lines it names; a line without one has that of what it was matched with."""
    return sorted({code for treatment in draft.treatments for code in [treatment.atc] if code})
