"""The messages of a synthetic stay, each as schema-valid bytes in PLO 1.5 or 1.6.

Every function takes the case; times, series and ids have defaults that fit together. A change (M) or cancellation (C)
refers to the new message of the same kind unless ``parent`` and ``conversation`` say otherwise.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Unpack

from adapters.kith.samples.around import full_head, hard_of_hearing, informed
from adapters.kith.samples.case import Case
from adapters.kith.samples.envelope import Cover, message
from adapters.kith.samples.medical import Text, diagnoses, medical
from adapters.kith.samples.nursing import function, needs, nursing, physiotherapist
from adapters.kith.samples.outside import Outside, cover_of, version_of
from adapters.kith.samples.payload import event, head, notes
from mappings.documents import plo
from mappings.documents.plo_medical import MedisinskfagligeOpplysninger
from mappings.documents.plo_stay import (
    OpplysningerTilSoknad,
    OpplysningOpphold,
    TypeInnholdIMelding,
    UtskrevetTil,
)
from mappings.documents.shape import Leaf, Part, made
from mappings.enveloping import cv


def innlagt(case: Case, *, admitted: datetime | None = None, **outside: Unpack[Outside]) -> bytes:
    """LOG_INNLAGT: the patient was admitted."""
    at = admitted or case.start
    told = plo.MeldingInnlagtPasient(tidsfestet_hendelse=event("1", at))
    cover = cover_of(case, "LOG_INNLAGT", "innlagt", at, case.parties.sykepleietjeneste, outside)
    return _logistics(case, cover, melding_innlagt_pasient=told)


def helseopplysninger(
    case: Case, *, updated: bool = False, expected: date | None = None, full: bool = False, **outside: Unpack[Outside]
) -> bytes:
    """HELSEOPPL_SOKNAD: tidlig varsel, or with ``updated`` the updated information that replaces it.

    ``expected`` is the day the patient is expected to be ready; 1.5 has no place for it. With ``full`` everything
    that a careful sender tells: diagnoses, cave, function, needs.
    """
    at = case.start + (timedelta(days=2) if updated else timedelta(hours=3))
    told: Outside = {"series": "M" if updated else "N", **outside}
    name = "helseopplysninger"
    cover = cover_of(case, "HELSEOPPL_SOKNAD", name, at, case.parties.saksbehandling, told)
    day = expected or (case.start + timedelta(days=5)).date()
    about = _of_1_6(updated, day) if cover.version == "1.6" else {"opplysninger_til_soknad": _application()}
    payload = made(
        plo.HelseopplysningerVedSoknad,
        **(_full(case, cover, updated) if full else _short(case, cover, updated)),
        **about,
    )
    return message(case, cover, payload)


def _short(case: Case, cover: Cover, updated: bool) -> dict[str, object]:
    note = notes(case, f"note-{'updated' if updated else 'first'}", *_status(updated))
    return {
        **head(case.parties, cover.series),
        "medisinskfaglige_opplysninger": made(MedisinskfagligeOpplysninger, generelt_journalnotat=(note,)),
    }


def _full(case: Case, cover: Cover, updated: bool) -> dict[str, object]:
    story, version = case.story, version_of(cover)
    return {
        **full_head(case, cover.series, version, cover.sender),
        "info_medisinsk_diagnose": (diagnoses(case),),
        "medisinskfaglige_opplysninger": medical(case, "note-full", _status(updated)),
        "sykepleierdokumentasjon": nursing(case, version, story.nursing_after),
        "opplysninger_andre_faggrupper": (physiotherapist(case),),
        "info_kartlegging_funksjonsniva": function(case, story.function_after, 2),
        "info_assistert_kommunikasjon": hard_of_hearing(),
        "info_informasjon_gitt": informed(case, "Pasienten vet at kommunen er varslet.", 1),
        "tjeneste_behov": needs(case),
    }


def _of_1_6(updated: bool, expected: date) -> dict[str, object]:
    ready = event("3", expected, estimate=True)
    return {
        "type_innhold_i_melding": made(TypeInnholdIMelding, type_innhold=cv(9140, "2" if updated else "1")),
        "opplysning_opphold": (OpplysningOpphold(tidsfestet_hendelse=ready),),
    }


def _application() -> OpplysningerTilSoknad:
    return made(OpplysningerTilSoknad, egensoknad_sendt=Leaf("false"))


def _status(updated: bool) -> list[Text]:
    status = "Oppegående med rullator. Trenger hjelp til stell." if updated else "Innlagt etter fall i hjemmet."
    course = "Forventer behov for hjemmesykepleie og opptrening etter utskrivning."
    return [(9145, "1", status), (9145, "2", course)]


def utskrivningsklar(
    case: Case,
    *,
    ready: datetime | date | None = None,
    admitted: datetime | None = None,
    estimate: bool = False,
    **outside: Unpack[Outside],
) -> bytes:
    """LOG_UTSKRIVNINGSKLAR: the patient is ready to leave hospital."""
    at = ready or case.start + timedelta(days=4)
    events = (event("1", admitted or case.start), event("3", at, estimate=estimate))
    told = plo.MeldingUtskrivningsklarPasient(tidsfestet_hendelse=events)
    cover = cover_of(case, "LOG_UTSKRIVNINGSKLAR", "utskrivningsklar", at, case.parties.saksbehandling, outside)
    return _logistics(case, cover, melding_utskrivningsklar_pasient=told)


def avmelding(
    case: Case,
    *,
    withdrawn: datetime | date | None = None,
    ready: datetime | date | None = None,
    reason: str = "Feber, trenger mer behandling.",
    **outside: Unpack[Outside],
) -> bytes:
    """LOG_AVMELDING: the patient is no longer ready."""
    at = withdrawn or case.start + timedelta(days=4, hours=18)
    before = ready or case.start + timedelta(days=4)
    events = (event("1", case.start), event("3", before), event("4", at, remark=reason))
    told = plo.AvmeldingUtskrivningsklarPasient(tidsfestet_hendelse=events)
    cover = cover_of(case, "LOG_AVMELDING", "avmelding", at, case.parties.saksbehandling, outside)
    return _logistics(case, cover, avmelding_utskrivningsklar_pasient=told)


def utskrevet(
    case: Case,
    *,
    left: datetime | date | None = None,
    to: str = "1",
    condition: str = "1",
    **outside: Unpack[Outside],
) -> bytes:
    """LOG_UTSKREVET: the patient left hospital, to a place of list 8408, in a condition of list 8431 (2 is dead)."""
    at = left or (case.start + timedelta(days=6)).date()
    told = made(
        plo.MeldingOmUtskrevetPasient,
        utskrevet_til=made(UtskrevetTil, uttilstand=cv(8431, condition), ut_til=cv(8408, to)),
        tidsfestet_hendelse=event("2", at),
    )
    cover = cover_of(case, "LOG_UTSKREVET", "utskrevet", at, case.parties.sykepleietjeneste, outside)
    return _logistics(case, cover, melding_om_utskrevet_pasient=told)


def dod(case: Case, *, died: datetime | date | None = None, **outside: Unpack[Outside]) -> bytes:
    """LOG_DOD: the municipality tells the general practitioner that the patient died."""
    at = died or case.start + timedelta(days=20)
    told: Outside = {"sender": case.parties.sykepleietjeneste, **outside}
    cover = cover_of(case, "LOG_DOD", "dod", at, case.parties.fastlege, told)
    event_of_death = plo.OrienteringOmDod(tidsfestet_hendelse=event("13", at))
    return _logistics(case, cover, orientering_om_dod=event_of_death)


def _logistics(case: Case, cover: Cover, **choice: Part) -> bytes:
    return message(case, cover, made(plo.Pasientlogistikk, **head(case.parties, cover.series), **choice))
