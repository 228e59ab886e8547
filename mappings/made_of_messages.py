"""What each message makes by itself: the original, its document, what it says of the patient, and its Provenance."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import NamedTuple

from hub.contract import Resource
from mappings.clinical import NOTHING, Clinical, clinical, speaking
from mappings.composition import composition
from mappings.dialog import dialogs
from mappings.documents.shape import Part
from mappings.gathered import Gathered
from mappings.making import Making
from mappings.original import binaries, document_reference, enclosed_references
from mappings.provenance import provenance
from mappings.refusal import with_delivery
from mappings.remembering import remembered
from mappings.resources import by_reference
from mappings.series import Entry, Standing
from mappings.services import Services
from mappings.task import clarification_task


class _Own(NamedTuple):
    """What a message makes by itself."""

    original: Resource
    """The DocumentReference, before its receiver is heard."""
    others: tuple[Resource, ...]
    refs: tuple[str, ...]
    """``Type/id`` of what its Provenance is about."""
    lines: dict[str, str]
    """What each line of its medication list became (``Clinical.lines``)."""


def of_messages(
    found: Gathered, targets: dict[str, list[str]], given: Services
) -> tuple[list[Resource], dict[tuple[str, str], str]]:
    """What the messages make by themselves, and what each line of a medication list became, by message and place."""
    made: list[Resource] = []
    lines: dict[tuple[str, str], str] = {}
    talk = dialogs(found.log.entries, found.log.organisations, found.log.receipts, found.making)
    heard = speaking(found.log.entries)
    for entry in found.log.entries:
        message, making = entry.message, found.making.alone(entry)
        is_heard = message.head.message_id in heard
        listed = given.of_message(message.head.message_id)
        asked = (entry.standing, entry.root, entry.replaces, is_heard, making, listed)
        own = remembered(message, "own", asked, partial(_own, entry, making, given if is_heard else None))
        spoken = talk.of(entry)
        made += [with_delivery(own.original, message, found.log.receipts), *own.others, *spoken]
        own_id = message.head.message_id
        lines[own_id, ""] = f"DocumentReference/{own.original['id']}"
        lines |= {(own_id, path): ref for path, ref in own.lines.items()}
        about = [own.refs[0], *by_reference(spoken), *own.refs[1:], *listed, *targets.get(message.head.message_id, ())]
        made.append(remembered(message, "provenance", (asked, about), partial(provenance, entry, about, making)))
    return made, lines


def _own(entry: Entry, making: Making, given: Services | None) -> _Own:
    """Asks nothing but the message and what its arguments tell: it is made anew only when one of these is another."""
    entry = replace(entry, first=entry.message)
    said = clinical(entry, making) if given else NOTHING
    document = composition(entry, making, partial(_made_of, said, given))
    parts = enclosed_references(entry, making)
    others = [*binaries(entry, making), *parts, document, *said.resources]
    if entry.standing in (Standing.PARKED, Standing.QUARANTINED):
        others.append(clarification_task(entry, making))
    return _Own(
        document_reference(entry, making),
        tuple(others),
        (f"Composition/{document['id']}", *by_reference(parts), *said.refs),
        said.lines,
    )


def _made_of(said: Clinical, given: Services | None, part: Part) -> list[str]:
    return [*said.of(part), *(given.of(part) if given else ())]
