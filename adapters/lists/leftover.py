"""What a reader of lists has not understood: every value that it does not name, so that it can be carried as words.

A path has no places of arrays; an extension is called by the last step of its URL, and its value by that name alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set
from typing import Any


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every value of a JSON object with its path."""
    if isinstance(value, dict):
        base = _extension(value, path)
        for name, inner in value.items():
            if not (name == "url" and base != path):
                yield from leaves(inner, _below(base, name, is_value=base != path))
    elif isinstance(value, list):
        for inner in value:
            yield from leaves(inner, path)
    elif value is not None and str(value).strip():
        yield path, str(value).lower() if isinstance(value, bool) else str(value)


def _extension(value: dict[str, Any], path: str) -> str:
    url = value.get("url")
    is_one = isinstance(url, str) and path.rpartition(".")[2].lower().endswith("extension")
    return f"{path.rpartition('.')[0]}.{str(url).rsplit('/', 1)[-1]}".lstrip(".") if is_one else path


def _below(path: str, name: str, *, is_value: bool) -> str:
    return path if is_value and name.startswith("value") else f"{path}.{name}".lstrip(".")


def leftover(found: Iterable[tuple[str, str]], read: Set[str], prefix: str = "") -> tuple[tuple[str, str], ...]:
    """The values that nobody has read, several of one name together. ``read`` are paths, each with all below it."""
    left: dict[str, dict[str, None]] = {}
    for path, value in found:
        if not _is_read(path, read):
            left.setdefault(f"{prefix}{path}", {})[value] = None
    return tuple((path, ", ".join(values)) for path, values in left.items())


def _is_read(path: str, read: Set[str]) -> bool:
    steps = path.split(".")
    return any(".".join(steps[:n]) in read for n in range(1, len(steps) + 1))
