"""What a patient has blocked (sperring): told, seen and lifted by the organisation that the patient told it to.

A block is an entry in the log; it holds from the projection that the request makes. Nobody but its teller learns of it.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from hub import doors
from hub.access.caller import Caller
from hub.access.door import Calling, needs
from hub.access.ledger import Call, access
from hub.access.scopes import Right
from hub.api import documentation
from hub.api.answers import NO_STORE
from hub.api.patients import PatientId, acting_for, lane_of, persons_of
from hub.api.problems import ProblemError
from hub.api.services import Services, at_hand
from hub.contract import HER_ID, ORGANISASJONSNUMMER, Party, Resource
from hub.entries import NotEntered, Telling
from hub.gateway.visible import is_visible
from hub.log import reading
from hub.log.tables import Delivered, Entry
from hub.writing import Writing

router = APIRouter(tags=["patients"])

Using = Annotated[Services, Depends(at_hand)]
KIND: Final = "sperring"
PRIVACY: Final = "patient-privacy"
Number = Annotated[str | None, Field(pattern=r"^\d{1,9}$")]


class Blocking(BaseModel):
    """What is blocked, for whom. Nobody named: for everybody; nothing named: all that is known of the patient."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"author": "Journalansvarlig J.", "on": "2026-03-05", "for_organisation": "100000024"},
                {"author": "Journalansvarlig J.", "on": "2026-03-05", "for_person": "9999999"},
            ]
        },
    )

    author: Annotated[str, Field(min_length=1, max_length=200, description="Who writes it down")]
    organisation: Annotated[
        str, Field(max_length=200, description="On behalf of which of the caller's, as system|number")
    ] = ""
    on: Annotated[date, Field(description="The day the patient said so")]
    for_organisation: Annotated[Number, Field(description="Organisation number or HER-id")] = None
    for_person: Annotated[Number, Field(description="HPR number")] = None
    for_unit: Annotated[Number, Field(description="A unit's own organisation number or HER-id")] = None
    message: Annotated[str | None, Field(max_length=200, description="Only what this message (MsgId) made")] = None
    document: Annotated[
        str | None, Field(pattern=r"^DocumentReference/[A-Za-z0-9\-.]{1,64}$", description="Only this document")
    ] = None


class Block(BaseModel):
    """A block in force."""

    id: str
    consent: Resource
    links: dict[str, str]


class Blocks(BaseModel):
    """Those that the caller's organisation told."""

    blocks: list[Block]


class Recorded(BaseModel):
    """The entry that was recorded; ``shown``: it holds already."""

    id: str
    shown: bool
    links: dict[str, str]


@router.get(
    "/patients/{id}/blocks",
    summary="What the patient has blocked, as told by the caller's organisation",
    responses=documentation.ONE,
    dependencies=[needs(Right.BLOCK)],
)
async def get_blocks(id: PatientId, using: Using, caller: Calling) -> Blocks:
    """Blocks that others told are not shown, and not counted."""
    _, found = await _told(using, id, caller)
    await using.ledger.record(access(caller, Call("R", "blocks"), 200, (id,)))
    return Blocks(blocks=[_block(id, one) for one in found])


@router.post(
    "/patients/{id}/blocks",
    status_code=201,
    summary="Write down what the patient blocks",
    response_model=Recorded,
    responses=documentation.problems("bad-request", "no-organisation", "not-found", "store-unavailable"),
    dependencies=[needs(Right.BLOCK)],
)
async def post_block(id: PatientId, body: Blocking, using: Using, caller: Calling) -> Response:
    """201 when it holds, 202 when it is stored and holds in a moment."""
    lane = await lane_of(using, id, caller)
    telling = Telling(
        kind=KIND,
        values=await _values(using, lane, body),
        by=acting_for(body.organisation, caller),
        author=body.author,
        told=datetime.now(UTC),
        persons=(await persons_of(using, lane))[:1],
    )
    return await _enter(using, id, caller, lane, telling)


