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

from hub.contract import Document, Ids, Issue, Mention, Projection, Resource
from mappings import scope
from mappings.care_plan import CAUSES, care_plan
from mappings.clinical import NOTHING, clinical, speaking
from mappings.composition import composition
from mappings.dialog import dialogs
from mappings.documents import Message
from mappings.encounter import encounter, encounter_id, is_unresolved
from mappings.making import Making
from mappings.moments import Moment
from mappings.organisation import Directory, mentions
from mappings.original import binaries, document_reference
from mappings.overview import Seen, next_day, stay_row
from mappings.parties import Organisations
from mappings.person import Person, death, patient_id, patients, person
from mappings.provenance import provenance
from mappings.receipts import Receipts, is_receipt, receipts_of
from mappings.refusal import with_delivery
from mappings.remembering import remembered
from mappings.resources import by_reference
from mappings.rules.duties import Occasion, Owed, admission_reports, decision, early_notice
from mappings.rules.readiness import Intervals, intervals
from mappings.series import Entry, Standing, resolve
from mappings.stays import Stay, stays
from mappings.task import Setting, clarification_task, duty_task, readiness_task

ORDER = (
    "Patient",
    "Binary",
    "Encounter",
    "Condition",
    "AllergyIntolerance",
    "Flag",
    "MedicationStatement",
    "MedicationAdministration",
    "MedicationDispense",
    "DocumentReference",
    "Composition",
    "Communication",
    "Task",
    "CarePlan",
    "Provenance",
)
"""Delivery order: what is referred to before what refers to it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Course:
    """What has been worked out of the messages before anything is made of it."""

    who: Person
    entries: tuple[Entry, ...]
    stays: tuple[Stay, ...]
    issues: tuple[Issue, ...]
    organisations: Organisations
    receipts: Receipts
    making: Making
    died: Moment | None
    now: datetime


def course(documents: Iterable[Document], now: datetime, *, ids: Ids) -> Projection:
    """The projection of all documents of one patient as of ``now``. Receipts count for the messages they answer;
    other documents about nobody are left out."""
    held = [d for d in documents if isinstance(d, Message)]
    messages = [message for message in held if message.head.persons]
    if not messages:
        return Projection(resources=())
    found = _worked_out(messages, [message for message in held if is_receipt(message)], now, ids)
    directory, own = found.making.directory, [entry.message for entry in found.entries]
    shared = [m for one in own for m in remembered(one, "mentions", directory, partial(_mentions, one, directory))]
    made, targets, reviews, seen = _of_stays(found)
    made += _of_messages(found, targets)
    people = patients(found.who, _telling(found.entries), found.stays, _union_tags(found, found.entries), ids)
    made += people
    rows = tuple(stay_row(one, found.who, people[0]) for one in seen)
    reviews += [at for row in rows if (at := next_day(row, now))]
    return Projection(
        resources=tuple(sorted(made, key=lambda r: (ORDER.index(r["resourceType"]), str(r["id"])))),
        mentions=_newest(shared),
        issues=(*found.issues, *found.receipts.issues, *_stay_issues(found)),
        review_at=min((r for r in reviews if r > now), default=None),
        stays=rows,
    )


def _worked_out(messages: list[Message], answers: list[Message], now: datetime, ids: Ids) -> _Course:
    organisations = Organisations([*messages, *answers])
    resolved = resolve(messages, organisations)
    who = person(messages)
    found = stays(resolved.entries, organisations)
    encounters = {
        entry.message.head.message_id: f"Encounter/{encounter_id(ids, who.strongest, stay)}"
        for stay in found
        if _is_shown(stay)
        for entry in stay.entries
    }
    making = Making(
        ids=ids,
        directory=Directory(ids),
        patient=f"Patient/{patient_id(ids, who.strongest)}",
        kommune=_kommune(resolved.entries),
        encounters=encounters,
        types={entry.message.head.message_id: entry.message.head.type for entry in resolved.entries},
    )
    shown = tuple(stay for stay in found if _is_shown(stay))
    return _Course(
        who=who,
        entries=resolved.entries,
        stays=shown,
        issues=resolved.issues,
        organisations=organisations,
        receipts=receipts_of(answers, [entry.message for entry in resolved.entries], organisations),
        making=making,
        died=death(resolved.entries, shown),
        now=now,
    )


def _is_shown(stay: Stay) -> bool:
    """A stay that only cancelled messages tell of never was."""
    return any(entry.in_force for entry in stay.entries)


def _telling(entries: tuple[Entry, ...]) -> list[Entry]:
    """Those whose word on the person counts: in force, or all when none is."""
    return [entry for entry in entries if entry.in_force] or list(entries)


def _kommune(entries: Iterable[Entry]) -> str | None:
    """The newest kommunenummer of the patient's address."""
    ordered = sorted(_telling(tuple(entries)), key=_age)
    return next((found for entry in reversed(ordered) if (found := scope.municipality(entry.message))), None)


