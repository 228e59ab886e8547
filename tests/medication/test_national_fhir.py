"""FHIR as the national services shape it: SFM with its PLL-info, LMDI, and the municipalities' search (VKP)."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

from adapters.fhir_in import bundle_reader
from adapters.lists import envelope
from mappings.documents.medication_list import MedicationLine, MedicationList
from tests.medication.test_list_files import ATC, FNR, PERSON, TIME, bundle, codes, only, raw, statement

SFM = "http://ehelse.no/fhir/StructureDefinition/sfm-"
CODES = "urn:oid:2.16.578.1.12.4.1.1."
MESSAGES = "http://ehelse.no/fhir/CodeSystem/sfm-message-type"


def part(url: str, **value: Any) -> dict[str, Any]:
    return {"url": url, **value}


def coded(number: str, code: str, display: str) -> dict[str, Any]:
    return {"coding": [{"system": f"{CODES}{number}", "code": code, "display": display}]}


def sfm(number: int = 1, *, profile: bool = True, **told: Any) -> list[dict[str, Any]]:
    """A statement of SFM with its Medication, as $getMedication answers."""
    drug, line = statement(number, "Metoprolol depottab 100 mg", "C07AB02", "990011")
    meta = {"meta": {"profile": [f"{SFM}MedicationStatement"]}} if profile else {}
    line["resource"] |= {**meta, **told}
    del line["resource"]["dateAsserted"]
    return [drug, line]


def pll_info(kind: str, *parts: dict[str, Any]) -> dict[str, Any]:
    resource = {
        "resourceType": "Basic",
        "code": {"coding": [{"system": MESSAGES, "code": kind}]},
        "extension": [part(f"{SFM}pllInformation", extension=list(parts))],
    }
    return {"fullUrl": f"urn:uuid:{kind}", "resource": resource}


def party(display: str) -> dict[str, Any]:
    return part("relatedparties", valueReference={"display": display})


def roll(line: str, first: str, last: str) -> dict[str, Any]:
    inside = [
        part("prescriptionId", valueReference={"reference": line}),
        part("datefirstdose", valueDate=first),
        part("datelastdose", valueDate=last),
    ]
    return part("deliveryinformation", extension=inside)


def read(*entries: dict[str, Any], **headers: str) -> MedicationList:
    return only(bundle_reader.read(raw(bundle(*entries), **headers)))


def line_of(*entries: dict[str, Any]) -> MedicationLine:
    (line,) = read(*entries).lines
    return line


def test_a_list_of_sfm_is_the_pll_also_inside_parameters() -> None:
    inside = json.loads(bundle(*sfm()))
    body = json.dumps({"resourceType": "Parameters", "parameter": [{"name": "medication", "resource": inside}]})
    listing = only(bundle_reader.read(raw(body)))
    assert (listing.source.list_type, listing.source.completeness) == ("pll", "snapshot")


def test_what_sfm_says_in_extensions_is_read() -> None:
    amended = [
        part("expirationdate", valueDate="2027-01-31"),
        part("lastchanged", valueDateTime="2026-03-02T09:30:00+01:00"),
        part("note", valueString="Tas med mat"),
        part(
            "ereseptdosing",
            extension=[part("starttime", valueDate="2024-05-02"), part("endtime", valueDate="2026-06-01")],
        ),
        part("typeresept", valueCodeableConcept=coded("7491", "E", "Eresept")),
    ]
    line = line_of(*sfm(extension=[
        part(f"{SFM}reseptamendment", extension=amended),
        part(f"{SFM}generic-substitution", extension=[part("genericSubstitutionAccepted", valueBoolean=False)]),
        part(f"{SFM}regInfo", extension=[part("type", valueCodeableConcept=coded("x", "1", "Forskrevet av"))]),
    ]))  # fmt: skip
    assert (line.prescription_expires, line.start, line.end) == (date(2027, 1, 31), date(2024, 5, 2), date(2026, 6, 1))
    assert (line.changed, line.notes) == (datetime(2026, 3, 2, 8, 30, tzinfo=UTC), ("Tas med mat",))
    assert line.substitution_refused
    assert dict(line.other)["sfm-reseptamendment.typeresept.coding.display"] == "Eresept"
    assert dict(line.other)["sfm-regInfo.type.coding.display"] == "Forskrevet av"


def test_use_and_what_it_is_for_stand_on_the_dose() -> None:
    dose = {
        "text": "1 tablett morgen",
        "extension": [
            part(f"{SFM}use", valueCodeableConcept=coded("9101", "2", "Kur")),
            part(f"{SFM}application-area", extension=[part("text", valueString="Mot høyt blodtrykk")]),
        ],
    }
    line = line_of(*sfm(dosage=[dose]))
    assert (line.use, line.indication) == ("2", "Mot høyt blodtrykk")


def test_a_course_that_sfm_calls_stopped_has_ended_and_a_discontinued_one_is_stopped() -> None:
    period = {"start": "2026-02-01", "end": "2026-02-10"}
    ended = line_of(*sfm(status="stopped", effectivePeriod=period))
    reason = part("reason", valueCodeableConcept=coded("7494", "L", "Legemiddelreaksjon"))
    stop = part(
        f"{SFM}discontinuation", extension=[part("timedate", valueDateTime="2026-02-08T08:00:00+01:00"), reason]
    )
    stopped = line_of(*sfm(status="stopped", effectivePeriod=period, extension=[stop]))
    assert (ended.status, stopped.status, stopped.stop_cause) == ("completed", "stopped", "Legemiddelreaksjon")


def test_pll_info_tells_who_packs_and_which_roll_each_line_is_in() -> None:
    info = pll_info(
        "M25.3",
        part("PLLdate", valueDateTime="2026-03-01T08:00:00+01:00"),
        party("Rita Lin, M:Multidoseansvarlig lege"),
        party("Fjordapoteket, A:Ansvarlig farmasøyt"),
        roll("urn:uuid:ms1", "2026-02-16", "2026-03-01"),
        roll("urn:uuid:ms1", "2026-03-02", "2026-03-15"),
    )
    listing = read(*sfm(1), *sfm(2), info)
    first, second = listing.lines
    assert (listing.in_multidose, listing.multidose_doctor) == (True, "Rita Lin")
    assert listing.multidose_pharmacy == "Fjordapoteket"
    assert (first.in_multidose, first.packed_from, first.packed_to) == (True, date(2026, 3, 2), date(2026, 3, 15))
    assert (second.in_multidose, second.packed_to) == (None, None)


def test_multidose_on_paper_is_known_by_who_answers_for_it_alone() -> None:
    listing = read(*sfm(), pll_info("M9.12", party("Rita Lin M:Multidoseansvarlig lege")))
    assert (listing.in_multidose, listing.multidose_doctor) == (True, "Rita Lin")
    assert read(*sfm(), pll_info("M25.1")).in_multidose is None
    assert read(*sfm()).in_multidose is None


def test_a_list_without_a_time_of_its_own_has_that_of_its_pll() -> None:
    told = json.loads(bundle(*sfm(), pll_info("M25.1", part("PLLdate", valueDateTime="2026-03-05T08:00:00+01:00"))))
    del told["timestamp"]
    assert only(bundle_reader.read(raw(json.dumps(told)))).source.time == datetime(2026, 3, 5, 7, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("system", "level"),
    [
        ("http://dmp.no/fhir/NamingSystem/festLegemiddelVirkestoff", "substance"),
        ("http://dmp.no/fhir/NamingSystem/festLegemiddelMerkevare", "brand"),
        ("http://hl7.no/fhir/NamingSystem/festLegemiddelvirkestoff", "substance"),
        ("http://ehelse.no/fhir/CodeSystem/FEST", ""),
    ],
)
def test_a_fest_id_has_the_level_of_its_system(system: str, level: str) -> None:
    """LMDI has a system for each level; SFM one for all."""
    drug, line = sfm(profile=False)
    drug["resource"]["code"]["coding"][0] |= {"system": system, "code": "ID_abcdef00-0000-4000-8000-00000000000a"}
    found = only(bundle_reader.read(raw(bundle(drug, line), **{envelope.TYPE: "gp"}))).lines[0]
    assert (found.fest_id, found.fest_level) == ("ABCDEF00-0000-4000-8000-00000000000A", level)


def test_sfm_says_the_level_beside_the_id_and_a_varenummer_is_none() -> None:
    drug, line = sfm()
    kind = {"coding": [{"code": "2", "display": "Legemiddelmerkevare"}]}
    drug["resource"]["extension"] = [
        part(f"{SFM}medicationdetails", extension=[part("registreringstype", valueCodeableConcept=kind)])
    ]
    assert (line_of(drug, line).varenr, line_of(drug, line).fest_level) == ("990011", "")
    drug["resource"]["code"]["coding"][0]["code"] = "ID_ABCDEF00-0000-4000-8000-00000000000A"
    assert line_of(drug, line).fest_level == "brand"


def test_a_local_code_of_a_chart_is_kept() -> None:
    drug, line = sfm()
    local = {
        "system": "http://fh.no/fhir/NamingSystem/lokaltVirkemiddel",
        "code": "4711",
        "display": "Metoprolol infusjon",
    }
    drug["resource"]["code"]["coding"].append(local)
    drug["resource"]["batch"] = {"lotNumber": "L-77"}
    told = dict(line_of(drug, line).other)
    assert told["Medication.batch.lotNumber"] == "L-77"
    assert told["http://fh.no/fhir/NamingSystem/lokaltVirkemiddel"] == "4711 Metoprolol infusjon"


def search(*entries: dict[str, Any], **told: Any) -> str:
    url = "https://vkp.example/epj/r4/MedicationStatement?patient.identifier=x"
    whole: dict[str, Any] = {
        "resourceType": "Bundle", "type": "searchset", "total": len(entries), "timestamp": TIME,
        "link": [{"relation": "self", "url": url}], "entry": list(entries),
    }  # fmt: skip
    return json.dumps(whole | told)


def found_there(**subject: Any) -> dict[str, Any]:
    resource = {
        "resourceType": "MedicationStatement",
        "id": "77",
        "status": "active",
        "medicationCodeableConcept": {"coding": [{"system": ATC, "code": "N02BE01"}], "text": "Paracet 500 mg"},
        "subject": subject,
        "dosage": [{"text": "2 tabletter morgen"}],
    }
    return {"fullUrl": "https://vkp.example/epj/r4/MedicationStatement/77", "resource": resource}


def test_a_search_in_the_municipalities_is_their_list_though_the_patient_stayed_there() -> None:
    body = search(found_there(reference="Patient/9", identifier={"system": FNR, "value": PERSON}))
    listing = only(bundle_reader.read(raw(body)))
    assert (listing.source.list_type, listing.source.completeness) == ("municipality", "snapshot")
    more = search(found_there(reference="Patient/9", identifier={"system": FNR, "value": PERSON}),
                  link=[{"relation": "self", "url": "https://vkp.example/epj/r4/MedicationStatement"},
                        {"relation": "next", "url": "https://vkp.example/page2"}])  # fmt: skip
    assert only(bundle_reader.read(raw(more))).source.completeness == "delta"


def test_a_search_that_names_nobody_needs_the_envelope_and_one_of_two_patients_is_refused() -> None:
    assert codes(bundle_reader.read(raw(search(found_there(reference="Patient/9"))))) == ["patient-missing Bundle"]
    body = search(found_there(reference="Patient/9"))
    assert len(only(bundle_reader.read(raw(body, **{envelope.PATIENT: f"{FNR}|{PERSON}"}))).lines) == 1
    two = search(found_there(reference="Patient/9"), found_there(reference="Patient/10"))
    assert codes(bundle_reader.read(raw(two, **{envelope.PATIENT: f"{FNR}|{PERSON}"}))) == ["two-patients Bundle"]


def test_an_allergy_beside_the_lines_keeps_its_code_severity_and_reaction() -> None:
    allergy = {
        "resourceType": "AllergyIntolerance",
        "criticality": "high",
        "patient": {"reference": "urn:uuid:p"},
        "code": {"coding": [{"system": ATC, "code": "J01CE02"}], "text": "Penicillin"},
        "reaction": [{"manifestation": [{"text": "Anafylaksi"}]}],
    }
    (one,) = read(*sfm(), {"fullUrl": "urn:uuid:a", "resource": allergy}).allergies
    assert (one.text, one.atc, one.severity, one.notes) == ("Penicillin", "J01CE02", "high", ("Anafylaksi",))
    assert one.path == "Bundle.entry[3].resource"
