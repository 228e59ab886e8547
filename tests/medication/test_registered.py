"""What the drug register says of a list's drugs is kept with the list: a projection asks no register."""

from __future__ import annotations

from datetime import datetime

from adapters.kith.samples import Case, innlagt, utskrivningsrapport
from hub.contract import Document, Term
from hub.doors import drugs_of, dump, load, medication, with_register
from mappings.norwegian_time import OSLO
from tests.medication.test_list_files import NOW, ROWS, bundle, csv_file, order
from tests.medication.test_lists_on_fhir import of_type, projected, read
from tests.medication.test_messages import read as read_messages

BRAND = Term(kind="brand", key="B1", atc="C07AB02", name="Prøvoprolol", substance="Metoprolol")
PACK = Term(kind="pack", key="P1", number="990011", atc="C07AB02", name="Pakning", text="Prøvoprolol Depottab 100 mg",
            substance="Metoprolol", form="Depottablett", exchange="X1")  # fmt: skip
PARACET = Term(kind="name", key="NAME paracetamol N02BE01", atc="N02BE01", substance="Paracetamol")


def kept(document: Document, *terms: Term, retrieved: str = "2026-03-01") -> Document:
    return with_register(document, "fest", retrieved, terms)


def ward() -> Document:
    """An order of a brand that our own table has never heard of, without a code."""
    one = order(1, "", "Prøvoprolol tablett 100 mg", "1 tablett morgen")
    del one["resource"]["medicationCodeableConcept"]["coding"]
    return read(bundle(one))


def home() -> Document:
    row = ROWS[0].replace(";50;mg;", ";100;mg;")
    return read(csv_file(row).replace("2026-03-10T11:20", "2026-03-07T08:00"), **{"heimveg-list-type": "gp"})


def findings(*documents: Document) -> list[str]:
    told = medication(documents, NOW, phase=None, age=None)
    return sorted(f"{one['code']} {one['severity']}" for one in told["findings"] if one["severity"] != "info")


def notes(*documents: Document) -> list[str]:
    (listed,) = (r for r in of_type(projected(*documents), "List") if r["title"] == "Samstemt legemiddelliste")
    return [str(note["text"]) for note in listed["note"]]


def codes(document: Document) -> list[tuple[str, str]]:
    (line,) = of_type(projected(document), "MedicationStatement")
    return [(coding["system"], str(coding["code"])) for coding in line["medicationCodeableConcept"]["coding"]]


def test_a_document_is_asked_about_by_id_number_and_names() -> None:
    named = drugs_of(read(csv_file(ROWS[0].replace("C07AB02;;;", "C07AB02;990011;abc;"))))
    assert (named.keys, named.numbers) == (("abc",), ("990011",))
    assert "metoprolol" in named.names
    (silent,) = read_messages(innlagt(Case(start=datetime(2026, 3, 2, 10, 0, tzinfo=OSLO))))
    assert not drugs_of(silent)


def test_a_brand_that_only_the_register_knows_is_one_treatment_with_its_substance() -> None:
    without, known = findings(home(), ward()), findings(kept(home(), BRAND), kept(ward(), BRAND))
    assert any(one.startswith("omission") for one in without)
    assert [one for one in known if one.startswith(("omission", "addition"))] == []


def test_the_same_log_gives_the_same_bytes_whatever_register_is_loaded_later() -> None:
    held = [kept(home(), BRAND), kept(ward(), BRAND)]
    again = [load(dump(one), one.original) for one in held]
    assert again == held
    assert projected(*again) == projected(*held)


def test_the_reconciled_list_says_by_which_register_it_was_made_and_without_one_that_it_is_less_precise() -> None:
    assert notes(kept(home(), BRAND), kept(ward(), BRAND)) == ["Med FEST 2026-03-01."]
    assert notes(home(), ward())[0].startswith("Uten FEST: innebygd demotabell, ikke til klinisk bruk.")
    assert notes(kept(home(), BRAND), ward())[0].startswith("Noen lister er tatt inn uten FEST")
    provenance = of_type(projected(kept(home(), BRAND), kept(ward(), BRAND)), "Provenance")
    assert {"display": "FEST 2026-03-01"} in [e["what"] for one in provenance for e in one.get("entity", ())]


def test_of_two_versions_of_an_entry_the_newer_counts() -> None:
    wrong = Term(kind="brand", key="B1", atc="C09AA02", name="Prøvoprolol", substance="Enalapril")
    for first, second in ((wrong, BRAND), (BRAND, wrong)):
        held = (kept(home(), first, retrieved="2026-01-01"), kept(ward(), second, retrieved="2026-03-01"))
        assert any(one.startswith("omission") for one in findings(*held)) == (second is wrong)


def test_the_id_of_the_pack_stands_beside_a_varenummer_whose_substance_agrees() -> None:
    body = csv_file(ROWS[0].replace("C07AB02;;;", "C07AB02;990011;;"))
    assert codes(kept(read(body), PACK))[-2:] == [
        ("http://ehelse.no/fhir/CodeSystem/FEST", "ID_P1"),
        ("http://dmp.no/fhir/NamingSystem/festLegemiddelPakning", "P1"),
    ]
    other = Term(kind="pack", key="P1", number="990011", atc="C03CA01")
    assert not any("P1" in code for _, code in codes(kept(read(body), other)))


def test_a_message_of_kith_keeps_what_the_register_said_too() -> None:
    (document,) = read_messages(utskrivningsrapport(Case(start=datetime(2026, 3, 2, 10, 0, tzinfo=OSLO))))
    assert drugs_of(document)
    held = kept(document, PARACET)
    assert load(dump(held), held.original) == held
