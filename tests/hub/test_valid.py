"""What callers write is judged by the whole of R4's required bindings, also where the library's lists are cut short."""

from __future__ import annotations

import pytest

from hub.gateway.valid import troubles

TASK = {"resourceType": "Task", "intent": "order"}
OBSERVATION = {"resourceType": "Observation", "code": {"text": "Puls"}}


@pytest.mark.parametrize(
    ("resource", "status", "where"),
    [
        (TASK, "in-progress", []),
        (TASK, "completed", []),
        (TASK, "gjort", ["Task.status"]),
        (OBSERVATION, "corrected", []),
        (OBSERVATION, "+", ["Observation.status"]),
    ],
)
def test_a_status_of_r4_is_taken_and_any_other_refused_by_its_path(resource, status, where) -> None:
    assert [trouble.path for trouble in troubles({**resource, "status": status}, {})] == where
