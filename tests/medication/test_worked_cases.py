"""The worked cases of the dossier on medication (7.9): which discrepancies two lists have, and how severe."""

from __future__ import annotations

from datetime import date, datetime

from mappings.documents.medication_list import Allergy, GivenDose
from mappings.norwegian_time import OSLO
from tests.medication.lists import compare, found, line, listing

METOPROLOL_100 = line("Metoprolol depottablett 100 mg", "1 tabl morgen", "C07AB02")


def test_c1_two_tablets_of_half_the_strength_are_the_same_dose() -> None:
    home = listing("gp", METOPROLOL_100)
    once = listing("hospital-discharge", line("Metoprolol depottablett 50 mg", "2 tabl morgen", "C07AB02"))
    twice = listing("hospital-discharge", line("Metoprolol depottablett 50 mg", "1 tabl morgen og kveld", "C07AB02"))
    assert found(compare(home, once), info=True) == ["strength-composition C07AB02 INFO"]
    assert found(compare(home, twice), info=True) == ["dose-frequency C07AB02 LOW", "strength-composition C07AB02 INFO"]


def test_c2_another_brand_is_no_discrepancy() -> None:
    home = listing("gp", line("Zocor tablett 20 mg", "1 tabl kveld"))
    hospital = listing("hospital-discharge", line("Simvastatin tablett 20 mg", "1 tabl kveld"))
    assert found(compare(home, hospital), info=True) == ["generic-substitution C10AA01 INFO"]


def test_c3_a_stopped_anticoagulant_that_the_gp_still_lists_is_dangerous_and_a_stated_switch() -> None:
    home = listing("gp", line("Marevan tablett 2,5 mg", "se marevanskjema"))
    hospital = listing(
        "hospital-discharge",
        line("Marevan", status="stopped", stopped=date(2026, 3, 9)),
        line("Eliquis tablett 5 mg", "1 tabl x 2"),
    )
    assert found(compare(home, hospital), info=True) == [
        "addition B01AF02 MEDIUM",
        "discontinued-still-active B01AA03 HIGH",
        "indication-missing B01AA03 INFO",
        "indication-missing B01AF02 INFO",
        "therapeutic-switch B01AA03+B01AF02 INFO",
    ]


def test_c4_two_anticoagulants_and_no_stop_is_no_switch() -> None:
    home = listing("gp", line("Marevan tablett 2,5 mg", "se marevanskjema"))
    hospital = listing("hospital-discharge", line("Eliquis tablett 5 mg", "1 tabl x 2"))
    assert found(compare(home, hospital)) == [
        "addition B01AF02 MEDIUM",
        "duplicate-therapy B01AA03+B01AF02 HIGH",
        "omission B01AA03 HIGH",
    ]


def test_c5_a_stop_does_not_reach_the_bags_before_the_roll_ends() -> None:
    bags = listing(
        "multidose-packed",
        line("Albyl-E 75 mg", "1 tabl morgen", in_multidose=True, packed_to=date(2026, 3, 15)),
        multidose_doctor="Lin",
    )
    hospital = listing("hospital-discharge", line("Albyl-E 75 mg", status="stopped", stopped=date(2026, 3, 8)))
    result = compare(bags, hospital)
    assert found(result) == ["multidose-change-needed B01AC06 HIGH"]
    assert "gammel rull til 15.03.2026" in result.findings[0].text
    assert "multidoselege Lin" in result.findings[0].text
    home = listing("gp", line("Albyl-E 75 mg", "1 tabl morgen"))
    assert found(compare(bags, hospital, home)) == [
        "discontinued-still-active B01AC06 HIGH",
        "multidose-change-needed B01AC06 HIGH",
    ]


def test_c6_multidose_that_the_hospital_does_not_mention_is_said_once() -> None:
    names = (
        "Zocor 20 mg",
        "Furix 40 mg",
        "Triatec 5 mg",
        "Somac 40 mg",
        "Norvasc 5 mg",
        "Levaxin 100 mg",
        "Zyrtec 10 mg",
    )
    lines = [line(name, "1 tabl morgen", in_multidose=True) for name in names]
    plain = [line(name, "1 tabl morgen") for name in names]
    result = compare(listing("gp", *lines), listing("hospital-discharge", *plain), phase="home")
    assert found(result, multidose=True) == ["multidose-unknown MEDIUM"]


