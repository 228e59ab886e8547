"""Every reason for refusing a message: its AppRec code, its place, and advice; never a value from the message."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from adapters.kith import Settings
from adapters.kith.texts import FAULTS, ISSUES
from hub.contract import Identifier, Rejection
from mappings import tables
from mappings.documents import Message
from mappings.identifiers import HER_ID
from tests.adapters.conftest import (
    FNR,
    HOSPITAL,
    MUNICIPALITY,
    PATIENT,
    codes,
    event,
    ident,
    logistics,
    msghead,
    note,
    outcome_of,
    refused,
)

NAME = "<FamilyName>Testperson</FamilyName>"
ELSEWHERE = Settings(own_parties=(Identifier(HER_ID, "999"),))
INFO = "MsgHead/MsgInfo"
READY = "MsgHead/Document/RefDoc/Content/Pasientlogistikk/MeldingUtskrivningsklarPasient"
ADMITTED = event("1", "2026-03-01T10:00:00")
UTSKRIVNINGSKLAR = '<Type V="LOG_UTSKRIVNINGSKLAR"'
ATTACHED = (
    '<Document><RefDoc><MsgType V="A"/><FileReference>https://example.org/x.pdf</FileReference></RefDoc></Document>'
)

CASES: dict[str, tuple[bytes, str, str, str]] = {
    "not well-formed": (msghead()[:-20], "T01", "", "velformet"),
    "empty": (b"", "T01", "", "velformet"),
    "doctype": (b"<!DOCTYPE MsgHead>" + msghead().partition(b"?>")[2].lstrip(), "T01", "", "DOCTYPE"),
    "wrong value": (
        msghead(payload=logistics(events=event("1", "i går"))),
        "T02",
        f"{READY}/TidsfestetHendelse/TidspunktForHendelse",
        "Verdien av attributtet V i TidspunktForHendelse er ikke gyldig",
    ),
    "missing element": (
        msghead(generated="x").replace(b"<GenDate>x</GenDate>", b""),
        "T02",
        f"{INFO}/MsgId",
        "ventet er GenDate",
    ),
    "missing last element": (
        msghead(payload=logistics(events=ADMITTED.replace("<Anslag>false</Anslag>", ""))),
        "T02",
        f"{READY}/TidsfestetHendelse",
        "mangler innhold; ventet er Anslag",
    ),
    "wrong namespace": (
        msghead(payload=logistics(events=ADMITTED.replace("<Anslag>", '<Anslag xmlns="urn:x">'))),
        "T02",
        f"{READY}/TidsfestetHendelse/Anslag",
        "feil navnerom; ventet er «http://www.kith.no/xmlstds/po/poKomponent/2012-04-01»",
    ),
    "unknown attribute": (
        msghead(type=f'{UTSKRIVNINGSKLAR} X="1"/>'),
        "T02",
        f"{INFO}/Type",
        "Attributtet X er ikke tillatt i Type",
    ),
    "text between elements": (msghead(status="tekst"), "T02", INFO, "kan ikke ha tekst"),
    "element in text": (
        msghead(receiver=MUNICIPALITY.replace("Fjellheimen", "<b/>")),
        "T02",
        f"{INFO}/Receiver/Organisation/OrganisationName",
        "bare tekst",
    ),
    "content of an attribute-only element": (
        msghead(type=f"{UTSKRIVNINGSKLAR}>x</Type>"),
        "T02",
        f"{INFO}/Type",
        "bare attributter",
    ),
    "wrong fixed value": (
        msghead().replace(b"v1.2 2006-05-24", b"v1.1"),
        "T02",
        f"{INFO}/MIGversion",
        "skal være «v1.2 2006-05-24»",
    ),
    "unknown root": (b'<Melding xmlns="urn:x"/>', "T10", "Melding", "«urn:x»"),
    "known root in an unknown namespace": (b"<MsgHead/>", "T10", "MsgHead", "Støttet er"),
    "unknown payload": (
        msghead(payload='<Ny xmlns="urn:x"/>'),
        "T10",
        "MsgHead/Document/RefDoc/Content/Ny",
        "Ny i navnerommet «urn:x»",
    ),
    "next version of PLO": (
        msghead(payload=logistics(namespace="http://ehelse.no/xmlstds/po/Pasientlogistikk/2016-05-30")),
        "T10",
        "MsgHead/Document/RefDoc/Content/Pasientlogistikk",
        "1.5 og 1.6",
    ),
    "no payload": (msghead(payload=""), "T10", "MsgHead/Document", "ingen fagmelding"),
    "no message id": (msghead(message_id=" "), "E10", f"{INFO}/MsgId", "Lag en UUID"),
    "no UUID": (msghead(message_id="melding-1"), "E10", f"{INFO}/MsgId", "ikke en UUID"),
    "UUID in braces": (
        msghead(message_id="{6f9d1b52-2c1b-4e0e-8f5a-0d5a6f6a9e10}"),
        "E10",
        f"{INFO}/MsgId",
        "ikke en UUID",
    ),
    "no patient": (msghead(patient=None), "E36", f"{INFO}/Patient", "Pasienten mangler"),
    "blank patient": (msghead(patient=""), "E36", f"{INFO}/Patient", "Pasienten mangler"),
    "nameless patient": (msghead(patient=ident(FNR, "FNR", 8116)), "E36", f"{INFO}/Patient", "navn mangler"),
    "name alone": (msghead(patient=NAME), "E36", f"{INFO}/Patient", "fødselsdato"),
    "empty number": (
        msghead(patient=NAME + ident("", "FNR", 8116)),
        "E36",
        f"{INFO}/Patient/Ident[1]/Id",
        "(FNR) er tomt",
    ),
    "wrong number": (
        msghead(patient=NAME + ident("12824110254", "FNR", 8116)),
        "E36",
        f"{INFO}/Patient/Ident[1]/Id",
        "kontrollsifrene",
    ),
    "blank sender": (msghead(sender="<Organisation/>"), "X99", f"{INFO}/Sender/Organisation", "HER-id"),
    "attachment elsewhere": (
        msghead(documents=ATTACHED),
        "X99",
        "MsgHead/Document[2]/RefDoc/FileReference",
        "Base64Container",
    ),
}


@pytest.mark.parametrize(("body", "code", "path", "says"), CASES.values(), ids=CASES)
def test_a_mistake_is_answered_with_code_place_and_advice(body: bytes, code: str, path: str, says: str) -> None:
    faults = refused(body).faults
    assert [(fault.code, fault.path) for fault in faults] == [(code, path)]
    assert says in faults[0].text


def test_register_reports_are_not_for_us() -> None:
    body = msghead().replace(b"<Document>", b"<PatientReport><CaseNo>1</CaseNo><Document>", 1)
    body = body.replace(b"</Document>", b"</Document></PatientReport>", 1)
    assert [(f.code, f.path) for f in refused(body).faults] == [("T10", "MsgHead/PatientReport")]


def test_a_message_to_another_organisation_is_refused_without_an_answer() -> None:
    rejection = refused(msghead(), settings=ELSEWHERE)
    assert codes(rejection) == ["E21"]
    assert not rejection.answerable


def test_every_mistake_is_told_at_once() -> None:
    assert codes(refused(msghead(message_id="x", patient="", generated="x"))) == ["E10", "T02", "E36"]


def test_of_many_schema_errors_the_first_are_told_and_the_rest_counted() -> None:
    faults = refused(msghead(payload=logistics(events=event("1", "x") * 30))).faults
    assert len(faults) == 6
    assert "25 skjemafeil til" in faults[-1].text


@pytest.mark.parametrize("name", ["not well-formed", "unknown root", "blank sender"])
def test_nobody_is_answered_who_cannot_be_addressed(name: str) -> None:
    assert not refused(CASES[name][0]).answerable


@pytest.mark.parametrize("name", ["wrong value", "unknown payload", "no UUID", "name alone", "attachment elsewhere"])
def test_a_refused_message_can_be_answered_when_its_sender_can_be_read(name: str) -> None:
    rejection = refused(CASES[name][0])
    assert rejection.answerable
    assert rejection.head is not None
    assert rejection.head.sender.name == "Fjellheimen sykehus HF"


def test_every_code_of_a_fault_is_in_the_national_list() -> None:
    assert {code for code, _ in FAULTS.values()} <= set(tables.codes(8221))


@pytest.mark.parametrize("key", FAULTS)
def test_every_fault_tells_what_to_do(key: str) -> None:
    advice = re.compile(r"\b(Rett|fjern|Send|send|Legg|Lag|Valider|Oppgi|Fyll|Slå opp|Del)\b")
    assert advice.search(FAULTS[key][1])


def test_texts_have_no_place_for_a_value() -> None:
    places = {name for _, text in (*FAULTS.values(), *ISSUES.values()) for name in re.findall(r"\{(\w+)\}", text)}
    about_the_message = {"name", "namespace", "said", "found", "code", "what"}  # all of them shown by ``texts.shown``
    about_us = {"line", "column", "count", "elements", "children", "list", "type", "who"}
    assert places <= about_the_message | about_us


def told(outcome: Message | Rejection) -> list[str]:
    said = outcome.faults if isinstance(outcome, Rejection) else outcome.issues
    return [f"{one.text} {one.path} {one.code}" for one in said]


NUMBER = st.sampled_from([FNR, "310000019", "12824110254", "200001", "123456"])
TEMPLATES = [
    lambda n: msghead(type=f'<Type V="{n}"/>'),
    lambda n: msghead(type=f'<Type V="LOG_INNLAGT" {"x" + n}="1"/>'),
    lambda n: msghead(type=f'<Type V="LOG_INNLAGT" n:{"x" + n}="1" xmlns:n="urn:{n}"/>'),
    lambda n: msghead(message_id=n),
    lambda n: msghead(message_id=f"'{n}' is not expected. Expected is ( {{x}}y{n} ), type 'xs:{n}'."),
    lambda n: msghead(generated=f"type 'xs:{n}'"),
    lambda n: msghead(generated=f"' attribute '{n}' fixed value constraint '{n}'."),
    lambda n: msghead(patient=PATIENT + ident(n, n, 8116)),
    lambda n: msghead(patient=f"{NAME}<DateOfBirth>{n}</DateOfBirth><Sex V='{n}'/>{ident(n, 'FNR', 8116)}"),
    lambda n: msghead(patient=f"<x{n}/>"),
    lambda n: msghead(payload=f'<x{n} xmlns="urn:{n}"/>'),
    lambda n: f'<x{n} xmlns="urn:{n}"/>'.encode(),
    lambda n: f"<x{n}>".encode(),
    lambda n: msghead(payload=logistics(status=n)),
    lambda n: msghead(payload=logistics(events=event(n, n))),
    lambda n: msghead(payload=logistics(events=event(n, "2026-03-04"))),
    lambda n: msghead(payload=logistics(events=event("1", "2026-03-04", code_list=int(n)))),
    lambda n: msghead(payload=note(code=n)),
    lambda n: msghead(sender=HOSPITAL.replace("200001", f"2.00 {n}")),
    lambda n: msghead(status=f'<ProcessingStatus V="{n}"/>'),
    lambda n: msghead().replace(b"v1.2 2006-05-24", n.encode()),
    lambda n: msghead(reference=f"<ConversationRef><RefToParent>{n}</RefToParent></ConversationRef>"),
]  # fmt: skip


@pytest.mark.parametrize("template", TEMPLATES)
@pytest.mark.parametrize("number", [FNR, "310000019", "123456"])
def test_no_number_of_a_message_comes_out_in_a_text(template, number: str) -> None:
    body = template(number)
    assert number.encode() in body
    assert not [text for text in told(outcome_of(body)) if re.search(r"\d{6}", text)]


@settings(max_examples=150, derandomize=True, deadline=None)
@given(st.data())
def test_no_number_comes_out_wherever_in_the_message_it_stands(data: st.DataObject) -> None:
    tree = etree.fromstring(msghead())
    element = data.draw(st.sampled_from(list(tree.iter(etree.Element))))
    number = data.draw(NUMBER)
    where = data.draw(st.sampled_from([*sorted(element.attrib), "text", "tag", "new"]))
    if where == "text":
        element.text = number
    elif where == "tag":
        element.tag = f"{{{etree.QName(element).namespace}}}x{number}"
    elif where == "new":
        etree.SubElement(element, f"{{urn:{number}}}y{number}").set(f"z{number}", number)
    else:
        element.set(where, number)
    outcome = outcome_of(etree.tostring(tree))
    assert isinstance(outcome, Message | Rejection)
    assert not [text for text in told(outcome) if re.search(r"\d{6}", text)]
