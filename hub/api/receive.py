"""``POST /messages``: one message, or several in a multipart or zip upload or in one file that holds several."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import JSONResponse

from hub import plugins, transport
from hub.access.caller import Caller
from hub.access.door import Calling, needs
from hub.access.scopes import Right
from hub.api import answers, documentation
from hub.api.models import Taken, TakenMany
from hub.api.problems import ProblemError
from hub.api.services import Services, at_hand
from hub.beside import media_type
from hub.contract import Raw
from hub.errors import StoreUnavailableError
from hub.upload import ZIP_TYPES, Limits, Part, UploadError, multipart_parts, zip_parts

router = APIRouter(tags=["messages"])

MULTIPART = "multipart/form-data"


@router.post(
    "/messages",
    summary="Deliver one message or several",
    dependencies=[needs(Right.SEND)],
    **documentation.POST_MESSAGES,
)
async def post_messages(request: Request, using: Annotated[Services, Depends(at_hand)], caller: Calling) -> Response:
    """One message is answered once it is stored, as its own standard asks for; several are answered by a list."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise ProblemError("unsupported-type", "Content-Encoding")
    if media_type == MULTIPART or media_type in ZIP_TYPES:
        return await _several(request, using, media_type, caller)
    if media_type not in plugins.content_types(using.intake.plugins):
        raise ProblemError("unsupported-type", "Content-Type")
    raw = _raw(request, await _body(request, using.settings.max_message_bytes))
    found = using.intake.parts(raw)
    if len(found) > using.settings.max_upload_messages:
        raise ProblemError("malformed-upload", f"{len(found)} > {using.settings.max_upload_messages}")
    if len(found) > 1:
        return _list([await _item(using, caller, place, "", one) for place, one in enumerate(found, start=1)])
    return answers.single(request, await using.intake.take(found[0], caller.numbers))


async def _body(request: Request, limit: int) -> bytes:
    """The body, read no further than its limit."""
    if int(request.headers.get("content-length", "0") or 0) > limit:
        raise ProblemError("too-large", f"> {limit} byte")
    chunks, size = [], 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > limit:
            raise ProblemError("too-large", f"> {limit} byte")
        chunks.append(chunk)
    return b"".join(chunks)


def _raw(request: Request, body: bytes) -> Raw:
    kept = transport.metadata(request.headers)
    kept["content-type"] = request.headers.get("content-type", "")
    return Raw(body=body, received=datetime.now(UTC), headers=kept)


def _raw_part(request: Request, part: Part) -> Raw:
    """A part of an upload: what the request says of all, and over that what stands beside the part."""
    kept = {**transport.metadata(request.headers), **part.beside}
    kept["content-type"] = part.content_type or media_type(part.name)
    return Raw(body=part.body, received=datetime.now(UTC), headers=kept)


async def _several(request: Request, using: Services, media_type: str, caller: Caller) -> Response:
    """Each message in a transaction of its own; one that is refused does not stop the others."""
    settings = using.settings
    limits = Limits(
        messages=settings.max_upload_messages,
        message_bytes=settings.max_message_bytes,
        total_bytes=settings.max_upload_bytes,
    )
    body = await _body(request, settings.max_upload_bytes)
    try:
        if media_type == MULTIPART:
            parts = await multipart_parts(body, request.headers["content-type"], limits)
        else:
            parts = zip_parts(body, limits)
    except UploadError as error:
        raise ProblemError("malformed-upload", str(error)) from error
    if not parts:
        raise ProblemError("empty")
    named = [(part.name, raw) for part in parts for raw in using.intake.parts(_raw_part(request, part))]
    if len(named) > settings.max_upload_messages:
        raise ProblemError("malformed-upload", f"{len(named)} > {settings.max_upload_messages}")
    return _list([await _item(using, caller, place, *one) for place, one in enumerate(named, start=1)])


def _list(items: list[Taken]) -> Response:
    content = TakenMany(items=items).model_dump(mode="json", exclude_none=True)
    return JSONResponse(content, headers=answers.NO_STORE)


async def _item(using: Services, caller: Caller, place: int, name: str, raw: Raw) -> Taken:
    try:
        outcome = await using.intake.take(raw, caller.numbers)
    except StoreUnavailableError:
        return answers.unavailable(place, name)
    return answers.item(outcome, place=place, name=name)