def test_c7_an_ended_course_that_is_missing_is_nothing() -> None:
    home = listing("gp", line("Apocillin 660 mg", "1 tabl x 4", use="2", end=date(2026, 2, 2)))
    assert found(compare(home, listing("hospital-discharge")), info=True) == []


def test_c8_a_course_that_ended_at_the_hospital_goes_on_at_home() -> None:
    hospital = listing("hospital-discharge", line("Apocillin 660 mg", "1 tabl x 4", use="2", end=date(2026, 3, 9)))
    municipality = listing("municipality", line("Apocillin 660 mg", "1 tabl x 4"), at="2026-03-10")
    assert found(compare(hospital, municipality)) == ["course-ended J01CE02 MEDIUM"]


def test_c9_fixed_against_as_needed() -> None:
    home = listing("gp", line("Paracet 500 mg", "2 tabl x 4", use="1"))
    hospital = listing("hospital-discharge", line("Paracet 500 mg", "2 inntil x4", use="3"))
    assert found(compare(home, hospital)) == ["as-needed-vs-fixed N02BE01 MEDIUM"]


def test_c10_paracetamol_and_a_combination_with_it_exceed_the_daily_maximum() -> None:
    home = listing("gp", line("Paracetamol tablett 1 g", "1 tabl x 4"))
    hospital = listing("hospital-discharge", line("Paralgin forte", "2 tabl x 3"))
    result = compare(home, hospital)
    assert found(result) == [
        "addition N02AJ06 MEDIUM",
        "duplicate-same-substance N02AJ06+N02BE01 HIGH",
        "omission N02BE01 MEDIUM",
    ]
    assert "6,4 g/døgn (over 4 g)" in next(f.text for f in result.findings if f.code == "duplicate-same-substance")


def test_c11_a_combination_against_its_components() -> None:
    home = listing(
        "gp", line("Kandesartan 16 mg", "1 tabl morgen"), line("Hydroklortiazid 12,5 mg", "1 tabl morgen", "C03AA03")
    )
    hospital = listing("hospital-discharge", line("Kandesartan/HCT 16 mg/12,5 mg", "1 tabl morgen", "C09DA06"))
    assert found(compare(home, hospital), info=True) == ["combination-split C03AA03+C09CA06+C09DA06 INFO"]


def test_c12_a_missing_thyroid_hormone_is_never_above_medium() -> None:
    home = listing("gp", line("Levotyroksin 100 mikrog", "1 tabl morgen", "H03AA01"))
    assert found(compare(home, listing("hospital-discharge"))) == ["omission H03AA01 MEDIUM"]


def test_c13_a_lower_dose_of_a_loop_diuretic_is_high() -> None:
    home = listing("gp", line("Furix tablett 40 mg", "1 tabl kl 08 og 1/2 tabl kl 13", indication="Hjertesvikt"))
    hospital = listing("hospital-discharge", line("Furosemid tablett 40 mg", "1+0+0+0", indication="Hjertesvikt"))
    result = compare(home, hospital)
    assert found(result, info=True) == ["dose-amount C03CA01 HIGH", "generic-substitution C03CA01 INFO"]
    assert "60 mg/døgn (fastlege) mot 40 mg/døgn" in result.findings[0].text


def test_c14_a_varenummer_used_for_two_drugs_matches_nothing() -> None:
    hospital = listing("hospital-discharge", line("Apocillin 660 mg", "1 tabl x 4", "J01CE02", varenr="122853"))
    home = listing("gp", line("Furix 40 mg", "1 tabl morgen", "C03CA01", varenr="122853"))
    assert found(compare(home, hospital)) == [
        "addition J01CE02 MEDIUM",
        "identity-uncertain J01CE02 MEDIUM",
        "omission C03CA01 HIGH",
    ]


def test_c15_a_misspelt_name_without_a_code_is_matched_and_flagged() -> None:
    municipality = listing("municipality", line("Soctator 80 mg", "1 tabl x 2"))
    home = listing("gp", line("Sotacor 80 mg", "1 tabl x 2", "C07AA07"))
    assert found(compare(municipality, home)) == ["identity-uncertain C07AA07 MEDIUM"]


