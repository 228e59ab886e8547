"""The entries of a patient: which are in force, and which stay each is about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeVar

from hub.contract import Issue
from mappings.documents.entered import Entered
from mappings.documents.said import Answer, Said, Sperring, Stated
from mappings.moments import Moment, first_instant
from mappings.parties import Organisations
from mappings.stays import Stay

S = TypeVar("S", bound=Said)

TEXTS = {
    "entry-of-other": "Registreringen retter noe som virksomheten ikke har registrert selv, og er ikke brukt.",
    "entry-without-stay": "Registreringen gjelder ikke noe kjent opphold, og er ikke brukt.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entries:
    """Every entry in force, by (recorded, id), with the stay that it is about."""

    every: tuple[Entered, ...] = ()
    issues: tuple[Issue, ...] = ()
    _of_stay: dict[Stay, list[Entered]] = field(default_factory=dict)

    def of(self, stay: Stay) -> tuple[Entered, ...]:
        """The entries about one stay."""
        return tuple(self._of_stay.get(stay, ()))


def told(entries: Iterable[Entered], kind: type[S]) -> Iterator[tuple[Entered, S]]:
    """Those of one kind, oldest first, with what they say."""
    for entry in entries:
        if isinstance(entry.said, kind):
            yield entry, entry.said


def newest(entries: Iterable[Entered], kind: type[S]) -> tuple[Entered, S] | None:
    """The last of one kind, or None."""
    found = list(told(entries, kind))
    return found[-1] if found else None


def entries_of(documents: Iterable[Entered], stays: list[Stay], organisations: Organisations) -> Entries:
    """The entries in force, each with its stay. Does not depend on order."""
    known = {entry.head.message_id: entry for entry in documents}
    ordered = sorted(known.values(), key=lambda e: (e.head.generated.timestamp(), e.head.message_id))
    corrections = _corrections(ordered, known, organisations)
    strange = [e for e in ordered if e.head.series in ("M", "C") and e not in corrections.every]
    issues = [_issue("entry-of-other", e) for e in strange]
    kept = [e for e in ordered if e.head.series != "C" and e not in strange and _in_force(e, corrections.of)]
    found: dict[Stay, list[Entered]] = defaultdict(list)
    for entry in kept:
        if isinstance(entry.said, Sperring):
            continue  # of no stay: parties to a stay must not learn that anything is blocked
        if isinstance(entry.said, Stated):
            continue  # a resource says itself what it is about
        stay = _stay_of(entry, stays)
        if stay is not None:
            found[stay].append(entry)
        elif entry.about is not None:
            issues.append(_issue("entry-without-stay", entry))
    return Entries(every=tuple(kept), issues=tuple(issues), _of_stay=dict(found))


@dataclass(frozen=True, slots=True)
class _Corrections:
    every: list[Entered]
    of: dict[str, list[Entered]]


def _corrections(ordered: list[Entered], known: dict[str, Entered], organisations: Organisations) -> _Corrections:
    """Which entries correct which; only the organisation that told something may take it back."""
    every, of = [], defaultdict(list)
    for entry in ordered:
        first = known.get(entry.head.parent or "")
        if first is None or entry.head.series not in ("M", "C"):
            continue
        if first is not entry and organisations.same(first.head.sender, entry.head.sender):
            every.append(entry)
            of[first.head.message_id].append(entry)
    return _Corrections(every, of)


def _in_force(entry: Entered, corrections: dict[str, list[Entered]], seen: frozenset[str] = frozenset()) -> bool:
    """Unless something in force corrects it: a correction that is itself taken back never was."""
    this = entry.head.message_id
    if this in seen:
        return True
    return not any(_in_force(later, corrections, seen | {this}) for later in corrections.get(this, ()))


def when_told(entry: Entered) -> Moment:
    """The time that an entry speaks of, or when it was told."""
    said = entry.said
    if isinstance(said, Answer):
        return said.given or entry.head.generated
    for name in ("at", "on"):
        found = getattr(said, name, None)
        if isinstance(found, date | datetime):
            return found
    return entry.head.generated


def _stay_of(entry: Entered, stays: list[Stay]) -> Stay | None:
    """The stay of the message that it names; without one, the stay going on at its time, else the last one begun."""
    if entry.about is not None:
        named = (s for s in stays if any(entry.about == e.message.head.message_id for e in s.entries))
        return next(named, None)
    when = when_told(entry)
    holding = [stay for stay in stays if stay.holds(when)]
    begun = holding or [stay for stay in stays if first_instant(stay.begun) <= first_instant(when)]
    return max(begun, key=lambda s: (first_instant(s.begun), s.hospital, s.key), default=None)


def _issue(code: str, entry: Entered) -> Issue:
    return Issue(code=code, text=TEXTS[code], path=f"{entry.head.message_id}#{entry.head.type}")
