"""The reports around a stay: innleggelsesrapport (MUNI24), utskrivningsrapport and epikrise (EPIKRISE; A.7, A.8)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from hub.contract import Party
from mappings.documents.said import NeedKnown
from mappings.entries import newest
from mappings.facts import discharged_to
from mappings.moments import Moment, day_of, first_instant, hours_after, last_instant, later
from mappings.rules.notice import REASONS
from mappings.rules.occasion import Duty, Occasion, Owed, first_sent
from mappings.rules.verdict import Verdict, Word, by_deadline, late_by
from mappings.series import Entry
from mappings.stays import AFTERWARDS

REPORT, DISCHARGE_REPORT, EPIKRISE = "INNLEGGELSESRAPPORT", "UTSKRIVNINGSRAPPORT", "EPIKRISE"
AHEAD: Final = timedelta(days=2)
"""An epikrise made so long before departure still sums up the stay; an earlier one is of something else (ours)."""
OTHER_HOSPITAL: Final = frozenset({"3"})
"""List 8408, moved to another hospital: nobody at home has to follow up yet."""


def admission_reports(at: Occasion) -> list[Owed]:
    """MUNI24, ``innleggelsesrapport``: one for each municipality that was told of the admission, or that reported."""
    told: dict[str, Entry] = {}
    for entry in at.given("LOG_INNLAGT"):
        told.setdefault(at.organisations.key(entry.message.head.receiver), entry)
    for entry in at.given(REPORT):
        told.setdefault(at.organisations.key(entry.message.head.sender), entry)
    return [_admission_report(at, number, cause) for number, cause in enumerate(told.values(), start=1)]


def _admission_report(at: Occasion, number: int, cause: Entry) -> Owed:
    head = cause.message.head
    owner, requester = (head.receiver, head.sender) if head.type != REPORT else (head.sender, head.receiver)
    sent_ones = [e for e in at.stay.of(REPORT) if at.organisations.same(e.message.head.sender, owner)]
    first = first_sent(at.receipts.given(sent_ones))
    return Owed(
        duty="innleggelsesrapport",
        number=number,
        owner=owner,
        requester=requester,
        cause=cause,
        done_by=first,
        is_over=at.is_over,
        verdict=at.judged(_reported(at, cause, first), first, sent_ones),
    )


def _reported(at: Occasion, cause: Entry, first: Entry | None) -> Verdict:
    """24 hours from the notice of admission (its GenDate, so that a replay gives the same); without one, from then."""
    start = cause.message.head.generated if cause.message.head.type != REPORT else _admitted(at)
    sent = first.first.head.generated if first else None
    evidence = (first.first.head.message_id,) if first else ()
    policy = at.policies.shown("admission_report_hours")
    if start is None:
        return Verdict(word="unknown", reason="admission-time-unknown", evidence=evidence)
    due = hours_after(start, at.policies.admission_report_hours)
    if sent is None and at.ended_before(due):
        return Verdict(word="not-applicable", reason="left-before-deadline", due=due, policy=policy)
    if sent is None and at.had_services is False:
        return Verdict(word="not-applicable", reason="no-services-before", due=due, policy=policy)
    word: Word = by_deadline(sent, due, at.now)
    late = late_by(sent, due)
    return Verdict(word=word, reason=REASONS[word], due=due, evidence=evidence, policy=policy, minutes_late=late)


def _admitted(at: Occasion) -> Moment | None:
    known = newest(at.entered, NeedKnown)
    if at.stay.admission is not None:
        return at.stay.admission.when
    return known[1].at if known else None


def discharge_report(at: Occasion) -> Owed | None:
    """``utskrivningsrapport``: due the day of departure, for a patient whom the municipality follows."""
    cause = _departure(at)
    receiver = at.municipality
    if cause is None or receiver is None:
        return None
    return _after_departure(at, cause, receiver, at.stay.of(DISCHARGE_REPORT), "utskrivningsrapport")


def epikrise(at: Occasion) -> Owed | None:
    """EPIKRISE: an epikrise or a discharge report by the end of the day; missing after seven days."""
    cause = _departure(at)
    left = at.stay.left
    if cause is None or left is None:
        return None
    sent = [e for e in at.stay.of(EPIKRISE, DISCHARGE_REPORT) if _sums_up(e, left.when)]
    return _after_departure(at, cause, cause.message.head.receiver, sent, "epikrise")


def _departure(at: Occasion) -> Entry | None:
    gone = at.stay.of("LOG_UTSKREVET")
    return gone[-1] if gone and at.stay.left else None


def _sums_up(entry: Entry, left: Moment) -> bool:
    return first_instant(entry.message.head.generated) >= first_instant(day_of(left)) - AHEAD


def _after_departure(at: Occasion, cause: Entry, receiver: Party, sent_ones: list[Entry], duty: Duty) -> Owed:
    """Waited for as long as what comes would still be of this stay."""
    left = at.stay.left
    over = later(first_instant(left.when), AFTERWARDS[duty.upper()]) if left else None
    first = first_sent(at.receipts.given(sent_ones))
    verdict = _followed(at, cause, first)
    return Owed(
        duty=duty,
        number=1,
        owner=cause.message.head.sender,
        requester=receiver,
        cause=cause,
        done_by=first,
        is_over=over is not None and at.now >= over,
        over_at=over,
        verdict=at.judged(verdict, first, sent_ones),
    )


def _followed(at: Occasion, cause: Entry, first: Entry | None) -> Verdict:
    where = discharged_to(cause.message)
    if first is None and at.is_dead:
        return Verdict(word="not-applicable", reason="dead")
    if first is None and where is not None and where.ut_til is not None and str(where.ut_til.v) in OTHER_HOSPITAL:
        return Verdict(word="not-applicable", reason="other-hospital")
    due, gone = _end_of_day(at), _given_up(at)
    policy = at.policies.shown("epikrise_days")
    if first is None:
        word: Word = "missing" if at.now > gone else "pending"
        return Verdict(word=word, reason=REASONS[word], due=due, changes_at=gone, policy=policy)
    sent = first.first.head.generated
    word = by_deadline(sent, due, at.now)
    evidence = (first.first.head.message_id,)
    late = late_by(sent, due)
    return Verdict(word=word, reason=REASONS[word], due=due, evidence=evidence, policy=policy, minutes_late=late)


def _end_of_day(at: Occasion) -> datetime:
    left = at.stay.left
    return last_instant(day_of(left.when)) if left else at.now


def _given_up(at: Occasion) -> datetime:
    """The end of the last day on which silence is not yet an answer (A.10)."""
    left = at.stay.left
    return last_instant(day_of(left.when) + timedelta(days=at.policies.epikrise_days)) if left else at.now
