"""A medication list as one source states it, whatever its format: what adapters read into and comparison reads.

Nothing here is FHIR, and nothing is interpreted: texts stand as sent, codes only where the source gave them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from hub.contract import Head, Identifier, Issue
from mappings.documents.registered import Registered

ListType = Literal[
    "gp", "pll", "municipality", "home-at-admission", "patient-reported", "multidose-packed", "hospital-inpatient",
    "hospital-discharge", "kjernejournal",
]  # fmt: skip
"""What kind of list it is: ``{H}/CodeSystem/med-list-type``."""

Completeness = Literal["snapshot", "delta"]
"""A snapshot names everything in use; a delta names changes, and what it does not name it does not deny."""

FestLevel = Literal["", "pack", "brand", "substance", "dose"]
"""What a FEST id is an id of, where the source or its system says so."""

LineStatus = Literal["active", "stopped", "completed", "on-hold", "planned", "unknown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Strength:
    """One strength: of one substance, per tablet or per ``per`` ("ml", "dose")."""

    value: Decimal
    unit: str
    per: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenDose:
    """A dose that the source gave as structure: an amount (perhaps a range) so many times a day."""

    low: Decimal
    high: Decimal
    unit: str = ""
    times_a_day: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MedicationLine:
    """One line. ``id`` tells it from the others of its source; ``path`` is where it stood.

    ``changed`` and ``start`` are the line's own times, never the list's. ``stopped`` is when a stop takes effect, where
    the source says so. ``use`` is list 9101; ``in_multidose`` None where nothing was said. ``other`` holds what the
    source sent beside, by its own name.
    """

    id: str
    name: str
    path: str = ""
    status: LineStatus = "active"
    pll_id: str = ""
    resept_id: str = ""
    generic: str = ""
    atc: str = ""
    varenr: str = ""
    fest_id: str = ""
    fest_level: FestLevel = ""
    form: str = ""
    strengths: tuple[Strength, ...] = ()
    route: str = ""
    use: str = ""
    dose_text: str = ""
    slots: tuple[str, ...] = ()
    given: GivenDose | None = None
    start: datetime | date | None = None
    end: datetime | date | None = None
    stopped: datetime | date | None = None
    stop_cause: str = ""
    reason: str = ""
    changed: datetime | date | None = None
    indication: str = ""
    prescriber: str = ""
    prescriber_hpr: str = ""
    """Who ordered it: a name, and a number in HPR."""
    notes: tuple[str, ...] = ()
    in_multidose: bool | None = None
    packed_from: date | None = None
    packed_to: date | None = None
    substitution_refused: bool = False
    prescription_expires: date | None = None
    handed_out: bool = False
    is_order: bool = False
    """Whether the source's own object is an order, not a statement about use."""
    told_in: str = ""
    """The id of the list that it stands in, where changes have been laid over a list."""
    other: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Allergy:
    """What the patient must not have: ATC where given (perhaps only the first levels), and the words.

    ``path`` is where it stood; without one it is only compared, and told by the message that it stood in. ``severity``
    is the source's word (``high``, ``low``) where it has one.
    """

    text: str
    atc: str = ""
    path: str = ""
    severity: Literal["", "high", "low"] = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Who says it, what kind of list it is, from when, and whether it names everything."""

    system: str
    list_type: ListType
    time: datetime
    completeness: Completeness = "snapshot"
    organisation: Identifier | None = None
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MedicationList:
    """The list of one patient from one source at one time. ``id`` is the message's or file's own.

    ``order_deadline`` (Bestillingsfrist) is until when a change reaches the next roll. ``other`` is what the source
    says of the whole, by its own name.
    """

    id: str
    source: Source
    lines: tuple[MedicationLine, ...] = ()
    allergies: tuple[Allergy, ...] = ()
    in_multidose: bool | None = None
    multidose_doctor: str = ""
    multidose_pharmacy: str = ""
    order_deadline: datetime | date | None = None
    other: tuple[tuple[str, str], ...] = ()
    issues: tuple[Issue, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MedicationDocument:
    """A received list as the hub knows documents: frozen, the same for the same bytes."""

    head: Head
    listing: MedicationList
    original: bytes = field(repr=False)
    registered: Registered | None = None
    """What the drug register said of its drugs when it was taken in."""

    @property
    def issues(self) -> tuple[Issue, ...]:
        """What was odd."""
        return self.listing.issues
