"""Messages from files, read without a database: what ``translate``, ``validate`` and their kin work on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from hub.beside import file_headers
from hub.contract import Document, Identifier, Raw, Rejection
from hub.errors import ConfigurationError
from hub.identity import id_maker
from hub.judge import UNKNOWN_FORMAT, content_id, identified
from hub.plugins import Plugin, installed, plugin_for

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


def messages_in(path: Path) -> tuple[ReadFile, ...]:
    """The messages of one file through the adapter that knows its format, with what stands beside it."""
    raw = Raw(body=path.read_bytes(), received=NEVER, headers=file_headers(path))
    plugin = plugin_for(raw, installed())
    if plugin is None:
        return (ReadFile(path=path, outcome=Rejection(faults=(UNKNOWN_FORMAT,))),)
    return tuple(
        ReadFile(path=path, outcome=_named(plugin.adapter.read(one), one, plugin)) for one in plugin.parts(raw)
    )


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
