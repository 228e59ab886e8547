"""From the typed message to XML: elements in the standard's order, in the namespaces of one version.

What a schema-valid message was read into is written schema-valid again; prefixes are the conventional ones.
"""

from __future__ import annotations

from typing import Any

from lxml import etree

from mappings.documents.dialects import NAMESPACES, namespace, tag_of
from mappings.documents.shape import Leaf, Markup, Part, Slot, children

_SAFE = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)


def write(part: Part, version: str) -> bytes:
    """The part as a document of its own: UTF-8 with an XML declaration."""
    return etree.tostring(tree(part, version), encoding="UTF-8", xml_declaration=True)


def tree(part: Part, version: str) -> etree._Element:
    """The part as an element that stands on its own; its family must have that version."""
    root = etree.Element(tag_of(part, version), nsmap=_prefixes(part, version))
    _fill(root, part, version)
    return root


def _prefixes(part: Part, version: str) -> dict[str | None, str]:
    """The namespaces used below: the commonest family has no prefix, the others the customary ones."""
    families = sorted(_families(part))
    default = "po" if "po" in families else part.shape.family
    spaces = {f: namespace(f, version) for f in families if version in NAMESPACES[f] or "" in NAMESPACES[f]}
    return {None if f == default else f: space for f, space in spaces.items()}


def _families(part: Part) -> set[str]:
    found = {part.shape.family} if part.shape.family != "kith" else set()
    for slot, value in children(part):
        if slot.kind == "wildcard":
            continue
        found |= {slot.family} - {""}
        if isinstance(value, Part):
            found |= _families(value)
    return found


def _fill(target: etree._Element, part: Part, version: str) -> None:
    for slot, value in children(part):
        if slot.kind == "attribute":
            name = f"{{{namespace(slot.family, version)}}}{slot.name}" if slot.family else slot.name
            target.set(name, str(value))
        elif slot.kind == "content":
            target.text = str(value)
        elif slot.kind == "wildcard":
            target.append(tree(value, _version_of(value, version)))
        else:
            _child(target, part, slot, value, version)


def _child(target: etree._Element, owner: Part, slot: Slot, value: Any, version: str) -> None:
    space = namespace(slot.family or owner.shape.family, version)
    child = etree.SubElement(target, f"{{{space}}}{slot.name}")
    if isinstance(value, Part):
        _fill(child, value, version)
    elif isinstance(value, Markup) and value.xml:
        _inner(child, value.xml)
    elif isinstance(value, Leaf):
        child.text = str(value)


def _inner(target: etree._Element, xml: str) -> None:
    wrapper = etree.fromstring(f"<x>{xml}</x>".encode(), _SAFE)
    target.text = wrapper.text
    target.extend(list(wrapper))


def _version_of(part: Part, version: str) -> str:
    """The version in which content is written: the one asked for where its family has it, else its only or newest."""
    versions = NAMESPACES[part.shape.family]
    return version if version in versions else next(reversed(versions))
