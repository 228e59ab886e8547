"""The duties that a stay implies, each with deadline and verdict (dossier A.1, A.5, A.8 and its decisions A.10).

tidlig-varsel: the hospital, 24 hours after admission (§ 8). innleggelsesrapport: each notified municipality, 24 hours
after its LOG_INNLAGT was made. kommune-beslutning: the municipality, "straks" after the notice of readiness (§ 11),
counted missing after 24 hours. Hours are elapsed hours: summer time moves the wall clock, not the deadline.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from hub.contract import Party
from mappings.facts import left_dead
from mappings.moments import day_of, first_instant, hours_after, is_before
from mappings.parties import Organisations
from mappings.receipts import Receipts
from mappings.rules.readiness import Readiness
from mappings.rules.verdict import Verdict, Word, by_deadline
from mappings.series import Entry
from mappings.stays import Stay

HOURS = 24
NOTE = "DIALOG_NOTAT"
DIALOGS = (NOTE, "DIALOG_HELSEFAGLIG", "DIALOG_SVAR")

Duty = Literal["tidlig-varsel", "innleggelsesrapport", "kommune-beslutning"]


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
    is_over: bool = False
    """Nothing more can be expected: the stay or the readiness has ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """A stay as of a moment, with what is known of who is who."""

    stay: Stay
    now: datetime
    organisations: Organisations
    receipts: Receipts

    def given(self, *types: str) -> list[Entry]:
        """The stay's messages in force of these types that their receivers have not refused."""
        return self.receipts.given(self.stay.of(*types))

    def judged(self, verdict: Verdict, sent: Entry | None, refused: list[Entry]) -> Verdict:
        """With what the receiver's receipt proves; a notice that was refused is why another is missing."""
        if sent is not None:
            return replace(verdict, delivery=self.receipts.delivery(sent.message))
        if not refused or verdict.word not in ("missing", "pending"):
            return verdict
        evidence = tuple(entry.message.head.message_id for entry in refused)
        return replace(verdict, reason="rejected", evidence=evidence, delivery="rejected")

    @property
    def is_over(self) -> bool:
        """Whether the patient has left."""
        return self.stay.left is not None

    @property
    def is_dead(self) -> bool:
        """Whether the patient left dead."""
        return any(left_dead(entry.message) for entry in self.stay.of("LOG_UTSKREVET"))


def early_notice(at: Occasion) -> Owed | None:
    """tidlig-varsel: owed from admission; the first early information in force meets it."""
    notices = at.given("HELSEOPPL_SOKNAD")
    causes = at.stay.of("LOG_INNLAGT", "LOG_UTSKRIVNINGSKLAR", "HELSEOPPL_SOKNAD")
    if not causes:
        return None
    cause = causes[0]
    first = min(notices, key=lambda e: e.first.head.generated) if notices else None
    head = cause.message.head
    return Owed(
        duty="tidlig-varsel",
        number=1,
        owner=head.sender,
        requester=head.receiver,
        cause=cause,
        done_by=first,
        is_over=at.is_over,
        verdict=at.judged(_early_notice(at, first), first, at.stay.of("HELSEOPPL_SOKNAD")),
    )


def _early_notice(at: Occasion, first: Entry | None) -> Verdict:
    sent = first.first.head.generated if first else None
    evidence = (first.first.head.message_id,) if first else ()
    if at.stay.admission is None:
        reason = "admission-time-unknown"
        return Verdict(word="unknown", reason=reason, evidence=evidence)
    due = hours_after(at.stay.admission.when, HOURS)
    word: Word = by_deadline(sent, due, at.now)
    if not isinstance(at.stay.admission.when, datetime) and sent and word == "met":
        certain = sent <= hours_after(first_instant(at.stay.admission.when), HOURS)
        word = "met" if certain else "unknown"
    if word == "late" and not at.stay.of("LOG_INNLAGT"):
        return Verdict(word="unknown", reason="new-or-known-patient", due=due, evidence=evidence)
    if sent is None and at.is_over and _ended_before(at, due) and not at.stay.of("LOG_UTSKRIVNINGSKLAR"):
        return Verdict(word="not-applicable", reason="left-before-deadline", due=due)
    return Verdict(word=word, reason=_REASONS[word], due=due, evidence=evidence)


