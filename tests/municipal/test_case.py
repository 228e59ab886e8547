"""``municipal-case/1``: what becomes of a case on the FHIR server, and what its sender is told of bad input."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from adapters.kith.samples import Case, innlagt, utskrivningsklar
from adapters.municipal.schema import json_schema
from hub.contract import ORGANISASJONSNUMMER, Document
from hub.plugins import installed, plugin_for
from mappings.documents import coverage
from mappings.norwegian_time import OSLO
from tests.municipal.samples import (
    HOME,
    KOMMUNE,
    OWN,
    PERSON,
    ROWS,
    SAID,
    by_number,
    case,
    of_type,
    outcomes,
    projected,
    raw,
    read,
    refused,
    table,
    without,
)


def at(day: int, **changes: Any) -> Document:
    """The case as it was exported on a day of November."""
    return read(case(exportId=f"uttrekk-{day}", exportedAt=f"2026-11-{day:02}T07:10:00+01:00", **changes))


def test_a_service_that_rests_is_on_hold_with_its_history_and_its_hours_a_week() -> None:
    episode = by_number(projected(read(case())), "T-1", "EpisodeOfCare")
    assert episode["status"] == "onhold"
    assert episode["statusHistory"] == [
        {"status": "active", "period": {"start": "2023-04-01", "end": "2026-11-19"}},
        {"status": "onhold", "period": {"start": "2026-11-19"}},
    ]
    ratio = next(e["valueRatio"] for e in episode["extension"] if e["url"].endswith("ukentlig-omfang"))
    assert (str(ratio["numerator"]["value"]), ratio["numerator"]["code"], ratio["denominator"]["code"]) == (
        "7.5",
        "h",
        "wk",
    )
    assert [c["code"] for c in episode["type"][0]["coding"]] == ["15", "2.2.3"]
    assert episode["managingOrganization"]["identifier"]["value"] == HOME


def test_a_decision_is_a_request_that_its_service_follows_from() -> None:
    made = projected(read(case()))
    episode, request = by_number(made, "T-1", "EpisodeOfCare"), by_number(made, "V-1", "ServiceRequest")
    assert episode["referralRequest"] == [{"reference": f"ServiceRequest/{request['id']}"}]
    assert (request["intent"], request["status"], request["authoredOn"]) == ("order", "completed", "2023-03-20")


def test_a_service_that_is_only_applied_for_is_a_proposal_and_no_episode() -> None:
    made = projected(read(case()))
    request = by_number(made, "V-2", "ServiceRequest")
    assert (request["intent"], request["status"], request["occurrencePeriod"]) == (
        "proposal",
        "active",
        {"start": "2026-11-24"},
    )
    assert len(of_type(made, "EpisodeOfCare")) == 1


def test_function_tells_how_it_was_before_and_never_averages() -> None:
    made = projected(read(case()))
    assessed = [r for r in of_type(made, "Observation") if "9111" in str(r["code"])]
    scores = {(r["code"]["coding"][0]["code"], r["effectiveDateTime"]): r for r in assessed}
    newest, before = scores["5", "2026-11-20"], scores["5", "2026-03-01"]
    (change,) = newest["extension"]
    told = {part["url"]: part for part in change["extension"]}
    assert (str(told["before"]["valueInteger"]), told["change"]["valueInteger"]) == ("2", 2)
    assert told["observation"]["valueReference"]["reference"] == f"Observation/{before['id']}"
    memory = scores["15", "2026-11-20"]
    assert "valueInteger" not in memory
    assert memory["dataAbsentReason"]["coding"][0]["code"] == "not-applicable"


def test_the_profile_counts_the_variables_that_mean_help() -> None:
    (profile,) = [r for r in of_type(projected(read(case())), "Observation") if "hasMember" in r]
    assert [part["valueInteger"] for part in profile["component"]] == [2, 1, 1]
    assert len(profile["hasMember"]) == 3


def test_frailty_and_early_warning_are_found_by_their_scale() -> None:
    made = [r for r in of_type(projected(read(case())), "Observation") if r["code"].get("text") in ("CFS", "NEWS2")]
    assert {r["code"]["text"]: str(r["valueInteger"]) for r in made} == {"CFS": "6", "NEWS2": "3"}
    (frailty,) = [r for r in made if r["code"]["text"] == "CFS"]
    assert frailty["code"]["coding"][0]["code"] == "763264000"


def test_what_matters_is_word_for_word_and_tells_who_said_it() -> None:
    made = projected(read(case()))
    goal, other = by_number(made, "G-1", "Goal"), by_number(made, "G-2", "Goal")
    (patient,) = [r for r in of_type(made, "Patient") if r["active"]]
    assert goal["description"]["text"] == "Å gå turen til butikken selv."
    assert goal["expressedBy"] == {"reference": f"Patient/{patient['id']}"}
    assert other["expressedBy"] == {"display": "Pårørende"}


def test_those_around_the_patient_are_a_team_with_their_roles_and_the_next_of_kin() -> None:
    made = projected(read(case()))
    (team,) = of_type(made, "CareTeam")
    roles = [part["role"][0]["coding"][0]["code"] for part in team["participant"]]
    assert roles == ["koordinator", "tjenesteansvarlig", "fastlege"]
    kin = by_number(made, "N-1", "RelatedPerson")
    assert kin["relationship"][0]["coding"][0]["code"] == "CHILD"
    child = by_number(made, "B-1", "RelatedPerson")
    assert (child["birthDate"], "name" in child) == ("2015", False)


def test_plans_are_told_apart_by_kind_and_their_measures_are_activities() -> None:
    plans = {r["category"][0]["coding"][0]["code"]: r for r in of_type(projected(read(case())), "CarePlan")}
    assert set(plans) == {"tiltaksplan", "individuell-plan"}
    assert [set(activity) for activity in plans["tiltaksplan"]["activity"]] == [{"reference"}] * 2


def test_a_diagnosis_is_a_condition_by_its_own_code_list() -> None:
    (condition,) = of_type(projected(read(case())), "Condition")
    assert condition["code"]["coding"][0] == {"system": "urn:oid:2.16.578.1.12.4.1.1.7170", "code": "K77"}


def test_nothing_of_a_case_is_lost() -> None:
    document = read(case(ekstra={"ny": [1, 2]}))
    made = projected(document)
    found = coverage(document, [*made.resources, *(m.resource for m in made.mentions)])
    assert found.lost == ()
    assert found.share > 0.85


def test_an_unknown_member_is_kept_as_text() -> None:
    document = read(case(ekstra="verdi"))
    assert [(one.code, one.path) for one in document.issues] == [("unknown-member", "$.ekstra")]
    (composition,) = of_type(projected(document), "Composition")
    assert "verdi" in str([section["text"]["div"] for section in composition["section"]])


def test_what_a_later_export_does_not_name_still_stands() -> None:
    later = read(without("services", "goals", exportId="b", exportedAt="2026-11-21T07:00:00+01:00"))
    made = projected(at(19), later)
    assert by_number(made, "T-1", "EpisodeOfCare")["status"] == "onhold"
    assert by_number(made, "G-1", "Goal")["lifecycleStatus"] == "active"


def test_an_empty_list_ends_what_was_there_and_null_empties_a_role() -> None:
    made = projected(at(19), at(21, services=[], goals=[], nextOfKin=[], conditions=[], coordinator=None))
    assert by_number(made, "T-1", "EpisodeOfCare")["status"] == "finished"
    assert by_number(made, "G-1", "Goal")["lifecycleStatus"] == "completed"
    assert by_number(made, "N-1", "RelatedPerson")["active"] is False
    assert of_type(made, "Condition")[0]["clinicalStatus"]["coding"][0]["code"] == "inactive"
    (team,) = of_type(made, "CareTeam")
    assert "koordinator" not in str(team["participant"])


def test_an_older_export_that_comes_late_changes_nothing() -> None:
    newer = at(21, services=[{"id": "T-1", "type": {"volven9151": "15"}, "start": "2023-04-01", "status": "active"}])
    assert projected(newer, at(19)) == projected(at(19), newer)
    assert by_number(projected(newer, at(19)), "T-1", "EpisodeOfCare")["status"] == "active"


def test_a_value_that_an_export_leaves_out_keeps_its_earlier_one_and_null_clears_it() -> None:
    base = {"id": "T-1", "type": {"volven9151": "15"}, "start": "2023-04-01"}
    kept, cleared = at(21, services=[base]), at(22, services=[{**base, "hoursPerWeek": None}])
    told = [by_number(projected(*all_), "T-1", "EpisodeOfCare") for all_ in ((at(19), kept), (at(19), kept, cleared))]
    assert ["ukentlig-omfang" in str(one.get("extension")) for one in told] == [True, False]


def test_a_stay_in_hospital_never_makes_a_service_rest() -> None:
    admitted = innlagt(Case(name="municipal", start=datetime(2026, 11, 18, 20, 45, tzinfo=OSLO)))
    plugin = plugin_for(raw(admitted), installed())
    assert plugin is not None
    message = plugin.adapter.read(raw(admitted))
    assert isinstance(message, Document)
    number = message.head.persons[0].value
    service = {"id": "T-1", "type": {"volven9151": "15"}, "start": "2023-04-01", "status": "active"}
    patient = {"nationalId": {"type": "FNR", "value": number}}
    made = projected(message, read(case(patient=patient, services=[service])))
    assert of_type(made, "Encounter")
    assert by_number(made, "T-1", "EpisodeOfCare")["status"] == "active"


def test_only_the_municipality_and_those_it_names_as_receivers_may_see_it() -> None:
    receivers = "urn:oid:2.16.578.1.12.4.1.4.101|100000008"
    made = projected(read(case(), heimveg_receivers=receivers))
    tags = {tag["code"] for tag in by_number(made, "T-1", "EpisodeOfCare")["meta"]["tag"]}
    assert tags == {OWN, "100000008", KOMMUNE}


@pytest.mark.parametrize(
    ("body", "faults"),
    [
        (b"{", [("json", "line 1, column 2")]),
        (b'{"schema": "municipal-case/1", "x": "\xff"}', [("not-text", "")]),
        (case(schema="municipal-case/2"), [("schema", "$.schema")]),
        (without("exportId", "exportedAt"), [("required", "$.exportId"), ("required", "$.exportedAt")]),
        (case(exportedAt="i går"), [("format", "$.exportedAt")]),
        (case(patient={"gender": "female"}), [("patient", "$.patient")]),
        (case(patient={"nationalId": {"type": "FNR", "value": "15833830285"}}),
         [("patient", "$.patient"), ("patient-number-unused", "$.patient.nationalId.value")]),
        (case(source={"system": "X", "municipality": "98"}), [("format", "$.source.municipality")]),
    ],
    ids=["no JSON", "no UTF-8", "another schema", "no id", "no time", "nobody", "control digits", "no municipality"],
)  # fmt: skip
def test_what_is_wrong_at_the_root_refuses_the_case_by_its_path(body: object, faults: list[tuple[str, str]]) -> None:
    assert refused(body, content_type="application/vnd.hub.municipal-case+json") == faults


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"goals": [{"answer": "uten id"}]}, "$.goals[0].id"),
        ({"function": [{"variable": "5", "score": "2", "assessed": "20.11.2026"}]}, "$.function[0].assessed"),
        (
            {"services": [{"id": "T-9", "type": {"volven9151": "15"}, "hoursPerWeek": "mange"}]},
            "$.services[0].hoursPerWeek",
        ),
        ({"nextOfKin": "ingen"}, "$.nextOfKin"),
        ({"frailty": {"instrument": "CFS"}}, "$.frailty.score"),
    ],
)
def test_an_item_that_is_wrong_is_left_out_and_the_rest_comes_in(changes: dict[str, Any], path: str) -> None:
    document = read(case(**changes))
    assert [(one.code, one.path) for one in document.issues] == [("item-left-out", path)]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"function": [{"variable": "5", "score": "7", "assessed": "2026-11-20"}]}, "score"),
        ({"function": [{"variable": "19", "score": "3", "assessed": "2026-11-20"}]}, "variable"),
        ({"frailty": {"instrument": "CFS", "score": 12, "assessed": "2026-10-02"}}, "cfs"),
        ({"services": [{"id": "T-1", "type": {"volven9151": "77"}, "start": "2023-04-01"}]}, "service-code"),
        ({"services": [{"id": "T-1", "type": {"volven9151": "27"}, "start": "2023-04-01"}]}, "expired-code"),
        ({"plans": [{"id": "PL-1", "kind": "annen"}]}, "unknown-value"),
    ],
)
def test_a_value_outside_its_scale_is_kept_with_a_remark(changes: dict[str, Any], code: str) -> None:
    document = read(case(**changes))
    assert [one.code for one in document.issues] == [code]
    made = projected(document)
    assert coverage(document, [*made.resources, *(m.resource for m in made.mentions)]).lost == ()


def test_a_score_outside_the_scale_has_no_number() -> None:
    document = read(case(function=[{"variable": "5", "score": "7", "assessed": "2026-11-20"}]))
    (score,) = [r for r in of_type(projected(document), "Observation") if "9111" in str(r["code"])]
    assert "valueInteger" not in score
    assert score["dataAbsentReason"]["text"] == "7"


def test_restricted_services_are_taken_out_before_anything_is_kept() -> None:
    restricted = {
        "id": "T-9",
        "type": {"volven9151": "24"},
        "start": "2026-01-01",
        "performer": {"name": "Skjermet enhet"},
    }
    document = read(case(services=[restricted, *case()["services"]]))
    assert [(one.code, one.path) for one in document.issues] == [("restricted", "$.services")]
    assert document.issues[0].text.endswith("er ikke tatt inn: 1.")
    assert b"Skjermet" not in document.original
    assert by_number(projected(document), "T-1", "EpisodeOfCare")


def test_the_published_schema_takes_the_case_and_names_what_it_demands() -> None:
    schema = json_schema()
    assert schema["required"] == ["schema", "source", "exportId", "exportedAt", "patient"]
    assert schema["properties"]["services"]["items"]["required"] == ["id", "type"]
    service = schema["properties"]["services"]["items"]
    assert service["properties"]["hoursPerWeek"] == {"anyOf": [{"type": "number"}, {"type": "null"}]}
    assert set(case()) <= set(schema["properties"])


def test_a_table_of_services_is_a_message_for_each_person() -> None:
    document = read(table(), **SAID)
    made = projected(document)
    assert by_number(made, "T-1", "EpisodeOfCare")["status"] == "active"
    ended = by_number(made, "T-3", "EpisodeOfCare")
    assert (ended["status"], ended["period"]) == ("finished", {"start": "2024-02-01", "end": "2024-06-30"})
    several = outcomes(table(*ROWS, "12;02914121178;T-8;15;;;2024-01-01;;;;active"), **SAID)
    assert len(several) == 2


def test_a_table_and_a_case_of_the_same_municipality_tell_of_the_same_service() -> None:
    made = projected(read(table(), **SAID), read(case()))
    episode = by_number(made, "T-1", "EpisodeOfCare")
    assert len([r for r in of_type(made, "EpisodeOfCare") if r["type"][0]["coding"][0]["code"] == "15"]) == 1
    assert episode["status"] == "active"  # the table is a day newer
    assert episode["period"] == {"start": "2023-04-01"}


def test_a_table_says_what_is_wrong_by_row_and_column() -> None:
    assert refused(table(header=HEADER_WITHOUT_STATUS), **SAID) == [("columns", "1")]
    assert refused(table("x;y", header="a,tjenesteId,kode9151"), **SAID) == [("delimiter", "1")]
    assert refused(table()) == [("municipality-missing", "heimveg-municipality")]
    assert refused(table(f";{PERSON};T-1;15;;;2023-04-01;;;;æ").encode("latin-1"), **SAID) == [("not-text", "")]
    wrong = read(table(ROWS[0], f"4711;{PERSON};T-4;15;;;31.02.2024;;;;active"), **SAID)
    assert [(one.code, one.path) for one in wrong.issues] == [("row-left-out", "3/fra")]
    latin = table(f";{PERSON};T-1;15;;;2023-04-01;;;;active").encode("latin-1")
    declared = read(latin, content_type="text/csv; charset=latin-1", **SAID)
    assert declared.issues == ()


HEADER_WITHOUT_STATUS = "localId;fnr;tjenesteId;kode9151;fra;statuss"


def test_restricted_rows_are_taken_out_of_a_table() -> None:
    document = read(table(ROWS[0], f"4711;{PERSON};T-9;23;;V-SKJERMET;2024-01-01;;;;active"), **SAID)
    assert [one.code for one in document.issues] == ["restricted"]
    assert b"SKJERMET" not in document.original


def test_the_same_documents_in_any_order_and_number_give_the_same() -> None:
    told = [at(19), at(21, services=[], function=[]), at(22, goals=[]), read(table(), **SAID)]
    expected = projected(*told)
    assert projected(*reversed(told), *told) == expected


def answered(**reply: Any) -> str:
    """Where the duty to answer stands, after a notice of readiness and a case with this answer."""
    sample = Case(name="municipal-reply", start=datetime(2026, 11, 18, 9, 0, tzinfo=OSLO))
    (notice,) = outcomes(utskrivningsklar(sample).decode())
    assert isinstance(notice, Document)
    (receiver,) = (i.value for i in notice.head.receiver.identifiers if i.system == ORGANISASJONSNUMMER)
    patient = {"nationalId": {"type": "FNR", "value": notice.head.persons[0].value}}
    told = {"canReceive": True, "repliedAt": notice.head.generated.isoformat(), "from": "2026-11-24", **reply}
    source = {**case()["source"], "organization": told.pop("organization", receiver)}
    made = projected(notice, read(case(patient=patient, admissionReply=told, source=source)))
    (task,) = [t for t in of_type(made, "Task") if t["code"]["coding"][0]["code"] == "kommune-beslutning"]
    return str(task["status"])


def test_an_answer_in_a_case_is_the_municipality_s_answer() -> None:
    assert answered() == "completed"


def test_an_answer_of_another_municipality_is_none() -> None:
    assert answered(organization="314000048") != "completed"


def test_every_installed_adapter_can_be_asked_for_its_schemas() -> None:
    found = {name for plugin in installed() for name in plugin.json_schemas}
    assert found == {"municipal-case-1"}
