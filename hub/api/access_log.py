"""Who has seen what about a patient: the access log, for those who may see the patient."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from hub.access.door import Calling, needs
from hub.access.event import audit_event
from hub.access.ledger import Call, about, access
from hub.access.scopes import Right
from hub.api import documentation
from hub.api.answers import NO_STORE
from hub.api.patients import PatientId, lane_of
from hub.api.services import Services, at_hand
from hub.gateway import exact
from hub.gateway.statement import FORMAT
from hub.log import reading

router = APIRouter(tags=["access log"])


@router.get(
    "/patients/{id}/access-log",
    summary="Who has seen what about a patient",
    responses=documentation.LIST,
    dependencies=[needs(Right.ACCESS_LOG)],
)
async def get_access_log(
    id: PatientId,
    using: Annotated[Services, Depends(at_hand)],
    caller: Calling,
    before: Annotated[int | None, Query(ge=1, description="Only entries before this number")] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> Response:
    """A Bundle of AuditEvents, newest first. ``id`` is that of the Patient resource, never a national number."""
    lane = await lane_of(using, id, caller)
    async with using.sessions() as session:
        ids = await reading.ids_of(session, "Patient", lane)
        rows = await about(session, ids, before=before, limit=limit)
    await using.ledger.record(access(caller, Call("R", "access-log"), 200, (id,)))
    entries = [{"resource": audit_event(row, id)} for row in rows]
    links = [{"relation": "self", "url": f"/patients/{id}/access-log"}]
    if len(rows) == limit:
        links.append({"relation": "next", "url": f"/patients/{id}/access-log?limit={limit}&before={rows[-1].sequence}"})
    bundle = {"resourceType": "Bundle", "type": "collection", "link": links, "entry": entries}
    return Response(exact.dumps(bundle), media_type=FORMAT, headers=NO_STORE)
