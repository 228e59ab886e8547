"""Where a stay is (A.9): every transition that messages make is in the table, and the drawing is the table's."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.kith.samples import avmelding, helseopplysninger, innlagt, utskrevet, utskrivningsklar
from mappings.documents.said import Answer
from mappings.rules.course_of_stay import STEPS, diagram

DRAWN = Path(__file__).parents[2] / "docs" / "course-of-a-stay.md"


def test_the_drawing_in_the_docs_is_made_from_the_code():
    assert f"```mermaid\n{diagram()}```" in DRAWN.read_text(encoding="utf-8"), (
        "python -m mappings.rules.course_of_stay prints the diagram; put it into docs/course-of-a-stay.md"
    )


def test_an_answer_moves_a_stay_on_and_a_revoked_one_back(facts, entry, case):
    ready = case.start + timedelta(days=4)
    messages = [innlagt(case), helseopplysninger(case), utskrivningsklar(case)]
    states = []
    for number, answer in enumerate((None, "cannot-receive", "can-receive", "revoked", "offer-ready"), start=1):
        if answer:
            messages.append(entry(Answer(answer=answer), ready + timedelta(hours=number)))
        states.append(facts(*messages).stays[0].state)
    assert states == ["ready", "answered-cannot", "answered-can", "answered-cannot", "offered"]


@pytest.fixture(scope="module")
def steps():
    return {(step.since, step.to) for step in STEPS}


@given(data=st.data())
@settings(max_examples=60, deadline=None, derandomize=True)
def test_every_step_that_a_message_makes_is_in_the_table(data, whole_course, steps):
    """Adding the messages of a stay one by one, in the order of their times, never jumps."""
    states = whole_course(data.draw(st.sets(st.integers(0, 6), min_size=1)))
    assert {(a, b) for a, b in zip(["none", *states], states, strict=False) if a != b} <= steps


@pytest.fixture(scope="module")
def whole_course():
    """The states after each of the chosen messages of one stay."""
    from datetime import UTC, datetime

    from adapters.kith import KithAdapter
    from adapters.kith.samples import Case
    from hub.contract import Raw
    from mappings.course import DEFAULTS
    from mappings.norwegian_time import OSLO
    from tests.course.stay_facts import patient_facts

    case = Case(name="course", start=datetime(2026, 3, 2, 10, tzinfo=OSLO))
    again = utskrivningsklar(case, ready=case.start + timedelta(days=5), message_id=case.message_id("again"))
    bodies = [
        innlagt(case), helseopplysninger(case), helseopplysninger(case, updated=True), utskrivningsklar(case),
        avmelding(case), again, utskrevet(case),
    ]  # fmt: skip
    documents = [KithAdapter().read(Raw(body=body, received=datetime.now(UTC))) for body in bodies]
    now = datetime(2026, 3, 20, 12, tzinfo=OSLO)

    def states(chosen):
        taken, found = [], []
        for number in sorted(chosen):
            taken.append(documents[number])
            facts = patient_facts(taken, now, policies=DEFAULTS)
            found.append(facts.stays[0].state if facts and len(facts.stays) == 1 else "none")
        return found

    return states
