"""What holds for every comparison of lists, and the decisions behind the worked cases."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings.documents.list_store import dump_list, load_list
from mappings.documents.medication_list import Allergy, MedicationList
from mappings.medication.catalogue import components, demo, kinds, rows
from mappings.medication.reconcile import Setting, phase_of, reconcile
from mappings.medication.similarity import THRESHOLD, jaro_winkler
from mappings.norwegian_time import OSLO
from tests.medication.lists import AT, compare, found, line, listing

DRUGS = [
    ("Zocor 20 mg", "C10AA01"), ("Simvastatin 40 mg", "C10AA01"), ("Furix 40 mg", "C03CA01"), ("Soctator 80 mg", ""),
    ("Sotacor 80 mg", "C07AA07"), ("Albyl-E 75 mg", "B01AC06"), ("Oksykodon depottablett 10 mg", "N02AA05"),
    ("Oksykodon 5 mg", "N02AA05"), ("Paralgin forte", "N02AJ06"), ("Paracet 500 mg", "N02BE01"), ("Ukjent 5 mg", ""),
]  # fmt: skip
LINES = st.builds(
    lambda drug, dose, use, status, bags, id_: line(
        drug[0], dose, drug[1], use=use, status=status, in_multidose=bags, id=id_, varenr=id_[:1]
    ),
    st.sampled_from(DRUGS),
    st.sampled_from(["1 tabl morgen", "2 tabl x 2", "1 tabl ved behov inntil x 4", "etter avtale", "1+0+1", ""]),
    st.sampled_from(["", "1", "2", "3"]),
    st.sampled_from(["active", "stopped", "on-hold"]),
    st.sampled_from([None, True, False]),
    st.text(alphabet="abc123", min_size=1, max_size=3),
)
LISTS = st.builds(
    lambda kind, lines, day, whole: listing(kind, *lines, at=f"2026-03-0{day}", completeness=whole),
    st.sampled_from(
        ["gp", "pll", "municipality", "multidose-packed", "hospital-discharge", "hospital-inpatient", "kjernejournal"]
    ),
    st.lists(LINES, max_size=4),
    st.integers(1, 9),
    st.sampled_from(["snapshot", "delta"]),
)


@given(st.lists(LISTS, min_size=1, max_size=4), st.randoms(use_true_random=False))
def test_the_order_in_which_lists_and_lines_come_does_not_matter(lists: list[MedicationList], chance: object) -> None:
    as_sent = told(lists)
    shuffled = [shuffled_lines(one, chance) for one in lists]
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert told(shuffled) == as_sent
    assert told([*lists, *shuffled]) == as_sent


def told(lists: list[MedicationList]) -> object:
    result = compare(*lists)
    proposed = [
        (group.key, group.name, group.proposed and group.proposed.key, group.is_settled) for group in result.groups
    ]
    return [(f.code, f.severity, f.treatments, f.text, [i.key for i in f.items]) for f in result.findings], proposed


def shuffled_lines(listing_: MedicationList, chance: object) -> MedicationList:
    lines = list(listing_.lines)
    chance.shuffle(lines)  # type: ignore[attr-defined]
    return replace(listing_, lines=tuple(lines))


@given(LISTS)
def test_a_list_survives_storage(one: MedicationList) -> None:
    assert load_list(dump_list(one)) == one


@given(LISTS)
def test_a_list_agrees_with_itself_from_another_source(one: MedicationList) -> None:
    codes = {f.code for f in compare(one, phase=None).findings if f.severity != "info"}
    assert codes <= {
        "duplicate-same-substance", "duplicate-therapy", "course-no-end", "identity-uncertain",
        "stopped-then-restarted", "status-conflict",
    }  # fmt: skip


@given(st.lists(LISTS, min_size=1, max_size=4))
def test_no_treatment_is_proposed_that_a_later_list_has_stopped(lists: list[MedicationList]) -> None:
    for group in compare(*lists).groups:
        stops = [i for i in group.items if i.state == "stopped" and i.view.of in ("home", "hospital")]
        if group.proposed is not None and any(s.view is not group.proposed.view for s in stops):
            own = [i for i in group.items if i.view in [s.view for s in stops] and i.is_active]
            dated = group.proposed.dated
            assert own or dated is not None


@pytest.mark.parametrize(
    ("one", "other", "likeness"),
    [
        ("soctator", "sotacor", 0.929), ("apocilin", "apocillin", 0.978), ("levaxine", "levaxin", 0.975),
        ("cozaar", "cozaar comp", 0.909), ("glimepirid", "glipizid", 0.901), ("cipramil", "cipralex", 0.900),
        ("lorazepam", "klonazepam", 0.896), ("sotalol", "sotacor", 0.886), ("prednison", "prednisolon", 0.964),
    ],
)  # fmt: skip
def test_likeness_is_the_measure_that_the_threshold_was_found_with(one: str, other: str, likeness: float) -> None:
    assert jaro_winkler(one, other) == pytest.approx(likeness, abs=0.0006)
    assert (jaro_winkler(one, other) >= THRESHOLD) == (likeness >= 0.92)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Prednison 5 mg", "Prednisolon 5 mg"),
        ("Citalopram 10 mg", "Escitalopram 10 mg"),
        ("Cozaar 50 mg", "Cozaar Comp 50 mg"),
    ],
)
def test_two_known_names_are_never_taken_for_each_other(one: str, other: str) -> None:
    result = compare(
        listing("gp", line(one, "1 tabl morgen")), listing("hospital-discharge", line(other, "1 tabl morgen"))
    )
    assert "identity-uncertain" not in {f.code for f in result.findings}
    assert {"addition", "omission"} <= {f.code for f in result.findings}


def test_a_misspelling_of_another_strength_is_not_matched() -> None:
    result = compare(
        listing("gp", line("Sotacor 80 mg", "1 tabl x 2")), listing("hospital-discharge", line("Soctator 160 mg"))
    )
    assert {"addition", "omission"} <= {f.code for f in result.findings}


def test_a_packed_list_that_does_not_name_a_drug_denies_nothing() -> None:
    home = listing("gp", line("Zocor 20 mg", "1 tabl kveld"))
    bags = listing("multidose-packed", at="2026-03-08")
    assert found(compare(home, bags)) == []


def test_kjernejournal_is_shown_and_has_no_say() -> None:
    home = listing("gp", line("Zocor 20 mg", "1 tabl kveld"), at="2026-03-01")
    summary = listing("kjernejournal", line("Furix 40 mg", "1 tabl morgen"))
    result = compare(home, summary)
    assert found(result, info=True) == []
    assert {group.name for group in result.groups} == {"Zocor 20 mg", "Furix 40 mg"}


def test_the_hospitals_copy_of_the_home_list_yields_to_a_newer_one() -> None:
    copy = listing("home-at-admission", line("Furix 40 mg", "1 tabl morgen"), at="2026-03-05")
    home = listing("gp", line("Zocor 20 mg", "1 tabl kveld"), at="2026-03-06")
    hospital = listing("hospital-discharge", line("Zocor 20 mg", "1 tabl kveld"))
    assert found(compare(copy, home, hospital)) == []


def test_a_change_is_laid_over_the_snapshot_before_it() -> None:
    lines = line("Zocor 20 mg", "1 tabl kveld", id="a"), line("Furix 40 mg", "1 tabl", id="b")
    whole = listing("hospital-discharge", *lines, at="2026-03-08")
    change = listing(
        "hospital-discharge", line("Zocor 40 mg", "1 tabl kveld", id="a"), at="2026-03-09", completeness="delta"
    )
    home = listing("gp", line("Zocor 20 mg", "1 tabl kveld"), line("Furix 40 mg", "1 tabl"))
    assert found(compare(whole, change, home)) == ["dose-amount C10AA01 MEDIUM"]


def test_a_list_from_the_future_is_not_there_yet() -> None:
    home = listing("gp", line("Zocor 20 mg", "1 tabl kveld"))
    ahead = listing("hospital-discharge", at="2026-04-01")
    assert found(compare(home, ahead)) == []


def test_a_second_line_of_the_same_strength_is_a_duplicate() -> None:
    twice = [line("Zocor 20 mg", "1 tabl kveld", id=name) for name in "ab"]
    assert found(compare(listing("gp", *twice))) == ["duplicate-same-substance C10AA01 HIGH"]


def test_two_lines_at_different_times_of_the_day_are_one_treatment() -> None:
    home = listing("gp", line("Furix 40 mg", "1 tabl morgen"), line("Furix 20 mg", "1 tabl midt på dagen"))
    hospital = listing("hospital-discharge", line("Furix 60 mg", "1 tabl morgen"))
    assert found(compare(home, hospital)) == ["dose-frequency C03CA01 MEDIUM"]


def test_a_switch_stated_by_the_reason_of_the_stop() -> None:
    home = listing("gp", line("Eliquis 5 mg", "1 tabl x 2"), at="2026-03-10")
    hospital = listing(
        "hospital-discharge", line("Marevan", status="stopped", reason="Byttet til Eliquis"), at="2026-03-09"
    )
    codes = {f.code for f in compare(home, hospital).findings}
    assert "therapeutic-switch" in codes
    assert "duplicate-therapy" not in codes


def test_refused_substitution_is_a_discrepancy() -> None:
    home = listing("gp", line("Zocor 20 mg", "1 tabl kveld", substitution_refused=True))
    hospital = listing("hospital-discharge", line("Simvastatin 20 mg", "1 tabl kveld"))
    assert found(compare(home, hospital)) == ["generic-substitution C10AA01 LOW"]


def test_slot_names_alone_are_no_difference_of_time() -> None:
    slots = listing("gp", line("Zocor 20 mg", "0+1+0+0"))
    words = listing("hospital-discharge", line("Zocor 20 mg", "1 tabl ettermiddag"))
    assert found(compare(slots, words)) == []
    evening = listing("hospital-discharge", line("Zocor 20 mg", "1 tabl kveld"))
    assert found(compare(slots, evening)) == ["dose-timing C10AA01 LOW"]


def test_modified_release_against_plain_is_a_discrepancy() -> None:
    home = listing("gp", line("Metoprolol depottablett 50 mg", "1 tabl morgen"))
    hospital = listing("hospital-discharge", line("Metoprolol tablett 50 mg", "1 tabl morgen"))
    assert found(compare(home, hospital)) == ["release-form C07AB02 MEDIUM"]


def test_another_route_of_the_same_substance_is_a_discrepancy_and_no_omission() -> None:
    home = listing("gp", line("Stesolid tablett 5 mg", "1 tabl kveld"))
    hospital = listing("hospital-discharge", line("Stesolid klyster 5 mg", "1 dose kveld"))
    assert "route N05BA01 HIGH" in found(compare(home, hospital))
    assert not {"omission", "addition"} & {f.code for f in compare(home, hospital).findings}


def test_a_missing_expected_list_is_said() -> None:
    result = reconcile([listing("gp")], AT, Setting(expected=("gp", "hospital-discharge")))
    assert found(result) == ["missing-source LOW"]


def test_a_paused_treatment_in_use_elsewhere_is_a_conflict_and_no_omission() -> None:
    home = listing("gp", line("Zocor 20 mg", "1 tabl kveld"))
    hospital = listing("hospital-discharge", line("Zocor 20 mg", "1 tabl kveld", status="on-hold"))
    assert found(compare(home, hospital)) == ["status-conflict C10AA01 LOW"]


def test_an_nsaid_is_high_risk_for_the_old_and_beside_antithrombotics() -> None:
    home, ibux = listing("gp", line("Albyl-E 75 mg", "1 tabl morgen")), line("Ibux 400 mg", "1 tabl x 3")
    albyl = line("Albyl-E 75 mg", "1 tabl morgen")
    assert found(compare(listing("gp"), listing("hospital-discharge", ibux), age=60)) == ["addition M01AE01 LOW"]
    assert found(compare(listing("gp"), listing("hospital-discharge", ibux), age=75)) == ["addition M01AE01 MEDIUM"]
    assert found(compare(home, listing("hospital-discharge", albyl, ibux), age=60)) == ["addition M01AE01 MEDIUM"]


def test_a_stop_whose_reason_is_recorded_is_as_dangerous_as_one_without() -> None:
    home = listing("gp", line("Zocor 20 mg", "1 tabl kveld"))
    hospital = listing("hospital-discharge", line("Zocor 20 mg", status="stopped", reason="Seponert pga muskelsmerter"))
    result = compare(home, hospital)
    assert found(result) == ["discontinued-still-active C10AA01 HIGH"]
    assert "muskelsmerter" in result.findings[0].text
    assert result.groups[0].proposed is None


def test_an_allergy_without_a_code_is_no_conflict_by_guess() -> None:
    hospital = listing("hospital-discharge", line("Digitoxin 0,05 mg", "1 tabl daglig", "C01AA04"))
    home = listing("gp", allergies=(Allergy(text="digitalis"),))
    assert "allergy-conflict" not in {f.code for f in compare(home, hospital).findings}


def test_the_reference_day_is_the_norwegian_one() -> None:
    home = listing("gp", line("Apocillin 660 mg", "1 tabl x 4", use="2", end=date(2026, 3, 10)), at="2026-03-09")
    late = datetime(2026, 3, 10, 23, 30, tzinfo=OSLO)
    assert [item.state for item in compare(home, at=late).groups[0].items] == ["active"]
    after = datetime(2026, 3, 11, 0, 30, tzinfo=OSLO)
    assert [item.state for item in compare(home, at=after).groups[0].items] == ["ended"]


def test_every_table_of_ours_is_whole() -> None:
    codes = [row["atc"] for row in rows("substances")]
    assert len(set(codes)) == len(codes)
    assert all(row["component"] in codes and row["atc"] in codes for row in rows("combinations"))
    assert all(kind.display and kind.base in ("info", "low", "medium", "high") for kind in kinds().values())
    assert {part.atc for part in components("C09DA06")} == {"C09CA06", "C03AA03"}
    assert demo().atc_of("zocor") == "C10AA01"


def test_a_patient_has_one_national_list_whoever_hands_it_over() -> None:
    first = listing("pll", line("Furix", "1 tablett morgen", "C03CA01"), system="legekontoret")
    newer = listing("pll", line("Zocor", "1 tablett kveld", "C10AA01"), system="kommunen", at="2026-03-09T12:00")
    for lists in ((first, newer), (newer, first)):
        made = compare(*lists)
        assert [view.time.day for view in made.views] == [9]
        assert found(made) == []


def test_a_letter_that_names_some_drugs_hides_no_stop_of_the_wards_list() -> None:
    ward = listing("hospital-inpatient", line("Marevan", "", "B01AA03", status="stopped"))
    letter = listing("hospital-discharge", line("Furix", "1 tablett morgen", "C03CA01"), completeness="delta")
    home = listing("gp", line("Marevan", "1 tablett kveld", "B01AA03"))
    lists = (home, ward, letter)
    assert phase_of(lists, AT) == "admission"
    assert "discontinued-still-active B01AA03 HIGH" in found(compare(*lists, phase=phase_of(lists, AT)))
