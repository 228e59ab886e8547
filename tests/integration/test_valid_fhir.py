"""The FHIR server's own validator is the judge: no error in anything that any message becomes.

What is judged is few: together they have every element that thousands have. ``HEIMVEG_TEST_SEEDS=400`` judges more.
What the validator only warns of is explained in docs/fhir.md.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest

from hub.beside import is_side_car
from hub.contract import Rejection
from hub.delivery.content import canonical
from hub.doors import course
from hub.identity import id_maker
from hub.reading import messages_in
from tests.clinical.sampling import of_any_messages, of_letters, of_reports, telling

pytestmark = pytest.mark.integration
SEEDS = int(os.environ.get("HEIMVEG_TEST_SEEDS", "40"))
"""Generated messages of each type and version to choose from; more of them take longer to make and to judge."""


@pytest.fixture(scope="module")
def judge(fhir: Any) -> Iterator[Any]:
    """Every issue that the validator has with a resource, as (severity, text)."""
    with httpx.Client(base_url=fhir.base, timeout=120) as client:

        def judging(resource: dict[str, Any]) -> list[tuple[str, str]]:
            answer = client.post(
                f"/{resource['resourceType']}/$validate",
                content=orjson.dumps(resource),
                headers={"Content-Type": "application/fhir+json"},
            )
            return [
                (i["severity"], f"{i['diagnostics']} at {i.get('location', [''])[0]}") for i in answer.json()["issue"]
            ]

        yield judging


def errors(judge: Any, resources: list[Any]) -> list[str]:
    """Each kind of error once, with the type of resource that has it."""
    return sorted(
        {
            f"{resource['resourceType']}: {text}"
            for resource in resources
            for severity, text in judge(resource)
            if severity in ("error", "fatal")
        }
    )


def test_every_report_of_every_story_and_version_is_valid(judge: Any) -> None:
    assert errors(judge, telling(of_reports())) == []


def test_whatever_a_message_may_hold_becomes_valid_fhir(judge: Any) -> None:
    assert errors(judge, telling(of_any_messages(range(SEEDS)))) == []


def test_every_letter_dialog_and_extract_becomes_valid_fhir(judge: Any) -> None:
    assert errors(judge, telling(of_letters(range(SEEDS)))) == []


def _made_of(folder: str, at: datetime) -> list[Any]:
    """What the files of a golden case become together."""
    files = sorted((Path(__file__).parents[1] / "golden" / folder).iterdir())
    files = [path for path in files if path.suffix in (".json", ".csv", ".hl7", ".xml")]
    files = [path for path in files if path.name != "bundle.json" and not is_side_car(path.name)]
    told = [one.outcome for path in files for one in messages_in(path)]
    made = course([one for one in told if not isinstance(one, Rejection)], at, ids=id_maker(b"the key of these tests"))
    return [*made.resources, *(mention.resource for mention in made.mentions)]


def test_medication_lists_and_what_differs_between_them_become_valid_fhir(judge: Any) -> None:
    made = _made_of("legemiddellister", datetime(2026, 4, 10, tzinfo=UTC))
    assert {"DetectedIssue", "MedicationRequest", "Task"} <= {r["resourceType"] for r in made}
    assert errors(judge, [orjson.loads(canonical(one)) for one in made]) == []


def test_what_municipalities_export_becomes_valid_fhir(judge: Any) -> None:
    folders = sorted(path.name for path in (Path(__file__).parents[1] / "golden").glob("kommune-*"))
    made = [one for name in folders for one in _made_of(name, datetime(2026, 11, 25, tzinfo=UTC))]
    assert {"EpisodeOfCare", "ServiceRequest", "Goal", "CareTeam", "CarePlan"} <= {r["resourceType"] for r in made}
    assert errors(judge, [orjson.loads(canonical(one)) for one in made]) == []