@router.delete(
    "/patients/{id}/blocks/{block}",
    status_code=204,
    summary="Lift a block",
    responses=documentation.problems("not-found", "not-yours", "store-unavailable"),
    dependencies=[needs(Right.BLOCK)],
)
async def delete_block(
    id: PatientId,
    block: UUID,
    using: Using,
    caller: Calling,
    author: Annotated[str, Query(min_length=1, max_length=200, description="Who writes it down")],
) -> Response:
    """By the organisation that told it; the day it was told stays in the log."""
    lane, found = await _told(using, id, caller)
    consent = next((one for one in found if _id(one) == str(block)), None)
    teller = await _teller(using, block)
    if consent is None or teller is None:
        raise ProblemError("not-found")
    telling = Telling(
        kind=KIND,
        values={"on": consent["dateTime"]},
        by=teller,
        author=author,
        told=datetime.now(UTC),
        persons=(await persons_of(using, lane))[:1],
        corrects=block,
        takes_back=True,
    )
    return await _enter(using, id, caller, lane, telling)


def _writing(using: Services) -> Writing:
    if using.writing is None:
        raise ProblemError("store-unavailable")
    return using.writing


async def _told(using: Services, id: str, caller: Caller) -> tuple[str, list[Resource]]:
    """The patient's lane and the blocks that the caller told; who told one knows the patient, also when shut out."""
    writing = _writing(using)
    async with using.sessions() as session:
        row = await session.get(Delivered, ("Patient", id))
        patient = await reading.delivered(session, "Patient", id)
    if row is None or patient is None:
        raise ProblemError("not-found")
    made = (await writing.projection(row.lane)).resources
    found = [one for one in made if _is_block(one) and is_visible(one, caller)]
    if not found and not is_visible(patient, caller):
        raise ProblemError("not-found")
    return row.lane, found


def _is_block(resource: Resource) -> bool:
    scopes: Iterable[dict[str, Any]] = resource.get("scope", {}).get("coding", ())
    return resource["resourceType"] == "Consent" and any(one.get("code") == PRIVACY for one in scopes)


def _id(consent: Resource) -> str:
    return str(consent["identifier"][0]["value"]).removeprefix("urn:uuid:")


def _block(patient: str, consent: Resource) -> Block:
    return Block(id=_id(consent), consent=consent, links={"self": f"/patients/{patient}/blocks/{_id(consent)}"})


async def _teller(using: Services, block: UUID) -> Party | None:
    async with using.sessions() as session:
        row = await session.get(Entry, block)
    return doors.load(zlib.decompress(row.dumped), b"").head.sender if row is not None else None


async def _values(using: Services, lane: str, body: Blocking) -> dict[str, Any]:
    if sum(one is not None for one in (body.for_organisation, body.for_person, body.for_unit)) > 1:
        raise ProblemError("bad-request", "for_organisation, for_person or for_unit: one of them")
    said = {
        "on": body.on.isoformat(),
        "organisation": _numbered(body.for_organisation),
        "unit": _numbered(body.for_unit),
        "person": body.for_person,
        "message": await _message(using, lane, body),
    }
    return {name: value for name, value in said.items() if value is not None}


def _numbered(number: str | None) -> dict[str, str] | None:
    """Nine digits are an organisation number, fewer a HER-id."""
    if number is None:
        return None
    return {"system": ORGANISASJONSNUMMER if len(number) == len("100000008") else HER_ID, "value": number}


async def _message(using: Services, lane: str, body: Blocking) -> str | None:
    """The message that was named, or that the document came in."""
    if body.document is None:
        return body.message
    async with using.sessions() as session:
        row = await session.get(Delivered, tuple(body.document.split("/")))
    if row is None or row.lane != lane or row.source is None:
        raise ProblemError("not-found", "document")
    return row.source


async def _enter(using: Services, id: str, caller: Caller, lane: str, telling: Telling) -> Response:
    async def noted() -> None:
        action = "D" if telling.takes_back else "C"
        await using.ledger.record(access(caller, Call(action, "block"), 200, (id,)))

    done = await _writing(using).tell(lane, telling, noted)
    if isinstance(done, NotEntered):
        raise ProblemError("not-yours" if done.reason == "not-yours" else "bad-request", done.detail or done.reason)
    if telling.takes_back:
        return Response(status_code=204 if done.shown else 202, headers=NO_STORE)
    told = Recorded(id=str(done.id), shown=done.shown, links={"self": f"/patients/{id}/blocks/{done.id}"})
    return JSONResponse(told.model_dump(), status_code=201 if done.shown else 202, headers=NO_STORE)
