"""The course of a patient's stays: all messages about one person to everything the FHIR server should hold.

One of the two doors of ``mappings`` for the hub. Pure: the same documents, in any order and any number of times, and
the same ``now`` give the same resources, byte for byte.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import NamedTuple

from hub.contract import Document, Ids, Issue, Mention, Projection, Resource, StayRow
from mappings import scope
from mappings.access_end import ends
from mappings.assessments import Assessing, entry_provenance
from mappings.care_plan import CAUSES, care_plan
from mappings.clinical import NOTHING, Clinical, clinical, speaking
from mappings.closing import closed
from mappings.composition import composition
from mappings.dialog import dialogs
from mappings.documents import Entered, Listed, Message
from mappings.documents.medication_list import MedicationList
from mappings.documents.shape import Part
from mappings.encounter import encounter, encounter_id, expected_discharge
from mappings.findings import Finding, detected_issue, findings, issue
from mappings.making import Making
from mappings.medication.from_messages import lists_in
from mappings.moments import day_of, first_instant
from mappings.organisation import Directory, mentions
from mappings.original import binaries, document_reference, enclosed_references
from mappings.overview import Seen, stay_row
from mappings.patient_log import PatientLog, patient_log
from mappings.person import birth_date, patient_id, patients
from mappings.provenance import provenance
from mappings.receipts import deadline
from mappings.reconciling import Reconciling, Sources
from mappings.refusal import with_delivery
from mappings.remembering import remembered
from mappings.resources import by_reference
from mappings.rules.judged import JudgedStay, judged
from mappings.rules.occasion import Occasion
from mappings.rules.policies import Policies, policies
from mappings.series import Entry, Standing
from mappings.services import Services, services
from mappings.silence import overdue, silence_task
from mappings.silence import reviews as silences
from mappings.sperring import blocks, unknown
from mappings.stays import Stay, is_unresolved
from mappings.task import Setting, clarification_task, duty_task, readiness_task

__all__ = ["Policies", "course", "policies"]

DEFAULTS = Policies()

ORDER = (
    "Patient",
    "Binary",
    "Encounter",
    "EpisodeOfCare",
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
    "Provenance",
)
"""Delivery order: what is referred to before what refers to it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Course:
    """What the documents tell, what the rules say of it, and what its resources have in common."""

    log: PatientLog
    stays: tuple[JudgedStay, ...]
    odd: tuple[tuple[Finding, ...], ...]
    """What a person must look at in each of the stays."""
    making: Making


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
    return _closed(made, log, messages)


def _closed(made: Projection, log: PatientLog, messages: list[Document]) -> Projection:
    """Open to nobody whose access has ended, or whom the patient has blocked."""
    over, shut = ends(log, messages), blocks(log.entered.every, messages, log.organisations)
    return closed(made, lambda number, message: over.mark(number) or shut.mark(number, message), messages)


def _projected(log: PatientLog, ids: Ids, next_end: datetime | None, odd: Iterable[Issue]) -> Projection:
    """Everything, as if it was open to all who took part. ``next_end`` is when the next one's access ends."""
    now = log.now
    found = _found(log, ids)
    shared = _shared(found)
    made, targets, seen = _of_stays(found, _named(shared))
    given = services(log.entries, log.organisations, found.making, partial(_union_tags, found))
    told, lines = _of_messages(found, targets, given)
    made += [*told, *given.resources]
    compared = _reconciling(found, made, lines)
    made += compared.made()
    people = patients(log.who, _telling(log.entries), log.stays, _union_tags(found, log.entries), ids)
    made += people
    rows = tuple(_with_medication(stay_row(one, log.who, people[0]), compared) for one in seen)
    reviews = [review for stay in found.stays for review in stay.reviews]
    reviews += [review for stay in found.stays for review in silences(stay)]
    reviews += compared.ahead
    reviews += [next_end] if next_end else []
    reviews += [deadline(entry.message) for entry in log.entries if log.receipts.is_awaited(entry.message)]
    return Projection(
        resources=tuple(sorted(made, key=lambda r: (ORDER.index(r["resourceType"]), str(r["id"])))),
        mentions=_newest(shared),
        issues=(*log.issues, *odd, *log.receipts.issues, *(issue(one) for odd in found.odd for one in odd)),
        delivery=_delivery(log),
        review_at=min((r for r in reviews if r > now), default=None),
        stays=rows,
    )


