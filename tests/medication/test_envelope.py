"""What a list does not say of itself stands in a header, in a side-car or in the content; and changes deny nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from adapters.kith.samples import Case, epikrise, utskrivningsrapport
from adapters.lists import envelope
from hub.contract import Rejection
from hub.doors import medication
from hub.reading import messages_in
from mappings.documents import MedicationDocument
from mappings.documents.medication_list import Source
from mappings.medication import lists
from mappings.norwegian_time import OSLO, instant
from tests.medication.lists import compare, found, line, listing
from tests.medication.test_bad_input import judged
from tests.medication.test_list_files import FNR, NOW, PERSON, bundle, csv_file, order
from tests.medication.test_messages import read as read_messages
from tests.medication.test_nothing_is_lost import ENDINGS, FORMS

ORGNR = "urn:oid:2.16.578.1.12.4.1.4.101"
SAID = {
    "sourceSystem": "EPJ",
    "sourceOrg": f"{ORGNR}|983974724",
    "listType": "gp",
    "listTime": "2026-03-06T10:00:00+01:00",
    "completeness": "delta",
}
HEADERS = {
    "sourceSystem": envelope.SYSTEM,
    "sourceOrg": envelope.ORGANISATION,
    "listType": envelope.TYPE,
    "listTime": envelope.TIME,
    "completeness": envelope.COMPLETENESS,
}


def plain(**told: Any) -> str:
    return bundle(order(1, "C07AB02", "Metoprolol", "1 tablett morgen", category=[]), **told)


def told_within() -> str:
    """A Bundle whose own List and MessageHeader say all of it."""
    code = {"coding": [{"system": "https://heimveg.dev/fhir/CodeSystem/med-list-type", "code": "gp"}]}
    listed = {"resourceType": "List", "status": "current", "mode": "changes", "code": code, "date": SAID["listTime"]}
    sender = {"identifier": {"system": ORGNR, "value": "983974724"}}
    head = {
        "resourceType": "MessageHeader",
        "eventUri": "urn:list",
        "source": {"endpoint": "urn:epj"},
        "sender": sender,
    }
    whole = json.loads(plain())
    whole["entry"] += [{"fullUrl": "urn:uuid:l", "resource": listed}, {"fullUrl": "urn:uuid:h", "resource": head}]
    return json.dumps(whole)


def source(body: str, **headers: str) -> Source:
    outcome = judged(body, **headers).outcome
    assert isinstance(outcome, MedicationDocument), outcome
    return outcome.listing.source


def test_header_side_car_and_content_say_the_same(tmp_path: Path) -> None:
    by_header = source(plain(), **{HEADERS[name]: value for name, value in SAID.items()})
    file = tmp_path / "list.json"
    file.write_text(plain(), encoding="utf-8")
    (tmp_path / "list.json.envelope.json").write_text(json.dumps(SAID), encoding="utf-8")
    (beside,) = (one.outcome for one in messages_in(file))
    assert isinstance(beside, MedicationDocument)
    by_content = source(told_within())
    assert by_header == beside.listing.source
    for one in (by_header, by_content):
        assert (one.list_type, one.completeness, one.time) == ("gp", "delta", instant(SAID["listTime"]))
        assert one.organisation is not None
        assert one.organisation.value == "983974724"


@pytest.mark.parametrize("name", ["listType", "listTime", "completeness"])
def test_what_is_stated_beside_wins_over_what_a_format_implies(name: str) -> None:
    stated = source(csv_file(), **{HEADERS[name]: SAID[name]})
    assert stated != source(csv_file())


def test_who_answers_for_a_list_and_whose_it_is_may_not_be_contradicted() -> None:
    for header, value in ((envelope.ORGANISATION, f"{ORGNR}|999999999"), (envelope.PATIENT, f"{FNR}|13116900216")):
        outcome = judged(told_within(), **{header: value}).outcome
        assert isinstance(outcome, Rejection)
        assert [fault.code for fault in outcome.faults] in (["organisation-differs"], ["patient-differs"])


@pytest.mark.parametrize("form", sorted(FORMS.keys() - {"m253"}))
def test_a_list_of_changes_in_any_format_denies_nothing(form: str) -> None:
    body, said = FORMS[form]
    changes = judged(body, **{**said, envelope.COMPLETENESS: "delta", envelope.TYPE: "hospital-discharge"}).outcome  # type: ignore[arg-type]
    assert isinstance(changes, MedicationDocument), changes
    home = listing("gp", line("Zopiklon", "1 tablett kveld", "N05CF01"), line("Furix", "1 tablett morgen", "C03CA01"))
    assert not [one for one in found(compare(home, changes.listing, at=NOW)) if one.startswith("omission")]


def test_every_format_has_an_ending_by_which_its_files_are_known() -> None:
    assert set(ENDINGS) <= set(FORMS)
    assert PERSON


def test_the_drugs_of_an_epikrise_are_compared_and_take_no_place_of_the_wards_list() -> None:
    case = Case(start=NOW.astimezone(OSLO).replace(month=2))
    (letter,) = read_messages(epikrise(case))
    (told,) = lists([letter])
    assert (told.source.list_type, told.source.completeness) == ("hospital-discharge", "delta")
    assert told.lines
    assert all(one.path.startswith("Message/") and one.name for one in told.lines)
    both = medication([letter, *read_messages(utskrivningsrapport(case))], NOW, phase=None, age=None)
    assert [one["complete"] for one in both["lists"]].count(True) == 1
    assert not [one for one in both["findings"] if one["code"] == "duplicate-same-substance"]
