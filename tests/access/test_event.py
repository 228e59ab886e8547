"""What an AuditEvent tells: who, whom, why, as BALP and the Norwegian trust framework have it."""

from __future__ import annotations

from base64 import b64decode
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from hub.access.attestation import TYPE, attested
from hub.access.caller import Caller
from hub.access.event import TRUST, audit_event
from hub.access.ledger import Call, access
from hub.log.tables import AccessEntry

AT = datetime(2026, 3, 5, 9, 15, tzinfo=UTC)
NURSE = Caller(client="epj", numbers=frozenset({"100000024"}), parent="100000008", child="100000024", hpr="9999999")


def event(caller: Caller, call: Call, outcome: int = 200) -> dict[str, Any]:
    told = access(caller, call, outcome, ("p1", "p2"))
    columns = {name: getattr(told, name) for name in told.__dataclass_fields__} | {"at": AT}
    return dict(audit_event(AccessEntry(sequence=7, hash=b"", **columns), "p1"))


def extensions(of: dict[str, Any]) -> dict[str, Any]:
    return {one["url"].removeprefix(TRUST): one for one in of["extension"]}


def test_the_patient_asked_about_is_named_and_nobody_else() -> None:
    found = event(NURSE, Call("R", "read Patient"))
    assert extensions(found)["patient-extension"]["valueReference"] == {"reference": "Patient/p1"}
    assert found["entity"][0]["what"] == {"reference": "Patient/p1"}
    assert "p2" not in str(found)


def test_a_person_is_told_in_the_role_and_unit_that_they_called_in() -> None:
    found = event(NURSE, Call("R", "read Patient"))
    (role,) = found["contained"]
    assert role["practitioner"]["identifier"]["value"] == "9999999"
    assert role["organization"]["identifier"]["value"] == "100000024"
    (user,) = [agent for agent in found["agent"] if agent["requestor"]]
    assert user["who"]["reference"] == f"#{role['id']}"


def test_a_system_alone_is_the_one_who_asked() -> None:
    found = event(Caller(client="epj", parent="100000008"), Call("R", "read Patient"))
    assert "contained" not in found
    (asked,) = [agent for agent in found["agent"] if agent["requestor"]]
    assert asked["who"]["identifier"]["value"] == "epj"


def test_an_emergency_is_a_decision_with_its_reason_and_time_and_otherwise_no_purpose_is_guessed() -> None:
    found = event(NURSE.in_emergency("Bevisstløs pasient"), Call("R", "read Patient"))
    told = {e["url"]: e for e in extensions(found)["carerelation-metadata-extension"]["extension"]}
    assert told["decision-ref-description"]["valueString"] == "Bevisstløs pasient"
    assert told["decision-ref-user-selected"]["valueBoolean"] is True
    assert told["toa"]["valueUnsignedInt"] == int(AT.timestamp())
    assert found["purposeOfEvent"][0]["coding"][0]["code"] == "ETREAT"
    plain = event(NURSE, Call("R", "read Patient"))
    assert "purposeOfEvent" not in plain
    assert set(extensions(plain)) == {"patient-extension"}


ATTESTED = {
    "type": "nhn:tillitsrammeverk:parameters",
    "practitioner": {"hpr_nr": {"id": "9999999"}},
    "care_relation": {
        "purpose_of_use": {"code": "TREAT", "system": "urn:oid:2.16.840.1.113883.1.11.20448"},
        "purpose_of_use_details": {"code": "15", "system": "urn:oid:2.16.578.1.12.4.1.1.9151"},
        "decision_ref": {"id": "vedtak-7", "description": "Tjeneste etter vedtak", "user_selected": False},
    },
    "patients": [{"identifier": {"id": "17834110148"}}],
    "toa": 1772700000000,
}


def test_what_a_system_attests_is_told_with_its_purpose_decision_and_time_and_no_patient() -> None:
    told = attested({"authorization_details": [{"type": "other"}, ATTESTED]})
    found = event(replace(NURSE, attested=told), Call("R", "read Patient"))
    metadata = {e["url"]: e for e in extensions(found)["carerelation-metadata-extension"]["extension"]}
    assert metadata["decision-ref-id"]["valueString"] == "vedtak-7"
    assert metadata["decision-ref-description"]["valueString"] == "Tjeneste etter vedtak"
    assert metadata["decision-ref-user-selected"]["valueBoolean"] is False
    assert metadata["toa"]["valueUnsignedInt"] == 1772700000
    assert [c["coding"][0]["code"] for c in found["purposeOfEvent"]] == ["TREAT", "15"]
    assert "17834110148" not in told + str(found)


@pytest.mark.parametrize(
    "said",
    [
        None, "x", [], [3], [{"type": "other"}], [{"type": TYPE}], [{"type": TYPE, "care_relation": "x", "toa": True}],
        [{"type": TYPE, "care_relation": {"purpose_of_use": 3, "decision_ref": {"description": "17834110148"}}}],
    ],
)  # fmt: skip
def test_an_attestation_that_cannot_be_read_or_tells_of_somebody_is_left_out(said: Any) -> None:
    assert attested({"authorization_details": said}) == ""


@pytest.mark.parametrize(
    ("call", "interaction"),
    [
        (Call("R", "vread Task"), "vread"),
        (Call("R", "timeline"), "read"),
        (Call("E", "search Task"), "search"),
        (Call("C", "block"), "create"),
        (Call("U", "stay answer"), "update"),
        (Call("D", "block"), "delete"),
    ],
)
def test_every_kind_of_access_has_its_interaction(call: Call, interaction: str) -> None:
    assert event(NURSE, call)["subtype"][0]["code"] == interaction


def test_of_a_search_the_parameters_are_told_and_no_value() -> None:
    query = event(NURSE, Call("E", "search Task", "code patient"))["entity"][1]
    assert b64decode(query["query"]) == b"code=&patient="


@pytest.mark.parametrize(("status", "outcome"), [(200, "0"), (404, "4"), (503, "8")])
def test_what_was_refused_is_told_too(status: int, outcome: str) -> None:
    assert event(NURSE, Call("R", "read Patient"), status)["outcome"] == outcome