def by_policy(documents: Iterable[Document], now: datetime, *, ids: Ids, policies: Policies = DEFAULTS) -> Projection:
    """The resources of ``course`` that the policies have a say in: those of the stays, and nothing else of it.

    What each message makes by itself is the same by any policies, but for the list in its Provenance of what it caused.
    """
    held = list(documents)
    log = patient_log(held, now, policies)
    if log is None:
        return Projection(resources=())
    found = _found(log, ids)
    made, _, _ = _of_stays(found, _named(_shared(found)))
    return _closed(Projection(resources=tuple(made)), log, [d for d in held if not isinstance(d, Entered)])


def _found(log: PatientLog, ids: Ids) -> _Course:
    stays = judged(log)
    return _Course(log=log, stays=stays, odd=tuple(map(findings, stays)), making=_making(log, ids))


def _shared(found: _Course) -> list[Mention]:
    """What the messages say of persons and organisations that others speak of too."""
    directory, own = found.making.directory, [entry.message for entry in found.log.entries]
    return [m for one in own for m in remembered(one, "mentions", directory, partial(_mentions, one, directory))]


def _named(shared: Iterable[Mention]) -> set[str]:
    return {f"{mention.resource['resourceType']}/{mention.resource['id']}" for mention in shared}


def _delivery(log: PatientLog) -> dict[str, str]:
    """By message id, what is known of what its receiver said."""
    words = ((entry.message.head.message_id, log.receipts.shown(entry.message)) for entry in log.entries)
    return {message_id: word for message_id, word in words if word != "unconfirmed"}


def _making(log: PatientLog, ids: Ids) -> Making:
    encounters = {
        entry.message.head.message_id: f"Encounter/{encounter_id(ids, log.who.strongest, stay)}"
        for stay in log.stays
        for entry in stay.entries
    }
    encounters |= {
        entry.message.head.message_id: f"Encounter/{encounter_id(ids, log.who.strongest, stay)}"
        for entry in log.entries
        if isinstance(entry.message, Listed) and (stay := _of_list(entry, log)) is not None
    }
    return Making(
        ids=ids,
        directory=Directory(ids),
        patient=f"Patient/{patient_id(ids, log.who.strongest)}",
        kommune=scope.kommune(entry.message for entry in _telling(log.entries)),
        encounters=encounters,
        types={entry.message.head.message_id: entry.message.head.type for entry in log.entries},
    )


def _of_list(entry: Entry, log: PatientLog) -> Stay | None:
    """The stay that a hospital's list was made in: the one of that hospital which was going on then."""
    head, same = entry.message.head, log.organisations
    return next((s for s in log.stays if s.hospital == same.key(head.sender) and s.holds(head.generated)), None)


def _telling(entries: tuple[Entry, ...]) -> list[Entry]:
    """Those whose word on the person counts: in force, or all when none is. A list names a person by number alone."""
    found = [entry for entry in entries if entry.in_force] or list(entries)
    return [entry for entry in found if not isinstance(entry.message, Listed)] or found


def _age(entry: Entry) -> tuple[float, str]:
    return entry.message.head.generated.timestamp(), entry.message.head.message_id


def _union_tags(found: _Course, entries: Iterable[Entry]) -> list[dict[str, str]]:
    return scope.tags((entry.message for entry in entries), found.making.kommune)


def _of_stays(found: _Course, known: set[str]) -> tuple[list[Resource], dict[str, list[str]], list[Seen]]:
    """Encounter, Tasks and plan of each stay; what each message is a cause of; what was worked out of each."""
    seen: list[Seen] = []
    made: list[Resource] = []
    targets: dict[str, list[str]] = {}
    for judged_stay, odd in zip(found.stays, found.odd, strict=True):
        stay = judged_stay.at.stay
        setting = _setting(found, judged_stay.at)
        tasks = _tasks(judged_stay, setting, targets)
        seen.append(_seen(found, judged_stay, setting, tasks))
        plan = care_plan(stay, tasks, setting)
        beside = [detected_issue(one, setting) for one in odd]
        beside += _assessed(Assessing(stay=judged_stay, setting=setting, known=known), tasks)
        made += [_encounter(found, judged_stay.at, setting), *tasks, *([plan] if plan else []), *beside]
        if plan is not None:
            for entry in stay.of(*CAUSES):
                targets.setdefault(entry.message.head.message_id, []).append(f"CarePlan/{plan['id']}")
        for entry in stay.entries:
            targets.setdefault(entry.message.head.message_id, []).append(setting.encounter)
    return made, targets, seen


