"""The verdict on a message as ``heimveg validate`` prints it: what the answer to the sender would say."""

from __future__ import annotations

from typing import Any

from hub.contract import Document, Rejection
from hub.reading import ReadFile


def verdict(read: ReadFile) -> dict[str, Any]:
    """``{file, type, version, message_id, verdict, apprec: {status, errors: [{code, text, path}]}, issues}``.

    ``verdict`` is ``accepted`` or ``rejected``. ``apprec.status`` is list 8258: "1" OK, "2" Avvist, or None when no
    AppRec may be sent (nobody to send it to).
    """
    outcome = read.outcome
    faults = outcome.faults if isinstance(outcome, Rejection) else ()
    issues = outcome.issues if isinstance(outcome, Document) else ()
    return {
        "file": str(read.path),
        **_names(outcome),
        "verdict": "rejected" if faults else "accepted",
        "apprec": {
            "status": _status(outcome),
            "errors": [{"code": f.code, "text": f.text, "path": f.path} for f in faults],
        },
        "issues": [{"code": i.code, "text": i.text, "path": i.path, "severity": i.severity} for i in issues],
    }


def _names(outcome: Document | Rejection) -> dict[str, str | None]:
    named = outcome if isinstance(outcome, Rejection) else outcome.head
    return {"type": named.type, "version": named.version, "message_id": named.message_id}


def _status(outcome: Document | Rejection) -> str | None:
    if isinstance(outcome, Rejection):
        return "2" if outcome.answerable else None
    return None if outcome.head.type == "APPREC" else "1"
