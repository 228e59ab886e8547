"""The stays of a patient as plain values: facts, verdicts, days and amounts, for whoever counts, lists or warns.

No FHIR and no messages in it. Keys of organisations are ``system|value`` as the messages have them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, Literal

from hub.contract import Document, Party
from mappings.documents import Message
from mappings.facts import content_type, expected
from mappings.moments import Moment, day_of, first_instant, is_before
from mappings.parties import Organisations
from mappings.patient_log import PatientLog, patient_log
from mappings.person import birth_date
from mappings.receipts import Delivery
from mappings.rules.course_of_stay import State, state_of
from mappings.rules.judged import JudgedStay, judged
from mappings.rules.occasion import Duty, Occasion
from mappings.rules.payment import Pay
from mappings.rules.policies import Policies
from mappings.rules.readiness import End
from mappings.rules.reply import Reply, replies
from mappings.rules.verdict import Verdict
from mappings.scope import kommune
from mappings.stays import Stay

Readmission = Literal["none", "chain", "within-30-days", "unknown"]
CHAIN: Final = timedelta(hours=8)
"""An admission so soon after a departure is the same chain (a transfer), not a readmission (national indicator)."""
MONTH: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    """Who: a key that is the same in all messages of the patient, and the name as sent."""

    key: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruled:
    """How one rule turned out. ``owner`` is who owes it."""

    rule: str
    duty: Duty
    number: int
    owner: Organisation
    verdict: Verdict
    done: datetime | None
    """When what it asks for came."""
    points: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """One time of readiness as the hospital declared it, and what the municipality said."""

    number: int
    since: Moment
    noticed: datetime
    notice: str
    end: End | None
    ended: Moment | None
    reply: Reply
    replied: datetime | None
    offered: date | None
    """The day from which the municipality said it has a place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """One day told as expected: when it was told, and by which message."""

    when: Moment
    told: datetime
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """One message of the stay, whether it is in force, and what its receiver's receipt says."""

    id: str
    type: str
    version: str
    content_type: str | None
    generated: datetime
    sender: Organisation
    receiver: Organisation
    in_force: bool
    delivery: Delivery


@dataclass(frozen=True, slots=True, kw_only=True)
class StayFacts:
    """One stay as of a moment."""

    key: tuple[str, str]
    """The hospital and the stay at it; with the patient it names the stay (``mappings.encounter``)."""
    hospital: Organisation
    municipality: Organisation | None
    ward: str
    state: State
    since: Moment | None
    admitted: Moment | None
    left: Moment | None
    died: bool
    acute: bool | None
    readmission: Readmission
    """How it follows on the stay before it, at whatever hospital."""
    expected: tuple[Expected, ...]
    ready: tuple[Ready, ...]
    ruled: tuple[Ruled, ...]
    pay: Pay
    sent: tuple[Sent, ...]

    def rule(self, name: str) -> tuple[Ruled, ...]:
        """How one rule turned out, once for each time that it applied."""
        return tuple(r for r in self.ruled if r.rule == name)


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientFacts:
    """A patient's stays in the order in which they began."""

    born: date | None
    died: Moment | None
    kommune: str | None
    """Kommunenummer of the newest address."""
    stays: tuple[StayFacts, ...]
    review_at: datetime | None
    """When silence alone changes any of it."""


def patient_facts(documents: Iterable[Document], now: datetime, *, policies: Policies) -> PatientFacts | None:
    """The facts of all documents of one patient as of ``now``; None when no message is about a patient. Pure."""
    log = patient_log(documents, now, policies)
    return facts_of(log, judged(log)) if log else None


def facts_of(log: PatientLog, stays: tuple[JudgedStay, ...]) -> PatientFacts:
    """The same, of what has been worked out already."""
    reviews = [at for stay in stays for at in stay.reviews]
    return PatientFacts(
        born=birth_date(entry.message for entry in log.entries),
        died=log.died,
        kommune=kommune(entry.message for entry in log.entries if entry.in_force),
        stays=tuple(_facts(stay) for stay in stays),
        review_at=min((at for at in reviews if at > log.now), default=None),
    )