def test_c16_breakthrough_opioid_beside_the_basal_one_is_no_duplicate() -> None:
    basal = line("Oksykodon depottablett 10 mg", "1 tabl x 2", "N02AA05", use="1")
    extra = line("Oksykodon tablett 5 mg", "1 tabl ved behov inntil x 4", "N02AA05", use="3")
    assert found(compare(listing("gp", basal), listing("hospital-discharge", basal, extra))) == [
        "addition N02AA05 MEDIUM"
    ]


def test_c17_weekly_methotrexate_read_as_daily_is_high_whatever_the_note_says() -> None:
    home = listing("gp", line("Metotreksat tablett 2,5 mg", "4 tabl hver onsdag", "L04AX03"))
    for notes in ((), ("Økt ved innleggelsen",)):
        hospital = listing(
            "hospital-discharge", line("Metotreksat tablett 2,5 mg", "4 tabletter daglig", "L04AX03", notes=notes)
        )
        result = compare(home, hospital)
        assert found(result) == ["dose-amount L04AX03 HIGH"]
        assert "10 mg/uke (fastlege)" in result.findings[0].text


def test_c17_methotrexate_read_as_daily_is_high_even_where_all_lists_agree() -> None:
    daily = line("Metotreksat tablett 2,5 mg", "4 tabletter daglig", "L04AX03")
    assert found(compare(listing("gp", daily), listing("hospital-discharge", daily))) == ["dose-amount L04AX03 HIGH"]


def test_c18_a_change_with_a_recorded_reason_is_to_be_carried_out() -> None:
    home = listing("gp", line("Lantus 100 E/ml", "18 E kl 22", "A10AE04"))
    hospital = listing("hospital-discharge", line("Lantus 100 E/ml", "22 E kl 22", "A10AE04", notes=("Dosen er økt",)))
    result = compare(home, hospital)
    assert found(result) == ["documented-change A10AE04 LOW"]
    assert result.findings[0].replaces == "dose-amount"
    plain = listing("hospital-discharge", line("Lantus 100 E/ml", "22 E kl 22", "A10AE04"))
    assert found(compare(home, plain)) == ["dose-amount A10AE04 HIGH"]


def test_c19_a_delta_never_makes_an_omission() -> None:
    names = [
        f"{name} 20 mg"
        for name in ["Zocor", "Furix", "Triatec", "Somac", "Norvasc", "Levaxin", "Zyrtec", "Zoloft", "Sobril"]
    ]
    home = listing("gp", *(line(name, "1 tabl morgen") for name in names))
    change = listing("hospital-discharge", line("Selexid 200 mg", "1 tabl x 3"), completeness="delta")
    assert found(compare(home, change)) == ["addition J01CA08 MEDIUM"]


def test_c20_an_allergy_to_a_group_covers_every_drug_in_it() -> None:
    home = listing("gp", allergies=(Allergy(text="digitalis", atc="C01AA"),))
    hospital = listing("hospital-discharge", line("Digitoxin 0,05 mg", "1 tabl daglig", "C01AA04"))
    assert "allergy-conflict C01AA04 HIGH" in found(compare(home, hospital))


def test_c21_one_sedative_left_out_and_another_added_without_a_word() -> None:
    home = listing("gp", line("Zopiklon 7,5 mg", "1 tabl ved behov", "N05CF01", use="3"))
    hospital = listing("hospital-discharge", line("Oksazepam 10 mg", "1 tabl kveld", "N05BA04"))
    assert found(compare(home, hospital, age=84)) == [
        "addition N05BA04 MEDIUM",
        "duplicate-therapy N05BA04+N05CF01 HIGH",
        "omission N05CF01 MEDIUM",
    ]


def test_c22_an_unstated_change_of_ace_inhibitor_is_no_switch() -> None:
    home = listing("gp", line("Enalapril 20 mg", "1 tabl morgen", "C09AA02"))
    hospital = listing("hospital-discharge", line("Ramipril 5 mg", "1 tabl morgen", "C09AA05"))
    assert found(compare(home, hospital)) == [
        "addition C09AA05 LOW",
        "duplicate-therapy C09AA02+C09AA05 MEDIUM",
        "omission C09AA02 MEDIUM",
    ]