def _assessed(assessing: Assessing, tasks: list[Resource]) -> list[Resource]:
    """What is assessed, and for each entry its Provenance on the stay and on all that is made of entries."""
    made = list(assessing.made())
    targets = [assessing.setting.encounter, *by_reference(made), *(f"Task/{task['id']}" for task in tasks)]
    return [*made, *(entry_provenance(entry, targets, assessing) for entry in assessing.stay.at.entered)]


def _seen(found: _Course, stay: JudgedStay, setting: Setting, tasks: list[Resource]) -> Seen:
    own = scope.kommune(entry.message for entry in _telling(tuple(stay.at.stay.entries)))
    return Seen(
        stay=stay,
        setting=setting,
        tasks=tuple(tasks),
        kommune=own or found.making.kommune,
        has_plan=bool(stay.at.stay.of(*CAUSES)),
    )


def _setting(found: _Course, at: Occasion) -> Setting:
    return Setting(
        making=found.making,
        encounter=f"Encounter/{encounter_id(found.making.ids, found.log.who.strongest, at.stay)}",
        tags=_union_tags(found, at.stay.entries),
        on_hold=is_unresolved(at.stay),
        is_dead=at.is_dead,
    )


def _encounter(found: _Course, at: Occasion, setting: Setting) -> Resource:
    stay, organisations = at.stay, found.log.organisations
    from_hospital = [e for e in stay.entries if organisations.key(e.message.head.sender) == stay.hospital]
    newest = max(from_hospital, key=_age, default=None)
    return encounter(
        at,
        id=setting.encounter.partition("/")[2],
        patient=found.making.patient,
        provider=found.making.directory.best(newest.message.head.sender) if newest else None,
        tags=setting.tags,
    )


def _tasks(stay: JudgedStay, setting: Setting, targets: dict[str, list[str]]) -> list[Resource]:
    """The readiness Tasks, and one for each duty; an answer is part of the readiness that it answers."""
    made: list[Resource] = []
    masters: dict[int, str] = {}
    answers = {owed.number: owed for owed in stay.owed if owed.duty == "kommune-beslutning"}
    for readiness in stay.at.ready.past:
        master = readiness_task(readiness, answers[readiness.number], stay.pay.of(readiness.number), setting)
        masters[readiness.number] = f"Task/{master['id']}"
        made.append(_caused(master, (readiness.notice, readiness.ended_by), targets))
    for owed in stay.owed:
        part_of = masters.get(owed.number) if owed.duty == "kommune-beslutning" else None
        made.append(_caused(duty_task(owed, setting, part_of=part_of), (owed.cause, owed.done_by), targets))
    made += [_caused(silence_task(one, setting), (one.about,), targets) for one in overdue(stay)]
    return made


def _caused(task: Resource, by: Iterable[Entry | None], targets: dict[str, list[str]]) -> Resource:
    for entry in by:
        if entry is not None:
            targets.setdefault(entry.message.head.message_id, []).append(f"Task/{task['id']}")
    return task


def _reconciling(found: _Course, made: list[Resource], lines: dict[tuple[str, str], str]) -> Reconciling:
    """The patient's lists in force, ready to be compared, for the stay that is going on."""
    log = found.log
    lists = [(entry, listed) for entry in log.entries if entry.in_force for listed in _lists_of(entry)]
    going_on = next((stay.at for stay in reversed(found.stays) if stay.at.stay.left is None), None)
    leaves = expected_discharge(going_on.stay, going_on.ready) if going_on else None
    born = birth_date(entry.message for entry in log.entries) if lists else None
    sources = Sources(
        lists=tuple(listed for _, listed in lists),
        lines=lines,
        senders={entry.message.head.message_id: entry.message.head.sender for entry, _ in lists},
        made=by_reference(made) if lists else {},
    )
    return Reconciling(
        sources=sources,
        making=found.making,
        tags=_union_tags(found, (entry for entry, _ in lists)),
        entered=log.entered.every,
        now=log.now,
        age=(day_of(log.now) - born).days * 100 // 36525 if born else None,
        encounter=f"Encounter/{encounter_id(found.making.ids, log.who.strongest, going_on.stay)}" if going_on else None,
        due=first_instant(leaves.when) if leaves else None,
    )


