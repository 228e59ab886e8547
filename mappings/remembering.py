"""A message that has not changed is not mapped again: what was made of it is kept with it, and with all that was asked.

A message that stays in a worker's memory carries its results (``Message.memo``). A result is used again only where
everything that it was made from, the message apart, is equal to last time; so it changes nothing but the time it takes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from mappings.documents import Message

T = TypeVar("T")


def remembered(message: Message, name: str, asked: Any, make: Callable[[], T]) -> T:
    """What ``make`` gives. ``asked`` is all that it looks at besides the message; only the newest result is kept."""
    held = message.memo.get(name)
    if held is not None and held[0] == asked:
        found: T = held[1]
        return found
    made = make()
    message.memo[name] = (asked, made)
    return made
