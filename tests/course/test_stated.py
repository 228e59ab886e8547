"""What people write as FHIR: checked against one table, projected over what messages made, in any order the same."""

from __future__ import annotations

import json
from itertools import permutations
from typing import Any

import pytest

from adapters.kith import samples as messages
from adapters.kith.samples import Case
from hub.contract import ACCESS
from mappings.documents import faults
from mappings.documents.said import Answer, Stated

KIND = "http://ehelse.no/fhir/CodeSystem/vkp-careplan-category-v090"
PLAN = {
    "resourceType": "CarePlan",
    "status": "active",
    "intent": "plan",
    "category": [{"coding": [{"system": KIND, "code": "1"}]}],
    "title": "Behandlingsplan",
    "subject": {"reference": "Patient/p"},
}
RESTRICTED = [{"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "R"}]


def stated(resource: dict[str, Any], version: int = 1, *, target: str = "CarePlan/one", changed: str = "") -> Stated:
    return Stated(target=target, version=version, resource=json.dumps(resource), changed=changed)


def begun(case: Case) -> list[bytes]:
    return [messages.innlagt(case), messages.helseopplysninger(case), messages.utskrivningsklar(case)]


def plan(found: Any) -> dict[str, Any]:
    return next(one for one in found.of("CarePlan") if one["id"] == "one")


def test_the_highest_version_holds_in_whatever_order_the_entries_came(told, entry, case, at) -> None:
    entries = [entry(stated({**PLAN, "title": str(n)}, n), at(6, 12)) for n in (1, 2, 3)]
    found = [told(*begun(case), *order).projection for order in permutations(entries)]
    assert all(one == found[0] for one in found)
    assert plan(told(*begun(case), *entries))["title"] == "3"


def test_each_version_has_its_provenance_which_names_the_one_before(told, entry, case, at) -> None:
    first, second = (entry(stated(PLAN, n), at(6, 11 + n)) for n in (1, 2))
    found = told(*begun(case), first, second)
    own = [p for p in found.of("Provenance") if p["target"] == [{"reference": "CarePlan/one"}]]
    roles = sorted(tuple(one["role"] for one in p["entity"]) for p in own)
    assert roles == [("source",), ("source", "revision")]


def test_what_an_author_wrote_stays_and_who_answers_for_it_is_added(told, entry, case, at) -> None:
    found = plan(told(*begun(case), entry(stated({**PLAN, "note": [{"text": "Veies ukentlig"}]}), at(6, 12))))
    assert (found["title"], found["note"]) == ("Behandlingsplan", [{"text": "Veies ukentlig"}])
    assert found["subject"] != PLAN["subject"], "the patient as the log knows them"
    assert found["extension"][0]["valueReference"]["reference"] == found["author"]["reference"]


def test_a_decimal_keeps_its_digits(told, entry, case, at) -> None:
    weight = (
        '{"resourceType": "Observation", "status": "final", "code": {"text": "Vekt"},'
        ' "subject": {"reference": "Patient/p"}, "valueQuantity": {"value": 72.50, "unit": "kg"}}'
    )
    said = Stated(target="Observation/one", version=1, resource=weight)
    found = next(o for o in told(*begun(case), entry(said, at(6, 12))).of("Observation") if o["id"] == "one")
    assert str(found["valueQuantity"]["value"]) == "72.50"


def test_a_restricted_part_is_open_to_its_author_alone_where_it_names_nobody(told, entry, case, at) -> None:
    both = told(*begun(case), entry(stated(PLAN), at(6, 12)))
    shut = told(*begun(case), entry(stated({**PLAN, "meta": {"security": RESTRICTED}}), at(6, 12)))
    numbers = [{t["code"] for t in plan(found)["meta"]["tag"] if t["system"] == ACCESS} for found in (both, shut)]
    hospital = case.parties.hospital.virksomhet.number
    assert hospital in numbers[0]
    assert hospital not in numbers[1]
    assert plan(shut)["meta"]["security"] == RESTRICTED


def test_a_duty_takes_a_note_and_what_messages_say_of_it_goes_on(told, entry, case, at) -> None:
    duty = told(*begun(case)).task("kommune-beslutning")
    note = {**duty, "note": [{"text": "Ringes tilbake"}], "status": "requested"}
    said = stated(note, target=f"Task/{duty['id']}", changed="note")
    answered = entry(Answer(answer="can-receive"), at(6, 13))
    found = told(*begun(case), entry(said, at(6, 12)), answered).task("kommune-beslutning")
    assert (found["note"], found["status"]) == ([{"text": "Ringes tilbake"}], "completed")


def test_a_reference_whose_target_is_gone_is_kept_as_what_it_was_called(told, entry, case, at) -> None:
    found = told(*begun(case), entry(stated({**PLAN, "goal": [{"reference": "Goal/gone"}]}), at(6, 12)))
    assert plan(found)["goal"][0]["identifier"]["value"] == "Goal/gone"
    assert "stated-reference-gone" in {issue.code for issue in found.issues}


def test_without_a_message_about_the_patient_nothing_is_shown(told, entry, at) -> None:
    assert told(entry(stated(PLAN), at(6, 12))).projection.resources == ()


OBSERVATION = {"resourceType": "Observation", "status": "final", "subject": {"reference": "Patient/p"}}
CFS = {"coding": [{"system": "http://snomed.info/sct", "code": "763264000"}]}
NEWS2 = {"coding": [{"system": "http://snomed.info/sct", "code": "1104051000000101"}]}
TASK = {"resourceType": "Task", "status": "requested", "intent": "order", "code": {}, "for": {"reference": "Patient/p"}}


@pytest.mark.parametrize(
    ("resource", "code", "path"),
    [
        ({**PLAN, "instantiatesUri": ["x"]}, "not-offered", "CarePlan.instantiatesUri"),
        ({k: v for k, v in PLAN.items() if k != "subject"}, "required", "CarePlan.subject"),
        ({**PLAN, "contained": [{"resourceType": "Goal"}]}, "contained", "CarePlan.contained"),
        ({**PLAN, "intent": "order"}, "intent", "CarePlan.intent"),
        ({**PLAN, "activity": [{"detail": {"status": "scheduled"}}]}, "detail", "CarePlan.activity[0].detail"),
        ({**PLAN, "author": {"reference": "https://x.no/Organization/1"}}, "reference", "CarePlan.author.reference"),
        ({**PLAN, "note": [{"modifierExtension": []}]}, "modifier", "CarePlan.note[0]"),
        ({**OBSERVATION, "code": CFS, "valueInteger": 10}, "scale", "Observation.valueInteger"),
        ({**OBSERVATION, "code": CFS, "valueQuantity": {"value": 0}}, "scale", "Observation.valueQuantity.value"),
        ({**OBSERVATION, "code": NEWS2, "valueQuantity": {"value": 21}}, "scale", "Observation.valueQuantity.value"),
    ],
)
def test_what_cannot_be_written_is_named_by_its_path(resource: dict[str, Any], code: str, path: str) -> None:
    assert (code, path) in {(fault.code, fault.path) for fault in faults(resource, None, set(resource))}


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [({"description"}, "requested", "not-changeable"), ({"status"}, "completed", "duty-status")],
)
def test_what_messages_made_changes_only_where_the_table_says(changed: set[str], status: str, code: str) -> None:
    task = {**TASK, "code": {"text": "Plikt"}, "status": status}
    assert code in {fault.code for fault in faults(task, TASK, changed)}
    assert not list(faults({**task, "status": "accepted", "note": [{"text": "Ja"}]}, TASK, {"status", "note"}))


def test_an_entry_of_a_resource_is_of_no_stay(told, entry, case, at) -> None:
    (row,) = told(*begun(case), entry(stated(PLAN), at(6, 12))).projection.stays
    assert row.facts["told"] == []
