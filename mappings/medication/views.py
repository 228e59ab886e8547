"""Which lists count and as what (dossier 4.2, 7.1): the current one of each source, changes laid over it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Final, Literal

from mappings.documents.medication_list import Allergy, MedicationLine, MedicationList, Source
from mappings.medication.amounts import course_length
from mappings.medication.catalogue import Catalogue
from mappings.medication.normalise import Normal, normal
from mappings.moments import Moment, day_of, first_instant

Phase = Literal["admission", "discharge", "home"]
Class = Literal["home", "packed", "hospital", "shown", "aside"]
"""``shown``: beside the others, with no say. ``aside``: another list of the same kind counts instead."""

State = Literal["active", "stopped", "ended", "paused", "planned", "unknown"]

CLASSES: Final[dict[str, Class]] = {
    "gp": "home", "pll": "home", "municipality": "home", "home-at-admission": "home", "patient-reported": "home",
    "multidose-packed": "packed", "hospital-inpatient": "hospital", "hospital-discharge": "hospital",
    "kjernejournal": "shown",
}  # fmt: skip
LIST_NAMES: Final = {
    "gp": "fastlege", "pll": "PLL", "municipality": "kommune", "home-at-admission": "hjemmeliste ved innleggelse",
    "patient-reported": "pasientens egen liste", "multidose-packed": "multidose pakket",
    "hospital-inpatient": "sykehus, inneliggende", "hospital-discharge": "sykehus, utskrivning",
    "kjernejournal": "kjernejournal",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """The current list of one source. ``complete_at`` is the time of its snapshot, None when only changes are known."""

    source: Source
    id: str
    of: Class
    complete_at: datetime | None
    lines: tuple[MedicationLine, ...]
    allergies: tuple[Allergy, ...] = ()
    in_multidose: bool | None = None
    multidose_doctor: str = ""
    multidose_pharmacy: str = ""
    order_deadline: Moment | None = None
    key: tuple[str, ...] = field(init=False, repr=False, compare=False)
    """What orders lists, whatever order they came in."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "key", (self.source.time.isoformat(), *_source_key(self.source), self.id))

    @property
    def time(self) -> datetime:
        """When the source said the latest of it."""
        return self.source.time

    @property
    def name(self) -> str:
        """What people call the list."""
        return self.source.name or LIST_NAMES[self.source.list_type]


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A line in its list, and what it is at the reference date."""

    view: View
    normal: Normal
    state: State
    stopped: Moment | None = None
    ends: date | None = None
    key: tuple[object, ...] = field(init=False, repr=False, compare=False)
    """What orders lines, whatever order they came in."""

    def __post_init__(self) -> None:
        line = self.normal.line
        told = (self.normal.drug.atc, line.name, line.id, line.dose_text, line.status, line.path)
        object.__setattr__(self, "key", (*self.view.key, *told))

    @property
    def line(self) -> MedicationLine:
        """The line as the source states it."""
        return self.normal.line

    @property
    def is_active(self) -> bool:
        """In use at the reference date."""
        return self.state == "active"

    @property
    def dated(self) -> Moment | None:
        """The newest time of the line's own; None when it has none."""
        own = [moment for moment in (self.line.changed, self.line.start) if moment is not None]
        return max(own, key=first_instant, default=None)


def views(lists: Iterable[MedicationList], at: datetime, phase: Phase | None) -> tuple[View, ...]:
    """The current lists, in a fixed order. A list from after ``at`` is not there yet."""
    by_source: dict[tuple[str, ...], list[MedicationList]] = {}
    for listing in lists:
        if listing.source.time <= at:
            by_source.setdefault(_source_key(listing.source), []).append(listing)
    current = [_current(sorted(of, key=_age)) for of in by_source.values()]
    return tuple(sorted((_set_aside(view, current, phase) for view in current), key=lambda view: view.key))


def _age(listing: MedicationList) -> tuple[object, ...]:
    """Oldest first; what is equally old in an order that does not depend on the order of arrival."""
    return listing.source.time, listing.id, sorted(map(repr, listing.lines)), repr(listing)


NATIONAL: Final = ("pll", "kjernejournal")
"""Lists of which a patient has one in the whole country, whoever hands it over: the newest counts."""


