"""Who has seen what about a patient: the access log, for those who may see the patient."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Response

from hub.access.door import Calling, needs
from hub.access.event import audit_event
from hub.access.ledger import Call, about, access
from hub.access.scopes import Right
from hub.api import documentation
from hub.api.answers import NO_STORE
from hub.api.problems import ProblemError
from hub.api.services import Services, services
from hub.gateway import exact
from hub.gateway.statement import FORMAT
from hub.gateway.visible import is_visible
from hub.log import reading

router = APIRouter(tags=["access log"])

PatientId = Annotated[str, Path(pattern=r"^[A-Za-z0-9\-.]{1,64}$", examples=["5d1f2f0e-6b1c-8a44-9d0b-2f4f4c1b7a10"])]


@router.get(
    "/patients/{id}/access-log",
    summary="Who has seen what about a patient",
    responses=documentation.LIST,
    dependencies=[needs(Right.ACCESS_LOG)],
)
async def get_access_log(
    id: PatientId,
    using: Annotated[Services, Depends(services)],
    caller: Calling,
    before: Annotated[int | None, Query(ge=1, description="Only entries before this number")] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> Response:
    """A Bundle of AuditEvents, newest first. ``id`` is that of the Patient resource, never a national number."""
    async with using.sessions() as session:
        patient = await reading.delivered(session, "Patient", id)
        if patient is None or not is_visible(patient, caller):
            raise ProblemError("not-found")
        rows = await about(session, id, before=before, limit=limit)
    await using.ledger.record(access(caller, Call("R", "access-log"), 200, (id,)))
    entries = [{"resource": audit_event(row, id)} for row in rows]
    links = [{"relation": "self", "url": f"/patients/{id}/access-log"}]
    if len(rows) == limit:
        links.append({"relation": "next", "url": f"/patients/{id}/access-log?limit={limit}&before={rows[-1].sequence}"})
    bundle = {"resourceType": "Bundle", "type": "collection", "link": links, "entry": entries}
    return Response(exact.dumps(bundle), media_type=FORMAT, headers=NO_STORE)
