"""What a synthetic PLO message may be told of its outside, and what it says where it is not told."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TypedDict

from adapters.kith.samples.case import Case
from adapters.kith.samples.envelope import Cover, Version
from adapters.kith.samples.parties import Address
from hub.contract import Series


class Outside(TypedDict, total=False):
    """What every message may be told of its outside; all of it has defaults."""

    version: Version
    series: Series
    message_id: str
    parent: str
    conversation: str
    generated: datetime
    sender: Address
    receiver: Address
    processing: str


def cover_of(case: Case, type: str, name: str, at: datetime | date, receiver: Address, told: Outside) -> Cover:
    """The outside: as told, otherwise written ten minutes after what it tells of; cancelled an hour later."""
    series = told.get("series", "N")
    event_time = at if isinstance(at, datetime) else case.start.replace(year=at.year, month=at.month, day=at.day)
    delay = timedelta(minutes=10) if series == "N" else timedelta(hours=1, minutes=10)
    defaults = {
        "series": series,
        "version": "1.6",
        "generated": event_time + delay,
        "sender": case.parties.hospital,
        "receiver": receiver,
    }
    return Cover(**{**defaults, **told, "type": type, "name": name})  # type: ignore[arg-type]


def version_of(cover: Cover) -> Version:
    """The PLO version of a message."""
    return "1.5" if cover.version == "1.5" else "1.6"
