"""Whatever the standards allow is written valid, read back equal, and stored without loss."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from adapters.kith.parse import parse
from adapters.kith.read import read
from adapters.kith.samples.arbitrary import arbitrary_message, chance, message_kinds
from adapters.kith.schema import schema_for
from adapters.kith.write import write
from mappings.documents import Message, dump, load
from mappings.documents.shape import Markup, Part, leaves
from mappings.norwegian_time import OSLO
from tests.adapters.conftest import at, event, logistics, msghead, taken

KINDS = list(message_kinds())
THOROUGH = settings(max_examples=400, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
messages = st.tuples(st.sampled_from(KINDS), st.integers(0, 2**48))


def made(drawn: tuple[tuple[type[Part], str], int]) -> tuple[Part, str]:
    (cls, version), seed = drawn
    return arbitrary_message(cls, version, chance(seed)), version


def parsed(body: bytes) -> etree._Element:
    root = parse(body)
    assert isinstance(root, etree._Element)
    return root


def values(part: Part) -> list[tuple[str, str, str]]:
    """Every value with its place and markup; equality of parts alone looks at neither."""
    return [(leaf, leaf.path, leaf.xml if isinstance(leaf, Markup) else "") for _, _, leaf in leaves(part)]


@THOROUGH
@given(messages)
def test_what_is_written_is_valid_and_is_read_back_equal(drawn: Any) -> None:
    part, version = made(drawn)
    root = parsed(write(part, version))
    schema = schema_for(str(etree.QName(root).namespace))
    assert schema.validate(root), schema.error_log
    found, _ = read(root)
    assert found == part
    assert [leaf for leaf, _, _ in values(found)] == [leaf for leaf, _, _ in values(part)]


@THOROUGH
@given(messages)
def test_what_was_read_and_written_again_has_the_same_values_and_places(drawn: Any) -> None:
    part, version = made(drawn)
    once, _ = read(parsed(write(part, version)))
    twice, _ = read(parsed(write(once, version)))
    assert [(leaf, path) for leaf, path, _ in values(twice)] == [(leaf, path) for leaf, path, _ in values(once)]


@settings(parent=THOROUGH, max_examples=60)
@given(messages)
def test_every_path_finds_its_value(drawn: Any) -> None:
    part, version = made(drawn)
    root = parsed(write(part, version))
    for leaf, path, _ in values(read(root)[0])[:150]:
        (found,) = at(root, path)
        text = found if isinstance(found, str) else "".join(getattr(found, "itertext")())  # noqa: B009  an element
        assert text.strip() == leaf.strip()


@settings(parent=THOROUGH, max_examples=200)
@given(messages)
def test_what_is_stored_is_loaded_equal_with_its_places_and_markup(drawn: Any) -> None:
    part, version = made(drawn)
    root, found = read(parsed(write(part, version)))
    head = replace(taken(msghead()).head, version=found.version or version)
    message = Message(head=head, root=root, issues=(), original=b"x")
    again = load(dump(message), b"x")
    assert again == message
    assert values(again.root) == values(root)


def test_the_kinds_cover_every_version_of_every_standard() -> None:
    assert {version for _, version in KINDS} == {"", "1.0", "1.1", "1.2", "1.5", "1.6"}
    assert len(KINDS) == 8 + 7 + 2 + 6 + 2 + 2


def test_rich_messages_are_rich() -> None:
    sizes = [len(values(arbitrary_message(cls, version, chance(n)))) for n, (cls, version) in enumerate(KINDS * 4)]
    assert max(sizes) > 250
    assert min(sizes) < 12


@pytest.mark.parametrize(
    "moment", ["2026-10-25T02:30:00", "2026-03-29T02:30:00", "2026-07-01T10:00:00Z", "2026-07-01T10:00:00.250+05:30"]
)
def test_a_head_is_stored_with_its_times_as_they_were_meant(moment: str) -> None:
    message = taken(msghead(generated=moment))
    loaded = load(dump(message), message.original)
    assert loaded.head == message.head
    assert (loaded.head.generated.tzinfo is OSLO) == (message.head.generated.tzinfo is OSLO)


def test_issues_and_original_come_back() -> None:
    message = taken(msghead(type="<Type/>", payload=logistics(events=event("77", "2026-03-04"))))
    assert message.issues
    assert load(dump(message), message.original) == message


def test_a_dump_is_small_and_has_no_empty_fields() -> None:
    dumped = dump(taken(msghead()))
    assert b"null" not in dumped.partition(b'"body"')[2]
    assert len(dumped) < 4000


def test_markup_is_written_with_its_elements() -> None:
    text = '<div xmlns="http://www.w3.org/1999/xhtml">Kan <b>ta</b> imot</div>'
    body = msghead(payload=_note(text))
    written = parsed(write(taken(body).root, "1.0"))
    assert written.findtext(".//{http://www.w3.org/1999/xhtml}b") == "ta"


def _note(text: str) -> str:
    return (
        '<Dialogmelding xmlns="http://www.kith.no/xmlstds/dialog/2006-10-11"><Notat><TemaKodet/>'
        f"<TekstNotatInnhold>{text}</TekstNotatInnhold></Notat></Dialogmelding>"
    )
