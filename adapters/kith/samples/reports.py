"""The PLO reports of a synthetic stay: whole clinical messages, as a careful sender writes them (HIS 1143 to 1149).

Like the messages of the stay: everything has defaults that fit together, and a change or cancellation refers to the
new message of its kind. A cancellation repeats only the head and says why, as systems do.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Unpack

from adapters.kith.samples.around import application_sent, full_head, hard_of_hearing, informed, professional, reserved
from adapters.kith.samples.case import Case
from adapters.kith.samples.envelope import Attachment, Cover, message
from adapters.kith.samples.medical import (
    Text,
    diagnoses,
    icpc_diagnosis,
    medical,
    medication_after,
    medication_before,
)
from adapters.kith.samples.nursing import aids, appointments, function, needs, nursing, physiotherapist, services
from adapters.kith.samples.outside import Outside, cover_of, version_of
from adapters.kith.samples.parties import Professional
from adapters.kith.samples.payload import head, notes
from mappings.documents import plo
from mappings.documents.datatypes import TS
from mappings.documents.journalnotat import Journaltekst
from mappings.documents.plo_head import Fraversassistent
from mappings.documents.plo_medical import AndreFagrapporter, InfoAndreViktigeOpplysninger, OpplysningerAndreFaggrupper
from mappings.documents.plo_nursing import InfoFraSykepleier, Sykepleierdokumentasjon
from mappings.documents.plo_stay import (
    InnholdKonsultasjon,
    OpplysningerTilSoknad,
    OpplysningOpphold,
    TidsfestetHendelse,
    TypeInnholdIMelding,
)
from mappings.documents.shape import Leaf, made
from mappings.enveloping import cs, cv

WITHDRAWN = "Kansellering: Meldingen ble sendt på feil pasient."


def innleggelsesrapport(case: Case, **outside: Unpack[Outside]) -> bytes:
    """INNLEGGELSESRAPPORT: the municipality tells the hospital about its patient, the morning after admission."""
    parties, story = case.parties, case.story
    told: Outside = {"sender": parties.sykepleietjeneste, **outside}
    at = case.start + timedelta(hours=14)
    cover = cover_of(case, "INNLEGGELSESRAPPORT", "innleggelsesrapport", at, parties.hospital, told)
    if cover.series == "C":
        return _report(case, cover, plo.Innleggelsesrapport, sykepleierdokumentasjon=_withdrawn())
    return _report(
        case,
        cover,
        plo.Innleggelsesrapport,
        info_medisinsk_diagnose=(icpc_diagnosis(case),),
        medisinskfaglige_opplysninger=medical(case, "note-admission", [(9142, "AAI", story.reason)], history=True),
        legemiddelinfo=medication_before(case),
        eksisterende_tjeneste=services(case),
        info_kartlegging_funksjonsniva=function(case, story.function_before, -30),
        sykepleierdokumentasjon=nursing(case, version_of(cover), story.nursing_before),
        opplysninger_om_hjelpemidler=aids(case),
        info_assistert_kommunikasjon=hard_of_hearing(),
        info_informasjon_gitt=informed(case, "Pasienten vet at rapporten er sendt.", 1),
    )


def utskrivningsrapport(case: Case, *, attachments: tuple[Attachment, ...] = (), **outside: Unpack[Outside]) -> bytes:
    """UTSKRIVNINGSRAPPORT: the whole picture on the day of leaving."""
    at = case.start + timedelta(days=6)
    receiver = case.parties.sykepleietjeneste
    cover = cover_of(case, "UTSKRIVNINGSRAPPORT", "utskrivningsrapport", at, receiver, outside)
    kind = made(TypeInnholdIMelding, type_innhold=cv(9139, "11"))
    if cover.series == "C":
        return _report(
            case, cover, plo.TverrfagligEpikrise, type_innhold_i_melding=kind, sykepleierdokumentasjon=_withdrawn()
        )
    return _report(
        case,
        cover,
        plo.TverrfagligEpikrise,
        attachments=attachments,
        type_innhold_i_melding=kind,
        opplysning_opphold=tuple(
            _said(what, case, days) for what, days in (("Innlagt dato", 0), ("Utskrevet dato", 6))
        ),
        info_medisinsk_diagnose=(diagnoses(case),),
        legemiddelinfo=medication_after(case),
        **_at_discharge(case, cover),
    )


def _at_discharge(case: Case, cover: Cover) -> dict[str, Any]:
    story, version = case.story, version_of(cover)
    texts: list[Text] = [
        (9142, "PROB", story.problem),
        (9142, "FO", story.course),
        (9142, "FU", story.findings),
        (9142, "VU", story.assessment),
        (9142, "OP", story.plan),
    ]
    return {
        "medisinskfaglige_opplysninger": medical(case, "note-discharge", texts, history=True),
        "sykepleierdokumentasjon": nursing(case, version, story.nursing_after, plan=True),
        "opplysninger_andre_faggrupper": (physiotherapist(case),),
        "info_kartlegging_funksjonsniva": function(case, story.function_after, 5),
        "tjeneste_behov": needs(case),
        "info_informasjon_gitt": informed(case, "Pasient og datter har fått planen muntlig og skriftlig.", 6),
        "info_assistert_kommunikasjon": hard_of_hearing(),
        "info_reservasjon": reserved(case),
        "info_kontrolltime": appointments(case, version),
        "opplysninger_om_hjelpemidler": aids(case),
    }


def _said(what: str, case: Case, days: int) -> OpplysningOpphold:
    """Events of the stay as discharge reports have them: in words, without a code."""
    event = made(
        TidsfestetHendelse,
        beskrivelse_av_hendelse=Leaf(what),
        tidspunkt_for_hendelse=TS(v=case.day(days)),
        anslag=Leaf("false"),
    )
    return OpplysningOpphold(tidsfestet_hendelse=event)


def helseopplysninger_til_lege(case: Case, **outside: Unpack[Outside]) -> bytes:
    """HELSEOPPLYSNINGER_LEGE: the nurse asks the general practitioner to assess the patient, two weeks after."""
    parties, story = case.parties, case.story
    told: Outside = {"sender": parties.sykepleietjeneste, **outside}
    cover = cover_of(case, "HELSEOPPLYSNINGER_LEGE", "til-lege", _later(case, 20), parties.fastlege, told)
    wish = made(InnholdKonsultasjon, type_innhold_konsultasjon=cs(9137, "3"))
    if cover.series == "C":
        return _report(case, cover, plo.Konsultasjon, sykepleierdokumentasjon=_withdrawn())
    problem = "Økende slapphet siste tre dager, svimmel når pasienten reiser seg. BT 98/60 sittende."
    return _report(
        case,
        cover,
        plo.Konsultasjon,
        innhold_konsultasjon=wish,
        info_medisinsk_diagnose=(icpc_diagnosis(case),),
        medisinskfaglige_opplysninger=medical(case, "note-doctor", [(9142, "PROB", problem)]),
        legemiddelinfo=medication_after(case),
        info_andre_viktige_opplysninger=_other(case),
        sykepleierdokumentasjon=nursing(case, version_of(cover), story.nursing_after, plan=True),
        info_kartlegging_funksjonsniva=function(case, story.function_after, 19),
        info_informasjon_gitt=informed(case, "Pasienten ønsker å bli vurdert.", 20),
    )


def _other(case: Case) -> InfoAndreViktigeOpplysninger:
    return made(
        InfoAndreViktigeOpplysninger, generelt_journalnotat=(notes(case, "note-other", (9142, "FA", "Bor alene.")),)
    )


def medisinske_opplysninger(case: Case, *, kind: str = "4", **outside: Unpack[Outside]) -> bytes:
    """MEDISINSKE_OPPLYSNINGER: the general practitioner's answer to the municipality (``kind`` of list 9138)."""
    parties, story = case.parties, case.story
    told: Outside = {"sender": parties.fastlege, **outside}
    cover = cover_of(case, "MEDISINSKE_OPPLYSNINGER", "medisinske", _later(case, 22), parties.saksbehandling, told)
    about = made(TypeInnholdIMelding, type_innhold=cv(9138, kind))
    if cover.series == "C":
        parts: dict[str, Any] = {"type_innhold_i_melding": about, "opplysninger_andre_faggrupper": (_withdrawn_note(),)}
        return _report(case, cover, plo.OverforingMedisinskeOpplysninger, **parts)
    texts = [
        (9142, "PROB", "Svimmelhet, trolig for høy dose vanndrivende."),
        (9142, "FU", "BT 100/60 liggende, 84/52 stående. Kreatinin 141. Ikke ødemer."),
        (9142, "VU", "Dosen settes ned. Ny kontroll om en uke."),
        (9142, "UTRED", "Ønsker daglig vekt og blodtrykk målt av hjemmesykepleien i en uke."),
    ]
    return _report(
        case,
        cover,
        plo.OverforingMedisinskeOpplysninger,
        sendt_dokument=application_sent(case),
        type_innhold_i_melding=about,
        opplysninger_til_soknad=made(OpplysningerTilSoknad, egensoknad_sendt=Leaf("false")),
        info_medisinsk_diagnose=icpc_diagnosis(case),
        medisinskfaglige_opplysninger=medical(case, "note-gp", texts, history=True),
        legemiddelinfo=medication_after(case),
        info_kartlegging_funksjonsniva=function(case, story.function_after, 21),
        tjeneste_behov=needs(case),
        info_andre_viktige_opplysninger=_other(case),
    )


