"""What went wrong or fell due while nobody sent anything shows on the FHIR server all the same."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from adapters.kith.samples import Case, helseopplysninger, innlagt

pytestmark = pytest.mark.integration

ALL_WELL = "0 missing, 0 different"


@pytest.fixture(scope="module", autouse=True)
def nearly_due(hub, new_case) -> Case:
    """Admitted a little less than a day ago. Told first, so that the review's half minute passes during other tests."""
    case: Case = new_case(datetime.now(UTC) - timedelta(hours=24) + timedelta(seconds=20))
    hub.take(innlagt(case))
    return case


@pytest.fixture
def judged(hub, query, nearly_due) -> Callable[[str], list[dict[str, Any]]]:
    """The Tasks ``tidlig-varsel`` of that stay whose verdict is the one asked for."""
    tag = f"urn:oid:2.16.578.1.12.4.1.1.3402|{nearly_due.patient.municipality}"

    def found(word: str) -> list[dict[str, Any]]:
        criteria = {"business-status": f"https://heimveg.dev/fhir/CodeSystem/verdict|{word}", "_tag": tag}
        return [t for t in hub.search(query("Task", **criteria)) if t["code"]["coding"][0]["code"] == "tidlig-varsel"]

    return found


def test_a_duty_is_pending_before_it_falls_due(judged) -> None:
    assert judged("pending")


def test_what_is_lost_or_changed_on_the_server_is_found_and_repaired(hub, query, new_case) -> None:
    case = new_case(datetime.now(UTC).replace(microsecond=0) - timedelta(hours=30))
    hub.take(innlagt(case), helseopplysninger(case))
    tag = f"urn:oid:2.16.578.1.12.4.1.1.3402|{case.patient.municipality}"
    (encounter,) = hub.search(query("Encounter", _tag=tag))
    changed = {**encounter, "status": "cancelled"}
    hub.put(changed)
    found = hub.run("verify")
    assert found.returncode == 1
    assert f"Encounter/{encounter['id']}" in found.stdout + found.stderr
    hub.run("verify", "--repair")
    assert ALL_WELL in (checked := hub.run("verify")).stdout + checked.stderr
    assert hub.search(query("Encounter", _tag=tag))[0]["status"] == "in-progress"


def test_a_duty_that_falls_due_in_silence_changes_without_a_message(judged, wait_until) -> None:
    """The deadlines have passed while nobody sent anything."""
    wait_until(lambda: judged("missing"), "the review")
