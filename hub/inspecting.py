"""What becomes of a message, seen from both ends: how much of it comes through, and where each value came from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from typing import Any

from hub.contract import Document, Ids, Rejection, Resource
from hub.doors import course
from hub.reading import ReadFile


def resources_of(document: Document, now: datetime, ids: Ids) -> list[Resource]:
    """Everything that this message alone would make, shared resources too."""
    projection = course([document], now, ids=ids)
    return [*projection.resources, *(mention.resource for mention in projection.mentions)]


def coverage_of(read: ReadFile, now: datetime, ids: Ids) -> dict[str, Any]:
    """``{file, type, leaves, structured, text, listed, lost: [xpath]}``; a refused message has only its file."""
    if isinstance(read.outcome, Rejection):
        return {"file": str(read.path), "refused": [fault.code for fault in read.outcome.faults]}
    from mappings import documents

    document = read.outcome
    if not isinstance(document, documents.Message):
        return {"file": str(read.path), "refused": ["no such document in these mappings"]}
    found = asdict(documents.coverage(document, resources_of(document, now, ids)))
    return {"file": str(read.path), "type": document.head.type, **found, "lost": list(found["lost"])}


def explained(
    document: Document, now: datetime, ids: Ids, *, xpath: str = "", path: str = ""
) -> Iterator[dict[str, Any]]:
    """``{resource, path, value, xpath, as_text}`` for every value of the message, filtered by parts of either path."""
    from mappings import documents

    for origin in documents.origins(resources_of(document, now, ids)):
        if xpath in origin.xpath and path in f"{origin.resource} {origin.path}":
            yield asdict(origin)
