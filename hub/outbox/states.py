"""How far a message of ours has come, and which way it can go from there."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class State(StrEnum):
    """Of a message in the outbox."""

    DRAFTED = "drafted"
    """Waits for a person."""
    APPROVED = "approved"
    """To be sent, and tried until it is."""
    SENT = "sent"
    """The transport has it; the receiver's AppRec is awaited."""
    ACKNOWLEDGED = "acknowledged"
    """The receiver has taken it over."""
    FAILED = "failed"
    """A person must act; ``why`` says what is wrong."""
    CANCELLED = "cancelled"
    """Never sent, and never to be."""


WAYS: Final[dict[State, frozenset[State]]] = {
    State.DRAFTED: frozenset({State.APPROVED, State.CANCELLED}),
    State.APPROVED: frozenset({State.SENT, State.FAILED, State.CANCELLED}),
    State.SENT: frozenset({State.ACKNOWLEDGED, State.FAILED}),
    State.ACKNOWLEDGED: frozenset({State.FAILED}),
    State.FAILED: frozenset({State.APPROVED, State.CANCELLED, State.ACKNOWLEDGED}),
    State.CANCELLED: frozenset(),
}
"""A receiver may report after its AppRec that it was the wrong one (DIALOG_AVVIK); a late AppRec still holds."""


def may(before: str, after: State) -> bool:
    """Whether a message can go from one state to the other."""
    return after in WAYS[State(before)]
