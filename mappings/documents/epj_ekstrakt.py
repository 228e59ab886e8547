"""EPJ-EKSTRAKT: the tree of components, and additional information on them (HIS 1150:2014)."""

from __future__ import annotations

from mappings.documents.datatypes import CS, CV
from mappings.documents.shape import (
    BASISKOMPONENTTYPE,
    DATETIME,
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


@element("ekstrakt")
class Node(Part):
    node: tuple[Node, ...] = many("Node", "Node")
    basiskomponenttype: Leaf = attribute("basiskomponenttype", BASISKOMPONENTTYPE, required=True, family="m1")
    komponenttype: Leaf = attribute("komponenttype", STRING, required=True, family="m1")
    informasjonskategori: Leaf | None = attribute("informasjonskategori", INFORMASJONSKATEGORI, family="m1")
    komponent_id: Leaf = attribute("komponentID", STRING, required=True)
    referanse_viktig_tilleggsinfo: Leaf | None = attribute("referanseViktigTilleggsinfo", STRING)


@element("tilleggsinfo", name="gyldighetsperiode")
class Gyldighetsperiode(Part):
    gyldig_fra: Leaf | None = optional("gyldigFra", DATETIME)
    gyldig_til: Leaf | None = optional("gyldigTil", DATETIME)


@element("tilleggsinfo", name="epjLink")
class EpjLink(Part):
    link_til_komponent: Leaf = one("linkTilKomponent", STRING)
    linktype: CV = one("linktype", CV)
    linkstyrke: CS | None = optional("linkstyrke", CS)
    merknad: Leaf | None = optional("merknad", STRING)
    link_fra_komponent: Leaf | None = optional("linkFraKomponent", STRING)


@element("tilleggsinfo", name="komponentlink")
class Komponentlink(Part):
    link_til_komponent: Leaf = one("linkTilKomponent", STRING)
    linktype: CV = one("linktype", CV)
    linkstyrke: CS | None = optional("linkstyrke", CS)


@element("tilleggsinfo", name="tilleggsinfoEPJKomponent")
class TilleggsinfoEpjKomponent(Part):
    tilhorer_komponent: Leaf | None = optional("tilhorerKomponent", STRING)
    gyldighetsperiode: tuple[Gyldighetsperiode, ...] = many("gyldighetsperiode", Gyldighetsperiode)
    epj_link: tuple[EpjLink, ...] = many("epjLink", EpjLink, choice="a")
    komponentlink: tuple[Komponentlink, ...] = many("komponentlink", Komponentlink, choice="a")
    basiskomponenttype: Leaf | None = attribute("basiskomponenttype", BASISKOMPONENTTYPE, family="m1")
    komponenttype: Leaf | None = attribute("komponenttype", STRING, family="m1")
    komponent_id: Leaf = attribute("komponentID", STRING, required=True)
    referanse_viktig_tilleggsinfo: Leaf | None = attribute("referanseViktigTilleggsinfo", STRING)
