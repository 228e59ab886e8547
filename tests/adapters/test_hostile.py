"""What could harm the reader is refused quickly, and nothing is fetched, expanded or executed."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters.kith import KithAdapter
from adapters.kith.parse import root_tag
from mappings.documents.dialogmelding import Dialogmelding
from tests.adapters.conftest import RECEIVED, codes, msghead, note, raw, refused, taken

HEAD = '<MsgHead xmlns="http://www.kith.no/xmlstds/msghead/2006-05-24">'
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
DOCTYPES = {
    "internal subset": "<!DOCTYPE MsgHead [<!ELEMENT MsgHead ANY>]><MsgHead/>",
    "billion laughs": f'<!DOCTYPE m [<!ENTITY l0 "lol">{LAUGHS}]><m>&l9;</m>',
    "quadratic blow-up": f'<!DOCTYPE m [<!ENTITY a "{"a" * 50_000}">]><m>{"&a;" * 5_000}</m>',
    "external file": '<!DOCTYPE m [<!ENTITY f SYSTEM "file:///etc/passwd">]><m>&f;</m>',
    "parameter entity": '<!DOCTYPE m [<!ENTITY % p SYSTEM "file:///etc/passwd"> %p;]><m/>',
    "external subset": '<!DOCTYPE m SYSTEM "http://example.invalid/x.dtd"><m/>',
    "public identifier": '<!DOCTYPE m PUBLIC "-//X" "http://example.invalid/x.dtd"><m/>',
}


@pytest.mark.parametrize("text", DOCTYPES.values(), ids=DOCTYPES)
def test_a_doctype_is_refused_whatever_it_says(text: str) -> None:
    assert codes(refused(text.encode())) == ["T01"]


def test_a_local_file_never_comes_into_a_message(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("hemmelig")
    body = msghead(payload=note().replace("Kan ta imot", "&f;")).partition(b"?>")[2]
    outcome = refused(f'<!DOCTYPE m [<!ENTITY f SYSTEM "{secret.as_uri()}">]>'.encode() + body.lstrip())
    assert codes(outcome) == ["T01"]
    assert "hemmelig" not in repr(outcome)


def test_an_undeclared_entity_is_not_well_formed() -> None:
    assert codes(refused(msghead(status="&ukjent;"))) == ["T01"]


def test_an_include_instruction_is_text_and_nothing_more() -> None:
    include = '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd" parse="text"/>'
    payload = taken(msghead(payload=note().replace("Kan ta imot", include))).payload
    assert isinstance(payload, Dialogmelding)
    assert payload.notat[0].tekst_notat_innhold == ""


def test_a_stylesheet_or_schema_location_is_not_followed() -> None:
    body = msghead().replace(b"<MsgHead ", b'<?xml-stylesheet href="http://example.invalid/x.xsl"?><MsgHead ')
    located = (
        b'<MsgHead xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="urn:x file:///x.xsd" '
    )
    assert not taken(body.replace(b"<MsgHead ", located)).issues


def test_nesting_deeper_than_any_message_is_refused() -> None:
    assert codes(refused(b"<a>" * 100_000 + b"</a>" * 100_000)) == ["T01"]


def test_nesting_as_deep_as_the_parser_allows_does_not_exhaust_the_reader() -> None:
    node = (
        '<Node xmlns="http://www.kith.no/xmlstds/epj/EPJEkstrakt/2008-02-20" '
        'xmlns:m1="http://www.kith.no/xmlstds/epj/meta/2008-02-20" m1:basiskomponenttype="EPJ sak" '
        'm1:komponenttype="x" komponentID="1">'
    )
    body = msghead(type='<Type V="EPJ-EKSTRAKT"/>', payload=node * 240 + "</Node>" * 240)
    assert taken(body).head.type == "EPJ-EKSTRAKT"


def test_an_attribute_of_more_than_ten_megabytes_is_refused() -> None:
    assert codes(refused(f'{HEAD}<MsgInfo x="{"a" * 11_000_000}"/></MsgHead>'.encode())) == ["T01"]


@pytest.mark.parametrize("size", [9_000_000, 14_000_000])
def test_a_text_as_long_as_a_file_of_ten_megabytes_is_read(size: int) -> None:
    payload = taken(msghead(payload=note().replace("Kan ta imot", "a" * size))).payload
    assert isinstance(payload, Dialogmelding)
    assert len(payload.notat[0].tekst_notat_innhold or "") == size


def test_a_large_message_may_be_no_deeper_than_a_small_one() -> None:
    assert codes(refused(b"<a>" * 1_000 + b"a" * 10_000_000 + b"</a>" * 1_000)) == ["T01"]


@pytest.mark.parametrize("child", ["<Document X='1'/>", "<Document><RefDoc/></Document>"])
def test_more_siblings_than_any_message_has_are_refused_at_once(child: str) -> None:
    outcome = refused(f"{HEAD}<MsgInfo/>{child * 100_000}</MsgHead>".encode())
    assert codes(outcome) == ["X99"]
    assert "Del innholdet på flere meldinger" in outcome.faults[0].text


def test_many_elements_in_all_are_refused_at_once() -> None:
    group = f"<Document>{'<RefDoc/>' * 4_000}</Document>"
    assert codes(refused(f"{HEAD}<MsgInfo/>{group * 30}</MsgHead>".encode())) == ["X99"]


@pytest.mark.parametrize(
    "body", [b"", b" ", bytes(range(256)), b"<", b"<a", b"\xff\xfe", b"<a>\x00</a>", b"\x1f\x8b\x08"]
)
def test_rubbish_is_refused_and_never_a_crash(body: bytes) -> None:
    adapter = KithAdapter()
    assert adapter.accepts(raw(body)) in (True, False)
    outcome = refused(body)
    assert codes(outcome) == ["T01"]
    assert adapter.receipt(raw(body), outcome, id="x", at=RECEIVED) is None
    root_tag(body)


def test_a_declared_encoding_that_the_bytes_contradict_is_refused() -> None:
    body = msghead().replace(b"Fjellheimen", "Fjellhøyden".encode("iso-8859-1"))
    assert codes(refused(body)) == ["T01"]


@pytest.mark.parametrize("path", [b"/etc/passwd", b"http://example.invalid/"])
def test_a_file_name_instead_of_xml_is_not_opened(path: bytes) -> None:
    assert codes(refused(path)) == ["T01"]
