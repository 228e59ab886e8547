"""Pathway A, B or C, priority groups and frailty: suggested with reasons, decided by people (dossier D).

Nothing here is a clinical judgement: a suggestion says which facts it rests on, and whoever confirms it is shown.
"""

from __future__ import annotations

import calendar
import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from importlib import resources
from typing import Final

from mappings import tables
from mappings.documents import Entered, Message
from mappings.documents.datatypes import CV
from mappings.documents.plo_services import TjenesteBehov
from mappings.documents.said import (
    CareKind,
    Coordinator,
    Frailty,
    Group,
    GroupDecided,
    IndividualPlan,
    NeedChanged,
    Pathway,
    PathwayConfirmed,
    ProgrammeStep,
)
from mappings.documents.shape import below
from mappings.entries import newest, told
from mappings.moments import DAY, day_of, first_instant
from mappings.remembering import remembered
from mappings.rules.occasion import Occasion
from mappings.rules.policies import Policies
from mappings.rules.programmes import Programme, Standing, Window, standing, window
from mappings.series import Entry

FRAIL: Final = 5
OLD: Final = 65
ADULT: Final = 18
YEAR: Final = timedelta(days=365)
ICD10: Final = "7110"
ICPC2: Final = "7170"


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """What the facts suggest and why, and who has decided otherwise or the same."""

    value: str
    reasons: tuple[str, ...]
    decided: Entered | None = None
    suggested: str | None = None
    """What the facts suggest, where a person has decided."""

    @property
    def is_decided(self) -> bool:
        """Whether a person has decided."""
        return self.decided is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class FrailtyScore:
    """The newest score, who gave it, and whether it is too old to build on."""

    score: int
    assessed: date
    entry: Entered
    stale: bool
    stale_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class InProgramme:
    """How a patient stands in one programme, by which signs."""

    programme: Programme
    standing: Standing
    reasons: tuple[str, ...]
    newest: Entered | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Extended:
    """A time after departure in which the hospital still answers, and how it was used."""

    window: Window
    contacts: tuple[tuple[Entered, ProgrammeStep], ...]
    readmitted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Paths:
    """Everything of section D for one stay."""

    pathway: Suggestion | None
    groups: tuple[Suggestion, ...]
    frailty: FrailtyScore | None
    programmes: tuple[InProgramme, ...]
    extended: tuple[Extended, ...]
    chronic: tuple[str, ...]

    @property
    def windows(self) -> tuple[Window, ...]:
        """The times after departure in which the hospital answers: only while the patient is not admitted again."""
        return tuple(one.window for one in self.extended if not one.readmitted)


def paths(at: Occasion, every: tuple[Entered, ...], born: date | None) -> Paths:
    """What is suggested for a stay; ``every`` are the patient's entries, of whatever stay."""
    frailty, chronic = frailty_score(at, every), chronic_groups(entry.message for entry in _telling(at))
    return Paths(
        pathway=_pathway(at, frailty, chronic),
        groups=tuple(_groups(at, every, frailty, chronic, born)),
        frailty=frailty,
        programmes=tuple(_programmes(at, every, frailty)),
        extended=tuple(_extended(at)),
        chronic=chronic,
    )


def frailty_score(at: Occasion, every: Iterable[Entered]) -> FrailtyScore | None:
    """The newest score by its date; stale after some months, or when a new acute stay has begun since."""
    scores = [(said.assessed, entry, said) for entry, said in told(every, Frailty) if said.assessed <= day_of(at.now)]
    if not scores:
        return None
    assessed, entry, said = max(scores, key=lambda s: (s[0], s[1].head.generated.timestamp(), s[1].head.message_id))
    stale_at = first_instant(_months_after(assessed, at.policies.frailty_months) + DAY)
    acute = at.care is not None and at.care.acute is True and day_of(at.stay.begun) > assessed
    return FrailtyScore(
        score=said.score, assessed=assessed, entry=entry, stale=acute or at.now >= stale_at, stale_at=stale_at
    )


def _months_after(day: date, months: int) -> date:
    year, month = divmod(day.month - 1 + months, 12)
    last = calendar.monthrange(day.year + year, month + 1)[1]
    return date(day.year + year, month + 1, min(day.day, last))


def _telling(at: Occasion) -> list[Entry]:
    return [entry for entry in at.stay.entries if entry.in_force]


