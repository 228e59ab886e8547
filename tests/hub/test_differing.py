"""What differs between two versions of a resource."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from hub.differing import Change, changes

LEAVES = st.none() | st.booleans() | st.integers(0, 3) | st.sampled_from(["a", "b"])
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("xyz"), inner), max_leaves=8
)


def test_a_change_is_told_by_its_smallest_value() -> None:
    was = {"title": "Plan", "activity": [{"reference": {"reference": "Task/1"}}]}
    now = {"title": "Plan", "activity": [{"reference": {"reference": "Task/2"}}, {"progress": []}], "status": "active"}
    assert list(changes(was, now)) == [
        Change("activity[0].reference.reference", "Task/1", "Task/2"),
        Change("activity[1]", None, {"progress": []}),
        Change("status", None, "active"),
    ]


@given(VALUES, VALUES)
def test_the_same_has_no_changes_and_the_other_way_round_they_are_turned(was: Any, now: Any) -> None:
    assert not list(changes(was, was))
    turned = [Change(one.path, one.now, one.was) for one in changes(now, was)]
    assert turned == list(changes(was, now))
