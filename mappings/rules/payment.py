"""Overliggerdøgn: the days a municipality pays for (forskrift FOR-2011-11-18-1115 § 13); an estimate, never a claim.

Calendar days in Norway, half-open: the day on which the patient was declared ready, the notice was sent and there is
no place counts; the day on which the municipality has a place does not (Helse- og omsorgsdepartementet, 2012).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final, Literal

from mappings.documents.said import Can
from mappings.moments import DAY, day_of
from mappings.rules.policies import Policies

State = Literal["none", "running", "closed", "potential", "unknown"]
SHORT_NOTICE: Final = timedelta(hours=1)
"""A yes so soon after a notice late in the evening is flagged where midnight lay between them (ours)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One coded answer of the municipality: what, when it was given, and the day it speaks of."""

    answer: Can
    given: datetime
    on: date | None
    evidence: str

    @property
    def is_able(self) -> bool:
        """Whether it says that the municipality has a place."""
        return self.answer in ("can-receive", "offer-ready")


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """One time of readiness, as days. ``end`` is the first day that is over; none while the patient waits still."""

    ready: date
    noticed: datetime
    end: date | None
    ended_by_death: bool
    answers: tuple[Told, ...]
    hospital_on: Callable[[date], str]
    number: int
    evidence: tuple[str, ...]

    @property
    def start(self) -> date:
        """No notice, no duty (§ 10)."""
        return max(self.ready, day_of(self.noticed))


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """One day that a municipality pays for, to which hospital, and its price where that is known."""

    day: date
    hospital: str
    nok: int | None
    readiness: int = 1
    """The number of the time of readiness that it belongs to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pay:
    """What a stay costs its municipality so far, why, and by which policies.

    ``potential`` are days that would be charged were it not for what ``reason`` tells; an unknown amount is None.
    """

    state: State
    reason: str
    charges: tuple[Charge, ...] = ()
    potential: tuple[Charge, ...] = ()
    amount_unknown: bool = False
    hospital_delay_days: int = 0
    flags: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    policy: tuple[str, ...] = ()
    last: int = 0
    """The number of the last time of readiness."""
    runs: bool = False
    """Whether another day, charged or potential, is added tomorrow if nothing comes."""

    @property
    def days(self) -> int:
        """How many days are charged."""
        return len(self.charges)

    @property
    def amount(self) -> int | None:
        """Kroner, or None when a day has no known price or nobody is known to pay."""
        prices = [charge.nok for charge in self.charges]
        if self.amount_unknown or None in prices:
            return None
        return sum(price for price in prices if price is not None)

    def of(self, readiness: int) -> Pay:
        """The part of it that belongs to one time of readiness; only the last can still run."""
        mine = tuple(charge for charge in self.charges if charge.readiness == readiness)
        barred = tuple(charge for charge in self.potential if charge.readiness == readiness)
        is_last = readiness == self.last
        state: State = self.state if is_last or self.state in ("potential", "unknown") else "none"
        state = "closed" if mine and not is_last else state
        delay = self.hospital_delay_days if is_last else 0
        runs = self.runs and is_last
        return replace(self, state=state, charges=mine, potential=barred, hospital_delay_days=delay, runs=runs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """The days of one time of readiness, before anybody asks whether they may be charged."""

    days: tuple[date, ...]
    runs: bool
    delay: int
    flags: tuple[str, ...]
    policy: tuple[str, ...]


def counted(waiting: Waiting, today: date, policies: Policies) -> Counted:
    """The days on which the patient waited for the municipality, up to but not including today."""
    ability = _Ability(waiting, policies)
    last = waiting.end if waiting.end is not None and waiting.end <= today else None
    end = last if last is not None else today
    days = [day for day in _days(waiting.start, end) if ability.is_charged(day)]
    if last == waiting.start and ability.is_able(last) and ability.is_charged(last):
        days = [last]  # could not, then could, and left, all in one day
    used = set(ability.used)
    if waiting.ended_by_death and last is not None and not ability.is_able(last):
        used.add("death_day_counts")
        days += [last] if policies.death_day_counts and last >= waiting.start else []
    return Counted(
        days=tuple(days),
        runs=last is None and not ability.is_able(today),
        delay=ability.delay(last),
        flags=ability.flags(),
        policy=policies.shown(*sorted(used)),
    )


class _Ability:
    """From which day on the municipality had a place, and had none again."""

    def __init__(self, waiting: Waiting, policies: Policies) -> None:
        self._waiting, self._policies = waiting, policies
        self._turns: list[tuple[date, bool]] = []
        self.used: set[str] = set()
        for told in sorted(waiting.answers, key=lambda t: (t.given.timestamp(), t.evidence)):
            self._take(told)

    def is_able(self, day: date) -> bool:
        """Whether there is a place at the end of the day."""
        return next((able for since, able in reversed(self._turns) if since <= day), False)

    def is_charged(self, day: date) -> bool:
        """Whether the day counts: there is no place, or (by policy) there was none when the day began to count."""
        if not self.is_able(day):
            return True
        if day != self._waiting.start or (day, False) not in self._turns:
            return False
        self.used.add("same_day_resolution")
        return self._policies.same_day_resolution

    def delay(self, left: date | None) -> int:
        """For how many days the hospital kept a patient for whom there was a place."""
        if left is None or not self.is_able(left) or self._waiting.ended_by_death:
            return 0
        since = max(day for day, able in self._turns if able and day <= left)
        return max(0, (left - max(since, self._waiting.start)).days)

    def flags(self) -> tuple[str, ...]:
        """What a reader of the number should know."""
        first = min((t.given for t in self._waiting.answers if t.is_able), default=None)
        noticed = self._waiting.noticed
        if first is None or day_of(first) == day_of(noticed) or not first - noticed <= SHORT_NOTICE:
            return ()
        return ("short-notice",)

    def _take(self, told: Told) -> None:
        given = self._given(told)
        self._turns = [turn for turn in self._turns if turn[0] <= given]
        if not told.is_able:
            self._turns.append((given, False))
            return
        since = max(told.on or given, given)
        if since > given and told.answer == "can-receive":
            self.used.add("planned_date_ends_duty")
            if not self._policies.planned_date_ends_duty:
                return
        self._turns.append((since, True))

    def _given(self, told: Told) -> date:
        grace = timedelta(minutes=self._policies.evening_grace_minutes)
        if told.is_able and told.given - self._waiting.noticed <= SHORT_NOTICE:
            self.used.add("evening_grace_minutes")
        if told.is_able and grace and told.given - self._waiting.noticed <= grace:
            return day_of(self._waiting.noticed)
        return day_of(told.given)


def charges(days: Iterable[date], waiting: Waiting, policies: Policies, taken: set[date]) -> tuple[Charge, ...]:
    """The days as charges, each date at most once for a patient (``taken`` are those charged already)."""
    made = [
        Charge(day=day, hospital=waiting.hospital_on(day), nok=policies.rate(day), readiness=waiting.number)
        for day in days
        if day not in taken
    ]
    taken.update(charge.day for charge in made)
    return tuple(made)


def _days(start: date, end: date) -> Iterable[date]:
    day = start
    while day < end:
        yield day
        day += DAY
