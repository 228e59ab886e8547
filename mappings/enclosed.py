"""Documents that a message brings beside its own: attached files (HIS 1036:2011), the parts of an EPJ extract, and what
an epikrise names elsewhere (RefDoc; its schema lets no file stand inside).

Each is a DocumentReference of its own that adds to that of the message; the bytes of a file are a Binary of their own.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from typing import Any, Final

from hub.contract import Resource
from mappings.clinical.allergy import component_identifier
from mappings.clinical.values import merknad, said, span, stamp, token
from mappings.documents import Message
from mappings.documents.base64container import Base64Container
from mappings.documents.message import inline
from mappings.documents.msghead import Document, MsgHead
from mappings.documents.shape import Leaf
from mappings.identifiers import H
from mappings.making import Making
from mappings.resources import concept, derived, reference, resource
from mappings.series import Entry

SID: Final = f"{H}/sid/enclosed-document"
UNKNOWN: Final = "application/octet-stream"
_SPACE: Final = re.compile(r"\s")
XML: Final = "application/xml"


def _unbroken(text: Leaf) -> Leaf | str:
    """Base64 without line breaks; a large file without any is not copied."""
    return derived("".join(text.split()), text) if _SPACE.search(text) else text


def main_document(message: Message) -> Document | None:
    """The document that the message itself is: the first that is no attachment. An epikrise encloses others only."""
    documents = message.enclosed if isinstance(message.root, MsgHead) else ()
    return next((d for d in documents if (d.ref_doc.msg_type.v or "").strip() != "A" and inline(d)), None)


def files(entry: Entry, making: Making) -> Iterator[Resource]:
    """The bytes of each attached file."""
    for number, (document, container) in enumerate(entry.message.attachments, start=1):
        yield resource(
            "Binary",
            file_id(entry, making, number),
            meta=making.meta(entry),
            contentType=token(document.ref_doc.mime_type) or UNKNOWN,
            data=_unbroken(container.text),
        )


def file_id(entry: Entry, making: Making, number: int) -> str:
    """The id of the bytes of the nth attached file."""
    return making.id("Binary", entry, f"attachment {number}")


def enclosed(entry: Entry, making: Making, **shared: Any) -> Iterator[Resource]:
    """A DocumentReference for each document but the main one; ``shared`` is what the message's own says of them all."""
    main = main_document(entry.message)
    for number, document in enumerate(entry.message.enclosed, start=1):
        if document is not main:
            yield _reference(entry, making, (number, document), shared)


def about(document: Document | None) -> dict[str, Any]:
    """What a document says of itself: kind, category, ties, and the component that it is."""
    if document is None:
        return {}
    parts = inline(document)
    components: list[Any] = [part for part in parts if hasattr(part, "informasjonskategori")]
    categories = (said(part.informasjonskategori) for part in components)
    kinds = (concept(document.content_type), concept(document.content_category))
    return {
        "extension": merknad(document.annotation),
        "identifier": [number for part in components for number in component_identifier(part)],
        "category": [
            *kinds,
            concept(document.document_connection, 4702),
            *({"text": category} for category in categories if category),
        ],
    }


def _reference(entry: Entry, making: Making, numbered: tuple[int, Document], shared: dict[str, Any]) -> Resource:
    number, document = numbered
    own = f"DocumentReference/{making.id('DocumentReference', entry)}"
    context = {**shared.get("context", {}), "period": span(stamp(document.from_date), stamp(document.to_date))}
    return resource(
        "DocumentReference",
        making.id("DocumentReference", entry, f"document {number}"),
        **{
            **shared,
            **about(document),
            "masterIdentifier": {"system": SID, "value": f"{entry.message.head.message_id}#{number}"},
            "relatesTo": [{"code": "appends", "target": reference(own)}],
            "description": said(document.ref_doc.description) or said(document.content_description),
            "content": [{"attachment": one} for one in _contents(entry, making, document)],
            "context": context,
        },
    )


def _contents(entry: Entry, making: Making, document: Document) -> list[dict[str, Any]]:
    issued = document.ref_doc.issue_date
    title = said(document.ref_doc.description) or said(document.content_description)
    kind = token(document.ref_doc.mime_type) or UNKNOWN
    common = {"title": title, "creation": stamp(issued) if issued else None}
    found = [
        {**common, **_file(entry, making, number, container), "contentType": kind}
        for number, (holder, container) in enumerate(entry.message.attachments, start=1)
        if holder is document
    ]
    if document.ref_doc.file_reference:
        return [{**common, "contentType": kind, "url": document.ref_doc.file_reference}]
    within = {**common, "contentType": XML, "url": f"Binary/{making.id('Binary', entry)}"}
    return found or [within]


def _file(entry: Entry, making: Making, number: int, container: Base64Container) -> dict[str, Any]:
    content = base64.b64decode(container.text)
    # R4 asks for SHA-1; it identifies the bytes here and protects nothing.
    digest = hashlib.sha1(content, usedforsecurity=False).digest()
    return {
        "url": f"Binary/{file_id(entry, making, number)}",
        "size": len(content),
        "hash": base64.b64encode(digest).decode(),
    }
