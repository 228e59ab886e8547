"""What to send: the desired resources against the memory of what was delivered. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

import orjson

from hub.contract import Resource
from hub.delivery.closed import closed
from hub.delivery.content import IN_DOUBT, Ref, canonical, content_hash, digest, ref_of, unpacked
from hub.delivery.withdraw import can_be_withdrawn, withdrawn
from hub.errors import AdapterFailedError

Kind = Literal["new", "changed", "withdrawn", "again"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A row of ``delivered``: what was last sent. ``body`` is packed; a Binary has none."""

    hash: bytes
    version: str | None
    body: bytes | None
    withdrawn: bool = False

    @property
    def in_doubt(self) -> bool:
        """It was about to be sent when its worker died; nobody knows what the server holds."""
        return self.hash == IN_DOUBT


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One PUT to make: the resource, its canonical bytes, and what was known before."""

    ref: Ref
    resource: Resource
    body: bytes
    kind: Kind
    previous: Known | None = None

    @property
    def hash(self) -> bytes:
        return content_hash(self.body)


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """The changes to deliver, in no particular order, and how many resources need none."""

    changes: tuple[Change, ...]
    unchanged: int

    def counts(self) -> Counter[str]:
        """How many changes of each kind."""
        return Counter(change.kind for change in self.changes)


def difference(
    desired: Iterable[Resource], delivered: Mapping[Ref, Known], closed_to: Mapping[str, Collection[str]] | None = None
) -> Difference:
    """New and changed content is sent, what is in doubt is sent again, what is not desired any more is withdrawn.

    ``closed_to`` (``Projection.closed``) holds for what was withdrawn too: it says less, but not nothing.
    """
    wanted = _by_ref(desired)
    changes = [c for ref, (resource, body) in wanted.items() if (c := _put(ref, resource, body, delivered.get(ref)))]
    gone = ((ref, known) for ref, known in delivered.items() if ref not in wanted)
    withdrawals = [c for ref, known in gone if (c := _withdrawal(ref, known, closed_to or {}))]
    return Difference(changes=(*changes, *withdrawals), unchanged=len(wanted) - len(changes))


def _by_ref(desired: Iterable[Resource]) -> dict[Ref, tuple[Resource, bytes]]:
    found: dict[Ref, tuple[Resource, bytes]] = {}
    for resource in desired:
        ref, body = ref_of(resource), canonical(resource)
        if found.setdefault(ref, (resource, body))[1] != body:
            raise AdapterFailedError(f"The mapping made {ref} twice, with different content; report it as a bug")
    return found


def _put(ref: Ref, resource: Resource, body: bytes, known: Known | None) -> Change | None:
    if known is not None and known.hash == digest(resource, body):
        return None
    kind: Kind = "new" if known is None else "again" if known.in_doubt else "changed"
    return Change(ref=ref, resource=resource, body=body, kind=kind, previous=known)


def _withdrawal(ref: Ref, known: Known, closed_to: Mapping[str, Collection[str]]) -> Change | None:
    """From the stored body. What cannot say that it was an error stays as it is, but for whom it is open to."""
    if known.body is None:
        return None
    was = orjson.loads(unpacked(known.body))
    resource = closed(was, closed_to)
    if resource is was and ((known.withdrawn and not known.in_doubt) or not can_be_withdrawn(ref.type)):
        return None
    resource = withdrawn(resource) if can_be_withdrawn(ref.type) else resource
    body = canonical(resource)
    if known.hash == content_hash(body):
        return None
    return Change(ref=ref, resource=resource, body=body, kind="withdrawn", previous=known)
