"""Our schema gives the same verdict as the national one, which is not ours to ship.

Skipped where the national schemas are absent: ``HEIMVEG_SCHEMAS`` names their folder, else ``../shared/kith/schemas``
beside this repository. Signatures are left out: we hold them for any content, as PLO neither requires nor checks one.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from lxml import etree

from adapters.kith import KithAdapter, samples
from adapters.kith.kinds import KINDS as KNOWN
from adapters.kith.kinds import LOGISTICS
from adapters.kith.national import national_schema
from adapters.kith.parse import parse
from adapters.kith.read import read
from adapters.kith.samples.arbitrary import arbitrary_message, chance, message_kinds
from adapters.kith.schema import schema_for
from adapters.kith.write import write
from mappings.documents import Message, dump, load
from mappings.documents.dialects import BY_NAMESPACE
from tests.adapters.conftest import RECEIVED, SHARED, every_sample, raw, taken
from tests.adapters.mutations import MUTATIONS, SPACES, spoil

SCHEMAS = Path(os.environ.get("HEIMVEG_SCHEMAS") or SHARED / "schemas")
EXAMPLES = sorted((SHARED / "examples").rglob("*.xml"))
KINDS = list(message_kinds())
PER_KIND = 230
"""Mutated messages for each kind of message."""
PER_EXAMPLE = 100
"""Mutated messages for each official example."""
PER_TYPE = 60
"""Mutated messages for each message type and version among our own samples."""
LARGE = 300_000

needs_schemas = pytest.mark.skipif(
    not (SCHEMAS / "all-msghead.xsd").is_file(),
    reason=f"the national schemas are not at {SCHEMAS}; set HEIMVEG_SCHEMAS to a folder that has them",
)
needs_examples = pytest.mark.skipif(not EXAMPLES, reason=f"the official examples are not at {SHARED / 'examples'}")


def verdicts(root: etree._Element) -> tuple[bool, bool]:
    """Ours and the national one, of a message whose root is known."""
    space = str(etree.QName(root).namespace)
    national = national_schema(SCHEMAS, space)
    assert national is not None
    return schema_for(space).validate(root), national.validate(root)


def parsed(body: bytes) -> etree._Element:
    root = parse(body)
    assert isinstance(root, etree._Element)
    return root


@cache
def originals(cls: type, version: str) -> list[etree._Element]:
    return [parsed(write(arbitrary_message(cls, version, chance(seed)), version)) for seed in range(25)]


@needs_schemas
@needs_examples
@pytest.mark.parametrize("path", EXAMPLES, ids=lambda p: p.stem)
def test_an_official_example_is_valid_to_both_and_survives_every_step(path: Path) -> None:
    root = parsed(path.read_bytes())
    assert verdicts(root) == (True, True)
    message = taken(path.read_bytes())
    assert load(dump(message), message.original) == message
    again = parsed(write(message.root, message.version))
    assert verdicts(again) == (True, True)
    assert read(again)[0] == message.root


@needs_schemas
@pytest.mark.parametrize(("cls", "version"), KINDS, ids=str)
def test_what_we_write_is_valid_to_both(cls: type, version: str) -> None:
    assert {verdicts(root) for root in originals(cls, version)} == {(True, True)}


@needs_schemas
@pytest.mark.parametrize("story", samples.STORIES, ids=lambda story: story.icpc[1])
def test_our_own_samples_are_valid_to_both(story: samples.Story) -> None:
    case = samples.Case(start=RECEIVED, story=story)
    for body in every_sample(case):
        assert verdicts(parsed(body)) == (True, True)


def spoilt(
    root_of: Callable[[int], etree._Element], first_seed: int, count: int = PER_KIND
) -> Counter[tuple[bool, bool]]:
    """The verdicts on as many mutated messages; a disagreement stops with the seed and what was said."""
    counted: Counter[tuple[bool, bool]] = Counter()
    for seed in range(first_seed, first_seed + count):
        root = parsed(etree.tostring(spoil(root_of(seed), chance(seed)), encoding="UTF-8"))
        if etree.QName(root).namespace in BY_NAMESPACE:
            ours, theirs = verdicts(root)
            assert ours == theirs, (seed, _said(root))
            counted[ours, theirs] += 1
    return counted


def _said(root: etree._Element) -> list[str]:
    space = str(etree.QName(root).namespace)
    national = national_schema(SCHEMAS, space)
    assert national is not None
    return [entry.message for schema in (schema_for(space), national) for entry in list(schema.error_log)[:2]]


@needs_schemas
@pytest.mark.parametrize(("cls", "version"), KINDS, ids=str)
def test_both_agree_on_mutated_messages(cls: type, version: str) -> None:
    roots = originals(cls, version)
    counted = spoilt(lambda seed: roots[seed % len(roots)], KINDS.index((cls, version)) * 10_000)
    assert min(counted[True, True], counted[False, False]) > 10, "mutations must spoil some messages and spare some"
    assert counted.total() > PER_KIND * 0.95


@needs_schemas
@needs_examples
@pytest.mark.parametrize("path", [p for p in EXAMPLES if p.stat().st_size < LARGE], ids=lambda p: p.stem)
def test_both_agree_on_mutated_official_examples(path: Path) -> None:
    root = parsed(path.read_bytes())
    counted = spoilt(lambda _: root, 1_000_000 + EXAMPLES.index(path) * 10_000, PER_EXAMPLE)
    assert counted[False, False] > 20


@cache
def samples_by_type() -> dict[tuple[str, str], list[etree._Element]]:
    """Our own samples by message type and version: what is mutated here is what systems really send."""
    found: dict[tuple[str, str], list[etree._Element]] = {}
    for body in every_sample(samples.Case(start=RECEIVED)):
        head = taken(body).head
        found.setdefault((head.type, head.version), []).append(parsed(body))
    return found


@needs_schemas
@pytest.mark.parametrize(("type", "version"), sorted(samples_by_type()), ids=str)
def test_both_agree_on_mutated_samples_of_every_type(type: str, version: str) -> None:
    roots = samples_by_type()[type, version]
    seed = 2_000_000 + sorted(samples_by_type()).index((type, version)) * 10_000
    counted = spoilt(lambda n: roots[n % len(roots)], seed, PER_TYPE)
    assert counted.total() > PER_TYPE * 0.9
    assert min(counted[True, True], counted[False, False]) > 5


@needs_schemas
def test_the_golden_messages_are_valid_to_both() -> None:
    paths = sorted((Path(__file__).parents[1] / "golden").glob("*/*.xml"))
    others = ("kommune-", "legemiddellister-")
    paths = [path for path in paths if not path.parent.name.startswith(others)]  # other standards
    assert len(paths) > 100
    assert [p.parent.name for p in paths if verdicts(parsed(p.read_bytes())) != (True, True)] == []


@pytest.mark.parametrize(("cls", "version"), KINDS, ids=str)
def test_a_mutated_message_never_breaks_the_adapter(cls: type, version: str) -> None:
    adapter = KithAdapter()
    for seed in range(40):
        root = originals(cls, version)[seed % 25]
        message = raw(etree.tostring(spoil(root, chance(seed)), encoding="UTF-8"))
        outcome = adapter.read(message)
        adapter.receipt(message, outcome, id="x", at=message.received)
        assert not isinstance(outcome, Message) or load(dump(outcome), outcome.original) == outcome


@needs_schemas
def test_a_deployment_that_has_the_national_schemas_runs_both_without_a_remark() -> None:
    adapter = KithAdapter()
    adapter.configure(schemas=SCHEMAS)
    body = write(taken(_example()).root, "1.6") if EXAMPLES else etree.tostring(originals(*KINDS[1])[0])
    outcome = adapter.read(raw(body))
    assert not isinstance(outcome, Message) or "schema-disagreement" not in {i.code for i in outcome.issues}


def _example() -> bytes:
    return next(path for path in EXAMPLES if "Utskrivningsklar" in path.stem).read_bytes()


def test_there_are_enough_mutations_of_every_kind() -> None:
    assert len(KINDS) * PER_KIND > 5_000
    types = {code for code, _ in samples_by_type()}
    assert types >= {*LOGISTICS.values(), *(code for kind in KNOWN.values() if not kind.foreign for code in kind.types)}
    for code in types - {"EPJ-EKSTRAKT", "FRAVARSMELDING", "DIALOG_HELSEFAGLIG", "DIALOG_STATUS_HENVISNING"}:
        assert len([version for other, version in samples_by_type() if other == code]) == 2, "both versions"
    names = {mutation.__name__ for mutation in MUTATIONS}
    assert names >= {"drop", "repeat", "swap", "rename", "value", "attribute", "content", "text", "foreign"}
    assert "urn:x-unknown" in SPACES
