"""XHTML as FHIR allows it, and what of the message stands in it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import escape
from typing import Final

from mappings.documents.shape import Leaf

XHTML: Final = "http://www.w3.org/1999/xhtml"
_MARKUP: Final = re.compile(r"<[^>]*>")
_BLOCK: Final = re.compile(r"<(?:p|div|ul|ol|dl|table|h\d|pre|blockquote|hr)[ />]")


class Text(str):
    """XHTML that knows which leaves of the message stand in it: ``paths``."""

    __slots__ = ("paths",)
    paths: frozenset[str]

    def __new__(cls, text: str, paths: frozenset[str] = frozenset()) -> Text:
        made = super().__new__(cls, text)
        made.paths = paths
        return made


class Told(set[str]):
    """The paths of the leaves that have been written so far; a leaf without a path is always new."""

    __slots__ = ()

    def tell(self, *leaves: Leaf | None) -> None:
        """These stand in the text now."""
        self.update(leaf.path for leaf in leaves if leaf is not None and leaf.path)


def div(inner: str, told: Iterable[str] = ()) -> Text:
    """The XHTML of a Narrative."""
    return Text(f'<div xmlns="{XHTML}">{inner}</div>', frozenset(told))


def lines(text: str) -> str:
    """Text of a message, escaped, with its line breaks."""
    return "<br/>".join(escape(line, quote=False) for line in text.strip().splitlines())


def paragraph(inner: str) -> str:
    """A paragraph, or nothing; a block where it has blocks of its own."""
    name = "div" if _BLOCK.search(inner) else "p"
    return f"<{name}>{inner}</{name}>" if inner else ""


def hinted(shown: str, hint: str) -> str:
    """Words with what the message says literally shown where a reader asks for it."""
    return f'<span title="{escape(hint)}">{shown}</span>'


def bullets(items: Sequence[str]) -> str:
    """A list, or nothing."""
    return f"<ul>{''.join(f'<li>{item}</li>' for item in items)}</ul>" if items else ""


def labelled(name: str, inner: str) -> str:
    """A value with its label, both as XHTML."""
    return f"<b>{name}:</b> {inner}" if name else inner


def table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table without the columns that are empty in every row; a list where only the first one is not."""
    used = [place for place in range(len(headings)) if any(row[place] for row in rows)]
    if used == [0]:
        return bullets([row[0] for row in rows])
    head = "".join(f"<th>{escape(headings[place], quote=False)}</th>" for place in used)
    body = "".join(f"<tr>{''.join(f'<td>{row[place]}</td>' for place in used)}</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>" if used else ""


def is_blank(inner: str) -> bool:
    """Whether nobody would see anything: FHIR wants some words in every narrative (txt-2)."""
    return not _MARKUP.sub("", inner).strip()
