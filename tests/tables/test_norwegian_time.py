from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from mappings.norwegian_time import calendar_date, instant, instant_or_date, is_ambiguous


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-01-31T10:20:11", "2026-01-31T10:20:11+01:00"),
        ("2026-07-01T10:20:11", "2026-07-01T10:20:11+02:00"),
        (" 2026-07-01T10:20:11\n", "2026-07-01T10:20:11+02:00"),
        ("2008-04-16T09:30:47.0Z", "2008-04-16T09:30:47+00:00"),
        ("2009-09-10T11:31:54.148+02:00", "2009-09-10T11:31:54.148000+02:00"),
        ("2026-01-31T24:00:00", "2026-02-01T00:00:00+01:00"),
    ],
)
def test_time_without_offset_is_norwegian_and_an_offset_is_believed(text: str, expected: str) -> None:
    found = instant(text)
    assert found is not None
    assert found.isoformat() == expected


@pytest.mark.parametrize(
    "text", ["", "2026", "2026-01", "10:00:00", "2026-02-30T10:00:00", "2026-01-31", "i dag", "²026-01-31"]
)
def test_what_is_no_instant_gives_none(text: str) -> None:
    assert instant(text) is None


def test_repeated_hour_is_its_first_passage_and_can_be_flagged() -> None:
    found = instant("2026-10-25T02:30:00")
    assert found is not None
    assert found.astimezone(UTC) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert is_ambiguous("2026-10-25T02:30:00")


@pytest.mark.parametrize(
    "text", ["2026-10-25T02:30:00+01:00", "2026-10-25T03:00:00", "2026-10-24T02:30:00", "2026-10-25", "tekst"]
)
def test_other_times_are_not_ambiguous(text: str) -> None:
    assert not is_ambiguous(text)


def test_date_stays_a_date_with_or_without_zone() -> None:
    assert calendar_date("2026-01-31+01:00") == instant_or_date("2026-01-31") == date(2026, 1, 31)
    assert calendar_date("2026-01-31T10:00:00") is None
    assert instant_or_date("2026-13-01") is None
