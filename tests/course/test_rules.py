"""Every rule of the dossier's section A on its own: verdict, reason, flags, and what is never guessed."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from adapters.kith.samples import (
    PARTIES,
    Address,
    Case,
    Service,
    Virksomhet,
    apprec,
    avmelding,
    dod,
    epikrise,
    helseopplysninger,
    innlagt,
    innleggelsesrapport,
    notat,
    utskrevet,
    utskrivningsklar,
    utskrivningsrapport,
)
from adapters.kith.samples.parties import organisation_number
from mappings.course import policies
from mappings.documents.said import (
    Answer,
    CareKind,
    DisclosureRefused,
    Hindered,
    NeedKnown,
    Payer,
    PhvTsbConditions,
    PriorServices,
    ReadinessDecided,
)
from mappings.rules.notice import REASONS
from mappings.rules.texts import texts

OTHER_HOSPITAL = Address(
    virksomhet=Virksomhet(name="Annet sykehus HF", her_id="99000900", number=organisation_number(9)),
    level2=Service(name="Kirurgi", her_id="99000901"),
)
OTHER_MUNICIPALITY = Address(
    virksomhet=Virksomhet(name="Annen kommune", her_id="99000910", number=organisation_number(11)),
    level2=Service(name="Sykepleietjeneste", her_id="99000911"),
)
DAY = timedelta(days=1)


@pytest.fixture
def ruled(facts):
    """``ruled(rule, *documents, ...)``: how the last application of a rule to the first stay turned out."""

    def looking(rule, *told, **more):
        return facts(*told, **more).stays[0].rule(rule)[-1]

    return looking


def said(found):
    return found.verdict.word, found.verdict.reason


@pytest.fixture
def late(case):
    """Early information two days after admission, and readiness: what a new patient's messages look like."""
    return [helseopplysninger(case, generated=case.start + 2 * DAY), utskrivningsklar(case)]


