"""Nothing of a message is lost, and every value knows where it came from (architecture, section 2 rules 4 and 5)."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from adapters.kith.samples import innlagt, utskrivningsklar
from adapters.kith.samples.arbitrary import arbitrary_document, message_kinds
from hub.identity import id_maker
from hub.reading import message_files, messages_in
from mappings.course import course
from mappings.documents import MedicationDocument, as_message, coverage, origins
from mappings.documents.shape import leaves

GOLDEN = Path(__file__).parents[1] / "golden"
IDS = id_maker(b"a key for tests, nothing else")
NOW = datetime(2026, 3, 20, tzinfo=UTC)
PARSER = etree.XMLParser(remove_comments=True, remove_pis=True)


def resources(message):
    projection = course([message], NOW, ids=IDS)
    return [*projection.resources, *(mention.resource for mention in projection.mentions)]


@pytest.mark.parametrize("path", sorted(message_files([GOLDEN])), ids=lambda p: f"{p.parent.name}/{p.stem}")
def test_nothing_of_an_agreed_message_is_lost(path) -> None:
    document = next(messages_in(path)).outcome
    document = as_message(document) if isinstance(document, MedicationDocument) else document
    assert coverage(document, resources(document)).lost == ()


KINDS = list(message_kinds())


@pytest.mark.parametrize(("cls", "version"), KINDS, ids=[f"{c.__name__}-{v}" for c, v in KINDS])
@given(seed=st.integers(0, 2**32), full=st.booleans())
@settings(max_examples=6, deadline=None, derandomize=True)
def test_nothing_of_any_valid_message_is_lost(cls, version, seed, full) -> None:
    """Some optional parts filled, or all of them."""
    message = arbitrary_document(cls, version, seed, full=full)
    assert coverage(message, resources(message)).lost == ()


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
