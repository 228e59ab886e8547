"""The hub's four doors into the mappings, opened when first used: no command pays for what it does not need."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, cast

from hub.contract import Document, Ids, Projection


def dump(document: Document) -> bytes:
    """A document as the log keeps it."""
    from mappings import documents

    return documents.dump(document)


def load(dumped: bytes, original: bytes) -> Document:
    """The document again, whatever version of ours dumped it."""
    from mappings import documents

    return documents.load(dumped, original)


def course(documents: Iterable[Document], now: datetime, *, ids: Ids) -> Projection:
    """What the FHIR server should hold for the person of these documents."""
    from mappings.course import course as compute

    return compute(documents, now, ids=ids)


def quality(document: Document) -> dict[str, Any] | None:
    """What a message shall contain and what was found; None for a kind of message that nothing was agreed on."""
    from mappings.rules.quality import quality as content
    from mappings.rules.quality import told

    found = content(document)
    return told(found) if found else None


def medication(documents: Iterable[Document], at: datetime, *, phase: str, age: int | None) -> dict[str, Any]:
    """The medication lists in one person's documents, side by side, and what differs."""
    from mappings.medication import Setting, compared

    return compared(documents, at, Setting(phase=cast("Any", phase), age=age))
