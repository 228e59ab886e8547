"""Install the conformance resources on a FHIR server, wait until it honours them, and prove it. Idempotent."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from hub.conformance.canaries import Say, prove
from hub.conformance.resources import Conformance, marker, proof
from hub.conformance.terminology import forget_expansions, until_honoured
from hub.contract import Resource
from hub.delivery.client import FhirClient
from hub.delivery.content import Ref, ref_of
from hub.delivery.equal import same
from hub.errors import FhirServerAwayError, FhirServerRefusedError

BATCH = 100
PATIENCE = 300.0
"""Seconds for each thing that is waited for. HAPI may need minutes, and says nothing meanwhile."""
NOT_YET = "not proved yet"
"""In place of a fingerprint while a run is under way, so that the next run repeats one that was cut off."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a run did: what was written, how much was there already, which types are being indexed again."""

    installed: tuple[Ref, ...] = ()
    unchanged: int = 0
    reindexed: tuple[str, ...] = ()


async def bootstrap(
    client: FhirClient, conformance: Conformance, say: Say, *, patience: float = PATIENCE, again: bool = False
) -> Report:
    """Install what differs, then prove all of it. A server that was proved with this very set is left alone.

    ``again`` proves the search parameters also when nothing differs.
    """
    await _until_served(client, say, patience)
    proved = proof(conformance.fingerprint)
    wanted = (*conformance.resources, marker(conformance.fingerprint))
    changed = await _changed(client, (*wanted, proved))
    if not changed and not again:
        say(f"{len(wanted)} conformance resources are installed and proved: nothing to do")
        return Report(unchanged=len(wanted))
    await client.put(proof(NOT_YET))
    to_install = [resource for resource in changed if resource is not proved]
    with_data = await _types_with_data(client, to_install)
    await _install(client, conformance, to_install, say)
    await until_honoured(client, to_install, say, patience=patience)
    if any(resource["resourceType"] in ("CodeSystem", "ValueSet") for resource in to_install):
        await forget_expansions(client, conformance.of_type("ValueSet"))
    await _reindex(client, with_data, say)
    await prove(client, conformance, say, patience=patience)
    await client.put(proved)
    refs = tuple(ref_of(resource) for resource in to_install)
    return Report(installed=refs, unchanged=len(wanted) - len(refs), reindexed=with_data)


async def _until_served(client: FhirClient, say: Say, patience: float) -> None:
    deadline = asyncio.get_running_loop().time() + patience
    while not await client.serves():
        if asyncio.get_running_loop().time() > deadline:
            raise FhirServerAwayError(
                f"The FHIR server at {client.base} has not answered for {patience:.0f} s. "
                "Start it, or correct HEIMVEG_FHIR_URL, then run `heimveg bootstrap` again."
            )
        say("waiting for the FHIR server to answer")
        await asyncio.sleep(2.0)


async def _changed(client: FhirClient, wanted: Sequence[Resource]) -> list[Resource]:
    """Those that the server lacks or holds with other content, in order."""
    held: dict[Ref, Resource] = {}
    for start in range(0, len(wanted), BATCH):
        held |= await client.read_all(ref_of(resource) for resource in wanted[start : start + BATCH])
    return [resource for resource in wanted if not same(resource, held.get(ref_of(resource), {}))]


async def _types_with_data(client: FhirClient, to_install: Sequence[Resource]) -> tuple[str, ...]:
    """The types that a new or changed search parameter is about and that the server already holds something of."""
    types = {base for r in to_install if r["resourceType"] == "SearchParameter" for base in r["base"]}
    counts = {type_: (await client.search(type_, {"_summary": "count"}))["total"] for type_ in sorted(types)}
    return tuple(type_ for type_, count in counts.items() if count)


async def _install(client: FhirClient, conformance: Conformance, resources: Sequence[Resource], say: Say) -> None:
    """Put them in order. The marker comes last and always changes, for HAPI then forgets what it cached."""
    if resources:
        await client.put(marker(""))
    for number, resource in enumerate(resources, start=1):
        try:
            await client.put(resource)
        except FhirServerRefusedError as error:
            raise FhirServerRefusedError(f"{ref_of(resource)} was refused. {error}") from None
        if number % 50 == 0:
            say(f"installed {number} of {len(resources)} conformance resources")
    if resources:
        await client.put(marker(conformance.fingerprint))
        say(f"installed {len(resources)} conformance resources")


async def _reindex(client: FhirClient, types: Sequence[str], say: Say) -> None:
    """What came before a search parameter is not found by it until it is indexed again, in the background."""
    for type_ in types:
        parameters = {"resourceType": "Parameters", "parameter": [{"name": "url", "valueString": f"{type_}?"}]}
        await client.post("$reindex", parameters)
        say(f"the server indexes its {type_} resources again; new searches miss some of them for a few minutes")
