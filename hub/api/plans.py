"""The versions of a plan that people wrote: who changed it when, and what differs between two of them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import APIRouter, Depends, Path, Query
from pydantic import BaseModel, Field

from hub.access.caller import Caller
from hub.access.door import Calling, needs
from hub.access.scopes import Right
from hub.api import documentation
from hub.api.fhir_write import noted
from hub.api.problems import ProblemError
from hub.api.services import Services, services
from hub.delivery.content import Ref
from hub.differing import changes
from hub.stating import Stating

router = APIRouter(tags=["plans"])

Using = Annotated[Services, Depends(services)]
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
