"""What old, real-looking messages show (dossier 8.1): taken, flagged with a place, and normalised for matching."""

from __future__ import annotations

import pytest

from adapters.kith import KithAdapter
from hub.contract import HER_ID, ORGANISASJONSNUMMER, Identifier
from mappings.documents.msghead import MsgHead
from tests.adapters.conftest import (
    EPIKRISE,
    HOSPITAL,
    MUNICIPALITY,
    PATIENT,
    epikrise,
    event,
    ident,
    issues,
    logistics,
    msghead,
    organisation,
    raw,
    taken,
)  # fmt: skip

SENDER = "MsgHead/MsgInfo/Sender/Organisation"
RECEIVER = "MsgHead/MsgInfo/Receiver/Organisation"
REFERENCE = (
    "<ConversationRef><RefToParent>6f9d1b52-2c1b-4e0e-8f5a-000000000001</RefToParent>"
    "<RefToConversation>6f9d1b52-2c1b-4e0e-8f5a-000000000001</RefToConversation></ConversationRef>"
)


def test_an_ordinary_message_has_nothing_odd() -> None:
    assert issues(msghead()) == {}


@pytest.mark.parametrize("written", ["200.001", "200 001", "200-001", " 200001. "])
def test_a_her_id_with_punctuation_is_matched_by_its_digits_and_kept_as_written(written: str) -> None:
    body = msghead(sender=HOSPITAL.replace(">200001<", f">{written}<"))
    found = taken(body)
    assert Identifier(HER_ID, "200001") in found.head.sender.identifiers
    assert isinstance(found.root, MsgHead)
    assert found.root.msg_info.sender.organisation.ident[0].id == written
    assert issues(body) == {"identifier-punctuation": [f"{SENDER}/Ident[1]/Id"]}


def test_an_organisation_number_with_spaces_is_matched_by_its_digits() -> None:
    body = msghead(sender=HOSPITAL.replace("310000019", "310 000 019"))
    assert Identifier(ORGANISASJONSNUMMER, "310000019") in taken(body).head.sender.identifiers
    assert issues(body) == {"identifier-punctuation": [f"{SENDER}/Ident[2]/Id"]}


def test_an_organisation_number_that_fails_its_control_digit_is_kept_and_flagged() -> None:
    body = msghead(sender=HOSPITAL.replace("310000019", "310000010"))
    assert Identifier(ORGANISASJONSNUMMER, "310000010") in taken(body).head.sender.identifiers
    assert issues(body) == {"organisation-number-invalid": [f"{SENDER}/Ident[2]/Id"]}


@pytest.mark.parametrize(("part", "path"), [("sender", SENDER), ("receiver", RECEIVER)])
def test_a_missing_level_2_is_flagged_and_level_1_is_used(part: str, path: str) -> None:
    body = msghead(**{part: organisation("Fjellheimen", ident("300", "HER"))})
    head = taken(body).head
    named = head.sender if part == "sender" else head.receiver
    assert named.key == f"{HER_ID}|300"
    assert named.unit_identifiers == ()
    assert issues(body) == {"level2-missing": [path]}
    assert KithAdapter().receipt(raw(body), taken(body), id="x", at=head.generated)


@pytest.mark.parametrize(("part", "path"), [("sender", SENDER), ("receiver", RECEIVER)])
def test_level_2_without_her_id_is_flagged(part: str, path: str) -> None:
    whole = {"sender": HOSPITAL, "receiver": MUNICIPALITY}[part]
    body = msghead(
        **{
            part: whole.replace(ident("200002", "HER"), ident("MED", "LAV")).replace(
                ident("100002", "HER"), ident("MED", "LAV")
            )
        }
    )
    assert issues(body) == {"level2-without-her-id": [f"{path}/Organisation"]}


@pytest.mark.parametrize("receiver", ["<Organisation/>", organisation("", ident("", "HER"))])
def test_a_blank_receiver_is_flagged_and_the_message_is_kept(receiver: str) -> None:
    assert issues(msghead(receiver=receiver)) == {"receiver-missing": [RECEIVER]}


def test_a_message_id_in_capitals_or_with_space_is_compared_in_one_spelling() -> None:
    assert taken(msghead(message_id=" 6F9D1B52-2C1B-4E0E-8F5A-0D5A6F6A9E10\n")).head.message_id == (
        "6f9d1b52-2c1b-4e0e-8f5a-0d5a6f6a9e10"
    )


