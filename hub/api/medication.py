"""The medication lists of a patient side by side, what differs, and what people decide of it.

``GET`` shows each list's own words and every decision; lists that the caller's organisation has no part in are left
out. ``POST`` records a decision or a signature as an entry in the log; the projection shows what came of it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, Field
from sqlalchemy import select
from sqlmodel import col

from hub import doors
from hub.access.caller import Caller
from hub.access.door import Calling, needs
from hub.access.ledger import Call, access
from hub.access.scopes import Right
from hub.api import documentation
from hub.api.answers import NO_STORE
from hub.api.medication_page import SAFE, page
from hub.api.patients import PatientId, acting_for, lane_of
from hub.api.problems import ProblemError
from hub.api.services import Services, at_hand
from hub.contract import ORGANISASJONSNUMMER, Document
from hub.delivery.content import unpacked
from hub.entries import NotEntered, Telling, entries_about
from hub.log.tables import Delivered, Message
from hub.person import effective, look

router = APIRouter(tags=["medication"])

Using = Annotated[Services, Depends(at_hand)]


class Signing(BaseModel):
    """Who answers: the person by name, and the organisation as ``system|number`` where the token has several."""

    author: str = Field(min_length=1, max_length=200, examples=["Rita Lin"])
    organisation: str = Field(default="", max_length=200, examples=[f"{ORGANISASJONSNUMMER}|100000008"])


class Deciding(Signing):
    """What is decided of a discrepancy, which is named as ``GET`` names it."""

    discrepancy: str = Field(min_length=1, max_length=500, examples=["omission/C03CA01|enteral-or-oral/"])
    decision: str = Field(min_length=1, max_length=2000, examples=["Skal fortsatt brukes, 40 mg morgen"])


class Recorded(BaseModel):
    """The entry that was recorded."""

    id: str
    links: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A patient as the log has them."""

    lane: str
    documents: Sequence[Document]
    shown: Sequence[Document]
    """Those that the caller may see: of messages that are open to it, and what people entered."""


@router.get(
    "/patients/{id}/medication",
    summary="A patient's medication lists side by side",
    responses=documentation.ONE,
    dependencies=[needs(Right.READ)],
)
async def get_medication(id: PatientId, using: Using, request: Request, caller: Calling) -> Response:
    """JSON, or with ``Accept: text/html`` a page to print. ``id`` is that of the Patient resource."""
    held = await _held(using, id, caller)
    told = await _compared(held.shown)
    await using.ledger.record(access(caller, Call("R", "medication"), 200, (id,)))
    if "text/html" in request.headers.get("accept", ""):
        return Response(page(told), media_type="text/html; charset=utf-8", headers={**NO_STORE, **SAFE})
    return Response(orjson.dumps(told), media_type="application/json", headers=NO_STORE)


@router.post(
    "/patients/{id}/medication/decisions",
    status_code=201,
    summary="Decide a discrepancy between medication lists",
    responses=documentation.problems("bad-request", "no-organisation", "no-discrepancy", "store-unavailable"),
    dependencies=[needs(Right.DECIDE)],
)
async def post_decision(id: PatientId, body: Deciding, using: Using, caller: Calling) -> Recorded:
    """Kept as an entry with who and when; it holds until what was compared changes."""
    held = await _held(using, id, caller)
    told = await _compared(held.shown)
    open_ones = {one["discrepancy"] for one in told["findings"] if one["severity"] != "info"}
    if body.discrepancy not in open_ones:
        raise ProblemError("no-discrepancy")
    values = {"discrepancy": body.discrepancy, "decision": body.decision}
    return await _enter(using, id, held, caller, _telling("legemiddel-avgjorelse", values, body, caller, held))


@router.post(
    "/patients/{id}/medication/signatures",
    status_code=201,
    summary="Sign the reconciled medication list",
    responses=documentation.problems(
        "bad-request", "no-organisation", "not-prescriber", "not-found", "not-settled", "store-unavailable"
    ),
    dependencies=[needs(Right.DECIDE)],
)
async def post_signature(id: PatientId, body: Signing, using: Using, caller: Calling) -> Recorded:
    """By a prescriber, once nothing of high severity is open; over when a newer list comes.

    A prescriber is whom the token names by HPR number with an approval that gives a right to prescribe.
    """
    if not caller.prescriber:
        raise ProblemError("not-prescriber")
    held = await _held(using, id, caller)
    if await _is_dangerous(using, held.lane):
        raise ProblemError("not-settled")
    return await _enter(using, id, held, caller, _telling("legemiddelliste-signert", {}, body, caller, held))


async def _held(using: Services, id: str, caller: Caller) -> Held:
    """The documents of a patient whom the caller may see."""
    if using.writing is None:
        raise ProblemError("store-unavailable")
    maker = using.writing.maker
    lane = await lane_of(using, id, caller)
    async with using.sessions() as session:
        person = await look(session, [lane])
        messages = await effective(session, person, maker.remembered.recall)
        told = await entries_about(session, person)
        numbers = select(col(Message.id), col(Message.numbers)).where(col(Message.id).in_([m.row for m in messages]))
        open_to: dict[UUID, list[str]] = {one[0]: one[1] for one in (await session.execute(numbers)).all()}
    hidden = {message.row for message in messages if not caller.sees(open_to.get(message.row, ()))}
    documents = await asyncio.to_thread(maker.readable, [*messages, *told])
    shown = [document for key, document in documents.items() if key not in hidden]
    return Held(lane=lane, documents=list(documents.values()), shown=shown)


async def _compared(documents: Sequence[Document]) -> dict[str, Any]:
    now = datetime.now(UTC)
    return await asyncio.to_thread(doors.medication, documents, now, phase=None, age=None)


async def _is_dangerous(using: Services, lane: str) -> bool:
    """Whether something of high severity is open, as the last projection has it."""
    statement = select(col(Delivered.body)).where(
        col(Delivered.lane) == lane,
        col(Delivered.resource_type) == "DetectedIssue",
        col(Delivered.withdrawn).is_(False),
    )
    async with using.sessions() as session:
        bodies = (await session.execute(statement)).scalars().all()
    found = [orjson.loads(unpacked(body)) for body in bodies if body is not None]
    return any(one.get("severity") == "high" and one.get("status") == "preliminary" for one in found)


def _telling(kind: str, values: dict[str, str], body: Signing, caller: Caller, held: Held) -> Telling:
    persons = [person for one in held.documents for person in one.head.persons]
    return Telling(
        kind=kind,
        values=values,
        by=acting_for(body.organisation, caller),
        author=body.author,
        told=datetime.now(UTC),
        persons=tuple(persons[:1]),
    )


async def _enter(using: Services, id: str, held: Held, caller: Caller, telling: Telling) -> Recorded:
    async def noted() -> None:
        await using.ledger.record(access(caller, Call("C", f"medication {telling.kind}"), 201, (id,)))

    if using.writing is None:
        raise ProblemError("store-unavailable")
    done = await using.writing.tell(held.lane, telling, noted)
    if isinstance(done, NotEntered):
        raise ProblemError("bad-request", done.detail or done.reason)
    return Recorded(id=str(done.id), links={"medication": f"/patients/{id}/medication"})
