"""The plans of a patient in one view, and the versions that people wrote: who changed what when."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Literal, cast
from uuid import UUID

import orjson
from fastapi import APIRouter, Depends, Path, Query, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from hub.access.caller import Caller
from hub.access.door import Calling, needs
from hub.access.ledger import Call, access
from hub.access.scopes import Right
from hub.api import documentation
from hub.api.answers import NO_STORE
from hub.api.fhir_write import noted
from hub.api.patients import PatientId, Shape, collection, known_of, sees
from hub.api.problems import ProblemError
from hub.api.services import Services, at_hand
from hub.contract import Resource
from hub.delivery.content import Ref, ref_of
from hub.differing import changes
from hub.plans import Plan, kind_of, plans
from hub.stating import Stating
from hub.timeline import time_of, words_of

router = APIRouter(tags=["plans"])

Using = Annotated[Services, Depends(at_hand)]
PlanId = Annotated[UUID, Path(description="The id of the CarePlan")]


class VersionModel(BaseModel):
    """One version: which in the row, who wrote it, when."""

    version: int = Field(examples=[2], description="Its number among what people wrote")
    entry: str = Field(examples=["01a21315-014b-748c-8374-7192948182fd"], description="The entry in the log")
    told: datetime
    by: str = Field(examples=["Eksempel kommune"])
    author: str = Field(examples=["Eksempel EPJ"])


class VersionsModel(BaseModel):
    """Every version that the caller sees, oldest first; none of a plan that only messages made."""

    plan: str = Field(examples=["CarePlan/e7399952-0000-8000-8000-000000000001"])
    versions: list[VersionModel]


class ChangeModel(BaseModel):
    """One value that differs; absent where there was or is nothing."""

    path: str = Field(examples=["activity[0].reference.reference"])
    was: Any = Field(default=None, examples=["active"])
    now: Any = Field(default=None, examples=["completed"])


class DiffModel(BaseModel):
    """What differs between two versions, as their authors stated them."""

    plan: str = Field(examples=["CarePlan/e7399952-0000-8000-8000-000000000001"])
    changes: list[ChangeModel]


class MentionedModel(BaseModel):
    """A goal or an activity of a plan."""

    resource: str = Field(examples=["Task/e7399952-0000-8000-8000-000000000002"])
    text: str = Field(examples=["Gåtrening"])
    status: str | None = Field(default=None, examples=["in-progress"])
    responsible: str | None = Field(default=None, examples=["Eksempel kommune"])


class PlanModel(BaseModel):
    """One plan. ``made_by`` tells whether messages (and record systems), people, or both have made it."""

    plan: str = Field(examples=["CarePlan/e7399952-0000-8000-8000-000000000001"])
    kind: str = Field(description="The code of its first category", examples=["1"])
    kind_text: str = Field(examples=["Behandlingsplan"])
    title: str = Field(examples=["Behandlingsplan"])
    status: str = Field(examples=["active"])
    since: str | None = Field(default=None, description="As the source has it", examples=["2026-03-04"])
    made_by: Literal["messages", "people", "both"]
    responsible: str | None = Field(default=None, examples=["Eksempel sykehus"])
    restricted: bool = Field(description="Only for those whom it names")
    zone: Literal["green", "yellow", "red"] | None = None
    version: int = Field(description="How many versions people have written", examples=[2])
    changed: str | None = Field(default=None, description="When people last wrote it")
    changed_by: str | None = Field(default=None, examples=["Eksempel kommune"])
    goals: list[MentionedModel]
    activities: list[MentionedModel]
    parts: list[PlanModel] = Field(description="Zones, and the crisis part where the caller sees it")
    sources: list[str] = Field(description="Ids of the messages and entries that it comes from")
    links: dict[str, str]


class PlansModel(BaseModel):
    """Those that go on first."""

    patient: str = Field(examples=["Patient/5d1f2f0e-6b1c-8a44-9d0b-2f4f4c1b7a10"])
    as_of: datetime
    plans: list[PlanModel]


@router.get(
    "/patients/{id}/plans",
    summary="Every plan of a patient in one view",
    response_class=Response,
    responses={200: {"model": PlansModel, "content": {"application/fhir+json": {}}}, **documentation.ONE},
    dependencies=[needs(Right.SEE_STAYS)],
)
async def get_plans(
    id: PatientId,
    using: Using,
    caller: Calling,
    form: Annotated[Shape, Query(alias="format")] = Shape.JSON,
) -> Response:
    """Plans from messages and record systems beside those that people write, none in the place of another.

    As FHIR: each plan, the goals and activities that it refers to, and its parts.
    """
    found = plans(await known_of(using, id, caller), lambda resource: sees(caller, resource))
    await using.ledger.record(access(caller, Call("R", "plans"), 200, (id,)))
    if form is Shape.FHIR:
        held = {str(ref_of(one)): one for plan in found for one in plan.held()}
        return Response(collection(held.values()), media_type="application/fhir+json", headers=NO_STORE)
    told = PlansModel(patient=f"Patient/{id}", as_of=datetime.now(UTC), plans=[_model(one) for one in found])
    return JSONResponse(told.model_dump(mode="json", exclude_none=True), headers=NO_STORE)


def _model(plan: Plan) -> PlanModel:
    resource, newest = plan.resource, plan.versions[-1] if plan.versions else None
    to, (kind, text) = str(ref_of(resource)), kind_of(resource)
    versions = {"versions": f"/plans/{resource['id']}/versions"} if plan.versions else {}
    return PlanModel(
        plan=to,
        kind=kind,
        kind_text=text,
        title=str(resource.get("title") or text),
        status=str(resource["status"]),
        since=time_of(resource) or None,
        made_by=plan.made_by,
        responsible=_responsible(resource),
        restricted=bool(resource["meta"].get("security")),
        zone=cast("Any", plan.zone),
        version=len(plan.versions),
        changed=newest.at if newest else None,
        changed_by=newest.by if newest else None,
        goals=[_mentioned(one) for one in plan.goals],
        activities=[_mentioned(one) for one in plan.activities],
        parts=[_model(part) for part in plan.parts],
        sources=list(plan.sources),
        links={"fhir": f"/fhir/{to}", "explain": f"/resources/{to}/explain", **versions},
    )


def _mentioned(one: Resource) -> MentionedModel:
    status = one.get("status") or one.get("lifecycleStatus")
    return MentionedModel(
        resource=str(ref_of(one)),
        text=str(one.get("description") if isinstance(one.get("description"), str) else "") or words_of(one),
        status=str(status) if status else None,
        responsible=_responsible(one),
    )


def _responsible(one: Resource) -> str | None:
    """Who answers for it: by name, else by reference."""
    found = one.get("owner") or one.get("author") or one.get("requester") or one.get("expressedBy") or {}
    return str(found.get("display") or found.get("reference") or "") or None


@router.get(
    "/plans/{plan}/versions",
    summary="Who changed a plan, and when",
    responses=documentation.ONE,
    dependencies=[needs(Right.SEE_STAYS)],
)
async def get_versions(plan: PlanId, using: Using, caller: Calling) -> VersionsModel:
    """What people wrote of it; what a version says is in the difference, or in FHIR's history."""
    found = await _versions(using, caller, plan)
    told = [
        VersionModel(
            version=said.version,
            entry=entry.head.message_id,
            told=entry.head.generated,
            by=entry.head.sender.name,
            author=entry.author,
        )
        for entry, said in found
    ]
    return VersionsModel(plan=f"CarePlan/{plan}", versions=told)


