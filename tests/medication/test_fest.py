"""A FEST file as terms: streamed, prefixes or none, plain or zipped, and what it gives a comparison."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from adapters.fest import reader
from hub.contract import Rejection, Term
from mappings.medication.catalogue import RegisterCatalogue, demo
from mappings.medication.reconcile import Setting, reconcile
from tests.medication.fest_files import fest_file
from tests.medication.lists import AT, found, line, listing


def terms(path: Path) -> list[Term]:
    result = reader.terms(path)
    assert not isinstance(result, Rejection), result
    return list(result)


@pytest.mark.parametrize("prefixed", [True, False])
def test_products_are_read_whatever_the_prefixes(tmp_path: Path, prefixed: bool) -> None:
    read = {(term.kind, term.key): term for term in terms(fest_file(tmp_path / "fest.xml", prefixed=prefixed))}
    brand = read["brand", "B1"]
    assert (brand.atc, brand.name, brand.substance, brand.form) == ("C10AA01", "Prøvastatin", "Simvastatin", "Tablett")
    assert (read["pack", "P1"].number, read["pack", "P1"].of, read["pack", "P1"].exchange) == ("990101", "B1", "X1")
    assert read["pack", "P9"].gone
    assert read["retrieved", "HentetDato"].name == "2026-03-01"


def test_a_zip_file_is_read_as_it_was_downloaded(tmp_path: Path) -> None:
    plain = fest_file(tmp_path / "fest251.xml")
    with zipfile.ZipFile(tmp_path / "fest251.zip", "w") as archive:
        archive.write(plain, "fest251.xml")
    assert terms(tmp_path / "fest251.zip") == terms(plain)


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"<other/>", "not-fest"),
        (b"not xml", "xml"),
        (b'<!DOCTYPE FEST [<!ENTITY a "b">]><FEST>&a;</FEST>', "doctype"),
        (b"", "xml"),
    ],
)
def test_what_is_no_fest_is_refused(tmp_path: Path, content: bytes, fault: str) -> None:
    path = tmp_path / "file.xml"
    path.write_bytes(content)
    result = reader.terms(path)
    assert isinstance(result, Rejection)
    assert [one.code for one in result.faults] == [fault]


def test_a_file_that_breaks_off_says_where(tmp_path: Path) -> None:
    path = fest_file(tmp_path / "fest.xml")
    path.write_bytes(path.read_bytes()[:-200])
    result = reader.terms(path)
    assert not isinstance(result, Rejection)
    with pytest.raises(ValueError, match=r"fest\.xml: line \d+"):
        list(result)


PEAK = """
import re, sys
from pathlib import Path
from adapters.fest import reader
def peak():  # of this program alone: what the process was before it began does not count
    return int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])
before = peak()
count = sum(1 for _ in reader.terms(Path(sys.argv[1])))
print(count, (peak() - before) // 1024)
"""


def test_a_large_file_is_read_with_a_few_entries_in_memory(tmp_path: Path) -> None:
    path = fest_file(tmp_path / "large.xml", more=20000)
    done = subprocess.run([sys.executable, "-c", PEAK, str(path)], capture_output=True, text=True, check=True)
    count, megabytes = map(int, done.stdout.split())
    assert count > 20000
    assert megabytes < 15, f"{path.stat().st_size >> 20} MB of XML grew the process by {megabytes} MB"


def test_with_fest_a_brand_that_our_table_lacks_is_known(tmp_path: Path) -> None:
    register = RegisterCatalogue(terms(fest_file(tmp_path / "fest.xml")))
    lists = (
        listing("gp", line("Prøvastatin tablett 20 mg", "1 tabl kveld")),
        listing("hospital-discharge", line("Zocor tablett 20 mg", "1 tabl kveld")),
    )
    without = reconcile(lists, AT, Setting(phase="discharge"))
    assert found(without) == ["addition C10AA01 LOW", "omission prøvastatin MEDIUM"]
    assert without.terminology == 0
    with_fest = reconcile(lists, AT, Setting(phase="discharge"), register)
    assert found(with_fest, info=True) == ["generic-substitution C10AA01 INFO"]
    assert with_fest.terminology == 1


def test_a_name_with_several_codes_says_nothing() -> None:
    catalogue = RegisterCatalogue(
        Term(kind="brand", key=key, name="Tvetydig", atc=atc) for key, atc in (("1", "A02BC01"), ("2", "C10AA01"))
    )
    assert catalogue.atc_of("tvetydig") is None
    assert catalogue.atc_of("zocor") == demo().atc_of("zocor")


def test_a_varenummer_of_another_substance_is_not_believed(tmp_path: Path) -> None:
    register = RegisterCatalogue(terms(fest_file(tmp_path / "fest.xml")))
    lists = (
        listing("gp", line("Zocor 20 mg", "1 tabl kveld", "C10AA01", varenr="990101")),
        listing("hospital-discharge", line("Furix 40 mg", "1 tabl morgen", "C03CA01", varenr="990101")),
    )
    result = reconcile(lists, AT, Setting(phase="discharge"), register)
    assert "identity-uncertain C03CA01 MEDIUM" in found(result)
    assert [i.normal.drug.exchange for g in result.groups for i in g.items if i.line.name.startswith("Furix")] == [""]


def test_a_strength_that_the_list_leaves_out_is_that_of_its_product(tmp_path: Path) -> None:
    register = RegisterCatalogue(terms(fest_file(tmp_path / "fest.xml", strength="40")))
    lists = (
        listing("gp", line("Prøvastatin", "1 tabl kveld", fest_id="B1")),
        listing("hospital-discharge", line("Prøvastatin 20 mg", "1 tabl kveld")),
    )
    assert found(reconcile(lists, AT, Setting(phase="discharge"), register)) == ["dose-amount C10AA01 MEDIUM"]
