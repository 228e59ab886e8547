"""The row of a stay: what lists and indicators are told."""

from __future__ import annotations

import json
from datetime import datetime

import pytest

from adapters.kith.samples import messages, utskrivningsrapport
from hub.log.stays import packed
from mappings.content_facts import readmission_group
from mappings.documents.said import Answer, NeedChanged, PathwayConfirmed, Sperring


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
    reported = (messages.utskrevet(case), utskrivningsrapport(case, generated=at(8)))
    gone = row(told(messages.innlagt(case), *reported, as_of=at(20)))
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


def test_the_pathway_tells_whether_a_person_has_decided_and_what_was_suggested(told, case, entry, at) -> None:
    need = entry(NeedChanged(changed=True), at(2, 12))
    suggested = row(told(messages.innlagt(case), need)).facts
    assert (suggested["pathway"], suggested["pathway_confirmed"]) == ("C", False)
    decided = row(told(messages.innlagt(case), need, entry(PathwayConfirmed(pathway="B"), at(2, 13)))).facts
    assert (decided["pathway"], decided["pathway_suggested"], decided["pathway_confirmed"]) == ("B", "C", True)


def test_days_and_kroner_stand_in_the_row_with_the_policies_behind_them(told, case, entry, at) -> None:
    early, ready = messages.helseopplysninger(case), messages.utskrivningsklar(case, ready=at(6).date())
    answer = entry(Answer(answer="cannot-receive"), at(6, 14))
    pay = row(told(messages.innlagt(case), early, ready, answer, as_of=at(9, 8))).facts["pay"]
    assert (pay["state"], pay["days"], pay["offered"]) == ("running", 3, False)


def test_the_group_for_readmission_is_that_of_the_first_diagnosis_of_the_newest_report(told, case) -> None:
    assert readmission_group("S72.0") == readmission_group("S720") == "brudd"
    assert readmission_group("I110") == "hjertesvikt"
    assert readmission_group("Z999") is None
    assert row(told(messages.innlagt(case))).facts["readmission_group"] is None


def test_what_was_told_of_a_stay_leaves_out_what_the_patient_has_blocked(told, case, entry, at) -> None:
    found = row(
        told(
            messages.innlagt(case),
            entry(Sperring(on=at(2).date()), at(2, 12)),
            entry(Answer(answer="revoked"), at(2, 13)),
        )
    )
    assert [one["kind"] for one in found.facts["told"]] == ["kommune-svar"]
