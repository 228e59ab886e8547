"""The messages of a stay and the way home, as facts: what was sent and read, how the patient travels, what is to do."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from mappings import epikrise_envelope
from mappings.checklists import checklists, point_shown, shown
from mappings.documents.said import (
    Arrived,
    MessageAcknowledged,
    MessageRead,
    TransportPlanned,
)
from mappings.entered_tasks import EnteredTasks
from mappings.entries import newest, told
from mappings.facts import FROM_HOSPITAL
from mappings.moments import day_of
from mappings.receipts import deadline
from mappings.receiving import MODES
from mappings.rules.pathways import Extended
from mappings.seen import Seen, told_moment, told_party
from mappings.series import Entry


def newest_of(seen: Seen, kind: str) -> datetime | None:
    """When the newest message of a kind was sent that its receiver has not refused."""
    return max((e.message.head.generated for e in seen.at.given(kind)), key=datetime.timestamp, default=None)


def window_fact(extended: Extended) -> dict[str, Any]:
    """A time after departure in which the hospital still answers, and how it was used; of a date alone, days."""
    window = extended.window
    ends = (day_of(window.start), day_of(window.end)) if window.approximate else (window.start, window.end)
    return {
        "programme": window.programme.title,
        "start": window.start,
        "end": window.end,
        "shown": [told_moment(end) for end in ends],
        "approximate": window.approximate,
        "contact": window.programme.contact,
        "contacts": len(extended.contacts),
        "readmitted": extended.readmitted,
    }


def way_home(seen: Seen) -> dict[str, Any]:
    """To which part of the municipality, how the patient travels, whether they have come, and what is still to do."""
    entries, receiver = seen.at.entered, seen.at.municipality
    travel, came = newest(entries, TransportPlanned), newest(entries, Arrived)
    tasks = EnteredTasks(at=seen.at, setting=seen.setting)
    listed = checklists(seen.at, seen.setting)
    finished, every = listed.counted()
    return {
        "district": _district(seen),
        "unit": str(receiver.unit_name) if receiver else None,
        "transport": {"planned": travel[1].planned, "mode": travel[1].mode, "name": MODES[travel[1].mode]}
        if travel
        else None,
        "arrived": told_moment(came[1].at) if came else None,
        "checklist": {"done": finished, "of": every, "open": [one.text for one in listed.points if one.is_open]},
        "checklists": shown(listed),
        "other_points": [point_shown(point) for point in listed.loose],
        "deviations": sum(1 for _ in tasks.open_deviations()),
    }


def _district(seen: Seen) -> dict[str, str] | None:
    """The bydel of the patient's address (list 3403), which only an epikrise has a place for."""
    for entry in reversed(seen.at.stay.of("EPIKRISE")):
        report = epikrise_envelope.report(entry.message)
        found = report.patient.address.city_distr if report and report.patient and report.patient.address else None
        if found is not None and (found.v or found.dn):
            return {"code": str(found.v or ""), "name": str(found.dn or "")}
    return None


def message(entry: Entry, seen: Seen, read: Collection[str]) -> dict[str, Any]:
    """A message in force, with what its receiver's receipt says and until when one may be waited for."""
    head, receipts = entry.message.head, seen.at.receipts
    delivery = receipts.delivery(entry.message)
    is_waited_for = delivery == "unconfirmed" and receipts.is_owed(entry.message)
    return {
        "id": head.message_id,
        "type": head.type,
        "sent": head.generated,
        "sender": told_party(head.sender),
        "receiver": told_party(head.receiver),
        "inward": head.type in FROM_HOSPITAL,
        "delivery": delivery,
        "receipt_due": deadline(entry.message) if is_waited_for else None,
        "read": head.message_id in read,
        "document": f"DocumentReference/{seen.setting.making.id('DocumentReference', entry)}",
    }


def read(seen: Seen) -> set[str]:
    """The messages that somebody has told to have read, or taken in hand."""
    entries = seen.at.entered
    taken = {said.message for _, said in told(entries, MessageAcknowledged)}
    return taken | {said.message for _, said in told(entries, MessageRead)}
