"""Who the patient is: sufficient, flagged or refused (HIS 80415:2012, dossier 1.2)."""

from __future__ import annotations

from datetime import date

import pytest

from adapters.kith import Settings
from adapters.kith.samples import synthetic_number
from mappings.identifiers import DNR, FHN, FNR, UNNUMBERED
from mappings.national_number import kind
from tests.adapters.conftest import HOSPITAL, codes, ident, issues, msghead, organisation, refused, taken

NAME = "<FamilyName>Testperson</FamilyName><GivenName>Syntetisk</GivenName>"
BIRTH = '<DateOfBirth>1941-02-12</DateOfBirth><Sex V="2"/>'
NUMBER = synthetic_number(date(1941, 2, 12), "2")


def completed(nine: str, declared: str = "") -> str:
    """The number that begins so and whose control digits hold."""
    return next(n for n in (f"{nine}{end:02}" for end in range(100)) if kind(n, declared=declared))


D_NUMBER = completed("528241102")
H_NUMBER = completed("124241104", "HNR")
FH_NUMBER = completed("800000001")
ORDINARY = completed("120241101")


@pytest.mark.parametrize(
    ("number", "said", "system"), [(NUMBER, "FNR", FNR), (D_NUMBER, "DNR", DNR), (FH_NUMBER, "FHN", FHN)]
)
def test_a_name_with_a_national_number_is_sufficient(number: str, said: str, system: str) -> None:
    body = msghead(patient=NAME + ident(number, said, 8116))
    assert [(p.system, p.value) for p in taken(body).head.persons] == [(system, number)]
    assert issues(body) == {}


@pytest.mark.parametrize(("number", "said"), [(D_NUMBER, "FNR"), (FH_NUMBER, "DNR"), (NUMBER, "FHN")])
def test_a_number_under_the_wrong_label_is_used_as_what_it_is(number: str, said: str) -> None:
    body = msghead(patient=NAME + ident(number, said, 8116))
    assert issues(body) == {"number-kind-mismatch": ["MsgHead/MsgInfo/Patient/Ident[1]/TypeId/@V"]}


def test_a_number_without_a_label_is_used_as_what_it_is() -> None:
    patient = NAME + f"<Ident><Id>{NUMBER}</Id><TypeId/></Ident>"
    assert [p.system for p in taken(msghead(patient=patient)).head.persons] == [FNR]


def test_a_number_with_spaces_is_used_by_its_digits() -> None:
    body = msghead(patient=NAME + ident(f"{NUMBER[:6]} {NUMBER[6:]}", "FNR", 8116))
    assert taken(body).head.persons[0].value == NUMBER
    assert set(issues(body)) == {"identifier-punctuation"}


def test_name_birth_date_and_sex_are_sufficient_but_match_nobody_else() -> None:
    body = msghead(patient=NAME + BIRTH)
    head = taken(body).head
    assert [(p.system, p.value) for p in head.persons] == [(UNNUMBERED, head.message_id)]
    assert issues(body) == {"no-number": ["MsgHead/MsgInfo/Patient"]}


def test_a_wrong_number_beside_birth_date_and_sex_is_flagged_and_not_used() -> None:
    body = msghead(patient=NAME + BIRTH + ident("12824110254", "FNR", 8116))
    assert taken(body).head.persons[0].system == UNNUMBERED
    assert set(issues(body)) == {"number-invalid", "no-number"}


def test_a_wrong_number_beside_a_right_one_is_flagged_and_not_used() -> None:
    body = msghead(patient=NAME + ident(NUMBER, "FNR", 8116) + ident("80000000199", "FHN", 8116))
    assert [p.value for p in taken(body).head.persons] == [NUMBER]
    assert issues(body) == {"number-invalid": ["MsgHead/MsgInfo/Patient/Ident[2]/Id"]}


def test_several_numbers_of_one_patient_are_all_used_the_strongest_first() -> None:
    patient = NAME + ident(H_NUMBER, "HNR", 8116) + ident(FH_NUMBER, "FHN", 8116) + ident(NUMBER, "FNR", 8116)
    persons = taken(msghead(patient=patient)).head.persons
    assert [p.value for p in persons] == [NUMBER, FH_NUMBER, H_NUMBER]


def test_an_h_number_alone_is_taken_and_belongs_to_its_sender() -> None:
    patient = NAME + ident(H_NUMBER, "HNR", 8116)
    body = msghead(patient=patient)
    elsewhere = msghead(patient=patient, sender=organisation("Andre sykehus HF", ident("200009", "HER")))
    (here,), (there,) = taken(body).head.persons, taken(elsewhere).head.persons
    assert here.value == there.value == H_NUMBER
    assert here.system != there.system
    assert set(issues(body)) == {"h-number-only"}


def test_the_same_h_number_from_two_departments_of_one_sender_is_one_person() -> None:
    patient = NAME + ident(H_NUMBER, "HNR", 8116)
    other = HOSPITAL.replace("200002", "200003").replace("Indremedisin", "Kirurgi")
    assert taken(msghead(patient=patient)).head.persons == taken(msghead(patient=patient, sender=other)).head.persons


@pytest.mark.parametrize(
    "patient",
    [NAME + '<Sex V="2"/>', NAME + "<DateOfBirth>1941-02-12</DateOfBirth>", NAME + BIRTH.replace('"2"', '"0"')],
)
def test_half_of_birth_date_and_sex_is_not_sufficient(patient: str) -> None:
    assert codes(refused(msghead(patient=patient))) == ["E36"]


@pytest.mark.parametrize("said", ["XXX", "PNR", "LOK"])
def test_a_local_number_alone_is_not_sufficient(said: str) -> None:
    assert codes(refused(msghead(patient=NAME + ident("1234", said, 8116)))) == ["E36"]


def test_test_persons_can_be_refused_where_real_ones_are_treated() -> None:
    strict = Settings(accept_synthetic=False)
    synthetic = msghead(patient=NAME + ident(NUMBER, "FNR", 8116))
    assert codes(refused(synthetic, settings=strict)) == ["E36"]
    assert taken(msghead(patient=NAME + ident(ORDINARY, "FNR", 8116)), settings=strict).head.persons
