"""The answer (HIS 80415:2012): its version, its mirrored address, its status, and none where none may be."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from adapters.kith import KithAdapter, Settings
from adapters.kith.parse import parse
from adapters.kith.samples import PARTIES, Case, Parties, dod, innlagt, utskrivningsklar
from adapters.kith.samples.arbitrary import arbitrary_message, chance, message_kinds
from adapters.kith.schema import schema_for
from adapters.kith.write import write
from hub.contract import Fault, Identifier, Rejection
from tests.adapters.conftest import (
    HOSPITAL,
    epikrise,
    event,
    ident,
    logistics,
    msghead,
    note,
    organisation,
    outcome_of,
    raw,
    taken,
)  # fmt: skip

CASE = Case(start=datetime(2026, 3, 4, 8, 30, tzinfo=UTC))
AT = datetime(2026, 7, 1, 12, 0, 5, tzinfo=UTC)
ID = "0b1f6f0e-7a0e-4d55-9f5c-6f0a4a1f2c11"
SPACE = {"1.0": "http://www.kith.no/xmlstds/apprec/2004-11-21", "1.1": "http://www.kith.no/xmlstds/apprec/2012-02-15"}
BAD = msghead(patient="<FamilyName>Testperson</FamilyName>", payload=logistics(events=event("1", "x")))


def answer(body: bytes, *, settings: Settings | None = None, **headers: str) -> etree._Element:
    """The AppRec, which must be there and valid."""
    adapter = KithAdapter(settings) if settings else KithAdapter()
    message = raw(body, **headers)
    receipt = adapter.receipt(message, adapter.read(message), id=ID, at=AT)
    assert receipt is not None
    return valid(receipt)


def valid(receipt: bytes) -> etree._Element:
    root = parse(receipt)
    assert isinstance(root, etree._Element)
    schema = schema_for(str(etree.QName(root).namespace))
    assert schema.validate(root), schema.error_log
    return root


def no_answer(body: bytes, settings: Settings | None = None) -> bool:
    adapter = KithAdapter(settings) if settings else KithAdapter()
    return adapter.receipt(raw(body), adapter.read(raw(body)), id=ID, at=AT) is None


def text(root: etree._Element, path: str) -> str | None:
    return root.findtext("/".join(f"{{*}}{step}" for step in path.split("/")))


def code(root: etree._Element, path: str) -> str | None:
    found = root.find("/".join(f"{{*}}{step}" for step in path.split("/")))
    return None if found is None else found.get("V")


def numbers(unit: etree._Element | None) -> list[tuple[str | None, str | None]]:
    """Every identifier of a unit in an AppRec with its type, the first first."""
    assert unit is not None
    first = (unit.findtext("{*}Id"), code(unit, "TypeId"))
    return [first, *((a.findtext("{*}Id"), code(a, "Type")) for a in unit.iterfind("{*}AdditionalId"))]


@pytest.mark.parametrize(
    ("body", "version"),
    [
        (innlagt(CASE, version="1.5"), "1.0"),
        (innlagt(CASE, version="1.6"), "1.1"),
        (msghead(payload=note()), "1.0"),
        (msghead(payload=note(version="1.1")), "1.1"),
        (epikrise(version="1.1"), "1.0"),
        (epikrise(version="1.2"), "1.1"),
        (msghead(payload='<Ukjent xmlns="urn:x"/>'), "1.1"),
    ],
)
def test_the_payload_decides_the_version_of_the_answer(body: bytes, version: str) -> None:
    root = answer(body)
    assert root.tag == f"{{{SPACE[version]}}}AppRec"
    assert text(root, "MIGversion") == {"1.0": "1.0 2004-11-21", "1.1": "v1.1 2012-02-15"}[version]


@pytest.mark.parametrize("version", ["1.5", "1.6"])
def test_a_message_that_was_taken_gets_status_1_and_no_error(version: str) -> None:
    root = answer(innlagt(CASE, version=version))
    assert code(root, "Status") == "1"
    assert root.find("{*}Error") is None
    assert (code(root, "MsgType"), text(root, "Id")) == ("APPREC", ID)
    assert text(root, "GenDate") == "2026-07-01T14:00:05"


@pytest.mark.parametrize("version", ["1.5", "1.6"])
def test_a_refused_message_gets_status_2_and_every_reason(version: str) -> None:
    body = msghead(patient="<FamilyName>T</FamilyName>", payload=logistics(version=version, events=event("1", "x")))
    root = answer(body)
    assert code(root, "Status") == "2"
    errors = root.findall("{*}Error")
    assert [e.get("V") for e in errors] == ["T02", "E36"]
    assert {e.get("S") for e in errors} == {"2.16.578.1.12.4.1.1.8221"}
    assert errors[1].get("DN") == "Pasientopplysninger er utilstrekkelige"
    assert "TidspunktForHendelse" in (errors[0].get("OT") or "")


def test_the_answer_names_the_message_as_it_named_itself() -> None:
    root = answer(msghead(message_id="6F9D1B52-2c1b-4e0e-8f5a-0d5a6f6a9e10", generated="2026-03-04T09:14:40.5+01:00"))
    assert text(root, "OriginalMsgId/Id") == "6F9D1B52-2c1b-4e0e-8f5a-0d5a6f6a9e10"
    assert text(root, "OriginalMsgId/IssueDate") == "2026-03-04T09:14:40.5+01:00"
    assert code(root, "OriginalMsgId/MsgType") == "LOG_UTSKRIVNINGSKLAR"


def test_an_epikrise_of_a_date_is_named_by_the_first_moment_of_that_day() -> None:
    assert text(answer(epikrise(generated="2026-03-05")), "OriginalMsgId/IssueDate") == "2026-03-05T00:00:00"


def test_an_unreadable_time_does_not_make_the_answer_invalid() -> None:
    assert text(answer(msghead(generated="i går")), "OriginalMsgId/IssueDate") == "2026-07-01T14:00:05"


@pytest.mark.parametrize("version", ["1.5", "1.6"])
def test_the_address_is_mirrored_on_both_levels(version: str) -> None:
    root = answer(innlagt(CASE, version=version))
    hospital, municipality = PARTIES.hospital, PARTIES.sykepleietjeneste
    to, by = root.find("{*}Receiver/{*}HCP/{*}Inst"), root.find("{*}Sender/{*}HCP/{*}Inst")
    assert to is not None and by is not None
    assert (text(to, "Name"), text(to, "Dept/Name")) == (hospital.virksomhet.name, "Indremedisin")
    assert (text(by, "Name"), text(by, "Dept/Name")) == (municipality.virksomhet.name, "Sykepleietjeneste")
    assert numbers(to.find("{*}Dept")) == [(hospital.level2.her_id, "HER")]


def test_every_identifier_comes_back_the_her_id_first() -> None:
    several = HOSPITAL.replace(ident("200001", "HER"), ident("100 004", "RSH")).replace(
        ident("310000019", "ENH"), ident("310000019", "ENH") + ident("200.001", "HER")
    )
    root = answer(msghead(sender=several))
    assert numbers(root.find("{*}Receiver/{*}HCP/{*}Inst")) == [
        ("200001", "HER"),
        ("100004", "RSH"),
        ("310000019", "ENH"),
    ]


@pytest.mark.parametrize(("version", "roles"), [("1.5", ("REQ", "SPR")), ("1.6", ("PRIM", "AVS"))])
def test_the_roles_are_those_of_the_version(version: str, roles: tuple[str, str]) -> None:
    root = answer(innlagt(CASE, version=version))
    assert (code(root, "Sender/Role"), code(root, "Receiver/Role")) == roles


def test_a_general_practitioner_answers_as_a_person_in_an_office() -> None:
    inst = answer(dod(CASE)).find("{*}Sender/{*}HCP/{*}Inst")
    assert inst is not None
    assert text(inst, "Name") == "Fjellvik legesenter"
    assert text(inst, "HCPerson/Name") == "Fiktiv Fastlege"
    assert numbers(inst.find("{*}HCPerson")) == [("99000301", "HER"), ("999000003", "HPR")]


@pytest.mark.parametrize("version", ["1.5", "1.6"])
def test_a_copy_receiver_answers_for_itself_when_the_transport_names_it(version: str) -> None:
    case = Case(start=CASE.start, parties=_with_copy())
    body = utskrivningsklar(case, version=version)
    primary, copy = answer(body), answer(body, heimveg_to_her_id="99000301")
    assert code(primary, "Sender/Role") in ("PRIM", "REQ")
    assert text(primary, "Sender/HCP/Inst/Name") == "Fjellvik kommune"
    assert code(copy, "Sender/Role") == "COP"
    assert text(copy, "Sender/HCP/Inst/Name") == "Fjellvik legesenter"


def _with_copy() -> Parties:
    return Parties(
        hospital=PARTIES.hospital,
        sykepleietjeneste=PARTIES.sykepleietjeneste,
        saksbehandling=PARTIES.saksbehandling,
        fastlege=PARTIES.fastlege,
        ward=PARTIES.ward,
        responsible=PARTIES.responsible,
        copies=(PARTIES.fastlege,),
    )


def test_a_transport_that_names_somebody_else_is_answered_by_the_primary_receiver() -> None:
    body = utskrivningsklar(Case(start=CASE.start, parties=_with_copy()))
    assert code(answer(body, heimveg_to_her_id="1"), "Sender/Role") == "PRIM"


def test_an_answer_is_not_answered() -> None:
    receipt = etree.tostring(answer(innlagt(CASE)))
    assert taken(receipt).head.type == "APPREC"
    assert no_answer(receipt)
    assert no_answer(receipt.replace(b"<Status ", b"<Ukjent/><Status "))


@pytest.mark.parametrize("version", ["1.5", "1.6"])
def test_our_own_answer_can_be_read_and_points_to_its_message(version: str) -> None:
    sent = innlagt(CASE, version=version)
    head = taken(etree.tostring(answer(sent))).head
    assert head.parent == taken(sent).head.message_id
    assert head.persons == ()
    assert UUID(head.message_id) == UUID(ID)


@pytest.mark.parametrize("sender", ["<Organisation/>", organisation("", ident(" ", "HER"))])
def test_nobody_is_answered_when_the_sender_is_blank(sender: str) -> None:
    assert no_answer(msghead(sender=sender))


def test_nothing_is_answered_on_behalf_of_another_organisation() -> None:
    elsewhere = Settings(own_parties=(outcome_party(innlagt(CASE)),))
    assert no_answer(msghead(), elsewhere)
    assert not no_answer(innlagt(CASE), elsewhere)


def outcome_party(body: bytes) -> Identifier:
    return taken(body).head.receiver.unit_identifiers[0]


@pytest.mark.parametrize("body", [b"", b"<a", b'<Melding xmlns="urn:x"/>', b"<!DOCTYPE a><a/>"])
def test_nothing_is_answered_to_what_is_no_message(body: bytes) -> None:
    assert no_answer(body)


def test_the_software_is_named() -> None:
    root = answer(innlagt(CASE), settings=Settings(software="heimveg", software_version="1.2"))
    assert (text(root, "SoftwareName"), text(root, "SoftwareVersion")) == ("heimveg", "1.2")
    assert text(answer(innlagt(CASE), settings=Settings(software="")), "SoftwareName") is None


def test_an_unknown_reason_is_answered_as_another_error() -> None:
    body = innlagt(CASE)
    rejection = Rejection(faults=(Fault(code="HUB", text="Konvolutten mangler"),), answerable=True)
    receipt = KithAdapter().receipt(raw(body), rejection, id=ID, at=AT)
    assert receipt is not None
    assert [e.get("V") for e in valid(receipt).findall("{*}Error")] == ["X99"]


def test_a_very_long_reason_is_cut() -> None:
    rejection = Rejection(faults=(Fault(code="T02", text="å" * 5000),), answerable=True)
    receipt = KithAdapter().receipt(raw(innlagt(CASE)), rejection, id=ID, at=AT)
    assert receipt is not None
    error = valid(receipt).find("{*}Error")
    assert error is not None
    assert len(error.get("OT") or "") == 500


def test_the_same_message_gets_the_same_answer() -> None:
    assert etree.tostring(answer(BAD)) == etree.tostring(answer(BAD))


@settings(max_examples=60, derandomize=True, deadline=None)
@given(st.sampled_from(list(message_kinds())), st.integers(0, 2**32))
def test_every_answer_is_valid_whatever_the_message(kind, seed: int) -> None:
    cls, version = kind
    body = write(arbitrary_message(cls, version, chance(seed)), version)
    message = raw(body)
    outcome = outcome_of(body)
    receipt = KithAdapter().receipt(message, outcome, id=ID, at=AT)
    if receipt is not None:
        assert code(valid(receipt), "Status") == ("2" if isinstance(outcome, Rejection) else "1")
