"""M25 in its envelope: read and answered as every KITH message, its content as a medication list.

M25.1 is the list itself, M25.3 what lies in the bags. M25.2 is a proposal to the doctor: taken over and kept, but no
list. The inside is read by local names, since no schema of these versions is ours (dossier 2.2, 2.3).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from lxml import etree

from adapters.eresept.lines import content_faults, medication_list
from adapters.kith.adapter import KithAdapter, payload_of
from adapters.kith.parse import parse
from adapters.lists.envelope import envelope, whose
from hub.contract import Document, Fault, Issue, Raw, Rejection
from mappings.documents import MedicationDocument, Message
from mappings.medication.plausible import odd_doses

NAMESPACE: Final = b"/eresept/m25"
PROPOSAL: Final = "ERM252"
TEXT: Final = "M25.2 er et forslag fra multidoseapoteket. Meldingen er beholdt, men er ikke lest som legemiddelliste."


class EreseptAdapter(KithAdapter):
    """Reads M25.1 and M25.3; whatever else it is handed it reads as the KITH adapter does."""

    name = "eresept"
    reads_foreign = True
    tells_of: Mapping[str, bool] = MappingProxyType({})
    """What is entered is told in messages by the KITH adapter alone."""

    def accepts(self, raw: Raw) -> bool:
        """XML that names the namespace of an M25; told by reading whether it is the payload."""
        return NAMESPACE in raw.body and super().accepts(raw)

    def read(self, raw: Raw) -> Document | Rejection:
        """The list as a document, or why it is refused, as the AppRec will say."""
        found = super().read(raw)
        if not isinstance(found, Message) or not found.head.type.startswith("ERM25"):
            return found
        if found.head.type == PROPOSAL:
            return replace(found, issues=(*found.issues, Issue(code="proposal", text=TEXT)))
        return _listed(found, raw)

    def _content_faults(self, payload: etree._Element | None) -> Iterator[Fault]:
        if payload is not None and etree.QName(payload).localname == "LegemidlerIBruk":
            yield from content_faults(payload)


def _listed(message: Message, raw: Raw) -> MedicationDocument | Rejection:
    """The list of a message; what stands beside it may say more, and never of another patient."""
    head, said = message.head, envelope(raw)
    persons = said if isinstance(said, Rejection) else whose(said, head.persons, "heimveg-patient")
    if isinstance(said, Rejection) or isinstance(persons, Fault):
        faults = said.faults if isinstance(said, Rejection) else (persons,) if isinstance(persons, Fault) else ()
        return Rejection(faults=faults, type=head.type, version=head.version, head=replace(head, message_id=""))
    root = parse(raw.body)
    payload = None if isinstance(root, Fault) else payload_of(root)
    assert payload is not None  # noqa: S101  it has been read once
    listing = medication_list(payload, head, said)
    return MedicationDocument(
        head=head, listing=replace(listing, issues=(*message.issues, *odd_doses(listing))), original=raw.body
    )
