"""A dose text that is wholly understood is structure beside the words; one that is not stays words."""

from __future__ import annotations

from typing import Any

import pytest

from hub.contract import Resource
from mappings.documents import origins, plo
from mappings.documents.datatypes import CS, TS
from mappings.documents.legemiddel import ForenkletForskrivning, Forskrivningsinfo, Legemiddelinfo
from mappings.documents.plo_head import InformasjonOmForsendelsen
from mappings.documents.shape import Leaf, made
from tests.clinical.conftest import as_message, cs, plain, projected, validated


def statement(dose: str, *, use: str = "1", status: str = "1", end: str = "") -> Resource:
    drug = made(
        Forskrivningsinfo,
        dos_veiled_enkel=Leaf(dose),
        navn=Leaf("Prøvetablett"),
        bruk=CS(v=Leaf(use), dn=Leaf("Bruk")),
        dosering_sluttidspunkt=TS(v=Leaf(end)) if end else None,
    )
    line = made(
        ForenkletForskrivning,
        status_til_forskrivningen=CS(v=Leaf(status), dn=Leaf("Status")),
        forskrivningsinfo=drug,
    )
    info = made(
        Legemiddelinfo,
        forenklet_forskrivning=line,
        basiskomponenttype=Leaf("EPJ dokument"),
        komponenttype=Leaf("2.16.578.1.12.4.1.6.13.10301.0"),
        komponent_id=Leaf("line-1"),
    )
    status_of = made(InformasjonOmForsendelsen, forsendelsesstatus=cs("N"))
    report = made(plo.Innleggelsesrapport, informasjon_om_forsendelsen=status_of, legemiddelinfo=(info,))
    resources = projected(as_message(report, "1.6", "INNLEGGELSESRAPPORT"))
    wanted = "MedicationDispense" if status == "3" else "MedicationStatement"
    return next(resource for resource in resources if resource["resourceType"] == wanted)


def doses(found: Resource) -> list[dict[str, Any]]:
    shown: list[dict[str, Any]] = plain(found).get("dosage") or plain(found)["dosageInstruction"]
    return shown


def test_times_and_amounts_are_structure_and_the_words_stay_in_each() -> None:
    found = statement("2 tabl kl 08 og 1 tabl kl 13")
    validated(found)
    first, second = doses(found)
    assert {first["text"], second["text"]} == {"2 tabl kl 08 og 1 tabl kl 13"}
    assert first["doseAndRate"] == [{"doseQuantity": {"value": 2, "unit": "tablett"}}]
    assert second["timing"]["repeat"]["timeOfDay"] == ["13:00:00"]


def test_as_needed_comes_from_bruk_and_a_reason_from_the_text() -> None:
    (dose,) = doses(statement("2 inntil x4", use="3"))
    assert (dose["asNeededBoolean"], dose["timing"]["repeat"]["frequencyMax"]) == (True, 4)
    (dose,) = doses(statement("1 tabl inntil x 3 ved smerter", use="3"))
    assert dose["asNeededCodeableConcept"] == {"text": "smerter"}
    assert "asNeededBoolean" not in dose


@pytest.mark.parametrize("text", ["Se marevanskjema", "1 tabl 3 ganger", "5.000 E daglig", "1 tabl daglig og noe mer"])
def test_a_text_that_is_not_wholly_understood_has_no_structure(text: str) -> None:
    (dose,) = doses(statement(text))
    assert {name for name in dose if name not in ("extension", "text")} == set()
    assert dose["text"] == text


def test_a_text_that_contradicts_bruk_has_no_structure() -> None:
    (dose,) = doses(statement("1 tabl inntil x 3 ved behov", use="1"))
    assert "timing" not in dose


def test_every_value_of_the_structure_tells_where_the_text_stood() -> None:
    found = statement("1 tabl morgen og kveld")
    told = {
        origin.path: origin.xpath for origin in origins([found]) if "timing" in origin.path or "doseAnd" in origin.path
    }
    assert len(told) >= 6
    assert all(xpath.endswith("/DosVeiledEnkel") for xpath in told.values())


def test_a_stated_period_of_what_was_handed_out_says_more_than_a_length_in_the_text() -> None:
    found = statement("1 tabl x 3 i 7 dager", status="3", end="2026-03-12")
    validated(found)
    (dose,) = doses(found)
    assert dose["timing"]["repeat"]["boundsPeriod"] == {"end": "2026-03-12"}
    assert "boundsDuration" not in dose["timing"]["repeat"]
    assert dose["timing"]["repeat"]["frequency"] == 3
