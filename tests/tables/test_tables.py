"""The tables check themselves: no duplicates, nothing blank, every file indexed, every alias leading somewhere."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.kith.samples.arbitrary import message_kinds
from mappings import tables
from mappings.documents.msghead import MsgHead
from mappings.documents.shape import Part, part_type

FOLDER = Path(tables.__file__).parent
LISTS = sorted(path.stem for path in FOLDER.glob("[0-9]*.csv"))
ARCHIVE = Path(__file__).parents[2].parent / "shared" / "kith" / "codelists.json"


def rows(stem: str) -> list[dict[str, str]]:
    return list(csv.DictReader((FOLDER / f"{stem}.csv").read_text(encoding="utf-8").splitlines()))


@pytest.mark.parametrize("number", LISTS)
def test_list_has_no_duplicates_no_blanks_and_no_outer_space(number: str) -> None:
    codes = [row["code"] for row in rows(number)]
    assert len(set(codes)) == len(codes)
    assert all(value == value.strip() != "" for row in rows(number) for value in (row["code"], row["text"]))


def test_index_names_every_file_and_every_file_is_in_the_index() -> None:
    indexed = {row["list"] for row in rows("oids") if row["values"] != "none"}
    assert indexed == set(LISTS)
    assert all(tables.name(number) for number in tables.numbers())
    assert {row["values"] for row in rows("oids")} == {"all", "some", "none"}


def lists_of(cls: type[Part], seen: set[type[Part]]) -> Iterator[tuple[str, str]]:
    """Every code list that a shape names, with the element that names it."""
    if cls not in seen:
        seen.add(cls)
        for slot in cls.shape.slots:
            inner = part_type(cls, slot)
            if slot.codes:
                yield slot.codes, f"{cls.__name__}/{slot.name}"
            if inner is not None:
                yield from lists_of(inner, seen)


def test_every_list_that_a_message_uses_has_its_codes_or_a_reason_why_it_is_open() -> None:
    roots, seen = {MsgHead, *(cls for cls, _ in message_kinds())}, set()
    used = [named for root in roots for named in lists_of(root, seen)]
    index = {row["list"]: row for row in rows("oids")}
    assert len(used) > 100
    for number, element in used:
        assert number in index, f"{element} uses list {number}, which mappings/tables/oids.csv does not have"
        assert tables.codes(number) or index[number]["open_because"], element


def test_a_list_that_we_do_not_hold_wholly_says_why() -> None:
    for row in rows("oids"):
        assert (row["values"] != "all") == bool(row["open_because"]), row["list"]


@pytest.mark.parametrize(
    ("spelling", "system"),
    [
        ("http://hl7.org/fhir/sid/icd-10-no", "urn:oid:2.16.578.1.12.4.1.1.7110"),
        ("http://hl7.org/fhir/sid/icd-10", "urn:oid:2.16.578.1.12.4.1.1.7110"),
        ("http://hl7.org/fhir/sid/icpc-2", "urn:oid:2.16.578.1.12.4.1.1.7170"),
        ("urn:oid:2.16.840.1.113883.6.139", "urn:oid:2.16.578.1.12.4.1.1.7170"),
        ("urn:oid:2.16.578.1.12.4.1.1.7180", "http://www.whocc.no/atc"),
        ("http://data.ssb.no/api/klass/v1/versions/919", "urn:oid:2.16.578.1.12.4.1.1.3403"),
        ("http://hl7.no/fhir/NamingSystem/FNR", "urn:oid:2.16.578.1.12.4.1.4.1"),
        ("http://hl7.no/fhir/NamingSystem/DNR", "urn:oid:2.16.578.1.12.4.1.4.2"),
        ("http://hl7.no/fhir/NamingSystem/FHNR", "urn:oid:2.16.578.1.12.4.1.4.3"),
        ("http://hl7.no/fhir/NamingSystem/HPR", "urn:oid:2.16.578.1.12.4.1.4.4"),
        ("http://hl7.no/fhir/NamingSystem/DUFN", "urn:oid:2.16.578.1.12.4.1.4.5"),
        ("http://data.brreg.no/begrep/28155", "urn:oid:2.16.578.1.12.4.1.4.101"),
        ("http://hl7.no/fhir/NamingSystem/RESHid", "urn:oid:2.16.578.1.12.4.1.4.102"),
        ("http://hl7.no/fhir/NamingSystem/AKO", "urn:oid:2.16.578.1.12.4.1.4.107"),
        ("http://hl7.no/fhir/NamingSystem/HERid", "urn:oid:2.16.578.1.12.4.1.2"),
    ],
)
def test_other_spellings_of_a_system_lead_to_the_one_that_is_stored(spelling: str, system: str) -> None:
    assert tables.canonical_system(spelling) == system


def test_aliases_are_unique_and_lead_to_a_canonical_system_in_one_step() -> None:
    aliases = {row["alias"]: row["system"] for row in rows("system-aliases")}
    assert len(aliases) == len(rows("system-aliases"))
    assert all(tables.canonical_system(system) == system for system in aliases.values())


def test_known_code_has_the_lists_text_and_surrounding_space_does_not_matter() -> None:
    assert tables.text(9121, "3") == tables.text("9121", " 3 ") == "Pasient utskrivningsklar"
    assert tables.is_known(9121, "13")


def test_unknown_code_of_a_complete_list_is_unknown() -> None:
    assert tables.text(9121, "99") is None
    assert not tables.is_known(9121, "99")
    assert not tables.is_known(3101, "")


@pytest.mark.parametrize("number", ["7110", "7322", "9999"])
def test_a_list_that_we_do_not_hold_wholly_has_no_unknown_codes(number: str) -> None:
    assert tables.is_known(number, "anything")
    assert not tables.is_complete(number)


def test_the_same_code_means_different_things_in_different_lists() -> None:
    assert len({tables.text(number, "1") for number in (9141, 9143, 9145)}) == 3


def test_newer_codes_than_the_2018_tables_are_known() -> None:
    assert tables.text(9034, "24") == "Kontakt hos mottaker"
    assert tables.is_known(9151, "28")


@pytest.mark.parametrize(
    "spelling",
    [
        "2.16.578.1.12.4.1.1.9151",
        "urn:oid:2.16.578.1.12.4.1.1.9151",
        " 2.16.578.1.12.4.1.1.9151 ",
        "http://helsedir.no/fhir/CodeSystem/no-kodeverk-9151",
        "https://finnkode.helsedirektoratet.no/adm/collections/9151",
    ],
)
def test_every_spelling_of_a_list_leads_to_its_number_and_its_oid(spelling: str) -> None:
    assert tables.list_number(spelling) == "9151"
    assert tables.canonical_system(spelling) == "urn:oid:2.16.578.1.12.4.1.1.9151"


def test_atc_and_municipality_have_one_spelling() -> None:
    assert tables.system_of(7180) == "http://www.whocc.no/atc"
    assert tables.canonical_system("2.16.578.1.12.4.1.1.7180") == "http://www.whocc.no/atc"
    assert tables.list_number("https://register.geonorge.no/sosi-kodelister/kommunenummer") == "3402"


def test_a_foreign_system_stays_as_it_is() -> None:
    assert tables.canonical_system("http://snomed.info/sct") == "http://snomed.info/sct"
    assert tables.list_number("http://snomed.info/sct") is None
    assert tables.list_number("2.16.578.1.12.4.1.1.91") is None


@pytest.mark.skipif(not ARCHIVE.exists(), reason="the archive's tables are not beside this checkout")
def test_tables_hold_every_code_of_the_archive() -> None:
    archive = json.loads(ARCHIVE.read_text(encoding="utf-8"))
    missing = [(n, c) for n in LISTS if n in archive for c in archive[n]["codes"] if c not in tables.codes(n)]
    assert missing == []
