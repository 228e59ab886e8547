"""Who may see what, and where it belongs: tags that every patient-bound resource carries (architecture 5).

One tag for the municipality (list 3402) and one for each entitled organisation, by organisation number or HER-id.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from hub.contract import ACCESS, HER_ID, ORGANISASJONSNUMMER, Party
from mappings import epikrise_envelope, municipal_envelope, tables
from mappings.documents import Message
from mappings.documents.datatypes import CS
from mappings.documents.epikrise import Patient as Epikrise
from mappings.documents.msghead import MsgHead, Patient
from mappings.parties import parties_of

MUNICIPALITY = tables.system_of(3402)
_NUMBER = re.compile(r"\d{4}")

Tag = tuple[str, str]


def access(parties: Iterable[Party]) -> set[Tag]:
    """A tag for each national number of each virksomhet."""
    numbers = (i for party in parties for i in party.identifiers if i.system in (ORGANISASJONSNUMMER, HER_ID))
    return {(ACCESS, number.value) for number in numbers}


def municipality(message: Message) -> str | None:
    """The kommunenummer of the patient's address in the envelope or the epikrise, four digits, or None."""
    root = message.root
    if municipal_envelope.is_municipal(message):
        told = str(municipal_envelope.municipality(message) or "")
        return told if _NUMBER.fullmatch(told) else None
    patient: Patient | Epikrise | None = root.msg_info.patient if isinstance(root, MsgHead) else None
    report = epikrise_envelope.report(message)
    if report is not None:
        patient = report.patient
    county: CS | None = patient.address.county if patient and patient.address else None
    number = (county.v or "") if county else ""
    return number if _NUMBER.fullmatch(number) else None


def kommune(messages: Iterable[Message]) -> str | None:
    """The newest kommunenummer of the patient's address."""
    ordered = sorted(messages, key=lambda m: (m.head.generated.timestamp(), m.head.message_id))
    return next((found for message in reversed(ordered) if (found := municipality(message))), None)


def tags(messages: Iterable[Message], kommune: str | None) -> list[dict[str, str]]:
    """The tags of what these messages make together, in a fixed order."""
    found = set().union(*(access(parties_of(message)) for message in messages))
    if kommune:
        found.add((MUNICIPALITY, str(kommune)))
    return [{"system": system, "code": code} for system, code in sorted(found)]
