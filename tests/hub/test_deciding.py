"""Who may tell what of a stay, decided on what the mappings say of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import product
from typing import Any

import pytest

from hub.contract import StayRow
from hub.deciding import Current, Decided, Topic, Unwritten, decide, state, states, taken_back

NOW = datetime(2026, 3, 6, 12, tzinfo=UTC)
ASKED = NOW - timedelta(hours=3)
ANSWER = Topic(name="answer", kind="kommune-svar")
COORDINATOR = Topic(name="coordinators", kind="koordinator", part="place")
HOSPITAL, KOMMUNE, OTHER = "system|1", "system|2", "system|3"
VALUES = {"answer": "can-receive"}


def party(key: str, *more: str) -> dict[str, Any]:
    numbers = (key.partition("|")[2], *more)
    return {"key": key, "name": f"Part {key}", "identifiers": [{"system": "system", "value": n} for n in numbers]}


def told(id_: str, kind: str, by: str = KOMMUNE, **values: Any) -> dict[str, Any]:
    who = {"key": by, "name": "Part"}
    return {"id": id_, "kind": kind, "told": NOW, "by": who, "author": "A", "about": "m", "values": values}


def stay(*entries: dict[str, Any], **readiness: Any) -> StayRow:
    ready = {"notice": "n", "addressee": KOMMUNE, "notifier": HOSPITAL, "asked": ASKED, "end": None, "ended": None}
    facts = {
        "patient": {"born": "1941-03-18"},
        "messages": [{"id": "m"}],
        "parties": [party(HOSPITAL), party(KOMMUNE, "22"), party(OTHER)],
        "readiness": [{**ready, **readiness}],
        "announced": [],
        "told": list(entries),
    }
    return StayRow(id="s", began=NOW - timedelta(days=4), facts=facts)


def answered(row: StayRow, numbers: set[str] | None, named: str | None = None, **values: Any) -> Decided | Unwritten:
    mine = None if numbers is None else frozenset(numbers)
    return decide(row, ANSWER, {**VALUES, **values}, numbers=mine, named=named, now=NOW)


@pytest.mark.parametrize(
    ("numbers", "named", "expected"),
    [
        ({"2"}, None, "Part system|2"),
        ({"22"}, None, "Part system|2"),
        ({"1", "2"}, None, "Part system|2"),
        ({"1", "2"}, "1", "Part system|1"),
        (None, None, "Part system|2"),
        ({"3"}, None, "wrong-municipality"),
        ({"2"}, "1", "not-your-organisation"),
        ({"9"}, "9", "not-your-organisation"),
    ],
)
def test_the_addressee_answers_or_the_hospital_for_it(numbers, named, expected) -> None:
    found = answered(stay(), numbers, named)
    assert (found.by.name if isinstance(found, Decided) else found.code) == expected
    assert not isinstance(found, Decided) or found.about == "n"


@pytest.mark.parametrize(
    ("readiness", "values", "expected"),
    [
        ({"end": "withdrawn", "ended": NOW}, {}, "readiness-withdrawn"),
        ({"end": "left", "ended": NOW - timedelta(hours=1)}, {}, "readiness-over"),
        ({"end": "left", "ended": date(2026, 3, 5)}, {}, "readiness-over"),
        ({"end": "left", "ended": date(2026, 3, 6)}, {}, None),
        (
            {"end": "left", "ended": NOW - timedelta(hours=1)},
            {"given": (NOW - timedelta(hours=2)).isoformat()},
            None,
        ),
        ({}, {"given": (ASKED - timedelta(minutes=1)).isoformat()}, "impossible-time"),
        ({}, {"given": (NOW + timedelta(minutes=6)).isoformat()}, "impossible-time"),
        ({}, {"given": (NOW + timedelta(minutes=4)).isoformat()}, None),
        ({}, {"on": "2026-03-01"}, "impossible-time"),
        ({}, {"on": "1930-01-01"}, "impossible-time"),
        ({}, {"on": "2026-03-02"}, None),
    ],
)
def test_an_answer_is_given_while_the_patient_is_declared_ready(readiness, values, expected) -> None:
    found = answered(stay(**readiness), {"2"}, **values)
    assert (found.code if isinstance(found, Unwritten) else None) == expected


def test_there_is_nothing_to_answer_before_the_notice() -> None:
    row = stay()
    row.facts["readiness"] = []  # type: ignore[index]
    assert answered(row, {"2"}) == Unwritten("not-declared-ready")


def test_who_acts_for_several_parties_says_for_which() -> None:
    found = decide(stay(), COORDINATOR, {"place": "hospital"}, numbers=frozenset({"1", "2"}), named=None, now=NOW)
    assert isinstance(found, Unwritten)
    assert found.detail.startswith("organisation:")


AHEAD = {"notice": "later", "addressee": KOMMUNE, "notifier": HOSPITAL, "asked": ASKED}


@pytest.mark.parametrize(
    ("readiness", "about"),
    [([], "later"), ([{"end": "withdrawn", "ended": NOW}], "later"), ([{}], "n"), ([{"end": "left"}], "n")],
    ids=["first", "after one withdrawn", "while one holds", "after one that ended by departure"],
)
def test_a_notice_for_a_day_still_to_come_is_answered_unless_another_holds(readiness, about) -> None:
    row = stay()
    before = [{**row.facts["readiness"][0], **one} for one in readiness]
    row = replace(row, facts={**row.facts, "readiness": before, "announced": [AHEAD]})
    found = answered(row, {"2"})
    assert isinstance(found, Decided)
    assert found.about == about


def test_what_stands_beside_others_is_named_by_its_entry() -> None:
    deviations = Topic(name="deviations", kind="avvik", collects=True)
    row = stay(told("a", "avvik"), told("b", "avvik"))
    assert state(row, deviations) is None, "a new one is in the place of none"
    found = state(row, deviations, "b")
    assert found is not None
    assert found.id == "b"


def test_the_parts_of_a_topic_do_not_meet() -> None:
    row = stay(told("a", "koordinator", place="hospital"), told("b", "koordinator", place="municipality"))
    found = state(row, COORDINATOR, "hospital")
    assert isinstance(found, Current)
    assert (found.id, found.tag) == ("a", '"a"')


def test_only_the_organisation_that_told_something_takes_it_back() -> None:
    row = stay(told("0c7b4f0e-0000-4000-8000-000000000000", "kommune-svar", **VALUES))
    current = state(row, ANSWER)
    assert current is not None
    mine = taken_back(row, current, frozenset({"1", "2"}), None)
    assert isinstance(mine, Decided)
    assert (mine.by.name, mine.values) == ("Part system|2", VALUES)


@pytest.mark.parametrize("kinds", [k for n in range(5) for k in product(("kommune-svar", "cfs"), repeat=n)])
def test_what_holds_is_what_was_told_last_of_its_topic(kinds: tuple[str, ...]) -> None:
    row = stay(*(told(str(n), kind) for n, kind in enumerate(kinds)))
    own = [str(n) for n, kind in enumerate(kinds) if kind == "kommune-svar"]
    found = state(row, ANSWER)
    assert [one.id for one in states(row, ANSWER)] == own
    assert (found.id if found else None) == (own[-1] if own else None)


def test_what_was_told_by_changing_a_task_is_not_taken_back_here() -> None:
    point = Topic(name="checklist", kind="sjekkpunkt", part="item")
    row = stay({**told("e", "sjekkpunkt", item="bil", done=True), "through": "fhir"})
    current = state(row, point, "bil")
    assert current is not None
    assert taken_back(row, current, frozenset({"2"}), None) == Unwritten("told-through-fhir")