class TestFirstNotice:
    def test_a_late_notice_says_by_how_much(self, ruled, case):
        found = ruled("24H", innlagt(case), helseopplysninger(case, generated=case.start + DAY + timedelta(minutes=5)))
        assert (said(found), found.verdict.minutes_late) == (("late", "sent-late"), 5)

    def test_the_clock_starts_when_the_need_became_clear(self, ruled, case, late, entry):
        known = entry(NeedKnown(at=case.start + DAY), case.start + DAY)
        assert said(ruled("24H", innlagt(case), *late, known)) == ("met", "sent-in-time")

    def test_a_late_notice_of_a_patient_known_to_be_new_is_taken_to_be_in_time_and_says_so(
        self, ruled, case, late, entry
    ):
        new = entry(PriorServices(had=False), case.start + DAY)
        found = ruled("24H", *late, new)
        assert said(found) == ("met", "clock-shifted-assumed")
        assert found.verdict.policy == ("clock_shift_assumed=yes",)
        strict = policies({"clock_shift_assumed": "no"})
        assert said(ruled("24H", *late, new, policies=strict)) == ("late", "sent-late")

    def test_whether_the_patient_was_new_is_not_guessed(self, ruled, late):
        assert said(ruled("24H", *late)) == ("unknown", "new-or-known-patient")

    def test_a_patient_who_opposes_sharing_is_owed_no_notice(self, ruled, case, entry):
        refused = entry(DisclosureRefused(on=date(2026, 3, 2)), case.start)
        assert said(ruled("24H", innlagt(case), refused)) == ("not-applicable", "patient-refused")

    def test_an_unknown_municipality_is_unknown(self, ruled, case, entry):
        nowhere = entry(Payer(residence="unknown"), case.start)
        assert said(ruled("24H", innlagt(case), nowhere)) == ("unknown", "municipality-unknown")

    def test_a_day_stay_is_owed_none(self, ruled, case, entry):
        day_stay = entry(CareKind(care="dagbehandling"), case.start)
        assert said(ruled("24H", innlagt(case), day_stay)) == ("not-applicable", "outpatient")

    def test_death_before_the_deadline_without_notice(self, ruled, case):
        gone = utskrevet(case, left=case.start + timedelta(hours=5), condition="2")
        assert said(ruled("24H", innlagt(case), gone)) == ("not-applicable", "died-before-deadline")

    def test_a_notice_before_a_planned_admission_is_in_time(self, ruled, case):
        early = helseopplysninger(case, generated=case.start - DAY)
        assert said(ruled("24H", early, innlagt(case))) == ("met", "sent-in-time")

    def test_only_an_update_counts_as_first_notice_and_is_flagged(self, ruled, case):
        found = ruled("24H", innlagt(case), helseopplysninger(case, updated=True, generated=case.start + DAY))
        assert (said(found), found.verdict.flags) == (("met", "sent-in-time"), ("type-mismatch",))

    def test_a_notice_to_another_municipality_is_none_to_the_one_that_was_asked(self, told, facts, case):
        wrong = helseopplysninger(case, receiver=OTHER_MUNICIPALITY)
        messages = (innlagt(case), wrong, utskrivningsklar(case))
        assert said(facts(*messages).stays[0].rule("24H")[0]) == ("missing", "not-sent")
        assert [i.code for i in told(*messages).issues] == ["wrong-municipality-first"]
        right = helseopplysninger(case, generated=case.start + timedelta(hours=8), message_id=case.message_id("right"))
        assert said(facts(*messages, right).stays[0].rule("24H")[0]) == ("met", "sent-in-time")

    def test_a_notice_of_the_hospital_before_counts_where_the_next_one_updates_it(self, facts, case):
        there = Case(name="there", start=case.start + 2 * DAY, parties=replace(PARTIES, hospital=OTHER_HOSPITAL))
        update = helseopplysninger(there, updated=True, series="N", generated=there.start + timedelta(hours=20))
        moved = (innlagt(case), helseopplysninger(case), utskrevet(case, left=there.start, to="3"), innlagt(there))
        found = facts(*moved, update).stays[1].rule("24H")[0]
        assert (said(found), found.verdict.flags) == (("met", "notice-carried-over"), ())
        assert facts(*moved).stays[1].rule("24H")[0].verdict.word == "missing"

    @pytest.mark.parametrize(
        ("sent", "word"),
        [(timedelta(hours=23), "met"), (timedelta(hours=30), "unknown"), (timedelta(hours=49), "late")],
    )
    def test_an_admission_of_which_only_the_date_is_known(self, ruled, case, sent, word):
        """Row D8: in the day between, it cannot be told."""
        midnight = case.start.replace(hour=0)
        notice = helseopplysninger(case, generated=midnight + sent)
        assert ruled("24H", innlagt(case, admitted=midnight.date()), notice).verdict.word == word

    def test_a_time_in_the_hour_that_autumn_repeats_is_flagged(self, ruled, read, facts):
        """Row D7."""
        case = Case(name="autumn", start=datetime.fromisoformat("2026-10-24T20:00:00+02:00"))
        notice = helseopplysninger(case, generated=datetime.fromisoformat("2026-10-25T02:15:00+02:00"))
        plain = notice.replace(b"2026-10-25T02:15:00+02:00", b"2026-10-25T02:15:00")
        found = facts(innlagt(case), plain, as_of=datetime.fromisoformat("2026-11-01T00:00:00+01:00"))
        assert found.stays[0].rule("24H")[0].verdict.flags == ("ambiguous-local-time",)

    def test_a_refused_notice_was_not_given(self, ruled, case):
        notice = case.message_id("helseopplysninger-N")
        answer = apprec(case, notice, status="2", type="HELSEOPPL_SOKNAD", errors=[("E10", "")])
        found = ruled("24H", innlagt(case), helseopplysninger(case), answer)
        assert (said(found), found.verdict.delivery) == (("missing", "rejected"), "rejected")


