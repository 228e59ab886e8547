"""Plans that people write: one of each kind, a zone of each colour, and a crisis part for those whom it names."""

from __future__ import annotations

from typing import Any

import pytest

from mappings.documents import among, faults

VKP = "http://ehelse.no/fhir/CodeSystem/vkp-careplan-category-v090"
OURS = "https://heimveg.dev/fhir/CodeSystem/care-plan-category"
RESTRICTED = {"security": [{"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "R"}]}
WITHIN = {"partOf": [{"reference": "CarePlan/whole"}]}


def plan(kind: str, id_: str = "new", *, system: str = VKP, **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "CarePlan", "id": id_, "status": "active", "intent": "plan",
        "subject": {"reference": "Patient/p"}, "category": [{"coding": [{"system": system, "code": kind}]}], **more,
    }  # fmt: skip


def zone(colour: str, id_: str = "new", kind: str = "2", **more: Any) -> dict[str, Any]:
    extension = [{"url": "https://heimveg.dev/fhir/StructureDefinition/sone", "valueCode": colour}]
    return plan(kind, id_, extension=extension, **{**WITHIN, **more})


def crisis(**more: Any) -> dict[str, Any]:
    return plan("kriseplan", system=OURS, **{**WITHIN, **more})


def codes(resource: dict[str, Any], before: dict[str, Any] | None = None) -> set[str]:
    return {fault.code for fault in faults(resource, before, set(resource))}


@pytest.mark.parametrize(
    ("resource", "expected"),
    [
        (zone("yellow"), set()),
        (zone("blue"), {"zone"}),
        (zone("red", kind="1"), {"zone-kind"}),
        (zone("red", partOf=[]), {"zone-part"}),
        (crisis(meta=RESTRICTED), set()),
        (crisis(), {"crisis-open"}),
        (crisis(meta=RESTRICTED, partOf=[]), {"crisis-part"}),
        (plan("utskrivningsplan", system=OURS), {"discharge-plan"}),
        (plan("3", activity=[{"detail": {"status": "scheduled"}}]), set()),
    ],
)
def test_what_a_part_of_a_plan_must_say_itself(resource: dict[str, Any], expected: set[str]) -> None:
    assert codes(resource) == expected


def test_the_discharge_plan_of_the_messages_may_be_changed() -> None:
    made = plan("utskrivningsplan", system=OURS)
    assert not list(faults({**made, "note": [{"text": "Ja"}]}, made, {"note"}))


def beside(resource: dict[str, Any], *others: dict[str, Any], written: bool = True) -> set[str]:
    held = {f"CarePlan/{one['id']}": one for one in others}
    return {fault.code for fault in among(resource, held, held if written else ())}


WHOLE = plan("2", "whole")


@pytest.mark.parametrize("kind", ["1", "2", "3"])
def test_one_plan_of_a_kind_goes_on_at_a_time(kind: str) -> None:
    other = plan(kind, "other")
    assert beside(plan(kind), other) == {"one-plan"}
    assert beside(plan(kind), {**other, "status": "completed"}) == set()
    assert beside({**plan(kind), "status": "completed"}, other) == set()
    assert beside(plan(kind), other, written=False) == set(), "what messages tell takes no place"


def test_of_another_kind_there_may_be_many_and_zones_take_no_plan_s_place() -> None:
    assert beside(plan("0"), plan("0", "other")) == set()
    assert beside(plan("2"), zone("green", "z")) == set()
    assert beside(zone("green"), WHOLE) == set()


@pytest.mark.parametrize("colour", ["green", "yellow", "red"])
def test_each_zone_is_there_once(colour: str) -> None:
    assert beside(zone(colour), WHOLE, zone(colour, "first")) == {"zone-taken"}
    assert beside(zone(colour), WHOLE, {**zone(colour, "first"), "status": "revoked"}) == set()
    others = [zone(c, c) for c in ("green", "yellow", "red") if c != colour]
    assert beside(zone(colour), WHOLE, *others) == set()


def test_a_zone_is_within_a_plan_for_own_treatment_and_a_part_has_no_parts() -> None:
    assert beside(zone("red"), {**plan("1", "whole")}) == {"zone-part"}
    assert beside(crisis(), {**WHOLE, "partOf": [{"reference": "CarePlan/above"}]}) == {"part-of-part"}
    assert "part-of-part" in beside({**crisis(), "id": "whole"})
