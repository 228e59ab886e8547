"""The outbox over REST: what is on its way to partners, and a person's word on it. Its sender sees it, nobody else."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Annotated, Any, Final, Literal
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from hub.access.caller import Caller
from hub.access.door import Calling, needs
from hub.access.ledger import Call, access
from hub.access.scopes import Right
from hub.api import documentation
from hub.api.answers import NO_STORE
from hub.api.messages import UNTRUSTED
from hub.api.problems import ProblemError, problem_response
from hub.api.services import Services, at_hand
from hub.api.stays import When, _writing
from hub.contract import Untold
from hub.log.keys import time_ordered_id
from hub.log.tables import Delivered
from hub.outbox import book
from hub.outbox.deciding import Decision, decide
from hub.outbox.states import State
from hub.outbox.tables import OutgoingMessage, OutgoingStep
from hub.outbox.texts import WHY
from hub.writing import Writer

router = APIRouter(tags=["outbox"])

Using = Annotated[Services, Depends(at_hand)]


class Shown(BaseModel):
    """One message on its way out."""

    id: UUID
    message_id: str = Field(description="The MsgId that the receiver sees; the same at every try")
    type: str = Field(examples=["DIALOG_NOTAT"])
    version: str
    state: State
    sender: str
    receiver: str
    about: str = Field(description="The message of the stay that it is about")
    entry: UUID | None = Field(default=None, description="The entry that it tells of")
    generated: datetime
    attempts: int
    next_try: datetime | None = None
    cause: str = ""
    problem: str = Field(default="", description="What is wrong, where it has failed")
    advice: str = Field(default="", description="What to do about it")
    links: dict[str, str]


class StepModel(BaseModel):
    """Something that happened to it."""

    at: datetime
    state: State
    who: str
    cause: str = ""


class Whole(Shown):
    """A message with its history."""

    history: list[StepModel]


class OutboxPage(BaseModel):
    """Newest first; follow ``next``."""

    messages: list[Shown]
    next: str | None = None


class Asked(BaseModel):
    """The list that is asked for."""

    state: State | None = None
    type: Annotated[str | None, Field(max_length=60)] = None
    before: UUID | None = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50


class ReportAsked(BaseModel):
    """A report of what the municipality gives and has entered."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "type": "INNLEGGELSESRAPPORT",
                    "stay": "e7399952-0000-8000-8000-000000000001",
                    "author": "Sykepleier S.",
                    "organisation": "100000024",
                }
            ]
        },
    )
    type: Literal["INNLEGGELSESRAPPORT", "ORIENTERING_TJENESTETILBUD"]
    stay: UUID
    author: Annotated[str, Field(min_length=1, max_length=200)]
    organisation: Annotated[str, Field(pattern=r"^\d{1,9}$", description="On behalf of which party of the stay")]


def shown(row: OutgoingMessage) -> dict[str, Any]:
    """As people and machines read it."""
    path, why = f"/outbox/{row.id}", WHY.get(row.why)
    parties = {side: row.parties.get(side, {}).get("name", "") for side in ("sender", "receiver")}
    same = ("id", "message_id", "type", "version", "state", "about", "entry", "generated", "attempts", "next_try")
    links = {"self": path, **({"payload": f"{path}/payload"} if row.content_type else {})}
    if row.logged is not None:
        links["message"] = f"/messages/{row.logged}"
    return {
        **{name: getattr(row, name) for name in same},
        **parties,
        "cause": row.cause,
        "problem": why.title if why else "",
        "advice": why.advice if why else "",
        "links": links,
    }


@router.get("/outbox", summary="List what is on its way", responses=documentation.LIST,
            dependencies=[needs(Right.SEE_OUTBOX)])  # fmt: skip
async def list_outbox(using: Using, asked: Annotated[Asked, Query()], caller: Calling) -> OutboxPage:
    """Newest first. Drafts wait for ``POST /outbox/{id}/approve``."""
    async with using.sessions() as session:
        wanted = book.Wanted(
            state=asked.state, type=asked.type, before=asked.before, limit=asked.limit + 1, numbers=caller.numbers
        )
        rows = list(await book.listed(session, wanted))
        page = rows[: asked.limit]
        await _noted(using, session, caller, Call("E", "outbox"), page)
    kept = asked.model_dump(mode="json", exclude_none=True)
    more = "/outbox?" + urlencode(kept | {"before": str(page[-1].id)}) if len(rows) > len(page) else None
    return OutboxPage(messages=[Shown(**shown(row)) for row in page], next=more)


@router.get("/outbox/{id}", summary="One message on its way, and its history", responses=documentation.ONE,
            response_model=Whole, dependencies=[needs(Right.SEE_OUTBOX)])  # fmt: skip
async def get_outgoing(id: UUID, using: Using, caller: Calling) -> Response:
    """Its ETag goes into ``If-Match`` of what is decided of it."""
    async with using.sessions() as session:
        row = await _one(session, id, caller)
        await _noted(using, session, caller, Call("R", "outbox message"), [row])
        return _whole(row, await book.steps(session, id))


@router.get("/outbox/{id}/payload", summary="The message itself", dependencies=[needs(Right.SEE_OUTBOX)],
            **documentation.XML_ANSWER)  # fmt: skip
