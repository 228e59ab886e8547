"""Changes as FHIR transactions: targets of references before what refers to them, at most 100 entries each."""

from __future__ import annotations

import heapq
import re
from collections.abc import Iterable, Iterator, Sequence

import orjson

from hub.delivery.content import Ref
from hub.delivery.difference import Change
from hub.errors import AdapterFailedError

MOST_ENTRIES = 100
MOST_BYTES = 8 * 1024 * 1024
"""A transaction is held in memory whole by both sides; one resource that is larger travels alone."""

LOCAL_REFERENCE = re.compile(rb'"reference":"([A-Z][A-Za-z]+)/([A-Za-z0-9.-]{1,64})"')
"""In canonical JSON; within a text the quotes would be escaped, so nothing that somebody wrote looks like it."""


def references(body: bytes) -> Iterator[Ref]:
    """Every ``Type/id`` that a canonical resource refers to, at any depth."""
    for type_, id_ in LOCAL_REFERENCE.findall(body):
        yield Ref(type_.decode(), id_.decode())


def ordered(changes: Iterable[Change]) -> list[Change]:
    """Targets of references first, then by (type, id): all writers take the server's row locks in one order."""
    by_ref = {change.ref: change for change in changes}
    waiting = {
        ref: {target for target in references(change.body) if target in by_ref and target != ref}
        for ref, change in by_ref.items()
    }
    followers: dict[Ref, list[Ref]] = {ref: [] for ref in by_ref}
    for ref, targets in waiting.items():
        for target in targets:
            followers[target].append(ref)
    order = list(_sorted_by_layers(waiting, followers))
    if len(order) < len(by_ref):
        stuck = ", ".join(sorted(str(ref) for ref in set(by_ref) - set(order))[:5])
        raise AdapterFailedError(f"The mapping made resources that refer to each other in a circle: {stuck}")
    return [by_ref[ref] for ref in order]


def _sorted_by_layers(waiting: dict[Ref, set[Ref]], followers: dict[Ref, list[Ref]]) -> Iterator[Ref]:
    ready = [ref for ref, targets in waiting.items() if not targets]
    heapq.heapify(ready)
    while ready:
        ref = heapq.heappop(ready)
        yield ref
        for follower in followers[ref]:
            waiting[follower].discard(ref)
            if not waiting[follower]:
                heapq.heappush(ready, follower)


def transactions(
    changes: Iterable[Change], *, most_entries: int = MOST_ENTRIES, most_bytes: int = MOST_BYTES
) -> Iterator[list[Change]]:
    """The changes in order, cut into transactions that can be sent one after the other."""
    part: list[Change] = []
    size = 0
    for change in ordered(changes):
        if part and (len(part) >= most_entries or size + len(change.body) > most_bytes):
            yield part
            part, size = [], 0
        part.append(change)
        size += len(change.body)
    if part:
        yield part


def bundle(part: Sequence[Change]) -> bytes:
    """A transaction of ``PUT Type/id``, the only kind of write there is."""
    return b"".join(bundle_parts(part))


def bundle_parts(part: Iterable[Change]) -> Iterator[bytes]:
    """The same piece by piece: a message may bring files of many megabytes."""
    before = b'{"resourceType":"Bundle","type":"transaction","entry":['
    for change in part:
        url = orjson.dumps(f"https://heimveg.dev/fhir/{change.ref}")
        yield before + b'{"fullUrl":' + url + b',"resource":'
        yield change.body
        yield b',"request":{"method":"PUT","url":' + orjson.dumps(str(change.ref)) + b"}}"
        before = b","
    yield b"]}" if before == b"," else before + b"]}"
