"""A dose text cut into segments of recognised parts; positions are those of the text as it came.

Every kind of part is one regular expression; at each place the longest match wins, and what nothing matches is left
as a word. A segment ends at a comma, a full stop, "og"; a phase at "deretter".
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from mappings.medication.dosage import words
from mappings.medication.dosage.reading import Span


def _any(spellings: Iterable[str]) -> str:
    """Longest first, so that no spelling hides one that it begins."""
    return "|".join(re.escape(s).replace(r"\ ", r"\s+") for s in sorted(spellings, key=len, reverse=True))


_NUM: Final = (
    r"(?:[1-9]\d{0,2}(?:\s000)+(?!\d)|[1-9]\s?[½¼¾]|[1-9]\s+[13]/[24](?![\d/])|[½¼¾]|[13]/[24](?![\d/]|\s*[-–])|"
    rf"(?:0|[1-9]\d*)[.,]\d{{1,2}}(?![\d.,]*\d)|0[.,]\d+(?!\d)|0(?!\d)|[1-9]\d*(?![\d/½¼¾]|[.,]\d)|"
    rf"(?:{_any(words.NUMBERS)})(?!\w))"
)
_UNIT: Final = rf"(?:{_any(words.UNIT_OF)})(?!\w)\.?"
_UNITS: Final = rf"(?P<unit>{_any(words.UNIT_OF)})(?!\w)\.?"
_RANGE: Final = rf"(?P<low>{_NUM})(?:\s*(?:-|–|til)\s*(?P<high>{_NUM}))?"
_PER: Final = rf"(?P<per>{_any(words.PER_OF)})(?!\w)"
_PER_DAY: Final = rf"(?:{_any(words.PER['d'])})(?!\w)"
_INT: Final = rf"(?:\d{{1,3}}|{_any(words.NUMBERS)})(?![^\Wx]|[/½¼¾]|[.,]\d|\s*[½¼¾]|\s+\d/\d)"
_HOUR: Final = r"(?:(?:[01]?\d|2[0-4])(?:[:.][0-5]\d)?|(?:[01]\d|2[0-4])[0-5]\d)(?![\d+/½¼¾-]|[.,]\d)"
_SURE_HOUR: Final = rf"(?:(?:[01]?\d|2[0-4]):[0-5]\d|0\d)(?![\d+/½¼¾-]|[.,]\d|\s*(?:{_UNIT}|[½¼¾]))"
_AFTER_HOUR: Final = r"\s*(?:$|[,;.)]|og\b|i\s|hver\b|på\b|maks|deretter|så\b)"
_SLOT: Final = rf"(?:{_any(words.SLOT_OF)})(?!\w)"
_DAY: Final = (
    rf"(?:{_any(d for d in words.DAY_OF if len(d) > 4)})(?!\w)|"
    rf"(?:{_any(d for d in words.DAY_OF if len(d) <= 4)})(?:\.|(?=\s*(?:[-–,)]|og\b|$)))"
)
"""A short name counts only in a list or at the end: "man" is also a pronoun."""
_MEAL: Final = rf"(?:{_any(words.MEALS)})(?!\w)"
_AFTER_BARE: Final = (
    rf"\s*(?:x\s*\d|inntil|opptil|{_PER_DAY}|kl\b|ved\s|som\s|tas\b|ta\b|vb\b|v/b|v\.b|om\s+nødvendig|maks|"
    rf"hver\b|annenhver|(?:(?:om|til)\s+)?(?:{_SLOT})|(?:før|etter|til|med)\s+(?:{_MEAL})|(?:på\s+)?(?:{_DAY}))"
)
_AND: Final = r"\s*(?:,|\bog\b)\s*"
_TIME_UNIT: Final = rf"(?:{_any(words.PERIOD_OF)})(?!\w)\.?"
_REASON: Final = rf"(?:{_any(words.REASONS)})(?!\w)"

PARTS: Final = {
    kind: re.compile(pattern)
    for kind, pattern in {
        "plus": rf"(?P<amounts>{_NUM}(?:\s*\+\s*{_NUM}){{2,4}})(?!\s*\+)(?:\s*{_UNITS})?",
        "dose": rf"{_RANGE}\s*{_UNITS}",
        "bare": rf"{_RANGE}(?={_AFTER_BARE})",
        "days": rf"x\s*(?P<times>{_INT})\s*x\s*(?P<days>{_INT})(?!\s*{_UNIT})",
        "upto": rf"(?:(?:inntil|opptil)\s+(?:x\s*(?P<a>{_INT})|(?P<b>{_INT})\s*(?:ganger|gang|x))"
        rf"(?:\s*{_PER})?|(?:maks|max|maksimalt)\.?\s+(?P<c>{_INT})\s*(?:ganger|gang)\s+(?:{_PER_DAY}))",
        "times": rf"(?:x\s*(?P<a>{_INT})(?:\s*[-–]\s*(?P<most>{_INT}))?(?!\s*(?:[-–x]|{_UNIT}))(?:\s*{_PER})?"
        rf"|(?P<b>{_INT})(?:\s*[-–]\s*(?P<more>{_INT}))?\s*(?:ganger|gang|x)\s*{_PER.replace('per', 'each', 1)}"
        rf"|{_PER.replace('per', 'only', 1)})",
        "once": r"(?:som\s+)?engangsdose(?!\w)|(?:en|én|1)\s+gang(?!\w)",
        "clock": rf"kl\.?\s*(?P<hours>{_HOUR}(?:{_AND}(?:kl\.?\s*{_HOUR}|{_SURE_HOUR}|{_HOUR}(?={_AFTER_HOUR})))*)",
        "meal": rf"(?:(?P<n>{_INT})\s*(?P<unit>min(?:utter)?\.?|timer?)\s+)?(?P<where>før|etter|til|med)\s+"
        rf"(?P<meals>{_MEAL}(?:{_AND}{_MEAL})*)",
        "daypart": rf"(?:(?:om|hver|til(?!\s+middag))\s+)?{_SLOT}(?:{_AND}(?:(?:om|til(?!\s+middag))\s+)?{_SLOT})*",
        "weekday": rf"(?:(?:på|hver)\s+)?(?:{_DAY})(?:(?:{_AND}|\s*[-–]\s*|\s+til\s+)(?:(?:på|hver)\s+)?(?:{_DAY}))*",
        "interval": rf"(?:(?P<other>annenhver|annen\s*hver|hver\s+(?:annen|andre))|hver(?:\s+(?P<n>\d{{1,2}})\.?)?)"
        rf"\s+(?P<unit>{_any(words.PERIOD_OF)})(?!\w)",
        "pause": r"ingen\s+dosering(?!\w)|pause(?!\w)",
        "duration": rf"i\s+(?P<n>{_INT})\s*(?P<unit>{_any(words.PERIOD_OF)})(?!\w)\.?"
        r"|(?:t\.o\.m\.?|tom|til\s+og\s+med)\s+(?P<date>\d{4}-\d\d-\d\d|\d{1,2}\.\d{1,2}\.\d{4})(?!\d)",
        "max": rf"(?:maks|max|maksimalt)\.?\s+(?P<low>{_NUM})\s*(?:{_UNITS})?\s*(?:{_PER_DAY})",
        "prn": rf"ved\s+(?P<reason>{_REASON}(?:\s+og\s+{_REASON})*)|(?:ved|etter)\s+behov(?!\w)"
        r"|behov(?!\w)|vb(?![\w/])|v/b(?!\w)|v\.\s?b\.?(?!\w)|om\s+nødvendig(?!\w)",
        "site": r"i\s+(?P<which>hvert|hver|høyre|venstre|begge)\s+(?P<what>øye|øyne|øyet|øre|ører|øret|nesebor)(?!\w)",
        "route": rf"(?:{_any(words.ROUTE_OF)})(?!\w)",
        "instruction": rf"(?:{_any(words.INSTRUCTIONS)})(?!\w)",
        "lead": r"(?:tas|ta|gis)(?!\w)|(?:nedtrapping|opptrapping)\s*:",
    }.items()
}
_DOSES: Final = frozenset(("dose", "bare", "plus"))
_GAP: Final = re.compile(r"[\s()]*")
_SEPARATOR: Final = re.compile(r"[,;.:]+|og(?!\w)")
_NEXT: Final = re.compile(r"(?:deretter|så|etterfulgt\s+av)(?!\w)")
_WORD: Final = re.compile(r"\d+(?:[.,]\d+)+|[^\s,;:]*[^\s,;:.]|[.,;:]|\S")
_DAILY_TAIL: Final = re.compile(r"\.?\s*gjentas\s+hvert\s+døgn\.?\s*$")
_THOUSANDS: Final = re.compile(r"(?<![\d.,])[1-9]\d{0,2}(?:[.,]\d{3}|\s(?!000)\d{3})(?!\d)")
_TO: Final = re.compile(r"\s*(?:-|–|til)\s*\d")
_MORE: Final = re.compile(rf"{_AND}(?=\d)")


@dataclass(slots=True)
class Segment:
    """Parts between two separators: the match of each kind, and the words that nothing matched."""

    parts: dict[str, re.Match[str]] = field(default_factory=dict)
    instructions: list[re.Match[str]] = field(default_factory=list)
    left: list[Span] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)
    opens_phase: bool = False
    opening: Span = (0, 0)

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all stands in it."""
        return not (self.parts or self.instructions or self.left)

    @property
    def says_something(self) -> bool:
        """Whether more than "tas" was read in it."""
        return bool(self.instructions) or any(kind != "lead" for kind in self.parts)

    @property
    def has_dose(self) -> bool:
        """Whether an amount stands in it (a pause is the amount zero)."""
        return not _DOSES.isdisjoint(self.parts) or "pause" in self.parts

    @property
    def has_timing(self) -> bool:
        """Whether it says when or how often."""
        return not TIMINGS.isdisjoint(self.parts)

    @property
    def has_time_of_its_own(self) -> bool:
        """The same, a meal without a time of its own ("til mat") not counted."""
        beside = [kind for kind in self.parts if kind in TIMINGS]
        return bool(beside) and (beside != ["meal"] or self._meal_has_a_time)

    @property
    def _meal_has_a_time(self) -> bool:
        return not any(words.MEALS.get(word, word) == "" for word in re.split(r"\W+", self.parts["meal"]["meals"]))


