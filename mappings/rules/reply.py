"""The notice of readiness (§ 10), the municipality's answer to it (§ 11), and in which order answers are trusted.

A structured answer that somebody entered decides, then one from the municipality's record system; a note in free text
proves that an answer came, never what it was (dossier A.5): money is never derived from it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from mappings.documents import Entered
from mappings.documents.said import Answer, Can, Hindered, OfferRefused, ReadinessDecided
from mappings.entries import newest, told
from mappings.moments import day_of, first_instant, hours_after, is_before
from mappings.rules.notice import NOTICE, REASONS
from mappings.rules.occasion import Occasion, Owed
from mappings.rules.payment import Told
from mappings.rules.readiness import Readiness
from mappings.rules.verdict import Verdict, Word, by_deadline, late_by
from mappings.series import Entry

DIALOGS = ("DIALOG_NOTAT", "DIALOG_HELSEFAGLIG", "DIALOG_SVAR")
Reply = Literal["none", "uncoded", "can-receive", "cannot-receive", "offer-ready"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Replies:
    """What the municipality said to one notice of readiness. ``coded`` are in the order in which they were given."""

    coded: tuple[tuple[Entered, Answer], ...]
    notes: tuple[Entry, ...]
    refused_notes: tuple[Entry, ...]
    offer_refused: tuple[Entered, OfferRefused] | None = None

    @property
    def state(self) -> Reply:
        """Where it stands: the last coded answer, else that only free text came."""
        if not self.coded:
            return "uncoded" if self.notes else "none"
        last = self.coded[-1][1].answer
        return "cannot-receive" if last == "revoked" else last

    @property
    def first(self) -> datetime | None:
        """When the first answer of any kind came."""
        given = [when_given(entry, answer) for entry, answer in self.coded]
        given += [note.message.head.generated for note in self.notes]
        return min(given, key=datetime.timestamp, default=None)

    @property
    def told(self) -> tuple[Told, ...]:
        """The coded answers as the money rule takes them."""
        return tuple(
            Told(answer=a.answer, given=when_given(e, a), on=a.on, evidence=e.head.message_id) for e, a in self.coded
        )

    @property
    def newest_answer(self) -> Can | None:
        """The last coded answer as it was given."""
        return self.coded[-1][1].answer if self.coded else None


def when_given(entry: Entered, answer: Answer) -> datetime:
    """When the municipality said it, which is not always when somebody wrote it down."""
    return answer.given or entry.head.generated


def replies(at: Occasion, readiness: Readiness) -> Replies:
    """Everything that the addressee of the notice said to it; another municipality's answer is none (A.6)."""
    notice, addressee = readiness.notice, readiness.notice.message.head.receiver
    mine = [(e, a) for e, a in told(at.entered, Answer) if _is_about(at, e, when_given(e, a), readiness)]
    mine = [(e, a) for e, a in mine if _may_answer(at, e, notice)]
    mine.sort(key=lambda pair: (when_given(*pair).timestamp(), pair[1].source == "person", pair[0].head.message_id))
    asked = (notice.message.head.message_id, notice.first.head.message_id)
    sent = [e for e in at.stay.of(*DIALOGS) if {e.message.head.parent, e.message.head.conversation} & {*asked}]
    sent = [e for e in sent if at.organisations.same(e.message.head.sender, addressee)]
    notes = at.receipts.given(sent)
    refused = [(e, r) for e, r in told(at.entered, OfferRefused) if _is_about(at, e, first_instant(r.on), readiness)]
    return Replies(
        coded=tuple(mine),
        notes=tuple(notes),
        refused_notes=tuple(e for e in sent if e not in notes),
        offer_refused=refused[-1] if refused else None,
    )


def _may_answer(at: Occasion, entry: Entered, notice: Entry) -> bool:
    """The addressee itself, or the hospital that writes down what it was told."""
    head = notice.message.head
    return any(at.organisations.same(entry.head.sender, party) for party in (head.receiver, head.sender))


def _is_about(at: Occasion, entry: Entered, when: datetime, readiness: Readiness) -> bool:
    """The readiness whose notice it names, also one for a day still to come; otherwise the last one begun then."""
    every = (*at.ready.past, *announced(at))
    named = [r for r in every if entry.about in (r.notice.message.head.message_id, r.notice.root)]
    if named:
        return named[0].number == readiness.number
    begun = [r for r in at.ready.past if first_instant(r.since) <= when] or list(at.ready.past[:1])
    return bool(begun) and begun[-1].number == readiness.number


def announced(at: Occasion) -> list[Readiness]:
    """What the notices for a day still to come will be when that day comes; they may be answered before (A.10)."""
    numbered = enumerate(at.ready.forecasts, start=len(at.ready.past) + 1)
    return [Readiness(number=number, notice=ahead.notice, ready=ahead.ready) for number, ahead in numbered]


