"""``GET /patients/{id}/timeline``: everything known of a patient, in clinical time."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from hub.access.door import Calling, needs
from hub.access.ledger import Call, access
from hub.access.scopes import Right
from hub.api import documentation
from hub.api.answers import NO_STORE
from hub.api.patients import PatientId, Shape, collection, known_of, sees
from hub.api.services import Services, at_hand
from hub.timeline import Happening, timeline

router = APIRouter(tags=["patients"])


class HappeningModel(BaseModel):
    """One thing at its time."""

    time: str | None = Field(
        description="As the source has it: an instant, day, month or year", examples=["2026-03-04"]
    )
    resource: str = Field(examples=["Condition/5d1f2f0e-6b1c-8a44-9d0b-2f4f4c1b7a10"])
    text: str
    status: str | None = None
    sources: list[str] = Field(description="Ids of the messages and entries that it comes from")
    links: dict[str, str] = Field(description="`explain`: which element of which message each value comes from")


class Timeline(BaseModel):
    """The oldest first; what has no time comes last."""

    patient: str
    as_of: datetime
    happenings: list[HappeningModel]


@router.get(
    "/patients/{id}/timeline",
    summary="Everything known of a patient, in clinical time",
    response_class=Response,
    responses={200: {"model": Timeline, "content": {"application/fhir+json": {}}}, **documentation.ONE},
    dependencies=[needs(Right.SEE_STAYS)],
)
async def get_timeline(
    id: PatientId,
    using: Annotated[Services, Depends(at_hand)],
    caller: Calling,
    form: Annotated[Shape, Query(alias="format")] = Shape.JSON,
) -> Response:
    """Worked out from the log as it is now: what the caller's organisation and scopes let it see."""
    now = datetime.now(UTC)
    found = timeline(await known_of(using, id, caller), lambda resource: sees(caller, resource))
    await using.ledger.record(access(caller, Call("R", "timeline"), 200, (id,)))
    if form is Shape.FHIR:
        return Response(collection(one.resource for one in found), media_type="application/fhir+json", headers=NO_STORE)
    told = Timeline(patient=f"Patient/{id}", as_of=now, happenings=[_model(one) for one in found])
    return JSONResponse(told.model_dump(mode="json"), headers=NO_STORE)


def _model(one: Happening) -> HappeningModel:
    status = one.resource.get("status")
    return HappeningModel(
        time=one.time or None,
        resource=one.reference,
        text=one.text,
        status=str(status) if status else None,
        sources=list(one.sources),
        links={"explain": f"/resources/{one.reference}/explain"},
    )
