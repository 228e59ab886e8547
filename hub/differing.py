"""What differs between two versions of a resource, by path. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest
from typing import Any, NamedTuple


class Change(NamedTuple):
    """One value: where, what it was and what it is; None where there is nothing."""

    path: str
    was: Any
    now: Any


def changes(was: Any, now: Any, path: str = "") -> Iterator[Change]:
    """The smallest values that differ; items of a list are compared by their place."""
    if isinstance(was, dict) and isinstance(now, dict):
        for name in sorted(was.keys() | now.keys()):
            yield from changes(was.get(name), now.get(name), f"{path}.{name}" if path else name)
    elif isinstance(was, list) and isinstance(now, list):
        for number, (one, other) in enumerate(zip_longest(was, now)):
            yield from changes(one, other, f"{path}[{number}]")
    elif was != now:
        yield Change(path, was, now)