def decision(at: Occasion, readiness: Readiness) -> Owed:
    """REPLY, ``kommune-beslutning``: an answer to one notice of readiness, "straks"."""
    head, said = readiness.notice.message.head, replies(at, readiness)
    first = min(said.notes, key=lambda e: e.message.head.generated.timestamp(), default=None)
    verdict = _decision(at, readiness, said)
    return Owed(
        duty="kommune-beslutning",
        number=readiness.number,
        owner=head.receiver,
        requester=head.sender,
        cause=readiness.notice,
        done_by=first,
        entered=tuple(entry for entry, _ in said.coded),
        is_over=readiness.end is not None,
        verdict=at.judged(verdict, first, said.refused_notes if not said.coded else ()),
    )


def _decision(at: Occasion, readiness: Readiness, said: Replies) -> Verdict:
    """The same day is in time, the next day late; unanswered it is missing after 24 hours (ours: law says "straks")."""
    asked = max(readiness.notice.message.head.generated, first_instant(readiness.since))
    due = hours_after(asked, at.policies.reply_hours)
    policy = at.policies.shown("reply_hours")
    flags = ("force-majeure",) if newest(at.entered, Hindered) else ()
    if said.first is not None:
        word: Word = "met" if day_of(said.first) <= day_of(asked) else "late"
        late = late_by(said.first, asked) if word == "late" else None
        return Verdict(
            word=word, reason=_why(said, word), due=due, evidence=_evidence(said), flags=flags, minutes_late=late
        )
    if readiness.end in ("withdrawn", "dead") and readiness.ended is not None and not is_before(due, readiness.ended):
        return Verdict(word="not-applicable", reason=f"readiness-{readiness.end}", due=due, policy=policy)
    if readiness.is_contradictory:
        return Verdict(word="unknown", reason=readiness.oddity, due=due)
    if readiness.end == "left":
        return Verdict(word="missing", reason="left-without-answer", due=due, policy=policy, flags=flags)
    word = by_deadline(None, due, at.now)
    return Verdict(word=word, reason=REASONS[word], due=due, policy=policy, flags=flags)


def _why(said: Replies, word: Word) -> str:
    return REASONS[word] if said.coded else f"{REASONS[word]}-in-free-text"


def _evidence(said: Replies) -> tuple[str, ...]:
    ids: Iterable[str] = (*(e.head.message_id for e, _ in said.coded), *(n.message.head.message_id for n in said.notes))
    return tuple(ids)


def ready_notice(at: Occasion, readiness: Readiness) -> Owed:
    """READY-NOTICE, ``klarmelding``: told the municipality "straks" that the patient was declared ready (§ 10)."""
    head = readiness.notice.message.head
    verdict = _noticed(at, readiness)
    return _klarmelding(at, readiness.notice, readiness.number, replace(verdict, evidence=(head.message_id,)))


def forecast_notice(at: Occasion, ahead: Readiness) -> Owed:
    """A notice for a day still to come is a forecast, not yet a notice of readiness (A.4)."""
    verdict = Verdict(
        word="not-applicable", reason="ready-date-ahead", evidence=(ahead.notice.message.head.message_id,)
    )
    return _klarmelding(at, ahead.notice, ahead.number, verdict)


def _klarmelding(at: Occasion, notice: Entry, number: int, verdict: Verdict) -> Owed:
    head = notice.message.head
    return Owed(
        duty="klarmelding",
        number=number,
        owner=head.sender,
        requester=head.receiver,
        cause=notice,
        done_by=notice if verdict.word in ("met", "late", "unknown") else None,
        is_over=True,
        verdict=at.judged(verdict, notice, ()),
    )


def _noticed(at: Occasion, readiness: Readiness) -> Verdict:
    first = readiness.notice.first.head.generated
    flags = () if _has_early_notice(at, first) else ("no-early-notice",)
    known = newest(at.entered, ReadinessDecided)
    policy = at.policies.shown("ready_notice_minutes") if known else ()
    if readiness.is_contradictory:
        return Verdict(word="unknown", reason=readiness.oddity, flags=flags)
    if known is not None and at.policies.ready_notice_minutes:
        due = first_instant(known[1].at) + timedelta(minutes=at.policies.ready_notice_minutes)
        word: Word = "met" if first <= due else "late"
    else:
        due, decided = None, day_of(known[1].at if known else readiness.since)
        word = "met" if day_of(first) <= decided else "late"
    late = late_by(first, due or first_instant(readiness.since)) if word == "late" else None
    return Verdict(word=word, reason=REASONS[word], flags=flags, policy=policy, minutes_late=late)


def _has_early_notice(at: Occasion, before: datetime) -> bool:
    return any(entry.first.head.generated <= before for entry in at.given(NOTICE))
