"""What the transport says about a message: optional headers, kept as metadata and compared with the envelope.

The message service handler in front of the hub knows them (ebXML and AMQP: HISD 1209:2018). A mismatch is a routing
fault to flag, never a reason to refuse.
"""

from __future__ import annotations

from collections.abc import Mapping

from hub.beside import HEADERS, LONGEST
from hub.contract import Head, Issue, Party

FROM_HER_ID = "heimveg-from-her-id"
TO_HER_ID = "heimveg-to-her-id"
ACTION = "heimveg-action"
SERVICE = "heimveg-service"
ROLE = "heimveg-role"
CPA_ID = "heimveg-cpa-id"
TRANSPORT_ID = "heimveg-transport-id"
CONVERSATION_ID = "heimveg-conversation-id"

KNOWN = (FROM_HER_ID, TO_HER_ID, ACTION, SERVICE, ROLE, CPA_ID, TRANSPORT_ID, CONVERSATION_ID)
BESIDE = tuple(HEADERS.values())
"""What the transport says of the payload itself, for formats that do not."""

TEXTS = {
    "TRANSPORT_AVSENDER": "Avsenders HER-id i transporten finnes ikke hos avsender i meldingen.",
    "TRANSPORT_MOTTAKER": "Mottakers HER-id i transporten finnes ikke hos noen mottaker i meldingen.",
    "TRANSPORT_ACTION": "Action i transporten er en annen enn meldingstypen.",
}


def metadata(headers: Mapping[str, str]) -> dict[str, str]:
    """The headers worth keeping; every other one (cookies, credentials) is left behind."""
    lowered = {name.lower(): value.strip() for name, value in headers.items()}
    return {name: lowered[name][:LONGEST].replace("\x00", "") for name in (*KNOWN, *BESIDE) if lowered.get(name)}


def mismatches(said: Mapping[str, str], head: Head) -> tuple[Issue, ...]:
    """Where the transport contradicts the envelope."""
    found = []
    if (her_id := said.get(FROM_HER_ID)) and not _names(her_id, head.sender):
        found.append(Issue(code="TRANSPORT_AVSENDER", text=TEXTS["TRANSPORT_AVSENDER"]))
    if (her_id := said.get(TO_HER_ID)) and not any(_names(her_id, party) for party in (head.receiver, *head.copies)):
        found.append(Issue(code="TRANSPORT_MOTTAKER", text=TEXTS["TRANSPORT_MOTTAKER"]))
    if (action := said.get(ACTION)) and _plain(action) != _plain(head.type):
        found.append(Issue(code="TRANSPORT_ACTION", text=TEXTS["TRANSPORT_ACTION"]))
    return tuple(found)


def receiving_party(said: Mapping[str, str], head: Head) -> Party:
    """Whom this delivery is for: the copy receiver that the transport names, otherwise the primary receiver.

    One message to two receivers in the same system is delivered once to each (HITS 1168:2016 5.4).
    """
    her_id = said.get(TO_HER_ID, "")
    named = (party for party in (head.receiver, *head.copies) if her_id and _names(her_id, party))
    return next(named, head.receiver)


def _names(her_id: str, party: Party) -> bool:
    return _digits(her_id) in {_digits(i.value) for i in (*party.identifiers, *party.unit_identifiers)}


def _digits(text: str) -> str:
    return "".join(character for character in text if character.isalnum())


def _plain(action: str) -> str:
    return action.upper().removeprefix("S-").removesuffix("-S")
