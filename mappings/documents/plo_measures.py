"""Measures, assessments and goals in PLO payloads (poKomponent)."""

from __future__ import annotations

from mappings.documents import journalnotat as epj2
from mappings.documents.datatypes import CS, CV, PQ
from mappings.documents.shape import BOOLEAN, DATE, STRING, Leaf, Part, element, many, one, optional


@element("po")
class GjennomforingAvTiltak(Part):
    utfort_tidspunkt: Leaf = one("UtfortTidspunkt", DATE)
    tiltak_kan_termineres: Leaf | None = optional("TiltakKanTermineres", BOOLEAN)
    merknad: Leaf | None = optional("Merknad", STRING)


@element("po")
class PlanlagtGjennomforingTiltak(Part):
    planlagt_start: Leaf = one("PlanlagtStart", DATE)
    planlagt_slutt: Leaf | None = optional("PlanlagtSlutt", DATE)
    faste_ukedager: tuple[CS, ...] = many("FasteUkedager", CS, codes=9082)
    gjentagelse_intervall: PQ | None = optional("GjentagelseIntervall", PQ)
    etter_behov: Leaf | None = optional("EtterBehov", BOOLEAN)


@element("po")
class Tiltaksbeskrivelse(Part):
    intervensjon_tiltak_kode: tuple[CV, ...] = many("IntervensjonTiltakKode", CV)
    intervensjon_tiltak_beskrivelse: Leaf | None = optional("IntervensjonTiltakBeskrivelse", STRING)
    kategori_helsepersonell: CS | None = optional("KategoriHelsepersonell", CS, codes=9060)
    stikkord: tuple[Leaf, ...] = many("Stikkord", STRING)
    evaluering_tidspunkt: Leaf | None = optional("EvalueringTidspunkt", DATE)
    merknad: Leaf | None = optional("Merknad", STRING)
    gjennomforing_av_tiltak: tuple[GjennomforingAvTiltak, ...] = many("GjennomforingAvTiltak", GjennomforingAvTiltak)
    planlagt_gjennomforing_tiltak: PlanlagtGjennomforingTiltak | None = optional(
        "PlanlagtGjennomforingTiltak", PlanlagtGjennomforingTiltak
    )


@element("po")
class Enkeltvurdering(Part):
    funksjonsomrade: CV | None = optional("Funksjonsområde", CV, codes=9536)
    kodet_vurdering: CV | None = optional("KodetVurdering", CV)
    vurdering_tekst: Leaf | None = optional("VurderingTekst", STRING)


@element("po")
class InnholdVurdering(Part):
    vurderingen_gjelder: Leaf = one("VurderingenGjelder", STRING)
    stikkord: tuple[Leaf, ...] = many("Stikkord", STRING)
    fra_dato: Leaf | None = optional("FraDato", DATE)
    til_dato: Leaf | None = optional("TilDato", DATE)
    kategori_helsepersonell: CS | None = optional("KategoriHelsepersonell", CS, codes=9060)
    enkeltvurdering: tuple[Enkeltvurdering, ...] = many("Enkeltvurdering", Enkeltvurdering)


@element("po")
class InfoVurderinger(Part):
    innhold_vurdering: InnholdVurdering = one("InnholdVurdering", InnholdVurdering)
    journaltekst: tuple[epj2.Journaltekst, ...] = many("Journaltekst", epj2.Journaltekst, family="epj2")


@element("po")
class IverksatteTiltak(Part):
    tiltaksbeskrivelse: Tiltaksbeskrivelse = one("Tiltaksbeskrivelse", Tiltaksbeskrivelse)


@element("po")
class AnbefaltVidereTiltak(Part):
    tiltaksbeskrivelse: Tiltaksbeskrivelse = one("Tiltaksbeskrivelse", Tiltaksbeskrivelse)


@element("po")
class InnholdMaaldokument(Part):
    maal_forventet_resultat: CV | None = optional("MaalForventetResultat", CV)
    forventet_grad_maaloppnaaelse: CV | None = optional("ForventetGradMaaloppnaaelse", CV)
    beskrivelse: Leaf | None = optional("Beskrivelse", STRING)
    kategori_helsepersonell: CS | None = optional("KategoriHelsepersonell", CS, codes=9060)
    forventes_oppnaadd: Leaf | None = optional("ForventesOppnaadd", DATE)
    fra_dato: Leaf | None = optional("FraDato", DATE)
    til_dato: Leaf | None = optional("TilDato", DATE)
    stikkord: tuple[Leaf, ...] = many("Stikkord", STRING)


@element("po")
class InfoMaalForventetRes(Part):
    innhold_maaldokument: InnholdMaaldokument = one("InnholdMaaldokument", InnholdMaaldokument)
    journaltekst: tuple[epj2.Journaltekst, ...] = many("Journaltekst", epj2.Journaltekst, family="epj2")
