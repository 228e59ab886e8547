"""What a caller wants written and what became of it, and the pure questions about both."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from hub.contract import Resource
from hub.delivery.content import Ref, canonical
from hub.gateway.exact import dumps

OURS = ("resourceType", "id", "meta", "text")
"""What an author does not change of a resource by changing it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One resource that a caller wants written. ``id`` is empty for a new one; ``place`` is where it stood.

    ``match`` are the versions of ``If-Match`` (``*`` for any); ``unless`` is the identifier of ``If-None-Exist``;
    ``once`` makes the same request twice one entry; ``known_as`` is the ``urn:uuid`` others in the transaction use.
    """

    type: str
    resource: Resource
    id: str = ""
    match: tuple[str, ...] | None = None
    unless: tuple[str, str] | None = None
    once: str | None = None
    known_as: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """What became of one: the resource that holds, whether it is new, and whether the FHIR server shows it already."""

    ref: Ref
    created: bool = False
    shown: bool = True
    refused: bool = False
    """The FHIR server would not have it."""


def identifiers(resource: Resource) -> Iterator[tuple[str, str]]:
    """System and value of each."""
    for one in resource.get("identifier", ()):
        if isinstance(one, dict):
            yield str(one.get("system", "")), str(one.get("value", ""))


def changed(resource: Resource, before: Resource | None) -> set[str]:
    """The elements that differ; all of them where there was nothing."""
    names = {*resource, *(before or {})} - {*OURS}
    return {name for name in names if _bytes(resource.get(name)) != _bytes((before or {}).get(name))}


def _bytes(value: Any) -> bytes:
    """The same value always gives the same bytes, whoever wrote it."""
    return orjson.dumps(orjson.loads(dumps(orjson.loads(canonical({"_": value})))), option=orjson.OPT_SORT_KEYS)


def replaced(value: Any, addresses: Mapping[str, str]) -> Any:
    """The same, with these references in place of those."""
    if isinstance(value, dict):
        found = value.get("reference")
        whole = {name: replaced(inner, addresses) for name, inner in value.items()}
        return {**whole, "reference": addresses.get(found, found)} if isinstance(found, str) else whole
    return [replaced(inner, addresses) for inner in value] if isinstance(value, list) else value
