"""The PLO payloads (HIS 80704:2009 for 1.5, HIS 80704:2014 for 1.6): one class for each root element.

Namespaces that changed their name between versions are one family here; ``dialects`` knows their spellings.
"""

from __future__ import annotations

from mappings.documents import legemiddel as epj3
from mappings.documents.plo_head import (
    AnsvarForRapport,
    Fraversassistent,
    InformasjonOmForsendelsen,
    KontaktpersonHelsepersonell,
    ParorendeForesatt,
    SendtDokument,
    TilknyttetEnhet,
    TilleggsopplysningPasient,
)
from mappings.documents.plo_medical import (
    InfoAndreViktigeOpplysninger,
    InfoIPLOSrelevantInformasjon,
    InfoMedisinskDiagnose,
    MedisinskfagligeOpplysninger,
    OpplysningerAndreFaggrupper,
)
from mappings.documents.plo_nursing import Sykepleierdokumentasjon
from mappings.documents.plo_services import (
    EksisterendeTjeneste,
    InfoKartleggingFunksjonsniva,
    OpplysningerOmHjelpemidler,
    TjenesteBehov,
)
from mappings.documents.plo_stay import (
    AssistertKommunikasjon,
    InfoAssistertKommunikasjon,
    InfoInformasjonGitt,
    InfoKontrolltime,
    InfoReservasjon,
    InnholdKonsultasjon,
    OpplysningerTilSoknad,
    OpplysningOpphold,
    TidsfestetHendelse,
    TypeInnholdIMelding,
    UtskrevetTil,
)
from mappings.documents.shape import Part, alternative, element, many, one, optional, some


@element("po", is_global=False)
class PloPayload(Part):
    """The head that all eight share."""

    informasjon_om_forsendelsen: InformasjonOmForsendelsen = one(
        "InformasjonOmForsendelsen", InformasjonOmForsendelsen, family="po"
    )
    tilleggsopplysning_pasient: TilleggsopplysningPasient | None = optional(
        "TilleggsopplysningPasient", TilleggsopplysningPasient, family="po"
    )
    parorende_foresatt: tuple[ParorendeForesatt, ...] = many("ParorendeForesatt", ParorendeForesatt, family="po")
    tilknyttet_enhet: tuple[TilknyttetEnhet, ...] = many("TilknyttetEnhet", TilknyttetEnhet, family="po")
    kontaktperson_helsepersonell: tuple[KontaktpersonHelsepersonell, ...] = many(
        "KontaktpersonHelsepersonell", KontaktpersonHelsepersonell, family="po"
    )
    ansvar_for_rapport: tuple[AnsvarForRapport, ...] = many("AnsvarForRapport", AnsvarForRapport, family="po")
    sendt_dokument: tuple[SendtDokument, ...] = many("SendtDokument", SendtDokument, family="po")


@element("pasientlogistikk")
class OrienteringOmDod(Part):
    tidsfestet_hendelse: TidsfestetHendelse = one("TidsfestetHendelse", TidsfestetHendelse, family="po")


@element("pasientlogistikk")
class MeldingOmUtskrevetPasient(Part):
    utskrevet_til: UtskrevetTil = one("UtskrevetTil", UtskrevetTil, family="po")
    tidsfestet_hendelse: TidsfestetHendelse = one("TidsfestetHendelse", TidsfestetHendelse, family="po")
    info_informasjon_gitt: InfoInformasjonGitt | None = optional(
        "InfoInformasjonGitt", InfoInformasjonGitt, family="po"
    )


@element("pasientlogistikk")
class MeldingUtskrivningsklarPasient(Part):
    tidsfestet_hendelse: tuple[TidsfestetHendelse, ...] = some("TidsfestetHendelse", TidsfestetHendelse, family="po")


@element("pasientlogistikk")
class AvmeldingUtskrivningsklarPasient(Part):
    tidsfestet_hendelse: tuple[TidsfestetHendelse, ...] = some("TidsfestetHendelse", TidsfestetHendelse, family="po")


@element("pasientlogistikk")
class MeldingInnlagtPasient(Part):
    tidsfestet_hendelse: TidsfestetHendelse = one("TidsfestetHendelse", TidsfestetHendelse, family="po")


