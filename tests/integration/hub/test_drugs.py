"""FEST in a real PostgreSQL: loaded once, changed rows only, and whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from hub.drugs import load, terms_of
from hub.errors import ConfigurationError
from hub.settings import Settings
from tests.medication.fest_files import fest_file

pytestmark = pytest.mark.integration


def test_a_file_is_loaded_once_and_a_new_one_writes_only_what_changed(database: Settings, tmp_path: Path) -> None:
    first = load(database, fest_file(tmp_path / "a.xml", more=50))
    assert (first.entries, first.changed, first.removed, first.retrieved) == (55, 55, 0, "2026-03-01")
    assert first.dangling == (("pack", 1),)
    assert load(database, tmp_path / "a.xml").unchanged
    newer = load(database, fest_file(tmp_path / "b.xml", more=49, strength="40"))
    assert (newer.changed, newer.removed) == (2, 1)


def test_packs_have_code_and_substance_of_their_brand(database: Settings, tmp_path: Path) -> None:
    load(database, fest_file(tmp_path / "a.xml"))
    pack = next(term for term in terms_of(database) if term.number == "990101")
    assert (pack.atc, pack.substance, pack.exchange) == ("C10AA01", "Simvastatin", "X1")
    gone = next(term for term in terms_of(database) if term.number == "990109")
    assert gone.gone


def test_a_file_that_breaks_off_leaves_the_register_as_it_was(database: Settings, tmp_path: Path) -> None:
    load(database, fest_file(tmp_path / "a.xml"))
    before = terms_of(database)
    broken = fest_file(tmp_path / "b.xml", more=20)
    broken.write_bytes(broken.read_bytes()[:-200])
    with pytest.raises(ConfigurationError, match="Nothing was changed"):
        load(database, broken)
    assert terms_of(database) == before
