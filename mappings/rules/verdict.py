"""The verdict on a duty with a deadline: one word, the reason, and the messages that were looked at (dossier A.0)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Word = Literal["pending", "met", "late", "missing", "not-applicable", "unknown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """How a duty turned out. ``due`` is its deadline, where one can be computed; ``evidence`` are message ids."""

    word: Word
    reason: str
    due: datetime | None = None
    evidence: tuple[str, ...] = ()
    policy: tuple[str, ...] = ()
    delivery: Literal["confirmed", "unconfirmed", "rejected"] | None = None
    """Whether the receiver of what was sent has taken it over; None when nothing was sent."""
    minutes_late: int | None = None
    flags: tuple[str, ...] = ()
    """What a reader should know besides, each a code of ``begrunnelser.csv``."""
    changes_at: datetime | None = None
    """When silence alone changes the word, where that is not the deadline."""

    @property
    def review_at(self) -> datetime | None:
        """When silence alone changes the word, while it can."""
        return (self.changes_at or self.due) if self.word == "pending" else None

    @property
    def is_final(self) -> bool:
        """Whether only a new message can change it."""
        return self.word != "pending"


def late_by(done: datetime | None, due: datetime | None) -> int | None:
    """The whole minutes by which something came late, at least one; None when it did not."""
    if done is None or due is None or done <= due:
        return None
    return max(1, int((done - due).total_seconds() // 60))


def by_deadline(done: datetime | None, due: datetime, now: datetime) -> Word:
    """``met`` or ``late`` when it was done, else ``missing`` or ``pending``. At the deadline is in time."""
    if done is not None:
        return "met" if done <= due else "late"
    return "missing" if now > due else "pending"
