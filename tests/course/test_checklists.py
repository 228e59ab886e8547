"""Checklists: templates in versions, chosen by municipality and ward, and what becomes of them on a stay."""

from __future__ import annotations

import json
from datetime import date

import pytest

from adapters.kith.samples import helseopplysninger, innlagt, utskrivningsklar
from mappings.checklist_plans import plan_definitions, templates
from mappings.course import policies
from mappings.documents import Entered
from mappings.documents.said import ChecklistBegun, ChecklistItem, Stated
from mappings.rules.checklists import shipped_templates

COLUMNS = "checklist,version,from,title,item,text,owner,after,hours\n"
FIRST = (
    "reise,1,,Reise,nokler,Nøklene er levert,municipality,ready,4\n"
    "reise,1,,Reise,bil,Bil er bestilt,hospital,admitted,48\n"
)
SECOND = "reise,2,2026-03-10,Reise 2,nokler,Nøkkelboks er montert,municipality,ready,4\n"
CHOSEN = "checklist,municipality,ward,from\n"
BEGUN = ChecklistBegun(checklist="reise", version=1)


@pytest.fixture
def ready(case):
    return [innlagt(case), helseopplysninger(case), utskrivningsklar(case)]


@pytest.fixture
def chosen(case):
    """``chosen(municipality, ward, from)``: the deployment's choice of one checklist."""

    def choosing(municipality=None, ward="", since="2026-03-01", table=COLUMNS + FIRST):
        place = case.patient.municipality if municipality is None else municipality
        return policies({}, checklists=table, checklists_chosen=f"{CHOSEN}reise,{place},{ward},{since}\n")

    return choosing


def fhir_change(task, entry, when, **status):
    """What somebody makes of a Task through FHIR."""
    said = Stated(target=f"Task/{task['id']}", version=1, resource=json.dumps({**task, **status}), changed="status")
    one = entry(said, when)
    assert isinstance(one, Entered)
    return one


def row(found):
    (stay,) = found.projection.stays
    return stay.facts


def points(found):
    return {task["description"]: task for task in found.tasks("sjekkpunkt")}


def test_a_checklist_that_is_begun_becomes_a_task_with_progress_and_one_for_each_point(told, ready, entry, at) -> None:
    of = policies({}, checklists=COLUMNS + FIRST)
    found = told(*ready, entry(BEGUN, at(3)), policies=of)
    whole, each = found.task("sjekkliste"), points(found)
    assert whole["instantiatesCanonical"] == "https://heimveg.dev/fhir/PlanDefinition/reise|1"
    assert whole["status"] == "requested"
    assert [one["valueInteger"] for one in whole["output"]] == [0, 2]
    assert {tuple(task["partOf"][0].values()) for task in each.values()} == {(f"Task/{whole['id']}",)}
    assert {task["instantiatesCanonical"] for task in each.values()} == {whole["instantiatesCanonical"]}
    ready_task = found.task("utskrivningsklar")
    assert each["Nøklene er levert"]["owner"] == ready_task["owner"]
    assert each["Bil er bestilt"]["owner"] == ready_task["requester"]
    assert each["Bil er bestilt"]["restriction"]["period"]["end"].startswith("2026-03-04T10:00")


def test_a_point_that_is_ticked_off_counts_and_one_that_is_not_relevant_counts_nowhere(told, ready, entry, at) -> None:
    of = policies({}, checklists=COLUMNS + FIRST)
    begun = [*ready, entry(BEGUN, at(3))]
    done = entry(ChecklistItem(item="bil", done=True, responsible="Sykepleier P.", due=at(4, 9)), at(4))
    found = told(*begun, done, policies=of)
    assert found.task("sjekkliste")["status"] == "in-progress"
    assert [one["valueInteger"] for one in found.task("sjekkliste")["output"]] == [1, 2]
    assert points(found)["Bil er bestilt"]["note"] == [{"text": "Ansvarlig: Sykepleier P."}]
    assert points(found)["Bil er bestilt"]["restriction"]["period"]["end"].startswith("2026-03-04T09:00")
    beside = entry(ChecklistItem(item="nokler", done=False, not_relevant=True), at(5))
    over = told(*begun, done, beside, policies=of)
    assert over.task("sjekkliste")["status"] == "completed"
    assert [one["valueInteger"] for one in over.task("sjekkliste")["output"]] == [1, 1]
    assert points(over)["Nøklene er levert"]["status"] == "cancelled"
    assert row(over)["checklist"] == {"done": 1, "of": 1, "open": []}


def test_the_newest_word_of_a_point_holds_whether_told_or_made_of_its_task(told, ready, entry, at) -> None:
    of = policies({}, checklists=COLUMNS + FIRST)
    begun = [*ready, entry(BEGUN, at(3))]
    task = points(told(*begun, policies=of))["Bil er bestilt"]
    changed = fhir_change(task, entry, at(4), status="completed")
    found = told(*begun, changed, policies=of)
    assert points(found)["Bil er bestilt"]["status"] == "completed"
    assert row(found)["checklists"][0]["done"] == 1
    (told_it,) = [one for one in row(found)["told"] if one["kind"] == "sjekkpunkt"]
    assert (told_it["id"], told_it["values"]) == (changed.head.message_id, {"item": "bil", "done": True})
    undone = entry(ChecklistItem(item="bil", done=False), at(5))
    after = told(*begun, changed, undone, policies=of)
    assert points(after)["Bil er bestilt"]["status"] == "requested"
    assert [one["valueInteger"] for one in after.task("sjekkliste")["output"]] == [0, 2]


