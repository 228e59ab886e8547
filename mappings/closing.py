"""Who may no longer see what: the last step of a course, over everything that it made.

Access is decided by tags alone (architecture 5), so to close something is to change tags: the number that would give
access gets a word before it (``sperret:``, ``utlopt:``). It then matches nobody, in any search, list or feed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from hub.contract import ACCESS, BLOCKED, DENIED, Document, Projection, Resource, StayRow
from mappings import scope, tables
from mappings.parties import parties_of
from mappings.resources import coding

LABEL: Final = coding(tables.system_of(9603), "NORS", "Sperret")
"""Sperring og nekting, list 9603."""

Mark = Callable[[str, str], str]
"""``(number, message id)`` -> the word that closes what this message alone made to this number, or ``""``.

The id ``""`` stands for what several messages made. A word for that holds for each message too.
"""
Denied = Callable[[str], tuple[str, ...]]
"""``(message id)`` -> the words for persons and units that are shut out, whichever organisation they act for."""


def closed(
    projection: Projection, mark: Mark, denied: Denied, documents: Iterable[Document], others: Iterable[str] = ()
) -> Projection:
    """The same projection, open to nobody who is shut out. ``documents`` are the patient's messages; ``others`` are
    numbers that have access without being a party to any."""
    shut = dict(_messages(list(documents), mark, denied, others))
    if not shut:
        return projection
    return replace(
        projection,
        resources=tuple(_resource(resource, mark, denied) for resource in projection.resources),
        stays=tuple(_stay(row, mark, denied) for row in projection.stays),
        closed=shut,
    )


def _resource(resource: Resource, mark: Mark, denied: Denied) -> Resource:
    """Its tags, and the label that says that something is blocked; what stays open stays the same object."""
    meta = resource.get("meta", {})
    message = str(meta.get("source", "")).removeprefix("urn:uuid:")
    tags = [_tag(tag, message, mark) for tag in meta.get("tag", ())]
    tags += [{"system": ACCESS, "code": word} for word in denied(message)]
    if tags == list(meta.get("tag", ())):
        return resource
    blocked = any(tag["system"] == ACCESS and tag["code"].startswith((BLOCKED, DENIED)) for tag in tags)
    label = {"security": [*meta.get("security", ()), LABEL]} if blocked else {}
    return {**resource, "meta": {**meta, **label, "tag": tags}}


def _tag(tag: Mapping[str, Any], message: str, mark: Mark) -> Mapping[str, Any]:
    word = mark(tag["code"], message) if tag["system"] == ACCESS else ""
    return {**tag, "code": f"{word}{tag['code']}"} if word else tag


def _stay(row: StayRow, mark: Mark, denied: Denied) -> StayRow:
    return replace(row, organisations=tuple(sorted([*denied(""), *(f"{mark(n, '')}{n}" for n in row.organisations)])))


def _messages(
    documents: list[Document], mark: Mark, denied: Denied, others: Iterable[str]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """What is closed of everything, then of each message, also of one that answers another."""
    numbers = {d.head.message_id: {number for _, number in scope.access(parties_of(d))} for d in documents}
    everybody = {"": set().union(others, *numbers.values())}
    for message, own in (everybody | numbers).items():
        shut = sorted(f"{word}{number}" for number in own if (word := mark(number, message)))
        if shut or denied(message):
            yield message, (*shut, *denied(message))
