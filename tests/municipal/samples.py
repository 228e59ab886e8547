"""A synthetic person of an invented municipality, in each format that a municipality's record system may export."""

from __future__ import annotations

import copy
import json
from datetime import UTC, datetime
from typing import Any

from hub.contract import Document, Projection, Raw, Rejection, Resource
from hub.doors import course, dump, load
from hub.identity import id_maker
from hub.judge import judge_now
from hub.plugins import installed, parts_of
from mappings.documents import Message

IDS = id_maker(b"the key of the municipal tests")
NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
PERSON = "15833830284"
OTHER = "02914121097"
KOMMUNE = "9811"
OWN = "314000013"
HOME, SHORT = "314000021", "314000048"

CASE: dict[str, Any] = {
    "schema": "municipal-case/1",
    "source": {"system": "PRØVE-EPJ", "version": "2.4", "municipality": KOMMUNE, "organization": OWN},
    "exportId": "uttrekk-7",
    "exportedAt": "2026-11-19T07:10:00+01:00",
    "patient": {
        "localId": "4711",
        "nationalId": {"type": "FNR", "value": PERSON},
        "name": {"family": "Prøvesen", "given": "Oline"},
        "gender": "female",
        "birthDate": "1938-03-15",
        "address": {"municipality": KOMMUNE, "district": "00"},
        "livesAlone": True,
    },
    "services": [
        {
            "id": "T-1",
            "type": {"volven9151": "15", "localCode": "2.2.3", "localDisplay": "Medisinering i hjemmet"},
            "decision": {
                "id": "V-1", "sequence": 1, "applied": "2023-03-20", "decided": "2023-04-01", "outcome": "granted",
            },
            "hoursPerWeek": 7.5,
            "performer": {"organization": HOME, "name": "Hjemmetjenesten nord", "phone": "99999010"},
            "status": "onhold",
            "start": "2023-04-01",
            "pauses": [{"id": "P-1", "from": "2026-11-19", "reason": "hospital"}],
        },
        {
            "id": "T-2",
            "type": {"volven9151": "20"},
            "decision": {"id": "V-2", "sequence": 1, "applied": "2026-11-19", "decided": None, "outcome": "pending"},
            "requestedFrom": "2026-11-24",
            "status": "planned",
        },
    ],
    "function": [
        {"variable": "5", "score": "2", "assessed": "2026-03-01"},
        {"variable": "5", "score": "4", "assessed": "2026-11-20"},
        {"variable": "7", "score": "3", "assessed": "2026-11-20"},
        {"variable": "15", "score": "9", "assessed": "2026-11-20"},
    ],
    "frailty": {"instrument": "CFS", "score": 6, "assessed": "2026-10-02", "assessor": "Sykepleier i hjemmetjenesten"},
    "news2": {"instrument": "NEWS2", "score": 3, "assessed": "2026-11-18T19:00:00+01:00"},
    "goals": [
        {"id": "G-1", "question": "Hva er viktig for deg?", "answer": "Å gå turen til butikken selv.",
         "recorded": "2026-10-02"},
        {"id": "G-2", "answer": "At mor er trygg om natten.", "toldBy": "next-of-kin"},
    ],
    "plans": [
        {
            "id": "PL-1",
            "kind": "tiltaksplan",
            "status": "active",
            "title": "Ernæring og fall",
            "updated": "2026-11-10",
            "measures": [
                {"id": "M-1", "text": "Ukentlig vekt", "status": "in-progress"},
                {"id": "M-2", "text": "Gåtrening to ganger daglig", "status": "on-hold"},
            ],
        }
    ],
    "individualPlan": {"status": "active", "from": "2024-05-01"},
    "coordinator": {"name": "Koordinator Kari Prøve", "role": "koordinator", "hpr": "9999990", "phone": "99999011"},
    "primaryContact": {"name": "Ola Prøve", "role": "tjenesteansvarlig", "phone": "99999012"},
    "generalPractitioner": {"name": "Lege Prøve"},
    "nextOfKin": [{"id": "N-1", "name": "Per Prøvesen", "relationship": "child", "phone": "99999013", "primary": True}],
    "minorDependants": [{"id": "B-1", "birthYear": "2015", "needsInformation": True}],
    "conditions": [{"id": "D-1", "system": "ICPC-2", "code": "K77", "text": "Hjertesvikt", "from": "2023-04-01"}],
    "aids": [{"text": "Rullator", "fixed": True}],
}  # fmt: skip

HEADER = "localId;fnr;tjenesteId;kode9151;lokalKode;vedtakId;fra;til;timerUke;orgnr;status"
ROWS = (
    f"4711;{PERSON};T-1;15;2.2.3;V-1;2023-04-01;;7,5;{HOME};active",
    f"4711;{PERSON};T-3;1;;;01.02.2024;30.06.2024;2;{HOME};finished",
)
SAID = {"heimveg-municipality": KOMMUNE, "heimveg-export-time": "2026-11-20T06:00:00+01:00"}


def case(**changes: Any) -> dict[str, Any]:
    """The case with members exchanged; ``None`` stands as null."""
    return {**copy.deepcopy(CASE), **changes}


def without(*names: str, **changes: Any) -> dict[str, Any]:
    """The case without some members."""
    return {name: value for name, value in case(**changes).items() if name not in names}


def raw(body: object, **headers: str) -> Raw:
    """A delivery, as the transport hands it over."""
    told = body if isinstance(body, bytes) else body.encode() if isinstance(body, str) else json.dumps(body).encode()
    return Raw(body=told, received=NOW, headers={name.replace("_", "-"): value for name, value in headers.items()})


def outcomes(body: object, **headers: str) -> list[Document | Rejection]:
    """What the hub would make of a delivery, a message at a time."""
    plugins = installed()
    found = []
    for one in parts_of(raw(body, **headers), plugins):
        outcome = judge_now(one, plugins, dump, IDS).outcome
        assert isinstance(outcome, Document | Rejection), outcome
        found.append(outcome)
    return found


def read(body: object, **headers: str) -> Message:
    """The one message of a delivery, as it comes out of the log."""
    (outcome,) = outcomes(body, **headers)
    assert isinstance(outcome, Message), outcome
    loaded = load(dump(outcome), outcome.original)
    assert isinstance(loaded, Message)
    return loaded


def refused(body: object, **headers: str) -> list[tuple[str, str]]:
    """Why a delivery is refused: code and path of each fault."""
    (outcome,) = outcomes(body, **headers)
    assert isinstance(outcome, Rejection), outcome
    return [(fault.code, fault.path) for fault in outcome.faults]


def table(*rows: str, header: str = HEADER) -> str:
    """A table of services."""
    return "\n".join((header, *(rows or ROWS))) + "\n"


def projected(*documents: Document, at: datetime = NOW) -> Projection:
    """Everything that the documents make together."""
    return course(documents, at, ids=IDS)


def of_type(projection: Projection, *types: str) -> list[Resource]:
    """The resources of these types."""
    return [r for r in projection.resources if r["resourceType"] in types]


def by_number(projection: Projection, number: str, *types: str) -> Resource:
    """The one resource that carries an identifier of this value."""
    (found,) = (
        r for r in of_type(projection, *types) if number in [str(i.get("value")) for i in r.get("identifier", ())]
    )
    return found
