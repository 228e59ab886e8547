"""What people wrote in a message, as plain text: an ``anyType`` element may hold XHTML."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Final

from mappings.documents.shape import Leaf, Markup
from mappings.resources import derived


def words(*leaves: Leaf | None) -> Iterator[str]:
    """Those of the texts that say something, with their origin."""
    for leaf in leaves:
        text = plain_text(leaf.xml) if isinstance(leaf, Markup) and leaf.xml else leaf or ""
        if text.strip():
            assert leaf is not None  # noqa: S101  it has text
            yield derived(text, leaf)


_BLOCKS: Final = frozenset(
    {"address", "article", "blockquote", "br", "dd", "div", "dl", "dt", "h1", "h2", "h3", "h4", "h5", "h6", "hr"}
    | {"li", "ol", "p", "pre", "section", "table", "tr", "ul"}
)
_UNSEEN: Final = frozenset({"script", "style", "head", "title", "template", "object", "iframe"})


class _Text(HTMLParser):
    """The text of XHTML as a person would read it: a line for each block, nothing that is not shown."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[str] = [""]
        self._unseen: list[str] = []

    def set_cdata_mode(self, *_: object, **__: object) -> None:
        """XHTML has no elements whose content is not markup: a script may hold elements, and be empty."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        name = tag.rpartition(":")[2]
        if name in _UNSEEN:
            self._unseen.append(name)
        elif name in _BLOCKS:
            self.lines.append("")
        elif name in ("td", "th"):
            self.lines[-1] += " "

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag.rpartition(":")[2] in _BLOCKS:
            self.lines.append("")

    def handle_endtag(self, tag: str) -> None:
        name = tag.rpartition(":")[2]
        if self._unseen and self._unseen[-1] == name:
            self._unseen.pop()
        elif name in _BLOCKS:
            self.lines.append("")

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.lines[-1] += data


def plain_text(xhtml: str) -> str:
    """The words of XHTML with its lines; scripts, styles, attributes and addresses are not words."""
    reader = _Text()
    reader.feed(xhtml)
    reader.close()
    lines = (" ".join(line.split()) for line in reader.lines)
    return "\n".join(line for line in lines if line)
