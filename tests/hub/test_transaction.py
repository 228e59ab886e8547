"""Order and size of transactions."""

from __future__ import annotations

import itertools

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.contract import Resource
from hub.delivery.difference import Change, difference
from hub.delivery.transaction import bundle, ordered, references, transactions
from hub.errors import AdapterFailedError


def resource(type_: str, id_: str, *targets: str) -> Resource:
    return {"resourceType": type_, "id": id_, "part": [{"x": {"reference": target}} for target in targets]}


def changes(*resources: Resource) -> list[Change]:
    return list(difference(resources, {}).changes)


def names(found: list[Change]) -> list[str]:
    return [str(change.ref) for change in found]


def test_targets_of_references_come_first() -> None:
    mixed = changes(
        resource("CarePlan", "c", "Task/t"),
        resource("Task", "t", "Encounter/e", "Patient/p"),
        resource("Patient", "p"),
        resource("Encounter", "e", "Patient/p"),
    )
    assert names(ordered(mixed)) == ["Patient/p", "Encounter/e", "Task/t", "CarePlan/c"]


def test_the_order_does_not_depend_on_the_order_given() -> None:
    given_ = changes(resource("Bb", "1", "Aa/1"), resource("Aa", "1"), resource("Aa", "2", "Aa/1"), resource("Cc", "1"))
    orders = {tuple(names(ordered(p))) for p in itertools.permutations(given_)}
    assert len(orders) == 1


def test_references_to_what_is_not_sent_do_not_matter() -> None:
    assert names(ordered(changes(resource("Task", "t", "Patient/elsewhere", "urn:uuid:x", "#in")))) == ["Task/t"]


def test_a_circle_of_references_is_refused_by_name() -> None:
    with pytest.raises(AdapterFailedError, match="Aa/1, Bb/1"):
        ordered(changes(resource("Aa", "1", "Bb/1"), resource("Bb", "1", "Aa/1")))


def test_a_transaction_has_at_most_one_hundred_entries() -> None:
    parts = list(transactions(changes(*(resource("Task", f"{n:03}") for n in range(250)))))
    assert [len(part) for part in parts] == [100, 100, 50]


def test_a_large_resource_travels_alone() -> None:
    large = {"resourceType": "Binary", "id": "b", "data": "A" * 2000}
    parts = list(transactions(changes(resource("Aaa", "1"), large, resource("Task", "t")), most_bytes=1000))
    assert [names(part) for part in parts] == [["Aaa/1"], ["Binary/b"], ["Task/t"]]


@given(st.lists(st.lists(st.integers(0, 39), max_size=4), min_size=1, max_size=40))
def test_no_resource_is_sent_before_what_it_refers_to(graph: list[list[int]]) -> None:
    made = [
        resource("Type", str(n), *(f"Type/{target}" for target in targets if target < n))
        for n, targets in enumerate(graph)
    ]
    sent: set[str] = set()
    for part in transactions(changes(*made), most_entries=7):
        for change in part:
            assert {str(target) for target in references(change.body)} <= sent
            sent.add(str(change.ref))
    assert len(sent) == len(made)


def test_every_entry_is_a_put_by_id() -> None:
    sent = orjson.loads(bundle(changes(resource("Patient", "p"))))
    assert sent["type"] == "transaction"
    assert [entry["request"] for entry in sent["entry"]] == [{"method": "PUT", "url": "Patient/p"}]


def test_what_somebody_wrote_is_no_reference() -> None:
    written = resource("Task", "t") | {"description": 'see {"reference":"Patient/p"} and "reference":"Patient/p"'}
    assert names(ordered(changes(written, resource("Patient", "p")))) == ["Patient/p", "Task/t"]
    assert list(references(changes(written)[0].body)) == []
