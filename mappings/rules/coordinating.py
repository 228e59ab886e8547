"""What pathway C asks of the hospital: a named coordinator, a team meeting, the question of a plan (dossier D.1, D.3).

No source gives a deadline in hours. Each is to be done by the end of the day on which the patient is declared ready
(until then: expected to be ready; or leaves without), because the hospital must tell of such needs before discharge.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from mappings.documents import Entered
from mappings.documents.said import Coordinator, CoordinatorDecision, IndividualPlan, TeamMeeting
from mappings.entries import newest, told
from mappings.moments import Moment, day_of, first_instant, last_instant
from mappings.rules.occasion import Duty, Occasion, Owed
from mappings.rules.pathways import Suggestion
from mappings.rules.readiness import expected_discharge
from mappings.rules.verdict import Verdict, Word, by_deadline, late_by
from mappings.series import Entry

COMPLEX: Final = "C"


@dataclass(frozen=True, slots=True)
class _Asked:
    """One thing that is asked: the reasons for done and not done, and what answers it, each with its time."""

    duty: Duty
    done: str
    undone: str
    answers: Sequence[tuple[Moment, Entered]]
    needless: Verdict | None = None
    """Why it need not be done though nothing answers it."""


def pathway_duties(at: Occasion, pathway: Suggestion | None) -> Iterator[Owed]:
    """The three duties of pathway C; of a stay that a person has put on another pathway they are not applicable."""
    cause = _cause(at)
    if pathway is None or cause is None or COMPLEX not in (pathway.value, pathway.suggested):
        return
    hospital, other = at.sides(cause)
    for asked in (_named(at), _met(at), _answered(at)):
        yield Owed(
            duty=asked.duty,
            number=1,
            owner=hospital,
            requester=other,
            cause=cause,
            entered=tuple(entry for _, entry in asked.answers),
            is_over=at.is_over,
            verdict=_verdict(at, pathway, asked),
        )


def _cause(at: Occasion) -> Entry | None:
    """The first message of the stay in force, one from the hospital where there is any."""
    telling = [entry for entry in at.stay.entries if entry.in_force]
    own = [e for e in telling if at.organisations.key(e.message.head.sender) == at.stay.hospital]
    return min(
        own or telling, key=lambda e: (e.first.head.generated.timestamp(), e.message.head.message_id), default=None
    )


def _named(at: Occasion) -> _Asked:
    decided = newest(at.entered, CoordinatorDecision)
    needless = None
    if decided is not None and not decided[1].needed:
        evidence = (decided[0].head.message_id,)
        needless = Verdict(word="not-applicable", reason="coordinator-not-needed", evidence=evidence)
    named = [(entry.head.generated, entry) for entry, _ in told(at.entered, Coordinator)]
    return _Asked("koordinator-navn", "coordinator-named", "coordinator-not-named", named, needless)


def _met(at: Occasion) -> _Asked:
    held = [(said.at, entry) for entry, said in told(at.entered, TeamMeeting) if first_instant(said.at) <= at.now]
    return _Asked("tverrfaglig-mote", "meeting-held", "meeting-not-held", held)


def _answered(at: Occasion) -> _Asked:
    """ "Not clarified" is no answer, and takes back the one before it."""
    last = newest(at.entered, IndividualPlan)
    is_open = last is None or last[1].state == "unknown"
    plans = [(e.head.generated, e) for e, said in told(at.entered, IndividualPlan) if said.state != "unknown"]
    return _Asked("individuell-plan", "plan-question-answered", "plan-question-open", [] if is_open else plans)


def _verdict(at: Occasion, pathway: Suggestion, asked: _Asked) -> Verdict:
    due = _due(at)
    if not asked.answers and (excuse := _excused(at, pathway, asked, due)):
        return excuse
    done = min((first_instant(when) for when, _ in asked.answers), default=None)
    evidence = tuple(entry.head.message_id for _, entry in asked.answers)
    word: Word = by_deadline(done, due, at.now) if due else "met" if done else "pending"
    reason = asked.done if done else "not-due" if word == "pending" else asked.undone
    return Verdict(word=word, reason=reason, due=due, evidence=evidence, minutes_late=late_by(done, due))


def _excused(at: Occasion, pathway: Suggestion, asked: _Asked, due: datetime | None) -> Verdict | None:
    if pathway.value != COMPLEX:
        evidence = (pathway.decided.head.message_id,) if pathway.decided else ()
        return Verdict(word="not-applicable", reason="other-pathway", due=due, evidence=evidence)
    if at.is_dead and (due is None or at.ended_before(due)):
        return Verdict(word="not-applicable", reason="died-before-deadline", due=due)
    return asked.needless


def _due(at: Occasion) -> datetime | None:
    """The end of the day; None while nobody has told when the patient is expected to be ready."""
    standing = [r.since for r in at.ready.past if r.end != "withdrawn"]
    ahead = expected_discharge(at.stay, at.ready)
    found = standing[:1] or ([at.stay.left.when] if at.stay.left else []) or ([ahead.when] if ahead else [])
    return last_instant(day_of(found[0])) if found else None


def coordinator_decision(at: Occasion, pathway: Suggestion | None) -> Owed | None:
    """COORDINATOR: on pathway C somebody decides on a coordinator or a plan before the patient is declared ready."""
    if pathway is None or pathway.value != COMPLEX or not at.ready.past:
        return None
    kinds = (Coordinator, CoordinatorDecision, IndividualPlan)
    decided = tuple(entry for entry in at.entered if isinstance(entry.said, kinds))
    notice = at.ready.past[0].notice
    head = notice.message.head
    return Owed(
        duty="koordinator-vurdering",
        number=1,
        owner=head.sender,
        requester=head.receiver,
        cause=notice,
        entered=decided,
        is_over=at.is_over,
        verdict=_decided(at, decided),
    )


def _decided(at: Occasion, decided: tuple[Entered, ...]) -> Verdict:
    """Missing from when the patient is ready; from a date alone, from the end of it."""
    due = last_instant(day_of(at.ready.past[0].since))
    if not decided:
        return Verdict(word="missing", reason="coordinator-decision-missing", due=due)
    evidence = tuple(entry.head.message_id for entry in decided)
    done = min(entry.head.generated for entry in decided)
    late = late_by(done, due)
    word: Word = "late" if late else "met"
    return Verdict(word=word, reason="coordinator-decided", due=due, evidence=evidence, minutes_late=late)
