"""What the schema found, said to the sender: which element, what is wrong with it, never its value (T02)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from adapters.kith.schema import schema_for
from adapters.kith.texts import fault
from hub.contract import Fault

MOST = 5
"""So many errors are told in full; one mistake often makes many."""

_PREFIXED = re.compile(r"/([\w.-]+:[\w.-]+)")
_NAME = re.compile(r"\{[^}]*\}([\w.-]+)")
_TYPE = re.compile(r"type '(?:xs:)?(?:\{[^}]*\})?([\w.-]+)'")
_ATTRIBUTE = re.compile(r"attribute '(?:\{[^}]*\})?([\w.-]+)'")


def schema_faults(root: etree._Element) -> tuple[Fault, ...]:
    """Every schema error of a message whose root element is known, the first few in full; none when it is valid."""
    schema = schema_for(str(etree.QName(root).namespace))
    if schema.validate(root):
        return ()
    errors = list(schema.error_log)
    told = list(dict.fromkeys(_faults(root, errors)))
    if len(told) > MOST:
        return (*told[:MOST], fault("schema-more", count=len(told) - MOST, path=told[0].path))
    return tuple(told)


def _faults(root: etree._Element, errors: list[etree._LogEntry]) -> Iterator[Fault]:
    for error in errors:
        element = _element(root, error)
        yield fault("schema", path=path_of(element), what=_what(error, element))


def _element(root: etree._Element, error: etree._LogEntry) -> etree._Element:
    path = _PREFIXED.sub(r"/*[name()='\1']", error.path or "/*")
    found = root.getroottree().xpath(path)
    first = found[0] if isinstance(found, list) and found else root
    return first if isinstance(first, etree._Element) else root


def path_of(element: etree._Element) -> str:
    """The XPath of local names from the root, numbered where several of one name stand together."""
    steps = []
    current: etree._Element | None = element
    while current is not None:
        steps.append(_step(current))
        current = current.getparent()
    return "/".join(reversed(steps))


def _step(element: etree._Element) -> str:
    name = etree.QName(element).localname
    parent = element.getparent()
    twins = list(parent.iterchildren(str(element.tag))) if parent is not None else []
    return f"{name}[{twins.index(element) + 1}]" if len(twins) > 1 else name


def _what(error: etree._LogEntry, element: etree._Element) -> str:
    name, said = etree.QName(element).localname, error.message
    expected = ", ".join(dict.fromkeys(_NAME.findall(said.partition("Expected is")[2])))
    if "Missing child" in said:
        return f"Elementet {name} mangler innhold; ventet er {expected}."
    if "not expected" in said:
        return f"Elementet {name} er ikke ventet her" + (f"; ventet er {expected}." if expected else ".")
    if "attribute" in said and (found := _ATTRIBUTE.search(said)):
        return _about_attribute(name, found[1], said)
    if "Character content" in said:
        return f"Elementet {name} kan ikke ha tekst, bare elementer."
    if found := _TYPE.search(said):
        return f"Verdien i {name} er ikke gyldig som {found[1]}."
    return f"Elementet {name} følger ikke skjemaet."


def _about_attribute(name: str, attribute: str, said: str) -> str:
    if "required but missing" in said:
        return f"Attributtet {attribute} mangler i {name}."
    if "not allowed" in said:
        return f"Attributtet {attribute} er ikke tillatt i {name}."
    return f"Verdien av attributtet {attribute} i {name} er ikke gyldig."
