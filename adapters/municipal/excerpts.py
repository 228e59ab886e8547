"""A large register file taken apart as it is read: one person, number or notification at a time, in constant memory.

Each part is a whole document of its own: the file's head, and one record. What must not be kept is taken out here, and
only how much that was stays, as a processing instruction.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO, Any, Final

from lxml import etree

from adapters.municipal.restricted import RESTRICTED

IPLOS: Final = "{http://www.npr.no/xmlstds/iplos/2018}"
IDE: Final = "{http://www.npr.no/xmlstds/53_1_2_ide}"
IPL: Final = "{http://www.npr.no/xmlstds/56_0_0_ipl}"
_MARK: Final = re.compile(rb'<\?heimveg restricted="(\d{1,6})"\?>')
_PARSING: Final[dict[str, Any]] = {
    "resolve_entities": False, "no_network": True, "load_dtd": False, "remove_comments": True,
    "remove_pis": True,
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """A file: its root, its records, what stands beside them and belongs to each, and what holds the records."""

    root: str
    record: str
    beside: tuple[str, ...]
    within: str = ""


FORMATS: Final = {
    f"{IPLOS}IPLOS": Format(root=f"{IPLOS}IPLOS", record=f"{IPLOS}PERSON", beside=(f"{IPLOS}INNHINFO",)),
    f"{IDE}Melding": Format(
        root=f"{IDE}Melding", record=f"{IDE}PasientIdent", beside=(f"{IDE}Kontaktperson",), within=f"{IDE}Institusjon"
    ),
    f"{IPL}Melding": Format(
        root=f"{IPL}Melding", record=f"{IPL}Notifikasjon", beside=(f"{IPL}Kontaktperson", f"{IPL}Kommune")
    ),
}
"""The files that are taken apart, by their root element."""

Open = Callable[[], IO[bytes]]
"""Opens the file anew: it is read twice, first for what stands beside the records, and whether it is whole."""


def excerpts(opened: Open, of: Format, *, keep_restricted: bool) -> Iterator[bytes]:
    """Every record as a document. Raises ``etree.XMLSyntaxError`` before the first one where the file is not whole."""
    shell = _shell(opened, of)
    if shell is None:
        return
    with opened() as file:
        for element in _elements(file, of.record):
            yield _excerpt(element, shell, of, keep_restricted=keep_restricted)


def _elements(file: IO[bytes], *tags: str) -> Iterator[etree._Element]:
    """Each element of these names, forgotten when the next is asked for."""
    for _, element in etree.iterparse(file, events=("end",), tag=tags, **_PARSING):
        yield element
        element.clear()
        parent = element.getparent()
        while parent is not None and element.getprevious() is not None:
            del parent[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shell:
    """What every excerpt has in common: the root as it is written, and what stands in it beside the records."""

    root: etree._Element
    before: tuple[etree._Element, ...]
    after: tuple[etree._Element, ...]


def _shell(opened: Open, of: Format) -> _Shell | None:
    """Read the whole file once; None for one without records, or with a document type."""
    before: list[etree._Element] = []
    after: list[etree._Element] = []
    root, records = None, 0
    with opened() as file:
        for element in _elements(file, *of.beside, of.record):
            if element.tag == of.record:
                records += 1
                if root is None:
                    root = _copied_root(element, of)
            else:
                (after if records else before).append(_copy(element))
    return _Shell(root=root, before=tuple(before), after=tuple(after)) if root is not None else None


def _copied_root(record: etree._Element, of: Format) -> etree._Element | None:
    """The root with its attributes and nothing in it; None where the file declares a document type."""
    if record.getroottree().docinfo.internalDTD is not None:
        return None
    root = record.getroottree().getroot()
    return _bare(root) if root.tag == of.root else None


def _bare(element: etree._Element) -> etree._Element:
    return etree.Element(element.tag, dict(element.attrib), nsmap=dict(element.nsmap))


def _copy(element: etree._Element) -> etree._Element:
    return etree.fromstring(etree.tostring(element, with_tail=False))


def _excerpt(record: etree._Element, shell: _Shell, of: Format, *, keep_restricted: bool) -> bytes:
    dropped = 0 if keep_restricted else _drop_restricted(record)
    root = _bare(shell.root)
    root.extend(_copy(one) for one in shell.before)
    holder = root
    if of.within and (parent := record.getparent()) is not None:
        holder = etree.SubElement(root, of.within, dict(parent.attrib))
    holder.append(_copy(record))
    root.extend(_copy(one) for one in shell.after)
    mark = f'<?heimveg restricted="{dropped}"?>'.encode() if dropped else b""
    return mark + etree.tostring(root, encoding="utf-8")


def _drop_restricted(record: etree._Element) -> int:
    found = [one for one in record.iterchildren(f"{IPLOS}TJENESTE") if _code(one) in RESTRICTED]
    for one in found:
        record.remove(one)
    return len(found)


def _code(service: etree._Element) -> str:
    return (service.findtext(f"{IPLOS}tjTjenType") or "").strip()


def dropped(body: bytes) -> int:
    """How many services were taken out of these bytes."""
    found = _MARK.match(body)
    return int(found[1]) if found else 0
