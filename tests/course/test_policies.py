"""Every policy can be switched by a deployment, changes what it decides, and is named in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from adapters.kith.samples import Case, helseopplysninger, innlagt, utskrevet, utskrivningsklar
from hub.delivery.content import canonical
from mappings.course import policies
from mappings.documents.said import Answer, Frailty, Moved, PriorServices, ReadinessDecided
from mappings.norwegian_time import OSLO
from mappings.rules.policies import NAMES
from tests.course.test_payment import HOSPITAL_B, NO, TIMELINES, B, Timeline, on, says

DAY = timedelta(days=1)
CASE = Case(name="policies", start=on(3))
READY = CASE.start + 4 * DAY
Scenario = Callable[[Any], list[Any]]


def timeline(row: Timeline) -> Scenario:
    def made(entry: Any) -> list[Any]:
        case = Case(name="policies", start=row.ready - 5 * DAY)
        first = [innlagt(case), *([helseopplysninger(case)] if row.notice else [])]
        first += [utskrivningsklar(case, ready=row.ready), *(make(case) for make in row.messages)]
        return [*first, *(entry(said, at, of=case) for said, at in row.told)]

    return made


def told(*said: tuple[Any, datetime], late: bool = False, left: bool = True, ready: bool = True) -> Scenario:
    def made(entry: Any) -> list[Any]:
        notice = helseopplysninger(CASE, generated=CASE.start + 2 * DAY) if late else helseopplysninger(CASE)
        sent = [innlagt(CASE), notice, *([utskrivningsklar(CASE)] if ready else [])]
        sent += [utskrevet(CASE, left=READY + DAY)] if left else []
        return [*sent, *(entry(one, at, of=CASE) for one, at in said)]

    return made


def carried(entry: Any) -> list[Any]:
    """Notice by one hospital, two days later an update by the next."""
    there = Case(name="b", start=on(5), parties=replace(CASE.parties, hospital=HOSPITAL_B))
    gone = utskrevet(CASE, left=on(5, 8), to="3")
    update = helseopplysninger(there, updated=True, series="N", generated=on(6, 6))
    return [innlagt(CASE), helseopplysninger(CASE), gone, innlagt(there), update]


SCENARIOS: dict[str, tuple[str, Scenario]] = {
    "same_day_resolution": ("yes", timeline(TIMELINES["T12"])),
    "planned_date_ends_duty": ("no", timeline(TIMELINES["T15"])),
    "death_day_counts": ("yes", timeline(TIMELINES["T8"])),
    "late_first_notice_charges": (
        "no", told((PriorServices(had=True), on(3, 11)), (NO[0], READY + DAY / 24), late=True)),
    "missing_first_notice_charges": ("yes", timeline(TIMELINES["T11"])),
    "transfer_keeps_duty": (
        "no", timeline(Timeline(told=(NO, (Moved(at=on(4, 9), to=B, still_ready=True), on(4, 9)),
                                      says("offer-ready", on(6, 9))), dates=[], amount=0))),
    "evening_grace_minutes": ("60", timeline(TIMELINES["T13"])),
    "expected_date_days": ("0", told()),
    "ready_notice_minutes": ("5", told((ReadinessDecided(at=READY), READY))),
    "clock_shift_assumed": ("no", told((PriorServices(had=False), on(3, 11)), late=True)),
    "carried_notice_days": ("1", carried),
    "reply_hours": ("12", told(left=False)),
    "admission_report_hours": ("12", told(left=False)),
    "epikrise_days": ("3", told()),
    "arrival_days": ("3", told((Answer(answer="can-receive"), READY + DAY / 24))),
    "frailty_months": ("1", told((Frailty(score=6, assessed=date(2025, 1, 2)), on(3, 11)), left=False)),
    "access_days": ("5", told()),
}  # fmt: skip
UNSEEN = ("access_days",)
"""What a policy takes away is not there to name it."""


def test_every_policy_has_a_scenario() -> None:
    assert {*SCENARIOS} == {*NAMES}


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_policy_changes_what_it_decides_and_is_named_in_it(name, told, entry) -> None:
    value, scenario = SCENARIOS[name]
    documents, as_of = scenario(entry), datetime(2025, 3, 31, 12, tzinfo=OSLO)
    usual, other = (
        b"\n".join(canonical(one) for one in told(*documents, as_of=as_of, policies=policies(chosen)).everything)
        for chosen in ({}, {name: value})
    )
    assert usual != other
    assert name in UNSEEN or f"{name}={value}".encode() in other
