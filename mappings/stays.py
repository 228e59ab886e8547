"""Which messages belong to which hospital stay (dossier 7.3): no message names a stay, so it is worked out from times.

In this order: a reference to a message of a known stay; the same hospital and admission time to the minute; the one
stay of the hospital that was going on then. Otherwise a provisional stay without admission. Never across hospitals.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise

from mappings.documents import Message
from mappings.facts import (
    ADMITTED,
    DEAD,
    FROM_HOSPITAL,
    LEFT,
    READY,
    TO_HOSPITAL,
    WITHDRAWN,
    Event,
    event,
    treated_from,
)
from mappings.moments import Moment, day_of, first_instant, is_before, minute, same_moment
from mappings.parties import Organisations
from mappings.series import Entry, Standing

AHEAD = timedelta(days=7)
"""Early information may come before a planned admission; further ahead it is about something else."""
REPORT_AHEAD = timedelta(hours=48)
"""A municipality may know of an admission, and report, before LOG_INNLAGT comes."""
AFTERWARDS = {
    "EPIKRISE": timedelta(days=90),
    "UTSKRIVNINGSRAPPORT": timedelta(days=30),
    "INNLEGGELSESRAPPORT": timedelta(hours=48),
}
"""What tells of a stay though the patient has left, and for how long after it still does (ours)."""


@dataclass(slots=True, kw_only=True, eq=False)
class Stay:
    """One stay at one hospital, with the messages about it; ``admission`` is unknown in a provisional stay."""

    hospital: str
    key: str
    admission: Event | None = None
    entries: list[Entry] = field(default_factory=list)
    until: Moment | None = None
    """When the next stay at the hospital began; nothing after it belongs here."""

    def of(self, *types: str) -> list[Entry]:
        """The messages in force of these types, in the order in which they were made."""
        return [e for e in self.entries if e.in_force and e.message.head.type in types]

    @property
    def left(self) -> Event | None:
        """When the patient left, by the newest LOG_UTSKREVET in force."""
        found = [e for entry in self.of("LOG_UTSKREVET") if (e := event(entry.message, LEFT))]
        return found[-1] if found else None

    @property
    def begun(self) -> Moment:
        """The admission, or the earliest thing known of the stay."""
        if self.admission is not None:
            return self.admission.when
        return min((when_of(entry.message) for entry in self.entries), key=first_instant)

    def holds(self, when: Moment) -> bool:
        """Whether the stay was going on then, as far as is known."""
        if self.admission is not None and is_before(when, self.admission.when):
            return False
        if self.until is not None and not is_before(when, self.until) and not _same_day_unclocked(when, self.until):
            return False
        return self.left is None or not is_before(self.left.when, when)


def is_unresolved(stay: Stay) -> bool:
    """Whether the admission was cancelled while other messages in force still tell of the stay (dossier A.10)."""
    cancelled = [e for e in stay.entries if e.message.head.type == "LOG_INNLAGT" and not e.in_force]
    return bool(cancelled) and not stay.of("LOG_INNLAGT") and bool(stay.of("LOG_UTSKRIVNINGSKLAR", "LOG_UTSKREVET"))


def when_of(message: Message) -> Moment:
    """The clinical time by which a message is placed: its event, or when it was made."""
    found = event(message, LEFT, WITHDRAWN, READY, ADMITTED, DEAD) if message.head.type.startswith("LOG_") else None
    return found.when if found else message.head.generated


def admission_of(message: Message) -> Event | None:
    """The admission time that a message states."""
    return event(message, ADMITTED)


def stays(entries: Iterable[Entry], organisations: Organisations) -> list[Stay]:
    """The stays of a patient in the order in which they began, each with its messages. Does not depend on order."""
    return _Finder(list(entries), organisations).run()


class _Finder:
    def __init__(self, entries: list[Entry], organisations: Organisations) -> None:
        self._entries = [e for e in entries if e.message.head.type in FROM_HOSPITAL | TO_HOSPITAL]
        self._others = [e for e in entries if e.message.head.type not in FROM_HOSPITAL | TO_HOSPITAL]
        self._organisations = organisations
        self._stays: list[Stay] = []
        self._of_message: dict[str, Stay] = {}

    def run(self) -> list[Stay]:
        in_force = [e for e in self._entries if e.in_force]
        self._admissions(in_force)
        waiting = [e for e in in_force if e.message.head.message_id not in self._of_message]
        for entry in sorted(waiting, key=_order):
            self._join(entry, self._place(entry))
        self._rest()
        return sorted(self._stays, key=lambda stay: (first_instant(stay.begun), stay.hospital, stay.key))

    def _admissions(self, entries: list[Entry]) -> None:
        """Every admission time that any message states is a stay; one with a clock knows better than a date."""
        stated = [(e, a) for e in entries if (a := admission_of(e.message))]
        stated.sort(key=lambda pair: (len(minute(pair[1].when)) == len("2026-01-01"), *_order(pair[0])))
        for entry, admission in stated:
            hospital = self._organisations.hospital(entry.message)
            stay = self._admitted(hospital, admission)
            if stay is None:
                stay = Stay(hospital=hospital, key=minute(admission.when), admission=admission)
                self._stays.append(stay)
            self._join(entry, stay)
        self._bound()

    def _admitted(self, hospital: str, admission: Event) -> Stay | None:
        return next(
            (
                s
                for s in self._stays
                if s.hospital == hospital and s.admission and same_moment(s.admission.when, admission.when)
            ),
            None,
        )

    def _bound(self) -> None:
        """A new admission at the same hospital ends what was open there."""
        begun = sorted(self._stays, key=lambda s: (s.hospital, first_instant(s.begun)))
        for stay, following in pairwise(begun):
            if stay.hospital == following.hospital:
                stay.until = following.begun

    def _place(self, entry: Entry) -> Stay:
        message = entry.message
        referred = self._referred(message)
        if referred is not None:
            return referred
        hospital, when = self._organisations.hospital(message), when_of(message)
        here = [stay for stay in self._stays if stay.hospital == hospital]
        going_on = [stay for stay in here if stay.holds(when)]
        if going_on:
            return max(going_on, key=lambda stay: (stay.admission is not None, *_likely(stay, when)))
        ended = self._ended(message, here)
        if ended is not None:
            return ended
        ahead = REPORT_AHEAD if message.head.type in TO_HOSPITAL else AHEAD
        coming = [s for s in here if s.admission and _is_soon(when, s.admission.when, ahead)]
        if coming and message.head.type in ("HELSEOPPL_SOKNAD", *TO_HOSPITAL):
            return min(coming, key=lambda stay: first_instant(stay.begun))
        provisional = Stay(hospital=hospital, key=entry.root, until=self._next_admission(here, when))
        self._stays.append(provisional)
        return provisional

    def _ended(self, message: Message, here: list[Stay]) -> Stay | None:
        """The stay that a document which comes after departure tells of: the one that ended last before it."""
        when, window = when_of(message), AFTERWARDS.get(message.head.type)
        if window is None:
            return None
        over = [s for s in here if s.left and _is_soon(s.left.when, when, window)]
        return max(over, key=lambda stay: first_instant(stay.begun), default=None)

    def _next_admission(self, here: list[Stay], when: Moment) -> Moment | None:
        later = [s.admission.when for s in here if s.admission and is_before(when, s.admission.when)]
        return min(later, key=first_instant, default=None)

    def _referred(self, message: Message) -> Stay | None:
        """The stay of a message that it refers to, where that is at the same hospital."""
        hospital = self._organisations.hospital(message)
        for said in (message.head.parent, message.head.conversation):
            stay = self._of_message.get(said or "")
            if stay is not None and stay.hospital == hospital:
                return stay
        return None

    def _rest(self) -> None:
        """Messages not in force go where their series is; others (dialogs) where what they refer to is."""
        by_root = {e.root: self._of_message[e.message.head.message_id] for e in self._entries if e.in_force}
        for entry in self._entries:
            if not entry.in_force and entry.standing is not Standing.QUARANTINED:
                stay = by_root.get(entry.root) or self._same_admission(entry) or self._without_admission(entry)
                if stay is not None:
                    self._join(entry, stay)
        for entry in self._others:
            stay = self._of_message.get(entry.message.head.parent or "") or self._of_message.get(
                entry.message.head.conversation or ""
            )
            stay = stay or self._of_epikrise(entry.message)
            if stay is not None:
                self._join(entry, stay)
        for stay in self._stays:
            stay.entries.sort(key=_order)

    def _of_epikrise(self, message: Message) -> Stay | None:
        """The stay that an epikrise sums up; alone it makes none, because it may be of an outpatient."""
        if message.head.type != "EPIKRISE":
            return None
        hospital = self._organisations.hospital(message)
        here = [stay for stay in self._stays if stay.hospital == hospital]
        began = treated_from(message)
        same = [s for s in here if began and s.admission and same_moment(s.admission.when, began)]
        if same:
            return same[0]
        going_on = [stay for stay in here if stay.admission is not None and stay.holds(when_of(message))]
        latest = max(going_on, key=lambda stay: first_instant(stay.begun), default=None)
        return latest or self._ended(message, here)

    def _same_admission(self, entry: Entry) -> Stay | None:
        """A cancelled message of a stay that others tell of."""
        admission = admission_of(entry.message)
        return self._admitted(self._organisations.hospital(entry.message), admission) if admission else None

    def _without_admission(self, entry: Entry) -> Stay | None:
        """The stay of which only others tell, now that its admission has been cancelled."""
        admission = admission_of(entry.message)
        if admission is None:
            return None
        hospital = self._organisations.hospital(entry.message)
        near = [s for s in self._stays if s.hospital == hospital and s.admission is None]
        near = [s for s in near if abs(first_instant(s.begun) - first_instant(admission.when)) <= REPORT_AHEAD]
        return min(near, key=lambda stay: first_instant(stay.begun), default=None)

    def _join(self, entry: Entry, stay: Stay) -> None:
        stay.entries.append(entry)
        self._of_message[entry.message.head.message_id] = stay


def _same_day_unclocked(when: Moment, until: Moment) -> bool:
    """A date alone does not tell on which side of an admission of that day it is."""
    return not isinstance(when, datetime) and when == day_of(until)


def _likely(stay: Stay, when: Moment) -> tuple[bool, datetime]:
    """Of two stays that meet on a day, a date alone is of the one that had begun before; otherwise the later one."""
    return isinstance(when, datetime) or day_of(stay.begun) < when, first_instant(stay.begun)


def _is_soon(when: Moment, start: Moment, ahead: timedelta) -> bool:
    return day_of(when) <= day_of(start) and first_instant(start) - first_instant(when) <= ahead


def _order(entry: Entry) -> tuple[float, float, str]:
    """Clinical time, GenDate, message id."""
    head = entry.message.head
    return first_instant(when_of(entry.message)).timestamp(), head.generated.timestamp(), head.message_id
