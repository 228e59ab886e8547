"""Two answers compared: every element that differs, no text that was not asked for."""

from __future__ import annotations

from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from hub.compare import Changed, compared, lines
from hub.delivery.content import Ref, canonical
from hub.whatif import components

TASK = {"resourceType": "Task", "id": "t", "status": "requested", "description": "Kari Nordmann har falt"}


def bodies(*resources):
    return {Ref(r["resourceType"], r["id"]): canonical(r) for r in resources}


def test_only_what_differs_is_told_by_its_path() -> None:
    after = {**TASK, "status": "failed", "output": [{"type": {"text": "x"}}]}
    found = list(compared(bodies(TASK), bodies(after)))
    assert [(f.ref, f.path, f.before, f.after) for f in found] == [
        ("Task/t", "output[0].type.text", None, "x"),
        ("Task/t", "status", "requested", "failed"),
    ]


def test_the_same_says_nothing() -> None:
    assert list(compared(bodies(TASK), bodies(dict(reversed(TASK.items()))))) == []


def test_what_would_be_new_or_gone_is_told_with_all_its_elements() -> None:
    assert {f.path for f in compared({}, bodies(TASK))} == set(TASK)
    assert all(f.after is None for f in compared(bodies(TASK), {}))


def test_texts_are_told_only_when_asked_for() -> None:
    one = Changed(key="k", messages=1, fields=tuple(compared(bodies(TASK), bodies({**TASK, "description": "Ola"}))))
    assert "Nordmann" not in "\n".join(lines(one, values=False))
    assert "Nordmann" in "\n".join(lines(one, values=True))


def test_identifiers_that_share_a_message_are_one_person_by_the_strongest() -> None:
    first, second, third = uuid4(), uuid4(), uuid4()
    found = components([(first, "fnr"), (first, "local"), (second, "local"), (third, "other")])
    assert found == [("fnr", {first, second}, ["fnr", "local"]), ("other", {third}, ["other"])]


@given(st.lists(st.tuples(st.integers(0, 8), st.sampled_from("abcdef")), max_size=20))
def test_every_message_is_somebodys_and_only_one_persons(pairs: list[tuple[int, str]]) -> None:
    links = [(UUID(int=message), key) for message, key in sorted(pairs, key=lambda pair: pair[1])]
    found = components(links)
    told = [message for _, messages, _ in found for message in messages]
    assert sorted(told) == sorted({message for message, _ in links})
