"""The row of a stay: what lists and indicators are told."""

from __future__ import annotations

import json
from datetime import datetime

import pytest

from adapters.kith.samples import messages
from hub.log.stays import packed


def row(told):
    (found,) = told.projection.stays
    return found


def test_a_row_is_found_by_municipality_hospital_and_everybody_who_took_part(told, case) -> None:
    found = row(told(messages.innlagt(case), messages.helseopplysninger(case)))
    parties = case.parties
    assert (found.municipality, found.hospital) == (case.patient.municipality, parties.hospital.virksomhet.number)
    assert parties.saksbehandling.virksomhet.number in found.organisations
    assert found.is_open and found.ended is None


def test_the_fodselsnummer_is_masked_in_a_row(told, case) -> None:
    found = row(told(messages.innlagt(case)))
    assert found.facts["patient"]["number"] == f"{case.patient.number[:6]} *****"
    assert case.patient.number not in packed([found])


def test_due_is_the_earliest_deadline_still_open(told, case, at) -> None:
    open_one = row(told(messages.innlagt(case), as_of=at(2, 12)))
    assert open_one.due == at(3, 10)
    answered = row(told(messages.innlagt(case), messages.helseopplysninger(case), as_of=at(2, 16)))
    assert answered.due == at(3, 10, 10)


@pytest.mark.parametrize(
    ("sent", "state"),
    [
        (("innlagt",), "admitted"),
        (("innlagt", "helseopplysninger"), "notified"),
        (("innlagt", "helseopplysninger", "utskrivningsklar"), "ready"),
        (("innlagt", "utskrivningsklar", "avmelding"), "admitted"),
        (("innlagt", "utskrivningsklar", "utskrevet"), "left"),
    ],
)
def test_the_state_is_where_the_messages_have_brought_the_stay(told, case, sent, state) -> None:
    assert row(told(*(getattr(messages, name)(case) for name in sent))).facts["state"] == state


def test_what_waits_for_somebody_comes_before_what_does_not(told, case, at) -> None:
    overdue = row(told(messages.innlagt(case), as_of=at(4)))
    waiting = row(told(messages.innlagt(case), as_of=at(2, 12)))
    gone = row(told(messages.innlagt(case), messages.utskrevet(case), as_of=at(20)))
    assert overdue.urgency < waiting.urgency < gone.urgency


def test_rows_are_plain_json_with_times_that_say_their_offset(told, case) -> None:
    facts = json.loads(packed(told(messages.innlagt(case), messages.utskrivningsklar(case)).projection.stays))[0][
        "facts"
    ]
    assert datetime.fromisoformat(facts["admitted"]).tzinfo is not None
    assert facts["readiness"][0]["answer_minutes"] is None


def test_a_date_stays_a_date_and_gives_no_hours(told, case, at) -> None:
    left = messages.utskrevet(case, left=at(8).date())
    facts = row(told(messages.innlagt(case), messages.utskrivningsklar(case), left)).facts
    assert facts["left"] == at(8).date()
    assert (facts["readiness"][0]["hours"], facts["readiness"][0]["days"]) == (None, 2)
