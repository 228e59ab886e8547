"""What the answers of a FHIR server mean."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from hub.delivery.content import Ref
from hub.delivery.outcome import Answer, outcome_codes, trouble, written
from hub.errors import FhirServerAwayError, FhirServerBusyError, FhirServerRefusedError

SENT = [Ref("Patient", "p"), Ref("Task", "t")]


def entry(ref: Ref, status: str = "201 Created", version: str = "1") -> dict[str, Any]:
    return {"response": {"status": status, "location": f"{ref}/_history/{version}", "etag": f'W/"{version}"'}}


def answer(*entries: dict[str, Any], status: int = 200, type_: str = "transaction-response") -> Answer:
    return Answer(status=status, body=orjson.dumps({"resourceType": "Bundle", "type": type_, "entry": entries}))


def outcome(status: int, *issues: dict[str, Any]) -> Answer:
    return Answer(status=status, body=orjson.dumps({"resourceType": "OperationOutcome", "issue": issues}))


def test_every_entry_is_confirmed_with_its_version() -> None:
    found = written(SENT, answer(entry(SENT[0]), entry(SENT[1], "200 OK", "7")))
    assert [(w.version, w.created) for w in found] == [("1", True), ("7", False)]


@pytest.mark.parametrize(
    "unclear",
    [
        answer(entry(SENT[0])),
        answer(entry(SENT[0]), entry(SENT[1], "404 Not Found")),
        answer(entry(SENT[0]), entry(SENT[0])),
        answer(entry(SENT[0]), {}),
        answer(entry(SENT[0]), {"response": {"status": "200"}}),
        answer(entry(SENT[0]), entry(SENT[1]), type_="batch-response"),
        Answer(status=200, body=b"<html>welcome</html>"),
        Answer(status=200, body=b"[]"),
        Answer(status=200, body=b""),
    ],
)
def test_an_answer_that_does_not_confirm_every_entry_is_tried_again(unclear: Answer) -> None:
    with pytest.raises(FhirServerBusyError):
        written(SENT, unclear)


@pytest.mark.parametrize("status", [408, 409, 412, 500, 501])
def test_conflicts_and_inner_errors_are_tried_again(status: int) -> None:
    error = trouble(outcome(status, {"code": "conflict"}))
    assert type(error) is FhirServerBusyError


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_a_server_that_serves_nobody_is_waited_for(status: int) -> None:
    assert isinstance(trouble(Answer(status=status)), FhirServerAwayError)


@pytest.mark.parametrize("status", [400, 404, 410, 422])
def test_a_refusal_of_the_fhir_server_is_for_a_person(status: int) -> None:
    assert isinstance(trouble(outcome(status, {"code": "processing"})), FhirServerRefusedError)


@pytest.mark.parametrize("status", [302, 400, 401, 403, 404])
def test_an_answer_that_is_not_fhir_is_no_refusal(status: int) -> None:
    error = trouble(Answer(status=status, body=b"<html>nginx</html>"))
    assert type(error) is FhirServerBusyError


def test_codes_and_paths_are_told_but_never_the_text() -> None:
    resource_id = "Organization/0b5c7a52-9d3e-8f00-8a11-2233445566aa"
    text = f"HAPI-1094: Resource {resource_id} not found, patient Kari Nordmann 13847512345"
    issue = {"code": "processing", "diagnostics": text, "expression": ["Bundle.entry[3].resource"]}
    told = outcome_codes(outcome(400, issue).body)
    assert told == f"processing HAPI-1094 {resource_id} Bundle.entry[3].resource"


def test_paths_and_codes_that_carry_text_are_left_out() -> None:
    issue = {"code": "Kari Nordmann", "expression": ["where(name = 'Kari')"]}
    assert outcome_codes(outcome(400, issue).body) == "unknown"
