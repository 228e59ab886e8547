"""What the resources carry: who, what, where from, for whose eyes, and every word of the message."""

from __future__ import annotations

import base64
import re
from importlib import import_module

import orjson
import pytest

from adapters.kith.samples import (
    Case,
    avmelding,
    dod,
    helseopplysninger,
    innlagt,
    person,
    utskrevet,
    utskrivningsklar,
)
from hub.delivery.content import canonical, ref_of
from hub.delivery.difference import difference
from hub.delivery.transaction import ordered, references
from mappings.documents import origins
from mappings.documents.lineage import left_out
from mappings.documents.shape import leaves
from mappings.scope import ACCESS, MUNICIPALITY


@pytest.fixture
def whole(told, case):
    """Every message type of the stay, with corrections."""
    return told(
        innlagt(case), helseopplysninger(case), helseopplysninger(case, updated=True), utskrivningsklar(case),
        avmelding(case), utskrevet(case), dod(case), dod(case, series="C"),
    )  # fmt: skip


def test_every_resource_is_valid_by_the_published_models(whole):
    for resource in whole.everything:
        model = getattr(
            import_module(f"fhir.resources.R4B.{resource['resourceType'].lower()}"), resource["resourceType"]
        )
        model.model_validate(orjson.loads(canonical(resource)))


def test_every_reference_leads_to_a_resource_of_ours_and_none_in_a_circle(whole):
    held = {ref_of(resource) for resource in whole.everything}
    for resource in whole.everything:
        assert set(references(canonical(resource))) <= held, resource["resourceType"]
    changes = difference({ref_of(r): r for r in whole.everything}.values(), {}).changes
    assert len(ordered(changes)) == len(held)


def test_no_id_or_address_tells_the_fodselsnummer(whole, case):
    for resource in whole.everything:
        assert case.patient.number not in resource["id"]
        assert case.patient.number not in resource["meta"].get("source", "")
        for target in references(canonical(resource)):
            assert case.patient.number not in target.id


def test_every_patient_bound_resource_is_tagged_for_its_municipality_and_its_parties(whole, case):
    numbers = {case.parties.hospital.virksomhet.number, case.parties.saksbehandling.virksomhet.number}
    for resource in whole.projection.resources:
        tags = {(t["system"], t["code"]) for t in resource["meta"]["tag"]}
        assert (MUNICIPALITY, case.patient.municipality) in tags, resource["resourceType"]
        if resource["resourceType"] in ("Encounter", "Task", "CarePlan", "Patient"):
            assert {(ACCESS, number) for number in numbers} <= tags


def test_a_message_is_open_to_its_own_parties_only(told, case):
    after = told(innlagt(case), dod(case))
    death = next(c for c in after.of("Composition") if c["type"]["coding"][0]["code"] == "LOG_DOD")
    seen_by = {t["code"] for t in death["meta"]["tag"] if t["system"] == ACCESS}
    assert case.parties.hospital.virksomhet.number not in seen_by
    assert case.parties.fastlege.virksomhet.number in seen_by


def test_the_original_bytes_come_back_unchanged(told, case):
    body = innlagt(case)
    after = told(body)
    assert base64.b64decode(after.one("Binary")["data"]) == body
    attachment = after.one("DocumentReference")["content"][0]["attachment"]
    assert attachment["url"] == f"Binary/{after.one('Binary')['id']}"
    assert attachment["size"] == len(body)


def test_the_patient_is_as_the_newest_message_says(told, case):
    older = innlagt(case)
    newer = utskrivningsklar(case).replace(b"<GivenName>", b"<GivenName>Ny ", 1)
    name = told(newer, older).one("Patient")["name"][0]
    assert name["given"][0].startswith("Ny ")
    patient = told(older).one("Patient")
    assert patient["identifier"] == [{"system": "urn:oid:2.16.578.1.12.4.1.4.1", "value": case.patient.number}]
    assert patient["birthDate"] == case.patient.birth.isoformat()
    assert patient["gender"] in ("male", "female")


