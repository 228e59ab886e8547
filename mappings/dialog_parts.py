"""Who a note of a dialog is about or from, besides sender and receiver, and the files that came with it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

from mappings.clinical.chart import Chart
from mappings.clinical.people import Contained
from mappings.clinical.values import compound, date_time, piece
from mappings.documents import felleskomponent as fk1
from mappings.documents.dialogmelding import Dialogmelding, RollerRelatertNotat, TilknyttetEnhet
from mappings.enclosed import main_document
from mappings.making import Making
from mappings.resources import concept, extension, reference
from mappings.series import Entry


def roles(people: Contained, payload: Dialogmelding) -> list[dict[str, Any]]:
    """Each role of a note or request (list 9057) with the person and the unit that have it, as extensions."""
    of_notes = [role for note in payload.notat for role in note.roller_relatert_notat]
    of_requests = [role for asked in payload.foresporsel for role in asked.roller_relatert_notat]
    return [made for role in (*of_notes, *of_requests) for made in _role(people, role)]


def dates(payload: Dialogmelding) -> list[dict[str, Any]]:
    """The day of each note, where it is said: a message may carry notes of other days."""
    said = (date_time(note.dato_notat) for note in payload.notat)
    return [extension("dato-notat", valueDateTime=day) for day in said if day]


def files(entry: Entry, making: Making) -> Iterator[dict[str, Any]]:
    """The files that came with the message, as parts of what was said."""
    main = main_document(entry.message)
    for number, document in enumerate(entry.message.enclosed, start=1):
        if document is not main:
            to = f"DocumentReference/{making.id('DocumentReference', entry, f'document {number}')}"
            yield {"contentReference": reference(to)}


def people_of(entry: Entry, making: Making) -> Contained:
    """Where the people that a dialog names are kept."""
    return Contained(Chart(entry, making))


def _role(people: Contained, of: RollerRelatertNotat) -> list[dict[str, Any]]:
    unit = of.tilknyttet_enhet
    holder: RollerRelatertNotat | TilknyttetEnhet = unit or of
    # Dialog messages have persons of their own with the fields of the common ones.
    who = people.professional(cast("fk1.HealthcareProfessional | None", holder.healthcare_professional))
    who = who or people.person(cast("fk1.Person | None", holder.person))
    return compound(
        "rolle-notat",
        piece("role", valueCodeableConcept=concept(of.rolle_notat, 9057)),
        piece("toPatient", valueCodeableConcept=concept(of.role_to_patient, 9034)),
        piece("who", valueReference=who),
        piece("unit", valueReference=people.unit(unit.kontaktenhet) if unit else None),
    )