TIMINGS: Final = frozenset(
    ("plus", "days", "upto", "times", "once", "clock", "daypart", "weekday", "interval", "meal")
)  # fmt: skip


def lowered(text: str) -> str:
    """Lower case, one kind of space and of times sign, character for character: places stay what they were."""
    low = text.translate(_SAME_LENGTH).lower()
    return low if len(low) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


_SAME_LENGTH: Final = str.maketrans({"\u00a0": " ", "\u202f": " ", "×": "x", "*": "x", "\n": ";", "\r": " "})


def end_of_dose(low: str) -> int:
    """Where the text ends without "Gjentas hvert døgn", which adds nothing to a daily dose."""
    tail = _DAILY_TAIL.search(low)
    return tail.start() if tail else len(low)


def is_doubtful(low: str) -> bool:
    """A number that can be read two ways ("5.000", "2 500"): nothing may be read from such a text."""
    return _THOUSANDS.search(low) is not None


def segments(low: str, end: int) -> list[Segment] | None:
    """The segments in order, empty ones left out; None where one says two things of one kind."""
    found = [Segment()]
    place = 0
    while True:
        gap = _GAP.match(low, place, end)
        place = gap.end() if gap else place
        if place >= end:
            return _kept(found)
        if opening := _NEXT.match(low, place, end):
            found.append(Segment(opens_phase=True, opening=opening.span()))
            place = opening.end()
            continue
        kind, match = _longest(low, place, end)
        if match is not None:
            if not _take(found[-1], kind, match, low, end):
                return None
            place = match.end()
        elif separator := _SEPARATOR.match(low, place, end):
            if not found[-1].is_empty:
                found.append(Segment())
            place = separator.end()
        else:
            word = _WORD.match(low, place, end)
            stop = word.end() if word else place + 1
            found[-1].left.append((place, stop))
            place = stop


