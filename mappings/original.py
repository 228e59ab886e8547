"""The message itself on the FHIR server: its bytes as Binary, and a DocumentReference that says what it is."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

from hub.contract import Resource
from mappings import tables
from mappings.documents import Message
from mappings.documents.msghead import MsgHead
from mappings.documents.shape import Leaf
from mappings.facts import head_of_payload
from mappings.making import Making
from mappings.norwegian_time import instant_or_date
from mappings.resources import coding, derived, extension, reference, resource, stamped
from mappings.series import Entry, Standing

TYPES = tables.system_of(8279)
_STATUS = {Standing.SUPERSEDED: "superseded", Standing.CANCELLED: "entered-in-error"}


def binary(entry: Entry, making: Making) -> Resource:
    """The bytes as they came."""
    return resource(
        "Binary",
        making.id("Binary", entry),
        meta=making.meta(entry),
        contentType="application/xml",
        data=base64.b64encode(entry.message.original).decode(),
    )


def document_reference(entry: Entry, making: Making) -> Resource:
    """What the message is, from whom, about whom, and where its bytes are; what it replaces."""
    message = entry.message
    head = message.head
    forbehold = _forbehold(message)
    encounter = making.encounter_of(entry)
    return resource(
        "DocumentReference",
        making.id("DocumentReference", entry),
        meta=making.meta(entry),
        extension=[extension("forbehold-om-videresending", valueBoolean=forbehold)] if forbehold is not None else [],
        masterIdentifier=message_identifier(message),
        status=_STATUS.get(entry.standing, "current"),
        type=message_type(message),
        subject=reference(making.patient),
        date=stamped(head.generated, message.made_leaf),
        author=[reference(author) for author in making.authors(message)],
        custodian=making.reference(making.directory.organization(head.sender)),
        relatesTo=_relates_to(entry, making),
        content=[{"attachment": _attachment(entry, making)}],
        context={"encounter": [reference(encounter)] if encounter else []},
    )


def message_identifier(message: Message) -> dict[str, str]:
    """The message id as an identifier: a URN."""
    return {"system": "urn:ietf:rfc:3986", "value": derived(f"urn:uuid:{message.head.message_id}", message.id_leaf)}


def message_type(message: Message) -> dict[str, Any]:
    """The type as list 8279 has it, with the list's own text or the sender's."""
    said = message.root.msg_info.type if isinstance(message.root, MsgHead) else None
    same = said is not None and said.v == message.head.type
    code = said.v if said is not None and same and said.v else message.head.type
    known = tables.text(8279, message.head.type)
    display = said.dn if said is not None and same and said.dn and known in (None, said.dn) else known
    return {"coding": [coding(TYPES, code, display)]}


def _forbehold(message: Message) -> bool | None:
    payload = head_of_payload(message)
    said = payload.informasjon_om_forsendelsen.forbehold_om_videresending if payload else None
    return None if said is None else str(said) in ("true", "1")


def _relates_to(entry: Entry, making: Making) -> list[dict[str, Any]]:
    if entry.replaces is None or entry.standing in (Standing.PARKED, Standing.QUARANTINED):
        return []
    how = "appends" if entry.message.head.series == "A" else "replaces"
    target = making.ids("DocumentReference", making.type_of(entry.replaces), entry.replaces)
    said = parent_leaf(entry.message)
    to = derived(f"DocumentReference/{target}", said) if said else f"DocumentReference/{target}"
    return [{"code": how, "target": reference(to)}]


def parent_leaf(message: Message) -> Leaf | None:
    """The reference to an earlier message, as it stands."""
    conversation = message.root.msg_info.conversation_ref if isinstance(message.root, MsgHead) else None
    return conversation.ref_to_parent if conversation else None


def _attachment(entry: Entry, making: Making) -> dict[str, Any]:
    message = entry.message
    issued = instant_or_date(message.issued) if message.issued else None
    # R4 asks for SHA-1; it identifies the bytes here and protects nothing. The log keeps SHA-256.
    digest = hashlib.sha1(message.original, usedforsecurity=False).digest()
    return {
        "contentType": "application/xml",
        "url": f"Binary/{making.id('Binary', entry)}",
        "size": len(message.original),
        "hash": base64.b64encode(digest).decode(),
        "title": tables.text(8279, message.head.type) or message.head.type,
        "creation": stamped(issued, message.issued),
    }
