"""Whole messages, agreed: every folder here has messages, when to look at them (``as-of.txt``) and the Bundle.

The agreed Bundle leaves out the bytes of Binaries, which are the messages beside it.
"""

from __future__ import annotations

import base64
from datetime import datetime
from itertools import product
from pathlib import Path
from typing import Any

import orjson
import pytest

from adapters.kith import KithAdapter
from hub.beside import MEDIA_TYPES, is_side_car
from hub.contract import Document, Raw
from hub.identity import id_maker
from hub.reading import NEVER, messages_in
from hub.translate import translate
from mappings.documents import Message
from mappings.municipal_envelope import is_municipal
from tests.golden.cases import cases, write_missing
from tests.golden.differing import differences

HERE = Path(__file__).parent
IDS = id_maker(b"the key of the golden cases")
NEEDED = [
    *product(
        ("LOG_INNLAGT", "LOG_UTSKRIVNINGSKLAR", "LOG_AVMELDING", "LOG_UTSKREVET", "LOG_DOD", "HELSEOPPLYSNINGER_LEGE",
         "MEDISINSKE_OPPLYSNINGER", "ORIENTERING_TJENESTETILBUD"), ("1.5", "1.6"), "NC"),
    *product(("INNLEGGELSESRAPPORT", "HELSEOPPL_SOKNAD", "UTSKRIVNINGSRAPPORT"), ("1.5", "1.6"), "NMC"),
    *product(("EPIKRISE",), ("1.1", "1.2"), "NMC"),
    *product(("DIALOG_FORESPORSEL", "DIALOG_SVAR", "DIALOG_AVVIK", "DIALOG_NOTAT", "APPREC"), ("1.0", "1.1"), "N"),
    *product(("DIALOG_HELSEFAGLIG", "DIALOG_STATUS_HENVISNING"), ("1.1",), "N"),
    ("FRAVARSMELDING", "1.5", "N"),
    ("EPJ-EKSTRAKT", "1.0", "N"),
]  # fmt: skip
"""Every message type in every version with every status that it may have (HISD 1154:2018 3.1)."""


def folders() -> list[Path]:
    """Every case, whether it has been agreed or not."""
    there = {folder.name for folder in HERE.iterdir() if (folder / "as-of.txt").exists()}
    return [HERE / name for name in sorted(there | {name for name, _ in cases()})]


def written(bundle: dict[str, Any]) -> bytes:
    """One resource a line, so that a change of one is a change of one line."""
    entries = b",\n".join(orjson.dumps(entry, option=orjson.OPT_SORT_KEYS) for entry in bundle["entry"])
    return b'{"resourceType":"Bundle","type":"transaction","entry":[\n' + entries + b"\n]}\n"


def _is_beside(name: str) -> bool:
    return name == "bundle.json" or is_side_car(name)


def without_bytes(bundle: dict[str, Any]) -> set[bytes]:
    """Takes the data out of the Binaries, and returns it."""
    binaries = [e["resource"] for e in bundle["entry"] if e["resource"]["resourceType"] == "Binary"]
    return {base64.b64decode(binary.pop("data")) for binary in binaries if "data" in binary}


@pytest.mark.parametrize("folder", folders(), ids=lambda folder: folder.name)
def test_message_becomes_the_agreed_bundle(folder: Path, update_golden: bool) -> None:
    if update_golden:
        write_missing(HERE)
    as_of = datetime.fromisoformat((folder / "as-of.txt").read_text().strip())
    files = sorted(path for path in folder.iterdir() if path.suffix in MEDIA_TYPES and not _is_beside(path.name))
    read = [one for path in files for one in messages_in(path)]
    bundle = orjson.loads(translate([one.outcome for one in read], as_of, IDS)[0])
    carried = without_bytes(bundle)
    apart = {one.path for one in read if isinstance(one.outcome, Message) and is_municipal(one.outcome)}
    parts = {one.outcome.original for one in read if one.path in apart and isinstance(one.outcome, Document)}
    assert carried >= parts | {path.read_bytes() for path in files if path not in apart and "apprec" not in path.name}
    if update_golden:
        (folder / "bundle.json").write_bytes(written(bundle))
    agreed = (folder / "bundle.json").read_bytes()
    if written(bundle) != agreed:
        differ = differences(orjson.loads(agreed), bundle)
        pytest.fail("\n".join(differ or ["the same resources in another order"]), pytrace=False)


@pytest.fixture(scope="module")
def held() -> dict[Path, Message]:
    found = {}
    for path in sorted(p for p in HERE.glob("*/*.xml") if not p.parent.name.startswith(("kommune-", "legemiddel"))):
        outcome = KithAdapter().read(Raw(body=path.read_bytes(), received=NEVER))
        assert isinstance(outcome, Message), path
        found[path] = outcome
    return found


def test_every_type_version_and_status_has_a_case(held: dict[Path, Message]) -> None:
    there = {(m.head.type, m.head.version, m.head.series) for m in held.values()}
    assert set(NEEDED) - there == set()


def test_every_message_is_taken_without_a_remark(held: dict[Path, Message]) -> None:
    assert {path.name: m.issues for path, m in held.items() if m.issues} == {}


def test_everybody_in_them_is_invented(held: dict[Path, Message]) -> None:
    from mappings.national_number import is_synthetic

    numbers = {i.value for m in held.values() for i in m.head.persons}
    assert numbers
    assert all(map(is_synthetic, numbers))
