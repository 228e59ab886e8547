"""The two independent axes of a message's state."""

from __future__ import annotations

from enum import StrEnum


class Processing(StrEnum):
    """What the hub has done with a message."""

    RECEIVED = "received"
    """Stored; its projection is waiting for a worker."""
    PROJECTED = "projected"
    """The FHIR server holds what it says."""
    WAITING = "waiting"
    """Tried, and will be tried again (the FHIR server was away)."""
    PARKED = "parked"
    """A person must look, then replay."""
    FILED = "filed"
    """Stored; there is nothing to project (a receipt, a message about no patient)."""
    QUARANTINED = "quarantined"
    """Contradicts another message; stored and readable, not projected until a person decides."""
    REJECTED = "rejected"
    """The sender's mistake; stored and readable, never projected."""
    DUPLICATE = "duplicate"
    """Came before with the same content; nothing was done again."""


class Acknowledgement(StrEnum):
    """What the sender has been told (AppRec, HIS 80415:2012)."""

    NONE_OWED = "none-owed"
    POSITIVE = "positive"
    NEGATIVE = "negative"
    WITHHELD = "withheld"
    """No AppRec may be sent: the sender cannot be addressed, or the message is under question."""
    AWAITING = "awaiting"
    """A message that we sent, whose AppRec has not come."""


class Lane(StrEnum):
    """Lanes of ``delivered`` that are no person's key."""

    DIRECTORY = "directory"
    INDICATORS = "indicators"
