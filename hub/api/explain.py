"""Why the resources are as they are: from a message, and from a resource of the FHIR server."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Response

from hub.access.door import Calling, needs
from hub.access.ledger import Call, access
from hub.access.scopes import Right
from hub.api import documentation
from hub.api.answers import NO_STORE, message_path
from hub.api.models import ElementModel, ExplainFilters, ExplanationModel
from hub.api.problems import ProblemError
from hub.api.seen import seen
from hub.api.services import Services, at_hand
from hub.delivery.content import Ref
from hub.doors import course_of
from hub.explaining import Explaining, Explanation
from hub.gateway.told import whom
from hub.gateway.visible import is_visible
from hub.inspecting import Filter, row
from hub.log import reading

router = APIRouter(tags=["explain"])

Using = Annotated[Services, Depends(at_hand)]
Filters = Annotated[ExplainFilters, Query()]


@router.get(
    "/messages/{id}/explain",
    summary="Why its resources are as they are",
    responses=documentation.EXPLAIN,
    dependencies=[needs(Right.READ)],
)
async def explain_message(
    id: UUID, using: Using, filters: Filters, response: Response, caller: Calling
) -> ExplanationModel:
    """Every element made of this message alone, and of the patient's resources what it said there.

    Empty for a message that takes no part in a projection: a receipt, a refused message, a repetition.
    """
    async with using.sessions() as session:
        of = await reading.message(session, id, caller.numbers)
    if of is None:
        raise ProblemError("not-found")
    await seen(using, caller, "message explain", of)
    return _answer(await _explaining(using).message(id, _as_of(filters), _wanted(filters)), response)


@router.get(
    "/resources/{type}/{id}/explain",
    summary="Which messages made a FHIR resource, and how",
    responses=documentation.EXPLAIN,
    dependencies=[needs(Right.READ)],
)
async def explain_resource(
    type: Annotated[str, Path(pattern="^[A-Z][A-Za-z]{1,40}$", examples=["Encounter"])],
    id: Annotated[str, Path(pattern=r"^[A-Za-z0-9\-.]{1,64}$", examples=["5d1f2f0e-6b1c-8a44-9d0b-2f4f4c1b7a10"])],
    using: Using,
    filters: Filters,
    response: Response,
    caller: Calling,
) -> ExplanationModel:
    """Every element of a resource that heimveg has delivered. Empty when it has been withdrawn since."""
    async with using.sessions() as session:
        delivered = await reading.delivered(session, type, id)
    if delivered is None or not is_visible(delivered, caller):
        raise ProblemError("not-found")
    found = await _explaining(using).resource(Ref(type, id), _as_of(filters), _wanted(filters))
    if found is None:
        raise ProblemError("not-found")
    patients, resources = await whom(using.sessions, [delivered])
    await using.ledger.record(access(caller, Call("R", "resource explain"), 200, patients, resources))
    return _answer(found, response)


def _explaining(using: Services) -> Explaining:
    return Explaining(sessions=using.sessions, course=course_of(using.settings), ids=using.intake.ids)


def _as_of(filters: ExplainFilters) -> datetime:
    return filters.as_of or datetime.now(UTC)


def _wanted(filters: ExplainFilters) -> Filter:
    return Filter(xpath=filters.xpath, path=filters.path)


def _answer(found: Explanation, response: Response) -> ExplanationModel:
    response.headers.update(NO_STORE)
    return ExplanationModel(
        elements=[ElementModel(**row(element)) for element in found.elements],
        messages={message_id: message_path(at) for message_id, at in found.rows.items()},
    )