def _lists_of(entry: Entry) -> tuple[MedicationList, ...]:
    """The medication lists of a message, each known by the message's id."""
    message = entry.message
    if isinstance(message, Listed):
        return (replace(message.listing, id=message.head.message_id),)
    return remembered(message, "lists", None, lambda: tuple(lists_in(message)))


def _with_medication(row: StayRow, compared: Reconciling) -> StayRow:
    """Whether the medication lists are reconciled ("legemidler avklart"), on a stay that is going on."""
    if not row.is_open or not compared.states:
        return row
    return replace(row, facts={**row.facts, "medication": compared.facts()})


class _Own(NamedTuple):
    """What a message makes by itself."""

    original: Resource
    """The DocumentReference, before its receiver is heard."""
    others: tuple[Resource, ...]
    refs: tuple[str, ...]
    """``Type/id`` of what its Provenance is about."""
    lines: dict[str, str]
    """What each line of its medication list became (``Clinical.lines``)."""


def _of_messages(
    found: _Course, targets: dict[str, list[str]], given: Services
) -> tuple[list[Resource], dict[tuple[str, str], str]]:
    """What the messages make by themselves, and what each line of a medication list became, by message and place."""
    made: list[Resource] = []
    lines: dict[tuple[str, str], str] = {}
    talk = dialogs(found.log.entries, found.log.organisations, found.log.receipts, found.making)
    heard = speaking(found.log.entries)
    for entry in found.log.entries:
        message, making = entry.message, found.making.alone(entry)
        is_heard = message.head.message_id in heard
        listed = given.of_message(message.head.message_id)
        asked = (entry.standing, entry.root, entry.replaces, is_heard, making, listed)
        own = remembered(message, "own", asked, partial(_own, entry, making, given if is_heard else None))
        spoken = talk.of(entry)
        made += [with_delivery(own.original, message, found.log.receipts), *own.others, *spoken]
        own_id = message.head.message_id
        lines[own_id, ""] = f"DocumentReference/{own.original['id']}"
        lines |= {(own_id, path): ref for path, ref in own.lines.items()}
        about = [own.refs[0], *by_reference(spoken), *own.refs[1:], *listed, *targets.get(message.head.message_id, ())]
        made.append(remembered(message, "provenance", (asked, about), partial(provenance, entry, about, making)))
    return made, lines


def _own(entry: Entry, making: Making, given: Services | None) -> _Own:
    """Asks nothing but the message and what its arguments tell: it is made anew only when one of these is another."""
    entry = replace(entry, first=entry.message)
    said = clinical(entry, making) if given else NOTHING
    document = composition(entry, making, partial(_made_of, said, given))
    parts = enclosed_references(entry, making)
    others = [*binaries(entry, making), *parts, document, *said.resources]
    if entry.standing in (Standing.PARKED, Standing.QUARANTINED):
        others.append(clarification_task(entry, making))
    return _Own(
        document_reference(entry, making),
        tuple(others),
        (f"Composition/{document['id']}", *by_reference(parts), *said.refs),
        said.lines,
    )


def _mentions(message: Message, directory: Directory) -> tuple[Mention, ...]:
    return tuple(mentions(message, directory))


def _made_of(said: Clinical, given: Services | None, part: Part) -> list[str]:
    return [*said.of(part), *(given.of(part) if given else ())]


def _newest(found: Iterable[Mention]) -> tuple[Mention, ...]:
    """One mention for each shared resource of each message, in a fixed order."""
    return tuple(sorted(found, key=lambda m: (m.resource["resourceType"], str(m.resource["id"]), m.at, m.message_id)))
