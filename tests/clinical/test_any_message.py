"""What holds for every valid message, whichever of its optional parts are there."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.delivery.content import canonical, ref_of
from hub.delivery.transaction import references
from mappings.course import ORDER
from tests.clinical.conftest import KINDS, generated, plain, projected, validated

SEEDS = st.integers(0, 100_000)
kinds = pytest.mark.parametrize(("cls", "version"), KINDS, ids=[f"{c.__name__}-{v}" for c, v in KINDS])


@kinds
@given(seed=SEEDS)
@settings(max_examples=8, deadline=None, derandomize=True)
def test_every_resource_is_valid_by_the_published_models(cls, version, seed):
    for resource in projected(generated(cls, version, seed)):
        validated(resource)


@kinds
@given(seed=SEEDS)
@settings(max_examples=8, deadline=None, derandomize=True)
def test_every_reference_leads_to_something_and_never_forward_in_the_order_of_delivery(cls, version, seed):
    made = projected(generated(cls, version, seed))
    held = [ref_of(resource) for resource in made]
    assert len(held) == len(set(held))
    for resource in made:
        local = {f"#{inner['id']}" for inner in resource.get("contained", ())}
        assert local == {ref for ref in _contained(plain(resource)) if ref.startswith("#")}
        for target in references(canonical(resource)):
            assert target in held
            if target.type in ORDER:
                assert ORDER.index(target.type) <= ORDER.index(resource["resourceType"])


@kinds
def test_the_same_message_gives_the_same_bytes(cls, version):
    once, again = (projected(generated(cls, version, 7)) for _ in range(2))
    assert [canonical(r) for r in once] == [canonical(r) for r in again]


@kinds
def test_a_cancelled_message_leaves_only_what_says_that_it_was_an_error(cls, version):
    new = generated(cls, version, 3)
    cancellation = generated(cls, version, 3, message_id=OTHER, series="C", parent=new.head.message_id)
    for resource in projected(new, cancellation):
        if resource["resourceType"] not in SHARED:
            assert stands_as_error(plain(resource)), resource["resourceType"]


OTHER = "5a1f2c11-0b1f-4d55-9f5c-6f0a4a1f2c12"
SHARED = (
    "Patient", "Organization", "Practitioner", "PractitionerRole", "Provenance", "Binary", "DocumentReference",
    "Encounter", "Task", "Communication",
)  # fmt: skip


def stands_as_error(resource) -> bool:
    verification = resource.get("verificationStatus", {}).get("coding", [{}])[0].get("code")
    said = (resource.get("status"), resource.get("lifecycleStatus"), verification)
    return "entered-in-error" in said or resource.get("active") is False


def _contained(value):
    if isinstance(value, dict):
        if isinstance(value.get("reference"), str):
            yield value["reference"]
        for inner in value.values():
            yield from _contained(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _contained(inner)
