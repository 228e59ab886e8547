"""What pathway C asks for: a named coordinator, a team meeting, the question of an individual plan (dossier D.1)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from adapters.kith.samples import avmelding, dod, helseopplysninger, innlagt, utskrevet, utskrivningsklar
from mappings.documents.said import (
    Coordinator,
    CoordinatorDecision,
    IndividualPlan,
    NeedChanged,
    PathwayConfirmed,
    TeamMeeting,
)
from mappings.norwegian_time import OSLO

ASKED = ("koordinator-navn", "tverrfaglig-mote", "individuell-plan")


@pytest.fixture
def now(case, entry):
    """``now(said)``: an entry made two hours after admission, or so much later."""
    return lambda said, after=timedelta(hours=2): entry(said, case.start + after)


@pytest.fixture
def complex_stay(case, now):
    """A stay on pathway C: admitted, notice given, the need for help has changed."""
    return innlagt(case), helseopplysninger(case), now(NeedChanged(changed=True))


@pytest.fixture
def standing(told, judged):
    """``standing(*documents)``: status and verdict of the three, by duty."""

    def looking(*documents, **more):
        after = told(*documents, **more)
        return {duty: (task["status"], judged(task)) for duty in ASKED for task in after.tasks(duty)}

    return looking


def test_pathway_c_asks_the_hospital_for_three_things_by_the_end_of_the_expected_day(
    told, case, at, complex_stay
) -> None:
    after = told(*complex_stay, as_of=at(2, 16))
    tasks = [after.task(duty) for duty in ASKED]
    assert [task["status"] for task in tasks] == ["requested"] * 3
    expected = next(e for e in after.one("Encounter")["extension"] if e["url"].endswith("/expected-discharge"))
    ends = f"{expected['valueDateTime'][:10]}T23:59:59+01:00"
    assert {task["restriction"]["period"]["end"] for task in tasks} == {ends}
    assert len({task["owner"]["reference"] for task in tasks}) == 1
    assert tasks[0]["owner"] == after.task("tidlig-varsel")["owner"]


def test_another_pathway_asks_for_none_of_them(standing, case, now) -> None:
    assert standing(innlagt(case), helseopplysninger(case), now(NeedChanged(changed=False))) == {}


@pytest.mark.parametrize(
    ("duty", "said"),
    [
        ("koordinator-navn", Coordinator(place="hospital", name="Fiktiv Koordinator")),
        ("koordinator-navn", Coordinator(place="municipality", name="Fiktiv Koordinator")),
        ("tverrfaglig-mote", TeamMeeting(at=datetime(2026, 3, 2, 11, tzinfo=OSLO))),
        ("tverrfaglig-mote", TeamMeeting(at=datetime(2026, 3, 2, tzinfo=OSLO).date())),
        ("individuell-plan", IndividualPlan(state="declined")),
        ("individuell-plan", IndividualPlan(state="not-relevant")),
    ],
)
def test_each_is_completed_by_what_answers_it_and_the_others_stay_open(
    standing, at, complex_stay, now, duty, said
) -> None:
    found = standing(*complex_stay, now(said), as_of=at(2, 16))
    assert found.pop(duty) == ("completed", "met")
    assert set(found.values()) == {("requested", "pending")}


@pytest.mark.parametrize(
    ("duty", "said"),
    [
        ("tverrfaglig-mote", TeamMeeting(at=datetime(2026, 3, 9, 11, tzinfo=OSLO))),
        ("individuell-plan", IndividualPlan(state="unknown")),
    ],
)
def test_a_meeting_still_to_come_or_an_open_answer_completes_nothing(
    standing, at, complex_stay, now, duty, said
) -> None:
    assert standing(*complex_stay, now(said), as_of=at(2, 16))[duty] == ("requested", "pending")


def test_the_day_declared_ready_is_the_deadline_and_what_comes_after_it_is_late(
    standing, told, case, at, complex_stay, now
) -> None:
    ready = (*complex_stay, utskrivningsklar(case))
    after = told(*ready)
    assert after.task("tverrfaglig-mote")["restriction"]["period"]["end"] == "2026-03-06T23:59:59+01:00"
    assert set(standing(*ready, as_of=at(6, 23)).values()) == {("requested", "pending")}
    assert set(standing(*ready, as_of=at(7, 0, 1)).values()) == {("requested", "missing")}
    late = now(TeamMeeting(at=at(7, 9)), timedelta(days=5))
    assert standing(*ready, late)["tverrfaglig-mote"] == ("completed", "late")
    withdrawn = told(*ready, avmelding(case)).task("tverrfaglig-mote")
    assert withdrawn["restriction"]["period"]["end"] != "2026-03-06T23:59:59+01:00"


def test_they_are_waited_for_until_their_day_and_silence_alone_makes_them_overdue(
    told, facts, standing, at, complex_stay
) -> None:
    (row,) = told(*complex_stay, as_of=at(2, 16)).projection.stays
    waited = {one["kind"]: one["due"] for one in row.facts["awaited"]}
    due = waited["tverrfaglig-mote"]
    assert {waited[duty] for duty in ASKED} == {due}
    assert facts(*complex_stay, as_of=due - timedelta(minutes=1)).review_at == due
    assert set(standing(*complex_stay, as_of=due + timedelta(seconds=1)).values()) == {("requested", "missing")}


def test_a_patient_who_left_without_them_has_them_as_failed(standing, case, complex_stay) -> None:
    assert set(standing(*complex_stay, utskrevet(case)).values()) == {("failed", "missing")}


def test_death_before_the_deadline_ends_them(standing, case, at, complex_stay) -> None:
    assert set(standing(*complex_stay, dod(case, died=at(3)), as_of=at(4)).values()) == {
        ("cancelled", "not-applicable")
    }


def test_none_is_asked_to_name_a_coordinator_who_is_not_needed(standing, at, complex_stay, now) -> None:
    found = standing(*complex_stay, now(CoordinatorDecision(needed=False)), as_of=at(2, 16))
    assert found["koordinator-navn"] == ("cancelled", "not-applicable")
    assert found["tverrfaglig-mote"] == ("requested", "pending")


def test_a_person_who_decides_on_another_pathway_takes_them_away(standing, at, complex_stay, now) -> None:
    decided = now(PathwayConfirmed(pathway="B", reason="Avklart"))
    assert set(standing(*complex_stay, decided, as_of=at(2, 16)).values()) == {("cancelled", "not-applicable")}


def test_a_person_who_decides_on_pathway_c_asks_for_them(standing, case, at, now) -> None:
    decided = now(PathwayConfirmed(pathway="C"))
    assert {*standing(innlagt(case), decided, as_of=at(2, 16))} == {*ASKED}
