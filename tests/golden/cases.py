"""Where the messages of the golden cases come from: our own samples, written once and then left as they are.

``make golden`` writes the folder of a case that is not there yet; a message that is there is never written again.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import product
from pathlib import Path
from typing import Any, Final

from adapters.eresept.samples import m25
from adapters.kith import samples
from adapters.kith.samples import PARTIES, Case
from mappings.norwegian_time import OSLO
from tests.medication.test_eresept import ALBYL, AROUND, METOPROLOL, PACKING, ROLL
from tests.medication.test_hl7_orders import MESSAGE as ORDERS
from tests.medication.test_list_files import ATC, FNR, PERSON, ROWS, bundle, csv_file, home, hospital
from tests.medication.test_national_fhir import sfm
from tests.medication.test_openehr import composition
from tests.municipal import samples as municipal

CASE: Final = Case(name="golden", start=datetime(2026, 3, 2, 10, 0, tzinfo=OSLO))
AS_OF: Final = "2026-04-10T12:00+02:00"
HOSPITAL: Final = "urn:oid:2.16.578.1.12.4.1.4.101|100000008"
MUNICIPALITY: Final = "urn:oid:2.16.578.1.12.4.1.4.101|100000024"
HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(days=1)
SUBSTANCE: Final = '<Allergi><Substans V="B01AC" S="2.16.578.1.12.4.1.1.7180" DN="Platehemmere"/></Allergi>'
STATUS: Final = {"N": "ny", "M": "endring", "C": "kansellering"}
Files = dict[str, bytes]

PLO: Final = (
    # folder, maker, what may be sent (HISD 1154:2018 3.1)
    ("innlagt", "innlagt", "NC"),
    ("utskrivningsklar", "utskrivningsklar", "NC"),
    ("avmelding", "avmelding", "NC"),
    ("utskrevet", "utskrevet", "NC"),
    ("dod", "dod", "NC"),
    ("helseopplysninger", "helseopplysninger", "NMC"),
    ("innleggelsesrapport", "innleggelsesrapport", "NMC"),
    ("utskrivningsrapport", "utskrivningsrapport", "NMC"),
    ("helseopplysninger-til-lege", "helseopplysninger_til_lege", "NC"),
    ("medisinske-opplysninger", "medisinske_opplysninger", "NC"),
    ("orientering-om-tjenestetilbud", "orientering_om_tjenestetilbud", "NC"),
)


def cases() -> Iterator[tuple[str, Files]]:
    """Every case by name, with its files."""
    for (folder, maker, statuses), version in product(PLO, ("1.5", "1.6")):
        make: Any = getattr(samples, maker)
        for status in statuses:
            files = {"ny.xml": make(CASE, version=version)}
            if status != "N":
                files[f"{STATUS[status]}.xml"] = make(CASE, version=version, series=status)
            yield f"{folder}-{version}-{STATUS[status]}", files
    yield from _letters()
    yield from _others()
    yield from _dialogs()
    yield from _receipts()
    yield from _lists()
    yield from _national_lists()
    yield from _municipal()


def _letters() -> Iterator[tuple[str, Files]]:
    for version, status in product(("1.1", "1.2"), "NMC"):
        make: Any = samples.epikrise
        files = {"ny.xml": make(CASE, version=version)}
        if status != "N":
            files[f"{STATUS[status]}.xml"] = make(CASE, version=version, series=status)
        yield f"epikrise-{version}-{STATUS[status]}", files


def _others() -> Iterator[tuple[str, Files]]:
    yield "helseopplysninger-1.6-utfyllende", {"ny.xml": samples.helseopplysninger(CASE, full=True)}
    yield "fravarsmelding-1.5-ny", {"ny.xml": samples.fravarsmelding(CASE)}
    yield "epj-ekstrakt-1.0-ny", {"ny.xml": samples.epj_ekstrakt(CASE)}
    yield "status-henvisning-1.1-ny", {"ny.xml": samples.status_henvisning(CASE)}
    files = (samples.pdf(), samples.jpeg(), samples.png(), samples.xml())
    yield "helsefaglig-1.1-vedlegg", {"ny.xml": samples.helsefaglig(CASE, attachments=files)}


def _dialogs() -> Iterator[tuple[str, Files]]:
    """Each dialog with what it is about: a note on readiness, a question with its answer, a deviation."""
    ready, asked = CASE.message_id("utskrivningsklar-N"), CASE.message_id("asked")
    notice = {"a-utskrivningsklar.xml": samples.utskrivningsklar(CASE)}
    later = CASE.start + timedelta(days=4, hours=6)
    for version in ("1.0", "1.1"):
        told: Any = {"version": version}
        question = samples.foresporsel(CASE, message_id=asked, **told)
        yield f"notat-{version}-ny", {**notice, "b-notat.xml": samples.notat(CASE, ready, **told)}
        yield f"foresporsel-{version}-ny", {"ny.xml": question}
        answer = samples.svar(CASE, asked, generated=later, **told)
        yield f"svar-{version}-ny", {"a-foresporsel.xml": question, "b-svar.xml": answer}
        wrong = samples.avvik(CASE, ready, text="Pasienten bor ikke i kommunen.", generated=later, **told)
        yield f"avvik-{version}-ny", {**notice, "b-avvik.xml": wrong}


def _receipts() -> Iterator[tuple[str, Files]]:
    """AppRec by the receiver: positive, refused, with errors in a part."""
    ready, notice = CASE.message_id("utskrivningsklar-N"), samples.utskrivningsklar(CASE)
    refused: Any = {"status": "2", "errors": [("E36", "Navn uten fødselsnummer")]}
    partly: Any = {"status": "3", "errors": [("X99", "Vedlegget kan ikke vises")]}
    told: Any
    for version, (name, told) in product(("1.0", "1.1"), (("ok", {}), ("avvist", refused), ("delvis", partly))):
        receipt = samples.apprec(CASE, ready, version=version, sender=PARTIES.saksbehandling, **told)
        yield f"apprec-{version}-{name}", {"a-utskrivningsklar.xml": notice, "b-apprec.xml": receipt}


def _lists() -> Iterator[tuple[str, Files]]:
    """The home list at admission, the ward's orders, changes to them, and the municipality's export."""
    said = {"listType": "home-at-admission", "sourceSystem": "DIPS", "sourceOrg": HOSPITAL, "receivers": [MUNICIPALITY]}
    ward = {"sourceSystem": "Meona", "sourceOrg": HOSPITAL, "receivers": [MUNICIPALITY]}
    municipal = {"listType": "municipality", "sourceSystem": "EPJ", "sourceOrg": MUNICIPALITY}
    yield (
        "legemiddellister",
        {
            "a-hjemme.json": home().encode(),
            "a-hjemme.json.envelope.json": json.dumps(said).encode(),
            "b-kommune.csv": csv_file().replace("2026-03-10T11:20", "2026-03-07T08:00").encode(),
            "b-kommune.csv.envelope.json": json.dumps(municipal).encode(),
            "c-avdeling.json": hospital().encode(),
            "c-avdeling.json.envelope.json": json.dumps(ward).encode(),
            "d-ordre.hl7": "\r".join(ORDERS).replace("20260310112000", "20260310152000").encode(),
            "d-ordre.hl7.envelope.json": json.dumps(ward).encode(),
        },
    )


def _national_lists() -> Iterator[tuple[str, Files]]:
    """The patient's own list (M25.1), what is packed (M25.3), openEHR, SFM with an allergy, an epikrise of the stay."""
    at, packed = AROUND.at - 4 * DAY, replace(AROUND, message_id="6f1c0c0e-0000-4000-8000-0000000025a3")
    roll = replace(ALBYL, extra=ROLL)
    allergy = {"resourceType": "AllergyIntolerance", "criticality": "high", "patient": {"reference": "urn:uuid:p"},
               "code": {"coding": [{"system": ATC, "code": "J01CE02"}], "text": "Penicillin"},
               "reaction": [{"manifestation": [{"text": "Utslett"}]}]}  # fmt: skip
    said = {"listType": "home-at-admission", "sourceSystem": "DIPS", "sourceOrg": HOSPITAL,
            "patient": {"system": FNR, "value": PERSON}}  # fmt: skip
    sfm_said = {"sourceSystem": "SFM", "sourceOrg": MUNICIPALITY, "receivers": [HOSPITAL]}
    yield (
        "legemiddellister-nasjonale",
        {
            "a-pll.xml": m25("1", replace(AROUND, at=at), METOPROLOL, ALBYL, beside=SUBSTANCE),
            "b-multidose.xml": m25("3", packed, roll, beside=PACKING),
            "c-dips.json": composition().encode(),
            "c-dips.json.envelope.json": json.dumps(said).encode(),
            "d-sfm.json": bundle(*sfm(), {"fullUrl": "urn:uuid:a", "resource": allergy}).encode(),
            "d-sfm.json.envelope.json": json.dumps(sfm_said).encode(),
            "e-avdeling.csv": csv_file(ROWS[2]).encode(),
        },
    )


