"""Messages from files, read without a database: what ``translate``, ``validate`` and their kin work on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from hub.beside import file_headers
from hub.contract import Document, Identifier, Raw, Rejection
from hub.errors import ConfigurationError
from hub.identity import id_maker
from hub.judge import UNKNOWN_FORMAT, content_id, identified
from hub.plugins import Plugin, installed, parts_of, plugin_for

STARTS = 8192
"""So much of a file tells its format."""
NEVER = datetime.fromtimestamp(0, tz=UTC)
"""A file says nothing of when it was received; a fixed moment keeps its reading the same every time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadFile:
    """A file and what its adapter made of it."""

    path: Path
    outcome: Document | Rejection


def message_files(paths: Iterable[Path]) -> Iterator[Path]:
    """The files named, and the ``*.xml`` below each folder named, in order of name."""
    for path in paths:
        if path.is_dir():
            yield from sorted(p for p in path.rglob("*.xml") if p.is_file())
        elif path.is_file():
            yield path
        else:
            raise ConfigurationError(f"{path}: no such file or folder")


def messages_in(path: Path) -> Iterator[ReadFile]:
    """The messages of one file through the adapter that knows its format, with what stands beside it.

    One at a time: a register file holds more of them than memory does.
    """
    for raw in deliveries(path, NEVER):
        plugin = plugin_for(raw, installed())
        if plugin is None:
            yield ReadFile(path=path, outcome=Rejection(faults=(UNKNOWN_FORMAT,)))
        else:
            yield ReadFile(path=path, outcome=_named(plugin.adapter.read(raw), raw, plugin))


def deliveries(path: Path, received: datetime) -> Iterator[Raw]:
    """The bytes of each message of a file; the file as it is where nobody knows it, or where it cannot be taken apart.

    Raises ``ConfigurationError`` where a file that is read as a stream is not whole.
    """
    said = file_headers(path)
    with path.open("rb") as file:
        start = Raw(body=file.read(STARTS), received=received, headers=said)
    plugin = plugin_for(start, installed())
    stream = plugin.stream(path) if plugin else None
    if stream is None:
        whole = replace(start, body=path.read_bytes())
        yield from parts_of(whole, installed())
        return
    yield from _streamed(path, stream, start)


def _streamed(path: Path, stream: Iterator[bytes], start: Raw) -> Iterator[Raw]:
    try:
        first = next(stream, None)
        if first is None:  # nothing in it: whoever reads it says why
            yield replace(start, body=path.read_bytes())
            return
        yield replace(start, body=first)
        yield from (replace(start, body=body) for body in stream)
    except ValueError as error:
        raise ConfigurationError(f"{path}: {error}; nothing of the file was taken in") from None


def _named(outcome: Document | Rejection, raw: Raw, plugin: Plugin) -> Document | Rejection:
    """A message without an id gets one as the hub would give it, by a key that is nobody's: a file is not logged."""
    if isinstance(outcome, Rejection) or outcome.head.message_id:
        return outcome
    return identified(outcome, content_id(raw, plugin, id_maker(b"the sample key of heimveg files")))


def by_person(documents: Iterable[Document]) -> list[list[Document]]:
    """Documents of the same person together: those that share an identifier, directly or through others."""
    groups: list[tuple[set[Identifier], list[Document]]] = []
    for document in documents:
        seen, members = set(document.head.persons), [document]
        apart = []
        for known, others in groups:
            if known & seen:
                seen |= known
                members = others + members
            else:
                apart.append((known, others))
        groups = [*apart, (seen, members)]
    return [members for _, members in groups]
