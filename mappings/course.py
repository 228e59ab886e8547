"""The course of a patient's stays: all messages about one person to everything the FHIR server should hold.

One of the doors of ``mappings`` for the hub. Pure: the same documents, in any order and any number of times, and the
same ``now`` give the same resources, byte for byte. The parts stand beside it: what is ``gathered`` of the patient, and
what is ``made_of_stays``, ``made_of_messages`` and ``made_of_lists``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from functools import cache, partial

from hub.contract import Document, Ids, Issue, Mention, Projection, Resource
from mappings.access_end import Ends, ends
from mappings.around import with_around
from mappings.checklist_plans import plan_definitions, templates
from mappings.checklists import checklists
from mappings.closing import closed
from mappings.consents import consents, is_block
from mappings.documents import Entered, Message
from mappings.findings import issue
from mappings.gathered import Gathered, gathered, telling
from mappings.made_of_lists import reconciling, with_medication
from mappings.made_of_messages import of_messages
from mappings.made_of_stays import of_stays
from mappings.moments import day_of, first_instant
from mappings.municipal import Setting, municipal
from mappings.organisation import Directory, mentions
from mappings.overview import stay_row
from mappings.parties import parties_of
from mappings.patient_log import PatientLog, patient_log
from mappings.person import patients
from mappings.receipts import deadline
from mappings.receiving import reviews as receptions
from mappings.remembering import remembered
from mappings.residence import added, opened
from mappings.rules.policies import Policies, policies
from mappings.seen import Seen
from mappings.services import services
from mappings.silence import unended
from mappings.sperring import Blocks, blocks, unknown
from mappings.stated import Beside, Written, written
from mappings.written_tasks import with_tasks

__all__ = ["Policies", "by_policy", "course", "plan_definitions", "policies", "templates"]

DEFAULTS = Policies()

ORDER = (
    "Patient",
    "Binary",
    "Encounter",
    "RelatedPerson",
    "Condition",
    "AllergyIntolerance",
    "Flag",
    "Observation",
    "Procedure",
    "Consent",
    "ServiceRequest",
    "Goal",
    "Appointment",
    "CareTeam",
    "EpisodeOfCare",
    "MedicationRequest",
    "MedicationStatement",
    "MedicationAdministration",
    "MedicationDispense",
    "List",
    "DocumentReference",
    "Communication",
    "Composition",
    "DetectedIssue",
    "Task",
    "CarePlan",
    "QuestionnaireResponse",
    "Provenance",
)
"""Delivery order: what is referred to before what refers to it."""


def course(documents: Iterable[Document], now: datetime, *, ids: Ids, policies: Policies = DEFAULTS) -> Projection:
    """The projection of all documents of one patient as of ``now``, by the policies of the deployment.

    Receipts count for the messages they answer, entries for the stays they are about; other documents about nobody
    are left out.
    """
    held = list(documents)
    log = patient_log(held, now, policies)
    if log is None:
        return Projection(resources=())
    messages = [d for d in held if not isinstance(d, Entered)]
    made = _projected(log, ids, ends(log, messages).next, unknown(log.entered.every, messages))
    found = _closed(made, log, messages, ids)
    return replace(found, stays=tuple(with_around(row, found.resources) for row in found.stays))


def by_policy(documents: Iterable[Document], now: datetime, *, ids: Ids, policies: Policies = DEFAULTS) -> Projection:
    """The resources of ``course`` that the policies have a say in: those of the stays, and nothing else of it.

    What each message makes by itself is the same by any policies, but for the list in its Provenance of what it caused.
    """
    held = list(documents)
    log = patient_log(held, now, policies)
    if log is None:
        return Projection(resources=())
    found = gathered(log, ids)
    made, _, _ = of_stays(found, cache(lambda: _named(_shared(found))))
    return _closed(Projection(resources=tuple(made)), log, [d for d in held if not isinstance(d, Entered)], ids)


def _closed(made: Projection, log: PatientLog, messages: list[Document], ids: Ids) -> Projection:
    """Open to nobody whose access has ended, or whom the patient has blocked. Who told a block sees that it stands."""
    over, shut = ends(log, messages), blocks(log.entered.every, messages, log.organisations, ids)
    said = [one for one in made.resources if is_block(one)]
    kept = replace(made, resources=tuple(one for one in made.resources if not is_block(one)))
    kept = opened(kept, log.policies.municipalities)
    mark = partial(_mark, over, shut)
    found = closed(kept, mark, shut.denied, messages, others=added(kept) if log.policies.municipalities else ())
    return replace(found, resources=_ordered([*found.resources, *said])) if said else found


def _mark(over: Ends, shut: Blocks, number: str, message: str) -> str:
    return over.mark(number) or shut.mark(number, message)


def _ordered(made: Iterable[Resource]) -> tuple[Resource, ...]:
    return tuple(sorted(made, key=lambda r: (ORDER.index(r["resourceType"]), str(r["id"]))))


def _projected(log: PatientLog, ids: Ids, next_end: datetime | None, odd: Iterable[Issue]) -> Projection:
    """Everything, as if it was open to all who took part. ``next_end`` is when the next one's access ends."""
    found = gathered(log, ids)
    shared = _shared(found)
    names = _named(shared)
    made, targets, seen = of_stays(found, lambda: names)
    given = services(log.entries, log.organisations, found.making, found.tags)
    municipal(log.entries, _municipal(found), given)
    told, lines = of_messages(found, targets, given)
    made += [*told, *given.resources]
    compared = reconciling(found, made, lines)
    made += compared.made()
    made += consents(log.entered.every, found.making)
    people = patients(log.who, telling(log.entries), log.stays, found.tags(log.entries), ids)
    made += people
    own = _own(found, made, names)
    made = [*own.beside(made), *own.resources]
    every = (with_medication(stay_row(one, log.who, people[0]), compared) for one in seen)
    rows = tuple(with_tasks(row, own.resources) for row in every)
    ahead = [next_end] if next_end else []
    return Projection(
        resources=_ordered(made),
        mentions=_newest(shared),
        issues=(*log.issues, *odd, *own.issues, *log.receipts.issues, *_flagged(found)),
        delivery=_delivery(log),
        review_at=min((r for r in (*_reviews(found, seen), *compared.ahead, *ahead) if r > log.now), default=None),
        stays=rows,
    )


