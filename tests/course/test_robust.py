"""Spellings that systems really use, from the bytes to FHIR: encodings, times, codes and numbers of the patient."""

from __future__ import annotations

import re
from datetime import datetime

import pytest

from adapters.kith import KithAdapter, Settings
from adapters.kith.samples import Case, foresporsel, innlagt, utskrivningsrapport
from hub.contract import Raw, Rejection
from mappings.norwegian_time import OSLO

DECLARED = re.compile(rb"<\?xml[^>]*\?>\s*")
FNR, DNR, FHN = (f"urn:oid:2.16.578.1.12.4.1.4.{n}" for n in (1, 2, 3))
FHN_NUMBER, DNR_NUMBER = "80000000098", "52824110085"
"""The first that hold; the D-number is of the test population (month + 80)."""


def plain(body: bytes) -> str:
    return DECLARED.sub(b"", body).decode()


def admitted(case: Case, written: str) -> bytes:
    """The admission at a time as it is written."""
    stands, told = (f'TidspunktForHendelse V="{text}"'.encode() for text in ("2026-03-02T10:00:00", written))
    assert stands in innlagt(case)
    return innlagt(case).replace(stands, told)


ENCODED = {
    "utf-8 declared": lambda text: b'<?xml version="1.0" encoding="UTF-8"?>\n' + text.encode(),
    "utf-8 with a BOM": lambda text: b"\xef\xbb\xbf" + b'<?xml version="1.0" encoding="utf-8"?>' + text.encode(),
    "a BOM and no declaration": lambda text: b"\xef\xbb\xbf" + text.encode(),
    "no declaration": lambda text: text.encode(),
    "white space first": lambda text: b" \r\n\t" + text.encode(),
    "white space before the declaration": lambda text: b'\n<?xml version="1.0" encoding="UTF-8"?>' + text.encode(),
    "iso-8859-1": lambda text: b'<?xml version="1.0" encoding="ISO-8859-1"?>' + text.encode("latin-1"),
    "windows-1252": lambda text: b'<?xml version="1.0" encoding="windows-1252"?>' + text.encode("cp1252"),
    "utf-16": lambda text: ('<?xml version="1.0" encoding="UTF-16"?>' + text).encode("utf-16"),
}


def without_bytes(told):
    """Everything but what tells of the bytes themselves."""
    kept = []
    for resource in told.everything:
        if resource["resourceType"] == "DocumentReference":
            attachment = resource["content"][0]["attachment"]
            resource = {**resource, "content": [{"attachment": {**attachment, "size": 0, "hash": ""}}]}
        if resource["resourceType"] != "Binary":
            kept.append(resource)
    return kept


@pytest.mark.parametrize("encode", ENCODED.values(), ids=ENCODED)
def test_the_same_text_in_any_encoding_is_the_same_fhir(told, case, encode) -> None:
    body = utskrivningsrapport(case)
    assert without_bytes(told(encode(plain(body)))) == without_bytes(told(body))


@pytest.mark.parametrize(
    ("written", "start"),
    [
        ("2026-03-02T10:00:00", "2026-03-02T10:00:00+01:00"),
        ("2026-03-02T10:00:00+01:00", "2026-03-02T10:00:00+01:00"),
        ("2026-03-02T09:00:00Z", "2026-03-02T09:00:00Z"),
        ("2026-03-02T11:00:00+02:00", "2026-03-02T11:00:00+02:00"),
        ("2026-03-02T10:00:00.250", "2026-03-02T10:00:00.250+01:00"),
        ("2026-07-02T10:00:00", "2026-07-02T10:00:00+02:00"),
        ("2026-03-02", "2026-03-02"),
    ],
)
def test_a_time_keeps_its_precision_and_gets_the_offset_of_its_day(told, case, written, start) -> None:
    body = admitted(case, written)
    period = told(body, as_of=datetime(2026, 8, 1, tzinfo=OSLO)).one("Encounter")["period"]
    assert _moment(period["start"]) == _moment(start)
    assert len(period["start"]) >= len("2026-03-02")
    assert ("T" in period["start"]) == ("T" in start)


def _moment(text: str) -> object:
    return datetime.fromisoformat(text).timestamp() if "T" in text else text


@pytest.mark.parametrize("written", ["2026", "2026-03", "10:15:00"])
def test_a_time_that_is_no_moment_is_shown_and_nothing_is_invented(told, case, written) -> None:
    body = admitted(case, written)
    after = told(body)
    assert "start" not in after.one("Encounter").get("period", {})
    assert written in str(after.one("Composition"))