def _pathway(at: Occasion, frailty: FrailtyScore | None, chronic: tuple[str, ...]) -> Suggestion | None:
    """C before B before A; nothing where it cannot be told whether the patient had services."""
    decided = newest(at.entered, PathwayConfirmed)
    value, reasons = _suggested(at, frailty, chronic)
    if decided is not None:
        own = (decided[1].reason,) if decided[1].reason else ()
        return Suggestion(value=decided[1].pathway, reasons=(*own, *reasons), decided=decided[0], suggested=value)
    return Suggestion(value=value, reasons=reasons) if value else None


def _suggested(
    at: Occasion, frailty: FrailtyScore | None, chronic: tuple[str, ...]
) -> tuple[Pathway | None, tuple[str, ...]]:
    complex_ones = tuple(_complex(at, frailty, chronic))
    if complex_ones:
        return "C", complex_ones
    need = newest(at.entered, NeedChanged)
    if at.had_services and need is not None:
        return "B", ("services-before", "need-unchanged")
    if at.had_services is False and not at.ready.past:
        return "A", ("no-services-before", "none-expected")
    return None, ()


def _complex(at: Occasion, frailty: FrailtyScore | None, chronic: tuple[str, ...]) -> Iterator[str]:
    need = newest(at.entered, NeedChanged)
    if need is not None and need[1].changed:
        yield "need-changed"
    elif need is None and any(_asks_for_services(entry.message) for entry in at.given("HELSEOPPL_SOKNAD")):
        yield "services-requested"
    if need is not None and need[1].disagreement:
        yield "disagreement"
    if len(chronic) > 1:
        yield "several-chronic-conditions"
    if frailty is not None and not frailty.stale and frailty.score >= FRAIL:
        yield "frailty"
    if _acute_admissions(at) > 1:
        yield "acute-admissions"
    if _is_coordinated(at):
        yield "coordinator-or-plan"


def _asks_for_services(message: Message) -> bool:
    return remembered(message, "asks", None, lambda: any(True for _ in below(message.payload, TjenesteBehov)))


def _is_coordinated(at: Occasion) -> bool:
    plan = newest(at.entered, IndividualPlan)
    return newest(at.entered, Coordinator) is not None or (plan is not None and plan[1].state in _PLANNED)


_PLANNED: Final = ("active", "in-preparation")


def _acute_admissions(at: Occasion) -> int:
    """Admissions in the year before this one that somebody has told to be acute, this one included."""
    known = [at.care] if at.care else []
    return sum(1 for care in known if care.acute) + sum(1 for start in at.acute_before if _within_a_year(at, start))


def _within_a_year(at: Occasion, start: datetime) -> bool:
    return timedelta() <= first_instant(at.stay.begun) - start <= YEAR


def _groups(
    at: Occasion,
    every: tuple[Entered, ...],
    frailty: FrailtyScore | None,
    chronic: tuple[str, ...],
    born: date | None,
) -> Iterator[Suggestion]:
    """The four groups of Nasjonal helse- og sykehusplan; a patient may be in several, and a person may decide."""
    suggested = dict(_suggested_groups(at, frailty, chronic, born))
    decided = {said.group: (entry, said) for entry, said in told(every, GroupDecided)}
    for group in ("barn-og-unge", "psykisk-helse-og-rus", "skropelige-eldre", "flere-kroniske-lidelser"):
        if group in decided:
            entry, said = decided[group]
            if said.member:
                yield Suggestion(value=group, reasons=(said.reason, *suggested.get(group, ())), decided=entry)
        elif group in suggested:
            yield Suggestion(value=group, reasons=suggested[group])


def _suggested_groups(
    at: Occasion, frailty: FrailtyScore | None, chronic: tuple[str, ...], born: date | None
) -> Iterator[tuple[Group, tuple[str, ...]]]:
    age = _age(born, day_of(at.stay.begun)) if born else None
    if age is not None and age < ADULT:
        yield "barn-og-unge", (f"age-{age}",)
    if at.care is not None and at.care.care in ("psykisk-helsevern", "tsb"):
        yield "psykisk-helse-og-rus", (at.care.care,)
    elif at.ready.past and _has_mental_diagnosis(at):
        yield "psykisk-helse-og-rus", ("mental-diagnosis",)
    if age is not None and age >= OLD and frailty is not None and not frailty.stale and frailty.score >= FRAIL:
        yield "skropelige-eldre", (f"age-{age}", f"cfs-{frailty.score}")
    if len(chronic) > 1:
        yield "flere-kroniske-lidelser", chronic


def _age(born: date, day: date) -> int:
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def _has_mental_diagnosis(at: Occasion) -> bool:
    codes = {code for entry in _telling(at) for code in diagnoses(entry.message)}
    return any(value.startswith("F") if number == ICD10 else value.startswith("P") for number, value in codes)


