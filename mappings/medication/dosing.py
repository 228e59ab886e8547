"""How one treatment is dosed in different lists: amount, number of doses, times, strength, form (dossier 7.3, 7.4)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import Final

from mappings.medication.amounts import Daily, daily, same_times
from mappings.medication.catalogue import Catalogue
from mappings.medication.findings import Draft
from mappings.medication.plausible import WEEKLY, reads_daily
from mappings.medication.presence import Situation, documented, has_reason, multidose_change
from mappings.medication.treatments import Treatment
from mappings.medication.views import Item, View
from mappings.moments import day_of

TOLERANCE: Final = Fraction(5, 100)
REPLACEABLE: Final = (
    "dose-amount", "dose-frequency", "dose-timing", "dose-text-differs", "form", "release-form", "route",
    "as-needed-vs-fixed",
)  # fmt: skip
HANDED_OVER: Final = ("dose-amount", "dose-frequency", "as-needed-vs-fixed", "release-form", "route")
_UNITS: Final = {"stk": "enheter"}
_RELEASES: Final = {"immediate": "vanlig form", "modified": "depot", "entero": "enteroform"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What one list says of one treatment: its lines in use, and what they amount to together."""

    view: View
    items: tuple[Item, ...]
    daily: Daily | None

    @property
    def is_external(self) -> bool:
        """Dosed by a schedule that stands elsewhere."""
        return any("schedule-external" in item.normal.reading.flags for item in self.items)

    @property
    def words(self) -> str:
        """Dose texts and strengths, compared where numbers cannot be."""
        told = sorted(" ".join(item.line.dose_text.lower().split()) for item in self.items)
        strengths = sorted(str(s.value) for item in self.items for s in item.normal.drug.strengths)
        return f"{told}|{strengths}"

    @property
    def is_as_needed(self) -> bool:
        """Whether all its lines are."""
        return all(item.normal.is_as_needed for item in self.items)


def dosing(s: Situation, catalogue: Catalogue) -> Iterator[Draft]:
    """Every finding about how a treatment is dosed."""
    for treatment in s.treatments:
        takings = taken(s, treatment)
        for draft in (*_of_pairs(treatment, takings), *_products(treatment, takings, catalogue)):
            yield from _with_reason(draft)
        yield from _daily_methotrexate(treatment, takings)
        yield from _several(s, treatment)


def taken(s: Situation, treatment: Treatment) -> list[Taken]:
    """For each list with a say that has it in use; worked out once."""
    if id(treatment) not in s.memory:
        s.memory[id(treatment)] = _taken(s, treatment)
    known: list[Taken] = s.memory[id(treatment)]
    return known


def _taken(s: Situation, treatment: Treatment) -> list[Taken]:
    found = []
    for view in {item.view.key: item.view for item in treatment.active}.values():
        items = tuple(treatment.active_of(view))
        parts = [daily(item.normal, day_of(s.at), day_of(view.time)) for item in items]
        found.append(Taken(view=view, items=items, daily=_together(parts)))
    return sorted(found, key=lambda taking: taking.view.key)


def _together(parts: Sequence[Daily | None]) -> Daily | None:
    told = [part for part in parts if part is not None]
    if len(told) != len(parts) or not told or len({part.total.unit for part in told}) != 1:
        return None
    whole = told[0]
    for part in told[1:]:
        whole = whole + part
    return whole


def _of_pairs(treatment: Treatment, takings: Sequence[Taken]) -> Iterator[Draft]:
    """One finding of each kind, with all lists that it holds between."""
    found: dict[str, Draft] = {}
    for one, other in combinations(takings, 2):
        for draft in _pair(treatment, one, other):
            known = found.setdefault(draft.code, draft)
            if known is not draft:
                known.items += [item for item in draft.items if item not in known.items]
                known.steps = max(known.steps, draft.steps)
                known.base = known.base if known.base != "info" else draft.base
                known.text = (
                    known.text if draft.text in known.text else f"{known.text}; {draft.text.partition(': ')[2]}"
                )
    yield from found.values()