@element("pasientlogistikk")
class Pasientlogistikk(PloPayload):
    orientering_om_dod: OrienteringOmDod | None = alternative("OrienteringOmDod", OrienteringOmDod, choice="a")
    melding_om_utskrevet_pasient: MeldingOmUtskrevetPasient | None = alternative(
        "MeldingOmUtskrevetPasient", MeldingOmUtskrevetPasient, choice="a"
    )
    melding_utskrivningsklar_pasient: MeldingUtskrivningsklarPasient | None = alternative(
        "MeldingUtskrivningsklarPasient", MeldingUtskrivningsklarPasient, choice="a"
    )
    avmelding_utskrivningsklar_pasient: AvmeldingUtskrivningsklarPasient | None = alternative(
        "AvmeldingUtskrivningsklarPasient", AvmeldingUtskrivningsklarPasient, choice="a"
    )
    melding_innlagt_pasient: MeldingInnlagtPasient | None = alternative(
        "MeldingInnlagtPasient", MeldingInnlagtPasient, choice="a"
    )


@element("innleggelsesrapport")
class Innleggelsesrapport(PloPayload):
    info_medisinsk_diagnose: tuple[InfoMedisinskDiagnose, ...] = many(
        "InfoMedisinskDiagnose", InfoMedisinskDiagnose, family="po"
    )
    medisinskfaglige_opplysninger: MedisinskfagligeOpplysninger | None = optional(
        "MedisinskfagligeOpplysninger", MedisinskfagligeOpplysninger, family="po"
    )
    legemiddelinfo: tuple[epj3.Legemiddelinfo, ...] = many("Legemiddelinfo", epj3.Legemiddelinfo, family="epj3")
    eksisterende_tjeneste: tuple[EksisterendeTjeneste, ...] = many(
        "EksisterendeTjeneste", EksisterendeTjeneste, family="po"
    )
    info_kartlegging_funksjonsniva: InfoKartleggingFunksjonsniva | None = optional(
        "InfoKartleggingFunksjonsniva", InfoKartleggingFunksjonsniva, family="po"
    )
    info_andre_viktige_opplysninger: InfoAndreViktigeOpplysninger | None = optional(
        "InfoAndreViktigeOpplysninger", InfoAndreViktigeOpplysninger, family="po"
    )
    sykepleierdokumentasjon: Sykepleierdokumentasjon | None = optional(
        "Sykepleierdokumentasjon", Sykepleierdokumentasjon, family="po"
    )
    opplysninger_andre_faggrupper: OpplysningerAndreFaggrupper | None = optional(
        "OpplysningerAndreFaggrupper", OpplysningerAndreFaggrupper, family="po"
    )
    opplysninger_om_hjelpemidler: OpplysningerOmHjelpemidler | None = optional(
        "OpplysningerOmHjelpemidler", OpplysningerOmHjelpemidler, family="po"
    )
    info_assistert_kommunikasjon: tuple[InfoAssistertKommunikasjon, ...] = many(
        "InfoAssistertKommunikasjon", InfoAssistertKommunikasjon, family="po"
    )
    info_reservasjon: tuple[InfoReservasjon, ...] = many("InfoReservasjon", InfoReservasjon, family="po")
    info_informasjon_gitt: tuple[InfoInformasjonGitt, ...] = many(
        "InfoInformasjonGitt", InfoInformasjonGitt, family="po"
    )


@element("helseopplysningerVedSoknad")
class HelseopplysningerVedSoknad(PloPayload):
    type_innhold_i_melding: TypeInnholdIMelding | None = one(
        "TypeInnholdIMelding", TypeInnholdIMelding, family="po", only="1.6"
    )
    opplysning_opphold: tuple[OpplysningOpphold, ...] = some(
        "OpplysningOpphold", OpplysningOpphold, family="po", only="1.6"
    )
    opplysninger_til_soknad: OpplysningerTilSoknad | None = optional(
        "OpplysningerTilSoknad", OpplysningerTilSoknad, family="po", required_in="1.5"
    )
    info_medisinsk_diagnose: tuple[InfoMedisinskDiagnose, ...] = many(
        "InfoMedisinskDiagnose", InfoMedisinskDiagnose, family="po"
    )
    medisinskfaglige_opplysninger: MedisinskfagligeOpplysninger | None = optional(
        "MedisinskfagligeOpplysninger", MedisinskfagligeOpplysninger, family="po"
    )
    sykepleierdokumentasjon: Sykepleierdokumentasjon | None = optional(
        "Sykepleierdokumentasjon", Sykepleierdokumentasjon, family="po"
    )
    opplysninger_andre_faggrupper: tuple[OpplysningerAndreFaggrupper, ...] = many(
        "OpplysningerAndreFaggrupper", OpplysningerAndreFaggrupper, family="po"
    )
    info_kartlegging_funksjonsniva: InfoKartleggingFunksjonsniva | None = optional(
        "InfoKartleggingFunksjonsniva", InfoKartleggingFunksjonsniva, family="po"
    )
    info_assistert_kommunikasjon: tuple[InfoAssistertKommunikasjon, ...] = many(
        "InfoAssistertKommunikasjon", InfoAssistertKommunikasjon, family="po"
    )
    info_informasjon_gitt: tuple[InfoInformasjonGitt, ...] = many(
        "InfoInformasjonGitt", InfoInformasjonGitt, family="po"
    )
    tjeneste_behov: tuple[TjenesteBehov, ...] = many("TjenesteBehov", TjenesteBehov, family="po")


