"""Synthetic persons: numbers as the national test population has them (month + 80), names that nobody bears.

Every number is valid as such and belongs to nobody; it is made here, never copied.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from mappings.national_number import kind

Sex = Literal["1", "2"]
"""Code list 3101: 1 Mann, 2 Kvinne."""

SYNTHETIC_MONTH: Final = 80
_SERIALS: Final = ((1900, 1999, range(500)), (2000, 2039, range(500, 1000)))
"""Individual numbers by year of birth; the last figure is odd for men, even for women (HIS 1001:2010)."""
_WEIGHTS: Final = ((3, 7, 6, 1, 8, 9, 4, 5, 2), (5, 4, 3, 2, 7, 6, 5, 4, 3, 2))
_BIRTHS: Final = 420
"""So many persons in a row are born on different days."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A synthetic patient. The municipality is where they live: four figures that no municipality has."""

    given: str
    family: str
    birth: date
    sex: Sex
    number: str
    street: str
    postal_code: str
    city: str
    municipality: str
    municipality_name: str


def synthetic_number(birth: date, sex: Sex, nth: int = 0) -> str:
    """A valid synthetic fødselsnummer of that birth date and sex: the ``nth`` there is."""
    day = f"{birth.day:02}{birth.month + SYNTHETIC_MONTH:02}{birth.year % 100:02}"
    serials = next(serials for first, last, serials in _SERIALS if first <= birth.year <= last)
    fitting = (n for serial in serials if serial % 2 == int(sex) % 2 for n in _completed(f"{day}{serial:03}"))
    return next(number for place, number in enumerate(fitting) if place == nth)


def _completed(nine: str) -> list[str]:
    """The number with its control digits, or nothing: some first nine figures have none."""
    number = nine
    for weights in _WEIGHTS:
        number += str(-sum(int(figure) * weight for figure, weight in zip(number, weights, strict=False)) % 11)
    return [number] if kind(number) == "FNR" else []


_GIVEN: Final[dict[Sex, tuple[str, ...]]] = {
    "1": ("Prøve", "Liksom", "Oppdiktet", "Tenkt"),
    "2": ("Syntetisk", "Innbilt", "Påfunnet", "Uekte"),
}
_FAMILY: Final = ("Snøfonn", "Tyttebær", "Multemyr", "Bergskrent", "Vindfang", "Rognebær", "Skarvefjell", "Lyngmo")
_STREETS: Final = ("Prøveveien", "Liksomstien", "Testbakken", "Eksempelgata")


def person(n: int, *, municipality: str = "9901", municipality_name: str = "Fjellvik") -> Person:
    """The ``n``-th synthetic person, of some ninety thousand: always the same one, born between 1930 and 1959."""
    sex: Sex = "2" if n % 2 == 0 else "1"
    birth = date(1930 + n * 7 % 30, 1 + n * 5 % 12, 1 + n * 11 % 28)
    return Person(
        given=_GIVEN[sex][n // 2 % 4],
        family=_FAMILY[n % 8],
        birth=birth,
        sex=sex,
        number=synthetic_number(birth, sex, n // _BIRTHS),
        street=f"{_STREETS[n % 4]} {1 + n % 90}",
        postal_code="0000",
        city=municipality_name,
        municipality=municipality,
        municipality_name=municipality_name,
    )
