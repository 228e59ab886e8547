"""Medication lists at the one way in: stored, answered, repeated, contradicted and refused as every message is."""

from __future__ import annotations

import asyncio
import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from hub import doors
from hub.intake import Answer, Outcome, Unfit
from hub.intake_folder import Folder
from hub.intake_mllp import Listener
from hub.plugins import installed
from hub.replay import replay
from tests.integration.hub.test_rest import rest
from tests.medication.test_hl7_orders import MESSAGE
from tests.medication.test_list_adapters import HOSPITAL, ORGNR, OTHER
from tests.medication.test_list_files import PERSON, ROWS, csv_file, hospital, raw

pytestmark = pytest.mark.integration

FHIR, CSV, HL7 = "application/fhir+json", "text/csv", "application/hl7-v2"
NAMED = json.dumps(json.loads(hospital()) | {"identifier": {"value": "urn:uuid:6f1c0c0e-0000-4000-8000-000000000001"}})


def real(hub: Any) -> Any:
    """The hub with the adapters that are installed."""
    return replace(hub, intake=replace(hub.intake, plugins=installed(), dump=doors.dump))


def test_each_format_is_answered_as_its_own_standard_asks(open_hub) -> None:
    async def run() -> None:
        async with open_hub() as hub, rest(real(hub)) as client:
            taken = await client.post("/messages", content=NAMED, headers={"Content-Type": FHIR, "Accept": FHIR})
            assert (taken.status_code, taken.headers["content-type"]) == (200, FHIR)
            assert taken.json()["resourceType"] == "OperationOutcome"
            again = await client.get(taken.headers["content-location"])
            assert (again.content, again.headers["content-type"]) == (taken.content, FHIR)
            orders = await client.post("/messages", content="\r".join(MESSAGE), headers={"Content-Type": HL7})
            assert orders.content.startswith(b"MSH|^~\\&|HUB|HUB|MEONA|WARD|")
            table = await client.post("/messages", content=csv_file(), headers={"Content-Type": CSV})
            assert (table.status_code, table.json()["type"]) == (200, "MEDICATION-LIST")

    asyncio.run(run())


def test_a_file_with_wrong_columns_gets_a_column_report_and_is_kept(open_hub) -> None:
    async def run() -> None:
        async with open_hub() as hub, rest(real(hub)) as client:
            body = csv_file().replace("dose_tekst", "dosetekst")
            answer = await client.post("/messages", content=body, headers={"Content-Type": CSV})
            told = answer.json()
            assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
            assert "mente du dose_tekst med dosetekst?" in told["faults"][0]["text"]
            original = await client.get(told["message"] + "/original")
            assert (original.content, original.headers["content-type"].partition(";")[0]) == (body.encode(), CSV)

    asyncio.run(run())


def test_the_same_list_twice_is_stored_once_and_other_content_under_its_id_is_quarantined(open_hub) -> None:
    async def run() -> None:
        async with open_hub() as hub:
            intake = real(hub).intake
            answers = [await intake.take(raw(body)) for body in (NAMED, NAMED, NAMED.replace("1+0+0+0", "2+0+0+0"))]
            assert [one.answer for one in answers] == [Answer.ACCEPTED, Answer.DUPLICATE, Answer.QUARANTINED]
            tables = [await intake.take(raw(csv_file(*rows))) for rows in (ROWS, ROWS, ROWS[:1])]
            assert [one.answer for one in tables] == [Answer.ACCEPTED, Answer.DUPLICATE, Answer.ACCEPTED]

    asyncio.run(run())


def test_an_order_message_sent_again_gets_the_first_acknowledgement_again(open_hub) -> None:
    async def run() -> None:
        async with open_hub() as hub:
            intake = real(hub).intake
            first, again = [await intake.take(raw("\r".join(MESSAGE))) for _ in range(2)]
            assert (first.answer, again.answer) == (Answer.ACCEPTED, Answer.DUPLICATE)
            assert (first.receipt or b"").startswith(b"MSH")
            assert first.receipt == again.receipt
            assert len(await hub.sql("SELECT 1 FROM receipt")) == 1

    asyncio.run(run())


def test_only_a_party_may_deliver_a_list_and_see_it(open_hub) -> None:
    async def run() -> None:
        async with open_hub() as hub:
            intake, said = real(hub).intake, {"heimveg-source-org": HOSPITAL, "heimveg-receivers": f"{ORGNR}|974557746"}
            assert await intake.take(raw(NAMED, **said), frozenset({"111111111"})) is Unfit.NOT_PARTY
            assert await intake.take(raw(NAMED), frozenset({"983974724"})) is Unfit.NOT_PARTY
            taken = await intake.take(raw(NAMED, **said), frozenset({"983974724"}))
            assert isinstance(taken, Outcome)
            ((numbers,),) = await hub.sql("SELECT numbers FROM message")
            assert numbers == ["974557746", "983974724"]

    asyncio.run(run())


