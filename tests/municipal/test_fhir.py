"""FHIR in the shape of VKP: what becomes of it, and what its sender is told of bad entries."""

from __future__ import annotations

import json
from typing import Any

import pytest

from adapters.municipal import fhir_adapter
from hub.doors import dump
from mappings.documents import MedicationDocument, Message, coverage
from tests.municipal.samples import (
    KOMMUNE,
    MEDICINE,
    NOW,
    PERSON,
    SAID,
    bundle,
    by_number,
    case,
    of_type,
    outcomes,
    projected,
    raw,
    read,
    refused,
)


def test_a_service_keeps_its_status_and_its_history() -> None:
    episode = by_number(projected(read(bundle())), "T-501", "EpisodeOfCare")
    assert episode["status"] == "onhold"
    assert episode["statusHistory"] == [
        {"status": "active", "period": {"start": "2023-04-01", "end": "2026-11-19"}},
        {"status": "onhold", "period": {"start": "2026-11-19"}},
    ]
    assert [c["code"] for c in episode["type"][0]["coding"]] == ["15", "2.2.3"]


def test_a_list_of_visits_is_a_besoksplan_and_tells_why_a_visit_was_called_off() -> None:
    made = projected(read(bundle()))
    plan = by_number(made, "BP-1", "CarePlan")
    assert [c["code"] for c in plan["category"][0]["coding"]] == ["3"]
    visits = {f"Appointment/{r['id']}": r for r in of_type(made, "Appointment")}
    assert [visits[a["reference"]["reference"]]["status"] for a in plan["activity"]] == ["fulfilled", "cancelled"]
    (called_off,) = [r for r in visits.values() if r["status"] == "cancelled"]
    assert called_off["cancelationReason"]["text"] == "Innlagt sykehus"


def test_diagnoses_and_allergies_are_as_they_were_told() -> None:
    made = projected(read(bundle()))
    assert by_number(made, "D-1", "Condition")["code"]["text"] == "Hjertesvikt"
    allergy = by_number(made, "A-1", "AllergyIntolerance")
    assert (allergy["criticality"], allergy["code"]) == ("high", {"text": "Penicillin"})


def test_a_document_in_the_bundle_can_be_read_in_the_message() -> None:
    own = of_type(projected(read(bundle())), "Composition")
    assert "Tungpustet i går." in str([section["text"]["div"] for r in own for section in r["section"]])


def test_a_document_in_the_bundle_is_one_of_its_own_with_its_sections_and_no_script() -> None:
    script = {
        "resourceType": "Composition", "status": "final", "type": {"text": "Oppfølging"}, "date": "2026-11-18",
        "title": "Samtale", "subject": {"reference": "https://epj.example.org/fhir/Patient/4711"},
        "author": [{"display": "Responssenter"}],
        "section": [{"title": name, "text": {"status": "generated", "div": f'<div xmlns="http://www.w3.org/1999/xhtml">'
                     f"<script>x</script><b>{name} går bra.</b></div>"}} for name in ("Søvn", "Mat")],
    }  # fmt: skip
    made = projected(read(bundle(script)))
    (own,) = [r for r in of_type(made, "Composition") if r["title"] == "Samtale"]
    assert [section["title"] for section in own["section"]] == ["Søvn", "Mat"]
    assert "<b>Søvn går bra.</b>" in own["section"][0]["text"]["div"]
    assert "script" not in str(own)
    assert own["author"] == [{"display": "Responssenter"}]


