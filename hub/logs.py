"""Structured logs: one JSON object a line, message ids and counts only.

Nothing here is trusted to be careful: runs of eleven digits are masked wherever they occur, and an unexpected
exception is told by its type and place, not by its text, which could quote a message.
"""

from __future__ import annotations

import logging
import re
import sys
import traceback
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any

import orjson
import structlog

from hub.errors import HubError

ELEVEN_DIGITS = re.compile(r"(?<!\d)\d{6}[ .-]?\d{5}(?!\d)")
MASK = "[11 digits]"
NOISY = ("procrastinate", "httpx", "httpcore", "sqlalchemy", "alembic")

Entry = MutableMapping[str, Any]


def configure_logs(level: str = "INFO") -> None:
    """Send our logs and those of the libraries through the same processors to standard error."""
    shared: list[structlog.types.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        told_by_type,
        masked,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, as_json],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in NOISY:
        logging.getLogger(name).setLevel(logging.WARNING)


def told_by_type(_logger: Any, _method: str, entry: Entry) -> Entry:
    """Replace an exception by its type and where it came from; our own errors keep their text, which is clean."""
    info = entry.pop("exc_info", None)
    if info is True:
        info = sys.exc_info()
    error = info if isinstance(info, BaseException) else info[1] if isinstance(info, tuple) else None
    if error is not None:
        entry["error"] = str(error) if isinstance(error, HubError) else type(error).__name__
        frames = traceback.extract_tb(error.__traceback__)[-8:]
        entry["at"] = [f"{Path(f.filename).name}:{f.lineno} {f.name}" for f in frames]
    return entry


def masked(_logger: Any, _method: str, entry: Entry) -> Entry:
    """Mask what looks like a fødselsnummer in every text of the entry."""
    for key, value in entry.items():
        entry[key] = _masked(value)
    return entry


def _masked(value: Any) -> Any:
    if isinstance(value, str):
        return ELEVEN_DIGITS.sub(MASK, value)
    if isinstance(value, (list, tuple)):
        return [_masked(part) for part in value]
    return {key: _masked(part) for key, part in value.items()} if isinstance(value, dict) else value


def as_json(_logger: Any, _method: str, entry: Entry) -> str:
    """The line itself."""
    return orjson.dumps(entry, default=str).decode()
