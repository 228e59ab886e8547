"""Allergies and critical information, from the EPJ content standard (epj1); the same in PLO 1.5 and 1.6."""

from __future__ import annotations

from mappings.documents import journalnotat as epj2
from mappings.documents.datatypes import CS, CV
from mappings.documents.shape import (
    BASISKOMPONENTTYPE,
    BOOLEAN,
    INFORMASJONSKATEGORI,
    STRING,
    Leaf,
    Part,
    attribute,
    element,
    many,
    one,
    optional,
)


@element("epj1")
class StikkordCave(Part):
    cave_stikkord: Leaf = one("CaveStikkord", STRING)
    journaltekst: epj2.Journaltekst | None = optional("Journaltekst", epj2.Journaltekst, family="epj2")


@element("epj1")
class SakshodeCave(Part):
    stikkord_cave: tuple[StikkordCave, ...] = many("StikkordCave", StikkordCave)
    basiskomponenttype: Leaf = attribute(
        "basiskomponenttype", BASISKOMPONENTTYPE, required=True, family="m1", fixed="EPJ dokument"
    )
    komponenttype: Leaf = attribute(
        "komponenttype", STRING, required=True, family="m1", fixed="2.16.578.1.12.4.1.6.13.10028.0"
    )
    informasjonskategori: Leaf | None = attribute("informasjonskategori", INFORMASJONSKATEGORI, family="m1")
    komponent_id: Leaf = attribute("komponentID", STRING, required=True)
    referanse_viktig_tilleggsinfo: Leaf | None = attribute("referanseViktigTilleggsinfo", STRING)


@element("epj1")
class Allergi(Part):
    hensyn_ved_forskrivning: Leaf | None = optional("HensynVedForskrivning", BOOLEAN)
    hensyn_mat_drikke: Leaf | None = optional("HensynMatDrikke", BOOLEAN)
    kontaktallergi: Leaf | None = optional("Kontaktallergi", BOOLEAN)
    pollen_innsektstikk: Leaf | None = optional("PollenInnsektstikk", BOOLEAN)
    allergisk_mot: Leaf = one("AllergiskMot", STRING)
    virkestoff_legemiddel: CV | None = optional("VirkestoffLegemiddel", CV, codes=7180)
    kode_annet_stoff: CV | None = optional("KodeAnnetStoff", CV)
    anafylaktiske_reaksjoner: CS | None = optional("AnafylaktiskeReaksjoner", CS, codes=1103)


@element("epj1")
class Allerginotat(Part):
    journaltekst: tuple[epj2.Journaltekst, ...] = many("Journaltekst", epj2.Journaltekst, family="epj2")
    allergi: Allergi = one("Allergi", Allergi)
    basiskomponenttype: Leaf = attribute(
        "basiskomponenttype", BASISKOMPONENTTYPE, required=True, family="m1", fixed="EPJ dokument"
    )
    komponenttype: Leaf = attribute(
        "komponenttype", STRING, required=True, family="m1", fixed="2.16.578.1.12.4.1.6.13.11036.1"
    )
    informasjonskategori: Leaf | None = attribute("informasjonskategori", INFORMASJONSKATEGORI, family="m1")
    komponent_id: Leaf = attribute("komponentID", STRING, required=True)
    referanse_viktig_tilleggsinfo: Leaf | None = attribute("referanseViktigTilleggsinfo", STRING)


@element("epj1")
class Cave(Part):
    sakshode_cave: SakshodeCave = one("SakshodeCave", SakshodeCave)
    allerginotat: tuple[Allerginotat, ...] = many("Allerginotat", Allerginotat)
    basiskomponenttype: Leaf = attribute(
        "basiskomponenttype", BASISKOMPONENTTYPE, required=True, family="m1", fixed="EPJ sak"
    )
    komponenttype: Leaf = attribute(
        "komponenttype", STRING, required=True, family="m1", fixed="2.16.578.1.12.4.1.6.14.50001.0"
    )
    informasjonskategori: Leaf | None = attribute("informasjonskategori", INFORMASJONSKATEGORI, family="m1")
    komponent_id: Leaf = attribute("komponentID", STRING, required=True)
    referanse_viktig_tilleggsinfo: Leaf | None = attribute("referanseViktigTilleggsinfo", STRING)
