"""What is made of a patient's medication lists together: what differs, and whether they are reconciled."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hub.contract import Resource, StayRow
from mappings.documents import Listed
from mappings.documents.medication_list import MedicationList
from mappings.gathered import Gathered
from mappings.medication.from_messages import by_sender, lists_in, senders_of
from mappings.medication.registered import catalogue_of
from mappings.moments import day_of, first_instant
from mappings.person import birth_date
from mappings.reconciling import Reconciling, Sources
from mappings.remembering import remembered
from mappings.resources import by_reference, moment
from mappings.rules.readiness import expected_discharge
from mappings.series import Entry
from mappings.sperring import named


def reconciling(found: Gathered, made: list[Resource], lines: dict[tuple[str, str], str]) -> Reconciling:
    """The patient's lists in force, ready to be compared, for the stay that is going on.

    A list that the patient has blocked, for anybody, is not compared: what is made of it is open to all parties.
    """
    log = found.log
    shut = named(log.entered.every)
    senders = senders_of(entry.message for entry in log.entries)
    lists = [
        (entry, by_sender(listed, senders))
        for entry in log.entries
        if entry.in_force and entry.message.head.message_id.casefold() not in shut
        for listed in _lists_of(entry)
    ]
    going_on = next((stay.at for stay in reversed(found.stays) if stay.at.stay.left is None), None)
    leaves = expected_discharge(going_on.stay, going_on.ready) if going_on else None
    born = birth_date(entry.message for entry in log.entries) if lists else None
    sources = Sources(
        lists=tuple(listed for _, listed in lists),
        lines=lines,
        senders={entry.message.head.message_id: entry.message.head.sender for entry, _ in lists},
        made=by_reference(made) if lists else {},
    )
    return Reconciling(
        sources=sources,
        making=found.making,
        tags=found.tags((entry for entry, _ in lists)),
        entered=log.entered.every,
        catalogue=catalogue_of(entry.message.registered for entry, _ in lists),
        now=log.now,
        age=(day_of(log.now) - born).days * 100 // 36525 if born else None,
        encounter=found.encounter(going_on.stay) if going_on else None,
        due=first_instant(leaves.when) if leaves else None,
    )


def _lists_of(entry: Entry) -> tuple[MedicationList, ...]:
    """The medication lists of a message, each known by the message's id."""
    message = entry.message
    if isinstance(message, Listed):
        return (replace(message.listing, id=message.head.message_id),)
    return remembered(message, "lists", None, lambda: tuple(lists_in(message)))


def with_medication(row: StayRow, compared: Reconciling) -> StayRow:
    """Whether the medication lists are reconciled ("legemidler avklart"), on a stay that is going on."""
    if not row.is_open or not compared.states:
        return row
    return replace(row, facts={**row.facts, "medication": {**compared.facts(), "newest": _newest(compared)}})


def _newest(compared: Reconciling) -> dict[str, Any] | None:
    """Of the newest list: of what kind it is, from when, and whether it is packed as multidose."""
    now = compared.now.timestamp()
    known = [one for one in compared.sources.lists if one.source.time.timestamp() <= now]
    newest = max(known, key=lambda one: (one.source.time.timestamp(), one.id), default=None)
    if newest is None:
        return None
    said = {newest.in_multidose, *(line.in_multidose for line in newest.lines)} - {None}
    multidose = any(said) if said else None
    return {"type": newest.source.list_type, "time": moment(newest.source.time), "multidose": multidose}
