"""Which messages make one stay (dossier 7.3, 7.4)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from adapters.kith.samples import (
    Case,
    Service,
    avmelding,
    dod,
    helseopplysninger,
    innlagt,
    innleggelsesrapport,
    utskrevet,
    utskrivningsklar,
)
from adapters.kith.samples.parties import PARTIES, Address, Virksomhet, organisation_number

OTHER_HOSPITAL = Address(
    virksomhet=Virksomhet(name="Annet sykehus HF", her_id="99000900", number=organisation_number(9)),
    level2=Service(name="Kirurgi", her_id="99000901"),
)
OTHER_MUNICIPALITY = Address(
    virksomhet=Virksomhet(name="Annen kommune", her_id="99000910", number=organisation_number(11)),
    level2=Service(name="Sykepleietjeneste", her_id="99000911"),
)


def test_every_message_of_a_stay_tells_of_one_encounter(told, case):
    after = told(
        innlagt(case), helseopplysninger(case), utskrivningsklar(case), avmelding(case),
        utskrivningsklar(case, ready=case.start + timedelta(days=5), message_id=case.message_id("again")),
        utskrevet(case),
    )  # fmt: skip
    encounter = after.one("Encounter")
    assert encounter["status"] == "finished"
    assert encounter["period"] == {"start": "2026-03-02T10:00:00+01:00", "end": "2026-03-08"}
    assert encounter["statusHistory"] == [
        {"status": "in-progress", "period": encounter["period"]},
        {"status": "finished", "period": {"start": "2026-03-08"}},
    ]
    assert {c["encounter"]["reference"] for c in after.of("Composition")} == {f"Encounter/{encounter['id']}"}


def history(of):
    return [
        (h["status"], h["period"].get("start"), h["period"].get("end")) for h in of.one("Encounter")["statusHistory"]
    ]


def test_a_stay_that_goes_on_tells_since_when(told, case):
    after = told(innlagt(case), as_of=case.start + timedelta(hours=1))
    assert after.one("Encounter")["status"] == "in-progress"
    assert history(after) == [("in-progress", "2026-03-02T10:00:00+01:00", None)]


def test_a_stay_told_of_before_the_admission_was_planned_until_then(told, case):
    notice = innlagt(case, generated=case.start - timedelta(days=2))
    planned, start = "2026-02-28T10:00:00+01:00", "2026-03-02T10:00:00+01:00"
    before = told(notice, as_of=case.start - timedelta(minutes=1))
    assert (before.one("Encounter")["status"], history(before)) == ("planned", [("planned", planned, None)])
    assert before.projection.review_at == case.start, "the status changes though no message comes"
    after = told(notice, as_of=case.start)
    assert after.one("Encounter")["status"] == "in-progress"
    assert history(after) == [("planned", planned, start), ("in-progress", start, None)]


def test_a_departure_told_by_its_day_alone_on_the_day_of_admission_makes_a_period_that_fhir_can_compare(told, case):
    after = told(innlagt(case), utskrevet(case, left=case.start.date()))
    assert after.one("Encounter")["period"] == {"start": "2026-03-02", "end": "2026-03-02"}
    (row,) = after.projection.stays
    assert row.facts["admitted"] == case.start, "the clock time is not lost"


def test_a_departure_before_the_admission_ends_no_period(told, case):
    wrong, parent = (case.start - timedelta(days=3)).date(), case.message_id("innlagt-N")
    gone = utskrevet(case, left=wrong, parent=parent, generated=case.start + timedelta(days=3))
    after = told(innlagt(case), gone)
    encounter = after.one("Encounter")
    assert (encounter["status"], "end" in encounter["period"]) == ("finished", False)
    assert history(after) == [("in-progress", "2026-03-02T10:00:00+01:00", None), ("finished", wrong.isoformat(), None)]
    assert "left-before-admission" in {issue.code for issue in after.issues}


def test_readiness_without_a_notice_of_admission_still_knows_when_the_patient_came(told, case):
    assert told(utskrivningsklar(case)).one("Encounter")["period"] == {"start": "2026-03-02T10:00:00+01:00"}


def test_departure_alone_makes_a_finished_stay_of_unknown_start(told, case):
    encounter = told(utskrevet(case)).one("Encounter")
    assert encounter["status"] == "finished"
    assert encounter["period"] == {"end": "2026-03-08"}


def test_early_information_before_a_planned_admission_belongs_to_it(told, case):
    early = helseopplysninger(case, generated=case.start - timedelta(days=2))
    assert len(told(early, innlagt(case)).of("Encounter")) == 1


def test_early_information_long_before_an_admission_does_not(told, case):
    early = helseopplysninger(case, generated=case.start - timedelta(days=30))
    assert len(told(early, innlagt(case)).of("Encounter")) == 2


def test_two_hospitals_are_two_stays(told, case):
    there = replace(PARTIES, hospital=OTHER_HOSPITAL)
    moved = Case(name="moved", start=case.start + timedelta(days=3), parties=there)
    after = told(innlagt(case), utskrevet(case, left=date(2026, 3, 5), to="3"), innlagt(moved))
    assert sorted(e["status"] for e in after.of("Encounter")) == ["finished", "in-progress"]


def test_a_readmission_the_same_day_is_a_new_stay(told, case):
    again = Case(name="again", start=case.start + timedelta(days=6, hours=8))
    after = told(innlagt(case), utskrevet(case, left=case.start + timedelta(days=6)), innlagt(again))
    assert [e["status"] for e in after.of("Encounter")].count("in-progress") == 1
    assert len(after.of("Encounter")) == 2


def test_a_new_admission_at_the_hospital_ends_what_was_left_open_there(told, case):
    again = Case(name="again", start=case.start + timedelta(days=60))
    after = told(innlagt(case), innlagt(again), utskrevet(again))
    assert sorted(e["status"] for e in after.of("Encounter")) == ["finished", "in-progress"]


def test_two_municipalities_told_of_one_admission_are_one_stay_with_two_reports_owed(told, case):
    other = innlagt(case, receiver=OTHER_MUNICIPALITY, message_id=case.message_id("other"))
    after = told(innlagt(case), other)
    assert len(after.of("Encounter")) == 1
    owners = {t["owner"]["reference"] for t in after.tasks("innleggelsesrapport")}
    assert len(owners) == 2


def test_the_wrong_municipality_first_does_not_touch_the_right_one(told, case):
    wrong = {"receiver": OTHER_MUNICIPALITY, "message_id": case.message_id("wrong")}
    cancelled = innlagt(case, series="C", parent=case.message_id("wrong"), conversation=case.message_id("wrong"),
                        receiver=OTHER_MUNICIPALITY, message_id=case.message_id("wrong-c"))  # fmt: skip
    after = told(innlagt(case, **wrong), cancelled, innlagt(case), utskrivningsklar(case))
    assert after.one("Encounter")["status"] == "in-progress"
    assert after.task("utskrivningsklar")["status"] == "requested"
    assert after.issues == ()


def test_a_cancelled_admission_under_an_open_readiness_is_unresolved_and_on_hold(told, case):
    after = told(innlagt(case), innlagt(case, series="C"), utskrivningsklar(case))
    assert [i.code for i in after.issues] == ["stay-unresolved"]
    assert after.task("utskrivningsklar")["status"] == "on-hold"
    assert any(e["url"].endswith("/stay-unresolved") for e in after.one("Encounter")["extension"])
    (pay,) = (e for e in after.task("utskrivningsklar")["extension"] if e["url"].endswith("/overliggerdogn"))
    shown = {part["url"]: part for part in pay["extension"]}
    assert (shown["state"]["valueCode"], shown["days"]["valueInteger"]) == ("unknown", 0)
    assert "amount" not in shown


def test_death_in_hospital_ends_the_stay_and_its_tasks(told, case):
    after = told(innlagt(case), utskrivningsklar(case), utskrevet(case, condition="2"))
    assert after.one("Patient")["deceasedDateTime"] == "2026-03-08"
    assert after.task("utskrivningsklar")["status"] == "cancelled"
    assert after.task("utskrivningsklar")["businessStatus"]["coding"][0]["code"] == "dod"
    assert after.task("innleggelsesrapport")["status"] == "cancelled"
    assert after.one("CarePlan")["status"] == "revoked"


def test_death_told_by_the_municipality_cancels_tasks_but_leaves_the_stay_to_the_hospital(told, case, at):
    after = told(innlagt(case), utskrivningsklar(case), dod(case, died=at(7)))
    assert after.one("Patient")["deceasedDateTime"] == "2026-03-07T12:00:00+01:00"
    assert after.one("Encounter")["status"] == "in-progress"
    assert after.task("utskrivningsklar")["businessStatus"]["coding"][0]["code"] == "dod"
    assert [i.code for i in after.issues] == ["dead-but-open"]


def test_a_cancelled_notice_of_death_makes_the_patient_alive_again(told, case, at):
    after = told(innlagt(case), dod(case, died=at(7)), dod(case, died=at(7), series="C"))
    assert "deceasedDateTime" not in after.one("Patient")


@pytest.mark.parametrize(("to", "display"), [("1", "Bosted/arbeidssted"), ("11", "Sykehjem/aldershjem/helsehus")])
def test_where_the_patient_went_is_on_the_stay(told, case, to, display):
    codings = told(utskrevet(case, to=to)).one("Encounter")["hospitalization"]["dischargeDisposition"]["coding"]
    assert codings[0]["code"] == to
    assert codings[0]["display"] == display


def test_version_1_5_tells_the_same_course_without_an_expected_date(told, case):
    old = [
        innlagt(case, version="1.5"), helseopplysninger(case, version="1.5"), utskrivningsklar(case, version="1.5"),
        utskrevet(case, version="1.5"),
    ]  # fmt: skip
    after = told(*old)
    assert after.one("Encounter")["status"] == "finished"
    assert after.task("tidlig-varsel")["status"] == "completed"
    assert [e["url"].rpartition("/")[2] for e in after.one("Encounter")["extension"]] == [
        "discharge-ready",
        "course-state",
    ]


WARD = Service(name="Kirurgisk sengepost", her_id="99000199")


def test_a_move_between_wards_of_a_hospital_is_the_same_stay(told, facts, case):
    ward = replace(case.parties.hospital, level2=WARD)
    after = (innlagt(case), helseopplysninger(case), utskrivningsklar(case, sender=ward), utskrevet(case, sender=ward))
    assert len(told(*after).of("Encounter")) == 1
    assert facts(*after).stays[0].rule("24H")[0].verdict.word == "met"


def test_overlapping_stays_at_two_hospitals_keep_their_own_messages(facts, case):
    there = Case(name="there", start=case.start + timedelta(days=1), parties=replace(PARTIES, hospital=OTHER_HOSPITAL))
    found = facts(innlagt(case), innlagt(there), utskrivningsklar(there), utskrivningsklar(case))
    assert [len(stay.ready) for stay in found.stays] == [1, 1]
    assert [stay.admitted for stay in found.stays] == [case.start, there.start]


def test_a_notice_of_readiness_to_the_wrong_municipality_that_was_cancelled_does_not_touch_the_right_one(facts, case):
    wrong = case.message_id("wrong")
    messages = (
        innlagt(case), helseopplysninger(case), utskrivningsklar(case, receiver=OTHER_MUNICIPALITY, message_id=wrong),
        utskrivningsklar(case, receiver=OTHER_MUNICIPALITY, series="C", parent=wrong, conversation=wrong,
                         message_id=case.message_id("wrong-c")),
        utskrivningsklar(case),
    )  # fmt: skip
    stay = facts(*messages).stays[0]
    assert [ready.notice for ready in stay.ready] == [case.message_id("utskrivningsklar-N")]
    assert stay.municipality.name == "Fjellvik kommune"


def test_a_cancelled_admission_that_nothing_else_tells_of_never_was(told, case):
    after = told(innlagt(case), innlagt(case, series="C"))
    assert after.of("Encounter") == []


def test_a_cancelled_admission_of_which_only_the_municipality_still_tells_is_cancelled(told, case):
    after = told(innlagt(case), innlagt(case, series="C"), innleggelsesrapport(case))
    assert after.one("Encounter")["status"] == "cancelled"


@pytest.mark.parametrize(
    ("left", "admitted", "is_what"),
    [
        (timedelta(days=6), timedelta(days=6, hours=7), "chain"),
        (timedelta(days=6), timedelta(days=6, hours=8), "within-30-days"),
        (timedelta(days=6), timedelta(days=36), "within-30-days"),
        (timedelta(days=6), timedelta(days=36, hours=1, minutes=1), "none"),  # summer time in between
    ],
)
def test_a_readmission_inside_eight_hours_is_a_chain_and_inside_thirty_days_a_readmission(
    facts, case, left, admitted, is_what
):
    again = Case(name="again", start=case.start + admitted)
    found = facts(innlagt(case), utskrevet(case, left=case.start + left), innlagt(again), as_of=again.start)
    assert [stay.readmission for stay in found.stays] == ["none", is_what]


def test_a_readmission_the_day_of_a_departure_without_a_clock_cannot_be_told(facts, case):
    again = Case(name="again", start=case.start + timedelta(days=6))
    found = facts(innlagt(case), utskrevet(case, left=again.start.date()), innlagt(again), as_of=again.start)
    assert [stay.readmission for stay in found.stays] == ["none", "unknown"]


@pytest.mark.parametrize("missing", range(5))
def test_whichever_message_is_missing_the_rest_still_make_one_stay(told, case, missing):
    every = [innlagt(case), helseopplysninger(case), utskrivningsklar(case), avmelding(case), utskrevet(case)]
    assert len(told(*(m for n, m in enumerate(every) if n != missing)).of("Encounter")) == 1
