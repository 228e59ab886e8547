"""Nursing documentation in PLO payloads (poKomponent)."""

from __future__ import annotations

from mappings.documents import journalnotat as epj2
from mappings.documents import legemiddel as epj3
from mappings.documents.datatypes import CS
from mappings.documents.plo_measures import (
    AnbefaltVidereTiltak,
    InfoMaalForventetRes,
    InfoVurderinger,
    IverksatteTiltak,
    Tiltaksbeskrivelse,
)
from mappings.documents.plo_services import Ansvarlig
from mappings.documents.shape import BOOLEAN, STRING, Leaf, Part, element, many, one, optional


@element("po")
class AdmInstrukser(Part):
    utleveringsform: CS | None = optional("Utleveringsform", CS, codes=9135)
    sarskilte_tiltak: tuple[CS, ...] = many("SarskilteTiltak", CS, codes=9136)


@element("po")
class AvtaleOmAdmLegemidler(Part):
    avtale_adm_legemidler: Leaf = one("AvtaleAdmLegemidler", BOOLEAN)
    avtale_adm_multidose: Leaf = one("AvtaleAdmMultidose", BOOLEAN)
    merknad: Leaf | None = optional("Merknad", STRING)
    adm_instrukser: AdmInstrukser | None = optional("AdmInstrukser", AdmInstrukser)
    tiltaksbeskrivelse: tuple[Tiltaksbeskrivelse, ...] = many("Tiltaksbeskrivelse", Tiltaksbeskrivelse)


@element("po")
class OpplysningerRelevantOppfolging(Part):
    bandasjemateriell_engangsutstyr: Leaf | None = optional("BandasjemateriellEngangsutstyr", BOOLEAN)
    hjelp_legemiddeladm: Leaf | None = optional("HjelpLegemiddeladm", BOOLEAN)
    endring_funksjonsnivaa: Leaf | None = optional("EndringFunksjonsnivaa", STRING)
    merknad_til_bandasjemateriell: Leaf | None = optional("MerknadTilBandasjemateriell", STRING, only="1.6")
    merknad_til_legemiddeladministrering: Leaf | None = optional(
        "MerknadTilLegemiddeladministrering", STRING, only="1.6"
    )


@element("po")
class InfoFraSykepleier(Part):
    opplysninger_relevant_oppfolging: OpplysningerRelevantOppfolging | None = optional(
        "OpplysningerRelevantOppfolging", OpplysningerRelevantOppfolging
    )
    journaltekst: tuple[epj2.Journaltekst, ...] = many("Journaltekst", epj2.Journaltekst, family="epj2")


@element("po")
class InfoAvtaleOmLegemiddeladm(Part):
    avtale_om_adm_legemidler: AvtaleOmAdmLegemidler = one("AvtaleOmAdmLegemidler", AvtaleOmAdmLegemidler)


@element("po")
class Sykepleierdokumentasjon(Part):
    info_fra_sykepleier: InfoFraSykepleier | None = optional("InfoFraSykepleier", InfoFraSykepleier)
    legemidler_administrert_ved_overforing: epj3.LegemidlerAdministrertVedOverforing | None = optional(
        "LegemidlerAdministrertVedOverforing", epj3.LegemidlerAdministrertVedOverforing, family="epj3"
    )
    info_avtale_om_legemiddeladm: InfoAvtaleOmLegemiddeladm | None = optional(
        "InfoAvtaleOmLegemiddeladm", InfoAvtaleOmLegemiddeladm
    )
    info_vurderinger: tuple[InfoVurderinger, ...] = many("InfoVurderinger", InfoVurderinger)
    iverksatte_tiltak: tuple[IverksatteTiltak, ...] = many("IverksatteTiltak", IverksatteTiltak)
    anbefalt_videre_tiltak: tuple[AnbefaltVidereTiltak, ...] = many("AnbefaltVidereTiltak", AnbefaltVidereTiltak)
    info_maal_forventet_res: tuple[InfoMaalForventetRes, ...] = many("InfoMaalForventetRes", InfoMaalForventetRes)
    ansvarlig: tuple[Ansvarlig, ...] = many("Ansvarlig", Ansvarlig)
