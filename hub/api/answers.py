"""An intake outcome as an HTTP answer: alone as AppRec, JSON or problem, or as one item of several."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import Request, Response
from fastapi.responses import JSONResponse

from hub.api.models import IssueModel, Taken
from hub.api.problems import BASE, FaultModel, problem_response
from hub.api.texts import TEXTS
from hub.intake import Answer, Outcome, Unfit

XML = "application/xml"
NO_STORE = {"Cache-Control": "no-store"}


def message_path(row: UUID) -> str:
    """Where a message is read."""
    return f"/messages/{row}"


def problem_code(outcome: Outcome | Unfit) -> str | None:
    """The problem that an outcome is, by the table of texts; none when all is well."""
    if isinstance(outcome, Unfit):
        return outcome.value
    if outcome.answer is Answer.REJECTED:
        if outcome.receipt is not None:
            return "rejected"
        return "not-readable" if outcome.adapter and outcome.receipt_type != XML else "unanswerable"
    if outcome.answer is Answer.DUPLICATE:
        return "duplicate-of-rejected" if outcome.first_rejected else None
    return outcome.answer.value if outcome.answer in (Answer.QUARANTINED, Answer.PARKED) else None


def status(outcome: Outcome | Unfit) -> int:
    """The HTTP status of an outcome."""
    code = problem_code(outcome)
    return TEXTS[code].status if code else 200


def single(request: Request, outcome: Outcome | Unfit) -> Response:
    """The answer to one message: the receipt of its own standard where one is owed, else JSON, else a problem."""
    if isinstance(outcome, Unfit):
        return problem_response(outcome.value)
    headers = {"Location": message_path(outcome.id), **NO_STORE}
    if wants_json(request, outcome.receipt_type):
        return _json(item(outcome), headers)
    if outcome.receipt is not None:
        headers["Content-Location"] = f"{message_path(outcome.id)}/receipt"
        return Response(outcome.receipt, status_code=status(outcome), media_type=outcome.receipt_type, headers=headers)
    if code := problem_code(outcome):
        response = problem_response(code, **_members(outcome))
        response.headers.update(headers)
        return response
    return _json(item(outcome), headers)


def _json(taken: Taken, headers: dict[str, str]) -> JSONResponse:
    return JSONResponse(taken.model_dump(mode="json", exclude_none=True), status_code=taken.status, headers=headers)


def _members(outcome: Outcome) -> dict[str, Any]:
    members: dict[str, Any] = {"message": message_path(outcome.id)}
    if outcome.faults:
        members["faults"] = _faults(outcome)
    if outcome.first is not None:
        members["first"] = message_path(outcome.first)
        members["receipt"] = f"{message_path(outcome.first)}/receipt"
    return members


def wants_json(request: Request, receipt_type: str) -> bool:
    """Whether the client names JSON in ``Accept``, and neither XML nor the media type of the receipt itself."""
    accept = request.headers.get("accept", "")
    return "json" in accept and "xml" not in accept and not (receipt_type and receipt_type in accept)


def item(outcome: Outcome | Unfit, *, place: int | None = None, name: str | None = None) -> Taken:
    """The outcome as JSON."""
    code = problem_code(outcome)
    told: dict[str, Any] = {"status": status(outcome), "item": place, "name": name}
    if code is not None:
        told |= {"problem": BASE + code, "advice": TEXTS[code].advice}
    if isinstance(outcome, Unfit):
        return Taken(answer="refused", **told)
    return Taken(
        answer=outcome.answer.value,
        id=outcome.id,
        message_id=outcome.message_id,
        type=outcome.type,
        version=outcome.version,
        receipt=outcome.receipt.decode("utf-8", "replace") if outcome.receipt is not None else None,
        faults=_faults(outcome),
        issues=[IssueModel(code=i.code, text=i.text, path=i.path, severity=i.severity) for i in outcome.issues],
        links=_links(outcome),
        **told,
    )


def _faults(outcome: Outcome) -> list[FaultModel]:
    return [FaultModel(code=f.code, text=f.text, path=f.path) for f in outcome.faults]


def _links(outcome: Outcome) -> dict[str, str]:
    path = message_path(outcome.id)
    links = {"self": path, "original": f"{path}/original"}
    if outcome.receipt is not None:
        links["receipt"] = f"{path}/receipt"
    if outcome.first is not None:
        links |= {"first": message_path(outcome.first), "receipt": f"{message_path(outcome.first)}/receipt"}
    return links


def unavailable(place: int, name: str) -> Taken:
    """An item of an upload that could not be stored because the log went away."""
    text = TEXTS["store-unavailable"]
    return Taken(
        status=text.status,
        answer="refused",
        item=place,
        name=name,
        problem=BASE + "store-unavailable",
        advice=text.advice,
    )
