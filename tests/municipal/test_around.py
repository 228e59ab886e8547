"""What municipalities tell of a patient stands on the row of the stay, for those whom it is open to."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from adapters.kith import KithAdapter
from adapters.kith.samples import Case, epikrise, innlagt, person, utskrevet
from hub.access.caller import is_open
from hub.contract import Document, Raw, Rejection
from hub.log.stays import packed
from mappings.course import course
from mappings.norwegian_time import OSLO
from tests.municipal.samples import IDS, NOW, OWN, PERSON, case, read

ADMITTED = datetime(2026, 11, 18, 10, tzinfo=OSLO)


@pytest.fixture
def stay() -> Case:
    """The person of the municipal samples, in hospital."""
    return Case(name="around", start=ADMITTED, patient=replace(person(1), number=PERSON))


def message(body: bytes) -> Document:
    outcome = KithAdapter().read(Raw(body=body, received=NOW))
    assert not isinstance(outcome, Rejection), outcome.faults
    return outcome


def around(*documents: Document) -> list[dict[str, Any]]:
    (row,) = course(documents, NOW, ids=IDS).stays
    assert packed([row])
    found: list[dict[str, Any]] = row.facts.get("around", [])
    return found


def values(found: list[dict[str, Any]], field: str) -> list[Any]:
    return [one["value"] for one in found if one["field"] == field]


def test_a_case_tells_the_row_who_helps_and_how_function_changed(stay: Case) -> None:
    found = around(message(innlagt(stay)), read(case()))
    assert values(found, "general_practitioner") == [{"name": "Lege Prøve"}]
    assert values(found, "primary_contact") == [{"name": "Ola Prøve", "phone": "99999012"}]
    (change,) = values(found, "function_changes")
    assert (change["before"], change["now"]) == (2, 4)
    (profile,) = values(found, "function")
    assert profile == {"assessed": "2026-11-20", "needs_help": 2, "needs_much_help": 1, "worse": 1}
    assert {one["status"] for one in values(found, "services")} == {"onhold", "requested"}


def test_a_service_that_is_over_is_not_listed(stay: Case) -> None:
    over = {"id": "T-9", "type": {"volven9151": "15"}, "start": "2024-02-01", "end": "2024-06-30", "status": "finished"}
    assert values(around(message(innlagt(stay)), read(case(services=[over]))), "services") == []


def test_an_epikrise_names_the_general_practitioner_until_the_municipality_does(stay: Case) -> None:
    told = [message(innlagt(stay)), message(epikrise(stay))]
    (named,) = values(around(*told), "general_practitioner")
    assert named["name"] != "Lege Prøve"
    assert values(around(*told, read(case())), "general_practitioner")[-1] == {"name": "Lege Prøve"}


def test_each_thing_is_open_to_whom_its_resource_is_open_to(stay: Case) -> None:
    found = around(message(innlagt(stay)), read(case()))
    hospital = frozenset({stay.parties.hospital.virksomhet.number})
    (doctor,) = [one for one in found if one["field"] == "general_practitioner"]
    assert is_open(doctor["open_to"], frozenset({OWN}))
    assert not is_open(doctor["open_to"], hospital)


def test_a_stay_that_is_over_tells_nothing_around(stay: Case) -> None:
    assert around(message(innlagt(stay)), message(utskrevet(stay, left=ADMITTED.replace(day=20))), read(case())) == []
