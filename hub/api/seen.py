"""What a route outside ``/fhir`` has shown of a message, for the access log; written before it is shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from hub.access.caller import Caller
from hub.access.ledger import Call, access
from hub.api.services import Services
from hub.log import reading
from hub.log.tables import Message


async def seen(using: Services, caller: Caller, what: str, row: Message) -> None:
    """Write down that the caller is shown this of a message."""
    async with using.sessions() as session:
        patients = await reading.patients_of(session, row)
    await using.ledger.record(access(caller, Call("R", what), 200, patients, (f"message/{row.id}",)))


async def listed(using: Services, caller: Caller, what: str, rows: Iterable[Mapping[str, Any]]) -> None:
    """Write down that the caller is shown a list of stays, each with its patient."""
    found = list(rows)
    named = (row["patient"] for row in found)
    patients = {_id(one["reference"] if isinstance(one, Mapping) else one) for one in named if one}
    stays = sorted({str(row["stay"]) for row in found})
    await using.ledger.record(access(caller, Call("E", what), 200, sorted(patients), stays))


def _id(reference: str) -> str:
    return reference.rpartition("/")[2]