def _age(entry: Entry) -> tuple[float, str]:
    return entry.message.head.generated.timestamp(), entry.message.head.message_id


def _union_tags(found: _Course, entries: Iterable[Entry]) -> list[dict[str, str]]:
    return scope.tags((entry.message for entry in entries), found.making.kommune)


def _of_stays(found: _Course) -> tuple[list[Resource], dict[str, list[str]], list[datetime], list[Seen]]:
    """Encounter, Tasks and plan of each stay; what each message is a cause of; when silence changes something; and
    what was worked out of each."""
    seen: list[Seen] = []
    made: list[Resource] = []
    targets: dict[str, list[str]] = {}
    reviews: list[datetime] = []
    for stay in found.stays:
        ready = intervals(stay, found.now, found.receipts)
        setting = _setting(found, stay)
        occasion = _occasion(found, stay)
        tasks, owed = _tasks(occasion, ready, setting, targets)
        seen.append(_seen(found, occasion, ready, owed, setting, tasks))
        plan = care_plan(stay, tasks, setting)
        made += [_encounter(found, stay, ready, setting), *tasks, *([plan] if plan else [])]
        reviews += [f.starts for f in ready.forecasts]
        reviews += [o.verdict.due for o in owed if o.verdict.due and o.verdict.word == "pending"]
        if plan is not None:
            for entry in stay.of(*CAUSES):
                targets.setdefault(entry.message.head.message_id, []).append(f"CarePlan/{plan['id']}")
        for entry in stay.entries:
            targets.setdefault(entry.message.head.message_id, []).append(setting.encounter)
    return made, targets, reviews, seen


def _seen(
    found: _Course, at: Occasion, ready: Intervals, owed: list[Owed], setting: Setting, tasks: list[Resource]
) -> Seen:
    kommune = _kommune(at.stay.entries) or found.making.kommune
    return Seen(at=at, ready=ready, owed=tuple(owed), setting=setting, tasks=tuple(tasks), kommune=kommune)


def _occasion(found: _Course, stay: Stay) -> Occasion:
    return Occasion(stay=stay, now=found.now, organisations=found.organisations, receipts=found.receipts)


def _setting(found: _Course, stay: Stay) -> Setting:
    ended = any(f.message.head.type == "LOG_UTSKREVET" for f in stay.entries if f.in_force)
    at_this_stay = _occasion(found, stay).is_dead
    return Setting(
        making=found.making,
        encounter=f"Encounter/{encounter_id(found.making.ids, found.who.strongest, stay)}",
        tags=_union_tags(found, stay.entries),
        on_hold=is_unresolved(stay),
        is_dead=at_this_stay or (found.died is not None and not ended),
    )


def _encounter(found: _Course, stay: Stay, ready: Intervals, setting: Setting) -> Resource:
    from_hospital = [e for e in stay.entries if found.organisations.key(e.message.head.sender) == stay.hospital]
    newest = max(from_hospital, key=_age, default=None)
    return encounter(
        stay,
        ready,
        id=setting.encounter.partition("/")[2],
        patient=found.making.patient,
        provider=found.making.directory.best(newest.message.head.sender) if newest else None,
        tags=setting.tags,
    )


