"""Norwegian numbers for persons and organisations: control digits and kind, nothing looked up.

HIS 1001:2010: fødselsnummer is DDMMYY + individual number + two mod-11 digits; D-number adds 40 to the day; H-number
adds 40 to the month and is unique only inside its issuer; FH-number begins with 8 or 9 and tells neither birth nor sex.
Synthetic persons add 80 (Tenor), 65 or 40 to the month: a month of 41-52 is an H-number only where the sender says so.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from stdnum.no import orgnr

Kind = Literal["FNR", "DNR", "FHN", "HNR"]

_FIRST_WEIGHTS = (3, 7, 6, 1, 8, 9, 4, 5, 2)
_SECOND_WEIGHTS = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
_SYNTHETIC_MONTH = (80, 65, 40)


def digits_only(text: str) -> str:
    """The number without dots, spaces and hyphens, as systems compare it; other signs stay and make it invalid."""
    return "".join(text.split()).replace(".", "").replace("-", "")


def control_digits_hold(number: str) -> bool:
    """Whether both mod-11 control digits of an 11-digit number fit."""
    if len(number) != 11 or not (number.isascii() and number.isdecimal()):
        return False
    figures = [int(figure) for figure in number]
    return _control(figures, _FIRST_WEIGHTS) == figures[9] and _control(figures, _SECOND_WEIGHTS) == figures[10]


def kind(number: str, *, declared: str = "") -> Kind | None:
    """What a valid number is, or None when it is no valid number. ``declared`` settles month 41-52 for an H-number."""
    if not control_digits_hold(number):
        return None
    if number[0] in "89":
        return "FHN"
    day, month = int(number[:2]), int(number[2:4])
    if declared == "HNR" and 41 <= month <= 52 and _is_date(number, day, month - 40):
        return "HNR"
    if not any(_is_date(number, day % 40, plain) for plain in _plain_months(month)):
        return None
    return "DNR" if day > 40 else "FNR"


def is_synthetic(number: str) -> bool:
    """Whether a valid FNR or DNR is one of the national test persons, who do not exist."""
    return kind(number) in ("FNR", "DNR") and int(number[2:4]) > 12


def is_organisation_number(number: str) -> bool:
    """Nine digits whose mod-11 control digit holds."""
    return bool(orgnr.is_valid(number)) and number.isdecimal()


def _control(figures: list[int], weights: tuple[int, ...]) -> int:
    """The control digit after ``len(weights)`` figures; 10 means that no such number is issued."""
    return -sum(figure * weight for figure, weight in zip(figures, weights, strict=False)) % 11


def _plain_months(month: int) -> list[int]:
    return [month, *(month - added for added in _SYNTHETIC_MONTH if 1 <= month - added <= 12)]


def _is_date(number: str, day: int, month: int) -> bool:
    """Whether the first six figures can be a birth date in some century (29 February needs a leap year)."""
    year = int(number[4:6])
    for century in (2000, 1900, 1800):
        try:
            date(century + year, month, day)
        except ValueError:
            continue
        return True
    return False
