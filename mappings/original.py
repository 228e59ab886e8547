"""The message itself on the FHIR server: its bytes as Binary, and a DocumentReference that says what it is."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

from hub.contract import Resource
from mappings import epikrise_envelope, municipal_envelope, tables
from mappings.clinical.codes import HL7, LOINC
from mappings.clinical.medicine_list import HISTORY, LIST_TYPES
from mappings.clinical.values import Literal, boolean
from mappings.documents import Listed, Message
from mappings.documents.epikrise import Message as Epikrise
from mappings.documents.msghead import MsgHead
from mappings.documents.shape import Leaf
from mappings.enclosed import about, enclosed, files, main_document
from mappings.facts import head_of_payload
from mappings.making import Making
from mappings.norwegian_time import instant_or_date
from mappings.resources import code, coding, concept, derived, extension, reference, resource, stamped
from mappings.series import Entry, Standing

TYPES = tables.system_of(8279)
REFRAIN = code(f"{HL7}/v3-ActCode", "NORDSCLCD", "no redisclosure without consent directive")
"""The patient has reserved against forwarding: who gets the document by its tags must not send it on."""
_DOC_STATUS = {"F": "final", "P": "preliminary", "A": "amended"}
_STATUS = {Standing.SUPERSEDED: "superseded", Standing.CANCELLED: "entered-in-error"}


def binaries(entry: Entry, making: Making) -> list[Resource]:
    """The bytes as they came, and each file that is attached to the message."""
    return [
        resource(
            "Binary",
            making.id("Binary", entry),
            meta=making.meta(entry),
            contentType=media_type(entry.message),
            data=base64.b64encode(entry.message.original).decode(),
        ),
        *files(entry, making),
    ]


def document_reference(entry: Entry, making: Making) -> Resource:
    """What the message is, from whom, about whom, and where its bytes are; what it replaces."""
    message, shared = entry.message, _shared(entry, making)
    forbehold, own = _forbehold(message), about(main_document(message))
    reserved = [extension("forbehold-om-videresending", valueBoolean=forbehold)] if forbehold is not None else []
    return resource(
        "DocumentReference",
        making.id("DocumentReference", entry),
        **{
            **shared,
            "extension": [*reserved, *own.get("extension", ())],
            "masterIdentifier": message_identifier(message),
            "identifier": [*_document_id(message), *own.get("identifier", ())],
            "category": own.get("category"),
            "securityLabel": [REFRAIN] if forbehold is not None and forbehold.is_true else [],
            "relatesTo": _relates_to(entry, making),
            "description": _description(message),
            "content": [{"attachment": _attachment(entry, making)}],
            "context": {**shared["context"], "related": _related(entry)},
        },
    )


def enclosed_references(entry: Entry, making: Making) -> list[Resource]:
    """A DocumentReference for every other document in the message."""
    return list(enclosed(entry, making, **_shared(entry, making)))


def _shared(entry: Entry, making: Making) -> dict[str, Any]:
    """What holds for everything that came in one message."""
    message, encounter = entry.message, making.encounter_of(entry)
    return {
        "meta": _meta(entry, making),
        "status": _STATUS.get(entry.standing, "current"),
        "docStatus": _doc_status(message),
        "type": message_type(message),
        "subject": reference(making.patient),
        "date": stamped(message.head.generated, message.made_leaf),
        "author": [reference(author) for author in making.authors(message)],
        "custodian": making.reference(making.directory.organization(message.head.sender)),
        "context": {"encounter": [reference(encounter)] if encounter else []},
    }


def _doc_status(message: Message) -> str | None:
    """How far an epikrise has come (list 7306): final, preliminary, or an addition."""
    report = epikrise_envelope.report(message)
    leaf = report.status.v if report else None
    return derived(_DOC_STATUS[leaf], leaf) if leaf and leaf in _DOC_STATUS else None


def _document_id(message: Message) -> list[dict[str, Any]]:
    """The sender's number of the document, the same over all its versions (Epikrise)."""
    report = epikrise_envelope.report(message)
    said = report.serv_prov_id if report else None
    return [{"type": {"text": "Dokumentets id hos avsender"}, "value": said}] if said else []