def _tasks(
    occasion: Occasion, ready: Intervals, setting: Setting, targets: dict[str, list[str]]
) -> tuple[list[Resource], list[Owed]]:
    made: list[Resource] = []
    owed = [o for o in (early_notice(occasion), *admission_reports(occasion)) if o]
    for duty in owed:
        made.append(_caused(duty_task(duty, setting), (duty.cause, duty.done_by), targets))
    for readiness in ready.past:
        answer = decision(occasion, readiness)
        master = readiness_task(readiness, answer, setting)
        made.append(_caused(master, (readiness.notice, readiness.ended_by), targets))
        part = duty_task(answer, setting, part_of=f"Task/{master['id']}")
        made.append(_caused(part, (answer.cause, answer.done_by), targets))
        owed.append(answer)
    return made, owed


def _caused(task: Resource, by: Iterable[Entry | None], targets: dict[str, list[str]]) -> Resource:
    for entry in by:
        if entry is not None:
            targets.setdefault(entry.message.head.message_id, []).append(f"Task/{task['id']}")
    return task


class _Own(NamedTuple):
    """What a message makes by itself."""

    original: Resource
    """The DocumentReference, before its receiver is heard."""
    others: tuple[Resource, ...]
    refs: tuple[str, ...]
    """``Type/id`` of what its Provenance is about."""


def _of_messages(found: _Course, targets: dict[str, list[str]]) -> list[Resource]:
    made: list[Resource] = []
    talk = dialogs(found.entries, found.organisations, found.receipts, found.making)
    heard = speaking(found.entries)
    for entry in found.entries:
        message, making = entry.message, found.making.alone(entry)
        is_heard = message.head.message_id in heard
        asked = (entry.standing, entry.root, entry.replaces, is_heard, making)
        own = remembered(message, "own", asked, partial(_own, entry, making, is_heard))
        spoken = talk.of(entry)
        made += [with_delivery(own.original, message, found.receipts), *own.others, *spoken]
        about = [own.refs[0], *by_reference(spoken), *own.refs[1:], *targets.get(message.head.message_id, ())]
        made.append(remembered(message, "provenance", (asked, about), partial(provenance, entry, about, making)))
    return made


def _own(entry: Entry, making: Making, is_heard: bool) -> _Own:
    """Asks nothing but the message and what its arguments tell: it is made anew only when one of these is another."""
    entry = replace(entry, first=entry.message)
    said = clinical(entry, making) if is_heard else NOTHING
    document = composition(entry, making, said)
    others = [*binaries(entry, making), document, *said.resources]
    if entry.standing in (Standing.PARKED, Standing.QUARANTINED):
        others.append(clarification_task(entry, making))
    return _Own(document_reference(entry, making), tuple(others), (f"Composition/{document['id']}", *said.refs))


def _mentions(message: Message, directory: Directory) -> tuple[Mention, ...]:
    return tuple(mentions(message, directory))


def _newest(found: Iterable[Mention]) -> tuple[Mention, ...]:
    """One mention for each shared resource of each message, in a fixed order."""
    return tuple(sorted(found, key=lambda m: (m.resource["resourceType"], str(m.resource["id"]), m.at, m.message_id)))


def _stay_issues(found: _Course) -> list[Issue]:
    made = []
    for stay in found.stays:
        if is_unresolved(stay):
            made.append(_issue("stay-unresolved", stay))
        if stay.left is None and found.died is not None:
            made.append(_issue("dead-but-open", stay))
    return made


_TEXTS = {
    "stay-unresolved": "Innleggelsen er kansellert, men andre meldinger om oppholdet står. Avklar med sykehuset.",
    "dead-but-open": "Pasienten er meldt død, men oppholdet er ikke avsluttet av sykehuset.",
}


def _issue(code: str, stay: Stay) -> Issue:
    newest = max(stay.entries, key=_age)
    return Issue(code=code, text=_TEXTS[code], path=f"{newest.message.head.message_id}#MsgHead")
