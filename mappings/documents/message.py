"""A message as the rest of heimveg knows it: the hub's head, the typed message, what was odd, and the bytes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from hub.contract import Head, Issue
from mappings.documents.apprec import AppRec
from mappings.documents.base64container import Base64Container
from mappings.documents.epikrise import Message as Epikrise
from mappings.documents.msghead import Document as Enclosed
from mappings.documents.msghead import MsgHead
from mappings.documents.registered import Registered
from mappings.documents.shape import Leaf, Part, made


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A KITH message that was read: frozen, the same for the same bytes.

    ``root`` is the envelope (``MsgHead``), or the message itself where it has none (Epikrise, AppRec); ``version`` is
    that of the payload.
    """

    head: Head
    root: Part
    issues: tuple[Issue, ...]
    original: bytes
    registered: Registered | None = None
    """What the drug register said of its drugs when it was taken in; None without a register, or without drugs."""
    memo: dict[str, Any] = field(default_factory=dict, init=False, repr=False, compare=False)
    """What has been worked out of it before; see ``mappings.remembering``."""

    @property
    def version(self) -> str:
        """The version of the payload, as the head has it."""
        return self.head.version

    @property
    def enclosed(self) -> tuple[Enclosed, ...]:
        """The documents in the envelope, the main one first as it stands; of an epikrise, what it brings beside itself.

        What an epikrise only names (``RefDoc`` with neither content nor address) is no document that came with it.
        """
        if isinstance(self.root, MsgHead):
            return self.root.document
        if not isinstance(self.root, Epikrise):
            return ()
        if "enclosed" not in self.memo:  # made once: who holds a file is told by identity
            brought = (d for d in self.root.serv_rprt.ref_doc if d.content or d.file_reference)
            self.memo["enclosed"] = tuple(made(Enclosed, ref_doc=document) for document in brought)
        found: tuple[Enclosed, ...] = self.memo["enclosed"]
        return found

    @property
    def _enveloped(self) -> tuple[Enclosed, ...]:
        return self.root.document if isinstance(self.root, MsgHead) else ()

    @property
    def payload(self) -> Part:
        """The main payload: the first inline XML of the envelope, or the message itself where it has none."""
        for document in self._enveloped:
            if _kind(document) != "A":
                for part in inline(document):
                    return part
        return self.root

    @property
    def payloads(self) -> tuple[Part, ...]:
        """Every inline part: EPJ-EKSTRAKT has several, other messages one; the message itself without an envelope."""
        return tuple(part for document in self._enveloped for part in inline(document)) or (self.root,)

    @property
    def attachments(self) -> tuple[tuple[Enclosed, Base64Container], ...]:
        """Files inside the message, each with the document that describes it."""
        return tuple(
            (document, part)
            for document in self.enclosed
            for part in (document.ref_doc.content.any if document.ref_doc.content else ())
            if isinstance(part, Base64Container)
        )

    @property
    def id_leaf(self) -> Leaf:
        """The message id as it stands."""
        if isinstance(self.root, MsgHead):
            return self.root.msg_info.msg_id
        if isinstance(self.root, Epikrise):
            return self.root.msg_id
        return self.root.id if isinstance(self.root, AppRec) else Leaf(self.head.message_id)

    @property
    def document_id(self) -> str | None:
        """The sender's id of the document, the same over Ny, Endring and Kansellering: only Epikrise has one."""
        return self.head.conversation if isinstance(self.root, Epikrise) else None

    @property
    def made_leaf(self) -> Leaf | None:
        """When the message was made (GenDate), as it stands."""
        if isinstance(self.root, MsgHead):
            return self.root.msg_info.gen_date
        if isinstance(self.root, Epikrise):
            return self.root.gen_date.v
        return self.root.gen_date if isinstance(self.root, AppRec) else None

    @property
    def issued(self) -> Leaf | None:
        """When the document was issued (``RefDoc/IssueDate``, an epikrise's own), as it stands."""
        if isinstance(self.root, Epikrise):
            return self.root.serv_rprt.issue_date.v
        return next((d.ref_doc.issue_date.v for d in self._enveloped if d.ref_doc.issue_date), None)


def inline(document: Enclosed) -> tuple[Part, ...]:
    """The parts that stand inline in a document, attached files not counted."""
    content = document.ref_doc.content
    return tuple(p for p in content.any if not isinstance(p, Base64Container)) if content else ()


def _kind(document: Enclosed) -> str:
    return str(document.ref_doc.msg_type.v or "")
