"""What a message says about the course of a stay, whatever its type and version: the events, typed.

Sources: HIS 80704 (TidsfestetHendelse, list 9121), HISD 80806; ``Anslag`` never decides alone, the message type does.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Final

from mappings.documents import Message
from mappings.documents.epikrise import Message as Epikrise
from mappings.documents.plo import HelseopplysningerVedSoknad, Pasientlogistikk, PloPayload
from mappings.documents.plo_stay import TidsfestetHendelse, UtskrevetTil
from mappings.documents.shape import Leaf
from mappings.moments import Moment
from mappings.norwegian_time import instant_or_date
from mappings.remembering import remembered

ADMITTED, LEFT, READY, WITHDRAWN, EXPECTED, DEAD = "1", "2", "3", "4", "5", "13"
"""Hendelsekode 9121; 5 is used by HIS 80704 for the expected date though the list lacks it."""

FROM_HOSPITAL: Final = frozenset(
    {"LOG_INNLAGT", "HELSEOPPL_SOKNAD", "LOG_UTSKRIVNINGSKLAR", "LOG_AVMELDING", "LOG_UTSKREVET", "UTSKRIVNINGSRAPPORT"}
)
TO_HOSPITAL: Final = frozenset({"INNLEGGELSESRAPPORT"})
DEATHS: Final = frozenset({"2", "3"})
"""Uttilstand 8431: dead, suicide."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One TidsfestetHendelse that carries a code and a readable time."""

    code: str
    when: Moment
    leaf: Leaf
    anslag: bool
    merknad: Leaf | None = None


def events(message: Message) -> tuple[Event, ...]:
    """Every coded event with a readable time, in order."""
    found: tuple[Event, ...] = remembered(message, "events", None, partial(_events, message))
    return found


def _events(message: Message) -> tuple[Event, ...]:
    return tuple(event for hendelse in _hendelser(message) if (event := _event(hendelse)) is not None)


def event(message: Message, *codes: str) -> Event | None:
    """The first event with one of these codes; an earlier code wins over a later one."""
    found = events(message)
    return next((e for code in codes for e in found if e.code == code), None)


def expected(message: Message) -> Event | None:
    """When the patient is expected to be ready: code 5, else code 3 of early information (an estimate by its kind)."""
    return event(message, EXPECTED, READY) if message.head.type == "HELSEOPPL_SOKNAD" else None


def discharged_to(message: Message) -> UtskrevetTil | None:
    """Where the patient went, and in which state (LOG_UTSKREVET)."""
    payload = message.payload
    if isinstance(payload, Pasientlogistikk) and payload.melding_om_utskrevet_pasient:
        return payload.melding_om_utskrevet_pasient.utskrevet_til
    return None


def left_dead(message: Message) -> bool:
    """Whether the patient left the hospital dead (Uttilstand 2 or 3)."""
    where = discharged_to(message)
    return where is not None and where.uttilstand is not None and str(where.uttilstand.v) in DEATHS


def remarks(message: Message) -> tuple[Leaf, ...]:
    """The remarks on a logistics message's events: the reason for a withdrawal stands there."""
    return tuple(hendelse.merknad for hendelse in _hendelser(message) if hendelse.merknad)


def content_type(message: Message) -> str | None:
    """TypeInnhold (9140 for early information: 1 Varsel, 2 Oppdaterte opplysninger); None in PLO 1.5."""
    payload = message.payload
    if isinstance(payload, HelseopplysningerVedSoknad) and payload.type_innhold_i_melding:
        return str(payload.type_innhold_i_melding.type_innhold.v or "") or None
    return None


def treated_from(message: Message) -> Moment | None:
    """When the stay or contact began that an epikrise sums up (ReportedEvent)."""
    if not isinstance(message.root, Epikrise):
        return None
    reported = (event.reported_event for event in message.root.serv_rprt.event)
    starts = (one.start_date_time.v for one in reported if one is not None)
    return next((when for leaf in starts if leaf and (when := instant_or_date(leaf))), None)


def head_of_payload(message: Message) -> PloPayload | None:
    """The common head of a PLO payload, or None for another message."""
    return message.payload if isinstance(message.payload, PloPayload) else None


def _event(hendelse: TidsfestetHendelse) -> Event | None:
    leaf = hendelse.tidspunkt_for_hendelse.v
    when = instant_or_date(leaf) if leaf else None
    code = hendelse.hendelsekode.v if hendelse.hendelsekode else None
    if when is None or leaf is None or not code:
        return None
    anslag = str(hendelse.anslag) in ("true", "1")
    return Event(code=str(code), when=when, leaf=leaf, anslag=anslag, merknad=hendelse.merknad)


def _hendelser(message: Message) -> Iterator[TidsfestetHendelse]:
    payload = message.payload
    if isinstance(payload, HelseopplysningerVedSoknad):
        yield from (opphold.tidsfestet_hendelse for opphold in payload.opplysning_opphold)
    elif isinstance(payload, Pasientlogistikk):
        yield from _of_logistics(payload)


def _of_logistics(payload: Pasientlogistikk) -> Iterator[TidsfestetHendelse]:
    for single in (payload.melding_innlagt_pasient, payload.melding_om_utskrevet_pasient, payload.orientering_om_dod):
        if single:
            yield single.tidsfestet_hendelse
    for several in (payload.melding_utskrivningsklar_pasient, payload.avmelding_utskrivningsklar_pasient):
        if several:
            yield from several.tidsfestet_hendelse
