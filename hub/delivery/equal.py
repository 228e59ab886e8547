"""Whether a resource read back says what was sent. Pure.

Left aside is what a server makes by itself: version, time of storing, a generated narrative, the order of tags.
Numbers are compared by value: JSON has one kind and a server may store 72.50 as 72.5. XHTML is compared as XML: a
server may write the same characters and attributes in another way. ``meta.source`` is left aside as well: HAPI takes
an update that changes nothing else for none, so it names the first message of a series that said exactly this.
"""

from __future__ import annotations

import re
from decimal import Decimal
from html.entities import name2codepoint
from typing import Any
from xml.etree.ElementTree import ParseError, canonicalize

import orjson

from hub.contract import Resource
from hub.delivery.content import canonical

SERVER_MADE = ("versionId", "lastUpdated", "source")
UNORDERED = ("tag", "security", "profile")


def same(sent: Resource, held: Resource) -> bool:
    """Whether the server's copy has the content of ours."""
    ours, theirs = plain(sent), plain(held)
    if "text" not in ours and theirs.get("text", {}).get("status") == "generated":
        del theirs["text"]
    return bool(comparable(ours) == comparable(theirs))


def plain(resource: Resource) -> Resource:
    """The resource as JSON values, without what a server makes; ours is not touched."""
    copy: Resource = orjson.loads(canonical(resource))
    meta = {name: value for name, value in copy.pop("meta", {}).items() if name not in SERVER_MADE}
    for name in UNORDERED:
        if name in meta:
            meta[name] = sorted(meta[name], key=lambda part: orjson.dumps(part, option=orjson.OPT_SORT_KEYS))
    return {**copy, "meta": meta} if meta else copy


ENTITY = re.compile(r"&([A-Za-z][A-Za-z0-9]*);")
OF_XML = frozenset({"amp", "lt", "gt", "quot", "apos"})


def comparable(value: Any) -> Any:
    """Numbers by value, narrative as XML; everything else as it is."""
    if isinstance(value, dict):
        return {name: xhtml(part) if name == "div" else comparable(part) for name, part in value.items()}
    if isinstance(value, list):
        return [comparable(part) for part in value]
    if isinstance(value, float):
        return Decimal(repr(value)).normalize()
    return value


def xhtml(div: Any) -> Any:
    """One way of writing a narrative; what is no XHTML stays as it is."""
    try:
        return canonicalize(ENTITY.sub(_character, div))
    except (ParseError, TypeError):
        return div


def _character(entity: re.Match[str]) -> str:
    name = entity[1]
    return entity[0] if name in OF_XML or name not in name2codepoint else chr(name2codepoint[name])
