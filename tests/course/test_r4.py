"""One check of FHIR R4 for everything that comes in: by path, in our words, repeating nothing that somebody wrote."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from mappings.documents import troubles

GOAL: dict[str, Any] = {
    "resourceType": "Goal",
    "lifecycleStatus": "active",
    "description": {"text": "Å gå ut"},
    "subject": {"reference": "Patient/p"},
}
WORD = "Hemmelig"


@pytest.mark.parametrize(
    ("wrong", "path"),
    [
        ({"lifecycleStatus": WORD}, "Goal.lifecycleStatus"),
        ({"description": None}, "Goal.description"),
        ({WORD: "x"}, f"Goal.{WORD}"),
        ({"description": {"text": [WORD]}}, "Goal.description.text"),
        ({"startDate": WORD}, "Goal.startDate"),
        ({"subject": {"reference": f"Practitioner/{WORD}"}}, "Goal.subject.reference"),
        ({"subject": {"reference": f"https://x.no/fhir/Practitioner/{WORD}/_history/2"}}, "Goal.subject.reference"),
        ({"resourceType": WORD}, WORD),
    ],
)
def test_what_is_wrong_is_told_by_its_path_and_never_quoted(wrong: dict[str, Any], path: str) -> None:
    made = {name: value for name, value in {**GOAL, **wrong}.items() if value is not None}
    found = list(troubles(made))
    assert path in {one.path for one in found}
    assert not any(WORD in one.text for one in found)


def test_what_is_right_is_right_whatever_its_numbers_are_made_of() -> None:
    for value in (72.5, Decimal("72.50"), 72):
        weight = {
            "resourceType": "Observation", "status": "final", "code": {"text": "Vekt"},
            "valueQuantity": {"value": value, "unit": "kg"},
        }  # fmt: skip
        assert list(troubles(weight)) == []


@pytest.mark.parametrize(
    ("resource", "codes"),
    [
        ({"resourceType": "Task", "intent": "order"}, ("requested", "in-progress", "on-hold", "completed")),
        ({"resourceType": "Observation", "code": {"text": "Vekt"}}, ("final", "corrected", "entered-in-error")),
    ],
)
def test_every_status_of_r4_is_one(resource: dict[str, Any], codes: tuple[str, ...]) -> None:
    assert [list(troubles({**resource, "status": status})) for status in codes] == [[]] * len(codes)
    for other in ("finnes-ikke", "+"):
        (wrong,) = troubles({**resource, "status": other})
        assert wrong.path == f"{resource['resourceType']}.status"


def test_a_reference_within_a_bundle_has_the_type_of_what_it_points_to() -> None:
    to = "urn:uuid:6f9d1b52-2c1b-4e0e-8f5a-0d5a6f6a9e10"
    about = {**GOAL, "subject": {"reference": to}}
    assert list(troubles(about, {to: "Patient"})) == []
    assert [one.path for one in troubles(about, {to: "Device"}, "Bundle.entry[0].resource")] == [
        "Bundle.entry[0].resource.subject.reference"
    ]
