"""The envelope around a synthetic payload: MsgHead with two-level addressing, patient and one document."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from adapters.kith.samples.case import Case, wall_time
from adapters.kith.samples.parties import Address, Professional, Virksomhet
from adapters.kith.samples.people import Person
from adapters.kith.write import write
from hub.contract import Series
from mappings.documents import msghead
from mappings.documents.base64container import Base64Container
from mappings.documents.datatypes import CS, TS
from mappings.documents.shape import Leaf, Part, made
from mappings.enveloping import cs, cv

Version = Literal["1.5", "1.6"]
DialogVersion = Literal["1.0", "1.1"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """What one message says of itself on the outside."""

    type: str
    name: str
    series: Series
    version: Version | DialogVersion
    generated: datetime
    sender: Address
    receiver: Address
    message_id: str | None = None
    parent: str | None = None
    conversation: str | None = None
    processing: str = "T"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that a message brings."""

    title: str
    mime: str
    body: bytes


def message(case: Case, cover: Cover, *payloads: Part, attachments: Sequence[Attachment] = ()) -> bytes:
    """The whole message as schema-valid bytes: a document for each payload, then one for each attachment."""
    documents = (*(_document(cover, payload) for payload in payloads), *map(_attached, attachments))
    return write(made(msghead.MsgHead, msg_info=_info(case, cover), document=documents), cover.version)


def _document(cover: Cover, payload: Part) -> msghead.Document:
    inside = made(
        msghead.RefDoc,
        issue_date=TS(v=Leaf(wall_time(cover.generated))),
        msg_type=cs(8114, "XML"),
        content=msghead.Content(any=(payload,)),
    )
    return made(msghead.Document, ref_doc=inside)


def _attached(attachment: Attachment) -> msghead.Document:
    """A file inside the message (HIS 1036:2011)."""
    inside = made(
        msghead.RefDoc,
        msg_type=cs(8114, "A"),
        mime_type=Leaf(attachment.mime),
        description=Leaf(attachment.title),
        content=msghead.Content(any=(Base64Container(text=Leaf(b64encode(attachment.body).decode())),)),
    )
    return made(msghead.Document, document_connection=cs(4702, "V"), ref_doc=inside)


def _info(case: Case, cover: Cover) -> msghead.MsgInfo:
    return made(
        msghead.MsgInfo,
        type=cs(8279, cover.type),
        mig_version=Leaf("v1.2 2006-05-24"),
        gen_date=Leaf(wall_time(cover.generated)),
        msg_id=Leaf(cover.message_id or case.message_id(f"{cover.name}-{cover.series}")),
        processing_status=cs(8113, cover.processing),
        conversation_ref=_reference(case, cover),
        sender=made(msghead.Sender, organisation=_organisation(cover.sender)),
        receiver=made(msghead.Receiver, organisation=_organisation(cover.receiver)),
        other_receiver=tuple(_copy(address) for address in case.parties.copies),
        patient=_patient(case.patient),
    )


def _reference(case: Case, cover: Cover) -> msghead.ConversationRef | None:
    """A change or a cancellation refers to the new message of the same name unless told otherwise."""
    implied = case.message_id(f"{cover.name}-N") if cover.series != "N" else None
    parent = cover.parent or cover.conversation or implied
    if parent is None:
        return None
    return msghead.ConversationRef(
        ref_to_parent=Leaf(parent), ref_to_conversation=Leaf(cover.conversation or implied or parent)
    )


def _copy(address: Address) -> msghead.OtherReceiver:
    return made(msghead.OtherReceiver, role_receiver=cs(8112, "COP"), organisation=_organisation(address))


def _organisation(address: Address) -> msghead.Organisation:
    level1, level2 = address.virksomhet, address.level2
    if isinstance(level2, Professional):
        return made(msghead.Organisation, **_level1(level1), healthcare_professional=_professional(level2))
    service = made(
        msghead.Organisation, organisation_name=Leaf(level2.name), ident=(_ident(9051, "HER", level2.her_id),)
    )
    return made(msghead.Organisation, **_level1(level1), organisation=service)


def _level1(virksomhet: Virksomhet) -> dict[str, object]:
    idents = (_ident(9051, "HER", virksomhet.her_id), _ident(9051, "ENH", virksomhet.number))
    return {"organisation_name": Leaf(virksomhet.name), "ident": idents}


def _professional(professional: Professional) -> msghead.HealthcareProfessional:
    return made(
        msghead.HealthcareProfessional,
        family_name=Leaf(professional.family),
        given_name=Leaf(professional.given),
        ident=(_ident(8116, "HER", professional.her_id), _ident(8116, "HPR", professional.hpr)),
    )


def _patient(person: Person) -> msghead.Patient:
    return made(
        msghead.Patient,
        family_name=Leaf(person.family),
        given_name=Leaf(person.given),
        date_of_birth=Leaf(person.birth.isoformat()),
        sex=cs(3101, person.sex),
        ident=(_ident(8116, "FNR", person.number),),
        address=made(
            msghead.Address,
            type=cs(3401, "H"),
            street_adr=Leaf(person.street),
            postal_code=Leaf(person.postal_code),
            city=Leaf(person.city),
            county=CS(v=Leaf(person.municipality), dn=Leaf(person.municipality_name)),
        ),
    )


def _ident(code_list: int, kind: str, value: str) -> msghead.Ident:
    return msghead.Ident(id=Leaf(value), type_id=cv(code_list, kind))
