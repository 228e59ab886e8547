"""What the rules look at: one stay as of a moment, and the duties that they find in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Literal

from hub.contract import Party
from mappings.documents import Entered
from mappings.documents.said import CareKind, PriorServices
from mappings.entries import newest
from mappings.facts import left_dead
from mappings.moments import Moment, first_instant
from mappings.parties import Organisations
from mappings.receipts import Receipts
from mappings.rules.policies import Policies
from mappings.rules.readiness import Intervals, intervals
from mappings.rules.verdict import Verdict
from mappings.series import Entry
from mappings.stays import Stay

Duty = Literal[
    "tidlig-varsel",
    "oppdatert-varsel",
    "utskrivningsdokumentasjon",
    "klarmelding",
    "kommune-beslutning",
    "innleggelsesrapport",
    "utskrivningsrapport",
    "epikrise",
    "koordinator-vurdering",
    "koordinator-navn",
    "tverrfaglig-mote",
    "individuell-plan",
]
RULES: dict[Duty, str] = {
    "tidlig-varsel": "24H",
    "oppdatert-varsel": "UPDATE",
    "utskrivningsdokumentasjon": "READY9",
    "klarmelding": "READY-NOTICE",
    "kommune-beslutning": "REPLY",
    "innleggelsesrapport": "MUNI24",
    "utskrivningsrapport": "DISCHARGE-REPORT",
    "epikrise": "EPIKRISE",
    "koordinator-vurdering": "COORDINATOR",
    "koordinator-navn": "COORDINATOR-NAMED",
    "tverrfaglig-mote": "TEAM-MEETING",
    "individuell-plan": "PLAN-QUESTION",
}
"""The rule behind each duty, by its name in the dossier (A, D.1, D.3)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """A duty: who owes it, because of which message, and how it stands. ``number`` tells duties of one kind apart."""

    duty: Duty
    number: int
    owner: Party
    requester: Party
    cause: Entry
    verdict: Verdict
    done_by: Entry | None = None
    entered: tuple[Entered, ...] = ()
    """The entries that count for it, oldest first."""
    is_over: bool = False
    """Nothing more can be expected: the stay or the readiness has ended."""
    over_at: datetime | None = None
    """When nothing more can be expected though nothing comes, where that is after the stay has ended."""
    points: tuple[tuple[str, str], ...] = ()
    """Its parts with how each stands (READY9)."""

    @property
    def rule(self) -> str:
        """The rule's name."""
        return RULES[self.duty]

    @property
    def is_done(self) -> bool:
        """Whether what it asks for has come, in time or not."""
        return self.done_by is not None or bool(self.entered)


@dataclass(frozen=True, kw_only=True)
class Occasion:
    """A stay as of a moment, with what is known of who is who and what people entered."""

    stay: Stay
    now: datetime
    organisations: Organisations
    receipts: Receipts
    policies: Policies
    entered: tuple[Entered, ...] = ()
    others: tuple[Stay, ...] = ()
    """The other stays of the patient."""
    acute_before: tuple[datetime, ...] = ()
    """When the patient's other stays began that somebody told to be acute."""
    died: Moment | None = None
    """When the patient died, by whatever message tells it, where that is while this stay lasts."""

    @cached_property
    def ready(self) -> Intervals:
        """The readiness of the stay."""
        return intervals(self.stay, self.now, self.receipts, self.died)

    def given(self, *types: str) -> list[Entry]:
        """The stay's messages in force of these types that their receivers have not refused."""
        return self.receipts.given(self.stay.of(*types))

    def judged(self, verdict: Verdict, sent: Entry | None, refused: Iterable[Entry]) -> Verdict:
        """With what the receiver's receipt proves; a notice that was refused is why another is missing."""
        if sent is not None:
            return replace(verdict, delivery=self.receipts.delivery(sent.message))
        evidence = tuple(entry.message.head.message_id for entry in refused)
        if not evidence or verdict.word not in ("missing", "pending"):
            return verdict
        return replace(verdict, reason="rejected", evidence=evidence, delivery="rejected")

    @cached_property
    def from_hospital(self) -> tuple[Entry, ...]:
        """The messages of the stay that its hospital sent, the oldest first."""
        sent = [e for e in self.stay.entries if self.organisations.key(e.message.head.sender) == self.stay.hospital]
        return tuple(sorted(sent, key=lambda e: (e.message.head.generated.timestamp(), e.message.head.message_id)))

    @property
    def hospital(self) -> Party | None:
        """The hospital as its newest message has it."""
        return self.from_hospital[-1].message.head.sender if self.from_hospital else None

    @cached_property
    def municipality(self) -> Party | None:
        """Who is to receive the patient: the addressee of the notice of readiness, else of the newest early notice."""
        for kind in ("LOG_UTSKRIVNINGSKLAR", "HELSEOPPL_SOKNAD", "LOG_INNLAGT"):
            if found := self.given(kind):
                return found[-1].message.head.receiver
        return None

    def sides(self, entry: Entry) -> tuple[Party, Party]:
        """The hospital of the stay and the other party of one of its messages."""
        head = entry.message.head
        of_hospital = self.organisations.key(head.sender) == self.stay.hospital
        return (head.sender, head.receiver) if of_hospital else (head.receiver, head.sender)

    @property
    def is_over(self) -> bool:
        """Whether the patient has left."""
        return self.stay.left is not None

    @property
    def is_dead(self) -> bool:
        """Whether the patient died in this stay."""
        return self.died is not None or any(left_dead(entry.message) for entry in self.stay.of("LOG_UTSKREVET"))

    def ended_before(self, due: datetime) -> bool:
        """Whether the patient had left or died by then."""
        ends = [self.stay.left.when] if self.stay.left else []
        ends += [self.died] if self.died else []
        return any(first_instant(end) < due for end in ends)

    @property
    def had_services(self) -> bool | None:
        """Whether the patient had municipal services when admitted; LOG_INNLAGT is sent only when that is known."""
        entered = newest(self.entered, PriorServices)
        if entered is not None:
            return entered[1].had
        return True if self.stay.of("LOG_INNLAGT", "INNLEGGELSESRAPPORT") else None

    @property
    def care(self) -> CareKind | None:
        """What kind of stay it is, where somebody has told."""
        found = newest(self.entered, CareKind)
        return found[1] if found else None


def first_sent(entries: Iterable[Entry]) -> Entry | None:
    """The one whose series began first."""
    return min(entries, key=lambda e: (e.first.head.generated.timestamp(), e.message.head.message_id), default=None)