@element("tverrfagligEpikrise")
class TverrfagligEpikrise(PloPayload):
    type_innhold_i_melding: TypeInnholdIMelding = one("TypeInnholdIMelding", TypeInnholdIMelding, family="po")
    opplysning_opphold: tuple[OpplysningOpphold, ...] = many("OpplysningOpphold", OpplysningOpphold, family="po")
    info_medisinsk_diagnose: tuple[InfoMedisinskDiagnose, ...] = many(
        "InfoMedisinskDiagnose", InfoMedisinskDiagnose, family="po"
    )
    medisinskfaglige_opplysninger: MedisinskfagligeOpplysninger | None = optional(
        "MedisinskfagligeOpplysninger", MedisinskfagligeOpplysninger, family="po"
    )
    legemiddelinfo: tuple[epj3.Legemiddelinfo, ...] = many("Legemiddelinfo", epj3.Legemiddelinfo, family="epj3")
    info_andre_viktige_opplysninger: InfoAndreViktigeOpplysninger | None = optional(
        "InfoAndreViktigeOpplysninger", InfoAndreViktigeOpplysninger, family="po"
    )
    sykepleierdokumentasjon: Sykepleierdokumentasjon | None = optional(
        "Sykepleierdokumentasjon", Sykepleierdokumentasjon, family="po"
    )
    opplysninger_andre_faggrupper: tuple[OpplysningerAndreFaggrupper, ...] = many(
        "OpplysningerAndreFaggrupper", OpplysningerAndreFaggrupper, family="po"
    )
    info_kartlegging_funksjonsniva: InfoKartleggingFunksjonsniva | None = optional(
        "InfoKartleggingFunksjonsniva", InfoKartleggingFunksjonsniva, family="po"
    )
    tjeneste_behov: tuple[TjenesteBehov, ...] = many("TjenesteBehov", TjenesteBehov, family="po")
    info_informasjon_gitt: tuple[InfoInformasjonGitt, ...] = many(
        "InfoInformasjonGitt", InfoInformasjonGitt, family="po"
    )
    info_assistert_kommunikasjon: tuple[InfoAssistertKommunikasjon, ...] = many(
        "InfoAssistertKommunikasjon", InfoAssistertKommunikasjon, family="po"
    )
    info_reservasjon: tuple[InfoReservasjon, ...] = many("InfoReservasjon", InfoReservasjon, family="po")
    info_kontrolltime: tuple[InfoKontrolltime, ...] = many("InfoKontrolltime", InfoKontrolltime, family="po")
    opplysninger_om_hjelpemidler: OpplysningerOmHjelpemidler | None = optional(
        "OpplysningerOmHjelpemidler", OpplysningerOmHjelpemidler, family="po"
    )


