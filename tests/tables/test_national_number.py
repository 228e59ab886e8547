from __future__ import annotations

import pytest

from mappings.national_number import (
    control_digits_hold,
    digits_only,
    is_organisation_number,
    is_synthetic,
    kind,
)


def with_control_digits(nine: str) -> str:
    """An 11-digit number from its first nine figures; the tests hold no number of a real person."""
    figures = [int(figure) for figure in nine]
    for weights in ((3, 7, 6, 1, 8, 9, 4, 5, 2), (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)):
        figures.append(-sum(f * w for f, w in zip(figures, weights, strict=True)) % 11)
    if max(figures) > 9:
        raise ValueError("no such number is issued, choose another individual number")
    return "".join(map(str, figures))


TENOR = with_control_digits("128241102")
"""Born 12.02.1941, month + 80: a synthetic person."""


def test_tenor_number_is_a_valid_synthetic_fodselsnummer() -> None:
    assert kind(TENOR) == "FNR"
    assert is_synthetic(TENOR)


@pytest.mark.parametrize("nine", ["126741102", "124241103"])
def test_other_synthetic_months_are_fodselsnummer_too(nine: str) -> None:
    assert kind(with_control_digits(nine)) == "FNR"


def test_day_plus_forty_is_a_d_number_also_when_synthetic() -> None:
    assert kind(with_control_digits("528241104")) == "DNR"


def test_month_plus_forty_is_an_h_number_only_when_the_sender_says_so() -> None:
    number = with_control_digits("124241103")
    assert kind(number, declared="HNR") == "HNR"
    assert kind(number, declared="FNR") == "FNR"


@pytest.mark.parametrize("nine", ["800000012", "999999991"])
def test_number_from_eight_hundred_million_is_a_felles_hjelpenummer(nine: str) -> None:
    assert kind(with_control_digits(nine)) == "FHN"


def test_any_single_wrong_figure_fails_the_control_digits() -> None:
    for place in range(11):
        wrong = TENOR[:place] + str((int(TENOR[place]) + 1) % 10) + TENOR[place + 1 :]
        assert not control_digits_hold(wrong)


@pytest.mark.parametrize(
    "text", ["", "0", "1234567890", "123456789012", "abcdefghijk", "1282411020x", "²" * 11, "-" * 11]
)
def test_what_is_no_number_has_no_kind(text: str) -> None:
    assert kind(text) is None
    assert not is_synthetic(text)


def test_control_digits_that_hold_do_not_make_an_impossible_date_a_number() -> None:
    assert kind(with_control_digits("329941103")) is None
    assert kind(with_control_digits("000041101")) is None


def test_leap_day_counts_when_any_century_has_it() -> None:
    assert kind(with_control_digits("298200102")) == "FNR"  # 29.02.2000
    assert kind(with_control_digits("298201103")) is None


def test_dots_spaces_and_hyphens_are_not_part_of_a_number() -> None:
    assert digits_only(" 369.767 ") == "369767"
    assert digits_only("128241 10-2\u00a01") == "128241" + "1021"


@pytest.mark.parametrize(
    ("number", "valid"),
    [("310000019", True), ("310000018", False), ("31000001", False), ("31000001a", False), ("", False)],
)
def test_organisation_number_has_nine_digits_and_one_control_digit(number: str, valid: bool) -> None:
    assert is_organisation_number(number) is valid
