"""Ways to spoil a message, or not: each changes a tree a little, at a place chosen by ``random``."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from random import Random

from lxml import etree

from mappings.documents.dialects import BY_NAMESPACE, NAMESPACES

Tree = etree._Element
DS = NAMESPACES["ds"][""]
M1 = NAMESPACES["m1"][""]
XSI = "http://www.w3.org/2001/XMLSchema-instance"
SPACES = (*(space for space in BY_NAMESPACE if space != DS), "urn:x-unknown", "")

VALUES = (
    "", " ", "x", "0", "1", "2", "true", "TRUE", " false ", "-1", "1.5", "1e5", "INF", "2026-03-04", " 2026-03-04\n",
    "2026-13-04", "2026-02-30", "2026-03-04T10:15:00", "2026-03-04T10:15", "2026-03-04T25:00:00", "20260304",
    "2026-03", "--03-04", "2026", "10:15:00", "2026-03-04+01:00", "2.16.578.1.12.4.1.1.9121", "1..2", "1.", ".1",
    "AAAA", "AAA", "AA==", "%%%", "http://[", "tel:10000101", "a b", "EPJ sak", "EPJ dokument", "EPJ fragment",
    "Cave/allergier", "Legemidler", "v1.2 2006-05-24", " v1.2 2006-05-24", "2.16.578.1.12.4.1.6.13.11009.0", "+1", "١",
)  # fmt: skip
ATTRIBUTES = (
    "V", "S", "DN", "OT", "U", "x", "komponentID", "referanseViktigTilleggsinfo", f"{{{M1}}}komponenttype",
    f"{{{M1}}}basiskomponenttype", f"{{{M1}}}informasjonskategori", f"{{{M1}}}x", f"{{{XSI}}}schemaLocation",
    f"{{{XSI}}}nil", "{urn:x-unknown}V", "{http://www.w3.org/XML/1998/namespace}lang",
)  # fmt: skip


def spoil(root: Tree, random: Random) -> Tree:
    """A copy with one to three mutations; signatures are left alone."""
    tree = deepcopy(root)
    for _ in range(random.choice((1, 1, 1, 2, 3))):
        random.choice(MUTATIONS)(_somewhere(tree, random), random)
    return tree


def _somewhere(tree: Tree, random: Random) -> Tree:
    return random.choice([e for e in tree.iter(etree.Element) if not _is_signature(e)])


def _is_signature(element: Tree) -> bool:
    return etree.QName(element).namespace == DS or any(etree.QName(a).namespace == DS for a in element.iterancestors())


def drop(element: Tree, random: Random) -> None:
    if (parent := element.getparent()) is not None:
        parent.remove(element)


def repeat(element: Tree, random: Random) -> None:
    if element.getparent() is not None:
        element.addnext(deepcopy(element))


def swap(element: Tree, random: Random) -> None:
    if (other := element.getnext()) is not None and not _is_signature(other):
        other.addnext(element)


def move(element: Tree, random: Random) -> None:
    """Somewhere else, with all that is in it."""
    target = random.choice(list(element.getroottree().iter(etree.Element)))
    if (
        element.getparent() is not None
        and not _is_signature(target)
        and element not in (target, *target.iterancestors())
    ):
        target.append(element)


def rename(element: Tree, random: Random) -> None:
    names = [etree.QName(e).localname for e in element.getroottree().iter(etree.Element)]
    space = etree.QName(element).namespace
    name = random.choice((*names, "Ukjent"))
    if space != DS and name != "Signature":
        element.tag = f"{{{space}}}{name}" if space else name


def value(element: Tree, random: Random) -> None:
    """Another value in an attribute or as text."""
    if element.attrib and random.random() < 0.8:
        element.set(random.choice(sorted(element.attrib)), random.choice(VALUES))
    else:
        element.text = random.choice(VALUES)


def attribute(element: Tree, random: Random) -> None:
    """One more, or one less."""
    if element.attrib and random.random() < 0.5:
        del element.attrib[random.choice(sorted(element.attrib))]
    else:
        element.set(random.choice(ATTRIBUTES), random.choice(VALUES))


def content(element: Tree, random: Random) -> None:
    """The content and attributes of another element: right names in the wrong place, wrong types."""
    other = random.choice(list(element.getroottree().iter(etree.Element)))
    if not _is_signature(other) and not any(e is other for e in (element, *element.iterancestors())):
        copied = deepcopy(other)
        element.attrib.clear()
        element.attrib.update(copied.attrib)
        element[:] = copied[:]
        element.text = copied.text


def text(element: Tree, random: Random) -> None:
    """Text between or beside elements."""
    if element.getparent() is not None and random.random() < 0.5:
        element.tail = random.choice(("tekst", "\n ", "0"))
    else:
        element.text = random.choice(("tekst", "\n ", "0"))


def foreign(element: Tree, random: Random) -> None:
    """Another namespace, for one element or all below it."""
    space, whole = random.choice(SPACES), random.random() < 0.5
    old = etree.QName(element).namespace
    for each in element.iter(etree.Element) if whole else (element,):
        if etree.QName(each).namespace == old and old != DS:
            name = etree.QName(each).localname
            each.tag = f"{{{space}}}{name}" if space else name


def stranger(element: Tree, random: Random) -> None:
    """A child that nobody knows, or one of another family."""
    space = random.choice(SPACES)
    name = random.choice(("Ukjent", "HCP", "Cave", "Node", "Ident", "Organisation", "Base64Container"))
    element.insert(random.randint(0, len(element)), etree.Element(f"{{{space}}}{name}" if space else name))


MUTATIONS: tuple[Callable[[Tree, Random], None], ...] = (
    drop, repeat, swap, move, rename, value, value, value, attribute, attribute, content, text, foreign, stranger,
)  # fmt: skip


PIECES = (
    b"", b"<", b">", b"&", b"]]>", b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"&#0;", b"&#xD800;", b"<!DOCTYPE x>",
    b"<?x?>", b"<!--", b"<![CDATA[", b"xmlns=''", b'<?xml version="1.0" encoding="ISO-8859-1"?>', b'encoding="UTF-16"',
    b"\xc3\x28", "ÆØÅ".encode("latin-1"), b"\r\n\t ", b"A" * 10_000, b"<a>" * 300, b"9" * 5000, b"-", b"24:00:00",
    b"0001-01-01T00:00:00", b"9999-12-31T23:59:59+14:00", b"xsi:nil='true'", b"\xf0\x9f\xa7\xad",
)  # fmt: skip
"""Bytes that have broken readers of XML before."""


def mangle(body: bytes, random: Random) -> bytes:
    """The bytes with one to four of them, or pieces, changed, cut, doubled, moved or put in."""
    for _ in range(random.choice((1, 1, 2, 4))):
        body = random.choice(MANGLINGS)(body, random)
    return body


def flip(body: bytes, random: Random) -> bytes:
    if not body:
        return body
    at = random.randrange(len(body))
    return body[:at] + bytes([body[at] ^ (1 << random.randrange(8))]) + body[at + 1 :]


def cut(body: bytes, random: Random) -> bytes:
    first, last = sorted(random.randrange(len(body) + 1) for _ in range(2))
    return body[:first] + body[min(last, first + 500) :]


def end(body: bytes, random: Random) -> bytes:
    return body[: random.randrange(len(body) + 1)]


def double(body: bytes, random: Random) -> bytes:
    first, last = sorted(random.randrange(len(body) + 1) for _ in range(2))
    return body[:last] + body[first : min(last, first + 2000)] + body[last:]


def insert(body: bytes, random: Random) -> bytes:
    at = random.randrange(len(body) + 1)
    return body[:at] + random.choice(PIECES) + body[at:]


def retype(body: bytes, random: Random) -> bytes:
    """Another encoding than the one declared, or declared otherwise."""
    text = body.decode("utf-8", "replace")
    return random.choice(
        (text.encode("utf-16"), text.encode("latin-1", "replace"), b"\xef\xbb\xbf" + body, b" " + body)
    )


MANGLINGS: tuple[Callable[[bytes, Random], bytes], ...] = (flip, flip, cut, end, double, insert, insert, insert, retype)
