"""Pathways, groups, frailty, coordinator, programmes (dossier D): suggested with reasons, decided by people."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from adapters.kith.samples import (
    Case,
    epikrise,
    helseopplysninger,
    innlagt,
    innleggelsesrapport,
    utskrevet,
    utskrivningsklar,
)
from mappings.course import policies
from mappings.documents.said import (
    CareKind,
    Coordinator,
    CoordinatorDecision,
    Frailty,
    GroupDecided,
    IndividualPlan,
    NeedChanged,
    PathwayConfirmed,
    PriorServices,
    ProgrammeStep,
    WhatMatters,
)
from mappings.norwegian_time import OSLO
from mappings.rules.texts import texts

WARDS = "programme,title,kind,cfs_from,cfs_to,needs_referral,signs,starts,hours,wards\n"
PILOT = policies({}, programmes=WARDS + "72-timer,72 timer,window,,,no,,2026-01-26,72,Medisin;Indremedisin\n")


@pytest.fixture
def stated(told):
    """``stated(kind, ...)``: what the Observations of a kind say: status, value, reasons."""

    def looking(kind, *documents, **more):
        found = told(*documents, **more).of("Observation")
        mine = [o for o in found if o["code"].get("coding", [{}])[0].get("code") == kind]
        return [(o["status"], _value(o), [_code(n["text"]) for n in o.get("note", [])]) for o in mine]

    return looking


def _code(words):
    """The reason that these words stand for, or the words themselves."""
    return next((code for code, text in texts().items() if text == words), words)


def _value(observation):
    if "valueInteger" in observation:
        return observation["valueInteger"]
    return observation["valueCodeableConcept"]["coding"][0]["code"]


@pytest.fixture
def now(case, entry):
    """``now(said)``: an entry made the day of admission."""
    return lambda said, **more: entry(said, case.start + timedelta(hours=2), **more)


class TestPathway:
    def test_unchanged_need_of_a_patient_with_services_suggests_b(self, stated, case, now):
        found = stated("forlop", innlagt(case), now(NeedChanged(changed=False)))
        assert found == [("preliminary", "B", ["services-before", "need-unchanged"])]

    def test_no_services_before_and_none_expected_suggests_a(self, stated, case, now):
        found = stated("forlop", utskrevet(case), innlagt(case), now(PriorServices(had=False)))
        assert found == [("preliminary", "A", ["no-services-before", "none-expected"])]

    def test_a_changed_need_or_disagreement_suggests_c(self, stated, case, now):
        found = stated("forlop", innlagt(case), now(NeedChanged(changed=True, disagreement=True)))
        assert found == [("preliminary", "C", ["need-changed", "disagreement"])]

    def test_nothing_is_suggested_where_nothing_is_known_of_services(self, stated, case):
        assert stated("forlop", utskrivningsklar(case)) == []

    def test_a_person_decides_and_the_reasons_stay(self, stated, case, now):
        confirmed = now(PathwayConfirmed(pathway="B", reason="Avklart med hjemmetjenesten"))
        ((status, value, reasons),) = stated("forlop", innlagt(case), now(NeedChanged(changed=True)), confirmed)
        assert (status, value) == ("final", "B")
        assert reasons == ["Avklart med hjemmetjenesten", "need-changed"]


class TestFrailty:
    def test_a_score_of_five_suggests_c_and_the_group_of_frail_elders(self, stated, case, now):
        documents = innlagt(case), now(Frailty(score=6, assessed=case.start.date()))
        assert stated("cfs", *documents) == [("final", 6, [])]
        assert stated("forlop", *documents)[0][1] == "C"
        assert [value for _, value, _ in stated("malgruppe", *documents)] == ["skropelige-eldre"]

    def test_after_six_months_it_is_stale_and_suggests_nothing(self, told, case, now, facts):
        score = now(Frailty(score=6, assessed=date(2025, 9, 30)))
        before, after = datetime(2026, 3, 30, 12, tzinfo=OSLO), datetime(2026, 3, 31, 0, 0, tzinfo=OSLO)
        (fresh,) = [o for o in told(innlagt(case), score, as_of=before).of("Observation") if "valueInteger" in o]
        (stale,) = [o for o in told(innlagt(case), score, as_of=after).of("Observation") if "valueInteger" in o]
        assert "interpretation" not in fresh
        assert stale["interpretation"][0]["coding"][0]["code"] == "utdatert"
        assert facts(innlagt(case), score, as_of=before).review_at == after.astimezone(UTC)

    def test_a_new_acute_stay_makes_it_stale(self, stated, told, case, now):
        score, acute = now(Frailty(score=6, assessed=date(2026, 2, 1))), now(CareKind(care="somatikk", acute=True))
        assert stated("forlop", innlagt(case), score)[0][1] == "C"
        assert stated("forlop", innlagt(case), score, acute) == []

    @pytest.mark.parametrize("score", [0, 10, True])
    def test_anything_but_one_to_nine_is_refused(self, score):
        with pytest.raises(ValueError, match="score"):
            Frailty(score=score, assessed=date(2026, 3, 2))


class TestGroups:
    def test_children(self, stated, case, now):
        child = Case(name="child", start=case.start, patient=replace(case.patient, birth=date(2015, 5, 1)))
        assert stated("malgruppe", innlagt(child)) == [("preliminary", "barn-og-unge", ["age-10"])]

    def test_mental_health_care(self, stated, case, now):
        found = stated("malgruppe", innlagt(case), now(CareKind(care="psykisk-helsevern")))
        assert [value for _, value, _ in found] == ["psykisk-helse-og-rus"]

    def test_a_person_can_take_a_patient_out_of_a_group_and_into_one(self, stated, case, now):
        care = now(CareKind(care="psykisk-helsevern"))
        out = now(GroupDecided(group="psykisk-helse-og-rus", member=False, reason="Avklart"))
        into = now(GroupDecided(group="skropelige-eldre", member=True, reason="Vurdert av geriater"))
        found = stated("malgruppe", innlagt(case), care, out, into)
        assert found == [("final", "skropelige-eldre", ["Vurdert av geriater"])]

    def test_two_chronic_conditions_of_the_list(self, stated, case):
        found = stated("malgruppe", innlagt(case), innleggelsesrapport(case))
        assert found == [("preliminary", "flere-kroniske-lidelser", ["hjertesvikt", "koronarsykdom"])]
        assert stated("forlop", innlagt(case), innleggelsesrapport(case))[0][1:] == (
            "C",
            ["several-chronic-conditions"],
        )
        one = innleggelsesrapport(case).replace(b'"I252"', b'"I10"')
        assert stated("malgruppe", innlagt(case), one) == []

    def test_a_mental_diagnosis_of_a_patient_declared_ready(self, stated, case):
        letter = epikrise(case).replace(b'"I500"', b'"F200"')
        sent = innlagt(case), letter
        assert "psykisk-helse-og-rus" not in [value for _, value, _ in stated("malgruppe", *sent)]
        found = stated("malgruppe", *sent, utskrivningsklar(case))
        assert ("preliminary", "psykisk-helse-og-rus", ["mental-diagnosis"]) in found

    def test_frailty_of_a_patient_under_sixty_five_is_no_group(self, stated, case, now):
        young = Case(name="young", start=case.start, patient=replace(case.patient, birth=date(1971, 5, 1)))
        score = now(Frailty(score=6, assessed=case.start.date()))
        assert stated("malgruppe", innlagt(young), score) == []

    def test_two_acute_admissions_in_a_year_suggest_c(self, stated, case, entry):
        before = Case(name="before", start=case.start - timedelta(days=60))
        gone = utskrevet(before, left=before.start + timedelta(days=3))
        acute = [
            entry(
                CareKind(care="somatikk", acute=True),
                one.start + timedelta(hours=2),
                of=one,
                about=one.message_id("innlagt-N"),
            )
            for one in (before, case)
        ]
        found = stated("forlop", innlagt(before), gone, innlagt(case), *acute)
        assert ("preliminary", "C", ["acute-admissions"]) in found
        assert ("preliminary", "C", ["acute-admissions"]) not in stated(
            "forlop", innlagt(before), gone, innlagt(case), acute[1]
        )


class TestCoordinator:
    def test_pathway_c_without_a_decision_when_declared_ready_is_a_duty_and_a_finding(self, told, case, now, judged):
        documents = innlagt(case), helseopplysninger(case), utskrivningsklar(case), now(NeedChanged(changed=True))
        after = told(*documents)
        task = after.task("koordinator-vurdering")
        assert (task["status"], judged(task)) == ("requested", "missing")
        assert "coordinator-decision-missing" in [i.code for i in after.issues]

    @pytest.mark.parametrize(
        "decided",
        [CoordinatorDecision(needed=False), IndividualPlan(state="declined"), Coordinator(place="hospital", name="X")],
    )
    def test_any_decision_meets_it(self, told, case, now, judged, decided):
        documents = innlagt(case), utskrivningsklar(case), now(NeedChanged(changed=True)), now(decided)
        task = told(*documents).task("koordinator-vurdering")
        assert (task["status"], judged(task)) == ("completed", "met")

    def test_coordinators_are_a_team_and_what_matters_is_a_goal_as_it_was_said(self, told, case, now):
        named = now(Coordinator(place="municipality", name="Fiktiv Koordinator", phone="99999999"))
        after = told(innlagt(case), named, now(WhatMatters(text="Å komme hjem til katten")))
        (team,) = [team for team in after.of("CareTeam") if team.get("name") == "Koordinatorer"]
        assert [member["member"]["display"] for member in team["participant"]] == ["Fiktiv Koordinator"]
        assert [goal["description"]["text"] for goal in after.of("Goal")] == ["Å komme hjem til katten"]

    def test_what_matters_and_who_coordinates_travel_in_the_plan(self, told, case, now):
        named, said = now(Coordinator(place="hospital", name="Fiktiv Koordinator")), now(WhatMatters(text="Å gå tur"))
        after = told(innlagt(case), helseopplysninger(case), named, said)
        plan, goal = after.one("CarePlan"), after.one("Goal")
        assert plan["goal"] == [{"reference": f"Goal/{goal['id']}"}]
        (team,) = [team for team in after.of("CareTeam") if team.get("name") == "Koordinatorer"]
        assert plan["careTeam"] == [{"reference": f"CareTeam/{team['id']}"}]
        assert {"goal", "careTeam"}.isdisjoint(told(innlagt(case), helseopplysninger(case)).one("CarePlan"))

    def test_who_told_it_is_in_the_provenance(self, told, case, now):
        said = now(WhatMatters(text="Å komme hjem"))
        (provenance,) = [
            p for p in told(innlagt(case), said).of("Provenance") if p["meta"]["source"].endswith(said.head.message_id)
        ]
        assert provenance["agent"][0]["who"]["display"] == "Fiktiv Saksbehandler"
        assert provenance["agent"][0]["who"]["reference"].startswith("Organization/")


class TestProgrammes:
    def test_a_cohort_has_its_own_band_of_frailty(self, stated, case, now):
        documents = innlagt(case), now(Frailty(score=8, assessed=case.start.date()))
        referral = now(ProgrammeStep(programme="iht", step="referral", on=case.start.date()))
        found = {tuple(reasons): value for _, value, reasons in stated("program", *documents, referral)}
        assert found == {("frailty",): "program-eligible-for-review"}  # ProFrail takes 5 to 9, IHT 4 to 6

    def test_iht_asks_for_a_referral_and_is_strong_with_two_signs(self, stated, case, now):
        score = now(Frailty(score=5, assessed=case.start.date()))
        steps = [
            now(ProgrammeStep(programme="iht", step=step, on=case.start.date()))
            for step in ("referral", "functional-decline")
        ]
        values = {tuple(reasons): value for _, value, reasons in stated("program", innlagt(case), score, *steps)}
        assert values["frailty", "functional-decline", "referral"] == "program-strong"
        assert stated("program", innlagt(case), score) == [
            ("preliminary", "program-eligible-for-review", ["frailty"])
        ]  # ProFrail alone: nobody has referred to IHT

    def test_a_person_includes(self, stated, case, now):
        steps = [
            now(ProgrammeStep(programme="iht", step=step, on=case.start.date())) for step in ("referral", "included")
        ]
        assert ("final", "program-included", ["referral"]) in stated("program", innlagt(case), *steps)

    def test_three_days_of_extended_responsibility_are_elapsed_hours_across_summer_time(self, told):
        case = Case(name="window", start=datetime(2026, 3, 20, 10, tzinfo=OSLO))
        left = utskrevet(case, left=datetime(2026, 3, 28, 14, tzinfo=OSLO))
        inside, after = datetime(2026, 3, 31, 14, 59, tzinfo=OSLO), datetime(2026, 3, 31, 15, tzinfo=OSLO)
        flag = told(innlagt(case), left, as_of=inside, policies=PILOT).one("Flag")
        assert flag["period"] == {"start": "2026-03-28T14:00:00+01:00", "end": "2026-03-31T15:00:00+02:00"}
        assert flag["status"] == "active"
        assert told(innlagt(case), left, as_of=after, policies=PILOT).one("Flag")["status"] == "inactive"

    def test_of_a_date_alone_the_window_is_shown_as_dates(self, told, case):
        flag = told(innlagt(case), utskrevet(case), policies=PILOT).one("Flag")
        assert flag["period"] == {"start": "2026-03-08", "end": "2026-03-12"}

    @pytest.mark.parametrize("how", ["dead", "another ward", "readmitted"])
    def test_no_window(self, told, case, now, how):
        documents = [innlagt(case), utskrevet(case, condition="2" if how == "dead" else "1")]
        if how == "another ward":
            documents.append(now(CareKind(care="somatikk", ward="Kirurgi")))
        if how == "readmitted":
            again = Case(name="again", start=case.start + timedelta(days=7, hours=8))
            documents += [innlagt(again)]
        assert told(*documents, policies=PILOT).of("Flag") == []

    def test_each_contact_in_the_window_is_a_communication_and_is_counted(self, told, case, entry):
        left = utskrevet(case, left=datetime(2026, 3, 8, 14, tzinfo=OSLO))
        calls = [
            entry(ProgrammeStep(programme="72-timer", step="contact", on=day), datetime(2026, 3, 9, 12, tzinfo=OSLO))
            for day in (date(2026, 3, 9), date(2026, 3, 11), date(2026, 3, 12))
        ]
        after = told(innlagt(case), left, *calls, policies=PILOT)
        made = after.of("Communication")
        assert sorted(one["sent"] for one in made) == ["2026-03-09", "2026-03-11"]  # the third came after the window
        flag, stay = after.one("Flag"), after.one("Encounter")
        assert {one["about"][0]["reference"] for one in made} == {f"Flag/{flag['id']}"}
        assert {one["encounter"]["reference"] for one in made} == {f"Encounter/{stay['id']}"}
        assert all(one["sender"] != one["recipient"][0] for one in made)
        (row,) = after.projection.stays
        assert [(one["contacts"], one["readmitted"]) for one in row.facts["windows"]] == [(2, False)]

    def test_a_readmission_in_the_window_is_counted_and_closes_it(self, told, case, entry):
        left = utskrevet(case, left=datetime(2026, 3, 8, 14, tzinfo=OSLO))
        again = Case(name="again", start=datetime(2026, 3, 10, 8, tzinfo=OSLO))
        called = entry(
            ProgrammeStep(programme="72-timer", step="contact", on=date(2026, 3, 9)),
            datetime(2026, 3, 9, 12, tzinfo=OSLO),
            about=case.message_id("innlagt-N"),
        )
        after = told(innlagt(case), left, innlagt(again), called, policies=PILOT)
        first, second = sorted(after.projection.stays, key=lambda row: row.began)
        assert [(one["contacts"], one["readmitted"]) for one in first.facts["windows"]] == [(1, True)]
        assert second.facts["windows"] == []
        assert "about" not in after.one("Communication")

    def test_a_wrong_line_in_a_table_of_programmes_is_named(self):
        with pytest.raises(ValueError, match="line 2"):
            policies({}, programmes=WARDS + "x,x,club,,,no,,2026-01-26,72,\n")
