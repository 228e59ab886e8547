"""What becomes of a message, seen from both ends: how much of it comes through, and why each element is as it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from hub.contract import Course, Document, Ids, Rejection, Resource
from hub.doors import course
from hub.reading import ReadFile

if TYPE_CHECKING:
    from mappings.documents import Element


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which elements are asked for: by parts of the place in the message, and of ``Type/id`` or the FHIR path."""

    xpath: str = ""
    path: str = ""

    def takes(self, element: Element) -> bool:
        """Whether both are in it."""
        return self.xpath in element.xpath and self.path in f"{element.resource} {element.path}"


EVERYTHING = Filter()


def resources_of(document: Document, now: datetime, ids: Ids) -> list[Resource]:
    """Everything that this message alone would make, shared resources too."""
    projection = course([document], now, ids=ids)
    return [*projection.resources, *(mention.resource for mention in projection.mentions)]


def coverage_of(read: ReadFile, now: datetime, ids: Ids) -> dict[str, Any]:
    """``{file, leaves, structured, text, listed, lost: [xpath]}``; a refused message has only its file, and why."""
    if isinstance(read.outcome, Rejection):
        return {"file": str(read.path), "refused": [fault.code for fault in read.outcome.faults]}
    from mappings import documents

    document = read.outcome
    if isinstance(document, documents.MedicationDocument):
        document = documents.as_message(document)
    if not isinstance(document, documents.Message):
        return {"file": str(read.path), "refused": ["no such document in these mappings"]}
    found = documents.coverage(document, resources_of(document, now, ids))
    return {
        "file": str(read.path),
        "leaves": found.leaves,
        "structured": found.structured,
        "text": found.text,
        "listed": found.listed,
        "lost": list(found.lost),
    }


def explained(
    course: Course, documents: Iterable[Document], now: datetime, ids: Ids, wanted: Filter = EVERYTHING
) -> Iterator[Element]:
    """Every element of what these documents of one person make together, and why it is so."""
    from mappings import documents as door

    return filter(wanted.takes, door.explained(course, documents, now, ids=ids))


def row(element: Element) -> dict[str, Any]:
    """An element as JSON: ``{resource, path, value, message, xpath, said, as_text, rule: {function, rows}}``.

    ``message`` and ``xpath`` are null for what no message says; ``said`` is what stands there.
    """
    return {
        "resource": element.resource,
        "path": element.path,
        "value": None if element.as_text else element.value,
        "message": element.message_id or None,
        "xpath": element.xpath or None,
        "said": element.said if element.xpath else None,
        "as_text": element.as_text,
        "rule": {"function": element.function, "rows": list(element.rows)},
    }