@pytest.mark.parametrize(
    ("written", "instant"),
    [
        ("2026-03-29T01:59:59", "2026-03-29T01:59:59+01:00"),
        ("2026-03-29T03:00:00", "2026-03-29T03:00:00+02:00"),
        ("2026-10-25T02:30:00+02:00", "2026-10-25T02:30:00+02:00"),
        ("2026-10-25T02:30:00+01:00", "2026-10-25T02:30:00+01:00"),
        ("2026-10-25T02:30:00", "2026-10-25T02:30:00+02:00"),
    ],
)
def test_the_nights_that_change_the_clock(told, written, instant) -> None:
    case = Case(name="clock", start=datetime(2026, 3, 2, 10, tzinfo=OSLO))
    body = admitted(case, written)
    start = told(body, as_of=datetime(2026, 12, 1, tzinfo=OSLO)).one("Encounter")["period"]["start"]
    assert _moment(start) == _moment(instant)


@pytest.mark.parametrize("written", ["C09AA05", "C09A A05", " C09AA05 ", "c09aa05"])
def test_an_atc_code_with_spaces_is_the_same_code(told, case, written) -> None:
    body = utskrivningsrapport(case).replace(b'Atc V="C09AA05"', f'Atc V="{written}"'.encode())
    found = [
        coding["code"]
        for statement in told(body).of("MedicationStatement")
        for coding in statement["medicationCodeableConcept"].get("coding", ())
        if "atc" in coding["system"]
    ]
    assert "C09AA05" in {code.upper() for code in found}
    assert not any(" " in code for code in found)


def test_norwegian_letters_in_names_of_elements_are_read(told, case) -> None:
    asked = plain(foresporsel(case)).replace(
        "</Sporsmal>", '</Sporsmal><Formål V="1" S="2.16.578.1.12.4.1.1.9068" DN="Ny pasient"/>'
    )
    assert told(asked.encode()).one("Communication")["reasonCode"][0]["coding"][0]["code"] == "1"
    assert "Funksjonsområde".encode() in utskrivningsrapport(case)
    assert "Kan gå korte strekninger med hjelpemiddel." in str(told(utskrivningsrapport(case)).one("Composition"))


def numbered(case: Case, *idents: tuple[str, str]) -> bytes:
    """The admission of a patient with these numbers instead of their own."""
    own = innlagt(case)
    number = case.patient.number.encode()
    first = own.index(b"<Ident><Id>" + number)
    last = own.index(b"</Ident>", first) + len(b"</Ident>")
    told = "".join(
        f'<Ident><Id>{value}</Id><TypeId V="{kind}" S="2.16.578.1.12.4.1.1.8116" DN="{kind}"/></Ident>'
        for kind, value in idents
    )
    return own[:first] + told.encode() + own[last:]


@pytest.mark.parametrize(
    ("idents", "systems"),
    [
        ((("FHN", FHN_NUMBER),), [FHN]),
        ((("DNR", DNR_NUMBER),), [DNR]),
        ((("FHN", FHN_NUMBER), ("FNR", "12824110253")), [FNR, FHN]),
    ],
    ids=["FHN only", "D-number", "several"],
)
def test_a_patient_is_known_by_every_number_the_strongest_first(told, case, idents, systems) -> None:
    patient = told(numbered(case, *idents)).one("Patient")
    assert [i["system"] for i in patient["identifier"]] == systems


def test_two_numbers_in_one_message_make_their_messages_one_persons(told, case) -> None:
    both = numbered(case, ("FHN", FHN_NUMBER), ("FNR", "12824110253"))
    later = numbered(Case(name="later", start=case.start), ("FHN", FHN_NUMBER))
    active = [p for p in told(both, later).of("Patient") if p["active"]]
    assert len(active) == 1


@pytest.mark.parametrize("number", ["12824110253", DNR_NUMBER], ids=["Tenor", "Tenor D-number"])
def test_a_synthetic_number_alone_identifies_nobody_in_production(case, number) -> None:
    kind = "FNR" if number.startswith("1") else "DNR"
    body = numbered(case, (kind, number)).replace(b"<DateOfBirth>", b"<!--").replace(b"</DateOfBirth>", b"-->")
    raw = Raw(body=body, received=case.start)
    assert not isinstance(KithAdapter().read(raw), Rejection)
    refused = KithAdapter(Settings(accept_synthetic=False)).read(raw)
    assert isinstance(refused, Rejection)
    assert {fault.code for fault in refused.faults} == {"E36"}
