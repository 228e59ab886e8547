"""Every element of every resource can be explained: the value in the message, where it stood, and the rule."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from functools import partial
from importlib import import_module

import pytest

from adapters.kith.samples import helseopplysninger, innlagt, utskrevet, utskrivningsklar
from hub.delivery.content import canonical
from hub.identity import id_maker
from mappings import tables
from mappings.course import Policies, course
from mappings.documents import explained
from mappings.documents.said import Answer
from mappings.documents.shape import leaves

IDS = id_maker(b"a key for tests, nothing else")
NOW = datetime(2026, 3, 20, tzinfo=UTC)


@pytest.fixture
def stay(read, case):
    return [read(body) for body in (innlagt(case), helseopplysninger(case), utskrivningsklar(case), utskrevet(case))]


def test_what_people_entered_and_the_policies_chosen_count_as_in_the_projection(stay, entry, at) -> None:
    answered = entry(Answer(answer="cannot-receive"), at(6, 12))
    chosen = partial(course, policies=Policies(reply_hours=12))
    found = list(explained(chosen, [*stay[:3], answered], NOW, ids=IDS))
    projection = chosen([*stay[:3], answered], NOW, ids=IDS)
    assert {e.resource for e in found} >= {f"{r['resourceType']}/{r['id']}" for r in projection.resources}
    assert "kan-ikke-ta-imot" in {e.value for e in found if e.path == "Task.businessStatus.coding[0].code"}
    assert "reply_hours=12" in {e.value for e in explained(chosen, stay[:3], NOW, ids=IDS)}


def one(elements, resource_type, path):
    (found,) = {e for e in elements if e.resource.startswith(f"{resource_type}/") and e.path == path}
    return found


def test_every_element_has_a_rule_that_exists_and_rows_that_exist(stay) -> None:
    found = list(explained(course, stay, NOW, ids=IDS))
    assert len(found) > 1000
    for element in found:
        module = next(m for m in _modules(element.function) if m in sys.modules)
        at = import_module(module)
        for step in element.function.removeprefix(f"{module}.").split("."):
            at = getattr(at, step)
        assert callable(at), element.function
        for row in element.rows:
            number, _, code = row.partition("/")
            assert tables.text(number, code) is not None, row


def _modules(function):
    steps = function.split(".")
    return [".".join(steps[:n]) for n in range(len(steps), 0, -1)]


def test_explaining_shows_exactly_what_a_projection_makes(stay) -> None:
    found = list(explained(course, stay, NOW, ids=IDS))
    projection = course(stay, NOW, ids=IDS)
    made = [*projection.resources, *(mention.resource for mention in projection.mentions)]
    values = [e.value for e in found if not e.as_text]
    shown = "".join(canonical(resource).decode() for resource in made)
    assert all(str(r["id"]) in values for r in made)
    assert {e.resource for e in found} == {f"{r['resourceType']}/{r['id']}" for r in made}
    assert all(value in shown for value in values if value.isascii() and value.isalnum() and value not in ("True",))


def test_every_value_of_a_message_is_told_with_its_message_place_and_wording(stay) -> None:
    said = {(d.head.message_id, leaf.path): str(leaf) for d in stay for _, _, leaf in leaves(d.root)}
    for element in explained(course, stay, NOW, ids=IDS):
        if element.xpath:
            assert said[element.message_id, element.xpath] == element.said


def test_a_completed_time_keeps_the_wording_of_the_message_that_said_it(stay) -> None:
    found = list(explained(course, stay, NOW, ids=IDS))
    start = one(found, "Encounter", "Encounter.period.start")
    assert (start.value, start.said) == ("2026-03-02T10:00:00+01:00", "2026-03-02T10:00:00")
    assert start.message_id == stay[0].head.message_id
    assert start.function == "mappings.encounter.encounter"
    assert one(found, "Encounter", "Encounter.period.end").message_id == stay[3].head.message_id


def test_a_translated_code_tells_the_function_and_what_was_translated(stay) -> None:
    gender = one(list(explained(course, stay, NOW, ids=IDS)), "Patient", "Patient.gender")
    assert (gender.value, gender.said, gender.function) == ("female", "2", "mappings.person._gender")
    assert gender.xpath == "MsgHead/MsgInfo/Patient/Sex/@V"


def test_a_code_tells_the_row_of_its_table(stay) -> None:
    found = list(explained(course, stay, NOW, ids=IDS))
    code = one(found, "Encounter", "Encounter.hospitalization.dischargeDisposition.coding[0].code")
    assert (code.rows, code.function) == (("8408/1",), "mappings.encounter._disposition")
    state = one(found, "Encounter", "Encounter.hospitalization.dischargeDisposition.coding[1].display")
    assert state.rows == ("8431/1",)


def test_a_text_that_came_out_of_a_table_tells_its_row(read, case) -> None:
    found = list(explained(course, [read(innlagt(case))], NOW, ids=IDS))
    assert one(found, "Composition", "Composition.title").rows == ("8279/LOG_INNLAGT",)
    assert one(found, "Composition", "Composition.status").rows == ()


def test_what_a_rule_concluded_has_a_rule_and_no_place(stay) -> None:
    found = list(explained(course, stay, NOW, ids=IDS))
    statuses = [e for e in found if e.path == "Task.businessStatus.coding[0].code"]
    assert {e.function for e in statuses} == {"mappings.task.readiness_task", "mappings.task._business_status"}
    assert {(e.xpath, e.message_id) for e in statuses} == {("", "")}


def test_a_document_with_a_receipt_is_still_explained_by_what_made_it() -> None:
    """``{**document, "extension": ...}``: what is taken over is by whoever made it."""
    from mappings.documents.tracing import Rule, tracing

    original = import_module("mappings.resources").resource
    refusal = import_module("mappings.refusal")
    with tracing(frozenset()) as trace:
        document = original("Task", "1", status="requested")
        receipts = type("None", (), {"shown": lambda *_: "rejected", "of": lambda *_: None})()
        told = refusal.with_delivery(document, None, receipts)
    whole = trace.rule(told, Rule())
    assert whole.function == "mappings.refusal.with_delivery"
    assert trace.member(told, "status", whole).function != whole.function
    assert trace.member(told, "extension", whole).function == whole.function


def test_projecting_is_not_watched_after_explaining(stay) -> None:
    before = sys.getprofile()
    list(explained(course, stay, NOW, ids=IDS))
    assert sys.getprofile() is before