async def get_payload(id: UUID, using: Using, caller: Calling) -> Response:
    """The bytes that are, or will be, sent."""
    async with using.sessions() as session:
        row = await _one(session, id, caller)
        if row.body is None:
            raise ProblemError("no-original")
        await _noted(using, session, caller, Call("R", "outbox payload"), [row])
    headers = {**UNTRUSTED, "Content-Disposition": f'attachment; filename="{row.message_id}.xml"'}
    return Response(zlib.decompress(row.body), media_type=row.content_type, headers=headers)


_DECIDED: Final = documentation.problems(
    "bad-request", "not-found", "not-that-way", "maybe-sent", "draft-too-old", "refused-by-receiver", "stale",
    "precondition-required", "access-log-away", "store-unavailable",
)  # fmt: skip


def _serve(decision: Decision, summary: str) -> None:
    async def post(id: UUID, using: Using, caller: Calling, when: When) -> Response:
        return await _decide(using, caller, id, decision, when.match)

    router.add_api_route(
        f"/outbox/{{id}}/{decision}",
        post,
        methods=["POST"],
        name=f"post_{decision}",
        summary=summary,
        response_model=Whole,
        responses=_DECIDED,
        dependencies=[needs(Right.APPROVE)],
    )


_serve(Decision.APPROVE, "Let a draft be sent")
_serve(Decision.CANCEL, "Stop a message that nobody can have got")
_serve(Decision.RETRY, "Try a message again that could not be delivered")


async def _decide(
    using: Services, caller: Caller, id: UUID, decision: Decision, match: tuple[str, ...] | None
) -> Response:
    async with using.sessions() as session, session.begin():
        row = await book.one(session, id, caller.numbers, alone=True)
        if row is None:
            raise ProblemError("not-found")
        if match is None or not ("*" in match or _tag(row) in match):
            await _noted(using, session, caller, Call("R", "outbox message"), [row])
            return _refused("precondition-required" if match is None else "stale", row)
        await _noted(using, session, caller, Call("U", f"outbox {decision}"), [row])
        if problem := decide(session, row, decision, _who(caller), _now(using)):
            return _refused(problem, row)
        await session.flush()
        return _whole(row, await book.steps(session, id))


@router.post("/outbox", summary="Draft a report", status_code=201, response_model=Whole,
             responses=documentation.problems(
                 "bad-request", "not-found", "not-your-organisation", "nothing-to-tell", "access-log-away",
                 "store-unavailable"),
             dependencies=[needs(Right.APPROVE)])  # fmt: skip
async def post_report(said: ReportAsked, using: Using, caller: Calling) -> Response:
    """An INNLEGGELSESRAPPORT to the hospital or an ORIENTERING_TJENESTETILBUD to the doctor, of what the log holds."""
    writing, at = _writing(using), _now(using)
    writer = Writer(client=caller.client, numbers=caller.numbers)
    async with using.sessions() as session, session.begin():
        drafted = await writing.report(
            session, str(said.stay), writer, said.model_dump(exclude={"stay"}), id=str(time_ordered_id()), at=at
        )
        if isinstance(drafted, str):
            raise ProblemError(drafted)
        if isinstance(drafted, Untold):
            raise ProblemError("nothing-to-tell", drafted.reason)
        await session.flush()
        await _noted(using, session, caller, Call("C", "outbox draft"), [drafted])
        answer = _whole(drafted, await book.steps(session, drafted.id))
    answer.status_code = 201
    answer.headers["Location"] = f"/outbox/{drafted.id}"
    return answer


async def _one(session: AsyncSession, id: UUID, caller: Caller) -> OutgoingMessage:
    row = await book.one(session, id, caller.numbers)
    if row is None:
        raise ProblemError("not-found")
    return row


def _now(using: Services) -> datetime:
    return using.writing.clock() if using.writing else datetime.now(UTC)


def _tag(row: OutgoingMessage) -> str:
    return f'"{row.revision}"'


def _who(caller: Caller) -> str:
    """As the history names who decided: the person behind the call, else the client."""
    return caller.hpr or caller.subject or caller.client


def _whole(row: OutgoingMessage, steps: Iterable[OutgoingStep]) -> JSONResponse:
    history = [StepModel(at=s.at or row.generated, state=State(s.state), who=s.who, cause=s.cause) for s in steps]
    content = Whole(**shown(row), history=history).model_dump(mode="json", exclude_none=True)
    return JSONResponse(content, headers={"ETag": _tag(row), **NO_STORE})


def _refused(code: str, row: OutgoingMessage) -> Response:
    current = Shown(**shown(row)).model_dump(mode="json", exclude_none=True)
    answer = problem_response(code, current=current)
    answer.headers.update({"ETag": _tag(row), **NO_STORE})
    return answer


async def _noted(
    using: Services, session: AsyncSession, caller: Caller, call: Call, rows: Iterable[OutgoingMessage]
) -> None:
    """In the access log, before anything is shown or done."""
    found = list(rows)
    told = select(col(Delivered.lane)).where(col(Delivered.source).in_({row.about for row in found})).distinct()
    statement = select(col(Delivered.resource_id)).where(
        col(Delivered.resource_type) == "Patient", col(Delivered.lane).in_(told)
    )
    patients = sorted((await session.execute(statement)).scalars()) if found else []
    await using.ledger.record(access(caller, call, 200, patients, [f"outbox/{row.id}" for row in found]))
