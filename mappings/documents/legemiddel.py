"""Medication, from the EPJ content standard (epj3): one ``Legemiddelinfo`` for each drug, the dose as text."""

from __future__ import annotations

from mappings.documents import felleskomponent as fk1
from mappings.documents.datatypes import CS, PQ, TS
from mappings.documents.shape import (
    BASISKOMPONENTTYPE,
    BOOLEAN,
    INFORMASJONSKATEGORI,
    INTEGER,
    STRING,
    Leaf,
    Part,
    attribute,
    element,
    many,
    one,
    optional,
    some,
)


@element("epj3")
class Forskrivningsinfo(Part):
    bruksomrade_tekst: Leaf | None = optional("BruksomradeTekst", STRING)
    dos_veiled_enkel: Leaf | None = optional("DosVeiledEnkel", STRING)
    nr: Leaf | None = optional("Nr", STRING)
    navn: Leaf = one("Navn", STRING)
    generisk_navn: Leaf | None = optional("GeneriskNavn", STRING)
    atc: CS | None = optional("Atc", CS, codes=7180)
    legemiddelform: CS | None = optional("Legemiddelform", CS, codes=7448)
    styrke: PQ | None = optional("Styrke", PQ)
    bruk: CS | None = optional("Bruk", CS, codes=9101)
    dosering_starttidspunkt: TS | None = optional("DoseringStarttidspunkt", TS)
    dosering_sluttidspunkt: TS | None = optional("DoseringSluttidspunkt", TS)
    skal_ikke_tas_sammen_med_annet_legemiddel: Leaf | None = optional("SkalIkkeTasSammenMedAnnetLegemiddel", BOOLEAN)


@element("epj3")
class ForenkletForskrivning(Part):
    status_til_forskrivningen: CS | None = optional("StatusTilForskrivningen", CS, codes=9104)
    inngaar_i_multidose: CS | None = optional("InngaarIMultidose", CS, codes=9103)
    resept_id: Leaf | None = optional("ReseptId", STRING)
    merknad: Leaf | None = optional("Merknad", STRING)
    forskriver: fk1.HealthcareProfessional | None = optional("Forskriver", fk1.HealthcareProfessional)
    forskrivningsinfo: Forskrivningsinfo = one("Forskrivningsinfo", Forskrivningsinfo)


@element("epj3")
class Legemiddelinfo(Part):
    forenklet_forskrivning: ForenkletForskrivning = one("ForenkletForskrivning", ForenkletForskrivning)
    basiskomponenttype: Leaf = attribute(
        "basiskomponenttype", BASISKOMPONENTTYPE, required=True, family="m1", fixed="EPJ dokument"
    )
    komponenttype: Leaf = attribute(
        "komponenttype", STRING, required=True, family="m1", fixed="2.16.578.1.12.4.1.6.13.10301.0"
    )
    informasjonskategori: Leaf | None = attribute("informasjonskategori", INFORMASJONSKATEGORI, family="m1")
    komponent_id: Leaf = attribute("komponentID", STRING, required=True)
    referanse_viktig_tilleggsinfo: Leaf | None = attribute("referanseViktigTilleggsinfo", STRING)


@element("epj3")
class AdministrertLegemiddel(Part):
    kvantum: Leaf | None = optional("Kvantum", STRING)


@element("epj3")
class AdmAvHelsepersonell(Part):
    adm_enkeltdose: PQ | None = optional("AdmEnkeltdose", PQ)
    adm_start: TS = one("AdmStart", TS)
    adm_slutt: TS | None = optional("AdmSlutt", TS)
    administrert_av: fk1.HealthcareProfessional | None = optional("AdministrertAv", fk1.HealthcareProfessional)
    adm_status: CS | None = optional("AdmStatus", CS, codes=9083)
    administrert_legemiddel: AdministrertLegemiddel | None = optional("AdministrertLegemiddel", AdministrertLegemiddel)
    forskrivningsinfo: Forskrivningsinfo | None = optional("Forskrivningsinfo", Forskrivningsinfo)


@element("epj3")
class UtlevertLegemiddel(Part):
    ant_enkeltdoser: Leaf = one("AntEnkeltdoser", INTEGER)


@element("epj3")
class Egenadministrering(Part):
    adm_enkeltdose: PQ | None = optional("AdmEnkeltdose", PQ)
    adm_start: TS = one("AdmStart", TS)
    adm_slutt: TS | None = optional("AdmSlutt", TS)
    administrert_av: fk1.HealthcareProfessional | None = optional("AdministrertAv", fk1.HealthcareProfessional)
    utlevert_legemiddel: tuple[UtlevertLegemiddel, ...] = some("UtlevertLegemiddel", UtlevertLegemiddel)
    forskrivningsinfo: Forskrivningsinfo | None = optional("Forskrivningsinfo", Forskrivningsinfo)


@element("epj3")
class LegemidlerAdministrertVedOverforing(Part):
    adm_av_helsepersonell: tuple[AdmAvHelsepersonell, ...] = some(
        "AdmAvHelsepersonell", AdmAvHelsepersonell, choice="a*"
    )
    egenadministrering: tuple[Egenadministrering, ...] = some("Egenadministrering", Egenadministrering, choice="a*")
    basiskomponenttype: Leaf = attribute(
        "basiskomponenttype", BASISKOMPONENTTYPE, required=True, family="m1", fixed="EPJ dokument"
    )
    komponenttype: Leaf = attribute(
        "komponenttype", STRING, required=True, family="m1", fixed="2.16.578.1.12.4.1.6.13.10302.0"
    )
    informasjonskategori: Leaf | None = attribute("informasjonskategori", INFORMASJONSKATEGORI, family="m1")
    komponent_id: Leaf = attribute("komponentID", STRING, required=True)
    referanse_viktig_tilleggsinfo: Leaf | None = attribute("referanseViktigTilleggsinfo", STRING)


@element("epj3")
class Legemidler(Part):
    legemiddelinfo: tuple[Legemiddelinfo, ...] = many("Legemiddelinfo", Legemiddelinfo)
    legemidler_administrert_ved_overforing: tuple[LegemidlerAdministrertVedOverforing, ...] = many(
        "LegemidlerAdministrertVedOverforing", LegemidlerAdministrertVedOverforing
    )
    basiskomponenttype: Leaf = attribute(
        "basiskomponenttype", BASISKOMPONENTTYPE, required=True, family="m1", fixed="EPJ sak"
    )
    komponenttype: Leaf = attribute(
        "komponenttype", STRING, required=True, family="m1", fixed="2.16.578.1.12.4.1.6.14.50302.0"
    )
    informasjonskategori: Leaf | None = attribute("informasjonskategori", INFORMASJONSKATEGORI, family="m1")
    komponent_id: Leaf = attribute("komponentID", STRING, required=True)
    referanse_viktig_tilleggsinfo: Leaf | None = attribute("referanseViktigTilleggsinfo", STRING)
