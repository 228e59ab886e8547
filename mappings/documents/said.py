"""What people and record systems tell the hub besides messages, each a frozen value: one class for each kind of entry.

A message cannot say these things, or says them in free text only (dossier A.5). Every kind has a name of its own in
the log (``kind``); dates stay dates, and what is not known is left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar, Final, Literal

from hub.contract import Identifier

Can = Literal["can-receive", "cannot-receive", "offer-ready", "revoked"]
Source = Literal["person", "epj"]
Residence = Literal["norway", "abroad", "unknown"]
Care = Literal["somatikk", "psykisk-helsevern", "tsb", "privat-rehabilitering", "dagbehandling"]
Pathway = Literal["A", "B", "C"]
Group = Literal["barn-og-unge", "psykisk-helse-og-rus", "skropelige-eldre", "flere-kroniske-lidelser"]
PlanState = Literal["active", "in-preparation", "declined", "not-relevant", "unknown"]
Step = Literal[
    "referral", "functional-decline", "consent-patient", "consent-next-of-kin", "included", "ended", "contact"
]
Transport = Literal["ambulanse", "pasientreise", "egen", "annet"]
DeviationReason = Literal["wrong-addressee", "incomplete", "other"]
HIGHEST_CFS: Final = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One thing that somebody told. ``kind`` names its class in the log and on REST."""

    kind: ClassVar[str] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer(Said):
    """The municipality's answer to a notice of readiness (§ 11): whether it can receive the patient, and from when.

    ``on`` is the day it speaks of, else the day it was given. ``codes`` names the note that a person has read and put
    into this form; then ``given`` is when that note was made.
    """

    kind: ClassVar[str] = "kommune-svar"
    answer: Can
    on: date | None = None
    given: datetime | None = None
    place: str = ""
    reason: str = ""
    source: Source = "person"
    codes: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived(Said):
    """The patient has come to whoever receives them in the municipality, and where; no message tells it."""

    kind: ClassVar[str] = "pasient-mottatt"
    at: datetime | date
    place: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TransportPlanned(Said):
    """How and when the patient is to travel from the hospital."""

    kind: ClassVar[str] = "transport"
    planned: datetime
    mode: Transport
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferRefused(Said):
    """The patient has declined the municipality's offer."""

    kind: ClassVar[str] = "tilbud-avslatt"
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedKnown(Said):
    """When it became clear that the patient will need municipal services: then the § 8 clock starts."""

    kind: ClassVar[str] = "behov-kjent"
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PriorServices(Said):
    """Whether the patient had municipal services when admitted."""

    kind: ClassVar[str] = "tjenester-for-innleggelse"
    had: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedChanged(Said):
    """Whether the need for help is as before the stay, and whether the parties disagree on it (pathway B or C)."""

    kind: ClassVar[str] = "behov"
    changed: bool
    disagreement: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DisclosureRefused(Said):
    """The patient opposes that the municipality is told (helsepersonelloven § 25)."""

    kind: ClassVar[str] = "motsetter-seg-deling"
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Sperring(Said):
    """The patient blocks what is told of them (pasient- og brukerrettighetsloven § 5-3, pasientjournalloven § 17).

    For one organisation, one person (by HPR number) or one unit, or for everybody; all of it, or what one message (by
    its id) made. Taken back, it is lifted.
    """

    kind: ClassVar[str] = "sperring"
    on: date
    organisation: Identifier | None = None
    person: str | None = None
    unit: Identifier | None = None
    message: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hindered(Said):
    """Circumstances outside the municipality's control keep it from answering at once (§ 11)."""

    kind: ClassVar[str] = "hindring"
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Payer(Said):
    """Which municipality is to receive and pay (oppholdskommune); none when the patient has none or it is unknown."""

    kind: ClassVar[str] = "betalende-kommune"
    residence: Residence
    municipality: Identifier | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CareKind(Said):
    """What kind of stay it is; a message does not say."""

    kind: ClassVar[str] = "oppholdstype"
    care: Care
    ward: str = ""
    acute: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved(Said):
    """The patient was moved to another hospital, still declared ready, or for new treatment there."""

    kind: ClassVar[str] = "flyttet"
    at: datetime | date
    to: Identifier
    still_ready: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadinessDecided(Said):
    """When the clinician decided that the patient is ready: the § 10 clock starts here."""

    kind: ClassVar[str] = "beslutning-utskrivningsklar"
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PhvTsbConditions(Said):
    """The two conditions for mental health and addiction care; unverified in the final text (dossier A.3)."""

    kind: ClassVar[str] = "vilkar-phv-tsb"
    meeting_invited: bool | None = None
    own_follow_up_clarified: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PathwayConfirmed(Said):
    """A clinician has decided on pathway A, B or C, whatever was suggested."""

    kind: ClassVar[str] = "forlop"
    pathway: Pathway
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupDecided(Said):
    """A clinician has decided whether the patient belongs to a priority group."""

    kind: ClassVar[str] = "malgruppe"
    group: Group
    member: bool
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Frailty(Said):
    """A Clinical Frailty Scale score, 1 to 9; anything else is refused."""

    kind: ClassVar[str] = "cfs"
    score: int
    assessed: date

    def __post_init__(self) -> None:
        if isinstance(self.score, bool) or self.score not in range(1, HIGHEST_CFS + 1):
            raise ValueError("score: a whole number from 1 to 9")


