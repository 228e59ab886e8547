"""A PLO message in, a queryable Task out: the main job, through the processes that operators run."""

from __future__ import annotations

import base64
import json
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from lxml import etree

from adapters.kith.samples import avmelding, dod, helseopplysninger, innlagt, utskrevet, utskrivningsklar

pytestmark = pytest.mark.integration

PROCESS = "https://heimveg.dev/fhir/CodeSystem/discharge-process"
OPEN = "requested,received,accepted,in-progress"
ORGNR = "urn:oid:2.16.578.1.12.4.1.4.101"
KOMMUNE = "urn:oid:2.16.578.1.12.4.1.1.3402"
KINDS = ("Patient", "Encounter", "Task", "CarePlan", "Composition", "DocumentReference", "Provenance")


def hours_ago(hours: int) -> datetime:
    return datetime.now(UTC).replace(microsecond=0) - timedelta(hours=hours)


@pytest.mark.parametrize("version", ["1.5", "1.6"])
def test_the_four_questions_are_answered_by_the_fhir_server_alone(hub, query, new_case, version) -> None:
    waiting, gone = new_case(hours_ago(72)), new_case(hours_ago(72))
    ready = hours_ago(2)
    hub.take(
        innlagt(waiting, version=version), helseopplysninger(waiting, version=version),
        utskrivningsklar(waiting, ready=ready, version=version),
        innlagt(gone, version=version), utskrivningsklar(gone, ready=ready, version=version),
        utskrevet(gone, left=hours_ago(1), version=version),
    )  # fmt: skip

    def ready_in(case):
        owner = f"{ORGNR}|{case.parties.saksbehandling.virksomhet.number}"
        criteria = {"code": f"{PROCESS}|utskrivningsklar", "status": OPEN, "_include": "Task:encounter"}
        return hub.search(query("Task", owner__Organization__identifier=owner, **criteria).replace(
            "owner%3AOrganization%3Aidentifier", "owner:Organization.identifier"))  # fmt: skip

    assert Counter(r["resourceType"] for r in ready_in(waiting)) == {"Task": 1, "Encounter": 1}
    assert ready_in(gone) == []

    def in_hospital(case):
        return hub.search(query("Encounter", status="in-progress", _tag=f"{KOMMUNE}|{case.patient.municipality}"))

    (encounter,) = in_hospital(waiting)
    assert in_hospital(gone) == []

    since = query("Encounter", subject=f"{encounter['subject']['reference']}")
    assert len(hub.search(f"{since}&discharge-ready=ge{ready.date().isoformat()}")) == 1
    assert hub.search(f"{since}&discharge-ready=ge2100-01-01") == []

    patient = encounter["subject"]["reference"]
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    overdue = hub.search(query("Task", due=f"lt{now}", status="requested", subject=patient))
    assert [t["code"]["coding"][0]["code"] for t in overdue] == ["innleggelsesrapport"]
    assert hub.search(query("Task", due="lt2020-01-01", status="requested", subject=patient)) == []


def test_everything_that_is_emitted_is_valid_by_our_profiles(hub, query, new_case) -> None:
    case = new_case(hours_ago(200))
    hub.take(
        innlagt(case), helseopplysninger(case), helseopplysninger(case, updated=True), utskrivningsklar(case),
        avmelding(case), avmelding(case, series="C"), utskrevet(case), dod(case), innlagt(case, series="C"),
    )  # fmt: skip
    number = f"{ORGNR}|{case.parties.hospital.virksomhet.number}"
    hospital = hub.search(query("Organization", identifier=number))
    (patient,) = hub.search(query("Patient", _tag=f"{KOMMUNE}|{case.patient.municipality}"))
    found = [patient, *hospital]
    for kind in KINDS[1:]:
        by_patient = "patient" if kind != "Provenance" else None
        tagged = {"_tag": f"{KOMMUNE}|{case.patient.municipality}", "_count": "100"}
        made = hub.search(query(kind, **tagged))
        assert made, (kind, by_patient)
        found += made
    errors = {f"{r['resourceType']}/{r['id']}": e for r in found if (e := hub.validate(r))}
    assert errors == {}


