"""Lines of all lists that are one treatment (dossier 7.2): same substance by the same route, certain keys first.

The order in which lists and lines come does not matter: everything is put in order before it is matched.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from mappings.medication.similarity import THRESHOLD, jaro_winkler
from mappings.medication.views import Item, View
from mappings.moments import is_before

RESIDUAL: Final = ("V03AX", "A12AX")
"""ATC groups whose codes stand for many substances: only the name tells them apart."""


@dataclass(slots=True)
class Treatment:
    """One treatment. ``uncertain`` are lines that belong here by a similar name only."""

    items: list[Item]
    uncertain: list[Item] = field(default_factory=list)
    _atc: str | None = field(default=None, repr=False, compare=False)
    _settled: tuple[str, list[Item], list[Item]] | None = field(default=None, repr=False, compare=False)
    """Key, counted and active lines, once matching is over: every rule asks for them."""

    def settle(self) -> None:
        """No line comes or goes any more."""
        self._settled = (self.key, self.counted, self.active)

    @property
    def counted(self) -> list[Item]:
        """The lines that have a say."""
        if self._settled is not None:
            return self._settled[1]
        return [item for item in self.items if item.view.of not in ("shown", "aside")]

    @property
    def active(self) -> list[Item]:
        """The counted lines in use."""
        if self._settled is not None:
            return self._settled[2]
        return [item for item in self.counted if item.is_active]

    @property
    def stops(self) -> list[Item]:
        """Stops that count: those of a list that does not itself go on with the treatment."""
        going_on = [item.view for item in self.active]
        return [item for item in self.counted if item.state == "stopped" and item.view not in going_on]

    @property
    def standing_stops(self) -> list[Item]:
        """Stops that no proven restart has followed."""
        return [stop for stop in self.stops if not any(is_restart(item, stop) for item in self.active)]

    def active_of(self, view: View) -> list[Item]:
        """The lines in use in one list."""
        return [item for item in self.active if item.view is view]

    @property
    def atc(self) -> str:
        """The smallest ATC code among its lines, or "". Asked often, and what is matched later never changes it."""
        if self._atc is None:
            self._atc = self._smallest_atc()
        return self._atc

    def _smallest_atc(self) -> str:
        return min((item.normal.drug.atc for item in self.items if item.normal.drug.atc), default="")

    @property
    def route(self) -> str:
        """The smallest route among its lines, or ""."""
        return min((item.normal.drug.route for item in self.items if item.normal.drug.route), default="")

    @property
    def is_as_needed(self) -> bool:
        """Whether all its lines are taken as needed."""
        return all(item.normal.is_as_needed for item in self.items)

    @property
    def name(self) -> str:
        """The shortest name, for people."""
        return min((item.line.generic or item.line.name for item in self.items), key=lambda n: (len(n), n))

    @property
    def key(self) -> str:
        """``ATC7|route``, or the name where there is no code; ``|prn`` when taken as needed everywhere."""
        if self._settled is not None:
            return self._settled[0]
        substance = self.atc or min(item.normal.drug.name for item in self.items)
        return "|".join((substance, self.route, *(("prn",) if self.is_as_needed else ())))


def is_restart(active: Item, stop: Item) -> bool:
    """Proven only when list and line are both from after the stop: a new print of an old line proves nothing."""
    if stop.stopped is None or active.dated is None:
        return False
    return is_before(stop.stopped, active.view.time) and is_before(stop.stopped, active.dated)


def treatments(items: Iterable[Item]) -> list[Treatment]:
    """All lines in their treatments, in a fixed order."""
    ordered = sorted(items, key=lambda item: item.key)
    found = _by_similar_name(_by_certain_id(_by_substance(ordered)))
    found = _by_other_route(found)
    apart = [part for treatment in found for part in _apart(treatment)]
    for treatment in apart:
        treatment.settle()
    return sorted(apart, key=lambda treatment: (treatment.key, treatment.items[0].key))


def _by_substance(items: Sequence[Item]) -> list[Treatment]:
    """K4 to K6, and names that are equal: one substance by one route; a line without a route joins the only one."""
    routes: dict[str, set[str]] = {}
    for item in items:
        routes.setdefault(_substance(item), set()).add(item.normal.drug.route)
    found: dict[tuple[str, str], Treatment] = {}
    for item in items:
        substance = _substance(item)
        known = sorted(routes[substance] - {""})
        route = item.normal.drug.route or (known[0] if len(known) == 1 else "")
        found.setdefault((substance, route), Treatment([])).items.append(item)
    return list(found.values())


def _substance(item: Item) -> str:
    drug = item.normal.drug
    if len(drug.atc) == 7 and not drug.atc.startswith(RESIDUAL):
        return drug.atc
    return f"name:{' '.join((drug.name, *sorted(drug.tokens)))}"


def _by_certain_id(found: list[Treatment]) -> list[Treatment]:
    """K1 and K2: one PLL id, prescription or FEST id is one treatment, whatever else the lines say."""
    merged: list[Treatment] = []
    for treatment in found:
        ids = {key for item in treatment.items for key in _certain(item)}
        same = [other for other in merged if any(key in ids for item in other.items for key in _certain(item))]
        for other in same:
            merged.remove(other)
        items = [item for one in (*same, treatment) for item in one.items]
        merged.append(Treatment(sorted(items, key=lambda item: item.key)))
    return merged


def _certain(item: Item) -> Iterator[tuple[str, str]]:
    line = item.line
    yield from (
        (kind, value)
        for kind, value in (("pll", line.pll_id), ("resept", line.resept_id), ("fest", line.fest_id))
        if value
    )


def _by_similar_name(found: list[Treatment]) -> list[Treatment]:
    """K8: lines without a code, by the name: a lone candidate that is alike enough and disagrees in nothing else."""
    coded = [treatment for treatment in found if treatment.atc]
    rest: list[Treatment] = []
    for treatment in (t for t in found if not t.atc):
        equal = [c for c in coded if _shares_name(c, treatment)]
        alike = equal or [c for c in [*coded, *rest] if _may_be(c, treatment)]
        if len(alike) != 1:
            rest.append(treatment)
            continue
        alike[0].items = sorted((*alike[0].items, *treatment.items), key=lambda item: item.key)
        if not equal:
            alike[0].uncertain += treatment.items
    return [*coded, *rest]


def _shares_name(one: Treatment, other: Treatment) -> bool:
    names = {(name, item.normal.drug.tokens) for item in one.items for name in _names(item)}
    mine = {(name, item.normal.drug.tokens) for item in other.items for name in _names(item)}
    return bool(names & mine) and _routes_agree(one, other)


def _names(item: Item) -> set[str]:
    return {name for name in (item.normal.drug.name, item.line.generic.lower().strip()) if name}


def _routes_agree(one: Treatment, other: Treatment) -> bool:
    return not (one.route and other.route) or one.route == other.route


def _may_be(one: Treatment, other: Treatment) -> bool:
    """Alike in name, with every guard: strength, form, words beside the name, and a name nobody knows."""
    if {id(item.view) for item in one.items} & {id(item.view) for item in other.items}:
        return False
    return any(_alike(a, b) for a in one.items for b in other.items)


def _alike(one: Item, other: Item) -> bool:
    a, b = one.normal.drug, other.normal.drug
    forms_agree = not (a.form and b.form) or a.form == b.form
    strengths_agree = {s.value for s in a.strengths} == {s.value for s in b.strengths}
    if not (forms_agree and strengths_agree and a.tokens == b.tokens and not (a.known and b.known)):
        return False
    return jaro_winkler(a.name, b.name) >= THRESHOLD


def _by_other_route(found: list[Treatment]) -> list[Treatment]:
    """One substance by one route in some lists and by another in the others: one treatment whose route differs."""
    merged: list[Treatment] = []
    for treatment in found:
        same = [other for other in merged if treatment.atc and other.atc == treatment.atc]
        apart = {id(item.view) for item in treatment.items}
        if len(same) == 1 and sum(t.atc == treatment.atc for t in found) == 2 and not _views(same[0]) & apart:
            same[0].items = sorted((*same[0].items, *treatment.items), key=lambda item: item.key)
            same[0].uncertain += treatment.uncertain
        else:
            merged.append(treatment)
    return merged


def _views(treatment: Treatment) -> set[int]:
    return {id(item.view) for item in treatment.items}


def _apart(treatment: Treatment) -> list[Treatment]:
    """Fixed and as-needed use of one substance in one list are two treatments, and so for every list."""
    both = any(
        len({item.normal.is_as_needed for item in treatment.active_of(view)}) == 2
        for view in {id(item.view): item.view for item in treatment.active}.values()
    )
    if not both:
        return [treatment]
    halves = [[i for i in treatment.items if i.normal.is_as_needed == needed] for needed in (False, True)]
    return [Treatment(half, [item for item in treatment.uncertain if item in half]) for half in halves]
