"""A medication list of DIPS as openEHR flat JSON, read by the path map of its template."""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from adapters.dips import openehr_adapter, openehr_reader
from adapters.dips.openehr import OpenEhrLists
from adapters.dips.templates import read as read_templates
from adapters.lists import envelope
from hub.contract import Rejection
from hub.errors import ConfigurationError
from hub.plugins import _configure, installed, plugin_for
from hub.settings import Settings
from mappings.documents.medication_list import MedicationList
from mappings.norwegian_time import OSLO
from tests.medication.test_list_files import FNR, PERSON, codes, only, raw

LINE = "legemiddelliste/legemiddelordinering:{}"
BESIDE = {envelope.PATIENT: f"{FNR}|{PERSON}", envelope.TYPE: "home-at-admission"}


def order(number: int, **more: Any) -> dict[str, Any]:
    said = {
        "_uid": f"c4044d55-0000-4000-8000-00000000000{number}",
        "ordinering/legemiddel|value": "Metoprolol depottab 100 mg",
        "ordinering/legemiddel|code": "C07AB02",
        "ordinering/legemiddel|terminology": "ATC",
        "ordinering/legemiddeldetaljer/form": "Depottablett",
        "ordinering/legemiddeldetaljer/styrke|magnitude": 100,
        "ordinering/legemiddeldetaljer/styrke|unit": "mg",
        "ordinering/samlet_instruksjon": "1 tablett morgen",
        "ordinering/dosering:0/dosemengde|magnitude": 1,
        "ordinering/dosering:0/doseenhet": "tablett",
        "ordinering/klinisk_indikasjon:0": "Hypertensjon",
        "ordinering/ordineringsdetaljer/start": "2024-05-02",
        "ordinering/status|value": "Aktiv",
        **more,
    }
    return {f"{LINE.format(number)}/{path}": value for path, value in said.items() if value is not None}


def composition(*orders: dict[str, Any], **more: Any) -> str:
    whole: dict[str, Any] = {
        "_template": "hub-medication-list-demo.v0",
        "ctx/language": "nb",
        "ctx/territory": "NO",
        "ctx/time": "2026-03-06T10:00:00+01:00",
        "ctx/composer_name": "Rita Lin",
    }
    for one in orders or (order(0),):
        whole |= one
    return json.dumps(whole | more)


def listed(body: str, **headers: str) -> MedicationList:
    return only(openehr_reader.read(raw(body, **(BESIDE | headers))))


def refused(body: str, **headers: str) -> list[str]:
    return codes(openehr_reader.read(raw(body, **headers)))


def test_every_field_of_the_map_is_read() -> None:
    listing = listed(composition())
    (line,) = listing.lines
    assert (line.id, line.name, line.atc) == (
        "c4044d55-0000-4000-8000-000000000000", "Metoprolol depottab 100 mg", "C07AB02",
    )  # fmt: skip
    assert (line.form, line.dose_text, line.indication) == ("Depottablett", "1 tablett morgen", "Hypertensjon")
    assert [(s.value, s.unit) for s in line.strengths] == [(Decimal(100), "mg")]
    assert line.given is not None
    assert (line.given.low, line.given.unit) == (Decimal(1), "tablett")
    assert (line.start, line.status, listing.issues) == (date(2024, 5, 2), "active", ())


def test_a_composition_is_a_whole_list_at_its_own_time_unless_the_envelope_says_otherwise() -> None:
    source = listed(composition()).source
    assert (source.list_type, source.completeness) == ("home-at-admission", "snapshot")
    assert source.time == datetime(2026, 3, 6, 10, 0, tzinfo=OSLO)
    changes = listed(composition(), **{envelope.COMPLETENESS: "delta", envelope.TIME: "2026-03-07T10:00:00+01:00"})
    assert (changes.source.completeness, changes.source.time.day) == ("delta", 7)


def test_the_payload_names_nobody_so_the_envelope_must() -> None:
    assert refused(composition(), **{envelope.TYPE: "home-at-admission"}) == ["patient-missing"]
    assert refused(composition(), **{envelope.PATIENT: f"{FNR}|{PERSON}"}) == ["list-type-missing"]


def test_a_template_without_a_map_is_named_with_those_that_have_one() -> None:
    found = openehr_reader.read(raw(composition(_template="sykehus.v3"), **BESIDE))
    assert codes(found) == ["template-unknown _template"]
    assert isinstance(found, Rejection)
    assert "hub-medication-list-demo.v0" in found.faults[0].text
    assert refused(composition(_template=""), **BESIDE) == ["template-missing _template"]


