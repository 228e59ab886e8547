"""What the interface description says beyond what the code shows: bodies, answers, examples."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI, Response
from fastapi.openapi.utils import get_openapi

from hub.api import examples
from hub.api.models import MSG_ID, ROW, Taken, TakenMany
from hub.api.problems import BASE, MEDIA_TYPE, Problem
from hub.api.texts import TEXTS
from hub.transport import KNOWN

PROBLEM = "#/components/schemas/Problem"

Responses = dict[int | str, dict[str, Any]]


def problem_example(code: str, **members: Any) -> dict[str, Any]:
    """A problem document as it looks on the wire."""
    text = TEXTS[code]
    document = {"type": BASE + code, "title": text.title, "status": text.status, "detail": "", "advice": text.advice}
    return {"summary": code, "value": {**document, **members}}


def problems(*codes: str) -> Responses:
    """The problem answers of a route, grouped by status."""
    answers: Responses = {}
    for code in codes:
        text = TEXTS[code]
        entry = answers.setdefault(text.status, {"description": text.title, "content": {}})
        media = entry["content"].setdefault(MEDIA_TYPE, {"schema": {"$ref": PROBLEM}, "examples": {}})
        media["examples"][code] = problem_example(code)
    return answers


def _xml(**named: str) -> dict[str, Any]:
    return {"application/xml": {"schema": {"type": "string"}, "examples": {n: {"value": v} for n, v in named.items()}}}


_SELF = f"/messages/{ROW}"
_LINKS = {"self": _SELF, "original": f"{_SELF}/original"}
_TAKEN = {"status": 200, "id": ROW, "message_id": MSG_ID, "type": "LOG_UTSKRIVNINGSKLAR", "version": "1.6"}
_ACCEPTED = {**_TAKEN, "answer": "accepted", "links": {**_LINKS, "receipt": f"{_SELF}/receipt"}}
_FIRST = "01931a2b-6000-7000-8000-00000000000a"
_DUPLICATE = {
    **_TAKEN,
    "answer": "duplicate",
    "links": {**_LINKS, "first": f"/messages/{_FIRST}", "receipt": f"/messages/{_FIRST}/receipt"},
}
_REFUSED = {"status": 400, "answer": "refused", "item": 2, "name": "tom.xml", "problem": BASE + "empty"}

_JSON = {
    "examples": {
        "duplicate": {"summary": "Came before: no second AppRec is made", "value": _DUPLICATE},
        "several": {"summary": "An upload of several", "value": {"items": [{**_ACCEPTED, "item": 1}, _REFUSED]}},
    },
}

_FILES = {"type": "array", "items": {"type": "string", "format": "binary"}}

_BODY = {
    "required": True,
    "content": {
        "application/xml": {
            "schema": {"type": "string"},
            "examples": {"utskrivningsklar": {"value": examples.MESSAGE}},
        },
        **{
            kind: {"schema": {"type": "string"}} for kind in ("application/fhir+json", "application/hl7-v2", "text/csv")
        },
        "application/vnd.hub.municipal-case+json": {"schema": {"$ref": "/schemas/municipal-case-1.json"}},
        "multipart/form-data": {
            "schema": {"type": "object", "properties": {"file": _FILES}},
        },
        "application/zip": {"schema": {"type": "string", "format": "binary"}},
    },
}

_HEADERS = [
    {
        "name": name,
        "in": "header",
        "required": False,
        "schema": {"type": "string", "maxLength": 256},
        "description": "What the transport said; kept, and compared with the envelope (a mismatch is an issue)",
    }
    for name in KNOWN
]

POST_MESSAGES: dict[str, Any] = {
    "openapi_extra": {"requestBody": _BODY, "parameters": _HEADERS},
    "responses": {
        200: {
            "model": Taken | TakenMany,
            "description": "Stored. The positive AppRec; JSON for a duplicate, for a message that is owed none, "
            "for an upload of several, or when only JSON is accepted",
            "content": {**_xml(positive=examples.POSITIVE), "application/json": _JSON},
        },
        **problems(
            "empty", "malformed-upload", "unanswerable", "quarantined", "too-large", "unsupported-type", "parked",
            "store-unavailable",
        ),
        422: {
            "description": "Stored and refused. The negative AppRec; a problem when a refused message comes again",
            "content": {
                **_xml(negative=examples.NEGATIVE),
                **problems("not-readable", "duplicate-of-rejected")[422]["content"],
            },
        },
    },
}  # fmt: skip

LIST: Responses = problems("bad-request", "store-unavailable")
FEED: Responses = problems("bad-request", "events-gone", "access-log-away", "store-unavailable")
ONE: Responses = problems("bad-request", "not-found", "store-unavailable")
EXPLAIN: Responses = problems("bad-request", "not-found", "store-unavailable")
INDICATOR: Responses = problems("bad-request", "wrong-grouping", "no-indicator", "store-unavailable")
REPLAY: Responses = problems("bad-request", "not-found", "not-replayable", "store-unavailable")
XML_ANSWER: dict[str, Any] = {
    "response_class": Response,
    "responses": {
        200: {"description": "The bytes", "content": {"application/xml": {"schema": {"type": "string"}}}},
        **problems("bad-request", "not-found", "store-unavailable"),
    },
}


def describe(app: FastAPI) -> dict[str, Any]:
    """The interface description: problems in it, FastAPI's own validation answer out of it."""
    if app.openapi_schema is None:
        made = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
        template = "#/components/schemas/{model}"
        problem = Problem.model_json_schema(ref_template=template)
        schemas = made.setdefault("components", {}).setdefault("schemas", {})
        schemas |= {"Problem": problem, **problem.pop("$defs", {})}
        schemas.pop("HTTPValidationError", None)
        schemas.pop("ValidationError", None)
        for operations in made["paths"].values():
            for operation in operations.values():
                if "HTTPValidationError" in str(operation["responses"].get("422", "")):
                    del operation["responses"]["422"]
        app.openapi_schema = made
    return app.openapi_schema