def test_a_cancelled_message_leaves_every_query_at_once(hub, query, new_case) -> None:
    case = new_case(hours_ago(10))
    tag = f"{KOMMUNE}|{case.patient.municipality}"
    hub.take(innlagt(case))
    assert len(hub.search(query("Encounter", status="in-progress", _tag=tag))) == 1
    hub.take(innlagt(case, series="C"))
    assert hub.search(query("Encounter", status="in-progress", _tag=tag)) == []
    assert hub.search(query("Task", status=OPEN, _tag=tag)) == []
    states = {e["status"] for e in hub.search(query("Encounter", _tag=tag))}
    assert states == {"entered-in-error"}


def test_a_patient_who_moves_is_listed_in_the_new_municipality_only(hub, query, new_case) -> None:
    case = new_case(hours_ago(10))
    old = case.patient.municipality
    moved = utskrivningsklar(case, ready=hours_ago(1)).replace(f'V="{old}"'.encode(), b'V="8999"')
    hub.take(innlagt(case))
    hub.take(moved)
    assert hub.search(query("Encounter", status="in-progress", _tag=f"{KOMMUNE}|{old}")) == []
    assert len(hub.search(query("Encounter", status="in-progress", _tag=f"{KOMMUNE}|8999"))) == 1


def test_a_dropped_file_is_taken_in_like_a_posted_one(hub, query, new_case, wait_until) -> None:
    case = new_case(hours_ago(10))
    (hub.folder / ".draft").write_bytes(innlagt(case))
    (hub.folder / ".draft").rename(hub.folder / "innlagt.xml")
    wait_until(lambda: (hub.folder / "done" / "innlagt.xml").exists(), "the folder")
    receipt = etree.parse(hub.folder / "receipts" / "innlagt.apprec.xml").getroot()
    assert receipt.find("{*}Status").get("V") == "1"
    wait_until(hub.settled, "the worker")
    tag = f"{KOMMUNE}|{case.patient.municipality}"
    assert len(hub.search(query("Encounter", status="in-progress", _tag=tag))) == 1


def test_the_answer_is_an_apprec_in_the_version_of_the_payload(hub, new_case) -> None:
    case = new_case(hours_ago(10))
    for version, namespace in (("1.5", "2004-11-21"), ("1.6", "2012-02-15")):
        status, body = hub.post(innlagt(case, version=version, message_id=case.message_id(version)))
        answer = etree.fromstring(body)
        assert status == 200
        assert etree.QName(answer).namespace.endswith(namespace)


def test_a_refused_message_is_answered_kept_and_listed(hub, new_case) -> None:
    case = new_case(hours_ago(10))
    status, body = hub.post(innlagt(case).replace(b"<Anslag>", b"<Anslagg>").replace(b"</Anslag>", b"</Anslagg>"))
    assert status == 422
    error = etree.fromstring(body).find("{*}Error")
    assert error.get("V") == "T02"
    assert "MeldingInnlagtPasient/TidsfestetHendelse" in error.get("OT")
    (row,) = hub.get(f"/messages?message_id={case.message_id('innlagt-N')}")["messages"]
    assert row["processing"] == "rejected"


def test_the_original_is_on_both_sides_unchanged(hub, query, new_case) -> None:
    case = new_case(hours_ago(10))
    body = innlagt(case)
    hub.take(body)
    identifier = f"urn:ietf:rfc:3986|urn:uuid:{case.message_id('innlagt-N')}"
    (document,) = hub.search(query("DocumentReference", identifier=identifier))
    binary = hub.search(document["content"][0]["attachment"]["url"].replace("Binary/", "Binary?_id="))
    assert base64.b64decode(binary[0]["data"]) == body


def test_the_second_time_a_message_comes_nothing_changes(hub, new_case) -> None:
    case = new_case(hours_ago(10))
    hub.take(innlagt(case))
    before = hub.run("verify").stderr
    status, body = hub.post(innlagt(case))
    assert (status, json.loads(body)["answer"]) == (200, "duplicate")
    assert "0 missing, 0 different" in hub.run("verify").stdout + before
    assert hub.run("rebuild", "--diff").returncode == 0
