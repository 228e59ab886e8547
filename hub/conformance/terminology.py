"""Making a FHIR server honour the codes that were put there. HAPI may take minutes to."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from hub.conformance.canaries import Say
from hub.contract import Resource
from hub.delivery.client import FhirClient
from hub.delivery.content import ref_of
from hub.errors import FatalError, FhirServerRefusedError

PAUSE = 2.0


async def until_honoured(client: FhirClient, resources: Sequence[Resource], say: Say, *, patience: float) -> None:
    """Return when the server knows the last code of every code system among ``resources`` that lists its codes."""
    deadline = asyncio.get_running_loop().time() + patience
    waiting = [resource for resource in resources if resource["resourceType"] == "CodeSystem" and "concept" in resource]
    asked = len(waiting)
    while waiting := [code_system for code_system in waiting if not await _knows(client, code_system)]:
        names = ", ".join(str(ref_of(code_system)) for code_system in waiting[:3])
        if asyncio.get_running_loop().time() > deadline:
            raise FatalError(
                f"The FHIR server does not know the codes of {names} ({len(waiting)} code systems in all) after "
                f"{patience:.0f} s. Look for terminology errors in its log, then run `heimveg bootstrap` again."
            )
        say(f"waiting until the server knows the codes of {len(waiting)} code systems ({names} ...)")
        await asyncio.sleep(PAUSE)
    if asked:
        say(f"the server knows the codes of {asked} code systems")


async def _knows(client: FhirClient, code_system: Resource) -> bool:
    parameters = {
        "resourceType": "Parameters",
        "parameter": [
            {"name": "url", "valueUri": code_system["url"]},
            {"name": "code", "valueCode": code_system["concept"][-1]["code"]},
        ],
    }
    try:
        answer = await client.post("CodeSystem/$validate-code", parameters)
    except FhirServerRefusedError:
        return False  # the code system itself is not known yet
    return any(part["name"] == "result" and part.get("valueBoolean") is True for part in answer["parameter"])


async def forget_expansions(client: FhirClient, value_sets: Sequence[Resource]) -> None:
    """Make HAPI judge codes by these value sets as their code systems stand now.

    Every ten minutes it expands what it has not expanded yet and holds to that, however the code systems change; a
    value set that it has not expanded stays as it is.
    """
    for value_set in value_sets:
        await client.post(f"{ref_of(value_set)}/$invalidate-expansion", {"resourceType": "Parameters"})
