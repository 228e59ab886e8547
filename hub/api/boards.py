"""The snapshot of a municipality or a hospital, and the list of what did not arrive."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any, Final

import orjson
from fastapi import APIRouter, Depends, Path, Query, Response
from pydantic import BaseModel, Field

from hub.access.caller import Caller
from hub.access.door import Calling, needs
from hub.access.scopes import Right
from hub.api import documentation
from hub.api.answers import NO_STORE
from hub.api.seen import listed
from hub.api.services import Services, at_hand
from hub.cells import as_csv
from hub.stays import Place, attention, bundle, inpatients

router = APIRouter(tags=["boards"])

Using = Annotated[Services, Depends(at_hand)]
Number = Annotated[str, Path(pattern=r"^\d{4}$", description="Kommunenummer")]
Organisation = Annotated[str, Path(pattern=r"^\d{1,9}$", description="Organisation number or HER-id")]
Left = Annotated[bool, Query(description="Also those who left in the last seven days")]

COLUMNS: Final = (
    "stay", "name", "number", "age", "hospital", "ward", "admitted", "state", "since", "next", "due", "overdue",
    "verdict", "owner", "answer", "overliggerdogn", "gaps", "coordinator_hospital", "coordinator_municipality",
    "pathway", "cfs", "district", "unit", "transport", "transport_mode", "checklist", "deviations", "window_until",
    "case_worker", "general_practitioner", "function_changes", "services", "individual_plan", "team_meeting",
    "what_matters",
    "days", "expected", "expected_changes", "ready_since", "groups", "cfs_stale", "unread", "not_received",
    "admission_report", "discharge_report", "epikrise", "medication_list", "multidose", "control", "open_duties",
    "pathway_confirmed", "programmes",
)  # fmt: skip


class Form(StrEnum):
    """How a list is given."""

    JSON = "json"
    CSV = "csv"
    FHIR = "fhir"


class Snapshot(BaseModel):
    """One row for each inpatient, what needs action first."""

    as_of: datetime
    rows: list[dict[str, Any]]


class Absence(BaseModel):
    """Something that did not arrive, and who must act."""

    kind: str = Field(examples=["tidlig-varsel"])
    name: str = Field(examples=["Tidlig varsel"])
    due: datetime
    overdue: bool
    hours_left: float = Field(description="Less than nothing when it is overdue", examples=[-26.5])
    owner: dict[str, str] = Field(description="Who must act")
    task: str = Field(examples=["Task/5d1f2f0e-6b1c-8a44-9d0b-2f4f4c1b7a10"])
    verdict: str = Field(default="", description="Of a duty, by its rule", examples=["missing"])
    why: str = Field(default="", description="The reason of the verdict", examples=["Er ikke mottatt."])
    text: str = Field(default="", description="What was told, of a deviation or an item of a checklist")
    stay: str
    patient: str
    municipality: str
    hospital: str
    ward: str


class Awaited(BaseModel):
    """What to list."""

    municipality: str | None = Field(default=None, pattern=r"^\d{4}$")
    hospital: str | None = Field(default=None, pattern=r"^\d{1,9}$")
    owner: str | None = Field(default=None, pattern=r"^\d{1,9}$", description="Who must act, by number")
    limit: int = Field(default=100, ge=1, le=1000)
    offset: int = Field(default=0, ge=0)


class Attention(BaseModel):
    """What did not arrive in time and is still waited for, the oldest first."""

    as_of: datetime
    absences: list[Absence]
    next: str | None = None


_SNAPSHOT: dict[str, Any] = {
    "response_class": Response,
    "responses": {
        200: {
            "model": Snapshot,
            "content": {"text/csv": {"schema": {"type": "string"}}, "application/fhir+json": {}},
        },
        **documentation.LIST,
    },
    "dependencies": [needs(Right.BOARDS)],
}


@router.get("/municipalities/{number}/snapshot", summary="A municipality's inpatients now", **_SNAPSHOT)
async def get_municipality(
    number: Number,
    using: Using,
    caller: Calling,
    left: Left = False,
    form: Annotated[Form, Query(alias="format")] = Form.JSON,
) -> Response:
    """Where each is in the course, since when, what is due next, what was not found, and who answers for it."""
    return await _snapshot(using, caller, Place(municipality=number, numbers=caller.numbers), left, form)


@router.get("/hospitals/{number}/snapshot", summary="A hospital's or a ward's inpatients now", **_SNAPSHOT)
async def get_hospital(
    number: Organisation,
    using: Using,
    caller: Calling,
    ward: Annotated[str | None, Query(max_length=200)] = None,
    left: Left = False,
    form: Annotated[Form, Query(alias="format")] = Form.JSON,
) -> Response:
    """The same seen from the hospital."""
    place = Place(hospital=number, ward=ward, numbers=caller.numbers)
    return await _snapshot(using, caller, place, left, form)


async def _snapshot(using: Services, caller: Caller, place: Place, left: bool, form: Form) -> Response:
    """Of the stays that the caller's organisation is party to; written down before it is given."""
    now = datetime.now(UTC)
    async with using.sessions() as session:
        rows = await inpatients(session, place, now, left=left)
        await listed(using, caller, "snapshot", rows)
        if form is Form.FHIR:
            base = using.settings.fhir_url.rstrip("/") if using.settings.fhir_url else None
            content = await bundle(session, rows, base, caller.numbers)
            return Response(content, media_type="application/fhir+json", headers=NO_STORE)
    if form is Form.CSV:
        return Response(as_csv(COLUMNS, map(_line, rows)), media_type="text/csv; charset=utf-8", headers=NO_STORE)
    content = orjson.dumps({"as_of": now, "rows": rows})
    return Response(content, media_type="application/json", headers=NO_STORE)