class TestUpdate:
    def test_a_ready_date_as_expected_needs_no_update(self, ruled, case):
        ready = utskrivningsklar(case, ready=case.start + 5 * DAY)
        assert said(ruled("UPDATE", innlagt(case), helseopplysninger(case), ready)) == ("met", "date-as-expected")

    def test_a_ready_date_far_from_the_expected_one_asks_for_an_update(self, ruled, case):
        messages = innlagt(case), helseopplysninger(case, expected=date(2026, 3, 20)), utskrivningsklar(case)
        found = ruled("UPDATE", *messages)
        assert (said(found), found.verdict.policy) == (("missing", "date-not-updated"), ("expected_date_days=1",))
        assert ruled("UPDATE", *messages, policies=policies({"expected_date_days": "30"})).verdict.word == "met"

    def test_an_update_in_between_meets_it(self, ruled, case):
        update = helseopplysninger(case, updated=True, expected=date(2026, 3, 6))
        first = helseopplysninger(case, expected=date(2026, 3, 20))
        assert ruled("UPDATE", innlagt(case), first, update, utskrivningsklar(case)).verdict.word == "met"

    def test_an_update_that_says_nothing_new_is_flagged(self, ruled, case):
        same = helseopplysninger(case, series="M", generated=case.start + DAY, message_id=case.message_id("same"))
        same = re.sub(rb'(<TypeInnhold [^>]*V=")1"', rb'\g<1>2"', same)
        ready = utskrivningsklar(case, ready=case.start + 5 * DAY)
        found = ruled("UPDATE", innlagt(case), helseopplysninger(case), same, ready)
        assert found.verdict.flags == ("update-without-change",)
        changed = helseopplysninger(case, updated=True)
        assert ruled("UPDATE", innlagt(case), helseopplysninger(case), changed, ready).verdict.flags == ()

    def test_version_1_5_has_no_expected_date_to_update(self, ruled, case):
        old = [make(case, version="1.5") for make in (innlagt, helseopplysninger, utskrivningsklar)]
        assert said(ruled("UPDATE", *old)) == ("not-applicable", "no-expected-date")


class TestReadyNotice:
    def test_told_the_same_day_is_in_time_and_the_next_day_late(self, ruled, case):
        ready = case.start + 4 * DAY
        told_late = utskrivningsklar(case, ready=ready, generated=ready + DAY)
        assert ruled("READY-NOTICE", innlagt(case), utskrivningsklar(case)).verdict.word == "met"
        found = ruled("READY-NOTICE", innlagt(case), told_late)
        assert (found.verdict.word, found.verdict.minutes_late) == ("late", 1440)

    def test_without_early_information_it_is_flagged(self, ruled, case):
        assert ruled("READY-NOTICE", innlagt(case), utskrivningsklar(case)).verdict.flags == ("no-early-notice",)

    def test_a_notice_for_a_day_to_come_is_a_forecast(self, ruled, case, at):
        ahead = utskrivningsklar(case, ready=date(2026, 3, 10), generated=at(6))
        assert said(ruled("READY-NOTICE", ahead, as_of=at(8))) == ("not-applicable", "ready-date-ahead")
        assert ruled("READY-NOTICE", ahead, as_of=at(11)).verdict.word == "met"

    def test_where_the_decision_is_known_minutes_can_be_agreed_on(self, ruled, case, entry):
        ready = case.start + 4 * DAY
        decided = entry(ReadinessDecided(at=ready - timedelta(hours=3)), ready)
        agreed = policies({"ready_notice_minutes": "60"})
        found = ruled("READY-NOTICE", innlagt(case), utskrivningsklar(case), decided, policies=agreed)
        assert (found.verdict.word, found.verdict.policy) == ("late", ("ready_notice_minutes=60",))