@pytest.mark.parametrize(
    ("status", "series", "found"),
    [
        ("N", "N", set()),
        (" n ", "N", set()),
        ("C", "C", {"reference-missing"}),
        ("M", "M", {"series-not-allowed", "reference-missing"}),
        ("O", "M", {"series-obsolete", "reference-missing"}),
        ("A", "A", {"series-obsolete"}),
        ("H", "N", {"series-unclear"}),
        ("", "N", {"series-unclear"}),
    ],
)
def test_every_status_ever_sent_is_read(status: str, series: str, found: set[str]) -> None:
    body = msghead(payload=logistics(status=status))
    assert taken(body).head.series == series
    assert set(issues(body)) - {"unknown-code"} == found


def test_an_odd_status_is_pointed_at() -> None:
    (path,) = issues(msghead(payload=logistics(status="H")))["series-unclear"]
    assert path.endswith("/InformasjonOmForsendelsen/Forsendelsesstatus/@V")


def test_a_cancellation_that_refers_to_its_original_is_in_order() -> None:
    body = msghead(payload=logistics(status="C"), reference=REFERENCE)
    assert issues(body) == {}
    assert taken(body).head.parent == "6f9d1b52-2c1b-4e0e-8f5a-000000000001"


def test_an_epikrise_cancellation_may_name_its_original_in_ref_doc_only() -> None:
    original = '<RefDoc><MsgType V="REF"/><Id>11111111-0000-4000-8000-000000000001</Id><FileReference/></RefDoc>'
    head = taken(epikrise(status="C", more=original)).head
    assert head.series == "C"
    assert head.parent == "11111111-0000-4000-8000-000000000001"
    assert head.conversation == "b9270660-4567-11e7-9598-0800200c9a66"


def test_an_epikrise_may_be_dated_without_a_time() -> None:
    assert taken(epikrise(generated="2026-03-05")).head.generated.isoformat() == "2026-03-05T00:00:00+01:00"


@pytest.mark.parametrize("version", sorted(EPIKRISE))
def test_an_epikrise_whose_time_says_nothing_is_dated_by_its_arrival(version: str) -> None:
    body = epikrise(version=version, generated="2026")
    assert taken(body).head.generated == raw(body).received
    assert "generated-unreadable" in issues(body)


def test_a_document_dated_after_its_message_is_nothing_to_remark() -> None:
    assert issues(msghead(generated="2026-03-01T08:00:00")) == {}


def test_the_hour_that_autumn_repeats_is_flagged() -> None:
    body = msghead(payload=logistics(events=event("1", "2026-10-25T02:30:00")))
    (path,) = issues(body)["ambiguous-local-time"]
    assert path.endswith("/TidspunktForHendelse/@V")


def test_that_hour_with_an_offset_is_clear() -> None:
    assert issues(msghead(payload=logistics(events=event("1", "2026-10-25T02:30:00+01:00")))) == {}


def test_an_unknown_code_is_kept_and_flagged_with_its_list() -> None:
    body = msghead(payload=logistics(events=event("77", "2026-03-04")))
    (issue,) = taken(body).issues
    assert (issue.code, issue.severity) == ("unknown-code", "warning")
    assert issue.path.endswith("/TidsfestetHendelse[1]/Hendelsekode/@V")
    assert "77" in issue.text and "9121" in issue.text


def test_a_code_of_a_list_that_we_do_not_hold_is_no_issue() -> None:
    assert issues(msghead(payload=logistics(events=event("77", "2026-03-04", code_list=9999)))) == {}


@pytest.mark.parametrize(("code", "code_list"), [("5", 9121)])
def test_a_code_that_came_after_the_lists_is_known(code: str, code_list: int) -> None:
    assert issues(msghead(payload=logistics(events=event(code, "2026-03-04", code_list=code_list)))) == {}


def test_a_second_number_for_the_same_patient_is_kept_beside_the_first() -> None:
    persons = taken(msghead(patient=PATIENT + ident("H-7", "XXX", 8116))).head.persons
    assert len(persons) == 2
    assert persons[0].value == "12824110253"
