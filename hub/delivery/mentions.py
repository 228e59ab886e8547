"""Of several descriptions of a shared resource the newest. Pure, so that files are translated without a database."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from hub.contract import Mention
from hub.delivery.content import Ref, canonical, content_hash, ref_of

Stamp = tuple[datetime, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One description of a shared resource, and when it was given."""

    ref: Ref
    body: bytes
    stamp: Stamp

    @property
    def hash(self) -> bytes:
        return content_hash(self.body)


def newest(mentions: Iterable[Mention]) -> dict[Ref, Candidate]:
    """The newest mention of each resource; the content decides between two of one message."""
    best: dict[Ref, Mention] = {}
    for mention in mentions:
        ref = ref_of(mention.resource)
        held = best.get(ref)
        if held is None or _rank(held) < _rank(mention) or (_rank(held) == _rank(mention) and _is_after(mention, held)):
            best[ref] = mention
    return {
        ref: Candidate(ref=ref, body=canonical(mention.resource), stamp=_rank(mention)) for ref, mention in best.items()
    }


def _rank(mention: Mention) -> Stamp:
    return mention.at, mention.message_id


def _is_after(mention: Mention, held: Mention) -> bool:
    return canonical(held.resource) < canonical(mention.resource)