def test_a_path_that_the_map_does_not_know_is_kept_with_its_line_and_reported() -> None:
    listing = listed(
        composition(order(0, **{"ordinering/lagring:0/sted": "Kjøleskap"}), **{"legemiddelliste/merknad": "x"})
    )
    assert listing.lines[0].other == (("ordinering/lagring:0/sted", "Kjøleskap"),)
    assert ("legemiddelliste/merknad", "x") in listing.other
    assert sorted(issue.path for issue in listing.issues) == [
        "legemiddelliste/legemiddelordinering:0/ordinering/lagring:0/sted", "legemiddelliste/merknad",
    ]  # fmt: skip


def test_a_strength_without_unit_is_not_used_and_several_amounts_are_left_to_the_text() -> None:
    (line,) = listed(composition(order(0, **{"ordinering/legemiddeldetaljer/styrke|unit": None}))).lines
    assert line.strengths == ()
    (two,) = listed(composition(order(0, **{"ordinering/dosering:1/dosemengde|magnitude": 2}))).lines
    assert (two.given, ("ordinering/dosering:1/dosemengde|magnitude", "2") in two.other) == (None, True)


@pytest.mark.parametrize(
    ("word", "status"), [("Seponert", "stopped"), ("Pause", "on-hold"), ("Planlagt", "planned"), ("Rar", "unknown")]
)
def test_the_status_is_read_and_an_unknown_one_is_told(word: str, status: str) -> None:
    listing = listed(composition(order(0, **{"ordinering/status|value": word})))
    assert (listing.lines[0].status, bool(listing.issues)) == (status, status == "unknown")


def test_lines_without_a_drug_and_what_is_not_flat_are_refused_by_path() -> None:
    nameless = composition(order(0), order(1, **{"ordinering/legemiddel|value": None}))
    assert refused(nameless, **BESIDE) == ["no-name legemiddelliste/legemiddelordinering:1"]
    assert refused(composition(legemiddelliste={"a": 1}), **BESIDE) == ["not-flat legemiddelliste"]
    assert refused('{"ctx/time": ', **BESIDE) == ["json line 1"]


def test_a_code_of_another_terminology_is_kept_with_its_name() -> None:
    (line,) = listed(composition(order(0, **{"ordinering/legemiddel|terminology": "SNOMED-CT"}))).lines
    assert (line.atc, line.other) == ("", (("SNOMED-CT", "C07AB02"),))


def test_a_deployment_brings_the_path_map_of_its_own_template(tmp_path: Path) -> None:
    own = tmp_path / "templates.csv"
    own.write_text("template,field,path\nsykehus.v3,lines,liste/linje\nsykehus.v3,name,navn\n", encoding="utf-8")
    reader = OpenEhrLists()
    reader.configure(openehr_templates=own)
    body = json.dumps(
        {"_template": "sykehus.v3", "ctx/time": "2026-03-06T10:00:00+01:00", "liste/linje:0/navn": "Sobril"}
    )
    assert [line.name for line in only(reader.read(raw(body, **BESIDE))).lines] == ["Sobril"]
    assert only(reader.read(raw(composition(), **BESIDE))).lines[0].atc == "C07AB02"


@pytest.mark.parametrize(
    ("table", "trouble"),
    [
        ("template;field;path\n", "write the columns"),
        ("template,field,path\na,farge,x\n", "unknown field farge"),
        ("template,field,path\na,lines,x\n", "no path for name"),
    ],
)
def test_a_wrong_path_map_stops_the_start_and_says_what_is_wrong(tmp_path: Path, table: str, trouble: str) -> None:
    with pytest.raises(ValueError, match=trouble):
        read_templates(table)
    own = tmp_path / "templates.csv"
    own.write_text(table, encoding="utf-8")
    with pytest.raises(ConfigurationError, match=f"HEIMVEG_OPENEHR_TEMPLATES.*{trouble}"):
        _configure(openehr_adapter, Settings(openehr_templates=own))


def test_the_hub_knows_the_format_among_all_others() -> None:
    plugin = plugin_for(raw(composition(), **BESIDE), installed())
    assert plugin is not None
    assert plugin.adapter.name == "dips-openehr"
