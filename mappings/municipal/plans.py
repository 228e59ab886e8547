"""Goals, plans and what else a case tells of the patient: Goal verbatim, CarePlan of its kind, scores, aids.

Each plan keeps its kind as category, so that a list of visits is never taken for a treatment plan, and its source's id,
so that it meets the plans that people write without being taken for one of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from hub.contract import Resource
from mappings.care_plan import CUSTODIAN
from mappings.clinical.codes import SNOMED, observed
from mappings.clinical.observation import SOCIAL, SURVEY
from mappings.clinical.values import boolean, date_time, day, flagged, said, span, whole
from mappings.documents.municipal_case import (
    CaseAid,
    CaseGoal,
    CaseIndividualPlan,
    CaseMeasure,
    CasePatient,
    CasePlan,
    CaseScore,
    MunicipalCase,
)
from mappings.documents.shape import Part
from mappings.identifiers import H
from mappings.municipal.setting import Setting
from mappings.municipal.stated import Statement
from mappings.resources import code, coding, derived, moment, reference
from mappings.series import Entry

CATEGORIES: Final = f"{H}/CodeSystem/care-plan-category"
VKP: Final = "http://ehelse.no/fhir/CodeSystem/vkp-careplan-category-v090"
KINDS: Final = {
    "tiltaksplan": (CATEGORIES, "tiltaksplan", "Tiltaksplan"),
    "behandlingsplan": (VKP, "1", "Behandlingsplan"),
    "egenbehandlingsplan": (VKP, "2", "Egenbehandlingsplan"),
    "besoksplan": (VKP, "3", "Besøksplan"),
    "individuell-plan": (CATEGORIES, "individuell-plan", "Individuell plan"),
}
PLAN: Final = f"{H}/sid/kommune-plan"
GOAL: Final = f"{H}/sid/kommune-mal"
MEASURE: Final = f"{H}/sid/kommune-tiltak"
REQUESTED: Final = {
    "not-started": "active", "scheduled": "active", "in-progress": "active", "on-hold": "on-hold",
    "completed": "completed", "cancelled": "revoked", "stopped": "revoked", "unknown": "unknown",
}  # fmt: skip
"""Status of a measure as ServiceRequest has it."""
TOLD_BY: Final = {"patient": "Pasienten", "next-of-kin": "Pårørende"}
INSTRUMENTS: Final = {
    "CFS": (("763264000", "Canadian Study of Health and Aging Clinical Frailty Scale score"), range(1, 10)),
    "NEWS2": (("1104051000000101", "Royal College of Physicians NEWS2 (National Early Warning Score 2) total score"),
              range(21)),
}  # fmt: skip
"""SNOMED CT code and scale of each score by name, as the national Observation profiles of them have it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told(Statement):
    """A member of a case that becomes one resource, or one and what it holds."""

    told: Part
    municipality: str
    owner: MunicipalCase


def told(entry: Entry) -> Iterator[Told]:
    """What a case says of plans, goals, scores, aids and how the patient lives."""
    root = entry.message.root
    if not isinstance(root, MunicipalCase):
        return
    municipality = str(root.source.municipality)

    def one(part: Part, *key: str) -> Told:
        return Told(
            entry=entry,
            part=part,
            key=(key[0], municipality, *key[1:]),
            told=part,
            municipality=municipality,
            owner=root,
        )

    yield from (one(goal, "goal", str(goal.id)) for goal in root.goals)
    yield from (one(plan, "plan", str(plan.id)) for plan in root.plans)
    yield from (one(aid, "aid", str(aid.text).casefold()) for aid in root.aids)
    if root.individual_plan:
        yield one(root.individual_plan, "individual-plan")
    for score in (root.frailty, root.news2):
        if score is not None:
            yield one(score, "score", str(score.instrument), str(score.assessed))
    if root.patient.lives_alone:
        yield one(root.patient, "lives-alone")


def made_of(of: Told, setting: Setting, tellers: list[Told], *, is_over: bool) -> Iterator[Resource]:
    """The resources of one of them, the one it is all about last."""
    part = of.told
    if isinstance(part, CaseGoal):
        yield _goal(of, part, setting, tellers, is_over=is_over)
    elif isinstance(part, CasePlan):
        yield from _plan(of, part, setting, tellers, is_over=is_over)
    elif isinstance(part, CaseIndividualPlan):
        yield _individual(of, part, setting, tellers)
    elif isinstance(part, CaseScore):
        yield _score(of, part, setting, tellers)
    elif isinstance(part, CaseAid):
        yield _aid(of, part, setting, tellers)
    elif isinstance(part, CasePatient):
        yield _observation(
            of, setting, tellers, category=[SOCIAL], code=observed("bor-alene"), valueBoolean=boolean(part.lives_alone)
        )


