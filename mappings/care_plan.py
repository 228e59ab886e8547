"""The plan for the way home: one for each stay that the hospital has told of, with its Tasks as activities."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from hub.contract import Party, Resource
from mappings.documents.shape import Leaf
from mappings.identifiers import H
from mappings.narrative import notes
from mappings.resources import code, moment, period, reference, resource
from mappings.series import Entry
from mappings.stays import Stay
from mappings.task import Setting

CUSTODIAN: Final = "http://hl7.org/fhir/5.0/StructureDefinition/extension-CarePlan.custodian"
EARLY_HEADINGS: Final = "2.16.578.1.12.4.1.1.9145"
EXPECTED_COURSE: Final = "2"
CAUSES: Final = ("HELSEOPPL_SOKNAD", "LOG_UTSKRIVNINGSKLAR")


def care_plan(
    stay: Stay, tasks: Iterable[Resource], setting: Setting, beside: Iterable[Resource] = ()
) -> Resource | None:
    """The discharge plan, or None before the hospital has told of anything but the admission.

    What matters to the patient, and who coordinates, is in it (``beside``), as it was told.
    """
    causes = stay.of(*CAUSES)
    if not causes:
        return None
    making, newest = setting.making, causes[-1]
    sender = newest.message.head.sender
    left = stay.left.when if stay.left else None
    told = list(beside)
    return resource(
        "CarePlan",
        making.ids("CarePlan", setting.encounter.partition("/")[2], "utskrivningsplan"),
        meta={"tag": setting.tags},
        extension=_custodian(sender, setting),
        status=_status(stay, setting),
        intent="plan",
        category=[code(f"{H}/CodeSystem/care-plan-category", "utskrivningsplan", "Utskrivningsplan")],
        title="Utskrivningsplan",
        description=_course(stay),
        subject=reference(making.patient),
        encounter=reference(setting.encounter),
        period=period(causes[0].message.head.generated, left),
        created=moment(causes[0].message.head.generated),
        author=making.reference(making.directory.best(sender)),
        contributor=[reference(to) for to in _municipalities(causes, setting)],
        supportingInfo=[reference(f"Composition/{making.id('Composition', e)}") for e in stay.of("HELSEOPPL_SOKNAD")],
        careTeam=[reference(one) for one in told if one["resourceType"] == "CareTeam"],
        goal=[reference(one) for one in told if one["resourceType"] == "Goal"],
        activity=[{"reference": reference(task)} for task in tasks],
    )


def _status(stay: Stay, setting: Setting) -> str:
    if setting.is_dead:
        return "revoked"
    if stay.left:
        return "completed"
    return "on-hold" if setting.on_hold else "active"


def _custodian(sender: Party, setting: Setting) -> list[dict[str, Any]]:
    """Who is responsible, as R5 says it: the hospital, as long as the patient is there."""
    responsible = setting.making.directory.organization(sender)
    return [{"url": CUSTODIAN, "valueReference": reference(responsible)}] if responsible else []


def _municipalities(causes: Iterable[Entry], setting: Setting) -> list[str]:
    found = (setting.making.directory.organization(entry.message.head.receiver) for entry in causes)
    return sorted({to for to in found if to})


def _course(stay: Stay) -> Leaf | None:
    """Antatt forløp (9145/2) of the newest early information."""
    for entry in reversed(stay.of("HELSEOPPL_SOKNAD")):
        for note in notes(entry.message.payload):
            heading = note.overskriftskode
            if heading and (heading.s, heading.v) == (EARLY_HEADINGS, EXPECTED_COURSE) and note.notat.strip():
                return note.notat
    return None
