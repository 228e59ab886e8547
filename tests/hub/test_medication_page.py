"""The printed page of medication lists: what each list says, what differs, who decided."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from adapters.eresept.samples import m25
from hub.access.caller import Caller
from hub.api.medication_page import page
from hub.api.patients import acting_for
from hub.api.problems import ProblemError
from hub.doors import medication
from tests.medication.test_eresept import ALBYL, AROUND, PACKING, ROLL, document
from tests.medication.test_reconciled_on_fhir import HOSPITAL, at_home, decisions, on_the_ward, tell

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)


def told(*more: Any) -> dict[str, Any]:
    return medication([at_home(), on_the_ward(), *more], NOW, phase=None, age=None)


def test_each_treatment_shows_every_lists_own_words() -> None:
    shown = page(told())
    assert "Metoprolol depottab 100 mg: 1 tablett morgen daglig" in shown
    assert "Metoprolol depottablett 50 mg: 1+0+0+0" in shown
    assert "[multidose]" in shown


def test_who_packs_the_roll_and_the_deadline_stand_first_and_allergies_beside() -> None:
    substance = '<Allergi><Substans V="B01AC" S="2.16.578.1.12.4.1.1.7180" DN="Platehemmere"/></Allergi>'
    packed = document(m25("3", AROUND, replace(ALBYL, extra=ROLL), beside=PACKING + substance))
    found = medication([packed], NOW, phase=None, age=None)
    (bags,) = found["multidose"]
    assert (bags["doctor"], bags["roll_to"]) == ("Rita Lin (HPR 9144900)", "2026-03-15")
    assert [(one["text"], one["atc"]) for one in found["allergies"]] == [("Platehemmere", "B01AC")]
    shown = page(found)
    words = ("Fjordapoteket", "2026-03-02 til 2026-03-15", "2026-03-11 12:00", "Allergier:", "Platehemmere (B01AC)",
             "Omfang", "[multidose til 2026-03-15]")  # fmt: skip
    assert [shown.index(word) for word in words] == sorted(shown.index(word) for word in words)


def test_a_decision_stands_beside_what_it_is_about_with_who_made_it() -> None:
    shown = page(told(*decisions(NOW), tell("legemiddelliste-signert", NOW, 99)))
    assert "Seponeres hjemme" in shown
    assert "Signert: Rita Lin, Sykehuset, 2026-03-10" in shown


def test_what_somebody_wrote_is_never_markup() -> None:
    one = told()
    one["treatments"][0]["lines"][0]["name"] = "<script>alert(1)</script>"
    shown = page(one)
    assert "<script>" not in shown
    assert "&lt;script&gt;" in shown


def test_a_list_is_compared_only_for_whom_it_is_open_to_and_never_when_it_is_blocked() -> None:
    municipality = Caller(client="epj", numbers=frozenset({"100000024"}))
    told = (["100000008", "100000024"], ["100000008"], ["sperret:100000024"])
    assert [municipality.sees(numbers) for numbers in told] == [True, False, False]


def test_nobody_decides_for_an_organisation_that_they_do_not_act_for() -> None:
    caller = Caller(client="epj", name="EPJ", numbers=frozenset({"100000024"}))
    assert acting_for("", caller).identifiers[0].value == "100000024"
    with pytest.raises(ProblemError):
        acting_for(HOSPITAL, caller)
    with pytest.raises(ProblemError):
        acting_for("", Caller(client="demo", numbers=None, demo=True))