def _pair(treatment: Treatment, one: Taken, other: Taken) -> Iterator[Draft]:
    items = [*one.items, *other.items]
    if one.is_external or other.is_external:
        yield from _external(treatment, one, other, items)
    elif one.daily is not None and other.daily is not None and one.daily.total.unit == other.daily.total.unit:
        yield from _numbers(treatment, one, other, items)
    elif one.words != other.words and not _same_structure(one, other):
        yield Draft("dose-text-differs", [treatment], items, f"{treatment.name}: {_dose(one)} mot {_dose(other)}")
    if one.is_as_needed != other.is_as_needed:
        shown = " mot ".join(f"{'ved behov' if t.is_as_needed else 'fast'} ({t.view.name})" for t in (one, other))
        yield Draft("as-needed-vs-fixed", [treatment], items, f"{treatment.name}: {shown}")


def _same_structure(one: Taken, other: Taken) -> bool:
    """Equal numbers of something whose strength one list does not give: no difference can be claimed."""
    if one.daily is None or other.daily is None:
        return False
    return (
        not all(item.normal.drug.strengths for item in (*one.items, *other.items))
        and one.daily.count == other.daily.count
    )


def _external(treatment: Treatment, one: Taken, other: Taken, items: list[Item]) -> Iterator[Draft]:
    both = one.is_external and other.is_external
    text = f"{treatment.name}: {_dose(one)} mot {_dose(other)}; følg skjemaet, ikke tallet"
    if both or one.daily is not None or other.daily is not None:
        yield Draft("schedule-external", [treatment], items, text, base="info" if both else None)
    elif one.words != other.words:
        yield Draft("dose-text-differs", [treatment], items, text)


def _numbers(treatment: Treatment, one: Taken, other: Taken, items: list[Item]) -> Iterator[Draft]:
    if one.daily is None or other.daily is None:
        return
    low, high = sorted((one.daily.total.value, other.daily.total.value))
    shown = f"{treatment.name}: {_total(one)} mot {_total(other)}"
    if low != high and (high - low) >= TOLERANCE * high:
        steps = 1 if not low or high / low > 2 else 0
        yield Draft("dose-amount", [treatment], items, shown, steps=steps)
        return
    if one.daily.count != other.daily.count:
        yield Draft("dose-frequency", [treatment], items, f"{treatment.name}: {_dose(one)} mot {_dose(other)}")
    else:
        times = same_times(one.daily, other.daily)
        if times != "same":
            text = f"{treatment.name}: {_dose(one)} mot {_dose(other)}"
            yield Draft("dose-timing", [treatment], items, text, base="info" if times == "slots" else None)
    if _strengths(one) != _strengths(other) and _strengths(one) and _strengths(other):
        yield Draft("strength-composition", [treatment], items, f"{shown}: samme dose, andre tabletter")


def _strengths(taking: Taken) -> set[Fraction]:
    return {Fraction(s.value) for item in taking.items for s in item.normal.drug.strengths}


def _total(taking: Taken) -> str:
    if taking.daily is None:
        return f"ukjent ({taking.view.name})"
    total = taking.daily.total
    value = total.value * 7 if taking.daily.weekly else total.value
    number = f"{float(value):.4g}".replace(".", ",")
    return (
        f"{number} {_UNITS.get(total.unit, total.unit)}/{'uke' if taking.daily.weekly else 'døgn'} ({taking.view.name})"
    )


def _dose(taking: Taken) -> str:
    told = "; ".join(item.line.dose_text or "uten dose" for item in taking.items)
    return f"«{told}» ({taking.view.name})"


def _products(treatment: Treatment, takings: Sequence[Taken], catalogue: Catalogue) -> Iterator[Draft]:
    """Form, release, route and brand."""
    items = [item for taking in takings for item in taking.items]
    drugs = [item.normal.drug for item in items]
    for code, values in (
        ("route", {drug.route for drug in drugs} - {""}),
        ("form", {drug.form for drug in drugs} - {""}),
    ):
        if len(values) > 1:
            yield Draft(code, [treatment], items, f"{treatment.name}: {' mot '.join(sorted(values))}")
            return
    releases = {taking.view.key: {item.normal.drug.release for item in taking.items} - {""} for taking in takings}
    told = [frozenset(found) for found in releases.values() if found]
    if len(set(told)) > 1:
        modified = any("modified" in one for one in told)
        shown = " mot ".join(sorted({"/".join(sorted(_RELEASES.get(word, word) for word in one)) for one in told}))
        yield Draft("release-form" if modified else "form", [treatment], items, f"{treatment.name}: {shown}")
        return
    yield from _substitution(treatment, takings, catalogue)


