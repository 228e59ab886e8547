"""Nothing of a message is lost, and every value knows where it came from (architecture, section 2 rules 4 and 5)."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from lxml import etree

from adapters.kith.read import read as read_tree
from adapters.kith.samples import innlagt, utskrivningsklar
from adapters.kith.samples.arbitrary import arbitrary_message, chance, message_kinds
from adapters.kith.write import write
from hub.contract import HER_ID, Head, Identifier, Party
from hub.identity import id_maker
from hub.reading import message_files, read_file
from mappings.course import course
from mappings.documents import Message, coverage, origins
from mappings.documents.shape import leaves

GOLDEN = Path(__file__).parents[1] / "golden"
IDS = id_maker(b"a key for tests, nothing else")
NOW = datetime(2026, 3, 20, tzinfo=UTC)
PARSER = etree.XMLParser(remove_comments=True, remove_pis=True)
TYPES = {
    "Pasientlogistikk": "LOG_INNLAGT",
    "HelseopplysningerVedSoknad": "HELSEOPPL_SOKNAD",
    "Innleggelsesrapport": "INNLEGGELSESRAPPORT",
    "Dialogmelding": "DIALOG_NOTAT",
    "Message": "EPIKRISE",
}


def resources(message):
    projection = course([message], NOW, ids=IDS)
    return [*projection.resources, *(mention.resource for mention in projection.mentions)]


def generated(cls, version, seed):
    """Any valid message of a kind, about a patient who is identified."""
    body = write(arbitrary_message(cls, version, chance(seed)), version)
    root, _ = read_tree(etree.fromstring(body, PARSER))
    head = Head(
        message_id="0b1f6f0e-7a0e-4d55-9f5c-6f0a4a1f2c11",
        type=TYPES.get(cls.__name__, "UTSKRIVNINGSRAPPORT"),
        version=version,
        series="N",
        sender=Party(name="Sykehus", identifiers=(Identifier(HER_ID, "1"),)),
        receiver=Party(name="Kommune", identifiers=(Identifier(HER_ID, "2"),)),
        persons=(Identifier("urn:oid:2.16.578.1.12.4.1.4.1", "123"),),
        generated=NOW,
    )
    return Message(head=head, root=root, issues=(), original=body)


@pytest.mark.parametrize("path", sorted(message_files([GOLDEN])), ids=lambda p: f"{p.parent.name}/{p.stem}")
def test_nothing_of_an_agreed_message_is_lost(path) -> None:
    document = read_file(path).outcome
    assert coverage(document, resources(document)).lost == ()


KINDS = [(cls, version) for cls, version in message_kinds() if cls.__name__ != "AppRec"]


@pytest.mark.parametrize(("cls", "version"), KINDS, ids=[f"{c.__name__}-{v}" for c, v in KINDS])
def test_nothing_of_any_valid_message_is_lost(cls, version) -> None:
    for seed in range(6):
        message = generated(cls, version, seed)
        assert coverage(message, resources(message)).lost == (), seed


def test_a_value_that_was_dropped_is_seen_as_lost(read, case) -> None:
    document = read(innlagt(case))
    kept = [r for r in resources(document) if r["resourceType"] not in ("Composition", "Encounter")]
    assert any("TidspunktForHendelse" in path for path in coverage(document, kept).lost)


def test_every_origin_is_a_true_xpath_and_unconverted_values_stand_there(read, case) -> None:
    body = utskrivningsklar(case)
    root = etree.fromstring(body, PARSER)
    said = {leaf.path: str(leaf) for _, _, leaf in leaves(read(body).root)}
    found = list(origins(resources(read(body))))
    assert len(found) > 100
    for origin in found:
        steps = [re.sub(r"^(@?)([^\[]+)", r"\1*[local-name()='\2']", step) for step in origin.xpath.split("/")]
        assert len(root.xpath("/" + "/".join(steps))) == 1, origin.xpath
        assert origin.xpath in said


def test_a_converted_time_still_tells_which_element_said_it(read, case) -> None:
    (ready,) = [
        origin
        for origin in origins(resources(read(utskrivningsklar(case))))
        if origin.resource.startswith("Task/") and origin.path == "Task.executionPeriod.start"
    ]
    assert ready.value == "2026-03-06T10:00:00+01:00"
    assert ready.xpath.endswith("MeldingUtskrivningsklarPasient/TidsfestetHendelse[2]/TidspunktForHendelse/@V")