@dataclass(frozen=True, slots=True, kw_only=True)
class Coordinator(Said):
    """Who coordinates for the patient, at the hospital or in the municipality."""

    kind: ClassVar[str] = "koordinator"
    place: Literal["hospital", "municipality"]
    name: str
    phone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseWorker(Said):
    """Who in the municipality has been given the case."""

    kind: ClassVar[str] = "saksbehandler"
    name: str
    phone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CoordinatorDecision(Said):
    """Whether the patient needs a coordinator (spesialisthelsetjenesteloven § 2-5 a)."""

    kind: ClassVar[str] = "koordinator-vurdering"
    needed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class IndividualPlan(Said):
    """Where the patient's individuell plan stands."""

    kind: ClassVar[str] = "individuell-plan"
    state: PlanState


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamMeeting(Said):
    """A meeting of those who plan for a patient with complex needs was held, and when."""

    kind: ClassVar[str] = "tverrfaglig-mote"
    at: datetime | date
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatMatters(Said):
    """The patient's answer to "Hva er viktig for deg?", as given, and who gave it."""

    kind: ClassVar[str] = "hva-er-viktig"
    text: str
    told_by: Literal["patient", "next-of-kin"] = "patient"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChecklistItem(Said):
    """Whether something on a checklist is done, or is not relevant for the patient. ``item`` is its short name.

    ``text`` (what people read) and ``due`` stand in place of what the checklist says; ``responsible`` is who of the
    organisation does it.
    """

    kind: ClassVar[str] = "sjekkpunkt"
    item: str
    done: bool
    text: str = ""
    not_relevant: bool = False
    due: datetime | None = None
    responsible: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChecklistBegun(Said):
    """A checklist is used for the stay from now on, in this version, whatever version comes after it."""

    kind: ClassVar[str] = "sjekkliste"
    checklist: str
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Deviation(Said):
    """A message that cannot or shall not be used, found after it was received; ``reason`` as list 8117 has it."""

    kind: ClassVar[str] = "avvik"
    message: str
    reason: DeviationReason
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageRead(Said):
    """A person at a receiver has read a message."""

    kind: ClassVar[str] = "melding-lest"
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageAcknowledged(Said):
    """A person at a receiver has taken a message in hand; an AppRec says only that the system got it."""

    kind: ClassVar[str] = "melding-bekreftet"
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeStep(Said):
    """Something that happened in a programme (IHT, ProFrail, 72-hour responsibility ...)."""

    kind: ClassVar[str] = "program"
    programme: str
    step: Step
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class MedicationDecided(Said):
    """What a clinician has decided of a discrepancy between medication lists, in words; until its lists change."""

    kind: ClassVar[str] = "legemiddel-avgjorelse"
    discrepancy: str
    decision: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MedicationSigned(Said):
    """A prescriber has signed the reconciled medication list as it stood then; over when a newer list comes."""

    kind: ClassVar[str] = "legemiddelliste-signert"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated(Said):
    """A FHIR resource as its author stated it: the JSON as it came, for which resource of ours, as which version.

    The highest version of a target is what holds; the earlier ones are its history. ``changed`` are the elements (with
    spaces between) that people have changed so far of what messages made. ``hpr`` is the HPR number of the person
    behind it, as the token had it.
    """

    kind: ClassVar[str] = "fhir-ressurs"
    target: str
    version: int
    resource: str
    changed: str = ""
    hpr: str = ""


KINDS: Final[dict[str, type[Said]]] = {said.kind: said for said in Said.__subclasses__()}
"""Every kind of entry by its name."""