def orientering_om_tjenestetilbud(case: Case, **outside: Unpack[Outside]) -> bytes:
    """ORIENTERING_TJENESTETILBUD: the municipality tells the general practitioner what it gives."""
    told: Outside = {"sender": case.parties.saksbehandling, **outside}
    receiver = case.parties.fastlege
    cover = cover_of(case, "ORIENTERING_TJENESTETILBUD", "orientering", _later(case, 8), receiver, told)
    return _report(case, cover, plo.OrienteringOmTjenestetilbud, eksisterende_tjeneste=services(case))


def fravarsmelding(case: Case, **outside: Unpack[Outside]) -> bytes:
    """FRAVARSMELDING, only in 1.5: the receiver is away and has passed the message on."""
    told: Outside = {"version": "1.5", "sender": case.parties.fastlege, **outside}
    cover = cover_of(case, "FRAVARSMELDING", "fravar", _later(case, 9), case.parties.sykepleietjeneste, told)
    doctor = case.parties.fastlege.level2
    away = made(
        Fraversassistent,
        mottaker_fravarende=Leaf("true"),
        melding_videresendt=Leaf("true"),
        fravarende_fra_dato=case.day(8),
        fravarende_til_dato=case.day(22),
        videresendt_til=professional(doctor) if isinstance(doctor, Professional) else None,
        merknad=Leaf("Vikar leser meldinger på hverdager."),
    )
    return _report(case, cover, plo.MeldingFravar, fraversassistent=away)


def _later(case: Case, days: int) -> datetime:
    return case.start + timedelta(days=days)


def _report(
    case: Case, cover: Cover, payload: type[plo.PloPayload], attachments: tuple[Attachment, ...] = (), **parts: Any
) -> bytes:
    cancelled = cover.series == "C"
    common = (
        head(case.parties, cover.series, cover.sender)
        if cancelled
        else full_head(case, cover.series, version_of(cover), cover.sender)
    )
    return message(case, cover, made(payload, **{**common, **parts}), attachments=attachments)


def _withdrawn() -> Sykepleierdokumentasjon:
    reason = made(Journaltekst, notat=Leaf(WITHDRAWN))
    return made(Sykepleierdokumentasjon, info_fra_sykepleier=made(InfoFraSykepleier, journaltekst=(reason,)))


def _withdrawn_note() -> OpplysningerAndreFaggrupper:
    reason = made(Journaltekst, notat=Leaf(WITHDRAWN))
    return made(OpplysningerAndreFaggrupper, andre_fagrapporter=made(AndreFagrapporter, journaltekst=(reason,)))
