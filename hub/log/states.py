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
    """A message of our own to somebody else: its receiver answers, see ``Delivery``."""


class Delivery(StrEnum):
    """What the receiver's AppRec says of a message; nothing is said of most, since we answer them ourselves."""

    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    MISSING = "missing"
    """No AppRec within 96 hours of a message of our own. One that comes later still holds."""


class Lane(StrEnum):
    """Lanes of ``delivered`` that are no person's key."""

    DIRECTORY = "directory"
    INDICATORS = "indicators"
