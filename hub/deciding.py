"""Whether something may be told of a stay, by whom and about which message. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from hub.contract import Identifier, Party, StayRow
from hub.wall_time import OSLO

ANSWER: Final = "kommune-svar"
DECIDED: Final = "beslutning-utskrivningsklar"
"""What only the hospital can tell."""
SKEW: Final = timedelta(minutes=5)
"""How much another machine's clock may be ahead."""
LONGEST_AHEAD: Final = timedelta(days=366)
PAST_ONLY: Final = ("given", "at", "assessed")
"""Values that tell of what has happened."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """One thing that is told of a stay: its name on REST, its kind in the log, and what tells several apart.

    ``collects``: each telling stands beside the others instead of taking the place of the one before. ``any_day``: it
    may speak of a day before the stay.
    """

    name: str
    kind: str
    part: str = ""
    collects: bool = False
    any_day: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Current:
    """What was told last of a topic. ``tag`` is its entity tag."""

    id: str
    told: datetime
    by: str
    author: str
    about: str
    values: Mapping[str, Any]

    @property
    def tag(self) -> str:
        """As HTTP writes it."""
        return f'"{self.id}"'


@dataclass(frozen=True, slots=True)
class Unwritten:
    """Why nothing was stored: a key of the table of texts; ``detail`` names a value, never its content."""

    code: str
    detail: str = ""
    current: Current | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """Who tells, about which message of the stay, and what."""

    by: Party
    about: str
    values: Mapping[str, Any]
    corrects: UUID | None = None


def states(row: StayRow, topic: Topic, part: str = "") -> list[Current]:
    """Everything told of a topic that is in force, oldest first; of one that collects, that which is named."""
    found = [one for one in row.facts["told"] if one["kind"] == topic.kind]
    if topic.collects:
        return [_current(one) for one in found if one["id"] == part]
    return [_current(one) for one in found if not topic.part or one["values"].get(topic.part) == part]


def state(row: StayRow, topic: Topic, part: str = "") -> Current | None:
    """What was told last of a topic."""
    found = states(row, topic, part)
    return found[-1] if found else None


def _current(told: Mapping[str, Any]) -> Current:
    return Current(
        id=told["id"],
        told=told["told"],
        by=told["by"]["name"],
        author=told["author"],
        about=told["about"] or "",
        values=told["values"],
    )


def decide(
    row: StayRow,
    topic: Topic,
    values: Mapping[str, Any],
    *,
    numbers: frozenset[str] | None,
    named: str | None,
    now: datetime,
) -> Decided | Unwritten:
    """Who tells it and about what, or why it cannot be told."""
    if fault := _impossible(row, values, now, any_day=topic.any_day):
        return fault
    messages = [message["id"] for message in row.facts["messages"]]
    if not messages:
        return Unwritten("stay-cancelled")
    if topic.kind == ANSWER:
        return _answer(row, values, numbers, named, now)
    about = values.get("message", messages[0])
    if about not in messages:
        return Unwritten("not-found", "message: none of the stay's")
    by = _of_hospital(row, numbers, named) if topic.kind == DECIDED else _party(row, numbers, named)
    return by if isinstance(by, Unwritten) else Decided(by=_as_party(by), about=about, values=values)


def _of_hospital(row: StayRow, numbers: frozenset[str] | None, named: str | None) -> Any:
    keys = [party["key"] for party in row.facts["parties"] if row.hospital in _numbers(party)]
    by = _party(row, numbers, named, *keys)
    return by if isinstance(by, Unwritten) or by["key"] in keys else Unwritten("not-your-organisation")


def taken_back(row: StayRow, before: Current, numbers: frozenset[str] | None, named: str | None) -> Decided | Unwritten:
    """The same again, to be taken back: by the organisation that told it."""
    teller = next(one for one in row.facts["told"] if one["id"] == before.id)
    if "through" in teller:
        return Unwritten("told-through-fhir")
    by = _party(row, numbers, named, teller["by"]["key"])
    if isinstance(by, Unwritten):
        return by
    return Decided(by=_as_party(by), about=before.about, values=before.values, corrects=UUID(before.id))


def _answer(
    row: StayRow, values: Mapping[str, Any], numbers: frozenset[str] | None, named: str | None, now: datetime
) -> Decided | Unwritten:
    """To the last notice of readiness, by who got it (or the hospital that writes down what it was told).

    A notice for a day still to come may be answered before that day; the answer counts from then on.
    """
    last = _last_notice(row)
    if last is None:
        return Unwritten("not-declared-ready")
    by = _party(row, numbers, named, last["addressee"], last["notifier"])
    if isinstance(by, Unwritten):
        return by
    if by["key"] not in (last["addressee"], last["notifier"]):
        return Unwritten("wrong-municipality")
    given = _instant(values["given"]) if values.get("given") else now
    if given < last["asked"]:
        return Unwritten("impossible-time", "given: before the notice of readiness")
    if last.get("end") == "withdrawn":
        return Unwritten("readiness-withdrawn")
    if last.get("ended") is not None and given > _latest(last["ended"]):
        return Unwritten("readiness-over")
    return Decided(by=_as_party(by), about=last["notice"], values=values)


def _last_notice(row: StayRow) -> Mapping[str, Any] | None:
    """The one that holds; without one, the one for a day still to come."""
    ready, ahead = row.facts["readiness"], row.facts["announced"]
    holding = [one for one in ready if one["end"] != "withdrawn"][-1:]
    return next(iter([*holding, *ahead[-1:], *ready[-1:]]), None)


def _party(row: StayRow, numbers: frozenset[str] | None, named: str | None, *preferred: str) -> Any:
    """The organisation that tells: the one that is named, else the first preferred, else the caller's only one."""
    every = row.facts["parties"]
    mine = [party for party in every if numbers is None or numbers & _numbers(party)]
    if named is not None:
        found = [party for party in mine if named in _numbers(party)]
        return found[0] if found else Unwritten("not-your-organisation")
    wanted = [party for key in preferred for party in mine if party["key"] == key]
    if wanted or len(mine) == 1:
        return (wanted or mine)[0]
    return Unwritten("invalid-value", "organisation: say on behalf of which party of the stay")


