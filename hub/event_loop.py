"""The event loop of our long-running processes: the fastest one there is."""

from __future__ import annotations

import asyncio
from collections.abc import Callable


def loop_factory() -> Callable[[], asyncio.AbstractEventLoop]:
    """uvloop, or Python's own where uvloop is not made for the system (Windows)."""
    try:
        import uvloop
    except ImportError:
        return asyncio.SelectorEventLoop  # psycopg does not work with the proactor loop
    return uvloop.new_event_loop
