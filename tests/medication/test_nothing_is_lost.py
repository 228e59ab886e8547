"""Everything that a list says comes through: each value of the payload stands somewhere in what is made of it.

Two looks at it: what ``heimveg coverage`` counts, and the payload's own values sought in the finished resources.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from adapters.eresept.samples import m25
from adapters.lists import envelope
from hub.cli import app
from hub.contract import Document
from hub.delivery.content import canonical
from hub.doors import course, dump
from hub.identity import id_maker
from hub.judge import judge_now
from hub.plugins import installed
from tests.medication.test_eresept import ALBYL, AROUND, METOPROLOL, PACKING, ROLL, STOP
from tests.medication.test_hl7_orders import MESSAGE
from tests.medication.test_list_files import COLUMNS, FNR, NOW, PERSON, bundle, csv_file, home, hospital, raw, row
from tests.medication.test_openehr import BESIDE, composition, order

IDS = id_maker(b"the key of these tests")
WHOLE_ROW = row(
    ordre_id="4711001", atc="N02BE01", varenr="990044", fest_id="ABCDEF00-0000-4000-8000-00000000000A",
    navn="Paracet tablett 500", generisk="Paracetamolum", form="Tabletten", styrke="500", styrke_enhet="mg",
    vei="peroral bruk", bruk="behov", dose_tekst="2 inntil x4", morgen="1", formiddag="0", kveld="0", natt="0",
    dose_enhet="tablett", maks_dogn="8", start="2026-03-06", slutt="2026-04-17", indikasjon="Smerter i kne",
    forskriver_hpr="9144900", kommentar="Nytt under oppholdet",
)  # fmt: skip
STATED = {
    "fullUrl": "urn:uuid:ms9",
    "resource": {
        "resourceType": "MedicationStatement",
        "identifier": [{"system": "urn:other", "value": "own-77"}],
        "status": "active",
        "category": {"text": "Egenmedisinering"},
        "medicationCodeableConcept": {"coding": [{"system": "urn:chart", "code": "K-9"}], "text": "Hostesaft"},
        "subject": {"reference": "urn:uuid:p"},
        "informationSource": {"display": "Datter"},
        "reasonCode": [{"coding": [{"system": "urn:icpc", "code": "R05", "display": "Hoste"}]}],
        "note": [{"text": "Kjøpt på apotek"}],
        "dosage": [
            {"text": "10 ml kveld", "patientInstruction": "Ristes", "site": {"text": "Munn"},
             "additionalInstruction": [{"text": "Ikke med melk"}], "method": {"text": "Svelges"}}
        ],
    },
}  # fmt: skip
STOPPED = STOP.format("2026-03-01T08:00:00+01:00", "L", "Legemiddelreaksjon")
FORMS = {
    "bundle": (hospital(), {}),
    "home": (home(), {envelope.TYPE: "home-at-admission"}),
    "stated": (bundle(STATED), {envelope.TYPE: "patient-reported"}),
    "csv": (csv_file(WHOLE_ROW + ";kjøl", columns=COLUMNS + ";lagring"), {}),
    "hl7": ("\r".join(MESSAGE), {}),
    "openehr": (composition(order(0, **{"ordinering/lagring:0/sted": "Kjøleskap"})), BESIDE),
    "m251": (m25("1", AROUND, METOPROLOL, replace(ALBYL, extra=STOPPED)), {}),
    "m253": (m25("3", AROUND, replace(ALBYL, extra=ROLL), beside=PACKING), {}),
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_coverage_of_a_list_loses_nothing(form: str, tmp_path: Path) -> None:
    body, said = FORMS[form]
    content = body.encode() if isinstance(body, str) else body
    file = tmp_path / f"list{ENDINGS.get(form, '.json')}"
    file.write_bytes(content)
    words = {"heimveg-list-type": "listType", "heimveg-patient": "patient"}
    told = {words[name]: value for name, value in said.items()}
    (tmp_path / f"{file.name}.envelope.json").write_text(json.dumps(told), encoding="utf-8")
    result = CliRunner().invoke(app, ["coverage", str(file), "--json"])
    found = json.loads(result.stdout)
    assert (result.exit_code, found.get("lost"), found.get("refused")) == (0, [], None)
    assert found["leaves"] == found["structured"] + found["text"] + found["listed"] > 5


ENDINGS = {"csv": ".csv", "hl7": ".hl7", "m251": ".xml", "m253": ".xml"}


def projected(form: str) -> str:
    """Everything that was made, save the bytes themselves."""
    body, said = FORMS[form]
    document = judge_now(raw(body, **said), installed(), dump, IDS).outcome
    assert isinstance(document, Document), document
    made = course([document], NOW, ids=IDS).resources
    return b"\n".join(canonical(r) for r in made if r["resourceType"] != "Binary").decode()


def values_of_json(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from values_of_json(inner, f"{path}.{name}".lstrip("."))
    elif isinstance(value, list):
        for inner in value:
            yield from values_of_json(inner, path)
    elif not isinstance(value, bool) and value is not None:
        yield path, str(value)


STRUCTURE = re.compile(
    r"(resourceType|fullUrl|reference|system|url|\.id|status|intent|mode|type|timestamp|(meta\..*)|Patient.*|use)$"
)
"""What a Bundle says of itself or of a code's list, not of a drug."""


