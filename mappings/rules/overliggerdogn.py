"""PAY for the stays of a patient: from readiness, answers and what people entered to days, amounts and the reason.

The money rule itself is in ``payment``; here stands what may be charged at all (A.6, A.10).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from mappings.documents.said import Moved, Payer
from mappings.entries import newest
from mappings.identifiers import issuer_key
from mappings.moments import day_of
from mappings.rules.notice import early_notice
from mappings.rules.occasion import Occasion
from mappings.rules.payment import Charge, Counted, Pay, State, Waiting, charges, counted
from mappings.rules.readiness import Readiness
from mappings.rules.reply import Replies, replies
from mappings.stays import Stay, is_unresolved

SINCE_2019 = date(2019, 1, 1)
"""From when the regulation covers mental health and addiction care."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """One time of readiness with what was counted of it, before anything is charged."""

    waiting: Waiting
    said: Replies
    counted: Counted


def payments(occasions: Iterable[Occasion]) -> Mapping[Stay, Pay]:
    """What each stay of a patient costs; a date is charged at most once, to the first stay that has it."""
    taken: set[date] = set()
    held = list(occasions)
    return {at.stay: _payment(at, held, taken) for at in held}


def _payment(at: Occasion, every: list[Occasion], taken: set[date]) -> Pay:
    parts = [_part(at, readiness, every) for readiness in at.ready.past if not readiness.is_contradictory]
    odd = [readiness for readiness in at.ready.past if readiness.is_contradictory]
    if not parts:
        return _odd(odd[0]) if odd else Pay(state="none", reason="not-declared-ready")
    barred = _barred(at, parts)
    base = replace(_base(at, parts), last=at.ready.past[-1].number, runs=any(p.counted.runs for p in parts))
    counted_in = {*taken} if odd or barred else taken  # what is not charged here may be charged elsewhere
    made = tuple(c for part in parts for c in charges(part.counted.days, part.waiting, at.policies, counted_in))
    if odd:
        return replace(base, state="unknown", reason=odd[0].oddity, potential=made, amount_unknown=True)
    if barred is not None:
        state, reason, is_unknown = barred
        kept, runs = ((), False) if state == "none" else (made, base.runs)
        unknown = is_unknown and bool(made)
        return replace(base, state=state, reason=reason, potential=kept, amount_unknown=unknown, runs=runs)
    return replace(base, state=_state(made, base.runs), reason=_reason(parts, made), charges=made)


def _odd(readiness: Readiness) -> Pay:
    evidence = (readiness.notice.message.head.message_id,)
    return Pay(state="unknown", reason=readiness.oddity, amount_unknown=True, evidence=evidence)


def _base(at: Occasion, parts: list[_Part]) -> Pay:
    last = parts[-1]
    flags = [flag for part in parts for flag in part.counted.flags]
    notice = early_notice(at)
    policy = [shown for part in parts for shown in part.counted.policy]
    if notice is not None and notice.verdict.word == "late":
        flags.append("disputed-late-notice")
        policy += at.policies.shown("late_first_notice_charges")
    if notice is None or notice.verdict.word in ("missing", "pending"):
        policy += at.policies.shown("missing_first_notice_charges")
    if any(part.said.offer_refused for part in parts):
        flags.append("patient-refused-offer")
    if _moves(at):
        policy += at.policies.shown("transfer_keeps_duty")
    evidence = [
        message for part in parts for message in (*part.waiting.evidence, *(t.evidence for t in part.said.told))
    ]
    delay = 0 if last.said.offer_refused else last.counted.delay
    return Pay(
        state="none",
        reason="",
        hospital_delay_days=delay,
        flags=tuple(dict.fromkeys(flags)),
        evidence=tuple(dict.fromkeys(evidence)),
        policy=tuple(dict.fromkeys(policy)),
    )


def _barred(at: Occasion, parts: list[_Part]) -> tuple[State, str, bool] | None:
    """Why nothing may be charged: state, reason, and whether the amount is unknown rather than nothing."""
    care, payer = at.care, newest(at.entered, Payer)
    if care is not None and care.care in ("privat-rehabilitering", "dagbehandling"):
        return "none", "institution-out-of-scope", False
    if care is not None and care.care in ("psykisk-helsevern", "tsb") and parts[0].waiting.start < SINCE_2019:
        return "none", "before-2019", False
    if (payer is not None and payer[1].residence != "norway") or _has_no_payer(at, parts):
        return "unknown", "payer-unknown", True
    if is_unresolved(at.stay):
        return "unknown", "stay-unresolved", True
    if any(part.said.notes and not part.said.coded for part in parts):
        return "unknown", "answer-not-coded", True
    return _barred_by_notice(at)


def _has_no_payer(at: Occasion, parts: list[_Part]) -> bool:
    return at.municipality is None or not issuer_key(at.municipality)


def _barred_by_notice(at: Occasion) -> tuple[State, str, bool] | None:
    """The conditions in § 8: early notice was given."""
    notice = early_notice(at)
    if notice is None or notice.done_by is None:
        return None if at.policies.missing_first_notice_charges else ("potential", "early-notice-missing", False)
    if notice.verdict.word == "late" and not at.policies.late_first_notice_charges:
        return "potential", "early-notice-late", False
    return None


def _state(made: tuple[Charge, ...], runs: bool) -> State:
    if runs:
        return "running"
    return "closed" if made else "none"


def _reason(parts: list[_Part], made: tuple[Charge, ...]) -> str:
    if any(part.said.offer_refused for part in parts):
        return "patient-refused-offer"
    last = parts[-1].said.state
    if not made:
        return "received-in-time" if last in ("can-receive", "offer-ready") else "no-days"
    return "not-answered" if last == "none" else "could-not-receive"


def _part(at: Occasion, readiness: Readiness, every: list[Occasion]) -> _Part:
    said = replies(at, readiness)
    moved = _moves(at, readiness)
    end, died = _end(at, readiness, moved, every)
    head = readiness.notice.message.head
    waiting = Waiting(
        ready=day_of(readiness.since),
        noticed=readiness.notice.first.head.generated,
        end=end,
        ended_by_death=died,
        answers=said.told,
        hospital_on=_hospital_on(at, moved),
        number=readiness.number,
        evidence=(head.message_id,),
    )
    return _Part(waiting=waiting, said=said, counted=counted(waiting, day_of(at.now), at.policies))


def _moves(at: Occasion, readiness: Readiness | None = None) -> Moved | None:
    """The move to another hospital while declared ready, where somebody has told of one."""
    found = newest(at.entered, Moved)
    if found is None or (readiness is not None and day_of(found[1].at) < day_of(readiness.since)):
        return None
    return found[1]


def _end(at: Occasion, readiness: Readiness, moved: Moved | None, every: list[Occasion]) -> tuple[date | None, bool]:
    """The first day that is over, and whether by death. A patient moved while ready goes on waiting there (T16)."""
    ends = [(day_of(at.died), True)] if at.died else []
    if readiness.ended is not None:
        ends.append((day_of(readiness.ended), readiness.end == "dead"))
    if moved is not None:
        on = day_of(moved.at)
        ends = [(day, dead) for day, dead in ends if dead or readiness.end != "left" or day < on]
        if moved.still_ready and at.policies.transfer_keeps_duty:
            ends += [(day, dead) for other in every if (found := _end_there(other, moved)) for day, dead in (found,)]
        else:
            ends.append((on, False))
    return min(ends, key=lambda pair: (pair[0], not pair[1]), default=(None, False))


def _end_there(other: Occasion, moved: Moved) -> tuple[date, bool] | None:
    """When the patient left the hospital to which they were moved."""
    here = other.stay.hospital == f"{moved.to.system}|{moved.to.value}"
    left = other.stay.left
    if not here or left is None or day_of(left.when) < day_of(moved.at):
        return None
    return day_of(left.when), other.is_dead


def _hospital_on(at: Occasion, moved: Moved | None) -> Callable[[date], str]:
    def hospital(day: date) -> str:
        if moved is None or day < day_of(moved.at):
            return at.stay.hospital
        return f"{moved.to.system}|{moved.to.value}"

    return hospital