def _source_key(source: Source) -> tuple[str, ...]:
    if source.list_type in NATIONAL:
        return (source.list_type, "")
    organisation = source.organisation
    who = f"{organisation.system}|{organisation.value}" if organisation else source.system
    return source.list_type, who


def _current(lists: Sequence[MedicationList]) -> View:
    """The latest snapshot with every later change laid over it; changes alone where there is no snapshot."""
    snapshots = [n for n, one in enumerate(lists) if one.source.completeness == "snapshot"]
    standing = lists[snapshots[-1] :] if snapshots else list(lists)
    lines: tuple[MedicationLine, ...] = ()
    for listing in standing:
        lines = _laid_over(lines, _dated(listing)) if listing is not standing[0] else _dated(listing)
    last = standing[-1]
    said = [one.in_multidose for one in standing if one.in_multidose is not None]
    return View(
        source=last.source,
        id=last.id,
        of=CLASSES[last.source.list_type],
        complete_at=standing[0].source.time if snapshots else None,
        lines=lines,
        allergies=tuple(dict.fromkeys(allergy for one in standing for allergy in one.allergies)),
        in_multidose=said[-1] if said else None,
        multidose_doctor=last.multidose_doctor,
        multidose_pharmacy=last.multidose_pharmacy,
        order_deadline=last.order_deadline,
    )


def _dated(listing: MedicationList) -> tuple[MedicationLine, ...]:
    """Each line knows its list; a stop that says no time counts from the list's own (dossier 7.4)."""
    return tuple(
        replace(line, told_in=listing.id, stopped=line.end or listing.source.time)
        if line.status == "stopped" and line.stopped is None
        else replace(line, told_in=listing.id)
        for line in listing.lines
    )


def _laid_over(lines: tuple[MedicationLine, ...], changes: tuple[MedicationLine, ...]) -> tuple[MedicationLine, ...]:
    """A changed line takes the place of the one with its id; what is not named stays."""
    changed = {_line_key(line) for line in changes}
    kept = (line for line in lines if _line_key(line) not in changed)
    return (*kept, *changes)


def _line_key(line: MedicationLine) -> tuple[str, str]:
    return ("pll", line.pll_id) if line.pll_id else ("id", line.id)


def _set_aside(view: View, all_views: Sequence[View], phase: Phase | None) -> View:
    """The hospital's copy of the home list yields to a newer one; the ward's list yields to the discharge list."""
    kind = view.source.list_type
    if kind == "home-at-admission":
        newer = (v for v in all_views if v.source.list_type in ("gp", "pll") and v.time > view.time)
        return replace(view, of="aside") if next(newer, None) else view
    if kind == "hospital-inpatient" and phase in ("discharge", "home"):
        return replace(view, of="aside")
    return view


def items(view: View, catalogue: Catalogue, at: datetime) -> tuple[Item, ...]:
    """The lines of a list with their state at the reference time."""
    return tuple(_item(view, normal(line, catalogue), at) for line in view.lines)


def _item(view: View, of: Normal, at: datetime) -> Item:
    line, today = of.line, day_of(at)
    ends = _ends(of)
    stop = line.stopped if line.status in ("stopped", "active") else None
    if stop is not None and (line.status == "stopped" or first_instant(stop) <= first_instant(at)):
        state: State = "stopped" if first_instant(stop) <= first_instant(at) else "active"
        return Item(view=view, normal=of, state=state, stopped=stop, ends=ends)
    if line.status == "completed" or (ends is not None and ends < today):
        return Item(view=view, normal=of, state="ended", ends=ends)
    if line.status == "planned" or (line.start is not None and day_of(line.start) > today):
        return Item(view=view, normal=of, state="planned", ends=ends)
    states: dict[str, State] = {"on-hold": "paused", "unknown": "unknown"}
    return Item(view=view, normal=of, state=states.get(line.status, "active"), ends=ends)


def _ends(of: Normal) -> date | None:
    """The last day of treatment, stated or counted from the start with the first day included; it is itself active."""
    if of.line.end is not None:
        return day_of(of.line.end)
    until = [date.fromisoformat(dose.until) for dose in of.reading.doses if dose.until]
    if until:
        return max(until)
    days = course_length(of.reading.doses)
    if of.line.start is None or days is None:
        return None
    return day_of(of.line.start) + timedelta(days=days - 1)
