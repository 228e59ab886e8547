"""What a nurse reads: headings, tables, codes as words, people and times as people write them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from adapters.kith.read import read as read_tree
from adapters.kith.samples import (
    epikrise,
    epj_ekstrakt,
    helsefaglig,
    innleggelsesrapport,
    notat,
    orientering_om_tjenestetilbud,
    pdf,
    utskrivningsklar,
    utskrivningsrapport,
)
from adapters.kith.samples.arbitrary import arbitrary_message, chance, message_kinds
from adapters.kith.write import write
from hub.contract import HER_ID, Head, Identifier, Party
from mappings import narrative, tables, texts
from mappings.documents import Message
from mappings.documents.datatypes import CV
from mappings.documents.dialects import SHAPES
from mappings.documents.shape import Leaf, leaves, part_type
from mappings.narrative.readable import code, time
from mappings.narrative.text import XHTML, Told

KINDS = [(cls, version) for cls, version in message_kinds() if cls.__name__ != "AppRec"]
PARSER = etree.XMLParser(remove_comments=True, remove_pis=True)
BLANK = re.compile(r"\s*")


def generated(cls, version, seed):
    body = write(arbitrary_message(cls, version, chance(seed)), version)
    root, _ = read_tree(etree.fromstring(body, PARSER))
    nobody = Party(name="", identifiers=(Identifier(HER_ID, "1"),))
    head = Head(
        message_id="0b1f6f0e-7a0e-4d55-9f5c-6f0a4a1f2c11", type="EPIKRISE", version=version, series="N", sender=nobody,
        receiver=nobody, persons=(), generated=None,
    )  # fmt: skip
    return Message(head=head, root=root, issues=(), original=body)


@given(st.sampled_from(KINDS), st.integers(0, 10_000))
@settings(max_examples=80, deadline=None, derandomize=True)
def test_any_message_becomes_sections_of_well_formed_xhtml_with_words_in_each(kind, seed) -> None:
    for section in narrative.sections(generated(*kind, seed)):
        element = etree.fromstring(section.text)
        assert element.tag == f"{{{XHTML}}}div"
        assert "".join(element.itertext()).strip()
        assert section.title.strip()


@given(st.sampled_from(KINDS), st.integers(0, 10_000))
@settings(max_examples=80, deadline=None, derandomize=True)
def test_every_text_of_any_message_can_be_read_word_for_word(kind, seed) -> None:
    """Not only claimed to be told: what people wrote stands there, or in the hint of what stands for it."""
    message = generated(*kind, seed)
    sections = narrative.sections(message)
    made = [etree.fromstring(section.text) for section in sections]
    hints = [element.get("title", "") for root in made for element in root.iter()]
    said = [*(s.title for s in sections), *hints, *(words for root in made for words in root.itertext())]
    shown = re.sub(r"\s+", " ", " ".join(said))
    told = {path for section in sections for path in section.text.paths}
    for _, slot, leaf in leaves(message.root):
        free = slot.type is not None and getattr(slot.type, "name", "") == "string" and leaf.path in told
        if free and leaf.strip():
            assert re.sub(r"\s+", " ", leaf.strip()) in shown, leaf.path


def test_the_wishes_of_the_patient_come_first_then_the_warnings(case, sections) -> None:
    titles = [title for title, _ in sections(utskrivningsrapport(case))]
    assert titles[:2] == ["Pasientens egne ønsker og vurderinger", "Cave, allergi og smitte"]
    assert titles.index("Legemidler") < titles.index("Meldingshode")


def test_medication_is_a_table_with_a_row_for_each_drug(case, sections) -> None:
    (table,) = [e for title, text in sections(utskrivningsrapport(case)) if title == "Legemidler" for e in text]
    rows = [[" ".join(cell.itertext()) for cell in row] for row in table.iter(f"{{{XHTML}}}tr")]
    assert rows[0][:4] == ["Legemiddel", "Dosering", "Brukes mot", "Periode"]
    assert len(rows) - 1 == len(case.story.usual) + len(case.story.started) + len(case.story.stopped)
    (stopped,) = [row for row in rows if row[0].startswith(case.story.stopped[0].name)]
    assert "Seponering" in stopped[4]


def test_function_is_a_table_that_says_what_its_numbers_mean(case, text) -> None:
    shown = text(innleggelsesrapport(case), "Funksjonsnivå")
    assert "Personlig hygiene" in shown
    assert "fra 1 (ingen problem) til 5 (fullt bistandsbehov)" in shown


def test_diagnoses_show_their_names_with_the_code_behind(case, text) -> None:
    assert "Brudd i lårhals, lukket ( ICD-10 S7200 )" in text(utskrivningsrapport(case), "Diagnoser")


def test_events_show_what_happened_and_when(case, text) -> None:
    assert "Pasient utskrivningsklar 6. mars 2026 kl. 10.00" in text(utskrivningsklar(case), "Oppholdet")


def test_what_needs_no_reader_stands_last(case, sections) -> None:
    titles = [title for title, _ in sections(epj_ekstrakt(case))]
    assert titles[-2:] == ["Meldingshode", "Tekniske opplysninger"]
    assert "Legemidler" in titles


def test_a_note_keeps_its_own_heading_as_title_and_as_code(case, document) -> None:
    (note,) = [s for s in document(utskrivningsrapport(case))["section"] if s["title"] == "Forløp og behandling"]
    codings = [(c["system"].rpartition("/")[2], c["code"]) for c in note["code"]["coding"]]
    assert codings == [
        (f"urn:oid:{tables.CODE_LISTS}9142", "FO"),
        ("document-section", "forlop"),
        ("loinc.org", "8648-8"),
    ]


@pytest.mark.parametrize("message", [utskrivningsrapport, epikrise])
def test_discharge_reports_have_the_section_codes_of_the_european_report(case, document, message) -> None:
    made = document(message(case))
    found = {c["code"] for s in made["section"] for c in s["code"]["coding"] if c["system"] == "http://loinc.org"}
    assert found >= {"8648-8", "11535-2", "10183-2", "18776-5"}
    assert "34105-7" in {c["code"] for c in made["type"]["coding"]}


def test_other_messages_have_our_headings_only(case, document) -> None:
    made = document(orientering_om_tjenestetilbud(case))
    assert not [c for s in made["section"] for c in s["code"]["coding"] if c["system"] == "http://loinc.org"]


def test_sections_point_at_what_was_made_of_them(case, document) -> None:
    made = {s["title"]: [e["reference"].partition("/")[0] for e in s.get("entry", ())]
            for s in document(utskrivningsrapport(case))["section"]}  # fmt: skip
    assert set(made["Diagnoser"]) == {"Condition"}
    assert len(made["Legemidler"]) >= len(case.story.usual)
    assert "AllergyIntolerance" in made["Cave, allergi og smitte"]


def test_a_dialog_is_headed_by_what_it_is_about(case, text) -> None:
    body = notat(case, None, text="Vi kan ta imot på fredag.")
    assert "Vi kan ta imot på fredag." in text(body, tables.text(9155, "1"))


def test_markup_of_a_note_is_shown_as_markup_without_what_acts(case, sections) -> None:
    hostile = f'<div xmlns="{XHTML}"><p onclick="x()">Hei <b>du</b></p><script>x()</script></div>'
    (note,) = [element for title, element in sections(notat(case, None, xhtml=hostile)) if title.startswith("Svar")
               or title == tables.text(9155, "1")]  # fmt: skip
    assert note.findtext(f".//{{{XHTML}}}b") == "du"
    assert b"onclick" not in etree.tostring(note)
    assert b"x()" not in etree.tostring(note)


def test_files_that_came_along_are_named(case, text) -> None:
    shown = text(helsefaglig(case, attachments=(pdf("Kurve"),)), "Vedlegg")
    assert "Kurve" in shown
    assert "application/pdf" in shown


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2026-03-02", "2. mars 2026"),
        ("2026-03-02T10:05:00", "2. mars 2026 kl. 10.05"),
        ("2026-07-02T22:30:00Z", "3. juli 2026 kl. 00.30"),
        ("2026-03", "mars 2026"),
        ("2026", "2026"),
        ("2026-13", "2026-13"),
        ("10:15:00", "10:15:00"),
    ],
)
def test_a_time_is_read_on_a_norwegian_clock_as_precisely_as_it_was_written(written, read) -> None:
    assert re.sub("<[^>]*>", "", time(written)) == read


@pytest.mark.parametrize(
    ("attributes", "read"),
    [
        ({"v": "3", "s": "9121"}, "Pasient utskrivningsklar"),
        ({"v": "3", "s": "9121", "dn": "Utskrivningsklar"}, "Utskrivningsklar"),
        ({"v": "99", "s": "9121"}, f"Ukjent kode ({tables.name(9121)} 99)"),
        ({"v": "99", "s": "9121", "dn": "Permisjon"}, f"Permisjon ({tables.name(9121)} 99)"),
        ({"v": "S720", "s": "7110"}, "ICD-10 S720"),
        ({"v": "C03CA01", "s": "7180", "dn": "ATC"}, "ATC C03CA01"),
        ({"ot": "Bor hos datter"}, "Bor hos datter"),
        ({}, ""),
    ],
)
def test_a_code_is_read_by_its_text_and_never_alone(attributes, read) -> None:
    values = {name: Leaf(value) for name, value in attributes.items()}
    if "s" in values:
        values["s"] = Leaf(f"{tables.CODE_LISTS}{values['s']}")
    assert re.sub("<[^>]*>", "", code(CV(**values), "", Told())) == read


def test_a_known_code_still_tells_its_number_to_who_asks() -> None:
    assert f'title="kode 3 ({tables.CODE_LISTS}9121)"' in code(
        CV(v=Leaf("3"), s=Leaf(f"{tables.CODE_LISTS}9121")), "", Told()
    )


def test_every_column_and_every_text_leads_to_a_field_of_the_standard() -> None:
    for row in (*texts.rows("columns"), *texts.rows("prose")):
        for path in row["values"].split():
            assert any(_reaches(cls, path.rstrip("!")) for cls in SHAPES if cls.shape.name == row["element"]), path


def _reaches(cls, path):
    name, _, rest = path.partition(".")
    slot = next((slot for slot in cls.shape.slots if slot.field == name), None)
    inner = part_type(cls, slot) if slot is not None else None
    return slot is not None and (not rest or (inner is not None and _reaches(inner, rest)))


def test_every_placement_and_heading_leads_to_a_section() -> None:
    known = {row["section"] for row in texts.rows("sections")}
    elements = {slot.name for cls in SHAPES for slot in cls.shape.slots} | {cls.shape.name for cls in SHAPES}
    assert {row["section"] for name in ("placement", "headings") for row in texts.rows(name)} <= known
    assert {row["element"] for row in texts.rows("placement")} <= elements
    assert all(tables.text(row["list"], row["code"]) for row in texts.rows("headings"))
