"""What a person decides of a message in the outbox: to let it go, to stop it, to try it again."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from hub.outbox import book
from hub.outbox.states import State
from hub.outbox.tables import OutgoingMessage

FRESH: Final = timedelta(hours=96)
"""Silence counts as refusal so long after GenDate (HIS 80415 1.2); an older draft would be overdue when it is sent."""


class Decision(StrEnum):
    """Of a person."""

    APPROVE = "approve"
    CANCEL = "cancel"
    RETRY = "retry"


_FROM: Final = {
    Decision.APPROVE: frozenset({State.DRAFTED}),
    Decision.CANCEL: frozenset({State.DRAFTED, State.APPROVED, State.FAILED}),
    Decision.RETRY: frozenset({State.FAILED}),
}


def decide(session: AsyncSession, row: OutgoingMessage, decision: Decision, who: str, now: datetime) -> str:
    """Do it, or the key of the problem why not; "" when it is done."""
    if row.state not in _FROM[decision]:
        return "not-that-way"
    if decision is Decision.CANCEL:
        if book.in_the_air(row) and row.why != "refused":
            return "maybe-sent"
    elif row.why == "refused":
        return "refused-by-receiver"
    elif row.body is None:
        return "not-that-way"
    elif now - row.generated > FRESH:
        return "draft-too-old"
    if decision is Decision.RETRY:
        row.attempts = 0
    book.move(session, row, State.CANCELLED if decision is Decision.CANCEL else State.APPROVED, who)
    return ""
