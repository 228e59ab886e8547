"""Bytes to a tree, safely: no DTD, no entities, no network, comments left out. Bytes only, never decoded text."""

from __future__ import annotations

import threading
from typing import Final

from lxml import etree

from adapters.kith.texts import fault
from hub.contract import Fault

_LOCAL = threading.local()

_SMALL: Final = 50_000
_MOST_ELEMENTS: Final = 100_000
_MOST_CHILDREN: Final = 5_000
"""libxml2 needs time in the square of the siblings to tell where each of them is wrong: minutes for a few megabytes."""


def parse(body: bytes) -> etree._Element | Fault:
    """The root element, or why there is none (T01). White space before the XML declaration is tolerated."""
    try:
        root = etree.fromstring(body.lstrip(b" \t\r\n"), _parser())
    except etree.XMLSyntaxError as error:
        line, column = error.position
        return fault("not-well-formed", line=line, column=column)
    if root.getroottree().docinfo.internalDTD is not None:
        return fault("doctype")
    if len(body) > _SMALL and _is_excessive(root):
        return fault("excessive", elements=_MOST_ELEMENTS, children=_MOST_CHILDREN)
    return root


def _is_excessive(root: etree._Element) -> bool:
    return bool(root.xpath(f"count(//*) > {_MOST_ELEMENTS} or boolean(//*[{_MOST_CHILDREN + 1}])"))


def root_tag(body: bytes) -> str | None:
    """``{namespace}name`` of the root element without reading further, or None when it cannot be seen."""
    parser = etree.XMLPullParser(events=("start",), resolve_entities=False, no_network=True, load_dtd=False)
    try:
        parser.feed(body.lstrip(b" \t\r\n")[:8192])
        for _, element in parser.read_events():
            return str(element.tag)
    except etree.XMLSyntaxError:
        return None
    return None


def _parser() -> etree.XMLParser:
    """One parser for each thread; lxml's are not to be shared."""
    if not hasattr(_LOCAL, "parser"):
        _LOCAL.parser = etree.XMLParser(
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
        )
    parser: etree.XMLParser = _LOCAL.parser
    return parser
