"""What was read of a dose text, as values."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

Confidence = Literal["full", "partial", "none"]
"""``full``: dose and timing are known and no word is left. ``none``: the text stands alone."""

Span = tuple[int, int]
"""Where something stands in the text as it came: from, to."""

Flag = Literal["schedule-external", "ambiguous", "implausible-amount", "stay-text", "as-needed-conflict"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """When. ``frequency`` counts administrations per ``period``; ``when`` and ``clock`` are never both set."""

    frequency: int | None = None
    most: int | None = None
    period: int = 1
    unit: str = "d"
    when: tuple[str, ...] = ()
    offset: int | None = None
    clock: tuple[str, ...] = ()
    days: tuple[str, ...] = ()
    count: int | None = None

    @property
    def is_known(self) -> bool:
        """Whether it says how often."""
        return self.frequency is not None or self.count is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dose:
    """One FHIR Dosage: one amount with one timing. ``sequence`` counts phases from 1; equal numbers are concurrent.

    ``low`` and ``high`` are equal unless a range was given; zero is a pause. ``site``, ``route`` and ``instructions``
    are as canonical words. ``lasts`` and ``until`` bound the phase. ``spans`` say what of the text this was read from.
    """

    sequence: int = 1
    low: Decimal | None = None
    high: Decimal | None = None
    unit: str = ""
    timing: Timing = Timing()
    lasts: tuple[int, str] | None = None
    until: str | None = None
    as_needed: bool = False
    reason: str = ""
    most: Decimal | None = None
    most_unit: str = ""
    site: str = ""
    route: str = ""
    instructions: tuple[str, ...] = ()
    spans: tuple[Span, ...] = ()

    @property
    def is_pause(self) -> bool:
        """A phase in which nothing is taken."""
        return self.high is not None and self.high == 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A dose text as it came, and what it surely says. ``residual`` are the words that no part took."""

    text: str
    doses: tuple[Dose, ...] = ()
    confidence: Confidence = "none"
    residual: str = ""
    flags: tuple[Flag, ...] = ()

    @property
    def is_full(self) -> bool:
        """Whether numbers may be compared."""
        return self.confidence == "full"
