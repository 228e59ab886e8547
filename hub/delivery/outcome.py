"""What an answer to a transaction means, entry by entry. Everything that is not certain success is trouble."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from hub.delivery.content import Ref
from hub.errors import FhirServerAwayError, FhirServerBusyError, FhirServerRefusedError, HubError

AWAY = frozenset({429, 502, 503, 504})
"""The server, or what stands before it, says that it serves nobody now."""
AGAIN = frozenset({408, 409, 412, 425})
"""The same transaction may succeed next time (a write at the same moment, a lost race)."""

ETAG = re.compile(r'^(?:W/)?"([^"]+)"$')
SERVER_CODE = re.compile(r"\b[A-Z]{2,8}-\d{3,5}\b")
OUR_RESOURCE = re.compile(r"\b[A-Z][A-Za-z]{2,40}/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b")
SAFE_CODE = re.compile(r"^[A-Za-z0-9_.-]{1,60}$")
SAFE_PATH = re.compile(r"^[A-Za-z0-9_.\[\]()/]{1,160}$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An HTTP answer: what the rest of the hub may know of it."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """One resource that the server confirmed: its version there, and whether it was new to the server."""

    ref: Ref
    version: str
    created: bool


def written(sent: Sequence[Ref], answer: Answer) -> list[Written]:
    """The confirmation of every entry, in the order sent; anything less raises what to do about it."""
    if answer.status != 200:
        raise trouble(answer)
    entries = _entries(answer.body)
    if len(entries) != len(sent):
        raise _unclear(f"{len(entries)} entries for {len(sent)} sent")
    return [_confirmed(ref, entry) for ref, entry in zip(sent, entries, strict=True)]


def _entries(body: bytes) -> list[Any]:
    try:
        parsed = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise _unclear("no JSON") from None
    if not isinstance(parsed, dict) or parsed.get("type") != "transaction-response":
        raise _unclear("no transaction-response")
    entries = parsed.get("entry", [])
    if not isinstance(entries, list):
        raise _unclear("no list of entries")
    return entries


def _confirmed(ref: Ref, entry: Any) -> Written:
    response = entry.get("response") if isinstance(entry, dict) else None
    if not isinstance(response, dict):
        raise _unclear(f"no response for {ref}")
    status = str(response.get("status", ""))[:3]
    version = _version(response)
    location = str(response.get("location", ""))
    if status not in ("200", "201") or version is None or (location and str(ref) not in location):
        raise _unclear(f"no confirmation of {ref}")
    return Written(ref=ref, version=version, created=status == "201")


def _version(response: Mapping[str, Any]) -> str | None:
    if match := ETAG.match(str(response.get("etag", ""))):
        return match[1]
    _, separator, version = str(response.get("location", "")).partition("/_history/")
    return version if separator and version else None


def _unclear(what: str) -> FhirServerBusyError:
    return FhirServerBusyError(
        f"The FHIR server's answer was not one to a transaction ({what}); the same PUTs are sent again. "
        "If it stays so, look at what stands between the hub and HEIMVEG_FHIR_URL."
    )


def trouble(answer: Answer) -> HubError:
    """The error that says what to do about an answer that is no success."""
    if answer.status in AWAY:
        return FhirServerAwayError(f"The FHIR server answered {answer.status}; the hub waits and sends again")
    details = outcome_codes(answer.body)
    if answer.status in AGAIN or answer.status >= 500 or details is None:
        return FhirServerBusyError(f"The FHIR server answered {answer.status} ({details or 'no OperationOutcome'})")
    return FhirServerRefusedError(
        f"The FHIR server refused the transaction with {answer.status} ({details}). "
        "Correct the mapping or the server's set-up, then replay the message."
    )


def outcome_in(body: bytes) -> dict[str, Any] | None:
    """The OperationOutcome that an answer is; None where it is something else."""
    try:
        parsed = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    is_one = isinstance(parsed, dict) and parsed.get("resourceType") == "OperationOutcome"
    return parsed if is_one else None


def outcome_codes(body: bytes) -> str | None:
    """Codes, element paths and our resource ids of an OperationOutcome; none if it is not one.

    Never its texts: a server quotes the values it dislikes, and these may be a patient's.
    """
    parsed = outcome_in(body)
    if parsed is None:
        return None
    issues = [issue for issue in parsed.get("issue") or [] if isinstance(issue, dict)]
    return "; ".join(_issue(issue) for issue in issues[:5]) or "no issue given"


def _issue(issue: Mapping[str, Any]) -> str:
    text = str(issue.get("diagnostics", ""))
    code = str(issue.get("code", ""))
    paths = [str(path) for path in (issue.get("expression") or issue.get("location") or [])]
    parts = [
        code if SAFE_CODE.match(code) else "unknown",
        *SERVER_CODE.findall(text)[:2],
        *OUR_RESOURCE.findall(text)[:2],
        *(path for path in paths[:2] if SAFE_PATH.match(path)),
    ]
    return " ".join(dict.fromkeys(parts))
