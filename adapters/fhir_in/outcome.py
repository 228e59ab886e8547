"""The answer to a Bundle: an OperationOutcome that names what is wrong, or was odd, by its path in the Bundle."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

import orjson

from hub.contract import Document, Fault, Issue, Raw, Rejection

KINDS: Final = {
    "structure": "structure", "json": "structure", "not-bundle": "structure", "dangling": "not-found",
    "two-patients": "business-rule", "several": "business-rule", "list-type-missing": "required",
    "list-time-missing": "required", "patient-missing": "required", "patient-differs": "conflict",
    "organisation-differs": "conflict",
}  # fmt: skip
"""What kind of trouble FHIR calls each (issue-type); every other is a value that cannot be used."""
TAKEN: Final = "Listen er mottatt og lagret."


def outcome_of(raw: Raw, outcome: Document | Rejection, *, id: str, at: datetime) -> bytes | None:
    """The OperationOutcome as bytes: errors for a Bundle that is refused, else what was odd and that it is stored."""
    faults = outcome.faults if isinstance(outcome, Rejection) else ()
    issues = [_issue(fault, "error") for fault in faults]
    if not isinstance(outcome, Rejection):
        issues = [_issue(one, one.severity) for one in outcome.issues] or list(_well())
    told = {"resourceType": "OperationOutcome", "id": id, "meta": {"lastUpdated": at.isoformat()}, "issue": issues}
    return orjson.dumps(told)


def _issue(of: Fault | Issue, severity: str) -> dict[str, Any]:
    """A header of the envelope is no FHIRPath; it is named with the code of the fault."""
    is_path = of.path.startswith("Bundle")
    where: dict[str, Any] = {"expression": [of.path]} if is_path else {}
    told = of.code if is_path or not of.path else f"{of.code}: {of.path}"
    kind = KINDS.get(of.code, "value")
    return {"severity": severity, "code": kind, "details": {"text": of.text}, "diagnostics": told, **where}


def _well() -> Iterator[dict[str, Any]]:
    yield {"severity": "information", "code": "informational", "details": {"text": TAKEN}}
