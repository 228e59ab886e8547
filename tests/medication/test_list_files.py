"""Medication lists in files of other formats: FHIR Bundles and the CSV export, with an envelope beside them."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from adapters.fhir_in import bundle_reader
from adapters.kith.samples import synthetic_number
from adapters.lists import envelope
from adapters.meona import csv_reader
from hub.cli import app
from hub.contract import Raw, Rejection
from mappings.documents.medication_list import MedicationDocument, MedicationLine, MedicationList

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
FNR = "urn:oid:2.16.578.1.12.4.1.4.1"
ATC = "http://www.whocc.no/atc"
PERSON = synthetic_number(date(1969, 11, 13), 1)
COLUMNS = (
    "pasient_id;liste_tid;ordre_id;status;atc;varenr;fest_id;navn;generisk;form;styrke;styrke_enhet;vei;bruk;dose_tekst;"
    "morgen;formiddag;kveld;natt;dose_enhet;maks_dogn;start;slutt;indikasjon;forskriver_hpr;kommentar"
)
TIME = "2026-03-10T11:20:00+01:00"


def row(**cells: str) -> str:
    known = {"pasient_id": PERSON, "liste_tid": TIME, "status": "aktiv", "bruk": "fast", "dose_enhet": "tablett"}
    return ";".join((known | cells).get(name, "") for name in COLUMNS.split(";"))


ROWS = (
    row(
        ordre_id="1",
        atc="C07AB02",
        navn="Metoprolol depottablett",
        generisk="Metoprolol",
        form="Depottablett",
        styrke="50",
        styrke_enhet="mg",
        dose_tekst="1+0+0+0",
        morgen="1",
        formiddag="0",
        kveld="0",
        natt="0",
        start="2026-03-06",
        indikasjon="Hypertensjon",
    ),
    row(
        ordre_id="2",
        atc="B01AF02",
        navn="Eliquis",
        generisk="Apiksaban",
        form="Tablett",
        styrke="5",
        styrke_enhet="mg",
        dose_tekst="1+0+1+0",
        start="2026-03-08",
        indikasjon="Atrieflimmer",
        kommentar="Nytt denne innleggelsen",
    ),
    row(
        ordre_id="3",
        status="seponert",
        atc="B01AC06",
        navn="Albyl-E",
        form="Enterotablett",
        styrke="75",
        styrke_enhet="mg",
        start="2026-03-06",
        slutt="2026-03-08",
        kommentar="Byttet til Eliquis",
    ),
    row(
        ordre_id="4",
        atc="N02BE01",
        navn="Paracet",
        form="Tablett",
        styrke="500",
        styrke_enhet="mg",
        bruk="behov",
        dose_tekst="2 inntil x4",
        maks_dogn="8",
        indikasjon="Smerter",
    ),
)


def raw(body: bytes | str, **headers: str) -> Raw:
    return Raw(body=body.encode() if isinstance(body, str) else body, received=NOW, headers=headers)


def csv_file(*rows: str, columns: str = COLUMNS) -> str:
    return "\n".join((columns, *(rows or ROWS))) + "\n"


def only(found: Any) -> MedicationList:
    assert not isinstance(found, Rejection), found
    (document,) = found
    assert isinstance(document, MedicationDocument)
    return document.listing


def by_id(listing: MedicationList) -> dict[str, MedicationLine]:
    return {line.id: line for line in listing.lines}


def codes(found: object) -> list[str]:
    assert isinstance(found, Rejection)
    return [f"{fault.code} {fault.path}".strip() for fault in found.faults]


def test_every_column_of_the_export_is_read() -> None:
    listing = only(csv_reader.read(raw(csv_file())))
    lines = by_id(listing)
    assert (listing.source.list_type, listing.source.completeness) == ("hospital-inpatient", "snapshot")
    assert (lines["1"].use, lines["1"].dose_text, lines["1"].strengths[0].value) == ("1", "1+0+0+0", Decimal(50))
    assert lines["2"].notes == ("Nytt denne innleggelsen",)
    assert (lines["3"].status, lines["3"].stopped, lines["3"].reason) == (
        "stopped",
        date(2026, 3, 8),
        "Byttet til Eliquis",
    )
    assert (lines["4"].use, dict(lines["4"].other)) == ("3", {"maks_dogn": "8"})


def test_a_missing_column_refuses_the_file_and_says_what_was_near() -> None:
    found = csv_reader.read(raw(csv_file(columns=COLUMNS.replace("dose_tekst", "dosetekst"))))
    assert codes(found) == ["columns 1"]
    assert isinstance(found, Rejection)
    assert "mente du dose_tekst med dosetekst?" in found.faults[0].text


def test_an_unknown_column_is_kept_and_reported() -> None:
    listing = only(csv_reader.read(raw(csv_file(ROWS[0] + ";kjøl", columns=COLUMNS + ";lagring"))))
    assert [issue.code for issue in listing.issues] == ["unknown-column"]
    assert ("lagring", "kjøl") in listing.lines[0].other


def test_an_unreadable_row_is_reported_and_the_list_no_longer_names_everything() -> None:
    listing = only(csv_reader.read(raw(csv_file(ROWS[0], ROWS[1].replace(";Eliquis;", ";;")))))
    assert (listing.source.completeness, len(listing.lines)) == ("delta", 1)
    assert [f"{issue.code} {issue.path}" for issue in listing.issues] == ["row 3"]


def test_two_patients_in_one_file_are_two_lists() -> None:
    other = synthetic_number(date(1950, 1, 2), 2)
    found = csv_reader.read(raw(csv_file(ROWS[0], ROWS[1].replace(PERSON, other))))
    assert not isinstance(found, Rejection)
    assert [len(document.listing.lines) for document in found if isinstance(document, MedicationDocument)] == [1, 1]


def test_a_strength_without_unit_is_not_used() -> None:
    listing = only(csv_reader.read(raw(csv_file(ROWS[0].replace(";50;mg;", ";50;;")))))
    assert listing.lines[0].strengths == ()
    assert "strength-without-unit" in [issue.code for issue in listing.issues]


def test_windows_letters_are_read_and_reported() -> None:
    listing = only(csv_reader.read(raw(csv_file(ROWS[0].replace("Hypertensjon", "Høyt blodtrykk")).encode("cp1252"))))
    assert listing.lines[0].indication == "Høyt blodtrykk"
    assert [issue.code for issue in listing.issues] == ["encoding"]


def test_commas_between_columns_are_named_as_the_trouble() -> None:
    assert codes(csv_reader.read(raw(csv_file().replace(";", ",")))) == ["delimiter 1"]


def test_rows_of_a_patient_with_different_times_are_refused() -> None:
    other = ROWS[1].replace(TIME, "2026-03-11T11:20:00+01:00")
    assert codes(csv_reader.read(raw(csv_file(ROWS[0], other)))) == ["list-times 2/liste_tid"]


@given(st.binary(max_size=400))
def test_no_bytes_make_the_readers_raise(body: bytes) -> None:
    for start in (b"", csv_file().encode(), b'{"resourceType":"Bundle",'):
        for reader in (csv_reader, bundle_reader):
            assert isinstance(reader.read(raw(start + body)), tuple | Rejection)


def order(number: int, atc: str, name: str, text: str, **told: Any) -> dict[str, Any]:
    return {
        "fullUrl": f"urn:uuid:mr{number}",
        "resource": {
            "resourceType": "MedicationRequest",
            "identifier": [{"system": "urn:meona:order", "value": str(number)}],
            "status": "active",
            "intent": "order",
            "category": [{"coding": [{"code": "inpatient"}]}],
            "medicationCodeableConcept": {"coding": [{"system": ATC, "code": atc}], "text": name},
            "subject": {"reference": "urn:uuid:p"},
            "authoredOn": "2026-03-06T09:12:00+01:00",
            "dosageInstruction": [{"text": text}],
            **told,
        },
    }


def bundle(*entries: dict[str, Any], **told: Any) -> str:
    patient = {"resourceType": "Patient", "identifier": [{"system": FNR, "value": PERSON}]}
    whole = {"resourceType": "Bundle", "type": "collection", "timestamp": TIME,
             "entry": [{"fullUrl": "urn:uuid:p", "resource": patient}, *entries], **told}  # fmt: skip
    return json.dumps(whole)


def hospital() -> str:
    bounds = {"repeat": {"boundsPeriod": {"start": "2026-03-06", "end": "2026-03-08T14:00:00+01:00"}}}
    return bundle(
        order(1, "C07AB02", "Metoprolol depottablett 50 mg", "1+0+0+0"),
        order(2, "B01AF02", "Eliquis tablett 5 mg", "1 tablett morgen og kveld", reasonCode=[{"text": "Atrieflimmer"}]),
        order(
            3,
            "B01AC06",
            "Albyl-E enterotablett 75 mg",
            "",
            status="stopped",
            statusReason={"text": "Byttet til Eliquis"},
            dosageInstruction=[{"text": "1 tablett morgen", "timing": bounds}],
        ),
        order(
            4,
            "N02BE01",
            "Paracet tablett 500 mg",
            "",
            dosageInstruction=[
                {"text": "2 tabletter ved behov, inntil 4 ganger daglig. Maks 8 pr døgn", "asNeededBoolean": True}
            ],
        ),
    )


def statement(number: int, name: str, atc: str, fest: str, *, bags: bool = False) -> list[dict[str, Any]]:
    fest_code = {"system": "http://ehelse.no/fhir/CodeSystem/FEST", "code": fest, "display": name}
    drug = {"resourceType": "Medication", "code": {"coding": [fest_code, {"system": ATC, "code": atc}]}}
    told: dict[str, Any] = {
        "resourceType": "MedicationStatement",
        "identifier": [{"type": {"text": "PLL"}, "value": f"c4044d55-0000-4000-8000-00000000000{number}"}],
        "status": "active",
        "medicationReference": {"reference": f"urn:uuid:med{number}"},
        "subject": {"reference": "urn:uuid:p"},
        "dateAsserted": "2026-03-06T10:00:00+01:00",
        "dosage": [{"sequence": 1, "text": "1 tablett morgen daglig"}],
    }
    if bags:
        url = "http://ehelse.no/fhir/StructureDefinition/sfm-administration"
        told["extension"] = [{"url": url, "extension": [{"url": "mddispensed", "valueBoolean": True}]}]
    return [
        {"fullUrl": f"urn:uuid:med{number}", "resource": drug},
        {"fullUrl": f"urn:uuid:ms{number}", "resource": told},
    ]


def home() -> str:
    return bundle(
        *statement(1, "Metoprolol depottab 100 mg", "C07AB02", "ID_00000000-0000-4000-8000-00000C07AB02"),
        *statement(2, "Albyl-E enterotab 75 mg", "B01AC06", "990006", bags=True),
        timestamp="2026-03-06T10:00:00+01:00",
    )


AT_ADMISSION = {envelope.TYPE: "home-at-admission"}


def test_orders_of_a_ward_are_read_with_stop_reason_and_prn() -> None:
    lines = by_id(only(bundle_reader.read(raw(hospital()))))
    assert (lines["3"].status, lines["3"].reason) == ("stopped", "Byttet til Eliquis")
    assert lines["3"].stopped == datetime.fromisoformat("2026-03-08T14:00:00+01:00")
    assert (lines["4"].use, lines["2"].indication) == ("3", "Atrieflimmer")


def test_statements_of_a_home_list_are_read_with_pll_fest_and_multidose() -> None:
    listing = only(bundle_reader.read(raw(home(), **AT_ADMISSION)))
    first, second = listing.lines
    assert first.pll_id.endswith("1")
    assert (first.fest_id, second.varenr) == ("00000000-0000-4000-8000-00000C07AB02", "990006")
    assert (first.in_multidose, second.in_multidose) == (None, True)
    assert first.changed is None  # asserted at the list's own time


Spoil = Callable[[dict[str, Any]], None]
SPOILT: dict[str, tuple[Spoil, list[str]]] = {
    "a drug that is not there": (
        lambda b: b["entry"].pop(1), ["dangling Bundle.entry[1].resource.medicationReference.reference"],
    ),
    "two patients": (
        lambda b: b["entry"].append({"fullUrl": "urn:uuid:q", "resource": {"resourceType": "Patient"}}),
        ["two-patients Bundle.entry[5].resource"],
    ),
    "no time": (lambda b: b.pop("timestamp"), ["list-time-missing Bundle.timestamp"]),
    "an element that R4 does not have": (
        lambda b: b["entry"][2]["resource"].update(foo=1), ["structure Bundle.entry[2].resource.foo"],
    ),
    "nobody": (lambda b: b["entry"][0]["resource"].pop("identifier"), ["patient-missing Bundle"]),
}  # fmt: skip


@pytest.mark.parametrize(("spoil", "faults"), SPOILT.values(), ids=SPOILT)
def test_a_bundle_that_cannot_be_trusted_is_refused_by_path(spoil: Spoil, faults: list[str]) -> None:
    whole = json.loads(home())
    spoil(whole)
    assert codes(bundle_reader.read(raw(json.dumps(whole), **AT_ADMISSION))) == faults


def test_a_list_that_does_not_say_what_it_is_asks_for_the_envelope() -> None:
    assert codes(bundle_reader.read(raw(home()))) == ["list-type-missing Bundle"]


@pytest.mark.parametrize(
    ("header", "value", "fault"),
    [
        (envelope.TYPE, "in-use", "list-type heimveg-list-type"),
        (envelope.TIME, "yesterday", "list-time heimveg-list-time"),
        (envelope.COMPLETENESS, "all", "completeness heimveg-completeness"),
        (envelope.PATIENT, "12345", "patient heimveg-patient"),
        (envelope.PATIENT, f"{FNR}|01010112345", "patient-differs heimveg-patient"),
    ],
)
def test_an_envelope_that_says_nothing_usable_is_refused(header: str, value: str, fault: str) -> None:
    found = bundle_reader.read(raw(home(), **{**AT_ADMISSION, header: value}))
    assert codes(found) == [fault]
    assert value not in str(found)


def test_a_page_of_more_is_no_whole_list() -> None:
    page = json.loads(home()) | {"type": "searchset", "link": [{"relation": "next", "url": "http://127.0.0.1/next"}]}
    assert only(bundle_reader.read(raw(json.dumps(page), **AT_ADMISSION))).source.completeness == "delta"


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "home.json").write_text(home(), encoding="utf-8")
    (tmp_path / "home.json.envelope.json").write_text(
        json.dumps({"listType": "home-at-admission", "sourceSystem": "DIPS"})
    )
    (tmp_path / "ward.json").write_text(hospital(), encoding="utf-8")
    return tmp_path


def run(*arguments: str) -> dict[str, Any]:
    shown = CliRunner().invoke(
        app, ["medication", *arguments, "--phase", "admission", "--as-of", "2026-03-10T12:00", "--json"]
    )
    found: dict[str, Any] = json.loads(shown.output)
    return found


def severe(found: dict[str, Any]) -> list[str]:
    return sorted(f"{one['code']} {one['severity']}" for one in found["findings"] if one["severity"] != "info")


def test_two_bundles_are_compared_by_command(files: Path) -> None:
    assert severe(run(str(files))) == [
        "addition low",
        "addition medium",
        "discontinued-still-active high",
        "dose-amount medium",
        "multidose-change-needed high",
        "multidose-unknown medium",
    ]


def test_the_export_says_the_same_as_the_bundle_and_the_reason_counts(files: Path) -> None:
    (files / "ward.json").unlink()
    (files / "ward.csv").write_text(csv_file(), encoding="utf-8")
    found = severe(run(str(files)))
    assert "documented-change low" in found  # "Nytt denne innleggelsen" is a reason; the bundle had only an indication
    assert "discontinued-still-active high" in found


def test_a_side_car_with_an_unknown_word_is_refused(files: Path) -> None:
    (files / "ward.json.envelope.json").write_text('{"type": "gp"}')
    shown = CliRunner().invoke(app, ["medication", str(files)])
    assert "listType" in str(shown.exception)
