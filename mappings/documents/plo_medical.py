"""Diagnoses and medical information in PLO payloads (poKomponent)."""

from __future__ import annotations

from mappings.documents import cave as epj1
from mappings.documents import felleskomponent as fk1
from mappings.documents import journalnotat as epj2
from mappings.documents.datatypes import CS, CV
from mappings.documents.plo_measures import AnbefaltVidereTiltak, InfoVurderinger
from mappings.documents.plo_stay import TidsfestetHendelse
from mappings.documents.shape import BOOLEAN, DATE, STRING, Leaf, Part, element, many, one, optional, some


@element("po")
class MedisinskDiagnose(Part):
    hoveddiagnose: Leaf | None = optional("Hoveddiagnose", BOOLEAN, required_in="1.5")
    diagnosekode: CV | None = optional("Diagnosekode", CV)
    diagnose_beskrivelse: Leaf | None = optional("DiagnoseBeskrivelse", STRING)


@element("po")
class TidsperiodeDiagnose(Part):
    startdato_diagnose: Leaf = one("StartdatoDiagnose", DATE)
    sluttdato_diagnose: Leaf | None = optional("SluttdatoDiagnose", DATE)
    medisinsk_diagnose: MedisinskDiagnose = one("MedisinskDiagnose", MedisinskDiagnose)


@element("po")
class InfoIPLOSrelevantInformasjon(Part):
    tidsperiode_diagnose: tuple[TidsperiodeDiagnose, ...] = many("TidsperiodeDiagnose", TidsperiodeDiagnose)
    tidsfestet_hendelse: TidsfestetHendelse | None = optional("TidsfestetHendelse", TidsfestetHendelse)


@element("po")
class RegistrertBlodtype(Part):
    blodtype: CS = one("Blodtype", CS, codes=9160)
    rhesusgruppe: CS | None = optional("Rhesusgruppe", CS, codes=9161)
    merknad: Leaf | None = optional("Merknad", STRING)


@element("po")
class TidligereSykdomFragment(Part):
    funksjonshemming_kronisk_sykdom: Leaf = one("FunksjonshemmingKroniskSykdom", BOOLEAN)
    tidligere_sykdom: Leaf = one("TidligereSykdom", STRING)
    diagnosekode: CV | None = optional("Diagnosekode", CV)


@element("po")
class InfoTidligereSykdommer(Part):
    tidligere_sykdom_fragment: TidligereSykdomFragment | None = optional(
        "TidligereSykdomFragment", TidligereSykdomFragment
    )
    journaltekst: epj2.Journaltekst | None = optional("Journaltekst", epj2.Journaltekst, family="epj2")


@element("po")
class MedisinskfagligeOpplysninger(Part):
    registrert_blodtype: RegistrertBlodtype | None = optional("RegistrertBlodtype", RegistrertBlodtype)
    info_tidligere_sykdommer: tuple[InfoTidligereSykdommer, ...] = many(
        "InfoTidligereSykdommer", InfoTidligereSykdommer
    )
    cave: epj1.Cave | None = optional("Cave", epj1.Cave, family="epj1")
    allerginotat: tuple[epj1.Allerginotat, ...] = many("Allerginotat", epj1.Allerginotat, family="epj1")
    generelt_journalnotat: tuple[epj2.GenereltJournalnotat, ...] = many(
        "GenereltJournalnotat", epj2.GenereltJournalnotat, family="epj2"
    )


@element("po")
class InfoMedisinskDiagnose(Part):
    medisinsk_diagnose: tuple[MedisinskDiagnose, ...] = some("MedisinskDiagnose", MedisinskDiagnose)


@element("po")
class InfoAndreViktigeOpplysninger(Part):
    generelt_journalnotat: tuple[epj2.GenereltJournalnotat, ...] = many(
        "GenereltJournalnotat", epj2.GenereltJournalnotat, family="epj2"
    )
    allerginotat: tuple[epj1.Allerginotat, ...] = many("Allerginotat", epj1.Allerginotat, family="epj1")


@element("po")
class AndreFagrapporter(Part):
    behandling_start: Leaf | None = optional("BehandlingStart", DATE)
    status_innleggelse: Leaf | None = optional("StatusInnleggelse", STRING)
    status_behandlingsstart: Leaf | None = optional("StatusBehandlingsstart", STRING)
    forventet_status_utskriving: Leaf | None = optional("ForventetStatusUtskriving", STRING)
    ansvarlig_rapport: fk1.HealthcareProfessional | None = optional("AnsvarligRapport", fk1.HealthcareProfessional)
    journaltekst: tuple[epj2.Journaltekst, ...] = many("Journaltekst", epj2.Journaltekst, family="epj2")


@element("po")
class OpplysningerAndreFaggrupper(Part):
    andre_fagrapporter: AndreFagrapporter | None = optional("AndreFagrapporter", AndreFagrapporter)
    anbefalt_videre_tiltak: tuple[AnbefaltVidereTiltak, ...] = many("AnbefaltVidereTiltak", AnbefaltVidereTiltak)
    info_vurderinger: tuple[InfoVurderinger, ...] = many("InfoVurderinger", InfoVurderinger)