class TestReply:
    @pytest.mark.parametrize(("after", "word"), [(timedelta(hours=1), "met"), (DAY, "late")])
    def test_an_answer_that_was_entered(self, ruled, case, entry, after, word):
        answered = entry(Answer(answer="cannot-receive"), case.start + 4 * DAY + after)
        found = ruled("REPLY", innlagt(case), utskrivningsklar(case), answered)
        assert (found.verdict.word, found.verdict.evidence) == (word, (answered.head.message_id,))

    def test_what_was_written_down_later_counts_from_when_it_was_said(self, ruled, case, entry):
        ready = case.start + 4 * DAY
        answered = entry(Answer(answer="can-receive", given=ready + timedelta(hours=1)), ready + 2 * DAY)
        assert ruled("REPLY", utskrivningsklar(case), answered).verdict.word == "met"

    def test_a_note_in_free_text_is_an_answer_that_says_it_is_one(self, ruled, case):
        note = notat(case, case.message_id("utskrivningsklar-N"), generated=case.start + 4 * DAY + timedelta(hours=1))
        assert said(ruled("REPLY", utskrivningsklar(case), note)) == ("met", "sent-in-time-in-free-text")

    def test_a_hindrance_is_shown_and_excuses_nothing_by_itself(self, ruled, case, entry):
        hindered = entry(Hindered(reason="Veien er stengt"), case.start + 4 * DAY)
        found = ruled("REPLY", utskrivningsklar(case), hindered)
        assert (found.verdict.word, found.verdict.flags) == ("missing", ("force-majeure",))

    def test_readiness_withdrawn_before_anybody_had_to_answer(self, ruled, case):
        withdrawn = avmelding(case, withdrawn=case.start + 4 * DAY + timedelta(hours=3))
        assert said(ruled("REPLY", utskrivningsklar(case), withdrawn)) == ("not-applicable", "readiness-withdrawn")

    def test_withdrawn_after_the_deadline_it_stays_missing(self, ruled, case):
        withdrawn = avmelding(case, withdrawn=case.start + 6 * DAY)
        assert ruled("REPLY", utskrivningsklar(case), withdrawn).verdict.word == "missing"

    def test_left_without_an_answer(self, ruled, case):
        messages = utskrivningsklar(case), utskrevet(case, left=case.start + 4 * DAY + timedelta(hours=3))
        assert said(ruled("REPLY", *messages)) == ("missing", "left-without-answer")


class TestReports:
    def test_the_report_before_the_notice_of_admission_belongs_to_the_stay_and_is_in_time(self, facts, case):
        early = innleggelsesrapport(case, generated=case.start - timedelta(hours=20))
        found = facts(early, innlagt(case))
        assert len(found.stays) == 1
        assert said(found.stays[0].rule("MUNI24")[0]) == ("met", "sent-in-time")

    def test_without_a_notice_of_admission_it_is_counted_from_the_admission(self, ruled, case):
        report = innleggelsesrapport(case, generated=case.start + timedelta(hours=30))
        found = ruled("MUNI24", utskrivningsklar(case), report)
        assert (found.verdict.word, found.verdict.minutes_late) == ("late", 360)

    def test_a_patient_without_services_is_reported_by_nobody(self, ruled, case, entry):
        new = entry(PriorServices(had=False), case.start)
        assert said(ruled("MUNI24", innlagt(case), new)) == ("not-applicable", "no-services-before")

    def test_left_within_a_day(self, ruled, case):
        gone = utskrevet(case, left=case.start + timedelta(hours=5))
        assert said(ruled("MUNI24", innlagt(case), gone)) == ("not-applicable", "left-before-deadline")

    @pytest.mark.parametrize(
        ("sent", "word"), [(timedelta(hours=5), "met"), (timedelta(days=3), "late"), (None, "missing")]
    )
    def test_epikrise_is_due_the_day_of_departure_and_missing_after_seven(self, ruled, case, at, sent, word):
        left = case.start + 6 * DAY
        letters = [epikrise(case, generated=left + sent)] if sent is not None else []
        found = ruled("EPIKRISE", innlagt(case), utskrevet(case, left=left), *letters)
        assert found.verdict.word == word

    def test_epikrise_is_waited_for_to_the_end_of_the_seventh_day(self, facts, case, at):
        messages = innlagt(case), utskrevet(case, left=date(2026, 3, 8))
        assert facts(*messages, as_of=at(15, 23, 59)).stays[0].rule("EPIKRISE")[0].verdict.word == "pending"
        assert facts(*messages, as_of=at(16, 0, 1)).stays[0].rule("EPIKRISE")[0].verdict.word == "missing"
        assert facts(*messages, as_of=at(12)).review_at == at(15, 23, 59) + timedelta(seconds=59)

    def test_a_discharge_report_counts_as_information_that_follows_the_patient(self, ruled, case):
        left = case.start + 6 * DAY
        messages = innlagt(case), utskrivningsklar(case), utskrevet(case, left=left)
        report = utskrivningsrapport(case, generated=left + timedelta(hours=1))
        for rule in ("EPIKRISE", "DISCHARGE-REPORT"):
            assert ruled(rule, *messages, report).verdict.word == "met"

    def test_a_discharge_report_days_after_departure_still_belongs_to_the_stay(self, facts, case):
        left = case.start + 6 * DAY
        report = utskrivningsrapport(case, generated=left + 3 * DAY)
        found = facts(innlagt(case), utskrivningsklar(case), utskrevet(case, left=left), report)
        assert [stay.rule("DISCHARGE-REPORT")[0].verdict.word for stay in found.stays] == ["late"]

    @pytest.mark.parametrize(("how", "reason"), [({"condition": "2"}, "dead"), ({"to": "3"}, "other-hospital")])
    def test_nobody_has_to_follow_up(self, ruled, case, how, reason):
        assert said(ruled("EPIKRISE", innlagt(case), utskrevet(case, **how))) == ("not-applicable", reason)


