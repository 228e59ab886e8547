"""FEST in a real PostgreSQL: loaded once, changed rows only, and whole or not at all."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import text

from hub.doors import dump
from hub.drugs import load, terms_of, with_register
from hub.errors import ConfigurationError
from hub.identity import id_maker
from hub.judge import judge_now
from hub.log.database import connect, sessions
from hub.plugins import installed
from hub.settings import Settings
from mappings.documents import MedicationDocument
from tests.medication.fest_files import fest_file
from tests.medication.test_list_files import ROWS, csv_file, raw

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


def test_a_list_is_kept_with_what_the_register_says_of_its_drugs(database: Settings, tmp_path: Path) -> None:
    load(database, fest_file(tmp_path / "a.xml"))
    row = ROWS[0].replace("C07AB02;;;Metoprolol depottablett;Metoprolol", "C10AA01;990101;;Prøvastatin tablett;")
    verdict = judge_now(raw(csv_file(row)), installed(), dump, id_maker(b"the key of these tests"))
    assert isinstance(verdict.outcome, MedicationDocument)

    async def run() -> tuple[MedicationDocument, MedicationDocument]:
        engine = connect(database)
        async with sessions(engine)() as session:
            known = await with_register(session, verdict.outcome)
            await session.execute(text("DELETE FROM drug_register"))
            without = await with_register(session, verdict.outcome)
        await engine.dispose()
        return known, without

    known, without = asyncio.run(run())
    assert known.registered is not None
    assert (known.registered.name, known.registered.retrieved) == ("fest", "2026-03-01")
    assert {(t.kind, t.number, t.atc) for t in known.registered.terms} == {
        ("pack", "990101", "C10AA01"), ("brand", "", "C10AA01"),
    }  # fmt: skip
    assert without.registered is None
