"""What is made of each stay: Encounter, Tasks, plan, what was assessed, and what a person must look at."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping

from hub.contract import Resource
from mappings import scope
from mappings.assessments import Assessing, entry_provenance
from mappings.care_plan import CAUSES, care_plan
from mappings.documents.stating import Version, history
from mappings.encounter import encounter
from mappings.findings import detected_issue
from mappings.gathered import Gathered, telling
from mappings.receiving import reception_task, transport_task
from mappings.resources import by_reference
from mappings.rules.judged import JudgedStay
from mappings.rules.occasion import Occasion
from mappings.seen import Seen
from mappings.series import Entry
from mappings.silence import unended, unended_task
from mappings.stays import is_unresolved
from mappings.task import Setting, duty_task, readiness_task


def of_stays(
    found: Gathered, known: Callable[[], Collection[str]]
) -> tuple[list[Resource], dict[str, list[str]], list[Seen]]:
    """Encounter, Tasks and plan of each stay; what each message is a cause of; what was worked out of each.

    ``known`` are the shared resources by reference; they are asked for only where somebody told something.
    """
    seen: list[Seen] = []
    made: list[Resource] = []
    targets: dict[str, list[str]] = {}
    own = history(found.log.entered.every)
    for judged_stay, odd in zip(found.stays, found.odd, strict=True):
        stay = judged_stay.at.stay
        setting = _setting(found, judged_stay.at, own)
        tasks = _tasks(judged_stay, setting, targets)
        beside = [detected_issue(one, setting) for one in odd]
        beside += _assessed(Assessing(stay=judged_stay, setting=setting, known=known), tasks)
        plan = care_plan(stay, tasks, setting, beside)
        seen.append(_seen(found, judged_stay, setting, tasks, beside))
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


def _seen(found: Gathered, stay: JudgedStay, setting: Setting, tasks: list[Resource], beside: list[Resource]) -> Seen:
    own = scope.kommune(entry.message for entry in telling(tuple(stay.at.stay.entries)))
    return Seen(
        stay=stay,
        setting=setting,
        tasks=tuple(tasks),
        beside=tuple(beside),
        kommune=own or found.making.kommune,
        has_plan=bool(stay.at.stay.of(*CAUSES)),
    )


def _setting(found: Gathered, at: Occasion, own: Mapping[str, list[Version]]) -> Setting:
    return Setting(
        making=found.making,
        encounter=found.encounter(at.stay),
        tags=found.tags(at.stay.entries),
        on_hold=is_unresolved(at.stay),
        is_dead=at.is_dead,
        written=own,
    )


def _encounter(found: Gathered, at: Occasion, setting: Setting) -> Resource:
    return encounter(
        at,
        id=setting.encounter.partition("/")[2],
        patient=found.making.patient,
        provider=found.making.directory.best(at.hospital) if at.hospital else None,
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
        received = reception_task(stay.at, readiness, setting, part_of=masters[readiness.number])
        made += [_caused(received, (readiness.notice, readiness.ended_by), targets)] if received else []
    for owed in stay.owed:
        part_of = masters.get(owed.number) if owed.duty == "kommune-beslutning" else None
        made.append(_caused(duty_task(owed, setting, part_of=part_of), (owed.cause, owed.done_by), targets))
    travel, end = transport_task(stay.at, setting), unended(stay.at)
    made += [travel] if travel else []
    if end is not None and end.due < stay.at.now:
        made.append(_caused(unended_task(end, setting), (end.about,), targets))
    return made


def _caused(task: Resource, by: Iterable[Entry | None], targets: dict[str, list[str]]) -> Resource:
    for entry in by:
        if entry is not None:
            targets.setdefault(entry.message.head.message_id, []).append(f"Task/{task['id']}")
    return task
