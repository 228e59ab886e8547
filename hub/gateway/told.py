"""What an answer tells of whom, for the access log: the patients behind every resource in it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import text

from hub.contract import Resource
from hub.gateway.allowed import SHARED
from hub.gateway.visible import patients
from hub.log.database import Sessions

BEHIND = text("""
SELECT DISTINCT patient.resource_id
FROM unnest(CAST(:types AS text[]), CAST(:ids AS text[])) AS asked (resource_type, resource_id)
JOIN delivered AS told USING (resource_type, resource_id)
JOIN delivered AS patient ON patient.lane = told.lane AND patient.resource_type = 'Patient'
""")


async def whom(sessions: Sessions, resources: Sequence[Resource]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The ids of the patients, and the resources that are not shared.

    A resource that names its patient is taken at its word; of others (Binary, Provenance) the log knows it.
    """
    bound = [r for r in resources if r.get("resourceType") not in SHARED]
    named: set[str] = set()
    silent = []
    for resource in bound:
        of = list(patients([resource]))
        named.update(of)
        if not any(of):
            silent.append(resource)
    if silent:
        values = {"types": [r["resourceType"] for r in silent], "ids": [r.get("id", "") for r in silent]}
        async with sessions() as session:
            named |= set((await session.execute(BEHIND, values)).scalars())
    return tuple(sorted(named)), tuple(sorted({f"{r['resourceType']}/{r.get('id', '')}" for r in bound}))
