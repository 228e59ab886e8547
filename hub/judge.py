"""What an adapter makes of a message, before anything is stored: document or rejection, and the answer to it."""

from __future__ import annotations

import asyncio
import hashlib
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast
from uuid import uuid4

import structlog

from hub.beside import envelope
from hub.contract import Document, Fault, Ids, Raw, Rejection
from hub.errors import AdapterFailedError
from hub.plugins import Plugin, plugin_for
from hub.transport import metadata

Dump = Callable[[Document], bytes]
"""The door ``mappings.documents.dump``."""

# Parsing 64 KiB takes about half a millisecond; longer than that would hold up other requests on the event loop.
INLINE_BYTES = 64 * 1024

UNKNOWN_FORMAT = Fault(
    code="UKJENT_FORMAT",
    text="Ingen installert adapter kjenner formatet. Send nyttelasten i klartekst: en KITH-melding (XML), en FHIR "
    "Bundle, HL7 v2 eller CSV.",
)

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What is to be stored. ``outcome`` is our own trouble when the adapter failed; then there is no answer to give."""

    outcome: Document | Rejection | AdapterFailedError
    plugin: Plugin | None = None
    dumped: bytes | None = None
    receipt: bytes | None = None
    receipt_id: str = ""


async def judge(raw: Raw, plugins: Sequence[Plugin], dump: Dump, ids: Ids) -> Verdict:
    """Read the message and make its answer; a large one in a thread (lxml lets go of the interpreter lock).

    What is no XML goes there too: a Bundle is checked against R4 by a library that takes half a second to load.
    """
    if len(raw.body) > INLINE_BYTES or not raw.body.lstrip().startswith(b"<"):
        return await asyncio.to_thread(judge_now, raw, plugins, dump, ids)
    return judge_now(raw, plugins, dump, ids)


def judge_now(raw: Raw, plugins: Sequence[Plugin], dump: Dump, ids: Ids) -> Verdict:
    """The same, at once. Never raises: what an adapter throws is a verdict too, so that the bytes are kept."""
    plugin = None
    try:
        plugin = plugin_for(raw, plugins)
        if plugin is None:
            return Verdict(outcome=Rejection(faults=(UNKNOWN_FORMAT,)))
        return _read(raw, plugin, dump, ids)
    except Exception as error:  # an adapter is somebody else's code, and the message must be kept
        name = plugin.adapter.name if plugin else "?"
        log.exception("adapter failed", adapter=name)
        return Verdict(outcome=AdapterFailedError(f"adapter {name} failed with {type(error).__name__}"), plugin=plugin)


def _read(raw: Raw, plugin: Plugin, dump: Dump, ids: Ids) -> Verdict:
    outcome = plugin.adapter.read(raw)
    if not isinstance(outcome, Rejection) and not outcome.head.message_id:
        outcome = identified(outcome, content_id(raw, plugin, ids))
    receipt_id = str(uuid4())
    receipt = plugin.adapter.receipt(raw, outcome, id=receipt_id, at=raw.received)
    dumped = None if isinstance(outcome, Rejection) else zlib.compress(dump(outcome), 1)
    return Verdict(outcome=outcome, plugin=plugin, dumped=dumped, receipt=receipt, receipt_id=receipt_id)


def content_id(raw: Raw, plugin: Plugin, ids: Ids) -> str:
    """The id of a message whose format gives it none: the same bytes under the same envelope are the same message.

    Keyed, since whoever knows the bytes of a short one could otherwise guess the patient in its envelope.
    """
    digest = hashlib.sha256(raw.body).hexdigest()
    return ids("content", plugin.adapter.name, digest, *envelope(metadata(raw.headers)))


def identified(document: Document, message_id: str) -> Document:
    """The same document under an id of ours; documents are frozen dataclasses (``hub.contract.Document``)."""
    head = replace(document.head, message_id=message_id)
    return cast("Document", replace(cast("Any", document), head=head))


def awaiting(document: Document) -> Document:
    """The same document as one of ours that somebody else will answer."""
    head = replace(document.head, awaits=True)
    return cast("Document", replace(cast("Any", document), head=head))
