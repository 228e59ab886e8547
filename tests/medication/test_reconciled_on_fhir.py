"""The lists of a patient compared on the FHIR server: discrepancies, who settles them, the proposal and its signing."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import permutations
from typing import Any

import pytest

from adapters.lists import envelope
from hub.contract import Document, Head, Identifier, Party, Projection, Resource
from hub.delivery.content import canonical
from hub.doors import entry
from mappings.course import ORDER
from tests.medication.test_list_files import AT_ADMISSION, FNR, PERSON, csv_file, home, hospital
from tests.medication.test_lists_on_fhir import NOW, WARD, of_type, projected, read

ORGNR = "urn:oid:2.16.578.1.12.4.1.4.101"
HOSPITAL, MUNICIPALITY = f"{ORGNR}|100000008", f"{ORGNR}|100000024"
LATER = NOW + timedelta(days=3)


def at_home() -> Document:
    return read(home(), **AT_ADMISSION, **{envelope.ORGANISATION: HOSPITAL, envelope.RECEIVERS: MUNICIPALITY})


def on_the_ward(body: str = "") -> Document:
    return read(body or hospital(), **{envelope.ORGANISATION: HOSPITAL})


def tell(kind: str, at: datetime, number: int = 1, **values: Any) -> Document:
    system, _, value = HOSPITAL.partition("|")
    head = Head(
        message_id=f"00000000-0000-8000-8000-{number:012}",
        type=kind,
        version="1",
        series="N",
        sender=Party(name="Sykehuset", identifiers=(Identifier(system, value),)),
        receiver=Party(name="", identifiers=()),
        persons=(Identifier(FNR, PERSON),),
        generated=at,
    )
    return entry(head, values, author="Rita Lin", about=None)


def issues(made: Projection) -> dict[str, Resource]:
    return {r["code"]["coding"][0]["code"]: r for r in of_type(made, "DetectedIssue")}


def task_of(made: Projection, issue: Resource) -> Resource | None:
    focus = {"reference": f"DetectedIssue/{issue['id']}"}
    return next((r for r in of_type(made, "Task") if r.get("focus") == focus), None)


def proposal(made: Projection) -> Resource:
    (found,) = [r for r in of_type(made, "List") if r["code"]["coding"][0]["code"] == "reconciled"]
    return found


def compared(*more: Document, at: datetime = NOW) -> Projection:
    return projected(at_home(), on_the_ward(), *more, at=at)


def test_one_list_alone_is_compared_with_nothing() -> None:
    made = projected(on_the_ward())
    assert of_type(made, "DetectedIssue", "Task") == []
    assert [r["mode"] for r in of_type(made, "List")] == ["snapshot"]


def test_each_discrepancy_names_its_lines_and_lists_and_how_severe_it_is() -> None:
    made = compared()
    found = issues(made)
    assert {code: one["severity"] for code, one in found.items() if code != "addition"} == {
        "discontinued-still-active": "high",
        "multidose-change-needed": "high",
        "dose-amount": "moderate",
        "multidose-unknown": "moderate",
    }
    stopped = found["discontinued-still-active"]
    assert (stopped["status"], stopped["identifiedDateTime"]) == ("preliminary", "2026-03-10T11:20:00+01:00")
    named = {r["reference"] for r in stopped["implicated"]}
    held = {f"MedicationStatement/{r['id']}" for r in of_type(made, "MedicationStatement")}
    assert len(named) == 2
    assert named < held
    lists = {f"List/{r['id']}" for r in of_type(made, "List")}
    assert {d["reference"] for d in stopped["evidence"][0]["detail"]} < lists


def test_what_must_be_settled_is_a_task_for_the_right_role_and_the_mild_is_only_shown() -> None:
    made = compared()
    found = issues(made)
    roles = {code: task["performerType"][0]["text"] for code, one in found.items() if (task := task_of(made, one))}
    assert roles["discontinued-still-active"] == "Sykehuslege"
    assert roles["multidose-change-needed"] == "Multidoselege"
    mild = [one for one in of_type(made, "DetectedIssue") if one["severity"] == "low"]
    assert mild
    assert [task_of(made, one) for one in mild] == [None] * len(mild)
    dangerous = task_of(made, found["discontinued-still-active"])
    assert dangerous is not None
    assert (dangerous["status"], dangerous["priority"]) == ("requested", "urgent")


def test_a_later_list_that_agrees_cancels_the_discrepancy_and_its_task() -> None:
    body = hospital().replace("2026-03-10T11:20", "2026-03-11T09:00").replace('"stopped"', '"active"')
    made = compared(on_the_ward(body), at=LATER)
    stopped = issues(made)["discontinued-still-active"]
    assert stopped["status"] == "cancelled"
    task = task_of(made, stopped)
    assert task is not None
    assert task["status"] == "cancelled"


def test_a_changed_value_is_the_same_issue_since_when_it_began() -> None:
    first = issues(compared())["dose-amount"]
    body = hospital().replace("2026-03-10T11:20", "2026-03-11T09:00").replace("1+0+0+0", "0,5+0+0+0")
    then = issues(compared(on_the_ward(body), at=LATER))["dose-amount"]
    assert then["id"] == first["id"]
    assert then["identifiedDateTime"] == first["identifiedDateTime"]
    assert then["detail"] != first["detail"]


def test_people_read_of_a_changed_release_in_their_own_words() -> None:
    orders = read(WARD, **{envelope.ORGANISATION: HOSPITAL})
    (told,) = [r["detail"] for r in of_type(projected(at_home(), orders), "DetectedIssue") if "depot" in r["detail"]]
    assert told == "Metoprolol: depot mot vanlig form"


def test_the_proposal_is_working_with_each_line_derived_from_its_sources() -> None:
    made = compared()
    listed = proposal(made)
    assert listed["mode"] == "working"
    held = {f"MedicationStatement/{r['id']}": r for r in of_type(made, "MedicationStatement")}
    metoprolol, *_ = [
        (line["flag"], held[line["item"]["reference"]])
        for line in listed["entry"]
        if "Metoprolol" in held[line["item"]["reference"]]["medicationCodeableConcept"]["text"]
    ]
    assert metoprolol[0]["coding"][0]["code"] == "unresolved"
    assert len(metoprolol[1]["derivedFrom"]) == 2
    assert metoprolol[1]["medicationCodeableConcept"]["text"] == "Metoprolol depottablett 50 mg"


def decisions(at: datetime) -> list[Document]:
    """A decision on every discrepancy that is dangerous, by the key that the lists give it."""
    from mappings.medication import lists
    from mappings.medication.reconcile import Setting, reconcile

    when = max(one.source.time for one in lists([at_home(), on_the_ward()]))
    found = reconcile(lists([at_home(), on_the_ward()]), when, Setting(phase="admission")).findings
    keys = [one.discrepancy for one in found if one.severity == "high"]
    told = enumerate(keys, start=2)
    return [tell("legemiddel-avgjorelse", at, n, discrepancy=key, decision="Seponeres hjemme") for n, key in told]


def test_a_decision_settles_the_issue_with_who_and_when_until_what_was_compared_changes() -> None:
    made = compared(*decisions(NOW + timedelta(minutes=5)), at=LATER)
    one = issues(made)["discontinued-still-active"]
    assert one["status"] == "final"
    (mitigation,) = one["mitigation"]
    assert mitigation["action"]["text"] == "Seponeres hjemme"
    assert mitigation["author"]["display"] == "Rita Lin, Sykehuset"
    task = task_of(made, one)
    assert task is not None
    assert task["status"] == "completed"
    changed = hospital().replace("2026-03-10T11:20", "2026-03-11T09:00").replace("Byttet til Eliquis", "Blødning")
    again = issues(compared(*decisions(NOW + timedelta(minutes=5)), on_the_ward(changed), at=LATER))
    assert again["discontinued-still-active"]["status"] == "preliminary"
    assert len(again["discontinued-still-active"]["mitigation"]) == 1


def test_a_signed_proposal_is_a_snapshot_until_a_newer_list_comes() -> None:
    at = NOW + timedelta(minutes=10)
    signed = [*decisions(NOW + timedelta(minutes=5)), tell("legemiddelliste-signert", at, 99)]
    made = compared(*signed, at=LATER)
    assert proposal(made)["mode"] == "snapshot"
    (provenance,) = [
        r for r in of_type(made, "Provenance")
        if {"reference": f"List/{proposal(made)['id']}"} in r["target"]
    ]  # fmt: skip
    assert [agent["type"]["coding"][0]["code"] for agent in provenance["agent"]] == ["assembler", "verifier"]
    newer = on_the_ward(hospital().replace("2026-03-10T11:20", "2026-03-12T09:00"))
    assert proposal(compared(*signed, newer, at=LATER))["mode"] == "working"


def test_nobody_can_sign_over_a_danger_that_is_still_open() -> None:
    assert proposal(compared(tell("legemiddelliste-signert", LATER), at=LATER))["mode"] == "working"


def test_order_and_repetition_of_lists_do_not_matter() -> None:
    told = [at_home(), on_the_ward(), read(WARD, **{envelope.ORGANISATION: HOSPITAL}), read(csv_file())]
    once = [canonical(r) for r in projected(*told).resources]
    for order in list(permutations(told))[::5]:
        assert [canonical(r) for r in projected(*order, *order[:2]).resources] == once


def test_a_list_from_the_future_is_waited_for() -> None:
    ahead = on_the_ward(hospital().replace("2026-03-10T11:20", "2026-03-11T09:00"))
    made = projected(at_home(), ahead)
    assert of_type(made, "DetectedIssue") == []
    assert made.review_at == datetime.fromisoformat("2026-03-11T09:00:00+01:00")


@pytest.mark.parametrize("of", ["DetectedIssue", "Task"])
def test_targets_are_delivered_before_what_refers_to_them(of: str) -> None:
    made = compared()
    places = {f"{r['resourceType']}/{r['id']}": n for n, r in enumerate(made.resources)}
    for one in of_type(made, of):
        for ref in (f"{t}/" for t in ORDER[ORDER.index(of) + 1 :]):
            assert f'"{ref}'.encode() not in canonical(one)
        assert places[f"{of}/{one['id']}"] >= 0


def test_only_parties_of_the_lists_may_see_what_was_compared() -> None:
    tags = {t["code"] for one in of_type(compared(), "DetectedIssue", "Task") for t in one["meta"]["tag"]}
    assert tags == {"100000008", "100000024"}


def test_a_list_that_the_patient_has_blocked_is_compared_with_nothing() -> None:
    """What differs is shown to the parties of both lists: it would tell of the one what is blocked."""
    assert issues(compared())
    blocked = tell("sperring", NOW, 7, on="2026-03-05", message=on_the_ward().head.message_id)
    assert issues(compared(blocked)) == {}
