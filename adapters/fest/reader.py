"""FEST M30 as rows, streamed: several hundred megabytes are read with a few entries in memory at a time.

HIS 3020:2018. Some files use prefixes, others default namespaces, so that local names decide. The class ``Id`` is
stable (``Oppf*/Id`` is not); it is kept without ``ID_`` and in upper case. An entry that is gone (7446
``U``) keeps its id.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final, Literal

from lxml import etree

from hub.contract import Fault, Rejection, Term

ENTRIES: Final = {
    "OppfLegemiddelMerkevare": ("brand", "LegemiddelMerkevare"),
    "OppfLegemiddelpakning": ("pack", "Legemiddelpakning"),
    "OppfLegemiddelVirkestoff": ("generic", "LegemiddelVirkestoff"),
    "OppfLegemiddeldose": ("dose", "Legemiddeldose"),
    "OppfVirkestoff": ("substance", "Virkestoff"),
    "OppfByttegruppe": ("exchange", "Byttegruppe"),
}
NAMES: Final = ("Varenavn", "NavnFormStyrke", "Navn", "Kode")
TEXTS: Final = {
    "not-fest": "Filen er ikke en FEST-fil (rotelement FEST, melding M30).",
    "xml": "Filen er ikke gyldig XML.",
    "doctype": "Filen har en dokumenttype (DTD), som ikke tas imot.",
    "zip": "Zip-filen har ingen XML-fil.",
}
GONE: Final = "U"


class FestReader:
    """Terms of a FEST file, plain XML or zip."""

    name = "fest"

    def terms(self, path: Path) -> Iterator[Term] | Rejection:
        """The terms in the order of the file, or why it is none. Faults further in come as ``ValueError``."""
        try:
            with _opened(path) as file:
                fault = _first_fault(file)
        except (zipfile.BadZipFile, etree.XMLSyntaxError):
            fault = "xml"
        if fault:
            return Rejection(faults=(Fault(code=fault, text=TEXTS[fault], path=path.name),))
        return _terms(path)


@contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    """The XML, inside a zip file where it is one."""
    if not zipfile.is_zipfile(path):
        with path.open("rb") as file:
            yield file
        return
    with zipfile.ZipFile(path) as archive:
        name = next((n for n in archive.namelist() if n.lower().endswith(".xml")), None)
        if name is None:
            raise zipfile.BadZipFile(TEXTS["zip"])
        with archive.open(name) as file:
            yield file


def _events(
    file: IO[bytes], *events: Literal["start", "end"], tag: tuple[str, ...] | None = None
) -> Iterator[tuple[str, etree._Element]]:
    yield from etree.iterparse(
        file, events=events, tag=tag, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )


def _first_fault(file: IO[bytes]) -> str:
    for _, root in _events(file, "start"):
        if root.getroottree().docinfo.internalDTD is not None:
            return "doctype"
        return "" if etree.QName(root).localname == "FEST" else "not-fest"
    return "xml"


def _terms(path: Path) -> Iterator[Term]:
    tags = tuple(f"{{*}}{name}" for name in (*ENTRIES, "HentetDato"))
    with _opened(path) as file:
        try:
            for _, element in _events(file, "end", tag=tags):
                name = etree.QName(element).localname
                if name == "HentetDato":
                    yield Term(kind="retrieved", key="HentetDato", name=_text(element))
                elif (term := _term(element, *ENTRIES[name])) is not None:
                    yield term
                _forget(element)
        except etree.XMLSyntaxError as error:
            raise ValueError(f"{path.name}: line {error.lineno}: {TEXTS['xml']}") from None


def _forget(element: etree._Element) -> None:
    """The entry and those before it leave memory; the root alone grows by nothing."""
    element.clear(keep_tail=False)
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def _term(entry: etree._Element, kind: str, name: str) -> Term | None:
    inside = _first(entry, name)
    if inside is None:
        return None
    return Term(
        kind=kind,
        key=_id(_child(inside, "Id")),
        number=_child(inside, "Varenr") or _child(inside, "LmrLopenr"),
        atc=_coded(inside, "Atc"),
        name=_child(inside, "Varenavn")
        or _child(inside, "NavnFormStyrke")
        or _child(inside, "Navn")
        or _child(inside, "Kode"),
        text=_child(inside, "NavnFormStyrke"),
        substance=_display(inside, "Atc"),
        form=_display(inside, "LegemiddelformKort"),
        of=_id(_deep(inside, "RefLegemiddelMerkevare")),
        exchange=_id(_deep(inside, "RefByttegruppe")),
        gone=_coded(entry, "Status") == GONE,
    )


def _first(element: etree._Element, name: str) -> etree._Element | None:
    return next(
        (child for child in element if isinstance(child.tag, str) and etree.QName(child).localname == name), None
    )


def _child(element: etree._Element, name: str) -> str:
    found = _first(element, name)
    return _text(found) if found is not None else ""


def _deep(element: etree._Element, name: str) -> str:
    found = next(element.iter(f"{{*}}{name}"), None)
    return _text(found) if found is not None else ""


def _coded(element: etree._Element, name: str) -> str:
    found = _first(element, name)
    return (found.get("V") or "").strip() if found is not None else ""


def _display(element: etree._Element, name: str) -> str:
    found = _first(element, name)
    return (found.get("DN") or "").strip() if found is not None else ""


def _text(element: etree._Element) -> str:
    return (element.text or "").strip()


def _id(text: str) -> str:
    return text.strip().removeprefix("ID_").upper()
