"""The difference between what should be held and what was delivered; pure."""

from __future__ import annotations

import orjson
import pytest

from hub.contract import ACCESS
from hub.delivery.content import IN_DOUBT, Ref, canonical, content_hash, packed, ref_of
from hub.delivery.difference import Known, difference
from hub.delivery.withdraw import HOW, withdrawn
from hub.errors import AdapterFailedError


class Leaf(str):
    __slots__ = ()


class Number:
    def __init__(self, text: str) -> None:
        self.text = text

    def __fhir_json__(self) -> bytes:
        return self.text.encode()


def task(id: str = "t1", **more: object) -> dict[str, object]:
    return {"resourceType": "Task", "id": id, "status": "requested", **more}


def known(resource: dict[str, object], **more: object) -> Known:
    body = canonical(resource)
    return Known(**{"hash": content_hash(body), "version": "1", "body": packed(ref_of(resource), body), **more})


def memory(*resources: dict[str, object]) -> dict[Ref, Known]:
    return {ref_of(resource): known(resource) for resource in resources}


def test_nothing_is_sent_when_nothing_changed() -> None:
    found = difference([task()], memory(task()))
    assert (found.changes, found.unchanged) == ((), 1)


def test_the_order_of_elements_and_the_origin_of_leaves_do_not_count_as_changes() -> None:
    again = {"status": Leaf("requested"), "id": Leaf("t1"), "resourceType": "Task"}
    assert difference([again], memory(task())).changes == ()


def test_new_and_changed_resources_are_sent() -> None:
    found = difference([task(), task("t2", status="completed")], memory(task("t2")))
    assert [(str(c.ref), c.kind) for c in found.changes] == [("Task/t1", "new"), ("Task/t2", "changed")]


def test_a_resource_not_desired_any_more_is_withdrawn_from_the_stored_body() -> None:
    (change,) = difference([], memory(task(description="Melding"))).changes
    assert change.kind == "withdrawn"
    assert orjson.loads(change.body) == task(status="entered-in-error", description="Melding")


def test_a_withdrawn_resource_is_not_withdrawn_again() -> None:
    row = known(task(status="entered-in-error"), withdrawn=True)
    assert difference([], {Ref("Task", "t1"): row}).changes == ()


def test_a_withdrawn_resource_that_is_desired_again_is_sent_again() -> None:
    row = known(task(status="entered-in-error"), withdrawn=True)
    assert [c.kind for c in difference([task()], {Ref("Task", "t1"): row}).changes] == ["changed"]


def test_what_is_in_doubt_is_sent_again_even_with_the_content_of_before() -> None:
    row = known(task(), hash=IN_DOUBT)
    assert [c.kind for c in difference([task()], {Ref("Task", "t1"): row}).changes] == ["again"]


def test_what_is_in_doubt_and_not_desired_any_more_is_withdrawn() -> None:
    row = known(task(), hash=IN_DOUBT)
    assert [c.kind for c in difference([], {Ref("Task", "t1"): row}).changes] == ["withdrawn"]


def test_an_original_and_its_provenance_stay_when_no_longer_desired() -> None:
    binary = {"resourceType": "Binary", "id": "b", "contentType": "application/xml"}
    provenance = {"resourceType": "Provenance", "id": "p"}
    assert difference([], memory(binary, provenance)).changes == ()


def test_a_number_keeps_the_spelling_of_its_sender() -> None:
    assert canonical(task(n=Number("72.50"))) == b'{"id":"t1","n":72.50,"resourceType":"Task","status":"requested"}'


def test_the_same_id_with_two_contents_is_a_fault_of_the_mapping() -> None:
    with pytest.raises(AdapterFailedError, match="Task/t1 twice"):
        difference([task(), task(status="completed")], {})


def test_a_withdrawn_condition_has_no_clinical_status() -> None:
    condition = {"resourceType": "Condition", "id": "c", "clinicalStatus": {"text": "x"}}
    body = withdrawn(condition)
    assert "clinicalStatus" not in body
    assert body["verificationStatus"]["coding"][0]["code"] == "entered-in-error"


@pytest.mark.parametrize("type_", sorted(HOW))
def test_withdrawing_twice_is_withdrawing_once(type_: str) -> None:
    once = withdrawn({"resourceType": type_, "id": "x", "status": "active", "active": True})
    assert canonical(withdrawn(once)) == canonical(once)


def tagged(code: str, status: str) -> dict[str, object]:
    return task(status=status, meta={"tag": [{"code": code, "system": ACCESS}]})


@pytest.mark.parametrize("withdrawn", [False, True])
def test_what_is_gone_is_open_to_nobody_who_is_blocked(withdrawn: bool) -> None:
    row = known(tagged("100000024", "entered-in-error" if withdrawn else "requested"), withdrawn=withdrawn)
    (change,) = difference([], {Ref("Task", "t1"): row}, {"": ["sperret:100000024"]}).changes
    assert change.resource == tagged("sperret:100000024", "entered-in-error")


def test_what_is_gone_is_open_again_when_the_block_is_lifted() -> None:
    row = known(tagged("sperret:100000024", "entered-in-error"), withdrawn=True)
    (change,) = difference([], {Ref("Task", "t1"): row}).changes
    assert change.resource == tagged("100000024", "entered-in-error")
    assert difference([], {Ref("Task", "t1"): row}, {"": ["sperret:100000024"]}).changes == ()