def message_identifier(message: Message) -> dict[str, str]:
    """The message id as an identifier: a URN."""
    return {"system": "urn:ietf:rfc:3986", "value": derived(f"urn:uuid:{message.head.message_id}", message.id_leaf)}


def message_type(message: Message) -> dict[str, Any]:
    """The type as list 8279 has it, with the list's own text or the sender's; a medication list by what it is."""
    root = message.root
    if isinstance(message, Listed):
        return {"coding": [coding(LIST_TYPES, message.listing.source.list_type, message.name), coding(LOINC, *HISTORY)]}
    if municipal_envelope.is_municipal(message):
        return {"coding": [coding(municipal_envelope.KINDS, message.head.type, title(message))]}
    said = root.msg_info.type if isinstance(root, MsgHead) else root.type if isinstance(root, Epikrise) else None
    same = said is not None and said.v == message.head.type
    code = said.v if said is not None and same and said.v else message.head.type
    known = tables.text(8279, message.head.type)
    display = said.dn if said is not None and same and said.dn and known in (None, said.dn) else known
    return {"coding": [coding(TYPES, code, display)]}


def title(message: Message) -> str:
    """What people call the document."""
    if isinstance(message, Listed):
        return message.name
    if municipal_envelope.is_municipal(message):
        return municipal_envelope.NAMES[message.head.type]
    return tables.text(8279, message.head.type) or message.head.type


def media_type(message: Message) -> str:
    """What the bytes of the message are."""
    return message.media_type if isinstance(message, Listed) else municipal_envelope.media_type(message)


def _forbehold(message: Message) -> Literal | None:
    payload = head_of_payload(message)
    return boolean(payload.informasjon_om_forsendelsen.forbehold_om_videresending) if payload else None


def _relates_to(entry: Entry, making: Making) -> list[dict[str, Any]]:
    if entry.replaces is None or not _is_applied(entry):
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


def _meta(entry: Entry, making: Making) -> dict[str, Any]:
    """With a tag that tells training and test messages from production (ProcessingStatus 8113)."""
    meta, root = making.meta(entry), entry.message.root
    status = root.msg_info.processing_status if isinstance(root, MsgHead) else None
    own = root.status if isinstance(root, Epikrise) else None
    known = concept(status, 8113) or concept(own, 8323)
    return {**meta, "tag": [*meta["tag"], *known.get("coding", ())]}


def _description(message: Message) -> Leaf | None:
    """What the sender calls the document."""
    main = main_document(message)
    said = [main.content_description or main.ref_doc.description] if main else []
    report = epikrise_envelope.report(message)
    return next((text for text in (*said, report.msg_descr if report else None) if text), None)


def _related(entry: Entry) -> list[dict[str, Any]]:
    """The message that is answered, or that a correction names though we do not have it; else ``relatesTo`` tells."""
    said = parent_leaf(entry.message)
    if said is None or (entry.replaces is not None and _is_applied(entry)):
        return []
    urn = derived(f"urn:uuid:{entry.message.head.parent}", said)
    return [{"identifier": {"system": "urn:ietf:rfc:3986", "value": urn}}]


def _is_applied(entry: Entry) -> bool:
    return entry.standing not in (Standing.PARKED, Standing.QUARANTINED)


def _attachment(entry: Entry, making: Making) -> dict[str, Any]:
    message = entry.message
    issued = instant_or_date(message.issued) if message.issued else None
    # R4 asks for SHA-1; it identifies the bytes here and protects nothing. The log keeps SHA-256.
    digest = hashlib.sha1(message.original, usedforsecurity=False).digest()
    return {
        "contentType": media_type(message),
        "url": f"Binary/{making.id('Binary', entry)}",
        "size": len(message.original),
        "hash": base64.b64encode(digest).decode(),
        "title": title(message),
        "creation": stamped(issued, message.issued),
    }
