"""The municipality that a patient lives in sees the stay, whoever wrote to it; what is shut is shut to it too."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from adapters.kith.samples import Case, innlagt, person, utskrevet, utskrivningsklar
from adapters.kith.samples.parties import organisation_number
from hub.contract import ACCESS, BLOCKED, ENDED, Resource
from mappings.course import policies
from mappings.documents.said import Sperring
from mappings.residence import TYPES

OWN, OTHER = organisation_number(881), organisation_number(882)
TABLE = f"kommune,organisation\n6001,{OWN}\n6002,{OTHER}\n"
LISTED = policies({"access_days": "30"}, municipalities=TABLE)


@pytest.fixture
def living(case: Case) -> Case:
    """A patient who lives in the first of the municipalities of the list; no message is to it."""
    return replace(case, patient=person(881, municipality="6001"))


def codes(resource: Resource) -> set[str]:
    return {tag["code"] for tag in resource["meta"]["tag"] if tag["system"] == ACCESS}


def open_to(found: Any, number: str) -> set[str]:
    return {r["resourceType"] for r in found.projection.resources if number in codes(r)}


def stay(case: Case) -> list[bytes]:
    return [innlagt(case), utskrivningsklar(case)]


def test_it_sees_the_stay_and_nothing_that_one_message_made(told: Any, living: Case) -> None:
    found = told(*stay(living), policies=LISTED)
    assert {"Patient", "Encounter", "Task"} <= open_to(found, OWN) <= TYPES
    assert not [r for r in found.projection.resources if OWN in codes(r) and "source" in r["meta"]]
    assert all(OWN in row.organisations for row in found.projection.stays)
    assert open_to(found, OTHER) == set()


def test_without_a_list_nobody_is_added(told: Any, living: Case) -> None:
    assert open_to(told(*stay(living)), OWN) == set()


def test_what_the_patient_blocks_for_everybody_is_shut_to_it_too(told: Any, entry: Any, at: Any, living: Case) -> None:
    block = entry(Sperring(on=date(2026, 3, 20)), at(5), of=living)
    found = told(*stay(living), block, policies=LISTED)
    assert open_to(found, OWN) == set()
    assert open_to(found, f"{BLOCKED}{OWN}")
    assert f"{BLOCKED}{OWN}" in found.projection.closed[""]


def test_its_access_ends_when_that_of_everybody_does(told: Any, living: Case) -> None:
    messages = [*stay(living), utskrevet(living)]
    (row,) = told(*messages).projection.stays
    before = told(*messages, as_of=row.ended + timedelta(days=29), policies=LISTED)
    after = told(*messages, as_of=row.ended + timedelta(days=32), policies=LISTED)
    assert (open_to(before, OWN) != set(), open_to(after, OWN)) == (True, set())
    assert open_to(after, f"{ENDED}{OWN}")


@pytest.mark.parametrize("row", ["6001,1", "60,958578466", "Kommune,958578466", "6001"])
def test_a_line_of_the_list_that_cannot_be_meant_is_named(row: str) -> None:
    with pytest.raises(ValueError, match="line 2"):
        policies({}, municipalities=f"kommune,organisation\n{row}\n")