def test_what_welfare_technology_writes_is_a_document_and_what_it_found_is_kept_in_words() -> None:
    who = {"identifier": {"system": "urn:oid:2.16.578.1.12.4.1.4.1", "value": PERSON}}
    words = '<div xmlns="http://www.w3.org/1999/xhtml">Falt på badet.</div>'
    resources = [
        {"resourceType": "Composition", "status": "final", "type": {"text": "Trygghet og mestring"}, "subject": who,
         "date": "2026-11-19T05:00:00Z", "title": "Utrykning", "author": [{"display": "Responssenter"}],
         "section": [{"title": "Hendelse", "text": {"status": "generated", "div": words}}]},
        {"resourceType": "DetectedIssue", "status": "final", "code": {"text": "Fall"}, "patient": who},
        {"resourceType": "Device", "deviceName": [{"name": "Alarm 7", "type": "user-friendly-name"}]},
        {"resourceType": "Encounter", "status": "finished", "subject": who, "reasonCode": [{"text": "Tilsyn"}],
         "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "HH"}},
    ]  # fmt: skip
    document = read(bundle(type="document", entry=[{"resource": one} for one in resources]))
    assert [i.value for i in document.head.persons] == [PERSON], "by whom the document is about"
    made = projected(document)
    assert "Falt på badet." in by_title(made, "Utrykning")["section"][0]["text"]["div"]
    whole = str(by_title(made, "FHIR fra kommunens journal"))
    assert all(word in whole for word in ("Fall", "Alarm 7", "Tilsyn"))
    assert {one.code for one in document.issues} == {"unknown-member"}
    assert coverage(document, [*made.resources, *(m.resource for m in made.mentions)]).lost == ()


def by_title(made: Any, title: str) -> dict[str, Any]:
    """The one Composition of that title."""
    (found,) = [r for r in of_type(made, "Composition") if r["title"] == title]
    return dict(found)


def test_a_service_names_the_team_of_its_municipality() -> None:
    made = projected(read(case()), read(bundle()))
    (team,) = of_type(made, "CareTeam")
    teams = [r.get("team") for r in of_type(made, "EpisodeOfCare")]
    assert teams == [[{"reference": f"CareTeam/{team['id']}"}]]
    assert not any("team" in r for r in of_type(projected(read(bundle())), "EpisodeOfCare"))


def test_nothing_of_a_bundle_is_lost() -> None:
    document = read(bundle())
    made = projected(document)
    assert coverage(document, [*made.resources, *(m.resource for m in made.mentions)]).lost == ()


def test_medication_goes_the_way_of_every_medication_list() -> None:
    rest, listed = outcomes(bundle(MEDICINE))
    assert isinstance(rest, Message)
    assert isinstance(listed, MedicationDocument)
    assert listed.listing.source.list_type == "municipality"
    made = projected(rest, listed)
    assert [r["medicationCodeableConcept"]["text"] for r in of_type(made, "MedicationStatement")] == [
        "Metoprolol depottablett 50 mg"
    ]
    assert len([r for r in of_type(made, "Patient") if r["active"]]) == 1


def test_a_service_in_a_case_and_in_fhir_is_one() -> None:
    made = projected(read(case()), read(bundle()))
    (episode,) = [r for r in of_type(made, "EpisodeOfCare") if r["type"][0]["coding"][0]["code"] == "15"]
    assert {i["value"] for i in episode["identifier"]} == {"T-1", "T-501"}


def test_an_older_bundle_that_comes_late_changes_nothing() -> None:
    older = bundle(
        timestamp="2026-11-01T06:00:00Z", identifier={"system": f"urn:hub:municipal-export:{KOMMUNE}", "value": "x"}
    )
    older["entry"][1]["resource"]["status"] = "active"
    told = [read(bundle()), read(older)]
    assert projected(*told) == projected(*reversed(told))
    assert by_number(projected(*told), "T-501", "EpisodeOfCare")["status"] == "onhold"


@pytest.mark.parametrize(
    ("body", "faults"),
    [
        (bundle(without_types=("Patient",)), [("no-patient", "Bundle")]),
        (
            bundle({"resourceType": "Patient"}),
            [("two-patients", "Bundle")],
        ),
        (bundle(identifier={"value": "9"}), [("municipality-missing", "Bundle.identifier")]),
        ('{"resourceType": "Bundle", "x": "EpisodeOfCare", "y": "EpisodeOfCare"', None),
    ],
    ids=["nobody", "two patients", "no municipality", "no JSON"],
)
def test_a_bundle_without_one_person_or_a_municipality_is_refused(body: Any, faults: Any) -> None:
    text = body if isinstance(body, str) else json.dumps(body)
    found = refused(text.replace('"EpisodeOfCare", "y": "EpisodeOfCare"', '"EpisodeOfCare"'))
    assert found == faults if faults else found[0][0] == "json"


def test_a_patient_is_unknown_without_a_number_that_holds() -> None:
    wrong = json.loads(json.dumps(bundle()).replace(PERSON, "15833830285"))
    document = read(wrong)
    assert [one.code for one in document.issues] == ["patient-number-unused"]
    assert [i.value for i in document.head.persons] == ["4711"]


@pytest.mark.parametrize(
    ("resource", "path"),
    [
        ({"resourceType": "EpisodeOfCare", "status": "active"}, "Bundle.entry[6].resource.patient"),
        ({"resourceType": "Condition", "subject": {"reference": "Patient/4711"}, "onsetDateTime": "i fjor"},
         "Bundle.entry[6].resource.onsetDateTime"),
        ({"resourceType": "Finnesikke"}, "Bundle.entry[6].resource"),
    ],
)  # fmt: skip
def test_an_entry_that_is_no_r4_is_left_out_by_its_path_and_the_rest_comes_in(resource: Any, path: str) -> None:
    document = read(bundle(resource))
    assert [(one.code, one.path) for one in document.issues] == [("item-left-out", path)]
    assert by_number(projected(document), "T-501", "EpisodeOfCare")


def test_the_sender_is_answered_by_an_operation_outcome_with_the_path() -> None:
    delivered = raw(bundle({"resourceType": "EpisodeOfCare", "status": "active"}))
    answer = json.loads(fhir_adapter.receipt(delivered, fhir_adapter.read(delivered), id="x", at=NOW) or b"")
    assert answer["resourceType"] == "OperationOutcome"
    assert [(one["severity"], one["expression"]) for one in answer["issue"]] == [
        ("warning", ["Bundle.entry[6].resource.patient"])
    ]


def test_restricted_services_are_taken_out_of_a_bundle() -> None:
    hidden = json.loads(json.dumps(bundle()).replace('"code": "15"', '"code": "23"').replace("Sone nord", "Skjermet"))
    document = read(hidden)
    assert [one.code for one in document.issues] == ["restricted"]
    assert b"Skjermet" not in document.original


def test_a_bundle_with_ten_thousand_entries_is_taken() -> None:
    def service(number: int) -> dict[str, Any]:
        return {
            "resourceType": "EpisodeOfCare", "status": "finished", "period": {"start": "2020-01-01"},
            "identifier": [{"system": "https://epj.example.org/tjeneste", "value": str(number)}],
            "type": [{"text": "Tjeneste"}], "patient": {"reference": "https://epj.example.org/fhir/Patient/4711"},
        }  # fmt: skip

    (document,) = outcomes(bundle(*map(service, range(10_000))))
    assert isinstance(document, Message)
    assert len(document.root.episode) == 10_001  # type: ignore[attr-defined]
    assert dump(document)


def test_a_bundle_says_its_municipality_beside_it_where_it_does_not_itself() -> None:
    document = read(bundle(identifier={"value": "9"}), **SAID)
    assert document.head.sender.name == f"Kommune {KOMMUNE}"
