"""Who may sign a medication list: what of the token is checked, and who is refused."""

from __future__ import annotations

import asyncio
import json
from typing import Any, cast

import pytest

from hub.access.caller import Caller
from hub.access.issuer import PRESCRIBING, Wanted
from hub.access.prescribing import DETAILS, may_prescribe
from hub.access.scopes import EVERYTHING
from hub.api.medication import Signing, post_signature
from hub.api.problems import ProblemError
from hub.api.services import Services

DOCTOR = PRESCRIBING["approvals"][0]
NURSE = {"profession": "SP", "authorization": {"value": "1"}, "requisition_rights": []}
AUTHORISED = {"value": "1", "description": "Autorisasjon"}


def details(*approvals: Any) -> dict[str, Any]:
    return {DETAILS: {"approvals": list(approvals)}}


@pytest.mark.parametrize("claims", [details(DOCTOR), details(NURSE, DOCTOR), {DETAILS: json.dumps(PRESCRIBING)}])
def test_an_approval_that_gives_a_right_to_prescribe_is_enough(claims: dict[str, Any]) -> None:
    assert may_prescribe(claims, "9144900")


@pytest.mark.parametrize(
    "claims",
    [
        {},
        details(),
        details(NURSE),
        details({**DOCTOR, "requisition_rights": []}),
        details({**DOCTOR, "requisition_rights": [{"value": ""}]}),
        details({**DOCTOR, "authorization": None}),
        details({"profession": "LE", "requisition_rights": [AUTHORISED]}),
        details("LE"),
        {DETAILS: "no JSON"},
        {DETAILS: {"approvals": "LE"}},
        {DETAILS: [DOCTOR]},
    ],
    ids=["none", "empty", "nurse", "no-right", "unnamed-right", "no-authorisation", "only-right", "text", "broken",
         "no-list", "no-object"],
)  # fmt: skip
def test_whoever_is_not_told_to_have_that_right_is_refused(claims: dict[str, Any]) -> None:
    assert not may_prescribe(claims, "9144900")


@pytest.mark.parametrize("hpr", ["", "123", "13116900216", "abcdefg"])
def test_a_right_without_a_number_in_the_register_is_nobodys(hpr: str) -> None:
    assert not may_prescribe(details(DOCTOR), hpr)


def test_the_token_decides_and_an_hpr_number_alone_does_not(gate: Any) -> None:
    said = {"orgnr_parent": "100000024", "hpr_number": "9144900", "scope": ["heimveg:api/clinician"]}
    assert not gate.call(gate.with_token(Wanted(**said))).prescriber
    assert gate.call(gate.with_token(Wanted(**said, prescriber=True))).prescriber
    assert not gate.call(gate.with_token(Wanted(**{**said, "hpr_number": ""}, prescriber=True))).prescriber


def test_nobody_else_signs_and_is_told_nothing_of_the_patient() -> None:
    nurse = Caller(client="epj", numbers=frozenset({"100000024"}), hpr="9144901", grants=EVERYTHING)
    with pytest.raises(ProblemError) as refused:
        asyncio.run(post_signature("any", Signing(author="Rita Lin"), cast(Services, None), nurse))
    assert refused.value.code == "not-prescriber"
