"""A message that was cancelled leaves nothing in force behind it, whatever it told and whichever way it came."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest

from adapters.kith import samples
from adapters.kith.samples import Case
from hub.contract import Resource
from hub.delivery.content import packed
from hub.delivery.difference import Known, difference

PLO = (
    "innlagt", "helseopplysninger", "utskrivningsklar", "avmelding", "utskrevet", "dod", "innleggelsesrapport",
    "utskrivningsrapport", "helseopplysninger_til_lege", "medisinske_opplysninger", "orientering_om_tjenestetilbud",
)  # fmt: skip
KINDS = [(name, version) for name in PLO for version in ("1.5", "1.6")]
KINDS += [("epikrise", "1.1"), ("epikrise", "1.2")]
WITHOUT_STATUS = frozenset({"Binary", "Provenance", "Patient"})
"""Bytes stay, and that they came; the person is a person all the same."""


def both(case: Case, name: str, version: str) -> tuple[bytes, bytes]:
    make: Any = getattr(samples, name)
    more = {"full": True} if name == "helseopplysninger" else {}
    return make(case, version=version, **more), make(case, version=version, series="C", **more)


def in_force(resource: Resource) -> bool:
    """Whether it still says something: R4 has four places for the word, and for RelatedPerson only ``active``."""
    if "verificationStatus" in resource:
        return resource["verificationStatus"]["coding"][0]["code"] != "entered-in-error"
    if resource["resourceType"] == "RelatedPerson":
        return resource.get("active") is not False
    return resource.get("lifecycleStatus", resource.get("status")) != "entered-in-error"


def of_message(told, body: bytes, read) -> list[Resource]:
    source = f"urn:uuid:{read(body).head.message_id}"
    return [
        r
        for r in told.projection.resources
        if r.get("meta", {}).get("source") == source and r["resourceType"] not in WITHOUT_STATUS
    ]


@pytest.mark.parametrize(("name", "version"), KINDS)
def test_a_cancelled_message_leaves_only_what_is_entered_in_error(told, case, read, name, version):
    new, cancelled = both(case, name, version)
    assert any(map(in_force, of_message(told(new), new, read)))
    for order in permutations((new, cancelled)):
        left = of_message(told(*order), new, read)
        assert [r["resourceType"] for r in left if in_force(r)] == []
        assert {r["resourceType"] for r in left} >= {"DocumentReference", "Composition"}


@pytest.mark.parametrize(("name", "version"), KINDS)
def test_a_cancellation_says_nothing_of_its_own(told, case, read, name, version):
    new, cancelled = both(case, name, version)
    for bodies in ((cancelled,), (new, cancelled)):
        left = {r["resourceType"] for r in of_message(told(*bodies), cancelled, read) if in_force(r)}
        assert left <= {"DocumentReference", "Composition", "Task"}
        assert all(t["code"]["coding"][0]["code"] == "avklaring" for t in told(*bodies).of("Task"))


@pytest.mark.parametrize(("name", "version"), KINDS)
def test_a_cancelled_message_is_in_no_list_of_the_patient(told, case, read, name, version):
    """What is made of all messages in force: stays, duties, plans, and the reconciled lists."""
    bodies = both(case, name, version)
    sources = {f"urn:uuid:{read(body).head.message_id}" for body in bodies}
    shared = [r for r in told(*bodies).projection.resources if r.get("meta", {}).get("source") not in sources]
    assert [r["resourceType"] for r in shared if r["resourceType"] not in WITHOUT_STATUS and in_force(r)] == []


@pytest.mark.parametrize(("name", "version"), KINDS)
def test_the_server_is_left_with_nothing_in_force_of_a_message_cancelled_later(told, case, read, name, version):
    """What the first projection delivered and the second does not want is withdrawn, whatever type it is."""
    new, cancelled = both(case, name, version)
    first = difference(told(new).projection.resources, {}).changes
    known = {c.ref: Known(hash=c.hash, version="1", body=packed(c.ref, c.body)) for c in first}
    held = {c.ref: c.resource for c in first}
    after = difference(told(new, cancelled).projection.resources, known).changes
    held |= {c.ref: c.resource for c in after}
    own = f"urn:uuid:{read(cancelled).head.message_id}"
    left = [r for r in held.values() if r.get("meta", {}).get("source") != own]
    assert [r["resourceType"] for r in left if r["resourceType"] not in WITHOUT_STATUS and in_force(r)] == []
    assert {r["resourceType"] for r in left} > WITHOUT_STATUS
