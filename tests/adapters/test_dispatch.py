"""The payload's root and namespace decide what a message is; ``Type/@V`` is only compared with it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from lxml import etree

from adapters.kith import KithAdapter
from adapters.kith.kinds import KINDS, kind_of
from adapters.kith.parse import parse
from adapters.kith.samples import Case, avmelding, dod, helseopplysninger, innlagt, utskrevet, utskrivningsklar
from adapters.kith.samples.arbitrary import arbitrary_message, chance, message_kinds
from adapters.kith.write import write
from hub.contract import Rejection
from mappings.documents import Message
from mappings.documents.base64container import Base64Container
from mappings.documents.dialects import tag_of
from mappings.documents.msghead import MsgHead
from tests.adapters.conftest import codes, epikrise, issues, logistics, msghead, note, outcome_of, raw, refused, taken

CASE = Case(start=datetime(2026, 3, 4, 8, 30, tzinfo=UTC))
KINDS_OF_MESSAGE = list(message_kinds())
OF = (
    (innlagt, "LOG_INNLAGT"),
    (helseopplysninger, "HELSEOPPL_SOKNAD"),
    (utskrivningsklar, "LOG_UTSKRIVNINGSKLAR"),
    (avmelding, "LOG_AVMELDING"),
    (utskrevet, "LOG_UTSKREVET"),
    (dod, "LOG_DOD"),
)


@pytest.mark.parametrize("version", ["1.5", "1.6"])
@pytest.mark.parametrize(("make", "type"), OF, ids=[name for _, name in OF])
def test_each_message_is_known_by_its_payload(make, type, version) -> None:
    head = taken(make(CASE, version=version)).head
    assert (head.type, head.version) == (type, version)


def test_the_namespace_and_not_the_type_tells_the_version() -> None:
    assert taken(msghead(payload=logistics(version="1.5"))).version == "1.5"
    assert taken(msghead(payload=logistics(version="1.6"))).version == "1.6"


@pytest.mark.parametrize(
    ("said", "choice"), [("LOG_INNLAGT", "AvmeldingUtskrivningsklarPasient"), ("DIALOG_NOTAT", "")]
)
def test_a_type_that_contradicts_the_payload_is_flagged_and_not_believed(said: str, choice: str) -> None:
    body = msghead(type=f'<Type V="{said}"/>', payload=logistics(choice or "MeldingUtskrivningsklarPasient"))
    found = taken(body)
    assert found.head.type == ("LOG_AVMELDING" if choice else "LOG_UTSKRIVNINGSKLAR")
    assert [(i.code, i.path) for i in found.issues] == [("type-payload-mismatch", "MsgHead/MsgInfo/Type/@V")]


def test_an_older_word_for_logistics_is_no_contradiction() -> None:
    assert issues(msghead(type='<Type V="PASIENTLOGISTIKK"/>')) == {}


def test_an_empty_type_is_flagged() -> None:
    assert issues(msghead(type="<Type/>")) == {"type-missing": ["MsgHead/MsgInfo/Type/@V"]}


@pytest.mark.parametrize(
    ("said", "payload", "type", "version"),
    [
        ("DIALOG_NOTAT", note(), "DIALOG_NOTAT", "1.0"),
        ("", note(code="5", code_list=9069), "DIALOG_SVAR", "1.0"),
        ("", note(code="1", code_list=8117), "DIALOG_AVVIK", "1.0"),
        ("DIALOG_HELSEFAGLIG", note(version="1.1", code="6", code_list=7322), "DIALOG_HELSEFAGLIG", "1.1"),
    ],
)
def test_dialogs_are_told_apart(said: str, payload: str, type: str, version: str) -> None:
    head = taken(msghead(type=f'<Type V="{said}"/>', payload=payload)).head
    assert (head.type, head.version) == (type, version)


@pytest.mark.parametrize("version", ["1.1", "1.2"])
def test_epikrise_stands_outside_the_envelope(version: str) -> None:
    found = taken(epikrise(version=version))
    assert (found.head.type, found.version) == ("EPIKRISE", version)
    assert found.payload is found.root


def test_an_attachment_before_the_main_document_is_not_taken_for_it() -> None:
    attached = (
        '<Document><RefDoc><MsgType V="A" DN="Vedlegg"/><MimeType>application/pdf</MimeType><Content>'
        '<Base64Container xmlns="http://www.kith.no/xmlstds/base64container">JVBERg==</Base64Container>'
        "</Content></RefDoc></Document>"
    )
    body = msghead().replace(b"<Document>", attached.encode() + b"<Document>", 1)
    found = taken(body)
    assert found.head.type == "LOG_UTSKRIVNINGSKLAR"
    assert not isinstance(found.payload, Base64Container)
    assert len(found.enclosed) == 2


@pytest.mark.parametrize(("cls", "version"), KINDS_OF_MESSAGE, ids=str)
def test_every_kind_of_message_there_is_a_shape_for_has_its_row(cls, version: str) -> None:
    part = arbitrary_message(cls, version, chance(1))
    if cls is Base64Container:
        return  # an attachment is never the message
    payload = part.document[0].ref_doc.content.any[0] if isinstance(part, MsgHead) else part
    assert tag_of(payload, version) in KINDS
    tree = parse(write(part, version))
    assert isinstance(tree, etree._Element)
    found = tree if tree.tag in KINDS else tree.find(".//{*}Content")[0]
    assert kind_of(found) is KINDS[tag_of(payload, version)]


@pytest.mark.parametrize(("cls", "version"), KINDS_OF_MESSAGE, ids=str)
def test_whatever_is_valid_is_taken_or_refused_with_a_reason(cls, version: str) -> None:
    for seed in range(10):
        body = write(arbitrary_message(cls, version, chance(seed)), version)
        outcome = outcome_of(body)
        assert isinstance(outcome, Message | Rejection)
        assert isinstance(outcome, Message) or "T02" not in codes(outcome)


def test_only_xml_is_accepted_for_judgement() -> None:
    adapter = KithAdapter()
    assert adapter.accepts(raw(b" \xef\xbb\xbf<a/>"))
    assert adapter.accepts(raw("<a/>".encode("utf-16")))
    assert not adapter.accepts(raw(b'{"resourceType": "Bundle"}'))
    assert not adapter.accepts(raw(b""))


def test_what_we_support_is_told_to_whom_sends_something_else() -> None:
    fault = refused(b'<Bundle xmlns="http://hl7.org/fhir"/>').faults[0]
    assert (fault.code, fault.path) == ("T10", "Bundle")
    assert "PLO-meldinger 1.5 og 1.6" in fault.text
