"""The way home: who receives the patient and when, how the patient travels, and what is still to be done."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest

from adapters.kith.samples import (
    Case,
    avmelding,
    dod,
    epikrise,
    helseopplysninger,
    innlagt,
    utskrevet,
    utskrivningsklar,
)
from mappings.documents.said import (
    Answer,
    Arrived,
    ChecklistItem,
    Deviation,
    MessageRead,
    TransportPlanned,
)
from mappings.norwegian_time import OSLO

DAY = timedelta(days=1)


@pytest.fixture
def ready(case):
    return [innlagt(case), helseopplysninger(case), utskrivningsklar(case)]


@pytest.fixture
def can(entry, at):
    return entry(Answer(answer="can-receive", on=at(8).date(), place="Korttidsplass"), at(6, 14))


def row(told):
    (found,) = told.projection.stays
    return found


def state(task):
    return task["status"], task["businessStatus"]["coding"][0]["code"]


def outputs(task):
    return {o["type"]["coding"][0]["code"]: next(v for k, v in o.items() if k != "type") for o in task["output"]}


class TestReception:
    def test_it_begins_when_the_municipality_can_receive_and_is_part_of_the_readiness(self, told, ready, can, at):
        assert told(*ready, as_of=at(7)).tasks("motta-pasient") == []
        after = told(*ready, can, as_of=at(7))
        task, master = after.task("motta-pasient"), after.task("utskrivningsklar")
        assert state(task) == ("accepted", "kan-ta-imot")
        assert task["owner"] == master["owner"]
        assert task["partOf"] == [{"reference": f"Task/{master['id']}"}]
        assert task["restriction"]["period"] == {"start": "2026-03-08", "end": "2026-03-08"}
        assert outputs(task) == {"sted": "Korttidsplass"}
        assert {"reference": f"Task/{task['id']}"} in [a["reference"] for a in after.one("CarePlan")["activity"]]

    def test_the_patient_is_on_the_way_from_departure_to_arrival(self, told, ready, can, case, entry, at):
        gone = [*ready, can, utskrevet(case, left=at(8, 11))]
        assert state(told(*gone, as_of=at(8, 12)).task("motta-pasient")) == ("in-progress", "overfort")
        came = entry(Arrived(at=at(8, 14), place="Sykehjemmet"), at(8, 15))
        task = told(*gone, came, as_of=at(8, 16)).task("motta-pasient")
        assert state(task) == ("completed", "overfort")
        assert outputs(task) == {"sted": "Sykehjemmet", "ankomst": "2026-03-08T14:00:00+01:00"}
        assert task["executionPeriod"] == {"start": "2026-03-08T11:00:00+01:00", "end": "2026-03-08T14:00:00+01:00"}

    def test_without_word_of_arrival_it_closes_and_says_so(self, told, ready, can, case, at):
        gone = [*ready, can, utskrevet(case, left=at(8, 11))]
        before, after = (told(*gone, as_of=at(15, 11) + late) for late in (-timedelta(seconds=1), timedelta()))
        assert before.task("motta-pasient")["status"] == "in-progress"
        assert after.task("motta-pasient")["status"] == "completed"
        assert (
            after.task("motta-pasient")["statusReason"]["text"]
            == "Ankomst er ikke bekreftet av kommunen (arrival_days=7)"
        )
        assert before.projection.review_at == at(15, 11), "it changes though no message comes"

    @pytest.mark.parametrize("end", ["withdrawn", "dead", "revoked"])
    def test_what_makes_it_impossible_cancels_it(self, told, ready, can, case, entry, at, end):
        ends = {
            "withdrawn": (avmelding(case, withdrawn=at(7).date(), generated=at(7)), "avmeldt"),
            "dead": (dod(case, died=at(7, 3), generated=at(7)), "dod"),
            "revoked": (entry(Answer(answer="revoked"), at(7)), "kan-ikke-ta-imot"),
        }
        message, why = ends[end]
        assert state(told(*ready, can, message, as_of=at(7, 14)).task("motta-pasient")) == ("cancelled", why)

    def test_an_arrival_told_without_an_answer_is_shown(self, told, ready, entry, at):
        came = entry(Arrived(at=at(8).date()), at(8, 15))
        task = told(*ready, came, as_of=at(9)).task("motta-pasient")
        assert (task["status"], task["executionPeriod"]) == ("completed", {"end": "2026-03-08"})

    @pytest.mark.parametrize("left", [datetime(2026, 3, 8, 16, tzinfo=OSLO), datetime(2026, 3, 9, 9, tzinfo=OSLO)])
    def test_an_arrival_before_the_departure_makes_no_period_that_runs_backwards(
        self, told, ready, can, case, entry, at, left
    ):
        came = entry(Arrived(at=at(8, 14)), at(8, 15))
        task = told(*ready, can, utskrevet(case, left=left), came).task("motta-pasient")
        start = task["executionPeriod"].get("start")
        assert start in (None, "2026-03-08")
        assert task["executionPeriod"]["end"] == "2026-03-08T14:00:00+01:00"


def test_a_notice_for_a_day_still_to_come_may_be_answered_before_that_day(told, case, entry, at):
    notice = utskrivningsklar(case, ready=at(10).date(), generated=at(5, 10))
    early = entry(Answer(answer="can-receive"), at(6, 9), about=case.message_id("utskrivningsklar-N"))
    before = told(innlagt(case), helseopplysninger(case), notice, early, as_of=at(7))
    assert before.tasks("utskrivningsklar") == []
    assert before.task("kommune-beslutning")["businessStatus"]["coding"][0]["code"] == "kan-ta-imot"
    after = told(innlagt(case), helseopplysninger(case), notice, early, as_of=at(10, 12))
    assert after.task("kommune-beslutning")["id"] == before.task("kommune-beslutning")["id"]
    assert state(after.task("motta-pasient")) == ("accepted", "kan-ta-imot")
    assert row(after).facts["pay"]["days"] == 0


def test_an_early_answer_to_the_second_notice_is_none_to_the_one_withdrawn_before(told, case, entry, at):
    first, back = utskrivningsklar(case), avmelding(case, withdrawn=at(7).date(), generated=at(7, 9))
    again = case.message_id("again")
    second = utskrivningsklar(case, ready=at(12).date(), generated=at(8, 10), message_id=again)
    early = entry(Answer(answer="can-receive"), at(9), about=again)
    after = told(innlagt(case), helseopplysninger(case), first, back, second, early, as_of=at(10))
    answers = {t["businessStatus"]["coding"][0]["code"] for t in after.tasks("kommune-beslutning")}
    assert answers == {"venter-svar", "kan-ta-imot"}
    assert row(after).facts["readiness"][0]["reply"] == "none"


def test_how_the_patient_travels_is_a_task_with_its_time_until_the_patient_has_left(told, ready, case, entry, at):
    first = entry(TransportPlanned(planned=at(8, 11), mode="egen"), at(7))
    travel = entry(TransportPlanned(planned=at(8, 13), mode="pasientreise", note="Rullestol"), at(7, 15))
    task = told(*ready, first, travel, as_of=at(8)).task("transport")
    assert [coding["code"] for coding in task["code"]["coding"]] == ["transport", "pasientreise"]
    assert (task["status"], task["executionPeriod"], task["description"]) == (
        "requested",
        {"start": "2026-03-08T13:00:00+01:00"},
        "Rullestol",
    )
    gone = told(*ready, travel, utskrevet(case, left=at(8, 13)), as_of=at(9))
    assert gone.task("transport")["status"] == "completed"


def test_the_row_tells_what_the_municipality_must_know_to_receive_the_patient(told, ready, case, entry, at):
    message = case.message_id("innlagt-N")
    entries = [
        entry(TransportPlanned(planned=at(8, 13), mode="pasientreise"), at(7)),
        entry(ChecklistItem(item="utstyr", done=True), at(7, 10)),
        entry(ChecklistItem(item="nokler", done=False, text="Nøkler er levert"), at(7, 11)),
        entry(Deviation(message=message, reason="incomplete", text="Funksjon mangler"), at(7, 12)),
        entry(MessageRead(message=message), at(7, 13)),
    ]
    facts = row(told(*ready, *entries, as_of=at(8))).facts
    assert facts["transport"] == {"planned": at(8, 13), "mode": "pasientreise", "name": "Pasientreise"}
    assert facts["checklist"] == {"done": 1, "of": 2, "open": ["Nøkler er levert"]}
    assert facts["deviations"] == 1
    assert facts["unit"] == case.parties.saksbehandling.level2.name
    assert [m["id"] for m in facts["messages"] if m["read"]] == [message]
    assert facts["documents"] == {"INNLEGGELSESRAPPORT": None, "UTSKRIVNINGSRAPPORT": None, "EPIKRISE": None}


def test_a_deviation_waits_for_the_other_party_until_it_is_taken_back(told, ready, case, entry, at):
    said = Deviation(message=case.message_id("innlagt-N"), reason="incomplete", text="Funksjon mangler")
    told_it = entry(said, at(7, 12))
    (wait,) = [w for w in row(told(*ready, told_it, as_of=at(8))).facts["awaited"] if w["kind"] == "avvik"]
    assert (wait["due"], wait["text"]) == (at(7, 12), "Funksjon mangler")
    assert wait["owner"]["number"] == case.parties.hospital.virksomhet.number
    back = entry(said, at(7, 13), parent=told_it.head.message_id, series="C")
    after = told(*ready, told_it, back, as_of=at(8))
    assert "avvik" not in {w["kind"] for w in row(after).facts["awaited"]}
    assert wait["task"] not in {f"Task/{t['id']}" for t in after.of("Task")}


def test_what_is_not_done_on_a_checklist_is_overdue_when_the_patient_is_ready(told, ready, entry, at):
    item = {"item": "nokler", "text": "Nøkler er levert"}
    open_one = entry(ChecklistItem(**item, done=False), at(4))
    early = [w for w in row(told(*ready[:2], open_one, as_of=at(5))).facts["awaited"] if w["kind"] == "sjekkpunkt"]
    assert [w["due"] for w in early] == [at(7, 0)], "when the hospital expects that the patient is ready"
    (wait,) = [w for w in row(told(*ready, open_one, as_of=at(8))).facts["awaited"] if w["kind"] == "sjekkpunkt"]
    assert (wait["due"] < at(8), wait["text"]) == (True, "Nøkler er levert")
    done = row(told(*ready, open_one, entry(ChecklistItem(**item, done=True), at(7)), as_of=at(8)))
    assert "sjekkpunkt" not in {w["kind"] for w in done.facts["awaited"]}


def test_the_bydel_is_that_of_the_epikrise_since_no_other_message_has_a_place_for_it(told, ready, case):
    assert row(told(*ready)).facts["district"] is None
    letter = epikrise(case)
    county = re.search(rb"<[^<>]*County [^>]*/>", letter[letter.index(b"OffId") :])
    assert county is not None
    district = county[0].replace(b"County", b"CityDistr").replace(case.patient.municipality.encode(), b"990101")
    told_of = letter.replace(county[0], county[0] + district, 1)
    found = row(told(*ready, told_of)).facts["district"]
    assert found == {"code": "990101", "name": case.patient.municipality_name}


def test_the_hours_in_which_the_hospital_still_answers_stand_in_the_row(told, at):
    from mappings.rules.policies import policies

    table = (
        "programme,title,kind,cfs_from,cfs_to,needs_referral,signs,starts,hours,wards,contact\n"
        "72-timer,Utvidet behandlingsansvar i 72 timer,window,,,no,,2026-01-26,72,{ward},tlf. 99999020\n"
    )
    case = Case(name="window", start=datetime(2026, 3, 2, 10, tzinfo=OSLO))
    ward = case.parties.hospital.level2.name
    chosen = policies({}, programmes=table.format(ward=ward))
    found = told(innlagt(case), utskrevet(case, left=at(8, 11)), as_of=at(9), policies=chosen)
    (window,) = row(found).facts["windows"]
    assert (window["start"], window["end"], window["approximate"]) == (at(8, 11), at(11, 11), False)
    assert window["contact"] == "tlf. 99999020"
    assert found.one("Flag")["code"]["text"] == "Utvidet behandlingsansvar i 72 timer: tlf. 99999020"
