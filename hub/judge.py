"""What an adapter makes of a message, before anything is stored: document or rejection, and the answer to it."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import uuid4

import structlog

from hub.contract import Document, Fault, Raw, Rejection
from hub.errors import AdapterFailedError
from hub.plugins import Plugin, plugin_for

Dump = Callable[[Document], bytes]
"""The door ``mappings.documents.dump``."""

# Parsing 64 KiB takes about half a millisecond; longer than that would hold up other requests on the event loop.
INLINE_BYTES = 64 * 1024

UNKNOWN_FORMAT = Fault(
    code="UKJENT_FORMAT",
    text="Ingen installert adapter kjenner formatet. Send nyttelasten (MsgHead, Epikrise eller AppRec) i klartekst.",
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


async def judge(raw: Raw, plugins: Sequence[Plugin], dump: Dump) -> Verdict:
    """Read the message and make its answer; a large one in a thread (lxml lets go of the interpreter lock)."""
    if len(raw.body) > INLINE_BYTES:
        return await asyncio.to_thread(judge_now, raw, plugins, dump)
    return judge_now(raw, plugins, dump)


def judge_now(raw: Raw, plugins: Sequence[Plugin], dump: Dump) -> Verdict:
    """The same, at once. Never raises: what an adapter throws is a verdict too, so that the bytes are kept."""
    plugin = None
    try:
        plugin = plugin_for(raw, plugins)
        if plugin is None:
            return Verdict(outcome=Rejection(faults=(UNKNOWN_FORMAT,)))
        return _read(raw, plugin, dump)
    except Exception as error:  # an adapter is somebody else's code, and the message must be kept
        name = plugin.adapter.name if plugin else "?"
        log.exception("adapter failed", adapter=name)
        return Verdict(outcome=AdapterFailedError(f"adapter {name} failed with {type(error).__name__}"), plugin=plugin)


def _read(raw: Raw, plugin: Plugin, dump: Dump) -> Verdict:
    outcome = plugin.adapter.read(raw)
    receipt_id = str(uuid4())
    receipt = plugin.adapter.receipt(raw, outcome, id=receipt_id, at=raw.received)
    dumped = None if isinstance(outcome, Rejection) else zlib.compress(dump(outcome), 1)
    return Verdict(outcome=outcome, plugin=plugin, dumped=dumped, receipt=receipt, receipt_id=receipt_id)
