"""Reconciliation (legemiddelsamstemming): the lists of one patient side by side, and every discrepancy by name.

Nothing is merged and nothing decided: the newest assertion is proposed, a prescriber decides. Pure: the same lists in
any order, ``at`` and phase give the same comparison.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from mappings.documents.medication_list import ListType, MedicationList
from mappings.medication.alerts import alerts
from mappings.medication.catalogue import Catalogue, demo
from mappings.medication.dosing import dosing, taken
from mappings.medication.findings import LEVELS, Finding, Patient, finding
from mappings.medication.pairs import combination_splits, pairs
from mappings.medication.presence import Situation, presence
from mappings.medication.treatments import Treatment, is_restart, treatments
from mappings.medication.views import Item, Phase, View, items, views


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """One treatment: what each list says of it, and which line is proposed (None: nobody has it in use)."""

    key: str
    name: str
    items: tuple[Item, ...]
    proposed: Item | None
    is_settled: bool
    """Every list agrees, or differs in the brand alone: nothing is left to decide."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """The lists that count, the treatments, and the findings, most severe first."""

    at: datetime
    views: tuple[View, ...]
    groups: tuple[Group, ...]
    findings: tuple[Finding, ...]
    terminology: int
    register: str = ""
    """Which drug register, and from when; "" without one."""

    @property
    def open_findings(self) -> tuple[Finding, ...]:
        """Those above INFO: what has to be looked at."""
        return tuple(found for found in self.findings if found.severity != "info")


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What the comparison is made for: when in the stay, the patient's age, which lists ought to be there."""

    phase: Phase | None = None
    age: int | None = None
    expected: tuple[ListType, ...] = ()


def reconcile(
    lists: Iterable[MedicationList], at: datetime, setting: Setting | None = None, catalogue: Catalogue | None = None
) -> Comparison:
    """The comparison of one patient's lists as of ``at``."""
    setting, known = setting or Setting(), catalogue or demo()
    current = views(lists, at, setting.phase)
    lines = [item for view in current for item in items(view, known, at)]
    found = treatments(lines)
    situation = Situation(at=at, views=current, treatments=found)
    splits = combination_splits(situation)
    apart = frozenset(id(treatment) for whole, parts in splits for treatment in (whole, *parts))
    situation = replace(situation, split=apart)
    patient = Patient(age=setting.age, beside=_in_use(lines), is_discharge=setting.phase == "discharge")
    drafts = [
        *presence(situation),
        *dosing(situation, known),
        *pairs(situation, known, splits),
        *alerts(situation, patient, setting.expected),
    ]
    findings = _one_of_each(finding(draft, patient) for draft in drafts)
    groups = tuple(_group(situation, treatment, findings) for treatment in found)
    return Comparison(
        at=at, views=current, groups=groups, findings=findings, terminology=known.level, register=known.version
    )


def phase_of(lists: Iterable[MedicationList], at: datetime) -> Phase:
    """Where in the stay a comparison is made, by the lists that are there: a discharge list is made to leave with.

    A whole one: what an epikrise names does not take the place of the ward's list, whose stops must stay seen.
    """
    kinds = {one.source.list_type for one in lists if one.source.time <= at and one.source.completeness == "snapshot"}
    return "discharge" if "hospital-discharge" in kinds else "admission"


def _in_use(lines: Sequence[Item]) -> frozenset[str]:
    counted = (item for item in lines if item.is_active and item.view.of not in ("shown", "aside"))
    return frozenset(item.normal.drug.atc for item in counted if item.normal.drug.atc)


def _one_of_each(found: Iterable[Finding]) -> tuple[Finding, ...]:
    """One finding for each kind and treatment: the most severe, with the lines and lists of all."""
    kept: dict[object, Finding] = {}
    for one in found:
        same = (one.code, one.treatments, one.views if not one.treatments else ())
        other = kept.get(same)
        kept[same] = one if other is None else _joined(one, other)
    return tuple(sorted(kept.values(), key=_order))


def _joined(one: Finding, other: Finding) -> Finding:
    first, second = sorted((one, other), key=_order)
    return replace(
        first,
        items=tuple(sorted({item.key: item for item in (*first.items, *second.items)}.values(), key=lambda i: i.key)),
        views=tuple(sorted({view.key: view for view in (*first.views, *second.views)}.values(), key=lambda v: v.key)),
        text=first.text if second.text in first.text else f"{first.text}; {second.text}",
    )


def _order(found: Finding) -> tuple[object, ...]:
    return -LEVELS.index(found.severity), found.treatments, found.code, found.text


def _group(s: Situation, treatment: Treatment, findings: Sequence[Finding]) -> Group:
    open_ones = [f for f in findings if treatment.key in f.treatments and f.severity != "info"]
    return Group(
        key=treatment.key,
        name=treatment.name,
        items=tuple(treatment.items),
        proposed=_proposed(treatment),
        is_settled=not open_ones and len(taken(s, treatment)) > 0,
    )


def _proposed(treatment: Treatment) -> Item | None:
    """The newest assertion in use; a stop that no proven restart follows beats every line in use (7.5.9)."""
    blocked = {item.key for item in treatment.active for stop in treatment.stops if _beats(stop, item)}
    open_ones = [item for item in treatment.active if item.key not in blocked]
    return max(open_ones, key=lambda item: item.key, default=None)


def _beats(stop: Item, active: Item) -> bool:
    return stop.view is not active.view and not is_restart(active, stop)