def admission_reports(at: Occasion) -> list[Owed]:
    """innleggelsesrapport: one for each municipality that LOG_INNLAGT told of the admission."""
    told: dict[str, Entry] = {}
    for entry in at.given("LOG_INNLAGT"):
        told.setdefault(at.organisations.key(entry.message.head.receiver), entry)
    return [_admission_report(at, number, cause) for number, cause in enumerate(told.values(), start=1)]


def _admission_report(at: Occasion, number: int, cause: Entry) -> Owed:
    head = cause.message.head
    sent_ones = [
        e for e in at.stay.of("INNLEGGELSESRAPPORT") if at.organisations.same(e.message.head.sender, head.receiver)
    ]
    reports = at.receipts.given(sent_ones)
    first = min(reports, key=lambda e: e.first.head.generated) if reports else None
    due = hours_after(head.generated, HOURS)
    sent = first.first.head.generated if first else None
    word = by_deadline(sent, due, at.now)
    verdict = Verdict(
        word=word, reason=_REASONS[word], due=due, evidence=(first.first.head.message_id,) if first else ()
    )
    if sent is None and at.is_over and _ended_before(at, due):
        verdict = Verdict(word="not-applicable", reason="left-before-deadline", due=due)
    return Owed(
        duty="innleggelsesrapport",
        number=number,
        owner=head.receiver,
        requester=head.sender,
        cause=cause,
        done_by=first,
        is_over=at.is_over,
        verdict=at.judged(verdict, first, sent_ones),
    )


def decision(at: Occasion, readiness: Readiness) -> Owed:
    """kommune-beslutning: an answer to one notice of readiness. A note in reply is an answer, whatever it says."""
    head = readiness.notice.message.head
    sent = [e for e in at.stay.of(*DIALOGS) if head.message_id in (e.message.head.parent, e.message.head.conversation)]
    replies = at.receipts.given(sent)
    first = min(replies, key=lambda e: e.message.head.generated) if replies else None
    return Owed(
        duty="kommune-beslutning",
        number=readiness.number,
        owner=head.receiver,
        requester=head.sender,
        cause=readiness.notice,
        done_by=first,
        is_over=readiness.end is not None,
        verdict=at.judged(_decision(at, readiness, first), first, sent),
    )


def _decision(at: Occasion, readiness: Readiness, first: Entry | None) -> Verdict:
    """The same day is in time, the next day late (the law says "straks"); unanswered it is missing after 24 hours."""
    asked = max(readiness.notice.message.head.generated, first_instant(readiness.since))
    due = hours_after(asked, HOURS)
    if first is not None:
        sent = first.message.head.generated
        word: Word = "met" if day_of(sent) <= day_of(asked) else "late"
        return Verdict(word=word, reason=_REASONS[word], due=due, evidence=(first.message.head.message_id,))
    if readiness.end in ("withdrawn", "dead") and readiness.ended is not None and not is_before(due, readiness.ended):
        return Verdict(word="not-applicable", reason=f"readiness-{readiness.end}", due=due)
    if readiness.end == "left":
        return Verdict(word="missing", reason="left-without-answer", due=due)
    word = by_deadline(None, due, at.now)
    return Verdict(word=word, reason=_REASONS[word], due=due)


def _ended_before(at: Occasion, due: datetime) -> bool:
    left = at.stay.left
    return left is not None and first_instant(left.when) < due


_REASONS: dict[Word, str] = {
    "met": "sent-in-time",
    "late": "sent-late",
    "missing": "not-sent",
    "pending": "not-due",
    "not-applicable": "not-applicable",
    "unknown": "precision-of-date",
}
