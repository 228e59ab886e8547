"""What the parts of one segment say together about when; things that contradict each other say nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Final, NoReturn

from mappings.medication.dosage import words
from mappings.medication.dosage.reading import Timing

Parts = Mapping[str, re.Match[str]]

_SPLIT: Final = re.compile(r",|\bog\b")
_SPACE: Final = re.compile(r"\s+")
_MOST_A_DAY: Final = 24


class AmbiguousError(Exception):
    """Two readings are possible, so that none may be chosen."""


def whole(text: str) -> int:
    """A count from digits or a number word."""
    return int(words.NUMBERS.get(text, text)) if text not in ("halv", "halvannen") else _refuse()


def number(text: str) -> Decimal:
    """An amount from digits, a fraction or a number word."""
    plain = _SPACE.sub(" ", text.strip())
    if plain in words.NUMBERS:
        return Decimal(words.NUMBERS[plain])
    if plain in words.FRACTIONS:
        return Decimal(words.FRACTIONS[plain])
    if plain[-1] in "½¼¾":
        return Decimal(plain[:-1].strip()) + Decimal(words.FRACTIONS[plain[-1]])
    if "/" in plain:
        units, _, fraction = plain.partition(" ")
        return Decimal(units) + Decimal(words.FRACTIONS[fraction])
    return Decimal(plain.replace(" ", "").replace(",", "."))


def spelled(text: str) -> str:
    """A matched phrase with single spaces, as the tables spell it."""
    return _SPACE.sub(" ", text.strip()).rstrip(".")


def timing(parts: Parts) -> Timing:
    """The timing of a segment; raises ``AmbiguousError`` where its parts do not go together."""
    days = _weekdays(parts["weekday"][0]) if "weekday" in parts else ()
    if "once" in parts and "interval" in parts and not days:
        return _every(parts)
    if "once" in parts:
        return _only(parts, "once", "daypart", "clock", given=Timing(count=1, when=_when(parts), clock=_clock(parts)))
    if "upto" in parts:
        return _only(parts, "upto", given=_upto(parts["upto"]))
    if "days" in parts:
        return _only(parts, "days", given=Timing(frequency=_sane(whole(parts["days"]["times"]))))
    if days:
        return _weekly(parts, days)
    if "interval" in parts:
        return _every(parts)
    return _daily(parts)


def slots(parts: Parts) -> list[tuple[Decimal, Timing]]:
    """The amounts of "a+b+c" with their parts of the day, one for each distinct amount; zeros take no part."""
    amounts = [number(part) for part in parts["plus"]["amounts"].split("+")]
    names, meal = words.PLUS[len(amounts)], parts.get("meal")
    if meal is not None:
        if len(amounts) != len(words.PLUS_MEALS) or not is_instruction({"meal": meal}) or meal["n"]:
            return _refuse()
        names = tuple(f"{words.BEFORE_MEAL[meal['where']]}C{kind}" for kind in words.PLUS_MEALS)
    base = timing({kind: match for kind, match in parts.items() if kind not in ("plus", "meal")})
    if base.when or base.clock or base.count or base.most or (base.frequency or 1) != max(len(base.days), 1):
        return _refuse()
    if base.unit not in ("d", "wk") or (base.unit == "wk" and not base.days):
        return _refuse()
    if meal is not None and (base.period != 1 or base.days):
        return _refuse()
    found: dict[Decimal, list[str]] = {}
    for amount, name in zip(amounts, names, strict=True):
        if amount:
            found.setdefault(amount, []).append(name)
    if not found:
        return _refuse()
    times = base.frequency or 1
    return [(a, replace(base, frequency=times * len(when), when=tuple(when))) for a, when in found.items()]


def _only(parts: Parts, *allowed: str, given: Timing) -> Timing:
    others = {"upto", "days", "times", "once", "clock", "daypart", "weekday", "interval", "meal", "plus"}
    if is_instruction(parts):
        others.discard("meal")
    if any(kind in parts for kind in others - set(allowed)):
        return _refuse()
    if given.when and given.clock:
        return _refuse()
    return given


def _upto(found: re.Match[str]) -> Timing:
    count = whole(next(found[name] for name in "abc" if found[name]))
    unit = words.PER_OF[spelled(found["per"])] if found["per"] else "d"
    return Timing(frequency=1, most=_sane(count), unit=unit)


def _every(parts: Parts) -> Timing:
    """An interval, perhaps with the one time of day at which it falls."""
    found = parts["interval"]
    unit = words.PERIOD_OF[found["unit"]]
    period = 2 if found["other"] else int(found["n"] or 1)
    when, clock = _when(parts), _clock(parts)
    offset = _offset(parts)
    if period < 1 or _times(parts) not in (None, (1, None, None)) or (unit == "h" and (when or clock)):
        return _refuse()
    count = max(len(when), len(clock), 1)
    if (when and clock) or (count > 1 and unit != "d"):
        return _refuse()
    return Timing(frequency=count, period=period, unit=unit, when=when, clock=clock, offset=offset)


def _weekly(parts: Parts, days: tuple[str, ...]) -> Timing:
    """Days of the week: counted per week, so that who overlooks the days still sees no daily dose."""
    period = 1
    if "interval" in parts:
        every = parts["interval"]
        if words.PERIOD_OF[every["unit"]] != "wk":
            return _refuse()
        period = 2 if every["other"] else int(every["n"] or 1)
    aside = ("weekday", "interval", "times", *(("meal",) if is_instruction(parts) else ()))
    daily = _daily({kind: match for kind, match in parts.items() if kind not in aside})
    times = _times(parts)
    each = daily.frequency or 1
    if times is not None:
        count, most, per = times
        if most is not None or (per is None and count != 1) or (per == "d" and (count == 1 or daily.is_known)):
            return _refuse()
        if per == "mo" or (per == "wk" and count != len(days) * each):
            return _refuse()
        each = count if per == "d" else each
    return Timing(
        frequency=_sane(each) * len(days), period=period, unit="wk", when=daily.when, clock=daily.clock, days=days,
        offset=daily.offset,
    )  # fmt: skip


def _daily(parts: Parts) -> Timing:
    """Times of day, or how often a day, week or month."""
    when, clock, times = _when(parts), _clock(parts), _times(parts)
    if when and clock:
        when = _agreed(when, clock)
    listed = len(when) or len(clock)
    if times is None:
        return Timing(frequency=listed or None, when=when, clock=clock, offset=_offset(parts))
    count, most, per = times
    if listed:
        if most is not None or per in ("wk", "mo") or (count != listed and not _is_bare_daily(parts)):
            return _refuse()
        return Timing(frequency=listed, when=when, clock=clock, offset=_offset(parts))
    return Timing(frequency=_sane(count), most=_sane(most) if most else None, unit=per or "d")


def _times(parts: Parts) -> tuple[int, int | None, str | None] | None:
    """Count, highest count and unit of "x 2", "2 ganger daglig", "daglig"; the unit is None where not said."""
    found = parts.get("times")
    if found is None:
        return None
    if found["only"]:
        return 1, None, words.PER_OF[spelled(found["only"])]
    most = found["most"] or found["more"]
    per = found["per"] or found["each"]
    count, highest = whole(found["a"] or found["b"]), whole(most) if most else None
    if highest is not None and highest <= count:
        return _refuse()
    return count, highest, words.PER_OF[spelled(per)] if per else None


def _is_bare_daily(parts: Parts) -> bool:
    """ "daglig" beside a time of day adds nothing."""
    return words.PER_OF.get(spelled(parts["times"]["only"] or "")) == "d"


def _agreed(when: tuple[str, ...], clock: tuple[str, ...]) -> tuple[str, ...]:
    """A part of the day beside the clock time that it names ("om morgenen kl 08") adds nothing; else they disagree."""
    same = len(when) == len(clock) and all(
        int(c[:2]) in words.HOURS.get(w, ()) for w, c in zip(when, clock, strict=True)
    )
    return () if same else _refuse()


def _when(parts: Parts) -> tuple[str, ...]:
    meals = _meals(parts)
    if "daypart" not in parts:
        return meals
    named = [re.sub(r"^(?:om|til|hver) ", "", spelled(word)) for word in _SPLIT.split(parts["daypart"][0])]
    slots = tuple(words.SLOT_OF[word] for word in named)
    if len(set(slots)) != len(slots):
        return _refuse()
    if not meals:
        return slots
    agrees = len(meals) == len(slots) == 1 and words.MEAL_SLOT.get(meals[0][-1]) == slots[0]
    return meals if agrees else _refuse()


def _meals(parts: Parts) -> tuple[str, ...]:
    """Meals that have a code of their own ("før frokost"), where nothing else says when."""
    if "meal" not in parts or is_instruction(parts):
        return ()
    found = parts["meal"]
    where = words.BEFORE_MEAL[found["where"]]
    kinds = [words.MEALS[spelled(word)] for word in _SPLIT.split(found["meals"])]
    codes = tuple(f"{where}C{kind}" for kind in kinds)
    return codes if len(set(codes)) == len(codes) else _refuse()


def is_instruction(parts: Parts) -> bool:
    """A meal that has no time of its own ("til mat"), or stands beside other words on when: a way to take it."""
    found = parts.get("meal")
    if found is None:
        return False
    general = any(words.MEALS[spelled(word)] == "" for word in _SPLIT.split(found["meals"]))
    often = "times" in parts and "daypart" not in parts and _times(parts) not in ((1, None, None), (1, None, "d"))
    return general or often or any(kind in parts for kind in ("clock", "upto", "days", "interval", "weekday"))


def _offset(parts: Parts) -> int | None:
    found = parts.get("meal")
    if found is None or not found["n"] or is_instruction(parts):
        return None
    minutes = whole(found["n"]) * (1 if found["unit"].startswith("min") else 60)
    return minutes if words.BEFORE_MEAL[found["where"]] else _refuse()


def _clock(parts: Parts) -> tuple[str, ...]:
    if "clock" not in parts:
        return ()
    found = tuple(_hour(word) for word in _SPLIT.split(parts["clock"]["hours"]))
    return found if len(set(found)) == len(found) else _refuse()


def _hour(word: str) -> str:
    digits = re.sub(r"[^\d:.]", "", word.replace("kl", "")).strip(".")
    hour, _, minute = digits.replace(".", ":").partition(":")
    if len(hour) == 4:
        hour, minute = hour[:2], hour[2:]
    if int(hour) == 24 and int(minute or 0):
        return _refuse()
    return f"{int(hour) % 24:02}:{minute or '00'}:00"


def _weekdays(text: str) -> tuple[str, ...]:
    """Days in the order of the week; a range counts all between its ends."""
    found: set[str] = set()
    for piece in _SPLIT.split(text):
        ends = [_day(word) for word in re.split(r"[-–]|\btil\b", piece)]
        first, last = words.WEEK.index(ends[0]), words.WEEK.index(ends[-1])
        if len(ends) > 2 or last < first or found & set(words.WEEK[first : last + 1]):
            return _refuse()
        found |= set(words.WEEK[first : last + 1])
    return tuple(day for day in words.WEEK if day in found)


def _day(word: str) -> str:
    return words.DAY_OF[re.sub(r"\b(?:på|hver)\b|\.", "", word).strip()]


def _sane(count: int) -> int:
    return count if 1 <= count <= _MOST_A_DAY else _refuse()


def _refuse() -> NoReturn:
    raise AmbiguousError
