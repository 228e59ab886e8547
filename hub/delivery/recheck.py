"""Ask the server what it still has of what we remember: it may have been emptied or restored behind our back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from hub.contract import Projection
from hub.delivery import memory
from hub.delivery.client import FhirClient
from hub.delivery.content import Ref, ref_of
from hub.delivery.send import Sender
from hub.lanes import Held
from hub.log.states import Lane

AT_ONCE = 100


async def held_by_server(client: FhirClient, refs: Iterable[Ref]) -> dict[Ref, dict[str, Any]]:
    """What the server holds of these, asked in batches."""
    asked = sorted(refs)
    found: dict[Ref, dict[str, Any]] = {}
    for start in range(0, len(asked), AT_ONCE):
        found |= await client.read_all(asked[start : start + AT_ONCE])
    return found


async def forget_what_is_gone(held: Held, sender: Sender, projection: Projection, lane: str) -> int:
    """Put in doubt what we believe delivered and the server lacks; how much that was."""
    shared = {ref_of(mention.resource) for mention in projection.mentions}
    async with held.session() as session, session.begin():
        known = await memory.known_in(session, [lane])
        known |= await memory.known_in(session, [Lane.DIRECTORY], shared)
    certain = [ref for ref, row in known.items() if not row.in_doubt]
    found = await held_by_server(sender.client, certain)
    gone = [ref for ref in certain if ref not in found]
    async with held.session() as session, session.begin():
        await memory.doubt(session, gone)
    return len(gone)
