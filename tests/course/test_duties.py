"""Readiness, duties, deadlines and verdicts (dossier A.0-A.5, A.8, A.10)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from adapters.kith.samples import Case, avmelding, helseopplysninger, innlagt, utskrevet, utskrivningsklar
from mappings.moments import hours_after
from mappings.norwegian_time import OSLO, instant


def oslo(text):
    return datetime.fromisoformat(text).replace(tzinfo=OSLO)


@pytest.mark.parametrize(
    ("start", "deadline"),
    [
        ("2026-01-09T16:30", "2026-01-10T16:30:00+01:00"),
        ("2026-05-15T23:50", "2026-05-16T23:50:00+02:00"),
        ("2026-03-28T14:00", "2026-03-29T15:00:00+02:00"),
        ("2026-10-24T14:00", "2026-10-25T13:00:00+01:00"),
        ("2026-10-24T02:30", "2026-10-25T02:30:00+02:00"),
        ("2026-03-28T02:30", "2026-03-29T03:30:00+02:00"),
    ],
    ids=["D1", "D2", "D3", "D4", "D5", "D6"],
)
def test_twenty_four_hours_are_elapsed_hours_whatever_the_clock_does(start, deadline):
    assert hours_after(oslo(start), 24).astimezone(OSLO).isoformat() == deadline


def test_the_repeated_hour_is_read_as_its_first_passage():
    assert instant("2026-10-25T02:15:00").isoformat() == "2026-10-25T02:15:00+02:00"  # D7


def test_a_date_only_admission_has_the_latest_possible_deadline():
    assert hours_after(date(2026, 2, 3), 24).astimezone(OSLO).isoformat() == "2026-02-04T23:59:59+01:00"  # D8


def test_the_deadline_is_one_instant_that_search_can_compare(told, case):
    due = told(innlagt(case)).task("innleggelsesrapport")["restriction"]["period"]
    assert due == {"start": "2026-03-03T10:10:00+01:00", "end": "2026-03-03T10:10:00+01:00"}


def test_admission_implies_early_notice_and_admission_report(told, case, judged):
    after = told(innlagt(case), as_of=case.start + timedelta(hours=1))
    assert judged(after.task("tidlig-varsel")) == "pending"
    assert after.task("tidlig-varsel")["status"] == "requested"
    assert after.task("innleggelsesrapport")["status"] == "requested"


def test_early_notice_in_time_is_met(told, case, judged):
    task = told(innlagt(case), helseopplysninger(case)).task("tidlig-varsel")
    assert (task["status"], judged(task)) == ("completed", "met")
    assert task["businessStatus"]["coding"][0]["code"] == "met"


def test_early_notice_at_the_deadline_is_met_and_a_second_later_late(told, case, judged):
    exactly = case.start + timedelta(hours=24)
    assert judged(told(innlagt(case), helseopplysninger(case, generated=exactly)).task("tidlig-varsel")) == "met"
    after = helseopplysninger(case, generated=exactly + timedelta(seconds=1))
    task = told(innlagt(case), after).task("tidlig-varsel")
    assert (task["status"], judged(task)) == ("completed", "late")


def test_late_notice_of_a_patient_not_known_to_be_known_is_unknown(told, case, judged, why):
    late = helseopplysninger(case, generated=case.start + timedelta(days=3))
    task = told(late, utskrivningsklar(case)).task("tidlig-varsel")
    assert (judged(task), why(task)) == ("unknown", "new-or-known-patient")


def test_a_change_keeps_the_proof_of_the_first_notice(told, case, judged):
    after = told(innlagt(case), helseopplysninger(case), helseopplysninger(case, updated=True))
    assert judged(after.task("tidlig-varsel")) == "met"


def test_a_missing_notice_stays_open_and_overdue(told, case, judged):
    task = told(innlagt(case)).task("tidlig-varsel")
    assert (task["status"], judged(task)) == ("requested", "missing")


def test_a_stay_that_ended_before_the_deadline_owes_nothing(told, case, judged):
    after = told(innlagt(case), utskrevet(case, left=case.start + timedelta(hours=6)))
    for code in ("tidlig-varsel", "innleggelsesrapport"):
        assert (after.task(code)["status"], judged(after.task(code))) == ("cancelled", "not-applicable")


def test_a_stay_over_without_the_report_has_failed(told, case, judged):
    task = told(innlagt(case), utskrevet(case)).task("innleggelsesrapport")
    assert (task["status"], judged(task)) == ("failed", "missing")


def test_without_an_admission_time_nothing_can_be_judged(told, case, judged, why):
    task = told(helseopplysninger(case)).task("tidlig-varsel")
    assert (task["status"], judged(task), why(task)) == ("completed", "unknown", "admission-time-unknown")
    assert "restriction" not in task


def test_readiness_is_a_task_of_the_municipality_from_ready_time(told, case):
    after = told(innlagt(case), utskrivningsklar(case))
    task = after.task("utskrivningsklar")
    assert task["status"] == "requested"
    assert task["executionPeriod"] == {"start": "2026-03-06T10:00:00+01:00"}
    owner = next(o for o in after.of("Organization") if f"Organization/{o['id']}" == task["owner"]["reference"])
    assert owner["name"] == "Fjellvik kommune"
    ready = [e for e in after.one("Encounter")["extension"] if e["url"].endswith("/discharge-ready")]
    assert ready[0]["valueDateTime"] == "2026-03-06T10:00:00+01:00"


@pytest.mark.parametrize("estimate", [True, False])
def test_the_anslag_flag_alone_decides_nothing(told, case, estimate):
    assert told(utskrivningsklar(case, estimate=estimate)).task("utskrivningsklar")["status"] == "requested"


def test_withdrawal_cancels_readiness_with_the_reason_as_written(told, case):
    after = told(innlagt(case), utskrivningsklar(case), avmelding(case, reason="Feber & frost <38>"))
    task = after.task("utskrivningsklar")
    assert task["status"] == "cancelled"
    assert task["businessStatus"]["coding"][0]["code"] == "avmeldt"
    assert task["statusReason"]["text"] == "Feber & frost <38>"
    assert task["executionPeriod"]["end"] == "2026-03-07T04:00:00+01:00"
    assert [e["url"].rpartition("/")[2] for e in after.one("Encounter")["extension"]] == ["course-state"]


def test_readiness_after_a_withdrawal_is_a_new_task(told, case):
    again = utskrivningsklar(case, ready=case.start + timedelta(days=6), message_id=case.message_id("again"))
    tasks = told(innlagt(case), utskrivningsklar(case), avmelding(case), again).tasks("utskrivningsklar")
    assert sorted(t["status"] for t in tasks) == ["cancelled", "requested"]


def test_a_cancelled_withdrawal_reinstates_readiness(told, case):
    after = told(innlagt(case), utskrivningsklar(case), avmelding(case), avmelding(case, series="C"))
    assert after.task("utskrivningsklar")["status"] == "requested"


def test_a_second_notice_while_ready_is_the_same_readiness(told, case):
    again = utskrivningsklar(case, message_id=case.message_id("copy"))
    assert len(told(utskrivningsklar(case), again).tasks("utskrivningsklar")) == 1


def test_departure_completes_readiness(told, case):
    task = told(innlagt(case), utskrivningsklar(case), utskrevet(case)).task("utskrivningsklar")
    assert task["status"] == "completed"
    assert task["businessStatus"]["coding"][0]["code"] == "overfort"
    assert task["executionPeriod"]["end"] == "2026-03-08"


def test_a_ready_date_still_to_come_is_a_forecast_until_that_day(told, case, at):
    notice = utskrivningsklar(case, ready=date(2026, 3, 10), generated=at(6))
    before = told(innlagt(case), notice, as_of=at(8))
    assert before.tasks("utskrivningsklar") == []
    assert before.one("Encounter")["extension"][0]["url"].endswith("/expected-discharge")
    assert before.projection.review_at == datetime(2026, 3, 9, 23, 0, tzinfo=UTC)
    assert told(innlagt(case), notice, as_of=at(10, 1)).task("utskrivningsklar")["status"] == "requested"


def test_the_municipality_owes_an_answer_and_it_is_missing_after_a_day(told, case, judged, at):
    sent = utskrivningsklar(case, generated=at(6, 10))
    before = told(innlagt(case), sent, as_of=at(7, 9)).task("kommune-beslutning")
    assert (before["status"], judged(before)) == ("requested", "pending")
    assert before["businessStatus"]["coding"][0]["code"] == "venter-svar"
    after = told(innlagt(case), sent, as_of=at(7, 11)).task("kommune-beslutning")
    assert (after["status"], judged(after)) == ("requested", "missing")
    assert after["partOf"][0]["reference"].startswith("Task/")


def test_the_projection_says_when_silence_changes_it(told, case, at):
    found = told(innlagt(case), as_of=case.start + timedelta(hours=1)).projection.review_at
    assert found == case.start + timedelta(hours=24)
    assert told(innlagt(case), as_of=at(20)).projection.review_at == at(2, 10, 10) + timedelta(days=30)
    assert told(innlagt(case), as_of=at(20) + timedelta(days=30)).projection.review_at is None


def test_times_on_tasks_are_those_of_the_messages_never_of_the_projection(told, case, at):
    first = told(innlagt(case), utskrivningsklar(case), as_of=at(19))
    later = told(innlagt(case), utskrivningsklar(case), as_of=at(20))
    told_at = ("authoredOn", "lastModified", "executionPeriod")
    assert [first.task("utskrivningsklar")[name] for name in told_at] == [
        later.task("utskrivningsklar")[name] for name in told_at
    ]


def test_a_stay_across_the_autumn_change_is_judged_in_elapsed_time(told, judged):
    case = Case(name="autumn", start=oslo("2026-10-24T14:00"))
    in_time = helseopplysninger(case, generated=oslo("2026-10-25T13:00"))
    late = helseopplysninger(case, generated=oslo("2026-10-25T13:30"))
    as_of = oslo("2026-11-01T12:00")
    assert judged(told(innlagt(case), in_time, as_of=as_of).task("tidlig-varsel")) == "met"
    assert judged(told(innlagt(case), late, as_of=as_of).task("tidlig-varsel")) == "late"