def _facts(found: JudgedStay) -> StayFacts:
    at, stay = found.at, found.at.stay
    state, since = state_of(at)
    return StayFacts(
        key=(stay.hospital, stay.key),
        hospital=Organisation(key=stay.hospital, name=_hospital_name(at)),
        municipality=_organisation(at.municipality, at.organisations) if at.municipality else None,
        ward=at.care.ward if at.care else "",
        state=state,
        since=since,
        admitted=stay.admission.when if stay.admission else None,
        left=stay.left.when if stay.left else None,
        died=at.is_dead,
        acute=at.care.acute if at.care else None,
        readmission=readmission(at),
        expected=_expected(stay),
        ready=tuple(_ready(at)),
        ruled=tuple(_ruled(found)),
        pay=found.pay,
        sent=tuple(_sent(at)),
    )


def readmission(at: Occasion) -> Readmission:
    """Where only a date is known and it decides, it cannot be told."""
    admission = at.stay.admission
    before = [s.left.when for s in at.others if s.left and admission and not is_before(admission.when, s.left.when)]
    if admission is None or not before:
        return "none"
    left = max(before, key=first_instant)
    apart = first_instant(admission.when) - first_instant(left)
    if isinstance(left, datetime) and isinstance(admission.when, datetime):
        return "chain" if apart < CHAIN else "within-30-days" if apart <= MONTH else "none"
    days = (day_of(admission.when) - day_of(left)).days
    return "unknown" if days <= 1 else "within-30-days" if days <= MONTH.days else "none"


def _hospital_name(at: Occasion) -> str:
    senders = [e.message.head.sender for e in at.stay.entries]
    return next((p.name for p in reversed(senders) if at.organisations.key(p) == at.stay.hospital), "")


def _organisation(party: Party, organisations: Organisations) -> Organisation:
    return Organisation(key=organisations.key(party), name=party.name)


def _expected(stay: Stay) -> tuple[Expected, ...]:
    """Every expectation in the order in which it was told, those that an update has replaced included."""
    told: list[Message] = [e.message for e in stay.entries if e.message.head.type == "HELSEOPPL_SOKNAD"]
    told = [m for m in told if m.head.series != "C"]
    found = [
        Expected(when=e.when, told=m.head.generated, message=m.head.message_id) for m in told if (e := expected(m))
    ]
    return tuple(sorted(found, key=lambda e: (e.told.timestamp(), e.message)))


def _ready(at: Occasion) -> Iterable[Ready]:
    for r in at.ready.past:
        said = replies(at, r)
        able = [t.on or day_of(t.given) for t in said.told if t.is_able]
        yield Ready(
            number=r.number,
            since=r.since,
            noticed=r.notice.first.head.generated,
            notice=r.notice.message.head.message_id,
            end=r.end,
            ended=r.ended,
            reply=said.state,
            replied=said.first,
            offered=able[-1] if able and said.state in ("can-receive", "offer-ready") else None,
        )


def _ruled(found: JudgedStay) -> Iterable[Ruled]:
    for owed in found.owed:
        done = owed.done_by.first.head.generated if owed.done_by else None
        entered = [entry.head.generated for entry in owed.entered[:1]]
        yield Ruled(
            rule=owed.rule,
            duty=owed.duty,
            number=owed.number,
            owner=_organisation(owed.owner, found.at.organisations),
            verdict=owed.verdict,
            done=min([*([done] if done else []), *entered], key=datetime.timestamp, default=None),
            points=owed.points,
        )


def _sent(at: Occasion) -> Iterable[Sent]:
    for entry in at.stay.entries:
        head = entry.message.head
        yield Sent(
            id=head.message_id,
            type=head.type,
            version=head.version,
            content_type=content_type(entry.message),
            generated=head.generated,
            sender=_organisation(head.sender, at.organisations),
            receiver=_organisation(head.receiver, at.organisations),
            in_force=entry.in_force,
            delivery=at.receipts.delivery(entry.message),
        )
