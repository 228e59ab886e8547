"""Orders of a ward as HL7 v2.5 RDE^O11: what is read, and what is refused by segment and field."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.kith.samples import synthetic_number
from adapters.meona import hl7_reader
from hub.contract import Raw, Rejection
from mappings.documents.medication_list import MedicationDocument, MedicationLine, MedicationList
from tests.medication.lists import compare, found, line, listing

PERSON = synthetic_number(date(1969, 11, 13), 1)
HEAD = "MSH|^~\\&|MEONA|WARD|HUB|HUB|20260310112000+0100||RDE^O11^RDE_O11|MSG1|P|2.5|||AL|NE||UNICODE UTF-8"
AS_NEEDED = "Inntil 4 ganger daglig. Maks 8 pr døgn"
PATIENT = f"PID|1||{PERSON}^^^FNR&2.16.578.1.12.4.1.4.1&ISO^NNNOR"


def order(control: str, number: str, rxe: str, tq1: str, *, reason: str = "", at: str = "20260306091200") -> list[str]:
    return [f"ORC|{control}|{number}^MEONA|||||||{at}|||||||^{reason}", rxe, tq1, "RXR|PO^Per os^HL70162"]


def rxe(code: str, name: str, dose: str, text: str, strength: str, interval: str = "QD") -> str:
    known = f"{code}^{name}^ATC^^{name} tablett^L|{dose}||tablett|53^Tablett^NO7448|^{text}"
    return f"RXE|1^{interval}|{known}" + "|" * 18 + f"{strength}|mg"


MESSAGE = [
    HEAD, PATIENT,
    *order("NW", "1", rxe("C07AB02", "Metoprolol", "1", "1+0+0+0", "50"), "TQ1|1|1^tablett|QD|0800|||20260306080000"),
    *order("NW", "2", rxe("N02BE01", "Paracet", "2", AS_NEEDED, "500", "PRN"), "TQ1|1|2^tablett|PRN"),
    *order("DC", "3", rxe("B01AC06", "Albyl-E", "1", "", "75"), "TQ1|1|1^tablett|QD||||20260306080000|20260308140000",
           reason="Byttet til Eliquis", at="20260308150000"),
]  # fmt: skip


def read(segments: list[str]) -> Any:
    body = "\r".join(segments).encode()
    return hl7_reader.read(Raw(body=body, received=datetime(2026, 3, 10, tzinfo=UTC)))


def orders(segments: list[str]) -> MedicationList:
    (document,) = read(segments)
    assert isinstance(document, MedicationDocument)
    return document.listing


def by_id(segments: list[str]) -> dict[str, MedicationLine]:
    return {one.id: one for one in orders(segments).lines}


def test_orders_are_changes_of_the_wards_list_and_never_a_whole_one() -> None:
    found_list = orders(MESSAGE)
    assert (found_list.source.list_type, found_list.source.completeness) == ("hospital-inpatient", "delta")
    assert (found_list.id, found_list.source.time) == ("MSG1", datetime.fromisoformat("2026-03-10T11:20:00+01:00"))


def test_product_strength_dose_and_route_are_read() -> None:
    first = by_id(MESSAGE)["1"]
    assert (first.atc, first.name, first.dose_text) == ("C07AB02", "Metoprolol tablett", "1+0+0+0")
    assert (first.strengths[0].value, first.route) == (Decimal(50), "Per os")


def test_as_needed_and_the_dose_beside_its_text_belong_together() -> None:
    second = by_id(MESSAGE)["2"]
    assert second.use == "3"
    home = listing("gp", line("Paracet tablett 500 mg", "2 inntil x4", "N02BE01", use="3"))
    assert found(compare(home, orders(MESSAGE), phase="admission")) == ["addition C07AB02 LOW"]


def test_a_discontinued_order_is_stopped_when_its_timing_ends_and_says_why() -> None:
    stop = by_id(MESSAGE)["3"]
    assert (stop.status, stop.reason) == ("stopped", "Byttet til Eliquis")
    assert stop.stopped == datetime.fromisoformat("2026-03-08T14:00:00+01:00")


def test_a_message_without_timing_segments_is_read_all_the_same() -> None:
    bare = [segment for segment in MESSAGE if not segment.startswith("TQ1")]
    assert by_id(bare)["1"].given == by_id(MESSAGE)["1"].given


SPOILT = {
    "wrong separators": ([HEAD.replace("|^~\\&|", "|^^^^|"), *MESSAGE[1:]], ["separators MSH-2"]),
    "another message": ([HEAD.replace("RDE^O11", "ADT^A01"), *MESSAGE[1:]], ["type MSH-9"]),
    "a drug cut off": ([*MESSAGE[:2], MESSAGE[2], "RXE|1^QD"], ["no-drug ORC[1]/RXE-2"]),
    "an order cut off": (MESSAGE[:3], ["no-drug ORC[1]/RXE-2"]),
    "no order": (MESSAGE[:2], ["no-order ORC"]),
    "nobody": ([HEAD, *MESSAGE[2:]], ["patient-missing PID-3"]),
    "no time": ([HEAD.replace("20260310112000+0100", "soon"), *MESSAGE[1:]], ["time MSH-7"]),
    "an unknown order code": (
        [*MESSAGE[:2], MESSAGE[2].replace("|NW|", "|ZZ|"), MESSAGE[3]],
        ["order-control ORC[1]-1"],
    ),
}


@pytest.mark.parametrize(("segments", "faults"), SPOILT.values(), ids=SPOILT)
def test_what_cannot_be_trusted_is_refused_by_segment_and_field(segments: list[str], faults: list[str]) -> None:
    result = read(segments)
    assert isinstance(result, Rejection)
    assert [f"{fault.code} {fault.path}" for fault in result.faults] == faults


@given(st.binary(max_size=200), st.integers(0, 900))
def test_no_bytes_make_the_reader_raise(body: bytes, cut: int) -> None:
    whole = "\r".join(MESSAGE).encode()
    for spoilt in (whole[:cut] + body, b"MSH" + body, whole[:cut]):
        assert isinstance(
            hl7_reader.read(Raw(body=spoilt, received=datetime(2026, 3, 10, tzinfo=UTC))), tuple | Rejection
        )
