"""Access to what is not made any more: the mapping marks what it makes, what it has withdrawn is marked here."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from hub.contract import ACCESS, DENIED, Resource


def closed(resource: Resource, to: Mapping[str, Collection[str]]) -> Resource:
    """The resource closed to those that it is closed to now, and open to all others again (``Projection.closed``)."""
    meta = resource.get("meta", {})
    message = str(meta.get("source", "")).removeprefix("urn:uuid:")
    words = (*to.get(message, ()), *to.get("", ()))
    shut = {code.rpartition(":")[2]: code for code in words}
    tags = [_tag(tag, shut) for tag in meta.get("tag", ()) if not str(tag.get("code", "")).startswith(DENIED)]
    tags += [{"system": ACCESS, "code": word} for word in sorted({w for w in words if w.startswith(DENIED)})]
    return {**resource, "meta": {**meta, "tag": tags}} if tags != meta.get("tag", []) else resource


def _tag(tag: Mapping[str, Any], shut: Mapping[str, str]) -> Mapping[str, Any]:
    if tag.get("system") != ACCESS:
        return tag
    number = str(tag.get("code", "")).rpartition(":")[2]
    return {**tag, "code": shut.get(number, number)}
