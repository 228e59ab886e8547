"""What a Bundle in the shape of VKP states: services, visits, diagnoses and allergies, by its own identifiers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from hub.contract import ORGANISASJONSNUMMER, Resource
from mappings import tables
from mappings.care_plan import CUSTODIAN
from mappings.clinical.codes import hl7
from mappings.clinical.values import as_notes, date_time, day, said, span
from mappings.documents.municipal_fhir import (
    FhirAllergy,
    FhirCarePlan,
    FhirComposition,
    FhirConcept,
    FhirCondition,
    FhirDetail,
    FhirEpisode,
    FhirIdentifier,
    FhirPeriod,
    MunicipalBundle,
)
from mappings.documents.shape import Leaf
from mappings.municipal.fhir_values import concept, identifiers
from mappings.municipal.plans import KINDS
from mappings.municipal.setting import Setting
from mappings.municipal.stated import Pause, ServiceStatement, Statement
from mappings.municipal.written_documents import document
from mappings.resources import coding, derived, moment, reference
from mappings.series import Entry

PAUSED: Final = "onhold"
KIND_OF: Final = {"besøksplan": "besoksplan", "besoksplan": "besoksplan", "tiltaksplan": "tiltaksplan"}
"""Words of a category for our kinds."""
BY_CODE: Final = {"1": "behandlingsplan", "2": "egenbehandlingsplan", "3": "besoksplan"}
VISIT: Final = {
    "not-started": "booked", "scheduled": "booked", "in-progress": "arrived", "on-hold": "pending",
    "completed": "fulfilled", "cancelled": "cancelled", "stopped": "cancelled", "unknown": "pending",
    "entered-in-error": "entered-in-error",
}  # fmt: skip
"""Status of a visit as Appointment has it."""
DONE: Final = {
    "completed": "completed", "cancelled": "revoked", "stopped": "revoked", "on-hold": "on-hold",
    "entered-in-error": "entered-in-error",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown(Statement):
    """A plan, diagnosis, allergy or document of a Bundle."""

    told: FhirCarePlan | FhirCondition | FhirAllergy | FhirComposition
    municipality: str


def _root(entry: Entry) -> MunicipalBundle | None:
    root = entry.message.root
    return root if isinstance(root, MunicipalBundle) else None


def services(entry: Entry) -> Iterator[ServiceStatement]:
    """Every EpisodeOfCare."""
    root = _root(entry)
    for one in root.episode if root else ():
        yield _service(entry, str(root.municipality) if root else "", one)


def _service(entry: Entry, municipality: str, of: FhirEpisode) -> ServiceStatement:
    national, local = _codes(of)
    by, period = of.managing, of.period
    own = by.identifier if by else None
    is_number = own is not None and own.system == ORGANISASJONSNUMMER
    return ServiceStatement(
        entry=entry,
        part=of,
        key=("fhir", municipality, *_key(of.identifier, of.id)),
        municipality=municipality,
        number_of=tuple(_numbers(of.identifier)),
        kind=national,
        local_code=local[1] if local else None,
        local_system=local[0] if local else None,
        local_text=local[2] if local else next((said(kind.text) for kind in of.type if kind.text), None),
        start=_date(period.start if period else None),
        end=_date(period.end if period else None),
        organisation=own.value if own and is_number else None,
        unit=by.display if by else None,
        status=of.status,
        pauses=_pauses(of),
        is_given=str(of.status) in ("active", PAUSED, "finished"),
    )


def _codes(of: FhirEpisode) -> tuple[Leaf | None, tuple[Leaf | str, Leaf, Leaf | None] | None]:
    """The code of kodeverk 9151, and the municipality's own."""
    own, national, local = str(tables.system_of(9151)), None, None
    for one in (c for kind in of.type for c in kind.coding):
        if one.system == own and national is None:
            national = one.code
        elif one.code and local is None:
            local = (one.system or "", one.code, one.display)
    return national, local


def _pauses(of: FhirEpisode) -> tuple[Pause, ...] | None:
    """Where the history tells of none and the service rests, since when is not known."""
    found = [one for one in of.history if str(one.status) == PAUSED and one.period and one.period.start]
    if not of.history:
        return None
    return tuple(
        Pause(id=str(place), since=_date(one.period.start) or "", to=_date(one.period.end))
        for place, one in enumerate(found, start=1)
        if one.period
    )


def _date(leaf: Leaf | None) -> str | None:
    return day(leaf) if leaf else None


def _key(of: tuple[FhirIdentifier, ...], own: Leaf | None) -> tuple[str, str]:
    """By its identifier; a logical id is only the next best."""
    first = next((one for one in of if one.value), None)
    return (str(first.system or ""), str(first.value)) if first else ("id", str(own or ""))


def _numbers(of: tuple[FhirIdentifier, ...]) -> Iterator[tuple[str, Leaf | str]]:
    yield from ((str(one.system or ""), one.value) for one in of if one.value and one.system)


def shown(entry: Entry) -> Iterator[Shown]:
    """Every plan, diagnosis, allergy and document."""
    root = _root(entry)
    if root is None:
        return
    for told in (*root.plan, *root.condition, *root.allergy, *root.composition):
        assert isinstance(told, FhirCarePlan | FhirCondition | FhirAllergy | FhirComposition)  # noqa: S101  for the type checker
        named = _of_document(told, entry) if isinstance(told, FhirComposition) else _key(told.identifier, told.id)
        key = (told.shape.name, str(root.municipality), *named)
        yield Shown(entry=entry, part=told, key=key, told=told, municipality=str(root.municipality))


