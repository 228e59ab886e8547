"""The patient's medication list of e-resept (M25.1) and what the multidose pharmacy has packed (M25.3)."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from adapters.eresept.samples import Around, Entry, m25
from adapters.lists import envelope
from hub.contract import Raw, Rejection
from hub.delivery.content import canonical
from hub.doors import dump, load
from hub.identity import id_maker
from hub.judge import Verdict, judge_now
from hub.plugins import installed
from mappings.documents import MedicationDocument, Message
from mappings.documents.medication_list import MedicationLine
from mappings.norwegian_time import OSLO
from tests.medication.lists import compare, found
from tests.medication.test_list_files import ATC, FNR, PERSON, ROWS, csv_file, raw
from tests.medication.test_lists_on_fhir import of_type, projected, read

SENT = datetime(2026, 3, 6, 10, 0, tzinfo=OSLO)
AROUND = Around(person=PERSON, at=SENT, message_id="6f1c0c0e-0000-4000-8000-0000000025a1")
METOPROLOL = Entry(
    id="c4044d55-0000-4000-8000-000000000001", atc="C07AB02", substance="Metoprolol",
    product="Metoprolol Depottab 100 mg", form="Depottablett", dose="1 tablett morgen", varenr="990011",
)  # fmt: skip
ALBYL = replace(
    METOPROLOL, id="c4044d55-0000-4000-8000-000000000002", atc="B01AC06", substance="Acetylsalisylsyre",
    product="Albyl-E Enterotab 75 mg", form="Enterotablett", varenr="",
)  # fmt: skip
STOP = '<Seponering><Tidspunkt>{}</Tidspunkt><Arsak V="{}" DN="{}"/><Merknad>Svimmel</Merknad></Seponering>'
ROLL = (
    '<InngarMultidose V="1" DN="Ja"/><SisteUtlevering><RefM10>m10</RefM10><DatoForsteDose>2026-03-02</DatoForsteDose>'
    "<DatoSisteDose>2026-03-15</DatoSisteDose><UtleveringB64>AAAA</UtleveringB64></SisteUtlevering>"
)
PACKING = (
    "<Rolle><Rolle V=\"M\" DN=\"Multidoseansvarlig lege\"/><Helseperson><HprId>9144900</HprId><Fornavn>Rita</Fornavn>"
    "<Etternavn>Lin</Etternavn></Helseperson></Rolle><Rolle><Rolle V=\"A\" DN=\"Ansvarlig farmasøyt\"/><Organisasjon>"
    "<HerId>100003</HerId><Inst>Fjordapoteket</Inst></Organisasjon></Rolle>"
    "<Pakkeinfo><Bestillingsfrist>2026-03-11T12:00:00+01:00</Bestillingsfrist></Pakkeinfo>"
)  # fmt: skip
IDS = id_maker(b"the key of these tests")


def judged(body: bytes, **headers: str) -> Verdict:
    return judge_now(raw(body, **headers), installed(), dump, IDS)


def document(body: bytes, **headers: str) -> MedicationDocument:
    outcome = judged(body, **headers).outcome
    assert isinstance(outcome, MedicationDocument), outcome
    return outcome


def only(*entries: Entry, part: str = "1", **told: Any) -> MedicationLine:
    (line,) = document(m25(part, AROUND, *entries, **told)).listing.lines
    return line


def test_a_pll_is_a_whole_list_of_the_home_and_is_answered_with_an_apprec() -> None:
    verdict = judged(m25("1", AROUND, METOPROLOL, ALBYL))
    assert isinstance(verdict.outcome, MedicationDocument)
    source = verdict.outcome.listing.source
    assert (source.list_type, source.completeness, source.time) == ("pll", "snapshot", SENT)
    assert verdict.receipt is not None
    assert (b"AppRec" in verdict.receipt, b'V="1"' in verdict.receipt) == (True, True)


def test_an_entry_holds_what_it_and_its_prescription_say() -> None:
    line = only(METOPROLOL)
    assert (line.pll_id, line.resept_id) == (METOPROLOL.id, f"resept-{METOPROLOL.id}")
    assert (line.name, line.generic, line.atc, line.varenr) == (
        "Metoprolol Depottab 100 mg", "Metoprolol", "C07AB02", "990011",
    )  # fmt: skip
    assert (line.form, line.use, line.dose_text, line.status) == ("Depottablett", "1", "1 tablett morgen", "active")
    assert (line.start, line.prescription_expires) == (date(2024, 5, 2), date(2027, 1, 31))
    assert line.changed == datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
    assert (line.indication, dict(line.other)["Type"]) == ("Mot høyt blodtrykk", "Eresept (E)")


def test_a_past_stop_is_a_stop_with_its_cause_and_one_ahead_is_still_in_use() -> None:
    past = only(replace(METOPROLOL, extra=STOP.format("2026-03-01T08:00:00+01:00", "L", "Legemiddelreaksjon")))
    ahead = only(replace(METOPROLOL, extra=STOP.format("2026-03-20T08:00:00+01:00", "L", "Legemiddelreaksjon")))
    assert (past.status, past.stop_cause, past.reason) == ("stopped", "Legemiddelreaksjon", "Svimmel")
    assert (ahead.status, ahead.stopped) == ("active", datetime(2026, 3, 20, 7, 0, tzinfo=UTC))


def test_a_course_that_is_over_has_ended_and_one_stopped_for_harm_is_stopped() -> None:
    course = replace(METOPROLOL, use=("2", "Kur"))
    over = only(replace(course, extra=STOP.format("2026-03-01T08:00:00+01:00", "A", "Avsluttet behandling")))
    harm = only(replace(course, extra=STOP.format("2026-03-01T08:00:00+01:00", "L", "Legemiddelreaksjon")))
    assert (over.status, over.stopped, harm.status) == ("completed", None, "stopped")


def test_a_treatment_that_begins_later_is_planned() -> None:
    body = m25("1", AROUND, METOPROLOL).replace(b"2024-05-02", b"2026-04-01")
    assert document(body).listing.lines[0].status == "planned"


def test_the_full_text_of_a_coded_short_dose_is_what_counts() -> None:
    short = '<Kortdose V="5514" DN="0+0+0+2" OT="2 tabletter kveld"/>'
    line = only(replace(METOPROLOL, dose="0+0+0+2", more=short))
    assert (line.dose_text, dict(line.other)["Dosering"]) == ("2 tabletter kveld", "0+0+0+2")


def test_structured_doses_alone_are_told_in_words() -> None:
    fixed = (
        '<Dosering><DoseFastTidspunkt><Mengde V="2" U="tablett"/><Klokkeslett>08:00:00</Klokkeslett>'
        '<GisEksakt>false</GisEksakt></DoseFastTidspunkt><DoseFastTidspunkt><Mengde V="1" U="tablett"/>'
        '<Tidsomrade V="5" DN="Kveld"/></DoseFastTidspunkt></Dosering>'
    )
    assert only(replace(METOPROLOL, dose="", more=fixed)).dose_text == "2 tablett kl 08:00, 1 tablett kveld"


def test_what_is_packed_says_who_packs_until_when_and_until_when_it_can_be_changed() -> None:
    packed = document(m25("3", AROUND, replace(ALBYL, extra=ROLL), beside=PACKING)).listing
    (line,) = packed.lines
    assert (packed.source.list_type, packed.in_multidose) == ("multidose-packed", True)
    assert (packed.multidose_doctor, packed.multidose_pharmacy) == (
        "Rita Lin (HPR 9144900)",
        "Fjordapoteket (HER-id 100003)",
    )
    assert packed.order_deadline == datetime(2026, 3, 11, 11, 0, tzinfo=UTC)
    assert (line.in_multidose, line.packed_from, line.packed_to) == (True, date(2026, 3, 2), date(2026, 3, 15))


def test_a_stop_by_the_hospital_meets_the_roll_that_is_packed_already() -> None:
    from tests.medication.lists import line, listing

    packed = document(m25("3", AROUND, replace(ALBYL, extra=ROLL), beside=PACKING)).listing
    stopped = listing("hospital-discharge", line("Albyl-E", atc="B01AC06", status="stopped"))
    made = compare(packed, stopped)
    assert found(made) == ["multidose-change-needed B01AC06 HIGH"]
    (finding,) = (one for one in made.findings if one.code == "multidose-change-needed")
    assert "gammel rull til 15.03.2026" in finding.text
    assert "Rita Lin" in finding.text


def test_an_allergy_of_the_list_has_its_code_and_conflicts_with_what_is_given() -> None:
    substance = '<Substans V="B01AC" S="2.16.578.1.12.4.1.1.7180" DN="Platehemmere"/>'
    told = f'<Allergi>{substance}<Reaksjon DN="Utslett" V="3"/></Allergi>'
    listing = document(m25("1", AROUND, ALBYL, beside=told)).listing
    assert [(one.text, one.atc) for one in listing.allergies] == [("Platehemmere", "B01AC")]
    assert "allergy-conflict B01AC06 HIGH" in found(compare(listing))


def test_on_the_fhir_server_the_bags_have_their_days_deadline_doctor_and_pharmacy() -> None:
    made = projected(document(m25("3", AROUND, replace(ALBYL, extra=ROLL), beside=PACKING)))
    line = json.loads(canonical(of_type(made, "MedicationStatement")[0]))
    (bags,) = (e["extension"] for e in line["extension"] if e["url"].endswith("/multidose"))
    told = {part["url"]: next(v for k, v in part.items() if k != "url") for part in bags}
    assert (told["inMultidose"], told["packedFrom"], told["packedTo"]) == (True, "2026-03-02", "2026-03-15")
    assert told["orderDeadline"] == "2026-03-11T12:00:00+01:00"
    assert told["responsibleDoctor"] == {"display": "Rita Lin (HPR 9144900)"}
    assert told["pharmacy"] == {"display": "Fjordapoteket (HER-id 100003)"}
    assert not any("2026-03-15" in note["text"] for note in line.get("note", ()))


def test_a_change_for_the_bags_is_a_task_until_the_pharmacys_deadline() -> None:
    packed = document(m25("3", AROUND, replace(ALBYL, extra=ROLL), beside=PACKING))
    made = projected(packed, read(csv_file(ROWS[2])))
    ends = [t["restriction"]["period"]["end"] for t in of_type(made, "Task")
            if t["performerType"][0]["text"] == "Multidoselege"]  # fmt: skip
    assert set(ends) == {"2026-03-11T12:00:00+01:00"}
    (issue,) = (i for i in of_type(made, "DetectedIssue") if "gammel rull" in i["detail"])
    assert "frist 11.03.2026 kl. 12.00" in issue["detail"]


def test_an_allergy_of_the_list_is_a_resource_beside_the_lines() -> None:
    told = '<Allergi><Substans V="B01AC" S="2.16.578.1.12.4.1.1.7180" DN="Platehemmere"/></Allergi>'
    made = projected(document(m25("1", AROUND, ALBYL, beside=told)))
    (allergy,) = of_type(made, "AllergyIntolerance")
    assert allergy["code"] == {"coding": [{"system": ATC, "code": "B01AC"}], "text": "Platehemmere"}
    assert allergy["verificationStatus"]["coding"][0]["code"] == "unconfirmed"
    (listed,) = of_type(made, "List")
    assert not any("Allergi" in note["text"] for note in listed.get("note", ()))


def test_a_proposal_of_the_pharmacy_is_kept_and_is_no_list() -> None:
    verdict = judged(m25("2", AROUND, ALBYL))
    assert isinstance(verdict.outcome, Message)
    assert "proposal" in [issue.code for issue in verdict.outcome.issues]


def test_an_entry_whose_prescription_cannot_be_opened_refuses_the_message_by_path() -> None:
    body = m25("1", AROUND, METOPROLOL, ALBYL)
    start = body.rindex(b"<ReseptDokLegemiddelB64>") + 24
    verdict = judged(body[:start] + b"%%%" + body[start:])
    assert isinstance(verdict.outcome, Rejection)
    assert [(f.code, f.path) for f in verdict.outcome.faults] == [
        ("T02", "LegemidlerIBruk/EnkeltoppforingLIB[2]/ReseptDokLegemiddelB64")
    ]
    assert verdict.receipt is not None


def test_the_envelope_may_not_name_another_patient() -> None:
    outcome = judged(m25("1", AROUND, METOPROLOL), **{envelope.PATIENT: f"{FNR}|13116900216"}).outcome
    assert isinstance(outcome, Rejection)
    assert [fault.code for fault in outcome.faults] == ["patient-differs"]


def test_a_pll_comes_back_from_the_log_as_it_was_read() -> None:
    body = m25("3", AROUND, replace(ALBYL, extra=ROLL), beside=PACKING)
    read = document(body)
    assert load(dump(read), body) == read


def test_a_plo_message_that_only_mentions_the_namespace_is_read_as_what_it_is() -> None:
    outcome = judged(m25("9", AROUND, METOPROLOL)).outcome
    assert isinstance(outcome, Rejection)
    assert [fault.code for fault in outcome.faults] == ["T10"]


def test_raw_is_what_adapters_read() -> None:
    from adapters import eresept

    assert eresept.adapter.accepts(Raw(body=m25("1", AROUND, METOPROLOL), received=SENT))
    assert not eresept.adapter.accepts(Raw(body=b"<MsgHead/>", received=SENT))
