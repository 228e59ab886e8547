"""Notes with headings, from the EPJ content standard (epj2); the same in PLO 1.5 and 1.6."""

from __future__ import annotations

from mappings.documents.datatypes import CV
from mappings.documents.shape import (
    BASISKOMPONENTTYPE,
    INFORMASJONSKATEGORI,
    STRING,
    Leaf,
    Part,
    attribute,
    element,
    one,
    optional,
    some,
)


@element("epj2")
class Journaltekst(Part):
    overskriftskode: CV | None = optional("Overskriftskode", CV)
    notat: Leaf = one("Notat", STRING)
    merknad: Leaf | None = optional("Merknad", STRING)


@element("epj2")
class GenereltJournalnotat(Part):
    journaltekst: tuple[Journaltekst, ...] = some("Journaltekst", Journaltekst)
    basiskomponenttype: Leaf = attribute(
        "basiskomponenttype", BASISKOMPONENTTYPE, required=True, family="m1", fixed="EPJ dokument"
    )
    komponenttype: Leaf = attribute(
        "komponenttype", STRING, required=True, family="m1", fixed="2.16.578.1.12.4.1.6.13.11009.0"
    )
    informasjonskategori: Leaf | None = attribute("informasjonskategori", INFORMASJONSKATEGORI, family="m1")
    komponent_id: Leaf = attribute("komponentID", STRING, required=True)
    referanse_viktig_tilleggsinfo: Leaf | None = attribute("referanseViktigTilleggsinfo", STRING)


@element("epj2")
class Notater(Part):
    generelt_journalnotat: tuple[GenereltJournalnotat, ...] = some("GenereltJournalnotat", GenereltJournalnotat)
    basiskomponenttype: Leaf = attribute(
        "basiskomponenttype", BASISKOMPONENTTYPE, required=True, family="m1", fixed="EPJ sak"
    )
    komponenttype: Leaf = attribute(
        "komponenttype", STRING, required=True, family="m1", fixed="2.16.578.1.12.4.1.6.14.50301.0"
    )
    informasjonskategori: Leaf | None = attribute("informasjonskategori", INFORMASJONSKATEGORI, family="m1")
    komponent_id: Leaf = attribute("komponentID", STRING, required=True)
    referanse_viktig_tilleggsinfo: Leaf | None = attribute("referanseViktigTilleggsinfo", STRING)