class TestDocumentation:
    def test_it_says_what_was_found_and_what_was_not_and_never_that_a_patient_is_ready(self, facts, told, case):
        messages = innlagt(case), utskrivningsklar(case), helseopplysninger(case)
        found = facts(*messages).stays[0].rule("READY9")[0]
        assert dict(found.points) == {
            "a": "not-assessable", "b": "not-assessable", "c": "not-assessable", "d": "not-assessable", "e": "absent",
        }  # fmt: skip
        assert said(found) == ("missing", "documentation-not-found")
        task = told(*messages).task("utskrivningsdokumentasjon")
        shown = [o["valueCodeableConcept"]["coding"][0]["display"] for o in task["output"]]
        assert shown[-1] == "Dokumentasjon ikke funnet"

    def test_an_epikrise_and_a_discharge_report_document_plan_and_function(self, facts, case):
        documents = epikrise(case, generated=case.start + 5 * DAY), utskrivningsrapport(case)
        found = facts(innlagt(case), utskrivningsklar(case), *documents).stays[0].rule("READY9")[0]
        assert dict(found.points) | {"d": "present", "e": "present"} == dict(found.points)
        assert said(found) == ("met", "documentation-found")

    def test_without_any_document_nothing_is_assessed(self, ruled, case):
        assert said(ruled("READY9", innlagt(case), utskrivningsklar(case))) == ("unknown", "nothing-to-assess")

    def test_mental_health_care_has_two_more_points_that_only_people_can_tell(self, facts, case, entry):
        care = entry(CareKind(care="psykisk-helsevern"), case.start)
        told = entry(PhvTsbConditions(meeting_invited=True), case.start + DAY)
        messages = innlagt(case), utskrivningsklar(case), helseopplysninger(case), care
        before = dict(facts(*messages).stays[0].rule("READY9")[0].points)
        after = dict(facts(*messages, told).stays[0].rule("READY9")[0].points)
        assert before["phv-meeting-invited"] == "not-assessable"
        assert (after["phv-meeting-invited"], after["phv-own-follow-up-clarified"]) == ("present", "not-assessable")


class TestFindings:
    def test_two_expected_dates_that_differ_are_shown_and_code_5_counts(self, told, case):
        (block,) = re.findall(rb"<OpplysningOpphold>.*?</OpplysningOpphold>", helseopplysninger(case), re.DOTALL)
        other = block.replace(b'V="3"', b'V="5"').replace(b"2026-03-07", b"2026-03-19")
        body = helseopplysninger(case).replace(block, block + other)
        after = told(innlagt(case), body)
        assert "expected-dates-differ" in [i.code for i in after.issues]
        expected = [e for e in after.one("Encounter")["extension"] if e["url"].endswith("/expected-discharge")]
        assert [e["valueDateTime"] for e in expected] == ["2026-03-19"]
        assert "expected-dates-differ" not in [i.code for i in told(innlagt(case), helseopplysninger(case)).issues]

    def test_a_plan_with_a_control_and_no_appointment_for_it(self, told, case):
        report = utskrivningsrapport(case)
        without = re.sub(rb"<InfoKontrolltime>.*?</InfoKontrolltime>", b"", report, flags=re.DOTALL)
        codes = [[i.code for i in told(innlagt(case), body).issues] for body in (report, without)]
        assert ["control-appointment-missing" in found for found in codes] == [False, True]

    def test_an_answer_of_somebody_who_was_not_asked(self, told, case, entry):
        stranger = entry(Answer(answer="can-receive"), case.start + 5 * DAY, by=OTHER_MUNICIPALITY)
        sent = innlagt(case), helseopplysninger(case), utskrivningsklar(case)
        assert "answer-of-other" in [i.code for i in told(*sent, stranger).issues]
        assert told(*sent, stranger).task("kommune-beslutning")["businessStatus"]["coding"][0]["code"] == "venter-svar"