def _substitution(treatment: Treatment, takings: Sequence[Taken], catalogue: Catalogue) -> Iterator[Draft]:
    """Another name for the same product: no discrepancy, unless the prescriber refused it."""
    items = [item for taking in takings for item in taking.items if item not in treatment.uncertain]
    strengths = {frozenset(s.value for s in item.normal.drug.strengths) for item in items if item.normal.drug.strengths}
    brands = {item.normal.drug.name.partition(" ")[0] for item in items}
    exchange = {item.normal.drug.exchange for item in items}
    same_group = len(exchange) == 1 and exchange != {""}
    if len(takings) < 2 or len(brands) < 2 or not treatment.atc or (len(strengths) > 1 and not same_group):
        return
    refused = any(item.line.substitution_refused for item in items)
    shown = " / ".join(sorted({item.line.name for item in items}))
    yield Draft("generic-substitution", [treatment], items, shown, base="low" if refused else None)


def _with_reason(draft: Draft) -> Iterator[Draft]:
    """A recorded reason makes it a documented change; a change of what lies in bags must go to the multidoselege."""
    treatment = draft.treatments[0]
    reasons = [item for item in draft.items if has_reason(item)]
    daily_cytostatic = treatment.atc.startswith(WEEKLY) and _any_daily(draft.items)
    yield documented(draft, reasons) if reasons and draft.code in REPLACEABLE and not daily_cytostatic else draft
    bags = [item for item in draft.items if item.line.in_multidose or item.view.of == "packed"]
    by_hospital = [item for item in draft.items if item.view.of == "hospital"]
    if bags and by_hospital and draft.code in HANDED_OVER:
        yield multidose_change(treatment, [*bags, *by_hospital], draft.text)


def _any_daily(items: Sequence[Item]) -> bool:
    return any(reads_daily(item.normal.reading) for item in items)


def _daily_methotrexate(treatment: Treatment, takings: Sequence[Taken]) -> Iterator[Draft]:
    """Methotrexate against inflammation is taken once a week: a daily reading has killed people."""
    items = [item for taking in takings for item in taking.items if reads_daily(item.normal.reading)]
    if treatment.atc.startswith(WEEKLY) and items:
        text = f"{treatment.name}: lest som daglig dose, skal være ukentlig: «{items[0].line.dose_text}»"
        yield Draft("dose-amount", [treatment], items, text, base="high", final=True)


def _several(s: Situation, treatment: Treatment) -> Iterator[Draft]:
    """Several lines of one list for one treatment (dossier 7.2, table)."""
    for view in {item.view.key: item.view for item in treatment.active}.values():
        items = treatment.active_of(view)
        if len(items) < 2:
            continue
        parts = [daily(item.normal, day_of(s.at), day_of(view.time)) for item in items]
        fixed = not any(item.normal.is_as_needed for item in items)
        text = f"{treatment.name}: {len(items)} linjer i {view.name}: {', '.join(item.line.name for item in items)}"
        if not fixed or any(part is None for part in parts):
            yield Draft("duplicate-same-substance", [treatment], items, text, base="high")
            continue
        told = [part for part in parts if part is not None]
        if _apart_in_the_day(told):
            continue
        strengths = [frozenset(st.value for st in item.normal.drug.strengths) for item in items]
        base = "medium" if len(set(strengths)) == len(strengths) else "high"
        yield Draft("duplicate-same-substance", [treatment], items, text, base=base)  # type: ignore[arg-type]


def _apart_in_the_day(parts: Sequence[Daily]) -> bool:
    """Whether every line says its times and no two have one in common."""
    if not all(part.times for part in parts):
        return False
    return all(not set(_hours(one)) & set(_hours(other)) for one, other in combinations(parts, 2))


def _hours(part: Daily) -> Iterator[str]:
    """Parts of the day; a clock time is in the part that it falls in."""
    for time in part.times:
        hour = re.match(r"\d\d", time)
        if hour is None:
            yield {"MORN.late": "MORN"}.get(time, time)
            continue
        yield next(
            slot
            for slot, until in (("NIGHT", 5), ("MORN", 11), ("NOON", 14), ("AFT", 17), ("EVE", 24))
            if int(hour[0]) < until
        )