def _programmes(at: Occasion, every: tuple[Entered, ...], frailty: FrailtyScore | None) -> Iterator[InProgramme]:
    for programme in at.policies.programmes:
        if programme.kind == "cohort" and day_of(at.now) >= programme.starts:
            yield _in_programme(at, programme, every, frailty)


def _in_programme(
    at: Occasion, programme: Programme, every: tuple[Entered, ...], frailty: FrailtyScore | None
) -> InProgramme:
    steps = [(entry, said) for entry, said in told(every, ProgrammeStep) if said.programme == programme.name]
    taken = {said.step for _, said in steps}
    signs = {"acute-admissions"} if _acute_admissions(at) > 1 else set()
    signs |= {"functional-decline"} & taken
    if frailty is not None and not frailty.stale and frailty.score in programme.frailty:
        signs.add("frailty")
    unknown = frozenset({"frailty"} if frailty is None or frailty.stale else ())
    found = standing(programme, referred="referral" in taken, signs=frozenset(signs), unknown=unknown)
    decided = [said.step for _, said in steps if said.step in ("included", "ended")]
    if decided:
        found = "included" if decided[-1] == "included" else "ended"
    reasons = (*sorted(signs), *(["referral"] if "referral" in taken else []))
    return InProgramme(programme=programme, standing=found, reasons=reasons, newest=steps[-1][0] if steps else None)


def _extended(at: Occasion) -> Iterator[Extended]:
    """Of a patient who lives, with who has called the hospital in it, and whether the patient was admitted again."""
    left = at.stay.left
    if left is None or at.is_dead:
        return
    again = [first_instant(s.begun) for s in at.others if first_instant(s.begun) >= first_instant(left.when)]
    for programme in at.policies.programmes:
        found = window(programme, left.when, ward(at))
        if found is not None:
            readmitted = any(begun < found.end for begun in again)
            yield Extended(window=found, contacts=tuple(_contacts(at, found)), readmitted=readmitted)


def _contacts(at: Occasion, found: Window) -> Iterator[tuple[Entered, ProgrammeStep]]:
    for entry, said in told(at.entered, ProgrammeStep):
        is_in_it = day_of(found.start) <= said.on <= day_of(found.end)
        if said.step == "contact" and said.programme == found.programme.name and is_in_it:
            yield entry, said


def ward(at: Occasion) -> str:
    """The ward as somebody told it, else the service that sends the hospital's newest message."""
    told_ward = newest(at.entered, CareKind)
    if told_ward is not None and told_ward[1].ward:
        return told_ward[1].ward
    senders = [e.message.head.sender for e in at.stay.entries if e.in_force]
    own = [party for party in senders if at.organisations.key(party) == at.stay.hospital]
    return str(own[-1].unit_name) if own else ""


def chronic_groups(messages: Iterable[Message]) -> tuple[str, ...]:
    """The chronic conditions of a configured list that the messages tell of, each once, sorted."""
    codes = {code for message in messages for code in diagnoses(message)}
    found = {
        group for number, value in codes for group, listed, prefix in _chronic() if _is(number, value, listed, prefix)
    }
    return tuple(sorted(found))


def _is(number: str, value: str, listed: str, prefix: str) -> bool:
    return number == listed and value.startswith(prefix)


@cache
def _chronic() -> tuple[tuple[str, str, str], ...]:
    table = (resources.files("mappings.rules") / "kroniske-tilstander.csv").read_text(encoding="utf-8")
    return tuple((row["group"], row["list"], row["prefix"]) for row in csv.DictReader(table.splitlines()))


def diagnoses(message: Message) -> frozenset[tuple[str, str]]:
    """Every ICD-10 and ICPC-2 code in a message, as (list, code without its dot)."""
    return remembered(message, "diagnoses", None, lambda: _diagnoses(message))


def _diagnoses(message: Message) -> frozenset[tuple[str, str]]:
    found = set()
    for part in below(message.payload, CV):
        if part.v and part.s:
            number = tables.list_number(part.s)
            if number in (ICD10, ICPC2):
                found.add((number, str(part.v).replace(".", "").strip().upper()))
    return frozenset(found)


def reviews(found: Paths, now: datetime, policies: Policies) -> Iterator[datetime]:
    """When silence alone changes any of it."""
    if found.frailty is not None and not found.frailty.stale:
        yield found.frailty.stale_at
    yield from (end for w in found.windows for end in (w.start, w.end))
    starts = (first_instant(programme.starts) for programme in policies.programmes)
    yield from (start for start in starts if start > now)
