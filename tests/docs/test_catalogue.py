"""The catalogue says what the code does: every element, its code list, and what becomes of it."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "docs" / "catalogue"
CLINICAL = (
    "epikrise",
    "epj_ekstrakt",
    "fravarsmelding",
    "helseopplysninger",
    "helseopplysninger_til_lege",
    "innleggelsesrapport",
    "medisinske_opplysninger",
    "orientering_om_tjenestetilbud",
    "utskrivningsrapport",
)
LEAST = 0.85
"""How much of what a clinical message carries is structured at least."""


@pytest.fixture(scope="module")
def catalogue() -> dict[str, Any]:
    """What ``docs/catalogue.py`` defines."""
    return runpy.run_path(str(ROOT / "docs" / "catalogue.py"))


@pytest.fixture(scope="module")
def pages(catalogue: dict[str, Any]) -> dict[str, str]:
    made: dict[str, str] = catalogue["pages"]()
    return made


def test_every_page_is_what_the_code_says(pages: dict[str, str]) -> None:
    held = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.md")}
    assert sorted(held) == sorted(pages)
    assert [name for name in pages if held[name] != pages[name]] == [], "the catalogue has drifted: make docs"


def test_every_row_tells_what_becomes_of_the_element(pages: dict[str, str]) -> None:
    rows = [line for text in pages.values() for line in text.splitlines() if line.startswith("| `")]
    assert len(rows) > 3000
    assert all(row.rstrip("| ").count("|") >= 4 for row in rows)


def test_nothing_of_the_samples_is_lost_and_the_clinical_ones_are_structured(catalogue: dict[str, Any]) -> None:
    found = {
        name: catalogue["coverage"](message, catalogue["made_of"](message)) for name, message in catalogue["sampled"]()
    }
    assert {name: one.lost for name, one in found.items() if one.lost} == {}
    assert {name: round(found[name].share, 2) for name in CLINICAL if found[name].share < LEAST} == {}
