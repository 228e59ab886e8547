"""KITH times as instants and dates. A time without offset is Norwegian wall time; a date stays a date.

The hour that autumn repeats is read as its first passage (the earlier instant) and can be asked for, so that it is
flagged; nothing is invented: a year or a month alone is neither an instant nor a date.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

OSLO = ZoneInfo("Europe/Oslo")

_DATE = re.compile(r"(\d{4}-\d{2}-\d{2})(?:Z|[+-]\d{2}:\d{2})?", re.ASCII)
_DATETIME = re.compile(r"(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}:\d{2}(?:\.\d+)?)(Z|[+-]\d{2}:\d{2})?", re.ASCII)


def instant(text: str) -> datetime | None:
    """The instant of an ``xs:dateTime``, always with an offset; None for anything else."""
    found = _DATETIME.fullmatch(text.strip())
    if not found:
        return None
    day, clock, offset = found.groups()
    midnight_at_end = clock.startswith("24:00:00")  # xs:dateTime allows it for the first instant of the next day
    try:
        moment = datetime.fromisoformat(f"{day}T{'00:00:00' if midnight_at_end else clock}{offset or ''}")
    except ValueError:
        return None
    if midnight_at_end:
        moment += timedelta(days=1)
    return moment if moment.tzinfo else moment.replace(tzinfo=OSLO)


def calendar_date(text: str) -> date | None:
    """The date of an ``xs:date``, whatever its zone; None for anything else."""
    found = _DATE.fullmatch(text.strip())
    try:
        return date.fromisoformat(found[1]) if found else None
    except ValueError:
        return None


def instant_or_date(text: str) -> datetime | date | None:
    """What a ``TS`` says as precisely as it says it; None for a year, a month, a time of day or no time at all."""
    return instant(text) or calendar_date(text)


def is_ambiguous(text: str) -> bool:
    """Whether a time without offset falls in the hour that autumn repeats, so that two instants carry this name."""
    found = _DATETIME.fullmatch(text.strip())
    if not found or found[3] or not found[2].startswith("02:") or found[1][5:7] != "10":
        return False
    moment = instant(text)
    return moment is not None and moment.utcoffset() != moment.replace(fold=1).utcoffset()
