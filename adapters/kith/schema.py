"""The XML schema, made from the shapes: as strict as the national one, compiled once per process.

libxml2 validates it natively. A message schema knows the envelope and every payload, because ``Content`` demands known
elements (``processContents="strict"``); Epikrise and AppRec stand alone and have schemas of their own per version.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import groupby
from typing import Any

from lxml import etree

from mappings.documents.dialects import BY_NAMESPACE, NAMESPACES, SHAPES, namespace
from mappings.documents.shape import Part, Shape, Simple, Slot, part_type

XS = "http://www.w3.org/2001/XMLSchema"
ALONE = ("epikrise", "apprec", "iplos", "ide", "ipl", "municipal", "municipal-fhir")
"""Families whose messages stand outside the envelope."""

_LOCAL = threading.local()


def schema_for(root_namespace: str) -> etree.XMLSchema:
    """The compiled schema for messages whose root is in that namespace; each thread has its own.

    ``XMLSchema.error_log`` is not safe to read from two threads.
    """
    family, version = BY_NAMESPACE[root_namespace]
    key = (family, version) if family in ALONE else ("msghead", "")
    compiled = _LOCAL.__dict__.setdefault("schemas", {})
    if key not in compiled:
        compiled[key] = _compile(*key)
    found: etree.XMLSchema = compiled[key]
    return found


def _compile(family: str, version: str) -> etree.XMLSchema:
    sources = documents(family, version)
    parser = etree.XMLParser(no_network=True, load_dtd=False)
    parser.resolvers.add(_Memory(sources))
    imports = "".join(f'<xs:import namespace="{space}" schemaLocation="mem:{space}"/>' for space in sources)
    driver = f'<xs:schema xmlns:xs="{XS}">{imports}</xs:schema>'
    return etree.XMLSchema(etree.fromstring(driver.encode(), parser))


class _Memory(etree.Resolver):
    """Gives the schema documents of each namespace from memory."""

    def __init__(self, sources: dict[str, str]) -> None:
        self._sources = sources

    def resolve(self, system_url: str | None, public_id: str | None, context: Any) -> Any:
        text = self._sources.get((system_url or "").removeprefix("mem:"))
        return None if text is None else self.resolve_string(text, context)


@cache
def documents(family: str, version: str) -> dict[str, str]:
    """Namespace -> schema document, for all that a message of that family may hold."""
    wanted = {(family, version), ("kith", "")} if family in ALONE else _message_families()
    return {namespace(f, v): _document(f, v) for f, v in sorted(wanted)}


def _message_families() -> set[tuple[str, str]]:
    return {(f, v) for f, versions in NAMESPACES.items() for v in versions if f not in ALONE}


def _document(family: str, version: str) -> str:
    shapes = [cls for cls in SHAPES if cls.shape.family == family]
    body = [_complex_type(cls, version) for cls in shapes]
    body += [f'<xs:element name="{s.name}" type="own:{s.name}"/>' for cls in shapes if (s := cls.shape).is_global]
    body += _foreign_declarations(family)
    used = sorted(_used_namespaces(shapes, version) - {namespace(family, version)})
    space = namespace(family, version)
    prefixes = "".join(f' xmlns:{_prefix(other)}="{other}"' for other in used)
    imports = "".join(f'<xs:import namespace="{other}" schemaLocation="mem:{other}"/>' for other in used)
    return (
        f'<xs:schema xmlns:xs="{XS}" xmlns:own="{space}"{prefixes} targetNamespace="{space}" '
        f'elementFormDefault="qualified">{imports}{"".join(body)}</xs:schema>'
    )


def _prefix(space: str) -> str:
    family, version = BY_NAMESPACE[space]
    return f"{family}{version.replace('.', '')}"


def _used_namespaces(shapes: Iterable[type[Part]], version: str) -> set[str]:
    found = set()
    for cls in shapes:
        for slot in _existing(cls.shape, version):
            inner = part_type(cls, slot)
            families = {slot.family, inner.shape.family if inner else ""} - {""}
            found |= {namespace(f, version) for f in families}
    return found


def _existing(shape: Shape, version: str) -> Iterator[Slot]:
    return (slot for slot in shape.slots if slot.exists_in(version))


def _foreign_declarations(family: str) -> list[str]:
    """Global elements and attributes of a family that has no shapes of its own (signature, EPJ metadata)."""
    slots = {
        (slot.kind, slot.name): slot
        for cls in SHAPES
        for slot in cls.shape.slots
        if slot.family == family and isinstance(slot.type, Simple)
    }
    return [f'<xs:{kind} name="{name}"{_simple(slot.type, kind)}' for (kind, name), slot in slots.items()]  # type: ignore[arg-type]


def _simple(type: Simple, kind: str) -> str:
    """The rest of a declaration: its type, by name or written out."""
    if type.union:
        members = " ".join(f"xs:{name}" for name in type.union)
        return f'><xs:simpleType><xs:union memberTypes="{members}"/></xs:simpleType></xs:{kind}>'
    if not type.pattern and not type.values:
        return f' type="xs:{type.name}"/>'
    facets = f'<xs:pattern value="{type.pattern}"/>' if type.pattern else ""
    facets += "".join(f'<xs:enumeration value="{value}"/>' for value in type.values)
    restriction = f'<xs:restriction base="xs:{type.name}">{facets}</xs:restriction>'
    return f"><xs:simpleType>{restriction}</xs:simpleType></xs:{kind}>"


def _complex_type(cls: type[Part], version: str) -> str:
    shape = cls.shape
    slots = list(_existing(shape, version))
    text = next((slot for slot in slots if slot.kind == "content"), None)
    if text is not None and isinstance(text.type, Simple):
        inner = f'<xs:simpleContent><xs:extension base="xs:{text.type.name}"/></xs:simpleContent>'
        return f'<xs:complexType name="{shape.name}">{inner}</xs:complexType>'
    elements = [slot for slot in slots if slot.kind in ("element", "wildcard")]
    least = ' minOccurs="0"' if shape.optional else ""
    sequence = f"<xs:sequence{least}>{_particles(cls, elements, version)}</xs:sequence>" if elements else ""
    attributes = "".join(_attribute(slot) for slot in slots if slot.kind == "attribute")
    return f'<xs:complexType name="{shape.name}">{sequence}{attributes}</xs:complexType>'


def _particles(cls: type[Part], slots: list[Slot], version: str) -> str:
    parts = []
    for choice, group in groupby(slots, key=lambda slot: slot.choice):
        inside = "".join(_particle(cls, slot, version) for slot in group)
        parts.append(f"<xs:choice{_choice_occurs(choice, version)}>{inside}</xs:choice>" if choice else inside)
    return "".join(parts)


def _choice_occurs(choice: str, version: str) -> str:
    name, mark, only = choice.partition("?")
    least = ' minOccurs="0"' if mark and only in ("", version) else ""
    return least + (' maxOccurs="unbounded"' if name.endswith("*") else "")


def _particle(cls: type[Part], slot: Slot, version: str) -> str:
    if slot.kind == "wildcard":
        return '<xs:any processContents="strict" minOccurs="0" maxOccurs="unbounded"/>'
    most = slot.most_in(version)
    occurs = f' minOccurs="{slot.least_in(version)}" maxOccurs="{"unbounded" if most is None else most}"'
    if slot.family:
        return f'<xs:element ref="{_reference(slot.family, cls, version)}:{slot.name}"{occurs}/>'
    inner = part_type(cls, slot)
    if inner is None:
        fixed = f' fixed="{slot.fixed}"' if slot.fixed else ""
        assert isinstance(slot.type, Simple)  # noqa: S101  a slot is either
        return f'<xs:element name="{slot.name}"{occurs}{fixed}{_simple(slot.type, "element")}'
    prefix = _reference(inner.shape.family, cls, version)
    return f'<xs:element name="{slot.name}"{occurs} type="{prefix}:{inner.shape.name}"/>'


def _reference(family: str, owner: type[Part], version: str) -> str:
    """The prefix by which an owner's document refers to a family."""
    return "own" if family == owner.shape.family else _prefix(namespace(family, version))


def _attribute(slot: Slot) -> str:
    use = ' use="required"' if slot.least else ""
    fixed = f' fixed="{slot.fixed}"' if slot.fixed else ""
    if slot.family:
        return f'<xs:attribute ref="{_prefix(namespace(slot.family, ""))}:{slot.name}"{use}{fixed}/>'
    assert isinstance(slot.type, Simple)  # noqa: S101  attributes have simple types
    return f'<xs:attribute name="{slot.name}"{use}{fixed}{_simple(slot.type, "attribute")}'