def test_c23_an_older_list_that_arrives_last_is_not_the_current_one() -> None:
    newer = listing("pll", line("Zocor 20 mg", "1 tabl kveld"), at="2026-03-06")
    older = listing("pll", line("Zocor 40 mg", "1 tabl kveld"), at="2026-02-01")
    hospital = listing("hospital-discharge", line("Zocor 20 mg", "1 tabl kveld"))
    assert compare(newer, hospital, older) == compare(newer, hospital)


def test_c24_the_same_list_twice_changes_nothing() -> None:
    home = listing("gp", line("Zocor 20 mg", "1 tabl kveld"))
    hospital = listing("hospital-discharge", line("Zocor 40 mg", "1 tabl kveld"))
    assert compare(home, hospital, home, hospital) == compare(home, hospital)


def test_c25_a_schedule_against_a_number_makes_no_claim_about_the_dose() -> None:
    home = listing("gp", line("Warfarin 2,5 mg", "doseres etter INR", "B01AA03"))
    hospital = listing("hospital-discharge", line("Warfarin 2,5 mg", "1 tablett daglig", "B01AA03"))
    assert found(compare(home, hospital)) == ["schedule-external B01AA03 HIGH"]


def test_c26_ward_only_treatment_is_not_proposed_for_home() -> None:
    fragmin = line("Fragmin inj væske 5000 E", "1 dose daglig", "B01AB04", route="sc", indication="Tromboseprofylakse")
    home = listing("gp")
    assert found(compare(home, listing("hospital-inpatient", fragmin)), info=True) == ["addition B01AB04 INFO"]
    assert found(compare(home, listing("hospital-inpatient", fragmin), phase="admission"), info=True) == [
        "addition B01AB04 INFO"
    ]
    assert found(compare(home, listing("hospital-discharge", fragmin))) == ["addition B01AB04 MEDIUM"]


def test_c27_a_taper_is_compared_by_the_phase_in_force() -> None:
    taper = "4 tabl daglig i 3 dager, deretter 2 tabl daglig i 3 dager, deretter 1 tabl daglig i 3 dager"
    home = listing("gp", line("Prednisolon 5 mg", "1 tabl daglig", "H02AB06", use="1"))
    hospital = listing(
        "hospital-discharge",
        line("Prednisolon 5 mg", taper, "H02AB06", use="2", start=date(2026, 3, 9), end=date(2026, 3, 17)),
    )
    assert found(compare(home, hospital)) == ["dose-amount H02AB06 HIGH"]
    later = datetime(2026, 3, 16, 12, tzinfo=OSLO)
    assert found(compare(home, hospital, at=later)) == []


def test_c28_a_supplement_that_is_missing_is_only_shown() -> None:
    municipality = listing("municipality", line("Calcigran", "1 tabl x 2", use="5"))
    assert found(compare(municipality, listing("hospital-discharge")), info=True) == ["omission A12AX INFO"]


def test_c29_an_old_list_is_flagged_and_its_findings_stand() -> None:
    home = listing("gp", line("Zocor 20 mg", "1 tabl kveld"), at="2025-10-20")
    assert found(compare(home, listing("hospital-discharge"))) == ["omission C10AA01 MEDIUM", "stale-list LOW"]


def test_c30_a_stop_that_lies_ahead_has_not_happened() -> None:
    pll = listing("pll", line("Zocor 20 mg", "1 tabl kveld", stopped=date(2026, 3, 20)))
    hospital = listing("hospital-discharge", line("Zocor 20 mg", "1 tabl kveld"))
    assert found(compare(pll, hospital), info=True) == []


def test_c31_a_new_print_of_an_old_line_is_no_restart() -> None:
    hospital = listing(
        "hospital-discharge", line("Albyl-E 75 mg", status="stopped", stopped=date(2026, 3, 8)), at="2026-03-09"
    )
    home = listing("gp", line("Albyl-E 75 mg", "1 tabl morgen", changed=date(2024, 5, 2)), at="2026-03-10")
    assert found(compare(home, hospital)) == ["discontinued-still-active B01AC06 HIGH"]


