"""What a line amounts to: how much a day, in how many doses, at what times, at a reference date."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Final

from mappings.medication.dosage import Dose
from mappings.medication.dosage.words import HOURS
from mappings.medication.normalise import Normal, mass
from mappings.moments import day_of

_DAYS: Final = {"h": Fraction(1, 24), "d": Fraction(1), "wk": Fraction(7), "mo": Fraction(30)}
COUNT: Final = ("", "tablett", "kapsel", "stk", "stikkpille", "plaster", "ampulle", "sprøyte", "pose")
_STRENGTH_PER: Final = {"mL": ("ml",), "dose": ("", "dose"), "inhalasjon": ("", "dose"), "spray": ("", "dose")}
_SAME_SLOT: Final = {"MORN.late": "NOON", "AFT": "NOON"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """So much of something: ``mg``, ``E``, or a unit that is only counted."""

    value: Fraction
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Daily:
    """The most that may be taken in a day, and how. ``times`` are places in the day; "" for any time."""

    total: Amount
    count: Fraction
    times: tuple[str, ...]
    from_slots: bool
    weekly: bool

    def __add__(self, other: Daily) -> Daily:
        """Both taken: lines of one list that make one dose together."""
        same = bool(self.times) and self.times == other.times
        return Daily(
            total=Amount(value=self.total.value + other.total.value, unit=self.total.unit),
            count=self.count if same else self.count + other.count,
            times=self.times if same else tuple(sorted((*self.times, *other.times))),
            from_slots=self.from_slots or other.from_slots,
            weekly=self.weekly or other.weekly,
        )


def daily(normal: Normal, at: date, since: date) -> Daily | None:
    """What a surely read line amounts to on a day; None where no number can be claimed.

    ``since`` is when its first phase began, where the line does not say.
    """
    doses = in_force(normal, at, since)
    if not normal.reading.is_full or not doses or any(dose.timing.count for dose in doses):
        return None
    parts = [_daily(dose, normal) for dose in doses]
    told = [part for part in parts if part is not None]
    if len(told) != len(parts) or len({part.total.unit for part in told}) != 1:
        return None
    whole = told[0]
    for part in told[1:]:
        whole = whole + part
    return whole


def in_force(normal: Normal, at: date, since: date) -> tuple[Dose, ...]:
    """The doses of the phase that holds on a day: the last phase when all have passed."""
    phases = sorted({dose.sequence for dose in normal.reading.doses})
    begins = day_of(normal.line.start) if normal.line.start else since
    for sequence in phases:
        doses = tuple(dose for dose in normal.reading.doses if dose.sequence == sequence)
        days = length(doses[0])
        if days is None or sequence == phases[-1] or at < begins + timedelta(days=days):
            return doses
        begins += timedelta(days=days)
    return ()


def length(dose: Dose) -> int | None:
    """Days that a phase lasts, first day included; None without a stated length."""
    if dose.lasts is None or dose.lasts[1] == "h":
        return None
    return int(dose.lasts[0] * _DAYS[dose.lasts[1]])


def course_length(doses: Sequence[Dose]) -> int | None:
    """Days that all phases last together; None when one has no length."""
    lengths = [length(doses_of[0]) for doses_of in _phases(doses)]
    known = [days for days in lengths if days is not None]
    return sum(known) if known and len(known) == len(lengths) else None


def _phases(doses: Sequence[Dose]) -> list[list[Dose]]:
    found: dict[int, list[Dose]] = {}
    for dose in doses:
        found.setdefault(dose.sequence, []).append(dose)
    return [found[sequence] for sequence in sorted(found)]


def _daily(dose: Dose, normal: Normal) -> Daily | None:
    one = per_dose(dose, normal)
    if one is None:
        return None
    when = dose.timing
    count = Fraction(when.most or when.frequency or 0) / (when.period * _DAYS[when.unit])
    total = one.value * count
    most = _most(dose, normal, one.unit)
    if most is not None and (not count or most < total):
        total = most
    return Daily(
        total=Amount(value=total, unit=one.unit),
        count=count,
        times=tuple(sorted((*when.when, *when.clock))),
        from_slots="+" in normal.reading.text or not normal.reading.text,
        weekly=when.unit in ("wk", "mo") or (when.unit == "d" and when.period >= 7),
    )


def per_dose(dose: Dose, normal: Normal) -> Amount | None:
    """The largest single dose: in milligrams where that can be known."""
    return _amount(Fraction(dose.high), dose.unit, normal) if dose.high is not None else None


def _most(dose: Dose, normal: Normal, unit: str) -> Fraction | None:
    if dose.most is None:
        return None
    found = _amount(Fraction(dose.most), dose.most_unit, normal)
    return found.value if found is not None and found.unit == unit else None


def _amount(value: Fraction, unit: str, normal: Normal) -> Amount:
    """Milligrams from a mass, or from a count or volume by the line's one strength; else as it was counted."""
    factor = mass(Decimal(1), unit)
    if factor is not None:
        return Amount(value=value * Fraction(factor), unit="mg")
    strengths = normal.drug.strengths
    if unit in ("E", "IE"):
        return Amount(value=value, unit="E")
    if len(strengths) == 1:
        per, strength = strengths[0].per, strengths[0]
        counted = per == "" if unit in COUNT else per in _STRENGTH_PER.get(unit, ())
        if counted:
            return Amount(value=value * Fraction(strength.value), unit=strength.unit)
    return Amount(value=value, unit="stk" if unit in COUNT else unit)


def same_times(one: Daily, other: Daily) -> str:
    """Whether they are "same" or "differ", or "slots" when only slot names do; unknown times differ from nothing."""
    if not one.times or not other.times or one.times == other.times:
        return "same"
    if len(one.times) != len(other.times):
        return "same"
    if _fit(one.times, other.times):
        return "same"
    either = one.from_slots or other.from_slots
    return "slots" if either and _plain(one.times) == _plain(other.times) else "differ"


def _fit(one: Sequence[str], other: Sequence[str]) -> bool:
    """Clock times on one side that fall in the parts of the day on the other."""
    clocks, slots = (one, other) if ":" in one[0] else (other, one)
    if ":" not in clocks[0] or any(":" in slot for slot in slots):
        return False
    left = list(slots)
    for clock in clocks:
        found = next((slot for slot in left if int(clock[:2]) in HOURS.get(slot, ())), None)
        if found is None:
            return False
        left.remove(found)
    return True


def _plain(times: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(_SAME_SLOT.get(time, time) for time in times))
