"""Content quality of messages in files, and drafts that ask for what they lack."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from hub.contract import Rejection
from hub.doors import quality
from hub.plugins import installed
from hub.reading import ReadFile


def content_of(read: ReadFile) -> dict[str, Any]:
    """``{file, kind, present, of, items ...}``; ``refused`` or ``not_assessed`` where there is nothing to score."""
    if isinstance(read.outcome, Rejection):
        return {"file": str(read.path), "refused": [fault.code for fault in read.outcome.faults]}
    found = quality(read.outcome)
    return {"file": str(read.path), **(found or {"not_assessed": read.outcome.head.type})}


def write_draft(read: ReadFile, kind: str, folder: Path, at: datetime) -> Path | None:
    """Write the draft for a message under the name of its MsgId; None when there is nothing to ask for.

    The MsgId is new each time: a draft that a person has changed and sent must never be taken for another.
    """
    if isinstance(read.outcome, Rejection):
        return None
    message_id = str(uuid4())
    for plugin in installed():
        drafted = plugin.draft(read.outcome, kind, id=message_id, at=at)
        if drafted is not None:
            folder.mkdir(parents=True, exist_ok=True)
            path = folder / f"{message_id}.xml"
            path.write_bytes(drafted)
            return path
    return None