def test_c32_a_line_changed_after_the_stop_is_a_restart() -> None:
    hospital = listing(
        "hospital-discharge", line("Albyl-E 75 mg", status="stopped", stopped=date(2026, 3, 8)), at="2026-03-09"
    )
    home = listing("gp", line("Albyl-E 75 mg", "1 tabl morgen", changed=date(2026, 3, 9)), at="2026-03-10")
    assert found(compare(home, hospital)) == ["stopped-then-restarted B01AC06 LOW"]


def test_c33_a_stop_without_a_date_counts_from_its_list() -> None:
    hospital = listing("hospital-discharge", line("Albyl-E 75 mg", status="stopped"), at="2026-03-09")
    home = listing("gp", line("Albyl-E 75 mg", "1 tabl morgen"), at="2026-03-06")
    assert found(compare(home, hospital)) == ["discontinued-still-active B01AC06 HIGH"]


def test_c34_two_strengths_at_the_same_time_may_be_one_composed_dose() -> None:
    home = listing(
        "gp",
        line("Levaxin 100 mikrog", "1 tabl morgen", "H03AA01"),
        line("Levaxin 25 mikrog", "1 tabl morgen", "H03AA01"),
    )
    hospital = listing("hospital-discharge", line("Levaxin 125 mikrog", "1 tabl morgen", "H03AA01"))
    shown = found(compare(home, hospital), info=True)
    assert [s for s in shown if not s.startswith("indication")] == [
        "duplicate-same-substance H03AA01 MEDIUM",
        "strength-composition H03AA01 INFO",
    ]


def test_c35_expected_pairs_are_no_duplicates() -> None:
    lines = (
        line("Imdur 60 mg", "1 tabl morgen", "C01DA14"),
        line("Nitroglycerin 0,5 mg", "1 tabl ved behov", "C01DA02", use="3"),
        line("Albyl-E 75 mg", "1 tabl morgen", "B01AC06"),
        line("Klopidogrel 75 mg", "1 tabl morgen", "B01AC04"),
    )
    assert found(compare(listing("gp", *lines), listing("hospital-discharge", *lines))) == []


def test_c36_the_last_day_of_a_course_is_a_day_of_treatment() -> None:
    hospital = listing("hospital-discharge", line("Apocillin 660 mg", "1 tabl x 4", use="2", end=date(2026, 3, 10)))
    municipality = listing("municipality", line("Apocillin 660 mg", "1 tabl x 4"), at="2026-03-10")
    assert found(compare(hospital, municipality)) == []


def test_c37_a_drug_handed_out_without_a_prescription_is_in_the_house() -> None:
    hospital = listing("hospital-discharge", line("Simvastatin 20 mg", handed_out=True))
    assert found(compare(listing("gp"), hospital)) == ["addition C10AA01 LOW"]


def test_the_two_fixtures_of_the_dossier_give_what_it_says() -> None:
    home = listing(
        "home-at-admission",
        line("Metoprolol depottab 100 mg", "1 tablett morgen daglig", "C07AB02", use="1"),
        line("Albyl-E enterotab 75 mg", "1 tablett morgen daglig", "B01AC06", in_multidose=True),
    )
    hospital = listing(
        "hospital-inpatient",
        line("Metoprolol depottablett 50 mg", "1+0+0+0", "C07AB02"),
        line("Eliquis tablett 5 mg", "1 tablett morgen og kveld", "B01AF02", indication="Atrieflimmer"),
        line("Albyl-E enterotablett 75 mg", "1 tablett morgen", "B01AC06", status="stopped", stopped=date(2026, 3, 8),
             reason="Byttet til Eliquis"),
        line("Paracet tablett 500 mg", "Inntil 4 ganger daglig. Maks 8 pr døgn", "N02BE01", use="3",
             given=GivenDose(low=2, high=2, unit="tablett")),
    )  # fmt: skip
    result = compare(home, hospital, phase="admission")
    assert found(result, multidose=True) == [
        "addition B01AF02 MEDIUM",
        "addition N02BE01 LOW",
        "discontinued-still-active B01AC06 HIGH",
        "dose-amount C07AB02 MEDIUM",
        "multidose-change-needed B01AC06 HIGH",
        "multidose-unknown MEDIUM",
    ]
    assert "Byttet til Eliquis" in result.findings[0].text