def test_a_new_version_of_a_template_changes_nothing_that_was_begun(told, ready, entry, at) -> None:
    both = policies({}, checklists=COLUMNS + FIRST + SECOND)
    begun = [*ready, entry(BEGUN, at(3))]
    before = told(*begun, policies=policies({}, checklists=COLUMNS + FIRST))
    assert told(*begun, policies=both).projection == before.projection
    again = entry(ChecklistBegun(checklist="reise", version=2), at(12))
    assert set(points(told(*begun, again, policies=both))) == {"Nøkkelboks er montert"}


def test_a_checklist_whose_template_is_gone_stays_to_be_seen(told, ready, entry, at) -> None:
    found = told(*ready, entry(BEGUN, at(3)), entry(ChecklistItem(item="bil", done=True), at(4)))
    assert found.task("sjekkliste")["description"] == "reise"
    assert [one["valueInteger"] for one in found.task("sjekkliste")["output"]] == [0, 0]
    assert points(found)["bil"]["status"] == "completed"


def test_a_stay_has_the_checklists_chosen_for_its_municipality_and_ward(told, ready, case, chosen) -> None:
    ward = case.parties.hospital.level2.name
    assert len(told(*ready, policies=chosen(ward=ward)).tasks("sjekkpunkt")) == 2
    assert len(told(*ready, policies=chosen("", "")).tasks("sjekkpunkt")) == 2
    for elsewhere in (chosen("9999"), chosen(ward="En annen post"), chosen(since="2026-03-03")):
        assert told(*ready, policies=elsewhere).tasks("sjekkliste") == []


def test_a_stay_keeps_the_version_of_the_day_on_which_it_began(told, ready, chosen) -> None:
    (whole,) = told(*ready, policies=chosen(table=COLUMNS + FIRST + SECOND)).tasks("sjekkliste")
    assert whole["instantiatesCanonical"].endswith("|1"), "version 2 is of a day after the admission"


def test_a_point_past_its_deadline_is_overdue_for_who_owns_it(told, ready, case, chosen, at) -> None:
    found = told(*ready, policies=chosen(), as_of=at(8))
    waits = {wait["text"]: wait for wait in row(found)["awaited"] if wait["kind"] == "sjekkpunkt"}
    assert waits["Bil er bestilt"]["due"] < at(8)
    assert waits["Bil er bestilt"]["owner"]["number"] == case.parties.hospital.virksomhet.number
    assert waits["Nøklene er levert"]["owner"]["number"] == case.parties.saksbehandling.virksomhet.number
    early = told(*ready[:1], policies=chosen(), as_of=at(3, 9))
    assert early.projection.review_at is not None
    assert early.projection.review_at <= at(4, 10)


def test_the_shipped_checklists_are_those_of_the_way_home() -> None:
    names = {template.name for template in shipped_templates()}
    assert names == {"tidligmelding", "innleggelsesrapport", "utskrivning", "paragraf-9", "medisindispenser"}
    section_9 = next(template for template in shipped_templates() if template.name == "paragraf-9")
    assert [point.item[-1] for point in section_9.points] == ["a", "b", "c", "d", "e"]


def test_every_version_is_a_plan_definition_with_the_days_on_which_it_is_begun() -> None:
    of = policies({}, checklists=COLUMNS + FIRST + SECOND)
    plans = {plan["id"]: plan for plan in plan_definitions(of) if plan["id"].startswith("reise")}
    assert plans["reise-1"]["effectivePeriod"] == {"end": "2026-03-09"}
    assert plans["reise-2"]["effectivePeriod"] == {"start": "2026-03-10"}
    assert plans["reise-1"]["url"] == plans["reise-2"]["url"]
    listed = {one["checklist"]: one["version"] for one in templates(of, date(2026, 3, 9), None, None)}
    assert listed["reise"] == 1


@pytest.mark.parametrize(
    "table",
    [
        "reise,1,,Reise,bil,Bil,nobody,ready,1\n",
        "reise,0,,Reise,bil,Bil,hospital,ready,1\n",
        "Reise,1,,Reise,bil,Bil,hospital,ready,1\n",
        "reise,1,i fjor,Reise,bil,Bil,hospital,ready,1\n",
        "reise,1,,Reise,bil,Bil,hospital,ready,1\nreise,1,,Reise,bil,Bil,hospital,ready,1\n",
        FIRST + "reise,2,,Reise,bil,Bil,hospital,ready,1\n",
        FIRST + "hjem,1,,Hjem,bil,Bil,hospital,ready,1\n",
    ],
    ids=["owner", "version", "name", "date", "twice", "no day for the next version", "in two"],
)
def test_a_wrong_template_is_named(table: str) -> None:
    with pytest.raises(ValueError, match="checklists, "):
        policies({}, checklists=COLUMNS + table)


@pytest.mark.parametrize("line", ["ukjent,,,2026-01-01", "utskrivning,12,,2026-01-01", "utskrivning,,,"])
def test_a_wrong_choice_is_named(line: str) -> None:
    with pytest.raises(ValueError, match="chosen checklists, line 2"):
        policies({}, checklists_chosen=f"{CHOSEN}{line}\n")
