"""Utskrivningsrapport (TverrfagligEpikrise): what the municipality needs on the day, and HIS 1148 for version 1.6."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from mappings.documents import Message
from mappings.documents.legemiddel import AdmAvHelsepersonell, Egenadministrering, Legemiddelinfo
from mappings.documents.plo import TverrfagligEpikrise
from mappings.documents.plo_medical import AndreFagrapporter
from mappings.documents.shape import Leaf, below
from mappings.narrative import notes
from mappings.rules.quality import common
from mappings.rules.quality.admission_report import aids, given_today, help_with_medication
from mappings.rules.quality.scoring import (
    Item,
    Quality,
    absent,
    code_of,
    flagged,
    headed,
    not_asked,
    place,
    text,
    there,
)

NOW, BEFORE, LEVEL = (9141, "8"), (9141, "1"), (9142, "HJ")
_NONE: Final = re.compile(r"\bingen (faste )?(legemidler|medisiner|medikamenter)\b", re.I)
PRIOR: Final = re.compile(r"\b(før innleggelse\w*|tidligere|vanligvis|habituel\w*|hjemme)\b", re.I)
FUTURE: Final = re.compile(r"\b(forvent\w*|på sikt|videre|mål(et)?|vil trolig|kommer til å)\b", re.I)
_LEVEL_OF_CARE: Final = re.compile(
    r"\b(søk(t|es|e)?( om)?|bør ha|trenger|skal ha|ønsker)\b.{0,30}"
    r"\b(sykehjem\w*|langtidsplass|korttidsplass|institusjonsplass)",
    re.I,
)
_APPOINTMENT: Final = re.compile(r"\bkontroll(time|er)?\b|\bpoliklini", re.I)
STOPPED: Final = "2"
"""StatusTilForskrivningen 9104: Seponering."""


def discharge_report(message: Message) -> Quality:
    """The content of UTSKRIVNINGSRAPPORT."""
    payload = message.payload
    assert isinstance(payload, TverrfagligEpikrise)  # noqa: S101  the kind of a message is that of its payload
    return Quality(
        message_id=message.head.message_id,
        kind="utskrivningsrapport",
        items=(
            function(message),
            medication(message, payload.legemiddelinfo),
            common.plans(message),
            _appointment(message, payload),
            _information_given(payload),
            aids(message, payload.opplysninger_om_hjelpemidler),
            _what_matters(message),
        ),
        extended=(
            _function_said("funksjon-for", message, PRIOR, BEFORE),
            text("funksjon-na", headed(message, NOW, (9141, "12")), place(*NOW)),
            _expected_function(message),
            text("problemstilling", headed(message, (9142, "PROB")), place(9142, "PROB")),
            common.diagnoses(message),
            common.critical(message),
            _stopped(payload.legemiddelinfo),
            given_today(message),
            _handed_out(message, payload.legemiddelinfo),
            help_with_medication(message),
            common.nursing_summary(message),
            common.practical(message),
            common.unit_with_telephone(message),
            common.next_of_kin(message),
            common.minors(message),
        ),
        notes=tuple(_notes(message)),
    )


def function(message: Message) -> Item:
    """How the patient manages, in words."""
    return text("funksjon", headed(message, NOW, (9141, "12"), LEVEL), place(*NOW))


def medication(message: Message, listed: tuple[Legemiddelinfo, ...]) -> Item:
    """Drugs as structure, or the words that there are none (indicator I4)."""
    if listed:
        return there("legemiddelliste", listed[0], "//Legemiddelinfo")
    said: Leaf | None = next((leaf for leaf in _written(message) if _NONE.search(leaf)), None)
    return there("legemiddelliste", said, "//Legemiddelinfo")


def _written(message: Message) -> Iterator[Leaf]:
    return (leaf for note in notes(message.payload) for leaf in (note.notat, note.merknad) if leaf)


def _function_said(key: str, message: Message, words: re.Pattern[str], *headings: tuple[int, str]) -> Item:
    """Under its own heading, or recognised by its words in the texts on function."""
    told = [leaf for leaf in headed(message, NOW, (9141, "12"), LEVEL) if words.search(leaf)]
    return text(key, [*headed(message, *headings), *told], place(*headings[0]) if headings else place(*NOW))


def _expected_function(message: Message) -> Item:
    reports = list(below(message.payload, AndreFagrapporter))
    told = [r.forventet_status_utskriving for r in reports if r.forventet_status_utskriving]
    if told:
        return text("funksjon-forventet", told, "")
    return _function_said("funksjon-forventet", message, FUTURE)


def _appointment(message: Message, payload: TverrfagligEpikrise) -> Item:
    """Place and time of a control; not asked for when nothing speaks of one."""
    where = "//InfoKontrolltime/InformasjonOmTime/TidspunktTime"
    if not payload.info_kontrolltime:
        mentioned = any(_APPOINTMENT.search(leaf) for leaf in headed(message, (9142, "OP")))
        return absent("kontrolltime", where) if mentioned else not_asked("kontrolltime", where)
    told = payload.info_kontrolltime[0]
    item, set_time = there("kontrolltime", told, where), told.informasjon_om_time
    complete = set_time is not None and set_time.tidspunkt_time and set_time.sted_time
    return item if complete else flagged(item, "place-or-time-missing")


def _information_given(payload: TverrfagligEpikrise) -> Item:
    where = "//InfoInformasjonGitt/InformasjonGitt"
    return there("informasjon-gitt", next(iter(payload.info_informasjon_gitt), None), where)


def _what_matters(message: Message) -> Item:
    """The patient's own view, where it is stated (9141/13)."""
    said = list(headed(message, (9141, "13")))
    where = place(9141, "13")
    return text("hva-er-viktig", said, where) if said else not_asked("hva-er-viktig", where)


def _stopped(listed: tuple[Legemiddelinfo, ...]) -> Item:
    found = next((d for d in listed if code_of(d.forenklet_forskrivning.status_til_forskrivningen) == STOPPED), None)
    where = "//Legemiddelinfo[.//StatusTilForskrivningen/@V='2']"
    return there("seponert", found, where) if found else not_asked("seponert", where)


def _handed_out(message: Message, listed: tuple[Legemiddelinfo, ...]) -> Item:
    """What was sent with the patient, or prescribed."""
    sent = next(below(message.payload, Egenadministrering), None)
    prescribed = next((d.forenklet_forskrivning.resept_id for d in listed if d.forenklet_forskrivning.resept_id), None)
    given = next(below(message.payload, AdmAvHelsepersonell), None) if sent is None else None
    where = "//Egenadministrering | //ReseptId"
    item = there("sendt-med-eller-resept", sent or prescribed, where)
    return item if item.word == "present" or given is None else flagged(item, "given-but-not-handed-out")


def _notes(message: Message) -> Iterator[Item]:
    """A hospital does not order a level of municipal care; only a hint, from free text."""
    for leaf in _written(message):
        if _LEVEL_OF_CARE.search(leaf):
            yield Item(key="orders-service-level", word="weak", xpath=leaf.path)
