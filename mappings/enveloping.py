"""The envelope of a message that we make: MsgHead (HIS 80601) around one payload, addressed like a message at hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from mappings import tables
from mappings.documents import Message, msghead
from mappings.documents.datatypes import CS, CV, TS
from mappings.documents.shape import Leaf, Part, made
from mappings.norwegian_time import OSLO


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """The outside of a message of ours: type (list 8279), MsgId, when it was made, and from whom to whom.

    ``parent`` and ``conversation`` are the ids of the message that it is about and of the first one of its thread.
    """

    type: str
    id: str
    at: datetime
    sender: msghead.Organisation
    receiver: msghead.Organisation
    parent: str | None = None
    conversation: str | None = None


def replying(message: Message, type: str, *, id: str, at: datetime) -> Cover | None:
    """Back to whoever sent the message, in its thread; None where it has no MsgHead."""
    if not isinstance(message.root, msghead.MsgHead):
        return None
    about, parent = message.root.msg_info, message.head.message_id
    thread = about.conversation_ref.ref_to_conversation if about.conversation_ref else None
    return Cover(
        type=type,
        id=id,
        at=at,
        sender=about.receiver.organisation,
        receiver=about.sender.organisation,
        parent=parent,
        conversation=str(thread or parent),
    )


def enveloped(cover: Cover, about: msghead.MsgInfo, payload: Part) -> msghead.MsgHead:
    """The whole message; patient and processing status are those of the message at hand."""
    document = made(
        msghead.Document,
        ref_doc=made(
            msghead.RefDoc,
            issue_date=TS(v=Leaf(wall_time(cover.at))),
            msg_type=cs(8114, "XML"),
            content=msghead.Content(any=(payload,)),
        ),
    )
    return made(msghead.MsgHead, msg_info=_info(cover, about), document=(document,))


def _info(cover: Cover, about: msghead.MsgInfo) -> msghead.MsgInfo:
    reference = None
    if cover.parent:
        reference = msghead.ConversationRef(
            ref_to_parent=Leaf(cover.parent), ref_to_conversation=Leaf(cover.conversation or cover.parent)
        )
    return made(
        msghead.MsgInfo,
        type=cs(8279, cover.type),
        mig_version=about.mig_version,
        gen_date=Leaf(wall_time(cover.at)),
        msg_id=Leaf(cover.id),
        processing_status=about.processing_status,
        conversation_ref=reference,
        sender=made(msghead.Sender, organisation=cover.sender),
        receiver=made(msghead.Receiver, organisation=cover.receiver),
        patient=about.patient,
    )


def wall_time(at: datetime) -> str:
    """Norwegian time with its offset, to the second."""
    return at.astimezone(OSLO).replace(microsecond=0).isoformat()


def cs(code_list: int, code: str) -> CS:
    """A code of a list that the element implies, with the list's text."""
    return made(CS, v=Leaf(code), dn=_display(code_list, code))


def cv(code_list: int, code: str) -> CV:
    """A code that names its list."""
    return made(CV, v=Leaf(code), s=Leaf(f"{tables.CODE_LISTS}{code_list}"), dn=_display(code_list, code))


def _display(code_list: int, code: str) -> Leaf | None:
    found = tables.text(code_list, code)
    return Leaf(found) if found else None