def _municipal() -> Iterator[tuple[str, Files]]:
    """A case, and a table of the same services a day later."""
    said = {"municipality": municipal.KOMMUNE, "sourceOrg": MUNICIPALITY, "exportTime": "2026-11-20T06:00:00+01:00"}
    yield (
        "kommune-sak-og-tjenesteliste",
        {
            "a-sak.json": json.dumps(municipal.CASE, ensure_ascii=False, indent=1).encode(),
            "b-tjenester.csv": municipal.table().encode(),
            "b-tjenester.csv.envelope.json": json.dumps(said).encode(),
        },
    )
    yield (
        "kommune-fhir",
        {"a-bundle.json": json.dumps(municipal.bundle(municipal.MEDICINE), ensure_ascii=False, indent=1).encode()},
    )
    yield (
        "kommune-iplos-og-hendelser",
        {
            "a-iplos.xml": municipal.yearly().encode(),
            "b-ident.xml": municipal.identities().encode(),
            **{f"c-hendelse-{n}.xml": municipal.events(one).encode() for n, one in enumerate(municipal.CHAIN, 1)},
        },
    )


def write_missing(root: Path) -> None:
    """The folders that are not there yet, without their bundles."""
    for name, files in cases():
        folder = root / name
        if not folder.exists():
            folder.mkdir()
            (folder / "as-of.txt").write_text(AS_OF + "\n")
            for file, body in files.items():
                (folder / file).write_bytes(body)
