"""A timeline is in clinical time, whoever told what when; it shows what the caller may see, and where it is from."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from hub.timeline import timeline


def everything(_resource: Any) -> bool:
    return True


def condition(id_: str, **more: Any) -> dict[str, Any]:
    return {"resourceType": "Condition", "id": id_, "code": {"text": f"Tilstand {id_}"}, **more}


TIMES = ("2025", "2025-12", "2026-01-01", "2026-01-01T00:30:00+01:00", "2026-01-01T12:00:00Z")


@given(st.permutations(range(len(TIMES))))
def test_partial_dates_stand_where_they_begin(order: list[int]) -> None:
    made = [condition(str(n), onsetDateTime=TIMES[n]) for n in order]
    assert [h.time for h in timeline(made, everything)] == list(TIMES)


def test_what_has_no_time_comes_last_and_what_is_withdrawn_does_not_come() -> None:
    made = [
        condition("a"),
        condition("b", recordedDate="2026-01-02"),
        {"resourceType": "Observation", "id": "c", "status": "entered-in-error", "issued": "2026-01-01T00:00:00Z"},
        {"resourceType": "Patient", "id": "p"},
    ]
    found = timeline(made, everything)
    assert [(h.reference, h.time) for h in found] == [("Condition/b", "2026-01-02"), ("Condition/a", "")]


def test_the_time_it_is_about_counts_before_the_time_it_was_told() -> None:
    told = condition("a", recordedDate="2026-01-05", onsetDateTime="2019-06")
    assert timeline([told], everything)[0].time == "2019-06"


def test_sources_are_its_own_message_and_those_of_its_provenance() -> None:
    made = [
        condition("a", meta={"source": "urn:uuid:m1"}),
        {
            "resourceType": "Provenance",
            "id": "x",
            "meta": {"source": "urn:uuid:m2"},
            "target": [{"reference": "Condition/a"}],
        },
    ]
    (found,) = timeline(made, everything)
    assert (found.sources, found.text) == (("m1", "m2"), "Tilstand a")


def test_what_has_no_time_of_its_own_stands_where_it_was_told_first() -> None:
    told = [
        {"resourceType": "Provenance", "id": at, "occurredDateTime": at, "target": [{"reference": "Goal/g"}]}
        for at in ("2026-03-05T10:00:00+01:00", "2026-03-04T10:00:00+01:00")
    ]
    (found,) = timeline([{"resourceType": "Goal", "id": "g", "description": {"text": "Gå ut"}}, *told], everything)
    assert (found.time, found.text) == ("2026-03-04T10:00:00+01:00", "Gå ut")


def test_what_the_caller_may_not_see_is_not_in_it() -> None:
    made = [condition("a"), condition("b")]
    assert [h.reference for h in timeline(made, lambda one: one["id"] == "b")] == ["Condition/b"]


def test_a_source_that_the_caller_may_not_see_is_not_named() -> None:
    hidden = {
        "resourceType": "Provenance",
        "id": "x",
        "meta": {"source": "urn:uuid:m2"},
        "target": [{"reference": "Condition/a"}],
    }
    made = [condition("a", meta={"source": "urn:uuid:m1"}), hidden]
    (found,) = timeline(made, lambda one: one["resourceType"] != "Provenance")
    assert found.sources == ("m1",)
