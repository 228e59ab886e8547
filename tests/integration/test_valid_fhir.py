"""The FHIR server's own validator is the judge: no error in anything that any message becomes (issues it warns of are
listed in docs/fhir.md). What is judged is few: together they have every element that thousands have.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest

from tests.clinical.sampling import of_any_messages, of_reports, telling

pytestmark = pytest.mark.integration
SEEDS = int(os.environ.get("HEIMVEG_TEST_SEEDS", "40"))
"""Generated messages of each type and version to choose from; more of them take longer to make and to judge."""
PAGE = Path(__file__).resolve().parents[2] / "docs" / "fhir.md"


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


def found(judge: Any, resources: list[Any]) -> Counter[tuple[str, str, str]]:
    return Counter(
        (severity, resource["resourceType"], text)
        for resource in resources
        for severity, text in judge(resource)
        if severity in ("error", "fatal", "warning")
    )


def explained() -> list[re.Pattern[str]]:
    """The warnings that docs/fhir.md explains: the first cell of each row of its table."""
    rows = re.findall(r"^\| `([^`]+)` \|", PAGE.read_text(encoding="utf-8").partition("## Warnings")[2], re.MULTILINE)
    return [re.compile(".*".join(map(re.escape, row.split("…")))) for row in rows]


def told(issues: Counter[tuple[str, str, str]], *severities: str) -> list[str]:
    known = explained() if severities == ("warning",) else []
    return sorted(
        f"{kind}: {text}"
        for severity, kind, text in issues
        if severity in severities and not any(pattern.search(text) for pattern in known)
    )


def test_every_report_of_every_story_and_version_is_valid(judge: Any) -> None:
    issues = found(judge, telling(of_reports()))
    assert told(issues, "error", "fatal") == []
    assert told(issues, "warning") == []


def test_whatever_a_message_may_hold_becomes_valid_fhir(judge: Any) -> None:
    issues = found(judge, telling(of_any_messages(range(SEEDS))))
    assert told(issues, "error", "fatal") == []
    assert told(issues, "warning") == []