@router.get(
    "/plans/{plan}/diff",
    summary="What differs between two versions of a plan",
    responses=documentation.ONE,
    response_model_exclude_none=True,
    dependencies=[needs(Right.SEE_STAYS)],
)
async def get_difference(
    plan: PlanId,
    using: Using,
    caller: Calling,
    first: Annotated[int, Query(alias="from", ge=1, description="The number of a version")],
    second: Annotated[int, Query(alias="to", ge=1, description="The number of another")],
) -> DiffModel:
    """By path, value by value; the resource's own data of the server (`meta`) is not compared."""
    stated = {said.version: orjson.loads(said.resource) for _, said in await _versions(using, caller, plan)}
    if not {first, second} <= stated.keys():
        raise ProblemError("not-found")
    was, now = ({**stated[number], "meta": None} for number in (first, second))
    found = [ChangeModel(path=one.path, was=one.was, now=one.now) for one in changes(was, now)]
    return DiffModel(plan=f"CarePlan/{plan}", changes=found)


async def _versions(using: Services, caller: Caller, plan: UUID) -> list[Any]:
    if using.writing is None:
        raise ProblemError("store-unavailable")
    stating = Stating(writing=using.writing, caller=caller, noted=noted(using, caller))
    found = await stating.versions(Ref("CarePlan", str(plan)))
    if found is None:
        raise ProblemError("not-found")
    return found
