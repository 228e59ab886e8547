"""A difference from what was agreed is told by resource and FHIR path."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from tests.golden.differing import MOST, differences

TASK: dict[str, Any] = {
    "resourceType": "Task",
    "id": "0123456789",
    "status": "requested",
    "code": {"coding": [{"code": "utskrivningsklar"}]},
}


def bundle(*resources: dict[str, Any]) -> dict[str, Any]:
    return {"entry": [{"resource": deepcopy(resource)} for resource in resources]}


def test_the_same_has_no_difference() -> None:
    assert differences(bundle(TASK), bundle(TASK)) == []


def test_a_changed_element_is_told_with_both_values() -> None:
    made = {**TASK, "status": "completed", "code": {"coding": [{"code": "utskrivningsklar", "display": "Klar"}]}}
    assert differences(bundle(TASK), bundle(made)) == [
        "  Task/01234567 (utskrivningsklar) .code.coding[0].display: absent -> 'Klar'",
        "  Task/01234567 (utskrivningsklar) .status: 'requested' -> 'completed'",
    ]


def test_a_resource_that_came_or_went_is_named() -> None:
    patient = {"resourceType": "Patient", "id": "9876543210"}
    assert differences(bundle(TASK), bundle(patient)) == [
        "+ Patient/98765432 is new",
        "- Task/01234567 (utskrivningsklar) is gone",
    ]


def test_a_long_text_is_cut_and_many_lines_are_counted() -> None:
    made = {**TASK, **{f"note{n}": "x" * 500 for n in range(MOST + 5)}}
    lines = differences(bundle(TASK), bundle(made))
    assert len(lines) == MOST + 1
    assert lines[-1] == "... and 5 more"
    assert max(map(len, lines)) < 250
