"""What the municipality knows and gives, as a report to the hospital or to the general practitioner.

Made on request, of what the log holds from the municipality itself: the services and the function of its newest
messages or exports, and what it has entered. Nothing of anybody else's is put into its mouth.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, Final

from hub.contract import Party
from mappings.documents import Message
from mappings.documents.journalnotat import GenereltJournalnotat, Journaltekst
from mappings.documents.plo import Innleggelsesrapport, OrienteringOmTjenestetilbud
from mappings.documents.plo_medical import InfoAndreViktigeOpplysninger
from mappings.documents.plo_services import EksisterendeTjeneste, InfoKartleggingFunksjonsniva
from mappings.documents.said import Coordinator, Frailty, IndividualPlan, WhatMatters
from mappings.documents.shape import Leaf, Part, below, made
from mappings.entries import newest, told
from mappings.enveloping import Cover, enveloped, replying
from mappings.norwegian_time import OSLO, calendar_date
from mappings.outgoing import municipal, texts
from mappings.outgoing.knowing import Draft, Known, Making, info
from mappings.outgoing.logistics import head
from mappings.series import Entry

ADMISSION, OVERVIEW = "INNLEGGELSESRAPPORT", "ORIENTERING_TJENESTETILBUD"
REPORTS: Final = (ADMISSION, OVERVIEW)
VERSION: Final = "1.6"
TO_REPORT_ON: Final = ("LOG_INNLAGT", "HELSEOPPL_SOKNAD", "LOG_UTSKRIVNINGSKLAR")
WITH_DOCTOR: Final = (OVERVIEW, "HELSEOPPLYSNINGER_LEGE")
FROM_DOCTOR: Final = "MEDISINSKE_OPPLYSNINGER"


class NothingToTellError(ValueError):
    """No report can be made: ``no-receiver`` or ``nothing-known``."""


def report(type: str, about: str, by: Party, author: str, held: Known, making: Making) -> Draft:
    """The report of this type about the stay of a message, by the municipality. Raises ``NothingToTellError``."""
    stay = held.stay(about)
    cover, model = _addressed(type, by, held, stay.entries if stay else (), making)
    own = held.sent_by(by)
    services = _services(own, making.at.astimezone(OSLO).date())
    common = {**head(_voice(own) or model, "N", author), "eksisterende_tjeneste": services}
    if type == OVERVIEW:
        if not services:
            raise NothingToTellError("nothing-known")
        payload: Part = made(OrienteringOmTjenestetilbud, **common)
    else:
        content = _content(own, held, by, making)
        if not services and not content:
            raise NothingToTellError("nothing-known")
        payload = made(Innleggelsesrapport, **common, **content)
    envelope = info(model)
    assert envelope is not None  # noqa: S101  an addressed message has one
    return Draft(type=type, root=enveloped(cover, envelope, payload), version=VERSION)


def _addressed(type: str, by: Party, held: Known, within: Iterable[Entry], making: Making) -> tuple[Cover, Message]:
    """From and to whom, by the newest message between the two; and that message."""
    if type == ADMISSION:
        for kind in TO_REPORT_ON:
            for entry in within:
                message = entry.message
                is_theirs = entry.in_force and message.head.type == kind and held.is_receiver(by, message)
                if is_theirs and (cover := replying(message, type, id=making.id, at=making.at)):
                    return cover, message
        raise NothingToTellError("no-receiver")
    for entry in held.sent_by(by, *WITH_DOCTOR):
        if envelope := info(entry.message):
            sender, receiver = envelope.sender.organisation, envelope.receiver.organisation
            return Cover(type=type, id=making.id, at=making.at, sender=sender, receiver=receiver), entry.message
    for entry in reversed(held.log.entries):
        is_theirs = entry.in_force and entry.message.head.type == FROM_DOCTOR and held.is_receiver(by, entry.message)
        if is_theirs and (cover := replying(entry.message, type, id=making.id, at=making.at)):
            return cover, entry.message
    raise NothingToTellError("no-receiver")


def _voice(own: Iterable[Entry]) -> Message | None:
    """The municipality's own newest PLO message, whose unit and telephone are those to be called."""
    return next((e.message for e in own if e.message.head.type in (ADMISSION, *WITH_DOCTOR)), None)


def _services(own: list[Entry], today: date) -> tuple[EksisterendeTjeneste, ...]:
    """Those of the newest message or export that tells of any, but what had ended by then."""
    for entry in own:
        if municipal.is_export(entry):
            if exported := municipal.services(own, today):
                return exported
        elif found := tuple(below(entry.message.payload, EksisterendeTjeneste)):
            return tuple(s for s in found if not _ended(s.sluttdato, today))
    return ()


def _ended(last: Leaf | None, today: date) -> bool:
    day = calendar_date(last) if last else None
    return day is not None and day < today


def _content(own: list[Entry], held: Known, by: Party, making: Making) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if function := _function(own):
        found["info_kartlegging_funksjonsniva"] = function
    if lines := list(dict.fromkeys((*_entered(held, by), *municipal.lines(own)))):
        note = made(
            GenereltJournalnotat,
            journaltekst=tuple(made(Journaltekst, notat=Leaf(line)) for line in lines),
            basiskomponenttype=Leaf("EPJ dokument"),
            komponenttype=Leaf("2.16.578.1.12.4.1.6.13.11009.0"),
            informasjonskategori=Leaf("Andre notater"),
            komponent_id=Leaf(making.id),
        )
        found["info_andre_viktige_opplysninger"] = made(InfoAndreViktigeOpplysninger, generelt_journalnotat=(note,))
    return found


def _function(own: list[Entry]) -> InfoKartleggingFunksjonsniva | None:
    """As the newest message or export that tells of it has it."""
    for entry in own:
        exported = municipal.function(own) if municipal.is_export(entry) else None
        told_by = next(iter(below(entry.message.payload, InfoKartleggingFunksjonsniva)), None)
        if found := exported or told_by:
            return found
    return None


def _entered(held: Known, by: Party) -> Iterator[str]:
    """What the municipality itself has told, in words."""
    mine = [e for e in held.log.entered.every if held.log.organisations.same(e.head.sender, by)]
    if matters := newest(mine, WhatMatters):
        yield f"{texts.MATTERS[matters[1].told_by]} {matters[1].text}"
    for _, said in [pair for pair in told(mine, Coordinator) if pair[1].place == "municipality"][-1:]:
        yield texts.COORDINATOR.format(", ".join(filter(None, (said.name, said.phone))))
    if cfs := newest(mine, Frailty):
        yield texts.FRAILTY.format(score=cfs[1].score, on=cfs[1].assessed.isoformat())
    if plan := newest(mine, IndividualPlan):
        yield texts.INDIVIDUAL_PLAN.format(texts.PLAN_STATES[plan[1].state])
