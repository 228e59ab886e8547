"""Times without an offset are Norwegian wall time (as KITH messages have them)."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

OSLO: Final = ZoneInfo("Europe/Oslo")


def norwegian_time(moment: datetime) -> datetime:
    """The same with an offset."""
    return moment if moment.tzinfo else moment.replace(tzinfo=OSLO)