def _goal(of: Told, goal: CaseGoal, setting: Setting, tellers: list[Told], *, is_over: bool) -> Resource:
    """The answer word for word; who gave it where that is told, else the patient, whom the question is put to."""
    next_of_kin = str(goal.told_by or "") == "next-of-kin"
    by = {"display": TOLD_BY["next-of-kin"]} if next_of_kin else reference(setting.making.patient)
    who = (
        derived(TOLD_BY[str(goal.told_by)], goal.told_by)
        if goal.told_by and str(goal.told_by) in TOLD_BY
        else goal.told_by
    )
    return setting.made(
        "Goal",
        of.key,
        tellers,
        identifier=[{"system": f"{GOAL}/{of.municipality}", "value": goal.id}],
        lifecycleStatus="completed" if is_over else "active",
        category=[{"text": said(goal.question)}] if said(goal.question) else [],
        description={"text": goal.answer},
        subject=reference(setting.making.patient),
        startDate=day(goal.recorded),
        expressedBy=by,
        note=[{"text": who}] if who else [],
    )


def _plan(of: Told, plan: CasePlan, setting: Setting, tellers: list[Told], *, is_over: bool) -> Iterator[Resource]:
    measures = [_measure(of, one, setting, tellers) for one in plan.measures]
    yield from measures
    yield _care_plan(
        of,
        setting,
        tellers,
        identifier=[{"system": f"{PLAN}/{of.municipality}", "value": plan.id}],
        status="completed" if is_over else (plan.status or "unknown"),
        category=[_category(plan)],
        title=said(plan.title),
        created=day(plan.updated),
        activity=[{"reference": reference(one)} for one in measures],
    )


def _category(plan: CasePlan) -> dict[str, Any]:
    known = KINDS.get(str(plan.kind))
    if known is None:
        return {"text": plan.kind}
    system, value, text = known
    return {"coding": [coding(system, derived(value, plan.kind), text)]}


def _measure(of: Told, one: CaseMeasure, setting: Setting, tellers: list[Told]) -> Resource:
    status = str(one.status or "unknown")
    return setting.made(
        "ServiceRequest",
        (*of.key, "measure", str(one.id)),
        tellers,
        identifier=[{"system": f"{MEASURE}/{of.municipality}", "value": one.id}],
        status=derived(REQUESTED.get(status, "unknown"), one.status or ""),
        intent="plan",
        code={"text": one.text},
        subject=reference(setting.making.patient),
        requester=setting.municipality(of),
    )


def _care_plan(of: Told, setting: Setting, tellers: list[Told], **elements: Any) -> Resource:
    responsible = setting.municipality(of)
    return setting.made(
        "CarePlan",
        of.key,
        tellers,
        extension=[{"url": CUSTODIAN, "valueReference": responsible}] if responsible else [],
        intent="plan",
        subject=reference(setting.making.patient),
        author=responsible,
        **elements,
    )


def _individual(of: Told, plan: CaseIndividualPlan, setting: Setting, tellers: list[Told]) -> Resource:
    return _care_plan(
        of,
        setting,
        tellers,
        status=plan.status,
        category=[code(*KINDS["individuell-plan"])],
        title=KINDS["individuell-plan"][2],
        period=span(day(plan.since), day(plan.to)),
    )


def _score(of: Told, score: CaseScore, setting: Setting, tellers: list[Told]) -> Resource:
    """CFS and NEWS2 by SNOMED CT; another instrument by its name. A score outside the scale stays in words."""
    value, known = whole(score.score), INSTRUMENTS.get(str(score.instrument).upper().replace(" ", ""))
    fits = value is not None and (known is None or int(value.json) in known[1])
    what = code(SNOMED, *known[0]) if known else {}
    who = said(score.assessor)
    return _observation(
        of,
        setting,
        tellers,
        code={**what, "text": score.instrument},
        effectiveDateTime=date_time(score.assessed),
        performer=[{**(setting.municipality(of) or {}), "display": who} if who else setting.municipality(of)],
        valueInteger=value if fits else None,
        dataAbsentReason=None if fits else {"text": score.score},
    )


def _aid(of: Told, aid: CaseAid, setting: Setting, tellers: list[Told]) -> Resource:
    return _observation(
        of,
        setting,
        tellers,
        category=[SURVEY],
        code=observed("hjelpemiddel"),
        extension=flagged("fast-hjelpemiddel", aid.fixed),
        valueString=aid.text,
    )


def _observation(of: Told, setting: Setting, tellers: list[Told], **elements: Any) -> Resource:
    usual: dict[str, Any] = {"category": [SURVEY], "performer": [setting.municipality(of)]}
    return setting.made(
        "Observation",
        of.key,
        tellers,
        status="final",
        subject=reference(setting.making.patient),
        issued=moment(of.entry.message.head.generated),
        **{**usual, **elements},
    )
