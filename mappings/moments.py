"""Comparing times of which some are instants and some only dates (Europe/Oslo calendar days, never midnights)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from mappings.norwegian_time import OSLO

Moment = datetime | date
DAY = timedelta(days=1)
LAST = datetime(9999, 12, 30, tzinfo=UTC)
"""The last instant that can be told in every time zone."""


def day_of(when: Moment) -> date:
    """The Norwegian calendar day."""
    return when.astimezone(OSLO).date() if isinstance(when, datetime) else when


def first_instant(when: Moment) -> datetime:
    """The earliest that it can have been."""
    if isinstance(when, datetime):
        return when.astimezone(UTC)
    return datetime(when.year, when.month, when.day, tzinfo=OSLO).astimezone(UTC)


def last_instant(when: Moment) -> datetime:
    """The latest that it can have been: a date lasts until a second before the next day."""
    if isinstance(when, datetime):
        return when.astimezone(UTC)
    return first_instant(when + DAY) - timedelta(seconds=1) if when < LAST.date() else LAST


def is_before(first: Moment, second: Moment) -> bool:
    """Certainly earlier: compared as instants where both have a clock, otherwise by day."""
    if isinstance(first, datetime) and isinstance(second, datetime):
        return first < second
    return day_of(first) < day_of(second)


def same_moment(first: Moment, second: Moment) -> bool:
    """Equal to the minute, or by day where one of them has no clock (how a stay's admission is recognised)."""
    if isinstance(first, datetime) and isinstance(second, datetime):
        return minute(first) == minute(second)
    return day_of(first) == day_of(second)


def minute(when: Moment) -> str:
    """A key of a moment: the minute in UTC, or the date."""
    if isinstance(when, datetime):
        return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%MZ")
    return when.isoformat()


def hours_after(when: Moment, hours: int) -> datetime:
    """So many elapsed hours later (never wall-clock hours); from a date, counted from its last second."""
    return later(last_instant(when), timedelta(hours=hours))


def later(when: datetime, by: timedelta) -> datetime:
    """So much later; at the end of all time where a sender's clock has put ``when``."""
    return when + by if LAST - when > by else LAST
