"""A dialog message that names what is missing, ready for a person to read, change and send. Nothing is sent from here.

*Forespørsel* (DIALOG_FORESPORSEL, lists 9152 and 9154) asks for it; *Tilbakemelding om feil* (DIALOG_AVVIK, list 8117
code 2) says that the message cannot be used as it is. Addressed back to whoever sent the message.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final, Literal

from mappings import tables
from mappings.documents import Message, msghead
from mappings.documents.datatypes import CS, CV, TS
from mappings.documents.dialogmelding import Dialogmelding, Foresporsel, Notat
from mappings.documents.shape import Leaf, Markup, Part, made
from mappings.facts import TO_HOSPITAL
from mappings.norwegian_time import OSLO
from mappings.rules.quality.scoring import Item, Quality
from mappings.rules.quality.texts import ASK, DEVIATION, ITEMS, KINDS, REQUEST

Kind = Literal["foresporsel", "avvik"]
VERSION: Final = "1.0"
"""Dialogmelding 1.0 is what PLO uses (HIS 80603)."""
TYPES: Final[dict[Kind, str]] = {"foresporsel": "DIALOG_FORESPORSEL", "avvik": "DIALOG_AVVIK"}
HEALTH_INFORMATION, MEDICATION = "1", "4"
INCOMPLETE: Final = "2"


def draft(message: Message, quality: Quality, kind: Kind, *, id: str, at: datetime) -> msghead.MsgHead | None:
    """The envelope with the dialog message, or None where nothing is missing or the message has no MsgHead."""
    root = message.root
    if not quality.missing or not isinstance(root, msghead.MsgHead):
        return None
    payload = _request(message, quality) if kind == "foresporsel" else _deviation(quality)
    document = made(
        msghead.Document,
        ref_doc=made(
            msghead.RefDoc,
            issue_date=TS(v=Leaf(_wall_time(at))),
            msg_type=_cs(8114, "XML"),
            content=msghead.Content(any=(payload,)),
        ),
    )
    return made(msghead.MsgHead, msg_info=_info(message, root.msg_info, TYPES[kind], id, at), document=(document,))


def _info(message: Message, about: msghead.MsgInfo, type: str, id: str, at: datetime) -> msghead.MsgInfo:
    """Sender and receiver change places; the thread is that of the message."""
    parent = message.head.message_id
    thread = about.conversation_ref.ref_to_conversation if about.conversation_ref else None
    return made(
        msghead.MsgInfo,
        type=_cs(8279, type),
        mig_version=about.mig_version,
        gen_date=Leaf(_wall_time(at)),
        msg_id=Leaf(id),
        processing_status=about.processing_status,
        conversation_ref=msghead.ConversationRef(
            ref_to_parent=Leaf(parent), ref_to_conversation=Leaf(thread or parent)
        ),
        sender=made(msghead.Sender, organisation=about.receiver.organisation),
        receiver=made(msghead.Receiver, organisation=about.sender.organisation),
        patient=about.patient,
    )


def _request(message: Message, quality: Quality) -> Part:
    """One request; for medication alone where that is all that is missing."""
    listed = 9154 if message.head.type in TO_HOSPITAL else 9152
    only_drugs = {item.key for item in quality.missing} == {"legemiddelliste"}
    asked = made(
        Foresporsel,
        type_foresp=_cv(listed, MEDICATION if only_drugs else HEALTH_INFORMATION),
        sporsmal=Leaf("\n".join((*_named(REQUEST, quality), ASK))),
    )
    return made(Dialogmelding, foresporsel=(asked,))


def _deviation(quality: Quality) -> Part:
    note = made(
        Notat, tema_kodet=_cv(8117, INCOMPLETE), tekst_notat_innhold=Markup("\n".join(_named(DEVIATION, quality)))
    )
    return made(Dialogmelding, notat=(note,))


def _named(text: str, quality: Quality) -> list[str]:
    return [text.format(kind=KINDS[quality.kind]), *_lines(quality.missing)]


def _lines(missing: Iterable[Item]) -> list[str]:
    return [f"- {ITEMS[item.key]}" for item in missing]


def _wall_time(at: datetime) -> str:
    return at.astimezone(OSLO).replace(microsecond=0).isoformat()


def _cs(code_list: int, code: str) -> CS:
    return made(CS, v=Leaf(code), dn=_display(code_list, code))


def _cv(code_list: int, code: str) -> CV:
    return made(CV, v=Leaf(code), s=Leaf(f"{tables.CODE_LISTS}{code_list}"), dn=_display(code_list, code))


def _display(code_list: int, code: str) -> Leaf | None:
    found = tables.text(code_list, code)
    return Leaf(found) if found else None
