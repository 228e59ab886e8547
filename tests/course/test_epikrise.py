"""An epikrise as resources: diagnoses, procedures, results, medication, cave, the referral, the stay (HIS 80226)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from adapters.kith.samples import epikrise, innlagt, utskrevet
from adapters.kith.samples.medical import ATC, code
from mappings.clinical.epikrise import item
from mappings.documents import coverage
from mappings.documents import epikrise as dis
from mappings.documents.datatypes import CS, PQ, TS
from mappings.documents.shape import Leaf, Markup, made
from mappings.enveloping import cs, cv


class Chart:
    """Only what an item needs: made resources as they are."""

    def __init__(self):
        self.places = {}

    class making:  # noqa: N801
        patient = "Patient/1"

    class message:  # noqa: N801
        class head:  # noqa: N801
            generated = None

    def made(self, resource_type, key, **elements):
        return {"resourceType": resource_type, "id": key, **elements}

    def about(self):
        return {"subject": {"reference": "Patient/1"}}

    def encounter(self):
        return None

    def organisation(self):
        return None


def read(kind, **content):
    return list(item(Chart(), "1", made(dis.InfItem, type=cs(8233, kind), **content)))


def observed(**of):
    return made(dis.Observation, **of)


def coded(number, value, text, *modifiers):
    return made(dis.CodedDescr, concept=code(f"2.16.578.1.12.4.1.1.{number}", value, text), modifier=modifiers)


def modifier(name, number, value, text):
    return dis.Modifier(name=cs(7305, name), value=(code(f"2.16.578.1.12.4.1.1.{number}", value, text),))


@pytest.mark.parametrize("version", ["1.1", "1.2"])
def test_diagnoses_become_conditions_and_the_first_is_the_main_one(told, case, version) -> None:
    made_of = told(epikrise(case, version=version)).of("Condition")
    codes = {c["code"]["coding"][0]["code"] for c in made_of}
    assert codes >= {value for value, _ in case.story.diagnoses}
    (main,) = [c for c in made_of if any(e["url"].endswith("hoveddiagnose") for e in c.get("extension", ()))]
    assert main["code"]["coding"][0]["code"] == case.story.diagnoses[0][0]


def test_medication_is_stated_with_atc_without_spaces_and_the_dose_as_written(told, case) -> None:
    found = told(epikrise(case)).of("MedicationStatement")
    drugs = (*case.story.usual, *case.story.started, *case.story.stopped)
    assert {m["medicationCodeableConcept"]["coding"][0]["code"] for m in found} == {drug.atc for drug in drugs}
    by_name = {m["medicationCodeableConcept"]["text"]: m for m in found}
    assert by_name[case.story.stopped[0].name]["status"] == "stopped"
    assert by_name[case.story.usual[0].name]["dosage"][0]["text"] == case.story.usual[0].dose


def test_cave_warns_and_findings_are_observations(told, case) -> None:
    projected = told(epikrise(case))
    assert case.story.caution in {f["code"]["text"] for f in projected.of("Flag")}
    (weight,) = [o for o in projected.of("Observation") if "valueQuantity" in o]
    assert (str(weight["valueQuantity"]["value"]), weight["valueQuantity"]["unit"]) == ("71.4", "kg")
    assert weight["code"]["text"] == "Kroppsvekt"


def test_the_plan_for_follow_up_is_a_care_plan_in_plain_words(told, case) -> None:
    (plan,) = [p for p in told(epikrise(case)).of("CarePlan") if p.get("title") == "Oppfølgingsplan"]
    assert plan["description"].startswith("Planer:")
    assert "<" not in plan["description"]


def test_the_referral_it_answers_is_completed_with_its_reasons(told, case) -> None:
    (referral,) = told(epikrise(case)).of("ServiceRequest")
    assert referral["status"] == "completed"
    assert referral["reasonCode"][0]["coding"][0]["code"] == case.story.icpc[0]
    assert referral["reasonCode"][1]["text"] == case.story.reason


def test_it_belongs_to_the_stay_whose_admission_it_tells(told, case, at) -> None:
    later = case.start + timedelta(days=20)
    again = innlagt(case, admitted=later, message_id=case.message_id("again"), generated=later)
    projected = told(innlagt(case), utskrevet(case), again, epikrise(case), as_of=at(28))
    (document,) = [c for c in projected.of("Composition") if c["title"] == "Epikrise"]
    stays = {f"Encounter/{e['id']}": e["period"]["start"] for e in projected.of("Encounter")}
    assert stays[document["encounter"]["reference"]].startswith("2026-03-02T10:00")
    assert document["event"][0]["period"]["start"].startswith("2026-03-02T10:00")


def test_an_epikrise_alone_makes_no_stay(told, case) -> None:
    assert told(epikrise(case)).of("Encounter") == []


def test_preliminary_and_final_are_told_apart(told, case) -> None:
    states = {s: told(epikrise(case, status=s)).one("DocumentReference")["docStatus"] for s in ("F", "P", "A")}
    assert states == {"F": "final", "P": "preliminary", "A": "amended"}


def test_a_cancelled_epikrise_leaves_nothing_in_force(told, case) -> None:
    projected = told(epikrise(case), epikrise(case, series="C"))
    for condition in projected.of("Condition"):
        assert condition["verificationStatus"]["coding"][0]["code"] == "entered-in-error"
    assert {m["status"] for m in projected.of("MedicationStatement")} == {"entered-in-error"}


@pytest.mark.parametrize("version", ["1.1", "1.2"])
def test_most_of_an_epikrise_is_structured_and_nothing_lost(told, read, case, version) -> None:
    body = epikrise(case, version=version)
    found = coverage(read(body), told(body).everything)
    assert found.lost == ()
    assert found.share > 0.9


@pytest.mark.parametrize("kind", ["OPIN", "MPRS", "PRS"])
def test_operations_and_procedures_are_procedures_with_their_codes(kind) -> None:
    described = coded("7210", "NFB20", "Innsetting av hemiprotese", modifier("LA", "7300", "H", "Høyre"))
    (procedure,) = read(kind, observation=observed(coded_descr=described), start_date_time=TS(v=Leaf("2026-03-02")))
    assert procedure["resourceType"] == "Procedure"
    assert procedure["performedDateTime"] == "2026-03-02"
    assert procedure["code"]["coding"][0]["code"] == "NFB20"
    assert procedure["extension"][0]["extension"][1]["valueCodeableConcept"]["coding"][0]["code"] == "H"


def test_a_star_code_stands_beside_the_diagnosis() -> None:
    described = coded("7110", "M073", "Psoriasisartropati", modifier("S", "7110", "L405", "Psoriasis"))
    (condition,) = read("H", observation=observed(coded_descr=described))
    assert [c["code"] for c in condition["code"]["coding"]] == ["M073", "L405"]


def test_a_drug_that_the_patient_is_allergic_to_is_no_medication() -> None:
    drug = made(dis.Medication, drug_id=code(ATC, "J01C E02", "Apocillin"), status=cs(7307, "10"))
    (allergy,) = read("MEDB", medication=drug)
    assert allergy["resourceType"] == "AllergyIntolerance"
    assert allergy["code"]["coding"][0]["code"] == "J01CE02"


def test_that_a_drug_was_taken_does_not_say_that_it_still_is() -> None:
    (taken,) = read("MEDB", medication=made(dis.Medication, drug_id=code(ATC, "J01C", "X"), status=cs(7307, "1")))
    assert taken["status"] == "unknown"
    assert taken["statusReason"][0]["coding"][0]["code"] == "1"


def test_an_interval_that_fhir_cannot_hold_stands_in_the_text_only() -> None:
    def result(low, high, *units):
        of_low, of_high = (Leaf(unit) for unit in units) if units else (None, None)
        ends = made(dis.Interval, low=PQ(v=Leaf(low), u=of_low), high=PQ(v=Leaf(high), u=of_high))
        found = made(dis.ResultItem, interval=ends, clin_inv=made(dis.ClinInv, id=cv(9111, "1")))
        return read("FUNN", result_item=found)[0]

    assert {k: str(v["value"]) for k, v in result("1", "2")["valueRange"].items()} == {"low": "1", "high": "2"}
    assert not result("2", "1")["valueRange"]
    assert result("1", "2", "mg", "mg")["valueRange"]
    assert not result("1", "2", "mg", "g")["valueRange"]


def test_markup_in_a_description_becomes_plain_words() -> None:
    note = Markup("Går bra", xml='<p xmlns="http://www.w3.org/1999/xhtml">Går <b>bra</b></p><script>x()</script>')
    (seen,) = read("ANAM", observation=observed(description=note))
    assert seen["valueString"] == "Går bra"


def test_an_unknown_type_of_item_is_carried_with_its_own_word() -> None:
    found = made(
        dis.InfItem, type=CS(v=Leaf("XYZ"), dn=Leaf("Noe nytt")), observation=observed(description=Markup("a"))
    )
    (seen,) = item(Chart(), "1", found)
    assert seen["code"]["coding"][0]["code"] == "XYZ"