def speaking(row: StayRow, numbers: frozenset[str] | None, named: str) -> Party | Unwritten:
    """The party of the stay that the caller names as its own."""
    found = _party(row, numbers, named)
    return found if isinstance(found, Unwritten) else _as_party(found)


def _numbers(party: Mapping[str, Any]) -> set[str]:
    return {identifier["value"] for identifier in party["identifiers"]}


def _as_party(party: Mapping[str, Any]) -> Party:
    identifiers = tuple(Identifier(one["system"], one["value"]) for one in party["identifiers"])
    return Party(name=party["name"], identifiers=identifiers)


def _impossible(row: StayRow, values: Mapping[str, Any], now: datetime, *, any_day: bool) -> Unwritten | None:
    """Times that have not come yet, or that no stay could have."""
    for name in PAST_ONLY:
        if values.get(name) and _instant(values[name]) > now + SKEW:
            return Unwritten("impossible-time", f"{name}: is in the future")
    born = (row.facts["patient"] or {}).get("born")
    for name in (*PAST_ONLY, "on"):
        if values.get(name) and born and values[name][:10] < born:
            return Unwritten("impossible-time", f"{name}: before the patient was born")
    if on := values.get("on"):
        began = None if any_day else row.began
        if began is not None and _instant(on) < began.astimezone(OSLO).replace(hour=0, minute=0, second=0):
            return Unwritten("impossible-time", "on: before the stay")
        if _instant(on) > now + LONGEST_AHEAD:
            return Unwritten("impossible-time", "on: more than a year ahead")
    return None


def _instant(value: str) -> datetime:
    """A date is the beginning of its day in Norway."""
    found = datetime.fromisoformat(value)
    return found if found.tzinfo else found.replace(tzinfo=OSLO)


def _latest(ended: datetime | date) -> datetime:
    """The end of a day that is known as a date only."""
    if isinstance(ended, datetime):
        return ended
    return datetime(ended.year, ended.month, ended.day, tzinfo=OSLO).astimezone(UTC) + timedelta(days=1)
