"""Medication lists as messages: whose they are, under which id, and the answer that each format's standard asks for."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

from adapters import fhir_in, meona
from adapters.kith.samples import synthetic_number
from adapters.lists import envelope
from hub.contract import Raw, Rejection
from hub.doors import dump, load
from hub.identity import id_maker
from hub.judge import Verdict, judge_now
from hub.plugins import installed, parts_of
from mappings.documents.medication_list import MedicationDocument
from tests.medication.test_hl7_orders import HEAD, MESSAGE
from tests.medication.test_list_files import FNR, PERSON, ROWS, TIME, bundle, csv_file, hospital, order, raw

AT = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
IDS = id_maker(b"the key of these tests")
ORGNR = "urn:oid:2.16.578.1.12.4.1.4.101"
HOSPITAL = f"{ORGNR}|983974724"
OTHER = synthetic_number(date(1950, 1, 2), 2)


def judged(body: str | bytes, **headers: str) -> Verdict:
    return judge_now(raw(body, **headers), installed(), dump, IDS)


def document(body: str | bytes, **headers: str) -> MedicationDocument:
    found = judged(body, **headers).outcome
    assert isinstance(found, MedicationDocument), found
    return found


def refused(body: str | bytes, **headers: str) -> list[str]:
    found = judged(body, **headers).outcome
    assert isinstance(found, Rejection), found
    return [fault.code for fault in found.faults]


def hl7(*segments: str, head: str = HEAD) -> str:
    return "\r".join([head, *(segments or MESSAGE[1:])])


def ack(body: str) -> list[list[str]]:
    receipt = judged(body).receipt
    return [line.split("|") for line in receipt.decode().split("\r") if line] if receipt else []


@pytest.mark.parametrize("body", [hospital(), csv_file(), hl7()], ids=["bundle", "csv", "hl7"])
def test_a_list_comes_back_from_the_log_as_it_was_read(body: str) -> None:
    verdict = judged(body)
    assert isinstance(verdict.outcome, MedicationDocument)
    assert load(dump(verdict.outcome), body.encode()) == verdict.outcome


def test_a_bundle_is_known_by_its_identifier_and_an_order_message_by_its_control_id_at_its_sender() -> None:
    own = "6f1c0c0e-0000-4000-8000-000000000001"
    named = json.loads(hospital()) | {"identifier": {"value": f"urn:uuid:{own.upper()}"}}
    assert document(json.dumps(named)).head.message_id == own
    ids = {document(hl7(head=HEAD.replace("WARD", ward))).head.message_id for ward in ("WARD", "WARD", "OTHER")}
    assert len(ids) == 2


def test_what_has_no_id_is_known_by_its_content_and_its_envelope() -> None:
    nobody = json.loads(hospital())
    del nobody["entry"][0]["resource"]["identifier"]
    body = json.dumps(nobody)
    first, again, other = (
        document(body, **{envelope.PATIENT: f"{FNR}|{number}"}).head.message_id for number in (PERSON, PERSON, OTHER)
    )
    assert (first == again, first == other) == (True, False)
    assert document(csv_file()).head.message_id != document(csv_file(ROWS[0])).head.message_id


def test_a_number_that_fails_its_control_digits_identifies_nobody() -> None:
    wrong = PERSON[:-1] + str((int(PERSON[-1]) + 1) % 10)
    assert refused(csv_file(ROWS[0].replace(PERSON, wrong))) == ["patient-number"]
    assert wrong not in str(judged(csv_file(ROWS[0].replace(PERSON, wrong))).outcome)


def test_a_wrong_number_beside_a_right_one_is_flagged_and_not_used() -> None:
    whole = json.loads(hospital())
    whole["entry"][0]["resource"]["identifier"].append({"system": FNR, "value": "01010112345"})
    found = document(json.dumps(whole))
    assert [i.value for i in found.head.persons] == [PERSON]
    assert "patient-number-unused" in [issue.code for issue in found.issues]


def test_a_local_number_counts_only_within_the_organisation_that_gave_it() -> None:
    whole = json.loads(hospital())
    whole["entry"][0]["resource"]["identifier"] = [{"system": "urn:meona:pid", "value": "42"}]
    here, there = (
        document(json.dumps(whole), **{envelope.ORGANISATION: f"{ORGNR}|{number}"}).head.persons
        for number in ("983974724", "974557746")
    )
    assert len(here) == 1
    assert set(here).isdisjoint(there)


def test_the_organisation_and_the_receivers_of_the_envelope_are_the_parties() -> None:
    said = {envelope.ORGANISATION: HOSPITAL, envelope.RECEIVERS: f"{ORGNR}|974557746, {ORGNR}|874716782"}
    head = document(hospital(), **said).head
    assert head.sender.key == HOSPITAL
    assert [p.key for p in (head.receiver, *head.copies)] == [f"{ORGNR}|974557746", f"{ORGNR}|874716782"]


def test_a_payload_that_names_another_organisation_than_the_envelope_is_refused() -> None:
    facility = HEAD.replace("|WARD|", "|WARD^2.16.578.1.12.4.1.4.101.974557746^ISO|")
    assert document(hl7(head=facility)).head.sender.key == f"{ORGNR}|974557746"
    assert refused(hl7(head=facility), **{envelope.ORGANISATION: HOSPITAL}) == ["organisation-differs"]
    custodian = {"resourceType": "Composition", "custodian": {"identifier": {"system": ORGNR, "value": "974557746"}}}
    composition = {"resource": custodian | {"status": "final", "type": {"text": "Liste"}, "date": TIME,
                                           "author": [{"display": "Sykehus"}], "title": "Liste"}}  # fmt: skip
    body = bundle(order(1, "C07AB02", "Metoprolol 50 mg", "1+0+0+0"), composition)
    assert refused(body, **{envelope.ORGANISATION: HOSPITAL}) == ["organisation-differs"]


def test_who_is_refused_can_be_told_by_whom_the_envelope_names() -> None:
    found = judged("{" + hospital(), **{envelope.ORGANISATION: HOSPITAL}).outcome
    assert isinstance(found, Rejection)
    assert found.head is not None
    assert (found.head.sender.key, found.head.message_id, found.head.persons) == (HOSPITAL, "", ())


def test_a_file_with_several_patients_is_a_message_for_each_and_lines_keep_their_numbers() -> None:
    rows = (ROWS[0], ROWS[1].replace(PERSON, OTHER), ROWS[2].replace(";Albyl-E;", ";;"))
    parts = parts_of(raw(csv_file(*rows), **{"content-type": "text/csv"}), installed())
    read = [meona.csv_adapter.read(part) for part in parts]
    found = [one for one in read if isinstance(one, MedicationDocument)]
    assert [one.head.persons[0].value for one in found] == [PERSON, OTHER]
    assert [[line.path for line in one.listing.lines] for one in found] == [["2"], ["3"]]
    assert [[issue.path for issue in one.issues] for one in found] == [["4"], []]
    assert parts_of(raw(csv_file()), installed()) == (raw(csv_file()),)


def outcome_issues(body: str, **headers: str) -> list[dict[str, Any]]:
    receipt = judged(body, **headers).receipt
    assert receipt is not None
    told = json.loads(receipt)
    assert told["resourceType"] == "OperationOutcome"
    issues: list[dict[str, Any]] = told["issue"]
    return issues


def test_a_bundle_is_answered_by_an_outcome_that_names_the_path() -> None:
    broken = json.loads(hospital())
    broken["entry"][1]["resource"]["intent"] = 7
    (issue,) = outcome_issues(json.dumps(broken))
    assert (issue["severity"], issue["code"]) == ("error", "structure")
    assert issue["expression"] == ["Bundle.entry[1].resource.intent"]
    (well,) = outcome_issues(hospital())
    assert (well["severity"], well["code"]) == ("information", "informational")


def test_an_outcome_names_a_header_that_is_wrong_and_not_its_value() -> None:
    (issue,) = outcome_issues(hospital(), **{envelope.PATIENT: "42"})
    assert (issue["diagnostics"], "expression" in issue) == (f"patient: {envelope.PATIENT}", False)


def test_the_outcome_is_valid_fhir() -> None:
    from fhir.resources.R4B.operationoutcome import OperationOutcome

    for body in (hospital(), "{" + hospital()):
        receipt = fhir_in.adapter.receipt(raw(body), fhir_in.adapter.read(raw(body)), id="x", at=AT)
        assert OperationOutcome.model_validate_json(receipt or b"")


ASKED = {
    ("", ""): ("AA", "AE", "AR"),
    ("AL", "NE"): ("CA", "CE", "CR"),
    ("NE", "AL"): ("AA", "AE", "AR"),
    ("AL", "AL"): ("AA", "AE", "AR"),
    ("NE", "NE"): (None, None, None),
    ("ER", "NE"): (None, "CE", "CR"),
    ("NE", "SU"): ("AA", None, None),
}


@pytest.mark.parametrize(("asked", "codes"), ASKED.items(), ids=lambda v: "-".join(map(str, v)))
def test_an_order_message_is_acknowledged_as_it_asks_to_be(asked: tuple[str, str], codes: tuple[Any, ...]) -> None:
    head = HEAD.replace("|AL|NE|", f"|{asked[0]}|{asked[1]}|")
    answers = (hl7(head=head), hl7(*MESSAGE[2:], head=head), hl7(head=head.replace("RDE^O11", "ADT^A01")))
    said = [next((line[1] for line in ack(body) if line[0] == "MSA"), None) for body in answers]
    assert tuple(said) == codes


def test_an_acknowledgement_goes_back_where_the_message_came_from_and_names_segment_and_field() -> None:
    msh, msa, err = ack(hl7(MESSAGE[1], MESSAGE[2], "RXE|1^QD"))
    assert (msh[2:6], msh[8]) == (["HUB", "HUB", "MEONA", "WARD"], "ACK^O11^ACK")
    assert (msa[1], msa[2]) == ("CE", "MSG1")
    assert (err[2], err[3], err[4]) == ("RXE^1^2", "101^Required field missing^HL70357", "E")


def test_separators_in_what_the_sender_wrote_do_not_break_the_acknowledgement() -> None:
    body = hl7(head=HEAD.replace("|MSG1|", r"|A\F\B\S\C|"))
    assert next(line for line in ack(body) if line[0] == "MSA")[2] == r"A\F\B\S\C"


def test_a_message_whose_separators_cannot_be_read_has_no_answer_and_is_kept() -> None:
    verdict = judged(HEAD.replace("|^~\\&|", "|^^^^|"))
    assert isinstance(verdict.outcome, Rejection)
    assert verdict.receipt is None


def test_synthetic_persons_are_taken_only_where_the_deployment_says_so() -> None:
    strict = type(meona.csv_adapter)(
        name="csv", reader=meona.csv_reader, content_types=frozenset({"text/csv"}), accept_synthetic=False
    )
    found = strict.read(raw(csv_file()))
    assert isinstance(found, Rejection)
    assert found.faults[0].code == "patient-number"


def test_no_reader_answers_for_json_that_is_no_medication() -> None:
    other = json.dumps({"resourceType": "Bundle", "type": "collection", "entry": []})
    assert not fhir_in.adapter.accepts(Raw(body=other.encode(), received=AT))
