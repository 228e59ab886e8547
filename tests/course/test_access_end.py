"""So long after the last stay that it took part in, an organisation sees the patient no more, though nothing comes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from adapters.kith.samples import PARTIES, Address, Case, Service, Virksomhet, innlagt, utskrevet, utskrivningsklar
from adapters.kith.samples.parties import organisation_number
from hub.contract import ACCESS, BLOCKED, ENDED, Resource
from mappings.course import Policies, by_policy
from mappings.documents.said import Sperring

MONTH = Policies(access_days=30)
OTHER = Address(
    virksomhet=Virksomhet(name="Et annet sykehus", her_id="80990001", number=organisation_number(991)),
    level2=Service(name="Medisin", her_id="82990001"),
)


def codes(resource: Resource) -> set[str]:
    return {tag["code"] for tag in resource["meta"]["tag"] if tag["system"] == ACCESS}


def every_code(found: Any) -> set[str]:
    return set().union(*(codes(r) for r in found.projection.resources))


def stay(case: Case) -> list[bytes]:
    return [innlagt(case), utskrivningsklar(case), utskrevet(case)]


@pytest.fixture
def left(told, case) -> Any:
    """When the patient left."""
    (row,) = told(*stay(case)).projection.stays
    return row.ended


def test_access_ends_in_silence_and_the_course_says_when_to_look_again(told, case, left) -> None:
    before = told(*stay(case), as_of=left + timedelta(days=30), policies=MONTH)
    end = before.projection.review_at
    assert before.projection.closed == {} and timedelta(days=30) <= end - left < timedelta(days=31)
    assert told(*stay(case), as_of=end - timedelta(seconds=1), policies=MONTH).projection.closed == {}
    after = told(*stay(case), as_of=end, policies=MONTH)
    assert every_code(after) == {f"{ENDED}{code}" for code in every_code(before)}
    assert {n for row in after.projection.stays for n in row.organisations} <= every_code(after)
    assert set(after.projection.closed) > {""}
    assert not any("security" in r["meta"] for r in after.projection.resources)


def test_a_stay_that_goes_on_is_open_however_long(told, case, left) -> None:
    found = told(*stay(case)[:2], as_of=left + timedelta(days=300), policies=MONTH)
    assert found.projection.closed == {}


def test_a_new_stay_opens_all_again_for_those_who_take_part_in_it(told, case, left) -> None:
    """The municipality has both patients' stays; the first hospital has only the one that is over."""
    later = replace(case, name="later", start=case.start + timedelta(days=90), parties=replace(PARTIES, hospital=OTHER))
    found = told(*stay(case), innlagt(later), as_of=left + timedelta(days=200), policies=MONTH)
    hospital, kommune = PARTIES.hospital.virksomhet.number, PARTIES.saksbehandling.virksomhet.number
    assert kommune in every_code(found) and hospital not in every_code(found)
    assert {f"{ENDED}{hospital}"} <= every_code(found)


def test_without_a_limit_access_never_ends(told, case, left) -> None:
    found = told(*stay(case), as_of=left + timedelta(days=4000), policies=Policies(access_days=0))
    assert found.projection.closed == {}


def test_an_emergency_does_not_open_what_time_has_closed(told, case, entry, at, left) -> None:
    block = entry(Sperring(on=left.date()), left)
    found = told(*stay(case), block, as_of=left + timedelta(days=200), policies=MONTH)
    assert not any(code.startswith(BLOCKED) for code in every_code(found))


def test_what_if_the_limit_were_another_tells_of_the_stays_that_would_be_closed(read, ids, case, left) -> None:
    documents, now = [read(body) for body in stay(case)], left + timedelta(days=200)
    today = by_policy(documents, now, ids=ids, policies=Policies())
    other = by_policy(documents, now, ids=ids, policies=MONTH)
    assert not any(code.startswith(ENDED) for r in today.resources for code in codes(r))
    assert all(code.startswith(ENDED) for r in other.resources for code in codes(r))