def test_organizations_stand_on_two_levels(told, case):
    found = told(innlagt(case)).of("Organization")
    hospital = next(o for o in found if o["name"] == case.parties.hospital.virksomhet.name)
    unit = next(o for o in found if o["name"] == case.parties.hospital.level2.name)
    assert unit["partOf"]["reference"] == f"Organization/{hospital['id']}"
    assert {"system": "urn:oid:2.16.578.1.12.4.1.2", "value": case.parties.hospital.level2.her_id} in unit["identifier"]


def test_the_responsible_professional_is_the_author(told, case):
    after = told(utskrivningsklar(case))
    role = after.one("PractitionerRole")
    assert after.one("Composition")["author"][0]["reference"] == f"PractitionerRole/{role['id']}"
    assert after.one("Practitioner")["identifier"][0]["value"] == case.parties.responsible.hpr


def test_provenance_tells_what_a_message_made_and_what_it_came_from(told, case):
    after = told(utskrivningsklar(case))
    provenance = after.one("Provenance")
    kinds = {t["reference"].partition("/")[0] for t in provenance["target"]}
    assert kinds == {"DocumentReference", "Composition", "Encounter", "Task", "CarePlan", "CareTeam"}
    assert provenance["entity"][0]["role"] == "source"
    assert provenance["recorded"] == after.one("Composition")["date"]


def test_every_word_of_the_payload_is_readable_in_the_composition(told, read, case):
    """Texts, codes with their texts or behind them as a hint; the rest of the payload is structured beside it."""
    for body in (innlagt(case), helseopplysninger(case), utskrivningsklar(case), avmelding(case), utskrevet(case)):
        document = read(body)
        sections = told(body).one("Composition")["section"]
        headings = " ".join(f"{c['system']} {c['code']}" for s in sections for c in s.get("code", {}).get("coding", ()))
        text = " ".join(f"{s['title']} {s['text']['div']}" for s in sections)
        text = " ".join((text, headings, *re.findall(r'title="([^"]*)"', text)))
        shown = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))
        coded = {o.xpath for o in origins(told(body).everything) if not o.as_text}
        for _, slot, leaf in leaves(document.payload):
            if slot.type.name == "boolean" or slot.name == "komponentID" or slot.family == "m1":
                continue
            assert re.sub(r"\s+", " ", leaf).strip() in shown or leaf.path in coded or left_out(leaf.path), leaf.path


def test_markup_in_a_text_is_shown_as_text(told, case):
    body = avmelding(case, reason="<script>alert(1)</script> & mer")
    text = " ".join(s["text"]["div"] for s in told(body).one("Composition")["section"])
    assert "<script>" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; mer" in text


def test_the_plan_holds_the_tasks_the_course_and_who_is_responsible(told, case):
    after = told(innlagt(case), helseopplysninger(case), utskrivningsklar(case))
    plan = after.one("CarePlan")
    assert plan["status"] == "active"
    assert plan["description"].startswith("Forventer behov for hjemmesykepleie")
    activities = {a["reference"]["reference"] for a in plan["activity"]}
    assert activities == {f"Task/{t['id']}" for t in after.of("Task")}
    assert plan["extension"][0]["url"] == "http://hl7.org/fhir/5.0/StructureDefinition/extension-CarePlan.custodian"


def test_a_second_number_in_one_message_links_two_records(told, case):
    number = case.patient.number.encode()
    other = person(3).number
    alone = innlagt(Case(name="other", start=case.start, patient=person(3)))
    ident = b"<Ident><Id>" + number + b"</Id>"
    both = utskrivningsklar(case).replace(
        ident,
        b"<Ident><Id>" + other.encode() + b'</Id><TypeId V="FNR" S="2.16.578.1.12.4.1.1.8116"/></Ident>' + ident,
        1,
    )
    patients = told(innlagt(case), alone, both).of("Patient")
    main, lesser = sorted(patients, key=lambda p: not p["active"])
    assert lesser["link"] == [{"other": {"reference": f"Patient/{main['id']}"}, "type": "replaced-by"}]
    assert len(main["identifier"]) == 2
