"""What the schema cannot say: codes, times, status and type of a valid message. All of it is flagged, none refused.

An invalid code value is never a ground for rejection (HIS 80415:2012 5.1).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final, Literal

from adapters.kith.cover import Cover
from adapters.kith.envelope import Contents, generated, is_uuid, series_of
from adapters.kith.kinds import Kind, agrees
from adapters.kith.texts import issue, shown
from hub.contract import Issue
from mappings import tables
from mappings.documents.base64container import Base64Container
from mappings.documents.datatypes import CS, CV, TS
from mappings.documents.dialects import SHAPES
from mappings.documents.msghead import MsgHead
from mappings.documents.shape import DATETIME, Leaf, Part, Slot, part_type
from mappings.norwegian_time import is_ambiguous

_READABLE = re.compile(r"[A-Za-zÆØÅæøå0-9.+_-]{1,20}")
_FILE_TYPES = frozenset({"application/pdf", "image/jpeg", "image/jpg", "image/png", "text/xml", "application/xml"})
_KNOWN_THOUGH_UNLISTED = frozenset({("9121", "5"), ("9034", "24"), ("7322", "6")})
"""Codes that later documents introduced without a new list: event 5 is the expected discharge date (HIS 80704)."""


def issues_of(cover: Cover, kind: Kind, contents: Contents, root: Part) -> Iterator[Issue]:
    """Everything odd about a message that its schema lets pass, in a fixed order."""
    yield from _type_issues(cover, kind, contents)
    yield from _series_issues(cover, kind, contents)
    if not is_uuid(cover.message_id):
        yield issue("message-id-not-uuid", cover.message_id)
    if generated(cover) is None:
        yield issue("generated-unreadable", cover.generated)
    yield from _file_issues(root)
    yield from _value_issues(root)


def _file_issues(root: Part) -> Iterator[Issue]:
    """PDF, JPEG, PNG and XML are agreed (HIS 1036:2011); another file is carried, and whoever shows it is warned."""
    for document in root.document if isinstance(root, MsgHead) else ():
        kind = document.ref_doc.mime_type
        said = (kind or "").partition(";")[0].strip().lower()
        held = document.ref_doc.content.any if document.ref_doc.content else ()
        if said not in _FILE_TYPES and any(isinstance(part, Base64Container) for part in held):
            path = document.ref_doc.msg_type.v.path if document.ref_doc.msg_type.v else "MsgHead/Document"
            yield issue("attachment-type", kind, path=path, type=_told(said) if said else "ikke oppgitt")


def _told(code: str) -> str:
    return shown(code) if _READABLE.fullmatch(code) else "ukjent"


def _type_issues(cover: Cover, kind: Kind, contents: Contents) -> Iterator[Issue]:
    said = str(cover.type.v)
    if not said:
        yield issue("type-missing", cover.type.v, found=contents.type)
    elif not agrees(kind, said, contents.type):
        yield issue("type-payload-mismatch", cover.type.v, said=_told(said), found=contents.type)


def _series_issues(cover: Cover, kind: Kind, contents: Contents) -> Iterator[Issue]:
    said = contents.series.strip().upper()
    path = contents.series.path or cover.message_id.path
    if said not in ("N", "M", "C", "A", "O"):
        yield issue("series-unclear", path=path, said=_told(said))
        return
    if said in ("O", "A"):
        found = "endring (M)" if said == "O" else "tillegg (A)"
        yield issue("series-obsolete", path=path, said=said, found=found)
    elif said not in kind.series:
        yield issue("series-not-allowed", path=path, said=said, found=contents.type)
    if series_of(said) in ("M", "C") and not cover.parent and not cover.conversation:
        yield issue("reference-missing", path=path, said="Endringen" if series_of(said) == "M" else "Kanselleringen")


Check = Literal["code", "time", "clock", "part"]


def _check(cls: type[Part], slot: Slot) -> Check | None:
    inner = part_type(cls, slot)
    if inner is None:
        return "clock" if slot.type is DATETIME else "part" if slot.kind == "wildcard" else None
    return "code" if inner in (CS, CV) else "time" if inner is TS else "part"


def _checks(cls: type[Part]) -> tuple[tuple[Slot, Check], ...]:
    """The slots of a shape whose values can be odd, or have parts that can."""
    found = ((slot, _check(cls, slot)) for slot in cls.shape.slots)
    return tuple((slot, check) for slot, check in found if check)


_CHECKS: Final = {cls: _checks(cls) for cls in SHAPES}


def _value_issues(part: Part) -> Iterator[Issue]:
    for slot, check in _CHECKS[type(part)]:
        value = getattr(part, slot.field)
        if value is not None:
            for one in value if type(value) is tuple else (value,):
                yield from _issues_of(slot, check, one)


def _issues_of(slot: Slot, check: Check, value: Any) -> Iterable[Issue]:
    if check == "part":
        return _value_issues(value)
    if check == "code":
        return _code_issues(slot, value)
    return _time_issues(value.v if check == "time" else value)


def _time_issues(leaf: Leaf | None) -> Iterator[Issue]:
    if leaf is not None and is_ambiguous(leaf):
        yield issue("ambiguous-local-time", leaf)


def _code_issues(slot: Slot, coded: CS | CV) -> Iterator[Issue]:
    code = coded.v
    if not code:
        return
    own = tables.list_number(coded.s) if isinstance(coded, CV) and coded.s else None
    number = own or (slot.codes if not (isinstance(coded, CV) and coded.s) else "")
    if not number or tables.is_known(number, code) or (number, str(code)) in _KNOWN_THOUGH_UNLISTED:
        return
    name = tables.name(number)
    if _told(code) == code:
        yield issue("unknown-code", code, code=code, list=number, name=name)
    else:
        yield issue("unreadable-code", code, list=number, name=name)
