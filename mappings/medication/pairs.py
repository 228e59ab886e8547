"""Two treatments that belong together: doubled, switched, combined (dossier 7.2 K7, 7.4, 7.5.2, 7.5.3)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import combinations
from typing import Final

from mappings.medication.amounts import Daily, in_force, per_dose
from mappings.medication.catalogue import Catalogue, components, daily_maximum, groups_by_dose, groups_of
from mappings.medication.dosing import taken
from mappings.medication.findings import Draft, Severity
from mappings.medication.presence import Situation
from mappings.medication.treatments import Treatment
from mappings.medication.views import Item
from mappings.moments import day_of

EXPECTED_TOGETHER: Final = ("N03A", "J01", "A11", "A06A", "S01")
"""Groups of which two at a time are common and meant."""
WITH_ASPIRIN: Final = frozenset(("B01AC04", "B01AC07", "B01AC22", "B01AC24"))
DUPLICATE_ONLY: Final = (("B01AB", ("B01AE", "B01AF")),)


def combination_splits(s: Situation) -> list[tuple[Treatment, list[Treatment]]]:
    """A combination in one list against every component on its own in another."""
    found = []
    for whole in s.treatments:
        parts = [_of_atc(s, part.atc) for part in components(whole.atc)]
        if len(parts) < 2 or any(part is None for part in parts):
            continue
        known = [part for part in parts if part is not None]
        if _stands_against(whole, known):
            found.append((whole, known))
    return found


def _of_atc(s: Situation, atc: str) -> Treatment | None:
    return next((t for t in s.treatments if t.atc == atc and t.active), None)


def _stands_against(whole: Treatment, parts: Sequence[Treatment]) -> bool:
    """No list has both, and one list has every part."""
    combined = {item.view.key for item in whole.active}
    sets: list[set[tuple[str, ...]]] = [{item.view.key for item in part.active} for part in parts]
    return bool(combined) and bool(set.intersection(*sets)) and not any(combined & one for one in sets)


def pairs(s: Situation, catalogue: Catalogue, splits: Sequence[tuple[Treatment, list[Treatment]]]) -> Iterator[Draft]:
    """Every finding about two treatments."""
    for whole, parts in splits:
        yield _split(s, whole, parts)
    for one, other in combinations(s.treatments, 2):
        if _is_split(one, other, splits):
            continue
        if shared := _shared(one, other):
            yield from _same_substance(s, one, other, shared)
        elif _is_same_kind(s, one, other):
            yield from _therapy(one, other, catalogue)


def _is_split(one: Treatment, other: Treatment, splits: Sequence[tuple[Treatment, list[Treatment]]]) -> bool:
    return any({id(one), id(other)} <= {id(whole), *map(id, parts)} for whole, parts in splits)


def _split(s: Situation, whole: Treatment, parts: Sequence[Treatment]) -> Draft:
    items = [item for treatment in (whole, *parts) for item in treatment.active]
    names = " + ".join(part.name for part in parts)
    equal = _doses_equal(s, whole, parts)
    base: Severity = "info" if equal else "medium"
    return Draft("combination-split", [whole, *parts], items, f"{whole.name} mot {names}", base=base)


def _doses_equal(s: Situation, whole: Treatment, parts: Sequence[Treatment]) -> bool:
    """The same milligrams of every component, taken as often."""
    combined = sorted(st.value for item in whole.active[:1] for st in item.normal.drug.strengths)
    single = sorted(st.value for part in parts for item in part.active[:1] for st in item.normal.drug.strengths)
    counts = {taking.daily.count if taking.daily else None for t in (whole, *parts) for taking in taken(s, t)}
    return combined == single and len(counts) == 1 and None not in counts


def substances(treatment: Treatment) -> set[str]:
    """ATC codes of the single substances in it."""
    return {component.atc for component in components(treatment.atc)} or {treatment.atc}


def _shared(one: Treatment, other: Treatment) -> set[str]:
    """Substances that a combination shares with its component; two lines of one code are no pair."""
    if not one.atc or not other.atc or one.atc == other.atc:
        return set()
    return substances(one) & substances(other)


def _same_substance(s: Situation, one: Treatment, other: Treatment, shared: set[str]) -> Iterator[Draft]:
    if not (one.active and other.active) or one.standing_stops or other.standing_stops:
        return
    items = [*one.active, *other.active]
    atc = min(shared)
    limit = daily_maximum(atc)
    total = sum((_milligrams(s, treatment, atc) for treatment in (one, other)), Fraction(0))
    above = limit is not None and total > Fraction(limit)
    shown = f"{one.name} og {other.name}: samme virkestoff"
    if total and limit is not None:
        shown += f", inntil {float(total) / 1000:.3g} g/døgn".replace(".", ",") + (
            f" (over {limit / 1000:.3g} g)" if above else ""
        )
    yield Draft("duplicate-same-substance", [one, other], items, shown, base="high" if above else "medium")


def _milligrams(s: Situation, treatment: Treatment, atc: str) -> Fraction:
    """The most of a substance a day, by the list that says the most."""
    found = [_of_list(taking.items, taking.daily, treatment, atc, s) for taking in taken(s, treatment)]
    return max(found, default=Fraction(0))


def _of_list(items: Sequence[Item], daily: Daily | None, treatment: Treatment, atc: str, s: Situation) -> Fraction:
    if daily is None:
        return Fraction(0)
    if treatment.atc == atc:
        return daily.total.value if daily.total.unit == "mg" else Fraction(0)
    of = next((c.mg_per_unit for c in components(treatment.atc) if c.atc == atc), None)
    stated = [st.value for item in items for st in item.normal.drug.strengths]
    per_unit = max(stated) if len(stated) > 1 else of
    if daily.total.unit == "stk" and per_unit is not None:
        return daily.total.value * Fraction(per_unit)
    return daily.total.value if daily.total.unit == "mg" else Fraction(0)


def _is_same_kind(s: Situation, one: Treatment, other: Treatment) -> bool:
    """The same ATC level 4, or one group across levels."""
    if not one.atc or not other.atc or one.atc == other.atc:
        return False
    if one.atc[:5] == other.atc[:5] or _groups(s, one) & _groups(s, other):
        return True
    return any(a.startswith(first) and b.startswith(second) for first, second in DUPLICATE_ONLY
               for a, b in ((one.atc, other.atc), (other.atc, one.atc)))  # fmt: skip


def _groups(s: Situation, treatment: Treatment) -> set[str]:
    """Groups of therapy; some only from so many milligrams a dose. Asked for every pair, so remembered."""
    known = s.memory.get(("groups", id(treatment)))
    if known is None:
        known = s.memory["groups", id(treatment)] = _worked_out(s, treatment)
    return known


def _worked_out(s: Situation, treatment: Treatment) -> set[str]:
    found = set(groups_of(treatment.atc))
    for group, least in groups_by_dose(treatment.atc):
        for item in treatment.active:
            doses = in_force(item.normal, day_of(s.at), day_of(item.view.time))
            amounts = [amount for dose in doses if (amount := per_dose(dose, item.normal))]
            if any(amount.unit == "mg" and amount.value >= Fraction(least) for amount in amounts):
                found.add(group)
    return found


def _therapy(one: Treatment, other: Treatment, catalogue: Catalogue) -> Iterator[Draft]:
    switch = _stated_switch(one, other) or _stated_switch(other, one)
    if switch is not None:
        yield switch
        return
    if not (one.active and other.active) or one.standing_stops or other.standing_stops or _is_expected(one, other):
        return
    items = [*one.active, *other.active]
    yield Draft("duplicate-therapy", [one, other], items, f"{one.name} og {other.name}: to legemidler av samme slag")


def _stated_switch(old: Treatment, new: Treatment) -> Draft | None:
    """One stopped and the other in use in the same list, or a reason that names the other."""
    for stop in old.standing_stops:
        same_list = [item for item in new.active if item.view is stop.view]
        named = [i for i in new.active if any(_names(stop.line.reason, name) for name in _called(i))]
        if same_list or named:
            items = [stop, *(same_list or named)]
            return Draft("therapeutic-switch", [old, new], items, f"{old.name} byttet til {new.name}")
    return None


def _names(reason: str, name: str) -> bool:
    return bool(name) and name.lower() in reason.lower()


def _called(item: Item) -> tuple[str, ...]:
    return item.normal.drug.name.partition(" ")[0], item.line.generic


def _is_expected(one: Treatment, other: Treatment) -> bool:
    """Pairs that are meant (dossier 7.5.2)."""
    first, second = sorted((one.atc, other.atc))
    if any(first.startswith(group) and second.startswith(group) for group in EXPECTED_TOGETHER):
        return True
    if first.startswith("A12") and second.startswith("A12"):
        return not (first.startswith("A12BA") and second.startswith("A12BA"))
    if first.startswith("R03") and second.startswith("R03"):
        return True
    if first.startswith("C01DA") and second.startswith("C01DA"):
        return _any_as_needed(one) != _any_as_needed(other)
    return "B01AC06" in (first, second) and bool({first, second} & WITH_ASPIRIN)


def _any_as_needed(treatment: Treatment) -> bool:
    return any(item.normal.is_as_needed for item in treatment.active)
