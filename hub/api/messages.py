"""Read what came in, and process it again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from hub.access.door import Calling, needs
from hub.access.scopes import Right
from hub.api import documentation
from hub.api.answers import NO_STORE, message_path
from hub.api.models import AttemptModel, Detail, Filters, IssueModel, Page, ReplayedModel, ResourceModel, Summary
from hub.api.problems import ProblemError
from hub.api.seen import seen
from hub.api.services import Services, at_hand
from hub.beside import MEDIA_TYPES, PATIENT
from hub.log import reading, store
from hub.log.states import Acknowledgement
from hub.log.tables import Attempt, Delivered, Message, StoredIssue
from hub.replay import replay

router = APIRouter(tags=["messages"])

Using = Annotated[Services, Depends(at_hand)]

# Stored content is the sender's. A browser must neither run it nor guess that it is something else.
UNTRUSTED = {**NO_STORE, "X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox; default-src 'none'"}


@router.get("/messages", summary="List messages", responses=documentation.LIST, dependencies=[needs(Right.READ)])
async def list_messages(using: Using, filters: Annotated[Filters, Query()], caller: Calling) -> Page:
    """Newest first, in pages: follow ``next``."""
    wanted = reading.Wanted(**{**dict(filters), "limit": filters.limit + 1, "numbers": caller.numbers})
    async with using.sessions() as session:
        rows = list(await reading.messages(session, wanted))
    shown = rows[: filters.limit]
    more = _next(filters, shown[-1].id) if len(rows) > len(shown) else None
    return Page(messages=[Summary(**_summary(row)) for row in shown], next=more)


def _next(filters: Filters, last: UUID) -> str:
    kept = filters.model_dump(mode="json", exclude_none=True) | {"before": str(last)}
    return "/messages?" + urlencode(kept)


def _summary(row: Message) -> dict[str, Any]:
    path = message_path(row.id)
    links = {"self": path, "original": f"{path}/original"}
    if row.first is not None:
        links["first"] = message_path(row.first)
    if row.acknowledgement in (Acknowledgement.POSITIVE, Acknowledgement.NEGATIVE):
        links["receipt"] = f"{path}/receipt"
    same = (
        "id",
        "message_id",
        "type",
        "version",
        "series",
        "generated",
        "received",
        "test",
        "processing",
        "acknowledgement",
        "delivery",
    )
    parties = {side: row.parties.get(side, {}).get("name", "") for side in ("sender", "receiver")}
    return {**{name: getattr(row, name) for name in same}, **parties, "links": links}


@router.get(
    "/messages/{id}",
    summary="One message and what became of it",
    responses=documentation.ONE,
    dependencies=[needs(Right.READ)],
)
async def get_message(id: UUID, using: Using, caller: Calling) -> Detail:
    """Both axes of its state, issues, attempts, and the resources that it contributed to."""
    async with using.sessions() as session:
        found = await reading.dossier(session, id, caller.numbers)
    if found is None:
        raise ProblemError("not-found")
    row = found.message
    await seen(using, caller, "message", row)
    summary = _summary(row)
    if found.repeated_by:
        summary["links"] |= {f"repeated_{n}": message_path(r) for n, r in enumerate(found.repeated_by, 1)}
    summary["links"] |= {f"answer_{n}": message_path(r) for n, r in enumerate(found.receipts, 1)}
    return Detail(
        **summary,
        parties=row.parties,
        parent=row.parent,
        conversation=row.conversation,
        size=row.size,
        sha256=row.sha256.hex(),
        content_type=row.content_type,
        transport={name: value for name, value in row.transport.items() if name != PATIENT},
        issues=_issues(found.issues),
        attempts=_attempts(found.attempts),
        resources=_resources(found.own),
        patient_resources=_resources(found.shared),
    )


def _issues(rows: Iterable[StoredIssue]) -> list[IssueModel]:
    return [IssueModel(stage=r.stage, code=r.code, text=r.text, path=r.path, severity=r.severity) for r in rows]


def _attempts(rows: Iterable[Attempt]) -> list[AttemptModel]:
    return [
        AttemptModel(started=r.started, ended=r.ended, outcome=r.outcome, error=r.error, detail=r.detail, sent=r.sent)
        for r in rows
    ]


def _resources(rows: Iterable[Delivered]) -> list[ResourceModel]:
    return [
        ResourceModel(reference=f"{r.resource_type}/{r.resource_id}", version=r.server_version, withdrawn=r.withdrawn)
        for r in rows
    ]


@router.get(
    "/messages/{id}/original",
    summary="The bytes as they came",
    dependencies=[needs(Right.READ)],
    **documentation.XML_ANSWER,
)
async def get_original(id: UUID, using: Using, caller: Calling) -> Response:
    """Unchanged. For a duplicate with the same bytes, those of the first."""
    async with using.sessions() as session:
        row = await reading.message(session, id, caller.numbers)
        if row is None:
            raise ProblemError("not-found")
        body = await store.original(session, id)
    if body is None:
        raise ProblemError("no-original")
    await seen(using, caller, "message original", row)
    kind, ending = _kind(row.content_type)
    disposition = {"Content-Disposition": f'attachment; filename="{id}{ending}"'}
    return Response(body, media_type=kind, headers={**UNTRUSTED, **disposition})


def _kind(content_type: str) -> tuple[str, str]:
    """The media type that it came as, of those that we take, and the ending of a file of it; else XML as ever."""
    said = content_type.partition(";")[0].strip().lower()
    known = {kind: ending for ending, kind in MEDIA_TYPES.items()} | {"application/fhir+json": ".json"}
    return (said, known[said]) if said in known else ("application/xml", ".xml")


@router.get(
    "/messages/{id}/receipt",
    summary="The receipt that answered it",
    dependencies=[needs(Right.READ)],
    **documentation.XML_ANSWER,
)
async def get_receipt(id: UUID, using: Using, caller: Calling) -> Response:
    """The one and final answer, as it was given. For a duplicate, the answer to the first."""
    async with using.sessions() as session:
        row = await reading.message(session, id, caller.numbers)
        found = await reading.receipt(session, id) if row is not None else None
    if row is None:
        raise ProblemError("not-found")
    if found is None:
        raise ProblemError("no-receipt", row.acknowledgement)
    await seen(using, caller, "message receipt", row)
    return Response(found.body, media_type=found.content_type, headers=UNTRUSTED)


@router.post(
    "/messages/{id}/replay",
    status_code=202,
    summary="Process a message again",
    responses=documentation.REPLAY,
    dependencies=[needs(Right.REPLAY)],
)
async def post_replay(id: UUID, using: Using, caller: Calling) -> ReplayedModel:
    """Read the original with today's adapter and queue its projection. The receipt stays as it was."""
    async with using.sessions() as session:
        if await reading.message(session, id, caller.numbers) is None:
            raise ProblemError("not-found")
    done = await replay(using.intake, id)
    if done is None:
        raise ProblemError("not-found")
    if done.refused:
        raise ProblemError("not-replayable", done.refused)
    return ReplayedModel(id=done.id, state=done.state, links={"self": message_path(done.id)})
