"""Programmes that look for patients, as data: whom each includes is its own (dossier D.5 to D.7), never global.

A row is a cohort (who should be looked at by a person) or a window of time after departure from named wards. The hub
suggests; exclusion criteria are not known to it, so a person decides.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from importlib import resources
from typing import Final, Literal

from mappings.moments import Moment, day_of, first_instant
from mappings.norwegian_time import OSLO

Sign = Literal["acute-admissions", "frailty", "functional-decline"]
Standing = Literal["not-eligible", "eligible-for-review", "strong", "included", "ended", "unknown"]
SIGNS: Final = ("acute-admissions", "frailty", "functional-decline")


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    """One programme. ``wards`` are the wards whose patients a window is for; a window without wards is for nobody."""

    name: str
    title: str
    kind: Literal["cohort", "window"]
    frailty: range
    needs_referral: bool
    signs: tuple[str, ...]
    starts: date
    hours: int
    wards: tuple[str, ...]
    contact: str = ""
    """Whom to call in the window, as the deployment writes it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """A time after departure in which the hospital still answers. ``approximate`` where no clock time is known."""

    programme: Programme
    start: datetime
    end: datetime
    approximate: bool


@cache
def national_programmes() -> tuple[Programme, ...]:
    """The programmes that we know of; a deployment names its wards."""
    return parsed_programmes((resources.files("mappings.rules") / "programmer.csv").read_text(encoding="utf-8"))


def parsed_programmes(table: str) -> tuple[Programme, ...]:
    """Programmes from CSV. Raises ``ValueError`` that says in which line."""
    rows = csv.DictReader(table.splitlines())
    return tuple(_programme(number, row) for number, row in enumerate(rows, start=2))


def _programme(line: int, row: dict[str, str]) -> Programme:
    try:
        signs = tuple(sign for sign in row["signs"].split(";") if sign)
        if row["kind"] not in ("cohort", "window") or not {*signs} <= {*SIGNS}:
            raise ValueError
        return Programme(
            name=row["programme"],
            title=row["title"],
            kind="cohort" if row["kind"] == "cohort" else "window",
            frailty=range(int(row["cfs_from"] or 0), int(row["cfs_to"] or -1) + 1),
            needs_referral=row["needs_referral"] == "yes",
            signs=signs,
            starts=date.fromisoformat(row["starts"]),
            hours=int(row["hours"] or 0),
            contact=(row.get("contact") or "").strip(),
            wards=tuple(ward.strip().casefold() for ward in row["wards"].split(";") if ward.strip()),
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        raise ValueError(f"programmes, line {line}: see mappings/rules/programmer.csv") from None


def standing(programme: Programme, *, referred: bool, signs: frozenset[str], unknown: frozenset[str]) -> Standing:
    """Whether a person should look at the patient; strong where frailty fits and another sign is there."""
    if programme.needs_referral and not referred:
        return "not-eligible"
    found = signs & {*programme.signs}
    if "frailty" in found and len(found) > 1:
        return "strong"
    if found:
        return "eligible-for-review"
    return "unknown" if unknown & {*programme.signs} else "not-eligible"


def window(programme: Programme, left: Moment, ward: str) -> Window | None:
    """Elapsed hours from departure; of a date alone, from noon to the end of the third day after."""
    if programme.kind != "window" or day_of(left) < programme.starts or ward.casefold() not in programme.wards:
        return None
    if isinstance(left, datetime):
        start = first_instant(left)
        return Window(programme=programme, start=start, end=start + timedelta(hours=programme.hours), approximate=False)
    noon = datetime.combine(left, time(12), OSLO)
    days = timedelta(days=programme.hours // 24 + 1)
    return Window(programme=programme, start=noon, end=first_instant(left + days), approximate=True)
