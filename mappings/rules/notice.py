"""The hospital's first notice to the municipality within 24 hours (§§ 7-8), and its updates (§ 8, last paragraph)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from mappings.documents.plo import HelseopplysningerVedSoknad
from mappings.documents.said import DisclosureRefused, NeedKnown, Payer
from mappings.entries import newest
from mappings.facts import content_type, expected
from mappings.moments import Moment, day_of, first_instant, hours_after
from mappings.norwegian_time import is_ambiguous
from mappings.rules.occasion import Occasion, Owed, first_sent
from mappings.rules.readiness import Readiness
from mappings.rules.verdict import Verdict, Word, by_deadline, late_by
from mappings.series import Entry

HOURS = 24
"""§ 8. The law's own number, so no policy."""
NOTICE, UPDATED = "HELSEOPPL_SOKNAD", "2"


def early_notice(at: Occasion) -> Owed | None:
    """24H, ``tidlig-varsel``: owed from admission, or from when the need became clear."""
    causes = at.stay.of("LOG_INNLAGT", "LOG_UTSKRIVNINGSKLAR", NOTICE)
    if not causes:
        return None
    cause, first = causes[0], first_sent(_to_the_right_one(at))
    return Owed(
        duty="tidlig-varsel",
        number=1,
        owner=cause.message.head.sender,
        requester=at.municipality or cause.message.head.receiver,
        cause=cause,
        done_by=first,
        is_over=at.is_over,
        verdict=at.judged(_First(at, first).verdict(), first, filter(at.receipts.is_rejected, at.stay.of(NOTICE))),
    )


def _to_the_right_one(at: Occasion) -> list[Entry]:
    """Early information to the municipality that receives the patient; one to another is no notice to this one."""
    notices = at.given(NOTICE)
    if at.municipality is None or not at.given("LOG_UTSKRIVNINGSKLAR"):
        return notices
    return [n for n in notices if at.organisations.same(n.message.head.receiver, at.municipality)]


def strays(at: Occasion) -> list[Entry]:
    """Early information that went to another municipality than the one that was asked to receive the patient."""
    right = _to_the_right_one(at)
    return [entry for entry in at.given(NOTICE) if entry not in right]


@dataclass(frozen=True, slots=True)
class _First:
    """How the first notice turned out."""

    at: Occasion
    first: Entry | None

    def verdict(self) -> Verdict:
        """Exactly one word, with flags on what the reader should know of the evidence."""
        found = self._excused() or self._judged()
        evidence = (self.first.first.head.message_id,) if self.first else ()
        flags = (*self._flags(), *found.flags)
        return replace(found, evidence=evidence, flags=flags, minutes_late=self._late(found))

    @property
    def sent(self) -> datetime | None:
        """When notice was first given: a change replaces the content, the first message proves the time (A.0)."""
        return self.first.first.head.generated if self.first else None

    def _start(self) -> Moment | None:
        known = newest(self.at.entered, NeedKnown)
        if known is not None:
            return known[1].at
        return self.at.stay.admission.when if self.at.stay.admission else None

    def _excused(self) -> Verdict | None:
        """Where the rule does not apply, or cannot be judged."""
        payer = newest(self.at.entered, Payer)
        if newest(self.at.entered, DisclosureRefused):
            return Verdict(word="not-applicable", reason="patient-refused")
        if payer is not None and payer[1].residence != "norway":
            return Verdict(word="unknown", reason="municipality-unknown")
        if self.at.care is not None and self.at.care.care == "dagbehandling":
            return Verdict(word="not-applicable", reason="outpatient")
        if self.sent is None and self.at.is_over and not self._need_arose():
            return Verdict(word="not-applicable", reason="no-need-arose")
        return None

    def _need_arose(self) -> bool:
        return bool(self.at.stay.of("LOG_UTSKRIVNINGSKLAR", NOTICE)) or self.at.had_services is True

    def _judged(self) -> Verdict:
        start = self._start()
        if start is None:
            return Verdict(word="unknown", reason="admission-time-unknown")
        due = hours_after(start, HOURS)
        word = self._word(start, due)
        if word in ("missing", "pending") and self.at.ended_before(due) and not self.at.stay.of("LOG_UTSKRIVNINGSKLAR"):
            reason = "died-before-deadline" if self.at.is_dead else "left-before-deadline"
            return Verdict(word="not-applicable", reason=reason, due=due)
        if word == "late":
            return self._late_verdict(due)
        policy = self.at.policies.shown("carried_notice_days") if self._earlier_elsewhere() else ()
        reason = "notice-carried-over" if self._is_carried_over() else REASONS[word]
        return Verdict(word=word, reason=reason, due=due, policy=policy)

    def _word(self, start: Moment, due: datetime) -> Word:
        """A date without a clock leaves a day in which it cannot be told (row D8)."""
        word = by_deadline(self.sent, due, self.at.now)
        if isinstance(start, datetime) or self.sent is None or word != "met":
            return word
        return "met" if self.sent <= hours_after(first_instant(start), HOURS) else "unknown"

    def _late_verdict(self, due: datetime) -> Verdict:
        """Late, unless the clock may have started later: the patient may have been new to the municipality."""
        if newest(self.at.entered, NeedKnown) or self.at.had_services is True:
            return Verdict(word="late", reason=REASONS["late"], due=due)
        if self.at.had_services is None:
            return Verdict(word="unknown", reason="new-or-known-patient", due=due)
        policy = self.at.policies.shown("clock_shift_assumed")
        if self.at.policies.clock_shift_assumed:
            return Verdict(word="met", reason="clock-shifted-assumed", due=due, policy=policy)
        return Verdict(word="late", reason=REASONS["late"], due=due, policy=policy)

    def _late(self, found: Verdict) -> int | None:
        return late_by(self.sent, found.due) if found.word == "late" else None

    def _is_carried_over(self) -> bool:
        """Whether another hospital gave notice lately and this one has updated it (A.1, transfer)."""
        within = timedelta(days=self.at.policies.carried_notice_days)
        return any(apart <= within for apart in self._earlier_elsewhere())

    def _earlier_elsewhere(self) -> list[timedelta]:
        """How long before an update that stands as the first notice other hospitals gave theirs."""
        if self.first is None or content_type(self.first.first) != UPDATED:
            return []
        made = first_instant(self.first.first.head.generated)
        earlier = [e for s in self.at.others if s.hospital != self.at.stay.hospital for e in s.of(NOTICE)]
        apart = [made - first_instant(entry.first.head.generated) for entry in earlier]
        return [one for one in apart if one >= timedelta()]

    def _flags(self) -> tuple[str, ...]:
        if self.first is None:
            return ()
        made = self.first.first.made_leaf
        updated = content_type(self.first.first) == UPDATED and not self._is_carried_over()
        flags = ["type-mismatch"] if updated else []
        return (*flags, *(["ambiguous-local-time"] if made and is_ambiguous(made) else []))


