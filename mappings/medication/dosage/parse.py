"""A dose text to a ``Reading`` (dossier medication, 5.1): what it surely says, and what is left.

The source text is never changed. A text with two readings, with a word after which numbers mean something else
("etter skjema", "hvis", "ikke"), or with an amount nobody takes gives no structure at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Final

from mappings.medication.dosage import words
from mappings.medication.dosage.parts import Segment, end_of_dose, is_doubtful, lowered, segments
from mappings.medication.dosage.reading import Confidence, Dose, Reading, Span, Timing
from mappings.medication.dosage.timing import AmbiguousError, is_instruction, number, slots, spelled, timing, whole

AS_NEEDED: Final = "3"
FIXED: Final = ("1", "2")
LONGEST: Final = 2000
"""Characters; a longer text is a letter and not a dose."""


def _words(spellings: Iterable[str]) -> re.Pattern[str]:
    any_of = "|".join(re.escape(s).replace(r"\ ", r"\s+") for s in sorted(spellings, key=len, reverse=True))
    return re.compile(rf"(?<!\w)(?:{any_of})(?!\w)")


_EXTERNAL: Final = _words(words.EXTERNAL)
_STAY: Final = re.compile(_words(words.STAY_TEXT).pattern + r"|/kg(?!\w)")
_INSTRUCTIONS: Final = _words(words.INSTRUCTIONS)
_JOIN: Final = re.compile(r"[\s,;.:()]*(?:og)?[\s,;.:()]*")


def parse(text: str) -> Reading:
    """What the text says by itself; the same for the same text."""
    low = lowered(text)
    if _EXTERNAL.search(low):
        return Reading(text=text, flags=("schedule-external",))
    if len(text) > LONGEST or _STAY.search(_INSTRUCTIONS.sub(lambda m: " " * len(m[0]), low)):
        return Reading(text=text, flags=("stay-text",))
    found = None if is_doubtful(low) else segments(low, end_of_dose(low))
    if found is None:
        return Reading(text=text, flags=("ambiguous",))
    try:
        return _read(text, found)
    except AmbiguousError:
        return Reading(text=text, flags=("ambiguous",))


def with_use(reading: Reading, use: str | None) -> Reading:
    """The reading beside Bruk (9101): 3 makes it as needed, 1 and 2 contradict "ved behov" in the text."""
    if use == AS_NEEDED and reading.doses:
        return replace(reading, doses=tuple(replace(dose, as_needed=True) for dose in reading.doses))
    if use in FIXED and any(dose.as_needed for dose in reading.doses):
        return replace(reading, confidence="partial", flags=(*reading.flags, "as-needed-conflict"))
    return reading


@dataclass(slots=True)
class _Proto:
    """A dose being put together from one segment and those that add to it."""

    dose: Dose
    timing_said: bool
    own_as_needed: bool


@dataclass(slots=True)
class _Phase:
    """Doses that hold at the same time, and for how long."""

    protos: list[_Proto] = field(default_factory=list)
    lasts: tuple[int, str] | None = None
    until: str | None = None


def _read(text: str, found: list[Segment]) -> Reading:
    left: list[Span] = []
    phases: list[_Phase] = []
    for segment in found:
        left += segment.left
        if segment.opens_phase or not phases:
            phases.append(_Phase())
        if not segment.says_something:
            continue
        if not _join(phases, segment):
            left += segment.spans
    if len(phases) > 1 and not all(phase.protos for phase in phases):
        raise AmbiguousError  # a phase that cannot be read changes what the others mean
    phases = [phase for phase in phases if phase.protos]
    doses = tuple(dose for n, phase in enumerate(phases, 1) for dose in _finished(phase, n))
    if any(_is_implausible(dose) for dose in doses):
        return Reading(text=text, flags=("implausible-amount",))
    residual = _residual(text, left)
    return Reading(text=text, doses=doses, confidence=_confidence(doses, phases, residual), residual=residual)


def _join(phases: list[_Phase], segment: Segment) -> bool:
    """Put a segment into the last phase; False when it does not fit anywhere and is residual."""
    phase = phases[-1]
    _bound(phase, segment)
    last = phase.protos[-1] if phase.protos else None
    if not segment.has_dose and last is not None:
        return _add(last, segment)
    made = _protos(segment)
    is_first = last is None or last.dose.low is None
    if is_first and segment.has_dose and not segment.has_timing and len(phases) > 1 and not (last and last.timing_said):
        made = [_carried(proto, phases[-2]) for proto in made]
    if last is not None and last.dose.low is None:
        return _complete(phase, last, made, segment)
    phase.protos += made
    return True


def _bound(phase: _Phase, segment: Segment) -> None:
    """A duration holds for its whole phase; "1x1x5" brings its own."""
    found = segment.parts.get("duration")
    lasts, until = None, None
    if found is not None and found["date"]:
        until = _date(found["date"])
    elif found is not None:
        lasts = whole(found["n"]), words.PERIOD_OF[found["unit"]]
    elif "days" in segment.parts:
        lasts = whole(segment.parts["days"]["days"]), "d"
    if lasts is None and until is None:
        return
    if phase.lasts or phase.until or (lasts and lasts[0] < 1):
        raise AmbiguousError
    phase.lasts, phase.until = lasts, until


def _date(text: str) -> str:
    try:
        if "-" in text:
            return date.fromisoformat(text).isoformat()
        day, month, year = text.split(".")
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        raise AmbiguousError from None


def _add(last: _Proto, segment: Segment) -> bool:
    """A segment without a dose modifies the one before it; a timing only fills an empty one."""
    dose = last.dose
    if "meal" in segment.parts and _has_meal(dose):
        return False
    if segment.has_time_of_its_own:
        if last.timing_said:
            return False
        dose, last.timing_said = replace(dose, timing=timing(segment.parts)), True
    last.own_as_needed = last.own_as_needed or ("prn" in segment.parts and "upto" in segment.parts)
    last.dose = _modified(dose, segment)
    return True


def _has_meal(dose: Dose) -> bool:
    told = any(words.MEALS.get(text.rpartition(" ")[2]) is not None for text in dose.instructions)
    return told or any("C" in code for code in dose.timing.when)


def _complete(phase: _Phase, last: _Proto, made: list[_Proto], segment: Segment) -> bool:
    """Words on when, or "ved behov", stand first and the dose follows: one and the same dose."""
    if len(made) != 1 or (last.timing_said and made[0].timing_said) or len(phase.protos) != 1:
        raise AmbiguousError
    dose = made[0].dose
    if _has_meal(dose) and _has_meal(last.dose):
        raise AmbiguousError
    phase.protos = [
        _Proto(
            dose=replace(
                dose,
                timing=last.dose.timing if last.timing_said else dose.timing,
                as_needed=last.dose.as_needed or dose.as_needed,
                reason=last.dose.reason or dose.reason,
                most=last.dose.most if dose.most is None else dose.most,
                most_unit=dose.most_unit or last.dose.most_unit,
                site=dose.site or last.dose.site,
                route=dose.route or last.dose.route,
                instructions=tuple(dict.fromkeys((*last.dose.instructions, *dose.instructions))),
                spans=(*last.dose.spans, *dose.spans),
            ),
            timing_said=last.timing_said or made[0].timing_said,
            own_as_needed=True,
        )
    ]
    return segment.has_dose


def _protos(segment: Segment) -> list[_Proto]:
    parts = segment.parts
    if "plus" in parts:
        unit = _unit(parts["plus"])
        pairs = slots(parts)
        doses = [Dose(low=amount, high=amount, unit=unit, timing=when) for amount, when in pairs]
        return [_Proto(_modified(dose, segment), True, "max" in parts) for dose in doses]
    if "pause" in parts:
        return [_Proto(_modified(Dose(low=Decimal(0), high=Decimal(0)), segment), True, True)]
    amount = parts.get("dose") or parts.get("bare")
    dose = Dose(timing=timing(parts)) if amount is None else _dosed(amount, timing(parts))
    return [_Proto(_modified(dose, segment), dose.timing.is_known, "upto" in parts or "max" in parts)]


def _dosed(found: re.Match[str], when: Timing) -> Dose:
    low = number(found["low"])
    high = number(found["high"]) if found["high"] else low
    if low <= 0 or high < low or (found["high"] and high == low):
        raise AmbiguousError
    return Dose(low=low, high=high, unit=_unit(found), timing=when)


def _unit(found: re.Match[str]) -> str:
    unit = found.groupdict().get("unit")
    return words.UNIT_OF[unit] if unit else ""


def _modified(dose: Dose, segment: Segment) -> Dose:
    """The dose with what else the segment says of it; a second word on the same thing contradicts the first."""
    parts = segment.parts
    changes: dict[str, object] = {"spans": (*dose.spans, *segment.spans)}
    if "prn" in parts:
        changes |= {"as_needed": True, "reason": spelled(parts["prn"].groupdict().get("reason") or "") or dose.reason}
    if "max" in parts:
        if dose.most is not None:
            raise AmbiguousError
        changes |= {"most": number(parts["max"]["low"]), "most_unit": _unit(parts["max"])}
    if "site" in parts:
        changes["site"] = _once(dose.site, spelled(parts["site"][0]))
    if "route" in parts:
        changes["route"] = _once(dose.route, words.ROUTE_OF[spelled_route(parts["route"][0])])
    told = list(segment.instructions)
    if "meal" in parts and "plus" not in parts and is_instruction(parts):
        told.append(parts["meal"])
    said = [spelled(match[0]) for match in sorted(told, key=lambda match: match.start())]
    if said:
        changes["instructions"] = tuple(dict.fromkeys((*dose.instructions, *said)))
    return replace(dose, **changes)  # type: ignore[arg-type]


def spelled_route(text: str) -> str:
    """A route keeps its full stops: "i.m." is a spelling of its own."""
    return " ".join(text.split())


def _once(known: str, said: str) -> str:
    if known and known != said:
        raise AmbiguousError
    return said


def _carried(proto: _Proto, before: _Phase) -> _Proto:
    """After "deretter", a dose without timing is taken as the one before it was."""
    givers = [p for p in before.protos if p.timing_said and not p.dose.is_pause]
    if proto.dose.is_pause or len(before.protos) != 1 or not givers:
        return proto
    return _Proto(replace(proto.dose, timing=givers[0].dose.timing), True, proto.own_as_needed)


def _finished(phase: _Phase, sequence: int) -> list[Dose]:
    """The doses of a phase: equal amounts at different times of the day are one dose."""
    last = phase.protos[-1]
    if last.dose.as_needed and not last.own_as_needed and not all(proto.dose.as_needed for proto in phase.protos):
        raise AmbiguousError  # "1 morgen, 1 kveld ved behov": the evening alone, or both
    if any(proto.dose.is_pause for proto in phase.protos):
        _check_pause(phase)
    merged: dict[Dose, Dose] = {}
    for proto in phase.protos:
        dose = replace(proto.dose, sequence=sequence, lasts=phase.lasts, until=phase.until)
        key = replace(dose, timing=replace(dose.timing, when=(), clock=(), frequency=None), spans=())
        key = replace(key, unit=f"{key.unit}|{_kind(dose.timing)}")
        merged[key] = _merged(merged[key], dose) if key in merged else dose
    return list(merged.values())


def _check_pause(phase: _Phase) -> None:
    """In a pause nothing is taken, so that nothing else can be said of it."""
    dose = phase.protos[0].dose
    if len(phase.protos) > 1 or replace(dose, spans=()) != Dose(low=dose.low, high=dose.high):
        raise AmbiguousError


def _kind(when: Timing) -> str:
    """Doses are put together only where both say at which times."""
    return "when" if when.when else "clock" if when.clock else f"other {when.frequency}"


def _merged(one: Dose, other: Dose) -> Dose:
    first, second = one.timing, other.timing
    if not (first.when or first.clock) or set(first.when) & set(second.when) or set(first.clock) & set(second.clock):
        raise AmbiguousError
    together = replace(
        first,
        when=(*first.when, *second.when),
        clock=(*first.clock, *second.clock),
        frequency=(first.frequency or 0) + (second.frequency or 0),
    )
    return replace(one, timing=together, spans=(*one.spans, *other.spans))


def _is_implausible(dose: Dose) -> bool:
    return dose.unit in words.COUNTED and dose.high is not None and dose.high > words.MOST_COUNTED


def _confidence(doses: tuple[Dose, ...], phases: list[_Phase], residual: str) -> Confidence:
    if not doses:
        return "none"
    unbounded = any(not (phase.lasts or phase.until) for phase in phases[:-1])
    full = not residual and not unbounded and all(_is_whole(dose) for dose in doses)
    return "full" if full else "partial"


def _is_whole(dose: Dose) -> bool:
    """Dose and timing known, and not per eye or nostril."""
    if dose.is_pause:
        return dose.lasts is not None or dose.until is not None
    known = dose.timing.is_known or (dose.as_needed and dose.most is not None)
    return dose.low is not None and known and not any(word in dose.site.split() for word in words.PER_SITE)


def _residual(text: str, left: list[Span]) -> str:
    """The words left over, each run as it stands in the text."""
    runs: list[Span] = []
    for start, end in sorted(left):
        if runs and _JOIN.fullmatch(text, runs[-1][1], start):
            runs[-1] = (runs[-1][0], end)
        else:
            runs.append((start, end))
    return "; ".join(text[start:end] for start, end in runs)
