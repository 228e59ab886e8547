"""What a deployment decides where the rules leave room, with the dossier's defaults (A.6, A.10), and the day rates.

None of it is law: every result names the policies that decided it. A rate holds for its dates only; a day without one
has an unknown price, never last year's.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from functools import cache
from importlib import resources
from typing import Final

from mappings.residence import Organisations, parsed
from mappings.rules.checklists import Choice, Template, in_order, parsed_choices, parsed_templates, shipped_templates
from mappings.rules.programmes import Programme, national_programmes, parsed_programmes


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """What one døgn costs, from and including one day to and including another, and who says so."""

    valid_from: date
    valid_to: date
    nok: int
    source: str


@cache
def national_rates() -> tuple[Rate, ...]:
    """The rates that we know of."""
    return parsed_rates((resources.files("mappings.rules") / "overliggerdogn-satser.csv").read_text(encoding="utf-8"))


def parsed_rates(table: str) -> tuple[Rate, ...]:
    """Rates from CSV: valid_from, valid_to, nok, source. Raises ``ValueError`` that says in which line."""
    rows: Iterable[dict[str, str]] = csv.DictReader(table.splitlines())
    return tuple(_rate(number, row) for number, row in enumerate(rows, start=2))


def _rate(line: int, row: dict[str, str]) -> Rate:
    try:
        since, until = date.fromisoformat(row["valid_from"]), date.fromisoformat(row["valid_to"])
        return Rate(valid_from=since, valid_to=until, nok=int(row["nok"]), source=row.get("source") or "")
    except (KeyError, TypeError, ValueError):
        raise ValueError(
            f"rates, line {line}: valid_from,valid_to,nok,source as 2026-01-01,2026-12-31,6000,kilde"
        ) from None


@dataclass(frozen=True, slots=True, kw_only=True)
class Policies:
    """Named choices; the names are those that the output shows and that a setting takes."""

    same_day_resolution: bool = False
    """Whether a day on which the municipality first could not, and then could, is charged."""
    planned_date_ends_duty: bool = True
    """Whether "can receive on Wednesday" ends the duty on Wednesday, without another message."""
    death_day_counts: bool = False
    late_first_notice_charges: bool = True
    """Whether days are charged (flagged as disputed) when the § 8 notice came late."""
    missing_first_notice_charges: bool = False
    transfer_keeps_duty: bool = True
    evening_grace_minutes: int = 0
    """A yes within so many minutes of the notice counts as given the day of the notice."""
    expected_date_days: int = 1
    """How far the ready date may be from the one last expected without an update."""
    ready_notice_minutes: int = 0
    """How soon "straks" is after the decision, where that is known; 0 means the same day."""
    clock_shift_assumed: bool = True
    """Whether a late § 8 notice of a patient new to the municipality is taken to be in time."""
    carried_notice_days: int = 7
    reply_hours: int = 24
    admission_report_hours: int = 24
    epikrise_days: int = 7
    arrival_days: int = 7
    """How long after departure the municipality's reception is open when nobody tells that the patient has come."""
    frailty_months: int = 6
    """How long a Clinical Frailty Scale score is fresh."""
    access_days: int = 365
    """How long an organisation has access after the last stay that it took part in; 0 is without end."""
    rates: tuple[Rate, ...] = field(default_factory=national_rates)
    programmes: tuple[Programme, ...] = field(default_factory=national_programmes)
    checklists: tuple[Template, ...] = field(default_factory=shipped_templates)
    chosen: tuple[Choice, ...] = ()
    """Which checklists stays have by themselves."""
    municipalities: Organisations = ()
    """Which organisation each municipality is: it sees the stays of those who live there."""

    def rate(self, day: date) -> int | None:
        """The price of one day, or None when nobody has told it."""
        return next((rate.nok for rate in self.rates if rate.valid_from <= day <= rate.valid_to), None)

    def shown(self, *names: str) -> tuple[str, ...]:
        """These policies as ``name=value``."""
        return tuple(f"{name}={_text(getattr(self, name))}" for name in names)


TABLES: Final = ("rates", "programmes", "checklists", "chosen", "municipalities")
NAMES: Final = tuple(f.name for f in fields(Policies) if f.name not in TABLES)
_WORDS: Final = {"yes": True, "true": True, "no": False, "false": False}


def policies(
    chosen: Mapping[str, str],
    *,
    rates: str | None = None,
    programmes: str | None = None,
    checklists: str | None = None,
    checklists_chosen: str | None = None,
    municipalities: str | None = None,
) -> Policies:
    """The policies of a deployment: texts by name, and tables (CSV) that come before our own.

    Raises ``ValueError`` that names what is wrong.
    """
    values = {name: _value(name, text) for name, text in chosen.items()}
    own = parsed_rates(rates) if rates else ()
    made = replace(Policies(), **values)  # type: ignore[arg-type]  # each value has the type of the default it replaces
    others = parsed_programmes(programmes) if programmes else ()
    kept = [programme for programme in made.programmes if programme.name not in {other.name for other in others}]
    templates = _templates(made.checklists, parsed_templates(checklists) if checklists else ())
    return replace(
        made,
        rates=(*own, *made.rates),
        programmes=(*others, *kept),
        checklists=templates,
        chosen=parsed_choices(checklists_chosen, templates) if checklists_chosen else (),
        municipalities=parsed(municipalities) if municipalities else (),
    )


def _templates(ours: Iterable[Template], own: Iterable[Template]) -> tuple[Template, ...]:
    """The deployment's versions beside ours; its own of the same name and number stands in place of ours."""
    held = {(one.name, one.version): one for one in (*ours, *own)}
    return in_order(held.values())


def _value(name: str, text: str) -> bool | int:
    if name not in NAMES:
        raise ValueError(f"{name}: no such policy; there are {', '.join(NAMES)}")
    if isinstance(getattr(Policies(), name), bool):
        if text.strip().lower() not in _WORDS:
            raise ValueError(f"{name}: yes or no")
        return _WORDS[text.strip().lower()]
    if not text.strip().isdecimal():
        raise ValueError(f"{name}: a whole number")
    return int(text)


def _text(value: object) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
