"""What is known of drugs: substances, brands, forms, components, groups and risks.

``DEMO`` is a table of our own (facts; for demonstration, not for clinical use). With FEST loaded a catalogue knows
every marketed product; without it what is not in the table is compared by what the lists themselves say.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib import resources
from typing import Final, Protocol

from hub.contract import Term

Row = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """One substance of a combination; the amount in one unit where one strength is common."""

    atc: str
    mg_per_unit: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """What a product identifier stands for: ``text`` names form and strength, ``exchange`` is its byttegruppe."""

    atc: str
    substance: str = ""
    text: str = ""
    form: str = ""
    exchange: str = ""


class Catalogue(Protocol):
    """What comparison asks of a terminology. Names are asked in lower case."""

    @property
    def level(self) -> int:
        """0: our own demo table; 1: FEST is loaded."""
        ...

    @property
    def version(self) -> str:
        """Which register, and from when; "" without one."""
        ...

    def atc_of(self, name: str) -> str | None:
        """The ATC code of a brand or substance name."""
        ...

    def substance(self, atc: str) -> str | None:
        """The Norwegian name of a substance."""
        ...

    def product(self, kind: str, value: str) -> Product | None:
        """The product of a ``varenr`` or ``fest`` identifier."""
        ...


@dataclass(frozen=True, slots=True)
class DemoCatalogue:
    """The table that heimveg brings."""

    level: int = 0
    version: str = ""

    def atc_of(self, name: str) -> str | None:
        return _names().get(name)

    def substance(self, atc: str) -> str | None:
        return _substances().get(atc)

    def product(self, kind: str, value: str) -> Product | None:
        return None


class RegisterCatalogue:
    """The drug register that the user has loaded (FEST), with our own table behind it for names it does not have."""

    def __init__(self, terms: Iterable[Term], *, level: int = 1, version: str = "") -> None:
        self.level, self.version = level, version
        self._names: dict[str, set[str]] = {}
        self._substances: dict[str, str] = {}
        self._products: dict[tuple[str, str], Product] = {}
        for term in terms:
            self._add(term)

    def _add(self, term: Term) -> None:
        if not term.atc:
            return
        product = Product(
            atc=term.atc, substance=term.substance, text=term.text, form=term.form, exchange=term.exchange
        )
        self._products["fest", term.key] = product
        if term.kind == "pack" and term.number:
            self._products["varenr", term.number] = product
        if term.substance:
            self._substances.setdefault(term.atc, term.substance)
            self._names.setdefault(term.substance.lower(), set()).add(term.atc)
        if term.kind == "brand":
            self._names.setdefault(term.name.lower(), set()).add(term.atc)

    def atc_of(self, name: str) -> str | None:
        """The code of a name that has one only: a brand or substance with several says nothing."""
        found = self._names.get(name)
        if found is None:
            return demo().atc_of(name)
        return next(iter(found)) if len(found) == 1 else None

    def substance(self, atc: str) -> str | None:
        """The register's name of a substance."""
        return self._substances.get(atc) or demo().substance(atc)

    def product(self, kind: str, value: str) -> Product | None:
        """The product of a varenummer or of a FEST id, with or without ``ID_``."""
        return self._products.get((kind, value.removeprefix("ID_").upper()))


@cache
def demo() -> DemoCatalogue:
    """The one demo catalogue of this process."""
    return DemoCatalogue()


def rows(name: str) -> Iterator[Row]:
    """The rows of one of our tables."""
    table = resources.files("mappings.medication") / "tables" / f"{name}.csv"
    yield from csv.DictReader(table.read_text(encoding="utf-8").splitlines())


@cache
def _substances() -> Mapping[str, str]:
    return {row["atc"]: row["substance"] for row in rows("substances")}


@cache
def _names() -> Mapping[str, str]:
    found = {row["substance"].lower(): row["atc"] for row in rows("substances")}
    for row in rows("substances"):
        found |= {brand.lower(): row["atc"] for brand in row["brands"].split("|") if brand}
    return found


@cache
def components(atc: str) -> tuple[Component, ...]:
    """The substances of a combination by their own ATC codes; none for a single substance."""
    return tuple(
        Component(atc=row["component"], mg_per_unit=Decimal(row["mg_per_unit"]) if row["mg_per_unit"] else None)
        for row in rows("combinations")
        if row["atc"] == atc
    )


@cache
def daily_maximum(atc: str) -> Decimal | None:
    """Milligrams of a substance a day that nobody should exceed, where we hold one."""
    return next((Decimal(row["mg_per_day"]) for row in rows("daily-maximum") if row["atc"] == atc), None)


@cache
def forms() -> Mapping[str, tuple[str, str]]:
    """Form words, longest first, to the group and the release that they tell ("" for not)."""
    found = sorted(rows("forms"), key=lambda row: (-len(row["word"]), row["word"]))
    return {row["word"]: (row["group"], row["release"]) for row in found}


ROUTE_OF_FORM: Final = {
    "oral-solid": "oral", "oral-liquid": "oral", "sublingual": "sublingual", "parenteral": "parenteral",
    "inhalation": "inhalation", "eye": "eye", "nasal": "nasal", "topical": "topical", "transdermal": "transdermal",
    "rectal": "rectal", "vaginal": "vaginal",
}  # fmt: skip


@cache
def groups_of(atc: str) -> tuple[str, ...]:
    """Therapeutic groups that hold whatever the dose (dossier 7.5.3)."""
    return tuple(row["group"] for row in rows("groups") if not row["min_mg"] and _covers(row, atc))


@cache
def groups_by_dose(atc: str) -> tuple[tuple[str, Decimal], ...]:
    """Groups that a drug belongs to from so many milligrams a dose."""
    return tuple(
        (row["group"], Decimal(row["min_mg"])) for row in rows("groups") if row["min_mg"] and _covers(row, atc)
    )


def _covers(row: Row, atc: str) -> bool:
    return atc.startswith(row["prefix"]) and not (row["except"] and atc.startswith(row["except"]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Risk:
    """Why a drug is a high-risk one; ``cap`` is the most severe that a finding about it becomes."""

    reason: str
    cap: str = ""


def risk(atc: str, *, age: int | None, beside: frozenset[str]) -> Risk | None:
    """Whether a drug is a high-risk one for this patient, beside these others (dossier 7.6)."""
    for row in _risks():
        if not (row["prefix"] and _covers(row, atc)):
            continue
        old_enough = not row["min_age"] or (age is not None and age >= int(row["min_age"]))
        with_others = not row["with"] or any(o.startswith(p) for o in beside for p in row["with"].split("|"))
        if old_enough and with_others:
            return Risk(reason=row["reason"], cap=row["cap"])
    return None


@cache
def _risks() -> tuple[Row, ...]:
    return tuple(rows("high-risk"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of discrepancy (dossier 7.4): its base severity, and whether it is of a treatment, a pair or a list."""

    code: str
    display: str
    base: str
    scope: str


@cache
def kinds() -> Mapping[str, Kind]:
    """All kinds by code."""
    return {
        row["code"]: Kind(**{name: row[name] for name in ("code", "display", "base", "scope")})
        for row in rows("discrepancies")
    }