def test_the_patient_of_an_envelope_is_kept_for_reading_again_and_never_shown(open_hub) -> None:
    async def run() -> None:
        async with open_hub() as hub:
            whole = json.loads(hospital())
            del whole["entry"][0]["resource"]["identifier"]
            at = real(hub)
            said = {"Content-Type": FHIR, "Heimveg-Patient": f"urn:oid:2.16.578.1.12.4.1.4.1|{PERSON}"}
            async with rest(at) as client:
                answer = await client.post("/messages", content=json.dumps(whole), headers=said)
                detail = await client.get(answer.headers["location"])
            assert (answer.status_code, PERSON in detail.text) == (200, False)
            ((row,),) = await hub.sql("SELECT id FROM message")
            before = await hub.sql("SELECT identifier_key FROM message_identifier")
            done = await replay(at.intake, row)
            assert done is not None
            assert done.state == "received"
            assert await hub.sql("SELECT identifier_key FROM message_identifier") == before

    asyncio.run(run())


def test_a_file_with_two_patients_is_two_messages(open_hub) -> None:
    async def run() -> None:
        async with open_hub() as hub, rest(real(hub)) as client:
            body = csv_file(ROWS[0], ROWS[1].replace(PERSON, OTHER))
            told = (await client.post("/messages", content=body, headers={"Content-Type": CSV})).json()
            assert [item["answer"] for item in told["items"]] == ["accepted", "accepted"]
            assert len(await hub.sql("SELECT DISTINCT person_key FROM message")) == 2

    asyncio.run(run())


def test_a_zip_may_hold_lists_with_their_side_cars(open_hub) -> None:
    async def run() -> None:
        async with open_hub() as hub, rest(real(hub)) as client:
            upload = io.BytesIO()
            with zipfile.ZipFile(upload, "w") as archive:
                archive.writestr("ward.json", NAMED)
                archive.writestr("ward.json.envelope.json", json.dumps({"listType": "gp"}))
                archive.writestr("ward.csv", csv_file())
            headers = {"Content-Type": "application/zip"}
            told = (await client.post("/messages", content=upload.getvalue(), headers=headers)).json()
            assert [(item["name"], item["answer"]) for item in told["items"]] == [
                ("ward.json", "accepted"), ("ward.csv", "accepted"),
            ]  # fmt: skip
            ((said,),) = await hub.sql("SELECT transport FROM message WHERE adapter = 'fhir-lists'")
            assert said == {"heimveg-list-type": "gp"}

    asyncio.run(run())


def test_files_in_the_watched_folder_are_taken_with_what_stands_beside_them(open_hub, tmp_path: Path) -> None:
    async def run() -> None:
        async with open_hub() as hub:
            folder = Folder(real(hub).intake, hub.settings, tmp_path)
            (tmp_path / "gp.json").write_text(NAMED)
            (tmp_path / "gp.json.envelope.json").write_text('{"listType": "gp"}')
            (tmp_path / "orders.hl7").write_text("\r".join(MESSAGE))
            (tmp_path / "wrong.csv").write_text(csv_file().replace("dose_tekst", "dosetekst"))
            await folder.look()
            assert await folder.look() == 3
            assert sorted(p.name for p in (tmp_path / "done").iterdir()) == [
                "gp.json", "gp.json.envelope.json", "orders.hl7",
            ]  # fmt: skip
            assert [p.name for p in (tmp_path / "refused").iterdir()] == ["wrong.csv"]
            assert sorted(p.name for p in (tmp_path / "receipts").iterdir()) == [
                "gp.outcome.json", "orders.ack.hl7", "wrong.json",
            ]  # fmt: skip

    asyncio.run(run())


def test_orders_over_mllp_are_in_the_log_before_they_are_acknowledged(open_hub) -> None:
    async def run() -> None:
        async with open_hub() as hub, rest(real(hub)) as client:
            listener = Listener(intake=real(hub).intake, beside={})
            body = "\r".join(MESSAGE).encode()
            first = await listener.answer(body)
            (kept,) = (await client.get("/messages")).json()["messages"]
            again = await listener.answer(body)
            other = await listener.answer(body.replace(b"Metoprolol", b"Metopralol"))
            assert first is not None
            assert (again, b"MSA|CA|" in first) == (first, True)
            assert kept["type"] == "MEDICATION-LIST"
            assert other is not None
            assert b"MSA|CE|" in other

    asyncio.run(run())
