"""A resource as bytes that compare: canonical JSON, its hash, and the packed form that the log keeps."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterator
from typing import Any, NamedTuple

import orjson

from hub.contract import ACCESS, Kept, Resource

IN_DOUBT = b""
"""The content hash of a resource that was about to be sent and whose answer has not been recorded."""


class Ref(NamedTuple):
    """``Type/id`` of a resource."""

    type: str
    id: str

    def __str__(self) -> str:
        return f"{self.type}/{self.id}"


def ref_of(resource: Resource) -> Ref:
    """Plain strings, so that a leaf that knows its origin does not travel into keys and logs."""
    return Ref(str(resource["resourceType"]), str(resource["id"]))


def access_numbers(resource: Resource) -> Iterator[str]:
    """The numbers of the organisations that a resource is open to."""
    for tag in resource.get("meta", {}).get("tag", ()):
        if tag.get("system") == ACCESS and isinstance(tag.get("code"), str):
            yield tag["code"]


def _literal(value: Any) -> orjson.Fragment:
    """Numbers and booleans of a message keep the sender's spelling (``72.50``): they bring their JSON with them."""
    fhir_json = getattr(value, "__fhir_json__", None)
    if fhir_json is None:
        raise TypeError(f"{type(value).__name__} is no JSON value")
    return orjson.Fragment(fhir_json())


def canonical(resource: Resource) -> bytes:
    """The same resource always gives the same bytes, whatever the order in which it was built."""
    if not isinstance(resource, Kept):
        return orjson.dumps(resource, default=_literal, option=orjson.OPT_SORT_KEYS)
    try:
        return resource.body
    except AttributeError:
        resource.body = orjson.dumps(resource, default=_literal, option=orjson.OPT_SORT_KEYS)
        return resource.body


def content_hash(body: bytes) -> bytes:
    """Tells whether two canonical bodies are the same; never equal to ``IN_DOUBT``."""
    return hashlib.sha256(body).digest()


def digest(resource: Resource, body: bytes) -> bytes:
    """The hash of a resource whose canonical bytes these are."""
    if not isinstance(resource, Kept):
        return content_hash(body)
    try:
        return resource.digest
    except AttributeError:
        resource.digest = content_hash(body)
        return resource.digest


def packed(ref: Ref, body: bytes) -> bytes | None:
    """What ``delivered`` keeps of a body. A Binary is the original message, which the log already has."""
    return None if ref.type == "Binary" else zlib.compress(body, 1)


def unpacked(stored: bytes) -> bytes:
    """The canonical body that ``packed`` kept."""
    return zlib.decompress(stored)
