"""What is wrong with a list is said by line or path; nothing dangerous is guessed of it, and nothing is lost."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from adapters.fhir_in import bundle_reader
from adapters.lists import envelope
from adapters.meona import csv_reader, hl7_reader
from hub.contract import Document, Rejection
from hub.doors import medication
from mappings.documents.medication_list import MedicationDocument
from mappings.norwegian_time import OSLO
from tests.medication.test_hl7_orders import HEAD, MESSAGE
from tests.medication.test_list_adapters import OTHER, judged, refused
from tests.medication.test_list_files import (
    COLUMNS,
    FNR,
    NOW,
    ROWS,
    TIME,
    bundle,
    codes,
    csv_file,
    hospital,
    order,
    raw,
)
from tests.medication.test_lists_on_fhir import by_name, of_type, projected, read


def issues(body: str, **headers: str) -> list[str]:
    """Code and place of everything odd, as the sender is told it."""
    outcome = judged(body, **headers).outcome
    assert isinstance(outcome, MedicationDocument), outcome
    return [f"{issue.code} {issue.path}".strip() for issue in outcome.issues]


def still_open(*documents: Document) -> set[str]:
    found = of_type(projected(*documents), "DetectedIssue")
    return {str(one["id"]) for one in found if one["status"] == "preliminary"}


def row_with(**cells: str) -> str:
    names = COLUMNS.split(";")
    told = dict(zip(names, ROWS[0].split(";"), strict=True)) | cells
    return ";".join(told[name] for name in names)


def order_with(**told: Any) -> str:
    return bundle(order(1, "L04AX03", "Metex tablett 2,5 mg", "", **told))


def test_a_file_in_no_encoding_that_anybody_uses_is_refused() -> None:
    assert codes(csv_reader.read(raw(csv_file().encode("utf-16")))) == ["not-text"]
    assert codes(csv_reader.read(raw(csv_file().encode() + b"\x81\x8d"))) == ["not-text"]


@pytest.mark.parametrize("mark", [",", "\t", "|"])
def test_a_wrong_delimiter_is_named(mark: str) -> None:
    assert codes(csv_reader.read(raw(csv_file().replace(";", mark)))) == ["delimiter 1"]


def test_an_hl7_message_in_another_encoding_is_refused_by_its_field() -> None:
    body = "\r".join(MESSAGE).replace("Metoprolol", "Metoprolål").encode("latin-1")
    assert codes(hl7_reader.read(raw(body))) == ["not-utf8 MSH-18"]


@pytest.mark.parametrize("kind", ["bundle", "csv", "hl7"])
def test_a_list_for_another_patient_than_the_envelope_names_is_refused(kind: str) -> None:
    body = {"bundle": hospital(), "csv": csv_file(), "hl7": "\r".join(MESSAGE)}[kind]
    assert refused(body, **{envelope.PATIENT: f"{FNR}|{OTHER}"}) == ["patient-differs"]


def test_a_list_from_the_future_is_kept_waited_for_and_said_to_be_so() -> None:
    later = read(csv_file().replace(TIME, "2027-01-01T08:00:00+01:00"))
    made = projected(later, read(hospital()))
    assert of_type(made, "DetectedIssue") == []
    assert made.review_at == datetime(2027, 1, 1, 8, 0, tzinfo=OSLO)
    told = medication([later], NOW, phase=None, age=None)
    assert [issue["code"] for issue in told["issues"]] == ["list-ahead"]


def test_the_older_list_that_arrives_last_changes_nothing() -> None:
    newer, other = read(csv_file()), read(hospital())
    older = read(csv_file(ROWS[1]).replace(TIME, "2026-03-01T08:00:00+01:00"))
    assert still_open(newer, other, older) == still_open(newer, other)
    assert len(of_type(projected(newer, other, older), "List")) == len(of_type(projected(newer, other), "List")) + 1


def test_the_same_file_twice_is_one_list() -> None:
    one, again = read(csv_file()), read(csv_file())
    assert one.head.message_id == again.head.message_id
    assert projected(one, again) == projected(one)


def test_a_strength_without_unit_is_told_by_its_place_in_every_format() -> None:
    assert issues(csv_file(ROWS[0].replace(";50;mg;", ";50;;"))) == ["strength-without-unit 2/styrke_enhet"]
    strength = {"numerator": {"value": 50}, "denominator": {"value": 1}}
    drug = {"resourceType": "Medication", "id": "m", "code": {"text": "Metoprolol"},
            "ingredient": [{"itemCodeableConcept": {"text": "metoprolol"}, "strength": strength}]}  # fmt: skip
    one = order(1, "C07AB02", "", "1 tablett morgen", contained=[drug], medicationReference={"reference": "#m"})
    del one["resource"]["medicationCodeableConcept"]
    assert issues(bundle(one)) == ["strength-without-unit Bundle.entry[1].resource"]
    segments = [s.replace("|50|mg", "|50|") for s in MESSAGE]
    assert "strength-without-unit ORC[1]/RXE-26" in issues("\r".join(segments))


AMOUNTS: dict[str, Callable[[], tuple[str, str]]] = {
    "in words": lambda: (csv_file(row_with(dose_tekst="1000 tabletter daglig")), "2"),
    "in columns": lambda: (csv_file(row_with(dose_tekst="", morgen="1000")), "2"),
    "as structure": lambda: (
        bundle(order(1, "C07AB02", "Metoprolol", "", dosageInstruction=[{
            "doseAndRate": [{"doseQuantity": {"value": 1000, "unit": "tablett"}}],
            "timing": {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d"}}}])),
        "Bundle.entry[1].resource",
    ),
}  # fmt: skip


@pytest.mark.parametrize("how", AMOUNTS)
def test_a_thousand_tablets_are_told_kept_as_words_and_never_a_dose(how: str) -> None:
    body, place = AMOUNTS[how]()
    assert issues(body) == [f"implausible-amount {place}"]
    (line,) = of_type(projected(read(body)), "MedicationStatement")
    assert all("doseAndRate" not in dose and "1000" in dose["text"] for dose in line["dosage"])


DAILY = {
    "in words": [{"text": "4 tabletter daglig"}],
    "as structure": [{"doseAndRate": [{"doseQuantity": {"value": 4, "unit": "tablett"}}],
                      "timing": {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d"}}}],
}  # fmt: skip


@pytest.mark.parametrize("how", DAILY)
def test_methotrexate_that_reads_as_daily_is_told_at_once_also_of_one_list_alone(how: str) -> None:
    assert issues(order_with(dosageInstruction=DAILY[how])) == ["weekly-read-as-daily Bundle.entry[1].resource"]
    assert issues(order_with(dosageInstruction=[{"text": "4 tabletter hver onsdag"}])) == []
    (name,) = (by_name(projected(read(order_with(dosageInstruction=DAILY[how]))), "Metex")["dosage"],)
    assert name


def test_a_truncated_file_never_becomes_a_shorter_list_in_silence() -> None:
    body = csv_file()
    cut = body[: body.index("Albyl-E") + 3]
    outcome = judged(cut).outcome
    assert isinstance(outcome, MedicationDocument)
    assert [f"{issue.code} {issue.path}" for issue in outcome.issues] == ["row 4"]
    assert outcome.listing.source.completeness == "delta"
    assert codes(bundle_reader.read(raw(hospital()[:-40]))) == ["json line 1"]
    assert isinstance(hl7_reader.read(raw("\r".join([HEAD, *MESSAGE[1:3]]))), Rejection)


def test_two_patients_and_references_that_lead_nowhere_are_refused_by_path() -> None:
    whole = json.loads(hospital())
    second = json.loads(json.dumps(whole["entry"][0]))
    second["fullUrl"] = "urn:uuid:q"
    whole["entry"].append(second)
    assert codes(bundle_reader.read(raw(json.dumps(whole)))) == ["two-patients Bundle.entry[5].resource"]
    lost = bundle(order(1, "C07AB02", "Metoprolol", "1", subject={"reference": "urn:uuid:nobody"}))
    assert codes(bundle_reader.read(raw(lost))) == ["dangling Bundle.entry[1].resource.subject.reference"]


def test_what_cannot_be_read_in_a_cell_is_told_and_stays_on_the_line() -> None:
    told = {"status": "rar", "bruk": "engang", "styrke_enhet": "", "start": "snart", "maks_dogn": "8"}
    outcome = judged(csv_file(row_with(**told))).outcome
    assert isinstance(outcome, MedicationDocument)
    (one,) = outcome.listing.lines
    assert (one.status, one.start, one.strengths) == ("unknown", None, ())
    kept = {("status", "rar"), ("bruk", "engang"), ("styrke", "50"), ("start", "snart"), ("maks_dogn", "8")}
    assert kept <= set(one.other)
    (statement,) = of_type(projected(outcome), "MedicationStatement")
    notes = [note["text"] for note in statement["note"]]
    assert {f"{name}: {value}" for name, value in kept} <= set(notes)
