"""Errors as ``application/problem+json`` (RFC 9457): what, where, what to do now. They never quote the request."""

from __future__ import annotations

from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.exceptions import HTTPException

from hub.access.door import RefusedError
from hub.access.keys import IssuerAwayError
from hub.access.ledger import LedgerAwayError
from hub.access.limits import TooManyError
from hub.api.texts import TEXTS
from hub.errors import StoreUnavailableError

MEDIA_TYPE = "application/problem+json"
BASE = "https://heimveg.dev/problems/"
RETRY_SECONDS = "5"

log = structlog.get_logger()


class FaultModel(BaseModel):
    """One reason for a refusal: an AppRec error code (code list 8221) or ours, the detail, and where."""

    code: str = Field(examples=["E36"])
    text: str = Field(examples=["Pasienten mangler identifikator, og navn, fødselsdato og kjønn er ikke alle oppgitt."])
    path: str = Field(default="", examples=["MsgHead/MsgInfo/Patient"])


class Problem(BaseModel):
    """What went wrong, where, and what to do."""

    model_config = ConfigDict(extra="allow")

    type: str = Field(examples=[BASE + "unsupported-type"])
    title: str = Field(examples=[TEXTS["unsupported-type"].title])
    status: int = Field(examples=[415])
    detail: str = ""
    advice: str = Field(examples=[TEXTS["unsupported-type"].advice])
    faults: list[FaultModel] | None = None
    message: str | None = Field(default=None, description="Where the message is, if it was stored")


class ProblemError(Exception):
    """Raised by a route to answer with a problem; ``code`` is a key of the table of texts."""

    def __init__(self, code: str, detail: str = "", **members: Any) -> None:
        super().__init__(code)
        self.code, self.detail, self.members = code, detail, members


def problem(code: str, detail: str = "", **members: Any) -> Problem:
    """The problem document of a code."""
    text = TEXTS[code]
    return Problem(type=BASE + code, title=text.title, status=text.status, detail=detail, advice=text.advice, **members)


def problem_response(code: str, detail: str = "", **members: Any) -> JSONResponse:
    """The same as an answer."""
    document = problem(code, detail, **members)
    headers = {"Retry-After": RETRY_SECONDS} if document.status == 503 else None
    content = document.model_dump(exclude_none=True)
    return JSONResponse(content, status_code=document.status, media_type=MEDIA_TYPE, headers=headers)


def install(app: FastAPI) -> None:
    """Every error of the application becomes a problem document."""
    app.add_exception_handler(ProblemError, _raised)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RefusedError, _not_let_in)
    app.add_exception_handler(TooManyError, _too_many)
    app.add_exception_handler(LedgerAwayError, _not_written)
    app.add_exception_handler(IssuerAwayError, _no_issuer)
    for away in (StoreUnavailableError, OperationalError, InterfaceError, PoolTimeoutError):
        app.add_exception_handler(away, _no_store)
    app.add_exception_handler(Exception, _unexpected)


async def _raised(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, ProblemError)  # noqa: S101  registered for this type only
    return problem_response(error.code, error.detail, **error.members)


async def _invalid(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101
    where = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['type']}" for e in error.errors())
    return problem_response("bad-request", where)


async def _http(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101
    codes = {404: "not-found", 405: "method-not-allowed", 413: "too-large", 415: "unsupported-type"}
    return problem_response(codes.get(error.status_code, "bad-request" if error.status_code < 500 else "internal"))


async def _not_let_in(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RefusedError)  # noqa: S101
    answer = problem_response(error.code, error.word)
    answer.headers.update(error.headers)
    return answer


async def _too_many(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, TooManyError)  # noqa: S101
    answer = problem_response("too-many")
    answer.headers["Retry-After"] = str(error.seconds)
    return answer


async def _not_written(_request: Request, _error: Exception) -> JSONResponse:
    return problem_response("access-log-away")


async def _no_issuer(_request: Request, error: Exception) -> JSONResponse:
    log.error("issuer cannot be reached", error=str(error))
    return problem_response("issuer-away")


async def _no_store(_request: Request, error: Exception) -> JSONResponse:
    log.warning("log cannot be reached", error=type(error).__name__)
    return problem_response("store-unavailable")


async def _unexpected(_request: Request, error: Exception) -> JSONResponse:
    log.error("unexpected error", exc_info=error)
    return problem_response("internal")
