"""XHTML in notes: the words survive, and nothing that acts, calls or hides (dossier 8, FHIR txt-1 and txt-2)."""

from __future__ import annotations

from html import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from adapters.kith.read import _markup
from mappings.narrative.text import XHTML, div, is_blank
from mappings.narrative.xhtml import SHOWN, UNSEEN, sanitised

TAGS = ("p", "b", "table", "tr", "td", "ul", "li", "br", "div", "h1", "a", "img", "font", "form", "input", "svg")
HOSTILE = ("script", "style", "iframe", "object", "embed", "link", "meta", "base", "html", "body", "x-unknown", "math")
ATTRIBUTES = (
    ("onclick", "steal()"), ("onerror", "steal()"), ("style", "background:url(https://evil.example/x)"),
    ("href", "javascript:steal()"), ("href", "https://evil.example/"), ("src", "https://evil.example/p.png"),
    ("src", "data:text/html,steal()"), ("action", "https://evil.example/"), ("class", "c"), ("id", "i"),
    ("colspan", "2"), ("rowspan", "2' onclick='steal()"), ("title", "https://evil.example/"),
)  # fmt: skip
WORDS = ("Pasienten spiser selv.", "a < b & c > d", "Blåbær", "<script>steal()</script>", "&lt;b&gt;", "]]>", "  ")


@st.composite
def elements(draw, depth=3):
    """Any tree of XHTML, well-formed as XML is."""
    made = etree.Element(f"{{{XHTML}}}{draw(st.sampled_from((*TAGS, *HOSTILE)))}")
    for name, value in draw(st.lists(st.sampled_from(ATTRIBUTES), max_size=3)):
        made.set(name, value)
    made.text = draw(st.sampled_from(WORDS))
    if depth:
        made.extend(draw(st.lists(elements(depth=depth - 1), max_size=3)))
    made.tail = draw(st.sampled_from(WORDS))
    return made


def in_a_note(*inner, text="", prefix=None):
    """As the adapter reads it from a message that was sent."""
    note = etree.Element("TekstNotatInnhold", nsmap={prefix: XHTML})
    note.text = text
    note.extend(inner)
    return _markup(etree.fromstring(etree.tostring(note)), "Notat/TekstNotatInnhold")


def parsed(xhtml):
    return etree.fromstring(div(sanitised(xhtml)))


def visible(element, unseen=frozenset(UNSEEN)):
    """The words of a tree that a reader would see."""
    if etree.QName(element).localname in unseen:
        return element.tail or ""
    inner = "".join(visible(child, unseen) for child in element)
    return (element.text or "") + inner + (element.tail or "")


@given(st.lists(elements(), max_size=3), st.sampled_from((None, "h")), st.sampled_from(WORDS))
@settings(max_examples=100, deadline=None, derandomize=True)
def test_whatever_is_sent_only_formatting_elements_and_cell_spans_survive(inner, prefix, text) -> None:
    for element in parsed(in_a_note(*inner, text=text, prefix=prefix).xml).iter():
        assert etree.QName(element).namespace == XHTML
        assert etree.QName(element).localname in SHOWN
        assert set(element.attrib) <= {"colspan", "rowspan"}
        assert all(value.isdigit() for value in element.attrib.values())


@given(st.lists(elements(), min_size=1, max_size=3), st.sampled_from(WORDS))
@settings(max_examples=100, deadline=None, derandomize=True)
def test_every_word_that_a_reader_could_see_is_kept_in_its_order(inner, text) -> None:
    expected = (text + "".join(visible(element) for element in inner)).split()
    assert "".join(parsed(in_a_note(*inner, text=text).xml).itertext()).split() == expected


@given(st.text(max_size=300))
@settings(max_examples=300, deadline=None, derandomize=True)
def test_text_that_is_no_markup_at_all_gives_nothing_but_formatting(text) -> None:
    made = sanitised(text)
    assert all(word not in made.lower() for word in ("<script", "<style", "<iframe", "<img", "<a "))


@pytest.mark.parametrize("depth", [500, 5000])
def test_deep_nesting_is_flattened_and_keeps_its_words(depth) -> None:
    made = sanitised("<div>" * depth + "innerst" + "</div>" * depth)
    assert "innerst" in made
    assert made.count("<div>") < 100
    etree.fromstring(div(made))


def test_a_script_leaves_the_words_around_it() -> None:
    assert sanitised("<p>Før</p><script>alert(1)</script><p>etter</p>") == "<p>Før</p><p>etter</p>"


def test_a_link_keeps_its_words_and_loses_its_address() -> None:
    assert sanitised('<p>Se <a href="https://evil.example/">rutinen</a>.</p>') == "<p>Se rutinen.</p>"


def test_escaped_markup_is_shown_as_it_was_written_and_never_acts() -> None:
    assert sanitised(escape("<script>alert(1)</script>")) == escape("<script>alert(1)</script>")


@pytest.mark.parametrize("nothing", ["", "<p/>", "<p> </p>", "<img src='x'/>", "<script>alert(1)</script>"])
def test_markup_without_a_word_is_blank(nothing) -> None:
    assert is_blank(sanitised(nothing))
