"""Whole messages, agreed: every folder here has messages, when to look at them (``as-of.txt``) and the Bundle."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import orjson
import pytest

from hub.identity import id_maker
from hub.reading import read_file
from hub.translate import translate

HERE = Path(__file__).parent
IDS = id_maker(b"the key of the golden cases")
CASES = sorted(folder for folder in HERE.iterdir() if (folder / "as-of.txt").exists())


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: folder.name)
def test_message_becomes_the_agreed_bundle(folder: Path, update_golden: bool) -> None:
    as_of = datetime.fromisoformat((folder / "as-of.txt").read_text().strip())
    documents = [read_file(path).outcome for path in sorted(folder.glob("*.xml"))]
    bundle, _ = translate(documents, as_of, IDS)
    made = orjson.dumps(orjson.loads(bundle), option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS) + b"\n"
    if update_golden:
        (folder / "bundle.json").write_bytes(made)
    assert made == (folder / "bundle.json").read_bytes()


def test_every_message_type_of_the_discharge_has_a_case_in_both_versions() -> None:
    names = {folder.name for folder in CASES}
    for code in ("innlagt", "helseopplysninger", "utskrivningsklar", "avmelding", "utskrevet", "dod"):
        assert {f"{code}-1.5-ny", f"{code}-1.6-ny", f"{code}-1.6-kansellering"} <= names
