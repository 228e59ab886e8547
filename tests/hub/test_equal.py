"""What a server holds against what was sent: what it makes by itself does not count, all else does."""

from __future__ import annotations

from typing import Any

import pytest

from hub.delivery.equal import same

SENT: dict[str, Any] = {
    "resourceType": "Task",
    "id": "t",
    "meta": {"source": "urn:uuid:m", "tag": [{"system": "s", "code": "b"}, {"system": "s", "code": "a"}]},
    "status": "requested",
    "input": [{"valueDecimal": 72.5}],
}


def held(**changes: Any) -> dict[str, Any]:
    meta = {
        "versionId": "3",
        "lastUpdated": "2026-03-04T10:00:00Z",
        "source": "urn:uuid:m#req",
        "tag": SENT["meta"]["tag"],
    }
    return {**SENT, "meta": meta, **changes}


def test_version_time_and_request_of_the_server_do_not_count() -> None:
    assert same(SENT, held())


def test_the_message_that_said_the_same_first_does_not_count() -> None:
    assert same(SENT, held(meta={"source": "urn:uuid:first", "tag": SENT["meta"]["tag"]}))


def test_the_order_of_tags_does_not_count() -> None:
    turned = {**SENT["meta"], "tag": SENT["meta"]["tag"][::-1]}
    assert same(SENT, held(meta=turned))


def test_a_narrative_that_the_server_made_does_not_count() -> None:
    text = {"status": "generated", "div": "<div/>"}
    assert same(SENT, held(text=text))
    assert not same({**SENT, "text": {"status": "additional", "div": "<div>A</div>"}}, held(text=text))


def test_numbers_are_compared_by_value() -> None:
    assert same({**SENT, "input": [{"valueDecimal": 72.50}]}, held())
    assert same({**SENT, "input": [{"valueInteger": 5}]}, held(input=[{"valueInteger": 5.0}]))
    assert not same(SENT, held(input=[{"valueDecimal": 72.51}]))


@pytest.mark.parametrize(
    "changes",
    [
        {"status": "completed"},
        {"description": "more"},
        {"input": []},
        {"meta": {"source": "urn:uuid:m", "tag": [{"system": "s", "code": "a"}]}},
    ],
)
def test_any_other_content_counts(changes: dict[str, Any]) -> None:
    assert not same(SENT, held(**changes))


def test_the_order_of_other_lists_counts() -> None:
    sent = {**SENT, "input": [{"valueInteger": 1}, {"valueInteger": 2}]}
    assert not same(sent, held(input=[{"valueInteger": 2}, {"valueInteger": 1}]))


def narrative(inner: str) -> dict[str, Any]:
    return {"status": "additional", "div": f'<div xmlns="http://www.w3.org/1999/xhtml">{inner}</div>'}


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("<br/>", "<br />"),
        ('<p title="a">«x»</p>', "<p title='a'>&laquo;x&raquo;</p>"),
        ("a\u00a0b", "a&nbsp;b"),
        ('say "so"', "say &quot;so&quot;"),
        ("a &gt; b", "a > b"),
        ('<td colspan="2" title="x"/>', '<td title="x" colspan="2"></td>'),
    ],
)
def test_another_way_of_writing_a_narrative_does_not_count(ours: str, theirs: str) -> None:
    assert same({**SENT, "text": narrative(ours)}, held(text=narrative(theirs)))


@pytest.mark.parametrize(("ours", "theirs"), [("a", "b"), ('<p title="a"/>', "<p/>"), ("a b", "ab"), ("<p>", "<p/>")])
def test_other_words_in_a_narrative_count(ours: str, theirs: str) -> None:
    assert not same({**SENT, "text": narrative(ours)}, held(text=narrative(theirs)))
