"""Prove search parameters with canaries: two resources about nobody, that each search must tell apart.

A parameter that a server accepts but does not index finds neither; one that it ignores finds both.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable

from hub.conformance.resources import Conformance, Search
from hub.delivery.client import FhirClient
from hub.delivery.content import ref_of
from hub.errors import FatalError, FhirServerRefusedError

CANARY_TAG = "https://heimveg.dev/fhir/CodeSystem/canary|canary"
PAUSE = 2.0

Say = Callable[[str], None]


async def prove(client: FhirClient, conformance: Conformance, say: Say, *, patience: float) -> None:
    """Return when every search parameter tells the two canaries apart and no search shows a canary any more."""
    deadline = asyncio.get_running_loop().time() + patience
    while unproved := await _round(client, conformance):
        names = ", ".join(f"{search.type}?{search.parameter}" for search in unproved)
        if asyncio.get_running_loop().time() > deadline:
            raise FatalError(
                f"The FHIR server does not answer {names} as it should, after {patience:.0f} s. Look for the "
                "SearchParameter in its /metadata and for errors in its log, then run `heimveg bootstrap` again."
            )
        say(f"waiting until the server answers {names}")
        await asyncio.sleep(PAUSE)
    say(f"proved {len(conformance.searches)} search parameters with canaries")


async def _round(client: FhirClient, conformance: Conformance) -> list[Search]:
    """Write the canaries, ask, remove them whatever happened; the searches that were not answered right."""
    try:
        for canary in conformance.canaries:
            await client.put(canary)
        unproved = [search for search in conformance.searches if not await _tells_apart(client, search)]
    finally:
        await remove(client, conformance)
    return unproved


async def remove(client: FhirClient, conformance: Conformance) -> None:
    """Delete the canaries, those that refer to others first, and see that no search shows one any more."""
    for canary in reversed(conformance.canaries):
        await client.delete(ref_of(canary))
    for type_ in sorted({canary["resourceType"] for canary in conformance.canaries}):
        if left := await _found(client, type_, {"_tag": CANARY_TAG}):
            raise FatalError(
                f"The FHIR server still shows the deleted canaries {', '.join(sorted(left))} of type {type_}. "
                "They are about nobody; delete them, then run `heimveg bootstrap` again."
            )


async def _tells_apart(client: FhirClient, search: Search) -> bool:
    for value, wanted in ((search.one, "one"), (search.other, "other")):
        try:
            found = await _found(client, search.type, {search.parameter: value, "_tag": CANARY_TAG})
        except FhirServerRefusedError:
            return False  # the server does not know the parameter yet
        if found != {f"canary-{search.type.lower()}-{wanted}"}:
            return False
    return True


async def _found(client: FhirClient, type_: str, criteria: dict[str, str]) -> set[str]:
    return _ids((await client.search(type_, criteria)).get("entry", []))


def _ids(entries: Iterable[dict[str, dict[str, str]]]) -> set[str]:
    return {entry["resource"]["id"] for entry in entries}