class TestImpossible:
    """Contradictory messages give ``unknown`` with a reason: never a guess, a crash or a silent ``late``."""

    def test_ready_before_admission(self, facts, told, case):
        messages = innlagt(case), helseopplysninger(case), utskrivningsklar(case, ready=case.start - 3 * DAY)
        stay = facts(*messages).stays[0]
        assert (stay.pay.state, stay.pay.reason, stay.pay.amount) == ("unknown", "ready-before-admission", None)
        assert {r.verdict.word for rule in ("READY-NOTICE", "REPLY") for r in stay.rule(rule)} == {"unknown"}
        assert "ready-before-admission" in [i.code for i in told(*messages).issues]
        assert told(*messages).one("DetectedIssue")["detail"].endswith("Avklar med sykehuset.")

    def test_ready_after_departure_without_a_new_admission(self, facts, case):
        left = utskrevet(case, left=case.start + 2 * DAY)
        stay = facts(innlagt(case), helseopplysninger(case), left, utskrivningsklar(case)).stays[0]
        assert (stay.pay.state, stay.pay.reason) == ("unknown", "ready-after-left")

    def test_withdrawn_before_it_was_declared(self, facts, case):
        back = avmelding(case, withdrawn=case.start + DAY, generated=case.start + 5 * DAY)
        stay = facts(innlagt(case), helseopplysninger(case), utskrivningsklar(case), back).stays[0]
        assert stay.pay.state in ("unknown", "running")

    def test_departure_before_admission(self, told, case):
        gone = utskrevet(case, left=case.start - DAY, parent=case.message_id("innlagt-N"))
        after = told(innlagt(case), gone)
        assert "left-before-admission" in [i.code for i in after.issues]

    def test_death_told_after_departure_is_not_of_the_stay(self, facts, case, at):
        stay = facts(innlagt(case), utskrivningsklar(case), utskrevet(case), dod(case, died=at(15))).stays[0]
        assert (stay.state, stay.died) == ("left", False)


def test_every_reason_and_flag_of_the_rules_has_words_for_people():
    rules = Path(__file__).parents[2] / "mappings" / "rules"
    source = "".join(path.read_text(encoding="utf-8") for path in sorted(rules.glob("*.py")))
    said = set(re.findall(r'reason="([a-z0-9-]+)"|flags\.append\("([a-z-]+)"\)', source))
    codes = {code for pair in said for code in pair if code} | {*REASONS.values()}
    assert codes and codes <= texts().keys()


def test_a_verdict_tells_its_reason_in_words(told, case):
    (verdict,) = told(innlagt(case)).task("tidlig-varsel")["extension"]
    shown = {part["url"]: part.get("valueString") for part in verdict["extension"]}
    assert (shown["reason"], shown["text"]) == ("not-sent", "Er ikke mottatt.")


OWN_VOICE = re.compile(
    r"(?i)\b(er|blir|ble)( ikke| ikke lenger)? (utskrivningsklar|klar til å)\b|who is (not )?ready\b"
)
"""What would say that a patient is ready, where "meldt" says that a hospital has told so."""


def test_no_text_says_in_our_own_voice_that_a_patient_is_or_is_not_ready():
    root = Path(__file__).parents[2]
    places = ("hub/**/*.py", "mappings/**/*.py", "mappings/**/*.csv", "profiles/fsh/input/fsh/*.fsh", "README.md")
    told = {
        str(path.relative_to(root)): found.group()
        for place in places
        for path in root.glob(place)
        if (found := OWN_VOICE.search(path.read_text(encoding="utf-8")))
    }
    assert OWN_VOICE.search("Pasienten er ikke lenger utskrivningsklar")
    assert told == {}
