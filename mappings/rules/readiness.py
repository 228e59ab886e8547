"""Discharge readiness: the intervals in which a patient was declared ready (forskrift FOR-2011-11-18-1115 §§ 10-11).

LOG_UTSKRIVNINGSKLAR opens one, LOG_AVMELDING, departure or death closes it. A ready date still to come is a forecast,
not readiness, until that day. ``Anslag`` does not decide: the message type does.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from mappings.documents.shape import Leaf
from mappings.facts import READY, WITHDRAWN, Event, event, expected, left_dead
from mappings.moments import Moment, day_of, first_instant, is_before
from mappings.receipts import Receipts
from mappings.series import Entry
from mappings.stays import Stay

End = Literal["withdrawn", "left", "dead"]
Oddity = Literal["", "ready-before-admission", "ready-after-left", "ended-before-ready"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Readiness:
    """One interval. ``number`` counts them from 1 within a stay; ``ended_by`` is the message that closed it."""

    number: int
    notice: Entry
    ready: Event | None
    end: End | None = None
    ended: Moment | None = None
    ended_leaf: Leaf | None = None
    ended_by: Entry | None = None
    oddity: Oddity = ""
    """Why its times cannot be: what is computed of them is unknown, never a guess."""

    @property
    def is_contradictory(self) -> bool:
        """Whether its times cannot be."""
        return self.oddity != ""

    @property
    def since(self) -> Moment:
        """From when the patient was ready: the stated time, or when the notice was made."""
        return self.ready.when if self.ready else self.notice.message.head.generated


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """A notice whose ready date is still to come; ``starts`` is when it becomes readiness."""

    notice: Entry
    ready: Event
    starts: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Intervals:
    """All readiness of a stay, oldest first, and what is only forecast."""

    past: tuple[Readiness, ...]
    forecasts: tuple[Forecast, ...]

    @property
    def current(self) -> Readiness | None:
        """The interval that is open now, or that lasted until the patient left."""
        last = self.past[-1] if self.past else None
        return last if last and last.end != "withdrawn" else None


def intervals(stay: Stay, now: datetime, receipts: Receipts | None = None, died: Moment | None = None) -> Intervals:
    """The readiness of a stay as of ``now``; a notice that its receiver refused was never given (dossier A.10)."""
    past: list[Readiness] = []
    forecasts: list[Forecast] = []
    for entry in stay.of("LOG_UTSKRIVNINGSKLAR", "LOG_AVMELDING"):
        if entry.message.head.type == "LOG_AVMELDING":
            _withdraw(past, forecasts, entry)
            continue
        if receipts is not None and receipts.is_rejected(entry):
            continue
        ready = event(entry.message, READY)
        if ready is not None and _is_ahead(ready.when, entry, now):
            forecasts.append(Forecast(notice=entry, ready=ready, starts=first_instant(ready.when)))
        elif past and past[-1].end is None:
            past[-1] = _repeated(past[-1], entry, ready)
        else:
            past.append(Readiness(number=len(past) + 1, notice=entry, ready=ready))
    return Intervals(past=tuple(_checked(stay, r) for r in _departed(stay, past, died)), forecasts=tuple(forecasts))


def expected_discharge(stay: Stay, ready: Intervals) -> Event | None:
    """By the newest message that says: early information, or a notice for a day still to come."""
    said = [
        (entry.message.head.generated, event)
        for entry in stay.of("HELSEOPPL_SOKNAD")
        if (event := expected(entry.message))
    ]
    said += [(f.notice.message.head.generated, f.ready) for f in ready.forecasts]
    return max(said, key=lambda pair: pair[0])[1] if said else None


def _checked(stay: Stay, readiness: Readiness) -> Readiness:
    """With what is impossible about it."""
    since, left = readiness.since, stay.left.when if stay.left else None
    oddity: Oddity = ""
    if stay.admission is not None and is_before(since, stay.admission.when):
        oddity = "ready-before-admission"
    elif left is not None and is_before(left, since):
        oddity = "ready-after-left"
    elif readiness.ended is not None and is_before(readiness.ended, since):
        oddity = "ended-before-ready"
    return replace(readiness, oddity=oddity) if oddity else readiness


def _is_ahead(ready: Moment, notice: Entry, now: datetime) -> bool:
    """Announced for a later day than the notice's, and that day has not come."""
    later = day_of(ready) > day_of(notice.message.head.generated)
    return later and first_instant(ready) > now


def _withdraw(past: list[Readiness], forecasts: list[Forecast], entry: Entry) -> None:
    forecasts.clear()
    if past and past[-1].end is None:
        past[-1] = _ended(past[-1], "withdrawn", event(entry.message, WITHDRAWN), entry)


def _repeated(open_one: Readiness, entry: Entry, ready: Event | None) -> Readiness:
    """A second notice while the patient is ready (to a copy, or repeated) is the same interval, from the earliest."""
    earlier = ready and open_one.ready and is_before(ready.when, open_one.ready.when)
    if not earlier:
        return open_one
    return replace(open_one, ready=ready)


def _departed(stay: Stay, past: list[Readiness], died: Moment | None) -> list[Readiness]:
    if died is not None and past and past[-1].end is None:
        past[-1] = replace(past[-1], end="dead", ended=died)
    gone = stay.of("LOG_UTSKREVET")
    if gone and stay.left and past and past[-1].end is None:
        end: End = "dead" if left_dead(gone[-1].message) else "left"
        past[-1] = _ended(past[-1], end, stay.left, gone[-1])
    return past


def _ended(readiness: Readiness, end: End, event: Event | None, by: Entry) -> Readiness:
    when = event.when if event else by.message.head.generated
    leaf = event.leaf if event else None
    return replace(readiness, end=end, ended=when, ended_leaf=leaf, ended_by=by)
