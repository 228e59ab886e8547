"""Which message said it: one Provenance for each message, on everything that it made or is a cause of."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from hub.contract import Resource
from mappings.facts import head_of_payload
from mappings.identifiers import H
from mappings.making import Making
from mappings.resources import code, coding, concept, moment, reference, resource, stamped
from mappings.series import Entry, Standing

ACTIVITY: Final = {"N": "ny", "M": "endring", "C": "kansellering", "A": "tillegg"}
_TEXT: Final = {"N": "Ny", "M": "Endring", "C": "Kansellering", "A": "Tillegg"}
PARTICIPANT: Final = "http://terminology.hl7.org/CodeSystem/provenance-participant-type"


def _activity(entry: Entry) -> dict[str, Any]:
    """What the message does, in our words and as the sender coded it (Forsendelsesstatus 7309)."""
    series = entry.message.head.series
    ours = coding(f"{H}/CodeSystem/message-event", ACTIVITY[series], _TEXT[series])
    payload = head_of_payload(entry.message)
    said = concept(payload.informasjon_om_forsendelsen.forsendelsesstatus, 7309) if payload else {}
    return {**said, "coding": [ours, *said.get("coding", ())]}


def provenance(entry: Entry, targets: Iterable[str], making: Making) -> Resource:
    """``recorded`` is when the message was made: a rebuild must not make old news new."""
    head = entry.message.head
    document = f"DocumentReference/{making.id('DocumentReference', entry)}"
    authors = making.authors(entry.message)
    agents = [{"who": reference(author)} for author in authors] or [{"who": {"display": head.sender.name or "Ukjent"}}]
    author = code(PARTICIPANT, "author", "Author")
    entities = [{"role": "source", "what": reference(document)}]
    if entry.replaces is not None and entry.standing not in (Standing.PARKED, Standing.QUARANTINED):
        original = making.ids("DocumentReference", making.type_of(entry.replaces), entry.replaces)
        how = "removal" if head.series == "C" else "revision"
        entities.append({"role": how, "what": reference(f"DocumentReference/{original}")})
    return resource(
        "Provenance",
        making.id("Provenance", entry),
        meta=making.meta(entry),
        target=[reference(target) for target in dict.fromkeys((document, *targets))],
        occurredDateTime=stamped(head.generated, entry.message.made_leaf),
        recorded=moment(head.generated),
        activity=_activity(entry),
        agent=[{"type": author, **agent} for agent in agents],
        entity=entities,
    )
