"""A message or entry as JSON for the log, and back: values only; a message's paths follow from the shapes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from hub.contract import Answered, Document, Fault, Head, Identifier, Issue, Party
from mappings.documents import entered
from mappings.documents.dialects import NAMESPACES, ROOTS, tag_of
from mappings.documents.entered import Entered
from mappings.documents.list_store import dump_list, load_list
from mappings.documents.medication_list import MedicationDocument
from mappings.documents.message import Message
from mappings.documents.registered import Registered, dump_registered, load_registered
from mappings.documents.shape import Leaf, Markup, Part, Slot, children, part_type
from mappings.norwegian_time import OSLO

Json = dict[str, Any]


def dump(document: Document) -> bytes:
    """JSON bytes from which ``load`` makes an equal document; the original bytes are not in it."""
    if isinstance(document, Entered):
        return _json(_entry(document))
    if isinstance(document, MedicationDocument):
        return _json({"list": dump_list(document.listing), "head": _head(document.head), **_registered(document)})
    if not isinstance(document, Message):
        raise TypeError(f"{type(document).__name__} is no document of these mappings")
    stored = {
        "root": tag_of(document.root, _version_of(document.root, document.version)),
        "head": _head(document.head),
        "issues": [[i.code, i.text, i.path, i.severity] for i in document.issues],
        "body": _values(document.root),
        **_registered(document),
    }
    return _json(stored)


def load(dumped: bytes, original: bytes) -> Message | Entered | MedicationDocument:
    """The document that ``dump`` stored, with the bytes it was read from. Raises ``KeyError`` for a foreign dump."""
    stored = json.loads(dumped)
    if "said" in stored:
        return _loaded_entry(stored)
    if "list" in stored:
        head, listing = _loaded_head(stored["head"]), load_list(stored["list"])
        return MedicationDocument(head=head, listing=listing, original=original, registered=_loaded_register(stored))
    root = ROOTS[stored["root"]]
    return Message(
        head=_loaded_head(stored["head"]),
        root=_part(root.type, stored["body"], root.type.shape.name),
        issues=tuple(Issue(code=c, text=t, path=p, severity=s) for c, t, p, s in stored["issues"]),
        original=original,
        registered=_loaded_register(stored),
    )


def _registered(document: Message | MedicationDocument) -> Json:
    return {"registered": dump_registered(document.registered)} if document.registered else {}


def _loaded_register(stored: Json) -> Registered | None:
    return load_registered(stored["registered"]) if "registered" in stored else None


def _json(stored: Json) -> bytes:
    return json.dumps(stored, ensure_ascii=False, separators=(",", ":")).encode()


def _entry(document: Entered) -> Json:
    said = entered.stored(document.said)
    return {"head": _head(document.head), "said": said, "author": document.author, "about": document.about}


def _loaded_entry(stored: Json) -> Entered:
    head = _loaded_head(stored["head"])
    said = entered.said(head.type, stored["said"])
    return Entered(head=head, said=said, author=stored["author"], about=stored["about"])


def _version_of(part: Part, version: str) -> str:
    versions = NAMESPACES[part.shape.family]
    return version if version in versions else next(iter(versions))


def _values(part: Part) -> Json:
    found: Json = {}
    for slot, value in children(part):
        stored = _stored(slot, value)
        if slot.repeats:
            found.setdefault(slot.field, []).append(stored)
        else:
            found[slot.field] = stored
    return found


def _stored(slot: Slot, value: Any) -> Any:
    if isinstance(value, Part):
        inner = _values(value)
        if slot.kind != "wildcard":
            return inner
        return [value.shape.family, value.shape.name, inner]
    return [str(value), value.xml] if isinstance(value, Markup) else str(value)


_WILD = {(root.type.shape.family, root.type.shape.name): root.type for root in ROOTS.values()}


def _part(cls: type[Part], stored: Mapping[str, Any], path: str) -> Part:
    values: Json = {}
    for slot in cls.shape.slots:
        found = stored.get(slot.field)
        if found is None:
            continue
        if slot.kind == "wildcard":
            values[slot.field] = tuple(_part(_WILD[f, n], inner, f"{path}/{n}") for f, n, inner in found)
        elif slot.repeats:
            paths = (f"{path}/{slot.name}[{n}]" for n in range(1, len(found) + 1))
            values[slot.field] = tuple(_value(cls, slot, v, p) for v, p in zip(found, paths, strict=True))
        else:
            values[slot.field] = _value(cls, slot, found, _path(path, slot))
    return cls(**values)


def _path(path: str, slot: Slot) -> str:
    if slot.kind == "content":
        return path
    return f"{path}/@{slot.name}" if slot.kind == "attribute" else f"{path}/{slot.name}"


def _value(owner: type[Part], slot: Slot, stored: Any, path: str) -> Part | Leaf:
    inner = part_type(owner, slot)
    if inner is not None:
        return _part(inner, stored, path)
    return Markup(stored[0], path, stored[1]) if isinstance(stored, list) else Leaf(stored, path)


def _head(head: Head) -> Json:
    return {
        "message_id": head.message_id,
        "type": head.type,
        "version": head.version,
        "series": head.series,
        "sender": _party(head.sender),
        "receiver": _party(head.receiver),
        "persons": _identifiers(head.persons),
        "generated": _moment(head.generated),
        "copies": [_party(copy) for copy in head.copies],
        "parent": head.parent,
        "conversation": head.conversation,
        "issued": _moment(head.issued) if head.issued else None,
        "test": head.test,
        **({"answers": _answered(head.answers)} if head.answers else {}),
        **({"awaits": True} if head.awaits else {}),
    }


def _loaded_head(stored: Json) -> Head:
    issued = stored["issued"]
    return Head(
        **{
            name: stored[name] for name in ("message_id", "type", "version", "series", "parent", "conversation", "test")
        },
        sender=_loaded_party(stored["sender"]),
        receiver=_loaded_party(stored["receiver"]),
        copies=tuple(_loaded_party(copy) for copy in stored["copies"]),
        persons=_loaded_identifiers(stored["persons"]),
        generated=_loaded_instant(stored["generated"]),
        issued=_loaded_moment(issued) if issued else None,
        answers=_loaded_answered(stored["answers"]) if "answers" in stored else None,
        awaits="awaits" in stored,
    )


def _answered(answered: Answered) -> list[Any]:
    return [answered.message_id, answered.status, [[f.code, f.text] for f in answered.errors]]


def _loaded_answered(stored: list[Any]) -> Answered:
    message_id, status, errors = stored
    return Answered(message_id=message_id, status=status, errors=tuple(Fault(code=c, text=t) for c, t in errors))


def _moment(moment: datetime | date) -> str:
    """Norwegian wall time stays that, without offset: one more day is not always 24 hours."""
    if isinstance(moment, datetime) and moment.tzinfo is OSLO and not moment.fold:
        return moment.replace(tzinfo=None).isoformat()
    return moment.isoformat()


def _loaded_moment(text: str) -> datetime | date:
    return _loaded_instant(text) if "T" in text else date.fromisoformat(text)


def _loaded_instant(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=OSLO)


def _party(party: Party) -> list[Any]:
    unit = _identifiers(party.unit_identifiers)
    return [party.name, _identifiers(party.identifiers), party.unit_name, unit]


def _loaded_party(stored: list[Any]) -> Party:
    name, identifiers, unit_name, unit = stored
    return Party(
        name=name,
        identifiers=_loaded_identifiers(identifiers),
        unit_name=unit_name,
        unit_identifiers=_loaded_identifiers(unit),
    )


def _identifiers(identifiers: tuple[Identifier, ...]) -> list[list[str]]:
    return [[i.system, i.value] for i in identifiers]


def _loaded_identifiers(stored: list[list[str]]) -> tuple[Identifier, ...]:
    return tuple(Identifier(system, value) for system, value in stored)