@pytest.mark.parametrize("form", ["bundle", "home", "stated"])
def test_every_word_of_a_bundle_is_told(form: str) -> None:
    body, made = json.loads(FORMS[form][0]), projected(form)
    entries = [e["resource"] for e in body["entry"] if e["resource"]["resourceType"] != "Patient"]
    said = [(path, value) for one in entries for path, value in values_of_json(one)]
    known = {"inpatient"}  # tells which list it is
    missing = [(p, v) for p, v in said if not STRUCTURE.search(p) and v not in known and not told(v, made)]
    assert missing == []


def told(value: str, made: str) -> bool:
    plain = json.dumps(value, ensure_ascii=False)[1:-1]
    return plain in made or plain[:10] in made


@pytest.mark.parametrize("form", ["csv", "openehr"])
def test_every_cell_and_every_path_is_told(form: str) -> None:
    made = projected(form)
    if form == "csv":
        header, cells = FORMS[form][0].splitlines()[:2]
        said = dict(zip(header.split(";"), cells.split(";"), strict=True))
        said = {name: value for name, value in said.items() if value not in ("", "0")}
    else:
        said = {path: str(value) for path, value in json.loads(FORMS[form][0]).items()}
    spoken = {"aktiv": "active", "Aktiv": "active", "behov": "asNeeded", "ATC": "whocc.no/atc"}
    apart = ("pasient_id", "liste_tid", "_template", "ctx/language", "ctx/territory", "ctx/time", "morgen")
    missing = {n: v for n, v in said.items() if n not in apart and not told(spoken.get(v, v), made)}
    assert missing == {}


@pytest.mark.parametrize("form", ["m251", "m253"])
def test_every_text_and_code_of_an_m25_is_told(form: str) -> None:
    body, made = FORMS[form][0], projected(form)
    assert isinstance(body, bytes)
    payload = body[body.index(b"<LegemidlerIBruk") : body.index(b"</LegemidlerIBruk>")].decode()
    inside = "".join(entry.prescription for entry in (METOPROLOL, ALBYL) if entry.id in payload)
    plain = re.sub(r"<(ReseptDokLegemiddelB64|UtleveringB64)>[^<]*</\1>", "", payload + inside)
    said = [*re.findall(r">([^<>]+)<", plain), *re.findall(r'DN="([^"]+)"', plain)]
    apart = {"Multidoseansvarlig lege", "Ansvarlig farmasøyt", "Ja"}
    assert [value for value in said if value not in apart and not told(value, made)] == []


def test_every_field_of_an_order_is_told() -> None:
    body = "\r".join([*MESSAGE[:4], "NTE|1||Tas med rikelig vann", "NTE|2||Ikke om kvelden", *MESSAGE[4:]])
    body = body.replace("|||||||^Byttet", "|||9144900^Lin^Rita||||^Byttet")
    document = judge_now(raw(body), installed(), dump, IDS).outcome
    assert isinstance(document, Document)
    resources = course([document], NOW, ids=IDS).resources
    made = b"\n".join(canonical(r) for r in resources if r["resourceType"] != "Binary").decode()
    segments = [line.split("|") for line in body.split("\r") if line[:3] not in ("MSH", "PID")]
    cells = {part for fields in segments for field in fields[1:] for part in field.split("^") if part}
    assert {cell for cell in cells if not TABLE.fullmatch(cell) and not told(cell, made)} == set()


TABLE = re.compile(r"\d{8,14}|[A-Z]{1,3}|MEONA|NO7448|HL70162|1")
"""Times, which are told as FHIR writes them, words of HL7's own tables, and which tables they are."""


def test_the_patient_is_in_no_note() -> None:
    assert all(f"{FNR}|{PERSON}" not in projected(form) for form in FORMS)