def _reviews(found: Gathered, seen: Iterable[Seen]) -> Iterator[datetime]:
    """When silence alone changes something of the stays, or of what is known of their messages."""
    for stay in found.stays:
        yield from (*stay.reviews, *receptions(stay.at))
        end, admission = unended(stay.at), stay.at.stay.admission
        yield from [end.due] if end and end.came is None else []
        yield from [first_instant(admission.when)] if admission else []
    for one in seen:
        yield from (point.due for point in checklists(one.at, one.setting).points if point.is_open and point.due)
    log = found.log
    yield from (deadline(entry.message) for entry in log.entries if log.receipts.is_awaited(entry.message))


def _municipal(found: Gathered) -> Setting:
    """What municipalities state is seen from the day on which the newest stay began."""
    newest = next(reversed(found.log.stays), None)
    return Setting(making=found.making, tags=found.tags, admitted=day_of(newest.begun) if newest else None)


def _own(found: Gathered, made: Iterable[Resource], shared: Collection[str]) -> Written:
    """What people wrote themselves, over what the messages made."""
    parties = (party for entry in found.log.entries for party in parties_of(entry.message))
    beside = Beside(made=made, shared=shared, parties=parties)
    return written(found.log.entered.every, beside, found.making)


def _flagged(found: Gathered) -> Iterable[Issue]:
    return (issue(one) for odd in found.odd for one in odd)


def _shared(found: Gathered) -> list[Mention]:
    """What the messages say of persons and organisations that others speak of too."""
    directory, own = found.making.directory, [entry.message for entry in found.log.entries]
    return [m for one in own for m in remembered(one, "mentions", directory, partial(_mentions, one, directory))]


def _mentions(message: Message, directory: Directory) -> tuple[Mention, ...]:
    return tuple(mentions(message, directory))


def _named(shared: Iterable[Mention]) -> set[str]:
    return {f"{mention.resource['resourceType']}/{mention.resource['id']}" for mention in shared}


def _newest(found: Iterable[Mention]) -> tuple[Mention, ...]:
    """One mention for each shared resource of each message, in a fixed order."""
    return tuple(sorted(found, key=lambda m: (m.resource["resourceType"], str(m.resource["id"]), m.at, m.message_id)))


def _delivery(log: PatientLog) -> dict[str, str]:
    """By message id, what is known of what its receiver said."""
    words = ((entry.message.head.message_id, log.receipts.shown(entry.message)) for entry in log.entries)
    return {message_id: word for message_id, word in words if word != "unconfirmed"}
