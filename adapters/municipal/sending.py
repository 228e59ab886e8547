"""Who sends municipal data, to whom, and about whom: the head of a message, from the payload and what stands beside.

A municipality is known by its number (list 3402), and by its organisation number where payload or envelope give it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import NAMESPACE_URL, uuid5

from adapters.municipal.texts import issue
from hub.contract import HER_ID, ORGANISASJONSNUMMER, Head, Identifier, Issue, Party, Raw, Series
from mappings import national_number, tables
from mappings.identifiers import H, identifier

SOURCE_ORGANISATION: Final = "heimveg-source-org"
RECEIVERS: Final = "heimveg-receivers"
MUNICIPALITY: Final = "heimveg-municipality"
EXPORT_ID: Final = "heimveg-export-id"
EXPORT_TIME: Final = "heimveg-export-time"
NUMBER_TYPES: Final = {"1": "FNR", "2": "DNR", "10": "DUF", "12": "FHN"}
"""List 9032, as far as a number of that kind is the same wherever it is met."""
LOCAL: Final = f"{H}/sid/kommune-lokal"
USER: Final = f"{H}/sid/kommune-bruker"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """One message of a municipality, as far as its format says it. ``follows`` is the id of the one sent before it."""

    type: str
    version: str
    message_id: str
    municipality: str
    generated: datetime
    organisation: str = ""
    series: Series = "N"
    parent: str | None = None
    follows: str | None = None


def head(sent: Sent, persons: tuple[Identifier, ...], raw: Raw) -> Head:
    """The head of the message."""
    said = {name.lower(): value.strip() for name, value in raw.headers.items() if value.strip()}
    receivers = [
        Party(name="", identifiers=(found,)) for one in said.get(RECEIVERS, "").split(",") if (found := _of(one))
    ]
    nobody = Party(name="", identifiers=())
    return Head(
        message_id=sent.message_id,
        type=sent.type,
        version=sent.version,
        series=sent.series,
        sender=_sender(sent, _of(said.get(SOURCE_ORGANISATION, ""))),
        receiver=receivers[0] if receivers else nobody,
        copies=tuple(receivers[1:]),
        persons=persons,
        generated=sent.generated,
        parent=sent.parent,
        conversation=sent.follows,
    )


def _sender(sent: Sent, named: Identifier | None) -> Party:
    """The municipality, by every number that it is known to have."""
    own = [Identifier(ORGANISASJONSNUMMER, sent.organisation)] if sent.organisation else []
    beside = [named] if named is not None and named.system in (ORGANISASJONSNUMMER, HER_ID) else []
    number = [Identifier(str(tables.system_of(3402)), sent.municipality)] if sent.municipality else []
    return Party(
        name=f"Kommune {sent.municipality}".strip(), identifiers=tuple(dict.fromkeys((*own, *beside, *number)))
    )


def _of(text: str) -> Identifier | None:
    system, separator, value = text.strip().rpartition("|")
    return Identifier(system, value) if separator and system and value else None


def message_id(*key: str) -> str:
    """An id for what its format names by a key of its own; the same key is the same message."""
    return str(uuid5(NAMESPACE_URL, "|".join((f"{H}/sid/municipal", *key))))


def national(kind: str, number: str, *, accept_synthetic: bool) -> Identifier | None:
    """A national number as it is matched, or None for one that identifies nobody."""
    if kind not in ("FNR", "DNR", "FHN"):
        return identifier(kind, number)
    digits = national_number.digits_only(number)
    found = national_number.kind(digits, declared=kind)
    if found is None or (not accept_synthetic and national_number.is_synthetic(digits)):
        return None
    return identifier(found, digits)


def unused(path: str) -> Issue:
    """That a number was not used."""
    return issue("patient-number-unused", path)


def known(found: Iterable[Identifier | None]) -> tuple[Identifier, ...]:
    """Those that identify somebody, each once, in their order."""
    return tuple(dict.fromkeys(one for one in found if one is not None))