def _of_document(of: FhirComposition, entry: Entry) -> tuple[str, str]:
    """By its identifier; one without is this export's own, by its date and title."""
    if of.identifier and of.identifier.value:
        return str(of.identifier.system or ""), str(of.identifier.value)
    return entry.message.head.message_id, f"{of.date or ''} {of.title or ''}"


def made_of(of: Shown, setting: Setting, tellers: list[Shown]) -> Iterator[Resource]:
    """The resources of one of them."""
    if isinstance(of.told, FhirCarePlan):
        yield from _plan(of, of.told, setting, tellers)
    elif isinstance(of.told, FhirCondition):
        yield _condition(of, of.told, setting, tellers)
    elif isinstance(of.told, FhirComposition):
        yield document(of, of.told, setting, tellers)
    else:
        yield _allergy(of, of.told, setting, tellers)


def _plan(of: Shown, plan: FhirCarePlan, setting: Setting, tellers: list[Shown]) -> Iterator[Resource]:
    held = [(n, one.detail) for n, one in enumerate(plan.activity, start=1) if one.detail is not None]
    visits = [_visit(of, n, detail, setting, tellers) for n, detail in held]
    yield from visits
    responsible = setting.municipality(of)
    yield setting.made(
        "CarePlan",
        of.key,
        tellers,
        extension=[{"url": CUSTODIAN, "valueReference": responsible}] if responsible else [],
        identifier=identifiers(plan.identifier),
        status=plan.status or "unknown",
        intent="plan",
        category=[_category(one) for one in plan.category] or [{"text": "Plan"}],
        title=said(plan.title),
        description=said(plan.description),
        subject=reference(setting.making.patient),
        period=_span(plan.period),
        created=date_time(plan.created),
        author=responsible,
        activity=[{"reference": reference(one)} for one in visits],
    )


def _span(of: FhirPeriod | None) -> dict[str, Any]:
    return span(date_time(of.start), date_time(of.end)) if of else {}


def _category(of: FhirConcept) -> dict[str, Any]:
    """With our kind beside what was told, so that a list of visits is never taken for a plan of treatment."""
    word = str(of.text or next((c.display for c in of.coding if c.display), "")).strip().casefold()
    vkp = [BY_CODE.get(str(c.code)) for c in of.coding if "vkp-careplan" in str(c.system)]
    kind = KIND_OF.get(word) or next(iter(vkp), None)
    told = concept(of)
    if kind is None:
        return told
    system, value, text = KINDS[kind]
    source = of.text or next((c.code for c in of.coding if c.code), Leaf(""))
    others = [c for c in told["coding"] if c["system"] != system]
    return {"coding": [coding(system, derived(value, source), text), *others], "text": of.text}


def _visit(of: Shown, place: int, detail: FhirDetail, setting: Setting, tellers: list[Shown]) -> Resource:
    """A visit with a time is an Appointment; what has none is only to be done."""
    key, when = (*of.key, "activity", str(place)), detail.scheduled
    status = str(detail.status or "unknown")
    start, end = _instant(when.start if when else None), _instant(when.end if when else None)
    if start and end:
        return setting.made(
            "Appointment",
            key,
            tellers,
            status=derived(VISIT.get(status, "pending"), detail.status or ""),
            cancelationReason=concept(detail.reason) if VISIT.get(status) == "cancelled" else None,
            reasonCode=[] if VISIT.get(status) == "cancelled" else [concept(detail.reason)],
            serviceType=[concept(detail.code)],
            description=said(detail.description),
            comment=said(detail.kind),
            start=start,
            end=end,
            participant=[{"actor": reference(setting.making.patient), "status": "accepted"}],
        )
    return setting.made(
        "ServiceRequest",
        key,
        tellers,
        status=derived(DONE.get(status, "active"), detail.status or ""),
        intent="plan",
        code={**concept(detail.code), "text": said(detail.description) or "Aktivitet"},
        subject=reference(setting.making.patient),
        requester=setting.municipality(of),
        reasonCode=[concept(detail.reason)],
        note=as_notes(detail.kind),
    )


def _instant(leaf: Leaf | None) -> str | None:
    """Appointment wants a clock, and no midnight is invented for a day."""
    found = date_time(leaf)
    return found if found and "T" in found else None


def _condition(of: Shown, told: FhirCondition, setting: Setting, tellers: list[Shown]) -> Resource:
    return setting.made(
        "Condition",
        of.key,
        tellers,
        identifier=identifiers(told.identifier),
        clinicalStatus=concept(told.clinical_status),
        verificationStatus=concept(told.verification_status),
        category=[hl7("condition-category", "problem-list-item", "Problem List Item")],
        code=concept(told.code) or {"text": "Uten navn"},
        subject=reference(setting.making.patient),
        onsetDateTime=date_time(told.onset),
        abatementDateTime=date_time(told.abatement),
        recordedDate=moment(of.entry.message.head.generated),
        note=[{"text": one.text} for one in told.note],
    )


def _allergy(of: Shown, told: FhirAllergy, setting: Setting, tellers: list[Shown]) -> Resource:
    return setting.made(
        "AllergyIntolerance",
        of.key,
        tellers,
        identifier=identifiers(told.identifier),
        clinicalStatus=concept(told.clinical_status),
        verificationStatus=concept(told.verification_status),
        type=said(told.type),
        criticality=said(told.criticality),
        code=concept(told.code) or {"text": "Uten navn"},
        patient=reference(setting.making.patient),
        onsetDateTime=date_time(told.onset),
        recordedDate=moment(of.entry.message.head.generated),
        note=[{"text": one.text} for one in told.note],
    )