def _kept(found: list[Segment]) -> list[Segment]:
    """Without the empty ones; a "deretter" that nothing follows is a word left over: the text has been cut off."""
    last = found[-1]
    if last.is_empty and last.opens_phase:
        last.left.append(last.opening)
    return [segment for segment in found if not segment.is_empty]


def _longest(low: str, place: int, end: int) -> tuple[str, re.Match[str] | None]:
    best: re.Match[str] | None = None
    best_kind = ""
    for kind in _STARTS.get(low[place], ()):
        match = PARTS[kind].match(low, place, end)
        if match is not None and (best is None or match.end() > best.end()):
            best, best_kind = match, kind
    return best_kind, best


def _take(segment: Segment, kind: str, match: re.Match[str], low: str, end: int) -> bool:
    """Put a part in its segment; False when it contradicts or doubles what stands there."""
    segment.spans.append(match.span())
    if kind == "instruction":
        segment.instructions.append(match)
        return True
    if kind == "lead":
        segment.parts.setdefault(kind, match)
        return True
    if kind in segment.parts or (kind in _DOSES and not _DOSES.isdisjoint(segment.parts)):
        return False
    if kind == "clock" and not _is_clear(low, match.end(), end):
        return False
    segment.parts[kind] = match
    return True


def _is_clear(low: str, place: int, end: int) -> bool:
    """After a clock time, "08 og 2 ved behov" is a second time or a second dose, and nobody can tell which."""
    if _TO.match(low, place, end):
        return False
    more = _MORE.match(low, place, end)
    return more is None or any(PARTS[kind].match(low, more.end(), end) for kind in _NUMERIC)


_DIGITS: Final = "0123456789½¼¾"
_NUMERIC: Final = ("plus", "dose", "times", "meal")
_STARTS: Final[dict[str, tuple[str, ...]]] = {}


def _index() -> None:
    """Which kinds can begin with which character: most places need only a few expressions tried."""
    first = {
        "dose": _DIGITS + _initials(words.NUMBERS), "bare": _DIGITS + _initials(words.NUMBERS),
        "plus": _DIGITS + _initials(words.NUMBERS), "days": "x", "upto": "iom",
        "times": "x" + _DIGITS + _initials(words.NUMBERS) + _initials(words.PER_OF), "once": "seé1", "clock": "k",
        "meal": _DIGITS + "fetm" + _initials(words.NUMBERS),
        "daypart": "oth" + _initials(words.SLOT_OF), "weekday": "(ph" + _initials(words.DAY_OF), "interval": "ah",
        "pause": "ip", "duration": "it", "max": "m",
        "prn": "vebo", "site": "i", "route": _initials(words.ROUTE_OF), "instruction": _initials(words.INSTRUCTIONS),
        "lead": "tgno",
    }  # fmt: skip
    for kind in PARTS:
        for character in set(first[kind]):
            _STARTS[character] = (*_STARTS.get(character, ()), kind)


def _initials(spellings: Iterable[str]) -> str:
    return "".join({s[0] for s in spellings})


_index()