def updated_notice(at: Occasion, readiness: Readiness) -> Owed | None:
    """UPDATE, ``oppdatert-varsel``: whether the day expected was the day declared, or an update told of another."""
    said = [e for e in _to_the_right_one(at) if _is_earlier(e, readiness.notice)]
    if not said:
        return None
    head = readiness.notice.message.head
    verdict = _updated(at, readiness, said)
    return Owed(
        duty="oppdatert-varsel",
        number=readiness.number,
        owner=head.sender,
        requester=head.receiver,
        cause=readiness.notice,
        done_by=said[-1] if verdict.word == "met" else None,
        is_over=True,
        verdict=at.judged(verdict, said[-1] if verdict.word == "met" else None, ()),
    )


def _updated(at: Occasion, readiness: Readiness, said: list[Entry]) -> Verdict:
    days = [(entry, day_of(found.when)) for entry in said if (found := expected(entry.message))]
    evidence = tuple(entry.message.head.message_id for entry in said)
    policy = at.policies.shown("expected_date_days")
    if not days:
        return Verdict(word="not-applicable", reason="no-expected-date", evidence=evidence)
    apart = abs((day_of(readiness.since) - days[-1][1]).days)
    flags = ("update-without-change",) if _has_empty_update(said) else ()
    if apart > at.policies.expected_date_days:
        return Verdict(word="missing", reason="date-not-updated", evidence=evidence, policy=policy, flags=flags)
    reason = "date-updated" if len({day for _, day in days}) > 1 else "date-as-expected"
    return Verdict(word="met", reason=reason, evidence=evidence, policy=policy, flags=flags)


def _has_empty_update(said: list[Entry]) -> bool:
    """Whether an update says nothing but what was said before."""
    updates = [e.message for e in said if content_type(e.message) == UPDATED and e.message is not e.first]
    firsts = [e.first for e in said if content_type(e.message) == UPDATED and e.message is not e.first]
    return any(_content(new) == _content(old) for new, old in zip(updates, firsts, strict=True))


def _content(message: object) -> object:
    payload = getattr(message, "payload", None)
    if not isinstance(payload, HelseopplysningerVedSoknad):
        return message
    return replace(payload, informasjon_om_forsendelsen=None, type_innhold_i_melding=None)  # type: ignore[arg-type]


def _is_earlier(entry: Entry, notice: Entry) -> bool:
    return entry.first.head.generated <= notice.message.head.generated


REASONS: dict[Word, str] = {
    "met": "sent-in-time",
    "late": "sent-late",
    "missing": "not-sent",
    "pending": "not-due",
    "not-applicable": "not-applicable",
    "unknown": "precision-of-date",
}