def _line(row: Mapping[str, Any]) -> list[object]:
    patient, pay, coordinator = row["patient"] or {}, row["overliggerdogn"] or {}, row["coordinator"] or {}
    due = row["next"] or {}
    return [
        row["stay"],
        patient.get("name"),
        patient.get("number"),
        row["age"],
        row["hospital"]["name"],
        row["ward"],
        row["admitted"],
        row["state_text"],
        row["since"],
        due.get("name"),
        due.get("due"),
        due.get("overdue"),
        due.get("verdict"),
        due.get("owner", {}).get("name"),
        row["answer"],
        pay.get("days"),
        "; ".join(gap["text"] for gap in row["gaps"]),
        coordinator.get("hospital"),
        coordinator.get("municipality"),
        row["pathway"],
        row["cfs"],
        *_way_home(row),
        *_around(row),
        *_course(row),
    ]


def _course(row: Mapping[str, Any]) -> list[object]:
    """How far the stay has come: days, what was expected, what was sent and read, what is still owed."""
    expected, documents, medication = row["expected"] or {}, row["documents"] or {}, row["medication"] or {}
    newest = medication.get("newest") or {}
    return [
        row["days"],
        expected.get("newest"),
        expected.get("changes"),
        row["ready_since"],
        "; ".join(row["groups"]),
        row["cfs_stale"],
        sum(not message["read"] for message in row["messages"] if message["inward"]),
        sum(message["delivery"] == "rejected" for message in row["messages"]),
        documents.get("INNLEGGELSESRAPPORT"),
        documents.get("UTSKRIVNINGSRAPPORT"),
        documents.get("EPIKRISE"),
        newest.get("time"),
        newest.get("multidose"),
        row["control"],
        len(row["awaited"]),
        row["pathway_confirmed"],
        "; ".join(f"{one['title']}: {one['standing']}" for one in row["programmes"]),
    ]


def _way_home(row: Mapping[str, Any]) -> list[object]:
    district, transport, checklist = row["district"] or {}, row["transport"] or {}, row["checklist"] or {}
    windows = [window["period"][1] for window in row["windows"] if window["active"]]
    return [
        district.get("name") or district.get("code"),
        row["unit"],
        transport.get("planned"),
        transport.get("name"),
        f"{checklist['done']}/{checklist['of']}" if checklist.get("of") else None,
        row["deviations"],
        max(windows, default=None),
    ]


def _around(row: Mapping[str, Any]) -> list[object]:
    worker, doctor = row["case_worker"] or {}, row["general_practitioner"] or {}
    return [
        worker.get("name"),
        doctor.get("name"),
        "; ".join(f"{one['name']}: {one['before']} -> {one['now']}" for one in row["function_changes"]),
        "; ".join(f"{one['name']} ({one['status']})" for one in row["services"] or ()),
        row["individual_plan"],
        row["team_meeting"],
        row["what_matters"],
    ]


@router.get(
    "/attention",
    summary="What did not arrive, and who must act",
    responses=documentation.LIST,
    dependencies=[needs(Right.BOARDS)],
)
async def get_attention(using: Using, caller: Calling, asked: Annotated[Awaited, Query()]) -> Attention:
    """Duties not done, receipts after their limit, refused messages nobody has sent again, stays without an end.

    Also deviations (avvik) until taken back, and what is not done on the checklist of a patient declared ready.
    """
    now = datetime.now(UTC)
    wanted = {"municipality": asked.municipality, "hospital": asked.hospital, "owner": asked.owner}
    offset, limit = asked.offset, asked.limit
    async with using.sessions() as session:
        found = await attention(session, now, **wanted, numbers=caller.numbers, limit=limit + 1, offset=offset)
    await listed(using, caller, "attention", found)
    kept = "".join(f"&{name}={value}" for name, value in wanted.items() if value)
    more = f"/attention?offset={offset + limit}&limit={limit}{kept}" if len(found) > limit else None
    return Attention(as_of=now, absences=[Absence(**one) for one in found[:limit]], next=more)
