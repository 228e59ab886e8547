"""Services, function and aids in PLO payloads (poKomponent)."""

from __future__ import annotations

from mappings.documents import felleskomponent as fk1
from mappings.documents.datatypes import CS, CV
from mappings.documents.shape import (
    BOOLEAN,
    DATE,
    DATETIME,
    DECIMAL,
    DOUBLE,
    INTEGER,
    STRING,
    Leaf,
    Part,
    element,
    many,
    one,
    optional,
    some,
)


@element("po")
class SamletVurderingFunksjonsniva(Part):
    pleietyngde: Leaf | None = optional("Pleietyngde", DECIMAL)
    vurdering_pleietyngde: Leaf | None = optional("VurderingPleietyngde", STRING)
    merknad: Leaf | None = optional("Merknad", STRING)


@element("po")
class KartlagtFunksjon(Part):
    funksjonsvariabel: CV | None = optional("Funksjonsvariabel", CV)
    vurdering: Leaf | None = optional("Vurdering", INTEGER)
    merknad: Leaf | None = optional("Merknad", STRING)


@element("po")
class Ansvarlig(Part):
    type_hendelse: CV | None = optional("TypeHendelse", CV, codes=9131)
    tidspunkt_for_hendelse: Leaf = one("TidspunktForHendelse", DATETIME)
    ekstern: Leaf = one("Ekstern", BOOLEAN)
    ansvarlig_tjenesteyter: fk1.HealthcareProfessional | None = optional(
        "AnsvarligTjenesteyter", fk1.HealthcareProfessional
    )
    virksomhet: fk1.Organisation | None = optional("Virksomhet", fk1.Organisation)
    merknad: Leaf | None = optional("Merknad", STRING)


@element("po")
class InfoKartleggingFunksjonsniva(Part):
    samlet_vurdering_funksjonsniva: SamletVurderingFunksjonsniva | None = optional(
        "SamletVurderingFunksjonsniva", SamletVurderingFunksjonsniva
    )
    kartlagt_funksjon: tuple[KartlagtFunksjon, ...] = some("KartlagtFunksjon", KartlagtFunksjon)
    ansvarlig: Ansvarlig | None = optional("Ansvarlig", Ansvarlig)


@element("po")
class EksisterendeTjeneste(Part):
    iplos_tjenestetype: CV | None = optional("IPLOStjenestetype", CV, codes=9151)
    betegnelse_tjeneste: Leaf | None = optional("BetegnelseTjeneste", STRING)
    privat_tjeneste: Leaf = one("PrivatTjeneste", BOOLEAN)
    tjenesten_levert_av: Leaf | None = optional("TjenestenLevertAv", STRING)
    opplysninger_om_tjenesten: Leaf | None = optional("OpplysningerOmTjenesten", STRING)
    antall_enheter: Leaf | None = optional("AntallEnheter", DECIMAL)
    enhet: Leaf | None = optional("Enhet", STRING)
    startdato: Leaf | None = optional("Startdato", DATE)
    sluttdato: Leaf | None = optional("Sluttdato", DATE)
    merknad: Leaf | None = optional("Merknad", STRING)


@element("po")
class FasteHjelpemidler(Part):
    briller: CS | None = optional("Briller", CS, codes=9113)
    hjelpemiddel_horsel: CS | None = optional("HjelpemiddelHorsel", CS, codes=9114)
    pacemaker: Leaf | None = optional("Pacemaker", BOOLEAN)
    merknad: Leaf | None = optional("Merknad", STRING)


@element("po")
class Hjelpemiddelbeskrivelse(Part):
    sekvensnummer: Leaf | None = optional("Sekvensnummer", INTEGER)
    hjelpemiddelkode_rtv: CV | None = optional("HjelpemiddelkodeRTV", CV, codes=8151)
    betegnelse_hjelpemiddel: Leaf = one("BetegnelseHjelpemiddel", STRING)


@element("po")
class StatusHjelpemiddel(Part):
    status: CS = one("Status", CS, codes=8230)
    hjelpemiddelbeskrivelse: Hjelpemiddelbeskrivelse = one("Hjelpemiddelbeskrivelse", Hjelpemiddelbeskrivelse)


@element("po")
class OpplysningerOmHjelpemidler(Part):
    faste_hjelpemidler: tuple[FasteHjelpemidler, ...] = many("FasteHjelpemidler", FasteHjelpemidler)
    status_hjelpemiddel: tuple[StatusHjelpemiddel, ...] = many("StatusHjelpemiddel", StatusHjelpemiddel)


@element("po")
class TjenesteBehov(Part):
    iplos_tjenestetype: CV | None = optional("IPLOStjenestetype", CV, codes=9151)
    betegnelse_tjeneste: Leaf | None = optional("BetegnelseTjeneste", STRING)
    ved_institusjon: Leaf | None = optional("VedInstitusjon", STRING)
    beskrivelse_av_tjeneste: Leaf | None = optional("BeskrivelseAvTjeneste", STRING)
    antall_enheter_onsket: Leaf | None = optional("AntallEnheterOnsket", DOUBLE)
    enhet: Leaf | None = optional("Enhet", STRING)
