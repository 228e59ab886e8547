"""All plans of a patient in one view: each once, whoever made it, its parts within it, nothing hidden."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from hub.plans import Plan, plans

WRITTEN = [{"url": "https://heimveg.dev/fhir/StructureDefinition/entry-kind", "valueCode": "fhir-ressurs"}]


def everything(_resource: Any) -> bool:
    return True


def plan(id_: str, *parents: str, **more: Any) -> dict[str, Any]:
    part_of = {"partOf": [{"reference": f"CarePlan/{parent}"} for parent in parents]} if parents else {}
    return {"resourceType": "CarePlan", "id": id_, "meta": {}, "status": "active", "title": id_, **part_of, **more}


def told(of: str, source: str, at: str, *, written: bool = False) -> dict[str, Any]:
    return {
        "resourceType": "Provenance", "id": source, "meta": {"source": f"urn:uuid:{source}"}, "recorded": at,
        "occurredDateTime": at, "target": [{"reference": f"CarePlan/{of}"}], "agent": [{"who": {"display": "Kommune"}}],
        **({"extension": WRITTEN} if written else {}),
    }  # fmt: skip


def shown(found: list[Plan]) -> list[str]:
    return [one["id"] for top in found for one in top.held() if one["resourceType"] == "CarePlan"]


IDS = st.sampled_from("abcde")


@given(st.dictionaries(IDS, st.lists(IDS, max_size=2, unique=True), max_size=5))
def test_every_plan_is_there_whatever_it_says_to_be_a_part_of(parents: dict[str, list[str]]) -> None:
    found = plans([plan(id_, *of) for id_, of in parents.items()], everything)
    assert set(shown(found)) == set(parents)


def test_a_plan_of_a_document_and_one_of_people_stand_side_by_side_and_tell_who_made_them() -> None:
    made = [
        plan("document"), told("document", "m1", "2026-03-01T10:00:00+01:00"),
        plan("people"), told("people", "e1", "2026-03-02T10:00:00+01:00", written=True),
        plan("both"), told("both", "m2", "2026-03-01T10:00:00+01:00"),
        told("both", "e2", "2026-03-03T10:00:00+01:00", written=True),
    ]  # fmt: skip
    found = {one.resource["id"]: one for one in plans(made, everything)}
    assert {id_: one.made_by for id_, one in found.items()} == {
        "document": "messages",
        "people": "people",
        "both": "both",
    }
    assert found["both"].sources == ("e2", "m2")
    assert [(one.at[:10], one.by) for one in found["both"].versions] == [("2026-03-03", "Kommune")]


def test_a_part_whose_plan_may_not_be_seen_stands_alone_and_a_part_that_may_not_is_not_there() -> None:
    made = [plan("whole"), plan("crisis", "whole"), plan("green", "whole")]
    assert shown(plans(made, lambda one: one["id"] != "crisis")) == ["whole", "green"]
    assert shown(plans(made, lambda one: one["id"] == "green")) == ["green"]


def test_what_is_over_comes_after_what_goes_on_and_what_is_withdrawn_does_not_come() -> None:
    made = [plan("a", status="completed"), plan("b"), plan("c", status="entered-in-error")]
    assert shown(plans(made, everything)) == ["b", "a"]


def test_goals_and_activities_come_with_their_plan_as_far_as_they_may_be_seen() -> None:
    goal = {"resourceType": "Goal", "id": "g", "meta": {}, "description": {"text": "Gå ut"}}
    task = {"resourceType": "Task", "id": "t", "meta": {}, "status": "requested"}
    references = {
        "goal": [{"reference": "Goal/g"}, {"reference": "Goal/gone"}],
        "activity": [{"reference": {"reference": "Task/t"}}],
    }
    (found,) = plans([plan("a", **references), goal, task], lambda one: one["id"] != "t")
    assert (found.goals, found.activities) == ((goal,), ())
