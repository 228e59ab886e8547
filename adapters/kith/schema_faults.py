"""What the schema found, said to the sender: which element, what is wrong with it, never its value (T02)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Final

from lxml import etree

from adapters.kith.schema import schema_for
from adapters.kith.texts import fault, shown
from hub.contract import Fault

MOST: Final = 5
"""So many errors are told in full; one mistake often makes many."""
LOOKED_AT: Final = 40
"""Of so many: finding the place of an error costs time, and a message may have a hundred thousand."""

_PREFIXED = re.compile(r"/([\w.-]+:[\w.-]+)")
_EXPECTED = re.compile(r"\{([^}]*)\}([\w.-]+)")
_TYPE = re.compile(r"type '(?:xs:)?(?:\{[^}]*\})?([\w.-]+)'\.?$")
_ATTRIBUTE = re.compile(r"^Element '[^']*', attribute '(?:\{[^}]*\})?([^']+)'")
_MISSING = re.compile(r"The attribute '(?:\{[^}]*\})?([\w.-]+)' is required")


def schema_faults(root: etree._Element) -> tuple[Fault, ...]:
    """Every schema error of a message whose root element is known, the first few in full; none when it is valid."""
    schema = schema_for(str(etree.QName(root).namespace))
    if schema.validate(root):
        return ()
    errors = schema.error_log
    told = tuple(dict.fromkeys(_faults(root, islice(errors, LOOKED_AT))))
    if len(told) <= MOST and len(errors) <= LOOKED_AT:
        return told
    more = max(len(told), len(errors)) - min(len(told), MOST)
    return (*told[:MOST], fault("schema-more", count=more, path=told[0].path))


def _faults(root: etree._Element, errors: Iterator[etree._LogEntry]) -> Iterator[Fault]:
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
    name = shown(etree.QName(element).localname, instead="*")
    before = sum(1 for _ in element.itersiblings(str(element.tag), preceding=True))
    return f"{name}[{before + 1}]" if before or next(element.itersiblings(str(element.tag)), None) is not None else name


def _what(error: etree._LogEntry, element: etree._Element) -> str:
    """By the kind of error. A text of libxml2 may quote a value, so only its fixed places are looked at."""
    name, said = shown(etree.QName(element).localname), error.message
    if in_attribute := _ATTRIBUTE.match(said):
        return _about_attribute(name, shown(in_attribute[1]), error.type_name)
    saying = _SAYINGS.get(error.type_name)
    return saying(name, said) if saying else f"Elementet {name} følger ikke skjemaet."


def _content(name: str, said: str) -> str:
    expected = dict.fromkeys(_EXPECTED.findall(said.partition("Expected is")[2]))
    names = ", ".join(dict.fromkeys(expected_name for _, expected_name in expected))
    if "Missing child" in said:
        return f"Elementet {name} mangler innhold; ventet er {names}."
    spaces = [space for space, expected_name in expected if expected_name == name]
    if spaces:
        return f"Elementet {name} står i feil navnerom; ventet er «{spaces[0]}»."
    return f"Elementet {name} er ikke ventet her" + (f"; ventet er {names}." if names else ".")


def _typed(name: str, said: str) -> str:
    found = _TYPE.search(said)
    return f"Verdien i {name} er ikke gyldig" + (f" som {found[1]}." if found else ".")


def _fixed(name: str, said: str) -> str:
    constraint = said.rpartition("fixed value constraint ")[2].strip("'.")
    return f"Verdien i {name} skal være «{constraint}»."


def _missing_attribute(name: str, said: str) -> str:
    found = _MISSING.search(said)
    return f"Attributtet {found[1]} mangler i {name}." if found else f"Et attributt mangler i {name}."


_SAYINGS: Final[dict[str, Callable[[str, str], str]]] = {
    "SCHEMAV_ELEMENT_CONTENT": _content,
    "SCHEMAV_CVC_COMPLEX_TYPE_2_1": lambda name, _: f"Elementet {name} skal ikke ha innhold, bare attributter.",
    "SCHEMAV_CVC_COMPLEX_TYPE_2_3": lambda name, _: f"Elementet {name} kan ikke ha tekst, bare elementer.",
    "SCHEMAV_CVC_COMPLEX_TYPE_4": _missing_attribute,
    "SCHEMAV_CVC_DATATYPE_VALID_1_2_1": _typed,
    "SCHEMAV_CVC_DATATYPE_VALID_1_2_3": _typed,
    "SCHEMAV_CVC_ELT_1": lambda name, _: f"Elementet {name} er ukjent i dette navnerommet.",
    "SCHEMAV_CVC_ELT_5_2_2_2_2": _fixed,
    "SCHEMAV_CVC_TYPE_3_1_1": lambda name, _: f"Elementet {name} kan ikke ha attributter.",
    "SCHEMAV_CVC_TYPE_3_1_2": lambda name, _: f"Elementet {name} kan ikke inneholde elementer, bare tekst.",
}


def _about_attribute(name: str, attribute: str, kind: str) -> str:
    if kind in ("SCHEMAV_CVC_COMPLEX_TYPE_3_2_1", "SCHEMAV_CVC_TYPE_3_1_1"):
        return f"Attributtet {attribute} er ikke tillatt i {name}."
    return f"Verdien av attributtet {attribute} i {name} er ikke gyldig."
