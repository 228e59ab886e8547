"""XHTML that came in a message, made safe to show: only what formats words survives.

FHIR allows a narrative the formatting elements of HTML 4 (txt-1). Links, images and every attribute but the span of a
table's cell are left out: an address outside the document could tell someone that it was read. The bytes keep them.
"""

from __future__ import annotations

from html import escape
from html.parser import HTMLParser
from typing import Final

SHOWN: Final = frozenset(
    {"abbr", "acronym", "b", "big", "blockquote", "br", "caption", "cite", "code", "dd", "dfn", "div", "dl", "dt", "em"}
    | {"h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "kbd", "li", "ol", "p", "pre", "q", "samp", "small", "span"}
    | {"strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "tt", "ul", "var"}
)
UNSEEN: Final = frozenset(
    {"script", "style", "head", "title", "template", "object", "iframe", "embed", "applet", "svg", "math", "noscript"}
)
"""Elements whose content is no text for a reader."""
_EMPTY: Final = frozenset({"br", "hr"})
_SPANS: Final = ("colspan", "rowspan")
_MOST_DEEP: Final = 60
_LONGEST_SPAN: Final = 3


class _Sanitiser(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.made: list[str] = []
        self._open: list[str] = []
        self._unseen: list[str] = []

    def set_cdata_mode(self, *_: object, **__: object) -> None:
        """XHTML has no elements whose content is not markup: a script may hold elements, and be empty."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        name = tag.rpartition(":")[2]
        if name in UNSEEN:
            self._unseen.append(name)
        elif self._unseen or name not in SHOWN:
            return
        elif name in _EMPTY:
            self.made.append(f"<{name}/>")
        elif len(self._open) < _MOST_DEEP:
            self._open.append(name)
            self.made.append(f"<{name}{_spans(name, attrs)}>")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        name = tag.rpartition(":")[2]
        if name in _EMPTY and not self._unseen:
            self.made.append(f"<{name}/>")
        elif name in ("td", "th") and not self._unseen:
            self.made.append(f"<{name}{_spans(name, attrs)}></{name}>")

    def handle_endtag(self, tag: str) -> None:
        name = tag.rpartition(":")[2]
        if self._unseen:
            if self._unseen[-1] == name:
                self._unseen.pop()
        elif name in self._open:
            self._close(name)

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.made.append(escape(data, quote=False))

    def _close(self, name: str) -> None:
        while self._open:
            last = self._open.pop()
            self.made.append(f"</{last}>")
            if last == name:
                return

    def finished(self) -> str:
        """What was made, every element closed."""
        self.close()
        return "".join([*self.made, *(f"</{name}>" for name in reversed(self._open))])


def sanitised(xhtml: str) -> str:
    """The same words with harmless formatting, well-formed; "" when nothing is left to read."""
    reader = _Sanitiser()
    reader.feed(xhtml)
    return reader.finished().strip()


def _spans(name: str, attrs: list[tuple[str, str | None]]) -> str:
    if name not in ("td", "th"):
        return ""
    kept = {key: value for key, value in attrs if key in _SPANS and value and _is_span(value)}
    return "".join(f' {key}="{value}"' for key, value in kept.items())


def _is_span(value: str) -> bool:
    return value.isascii() and value.isdigit() and len(value) <= _LONGEST_SPAN
