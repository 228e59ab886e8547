"""The way home as Tasks: the municipality receives the patient (``motta-pasient``), and how the patient travels.

The owner is the municipality: in which of its units the patient is received is told in words (``sted``).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from hub.contract import Resource
from mappings.documents import Entered
from mappings.documents.said import Arrived, Transport, TransportPlanned
from mappings.entries import newest
from mappings.identifiers import H
from mappings.moments import DAY, first_instant, is_before, later
from mappings.resources import code, moment, period, reference, resource
from mappings.rules.occasion import Occasion
from mappings.rules.readiness import Readiness
from mappings.rules.reply import Replies, replies
from mappings.task import NAMES, OUTPUT, PROCESS, READINESS, READINESS_TEXT, STAY, Setting, Told, held, stay_task

TRANSPORT: Final = f"{H}/CodeSystem/transport"
MODES: Final[dict[Transport, str]] = {
    "ambulanse": "Ambulanse",
    "pasientreise": "Pasientreise",
    "egen": "Egen transport",
    "annet": "Annen transport",
}
_UNTOLD: Final = "Ankomst er ikke bekreftet av kommunen ({policy})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reception:
    """How far the reception of a patient declared ready has come."""

    status: str
    business: str
    arrived: tuple[Entered, Arrived] | None = None
    why: str = ""


def arrival(at: Occasion, readiness: Readiness) -> tuple[Entered, Arrived] | None:
    """When the patient came, as it was told last; it is of the last time that the patient was declared ready."""
    return newest(at.entered, Arrived) if readiness.number == len(at.ready.past) else None


def reception(at: Occasion, readiness: Readiness) -> Reception | None:
    """Open from when the municipality said that it can receive the patient; None before it did, or the patient came."""
    said, arrived = replies(at, readiness), arrival(at, readiness)
    if arrived is not None:
        return Reception(status="completed", business="overfort", arrived=arrived)
    if not any(told.is_able for told in said.told):
        return None
    if readiness.end == "dead" or at.is_dead:
        return Reception(status="cancelled", business="dod")
    if readiness.end == "withdrawn":
        return Reception(status="cancelled", business="avmeldt")
    if readiness.end == "left":
        is_over = (closes := untold(at, readiness)) is not None and at.now >= closes
        why = _UNTOLD.format(policy=at.policies.shown("arrival_days")[0]) if is_over else ""
        return Reception(status="completed" if is_over else "in-progress", business="overfort", why=why)
    can = said.state in ("can-receive", "offer-ready")
    return Reception(status="accepted" if can else "cancelled", business="kan-ta-imot" if can else "kan-ikke-ta-imot")


def untold(at: Occasion, readiness: Readiness) -> datetime | None:
    """When the reception closes though nobody has told that the patient has come."""
    if readiness.end != "left" or readiness.ended is None or arrival(at, readiness) is not None:
        return None
    return later(first_instant(readiness.ended), at.policies.arrival_days * DAY)


def reviews(at: Occasion) -> list[datetime]:
    """When silence alone changes a reception."""
    return [when for readiness in at.ready.past if (when := untold(at, readiness)) is not None]


def reception_task(at: Occasion, readiness: Readiness, setting: Setting, *, part_of: str) -> Resource | None:
    """``motta-pasient``: accepted, on the way when the hospital says that the patient left, completed on arrival."""
    found, said, head = reception(at, readiness), replies(at, readiness), readiness.notice.message.head
    if found is None:
        return None
    entered = (*(entry for entry, _ in said.coded), *([found.arrived[0]] if found.arrived else ()))
    day = _day(said)
    return stay_task(
        setting,
        "motta-pasient",
        readiness.number,
        parties=(head.sender, head.receiver),
        told=Told(readiness.notice, (readiness.ended_by,), entered),
        partOf=[reference(part_of)],
        status=held(found.status, setting),
        statusReason={"text": found.why} if found.why else None,
        businessStatus=code(READINESS, found.business, READINESS_TEXT[found.business]),
        executionPeriod=_lasted(readiness, found),
        restriction={"period": {"start": day, "end": day}} if day else None,
        output=list(_outputs(said, found)),
    )


def _day(said: Replies) -> str | None:
    """From which day the municipality said last that it can receive the patient."""
    able = [answer for _, answer in said.coded if answer.answer in ("can-receive", "offer-ready")]
    return able[-1].on.isoformat() if able and able[-1].on else None


def _lasted(readiness: Readiness, found: Reception) -> dict[str, str]:
    """From departure to arrival; where the arrival is told to be before the departure, only the arrival."""
    left = readiness.ended if readiness.end == "left" else None
    came = found.arrived[1].at if found.arrived else None
    return period(None if left and came and is_before(came, left) else left, came)


def _outputs(said: Replies, found: Reception) -> list[dict[str, Any]]:
    places = [answer.place for _, answer in said.coded if answer.place]
    place = (found.arrived[1].place if found.arrived else "") or (places[-1] if places else "")
    made: list[dict[str, Any]] = [{"type": code(OUTPUT, "sted"), "valueString": place}] if place else []
    if found.arrived:
        when = found.arrived[1].at
        kind = "valueDateTime" if isinstance(when, datetime) else "valueDate"
        made.append({"type": code(OUTPUT, "ankomst"), kind: moment(when)})
    return made


def transport_task(at: Occasion, setting: Setting) -> Resource | None:
    """``transport``: when and how the patient is to travel, as it was told last."""
    found = newest(at.entered, TransportPlanned)
    if found is None:
        return None
    (entry, said), making, stay = found, setting.making, setting.encounter.partition("/")[2]
    kind = code(PROCESS, "transport", NAMES["transport"])
    mode = code(TRANSPORT, said.mode, MODES[said.mode])
    return resource(
        "Task",
        setting.id("transport", 1),
        meta={"tag": setting.tags},
        groupIdentifier={"system": STAY, "value": stay},
        status="cancelled" if at.is_dead else "completed" if at.is_over else held("requested", setting),
        intent="order",
        code={"coding": [*kind["coding"], *mode["coding"]]},
        description=said.note or MODES[said.mode],
        encounter=reference(setting.encounter),
        executionPeriod={"start": moment(said.planned)},
        authoredOn=moment(entry.head.generated),
        lastModified=moment(entry.head.generated),
        owner=making.reference(making.directory.organization(entry.head.sender)),
        **{"for": reference(making.patient)},
    )
