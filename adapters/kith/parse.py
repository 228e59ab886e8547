"""Bytes to a tree, safely: no DTD, no entities, no network, comments left out. Bytes only, never decoded text."""

from __future__ import annotations

import threading
from typing import Final

from lxml import etree

from adapters.kith.texts import fault
from hub.contract import Fault

_LOCAL = threading.local()

_SMALL: Final = 50_000
_LARGE: Final = 9_000_000
"""From here on a text may be longer than libxml2 takes unless its limits are lifted: a file of 10 MB is 14 MB of text.
What the lifted limits guarded is then looked at here."""
_DEEPEST: Final = 256
_LONGEST_ATTRIBUTE: Final = 100_000
_MOST_ELEMENTS: Final = 100_000
_MOST_CHILDREN: Final = 5_000
"""libxml2 needs time in the square of the siblings to tell where each of them is wrong: minutes for a few megabytes."""


def parse(body: bytes) -> etree._Element | Fault:
    """The root element, or why there is none (T01). White space before the XML declaration is tolerated."""
    try:
        root = etree.fromstring(body.lstrip(b" \t\r\n"), _parser(huge=len(body) > _LARGE))
    except etree.XMLSyntaxError as error:
        line, column = error.position
        return fault("not-well-formed", line=line, column=column)
    if root.getroottree().docinfo.internalDTD is not None:
        return fault("doctype")
    if len(body) > _SMALL and _is_excessive(root):
        return fault("excessive", elements=_MOST_ELEMENTS, children=_MOST_CHILDREN)
    if len(body) > _LARGE and _is_misshapen(root):
        return fault("not-well-formed", line=1, column=1)
    return root


def _is_excessive(root: etree._Element) -> bool:
    return bool(root.xpath(f"count(//*) > {_MOST_ELEMENTS} or boolean(//*[{_MOST_CHILDREN + 1}])"))


def _is_misshapen(root: etree._Element) -> bool:
    """Deeper, or with a longer attribute, than any message is: what libxml2 refuses in a smaller body."""
    depth = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > _DEEPEST or any(len(value) > _LONGEST_ATTRIBUTE for value in element.attrib.values()):
            return True
    return False


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


def _parser(*, huge: bool) -> etree.XMLParser:
    """One parser of each kind for each thread; lxml's are not to be shared."""
    name = "huge" if huge else "usual"
    if not hasattr(_LOCAL, name):
        made = etree.XMLParser(
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=huge,
            remove_comments=True,
            remove_pis=True,
        )
        setattr(_LOCAL, name, made)
    parser: etree.XMLParser = getattr(_LOCAL, name)
    return parser