@element("helseopplysningerTilLege")
class Konsultasjon(PloPayload):
    innhold_konsultasjon: InnholdKonsultasjon | None = optional("InnholdKonsultasjon", InnholdKonsultasjon, family="po")
    info_medisinsk_diagnose: tuple[InfoMedisinskDiagnose, ...] = many(
        "InfoMedisinskDiagnose", InfoMedisinskDiagnose, family="po"
    )
    medisinskfaglige_opplysninger: MedisinskfagligeOpplysninger | None = optional(
        "MedisinskfagligeOpplysninger", MedisinskfagligeOpplysninger, family="po"
    )
    legemiddelinfo: tuple[epj3.Legemiddelinfo, ...] = many("Legemiddelinfo", epj3.Legemiddelinfo, family="epj3")
    info_andre_viktige_opplysninger: InfoAndreViktigeOpplysninger | None = optional(
        "InfoAndreViktigeOpplysninger", InfoAndreViktigeOpplysninger, family="po"
    )
    sykepleierdokumentasjon: Sykepleierdokumentasjon | None = optional(
        "Sykepleierdokumentasjon", Sykepleierdokumentasjon, family="po"
    )
    info_kartlegging_funksjonsniva: InfoKartleggingFunksjonsniva | None = optional(
        "InfoKartleggingFunksjonsniva", InfoKartleggingFunksjonsniva, family="po"
    )
    info_informasjon_gitt: tuple[InfoInformasjonGitt, ...] = many(
        "InfoInformasjonGitt", InfoInformasjonGitt, family="po"
    )
    info_assistert_kommunikasjon: tuple[InfoAssistertKommunikasjon, ...] = many(
        "InfoAssistertKommunikasjon", InfoAssistertKommunikasjon, family="po"
    )
    info_reservasjon: tuple[InfoReservasjon, ...] = many("InfoReservasjon", InfoReservasjon, family="po")


@element("medisinskeOpplysninger")
class OverforingMedisinskeOpplysninger(PloPayload):
    type_innhold_i_melding: TypeInnholdIMelding | None = optional(
        "TypeInnholdIMelding", TypeInnholdIMelding, family="po"
    )
    opplysninger_til_soknad: OpplysningerTilSoknad | None = optional(
        "OpplysningerTilSoknad", OpplysningerTilSoknad, family="po"
    )
    info_medisinsk_diagnose: InfoMedisinskDiagnose | None = optional(
        "InfoMedisinskDiagnose", InfoMedisinskDiagnose, family="po"
    )
    medisinskfaglige_opplysninger: MedisinskfagligeOpplysninger | None = optional(
        "MedisinskfagligeOpplysninger", MedisinskfagligeOpplysninger, family="po"
    )
    legemiddelinfo: tuple[epj3.Legemiddelinfo, ...] = many("Legemiddelinfo", epj3.Legemiddelinfo, family="epj3")
    info_iplos_relevant_informasjon: InfoIPLOSrelevantInformasjon | None = optional(
        "InfoIPLOSrelevantInformasjon", InfoIPLOSrelevantInformasjon, family="po"
    )
    opplysninger_andre_faggrupper: tuple[OpplysningerAndreFaggrupper, ...] = many(
        "OpplysningerAndreFaggrupper", OpplysningerAndreFaggrupper, family="po"
    )
    info_kartlegging_funksjonsniva: InfoKartleggingFunksjonsniva | None = optional(
        "InfoKartleggingFunksjonsniva", InfoKartleggingFunksjonsniva, family="po"
    )
    info_assistert_kommunikasjon: tuple[InfoAssistertKommunikasjon, ...] = many(
        "InfoAssistertKommunikasjon", InfoAssistertKommunikasjon, family="po"
    )
    info_informasjon_gitt: tuple[InfoInformasjonGitt, ...] = many(
        "InfoInformasjonGitt", InfoInformasjonGitt, family="po"
    )
    tjeneste_behov: tuple[TjenesteBehov, ...] = many("TjenesteBehov", TjenesteBehov, family="po")
    info_andre_viktige_opplysninger: InfoAndreViktigeOpplysninger | None = optional(
        "InfoAndreViktigeOpplysninger", InfoAndreViktigeOpplysninger, family="po"
    )
    info_reservasjon: tuple[InfoReservasjon, ...] = many("InfoReservasjon", InfoReservasjon, family="po")


@element("orienteringOmTjenestetilbud")
class OrienteringOmTjenestetilbud(PloPayload):
    eksisterende_tjeneste: tuple[EksisterendeTjeneste, ...] = some(
        "EksisterendeTjeneste", EksisterendeTjeneste, family="po"
    )
    assistert_kommunikasjon: tuple[AssistertKommunikasjon, ...] = many(
        "AssistertKommunikasjon", AssistertKommunikasjon, family="po"
    )


@element("meldingFravar")
class MeldingFravar(PloPayload):
    fraversassistent: Fraversassistent = one("Fraversassistent", Fraversassistent, family="po")
