"""The municipal registers' own formats: the yearly IPLOS file, its ident file, and the event message of KPR.

IPLOS 3.5 (``http://www.npr.no/xmlstds/iplos/2018``), XPR(ide) 53.1.2 and XPR(ipl) 56.0.0 (HIS 1135:2021). Each shape in
the standard's order; a message of the log is one person's record, one number or one notification of a file.
"""

from __future__ import annotations

from typing import Final

from mappings.documents.shape import (
    DATE,
    DATETIME,
    DECIMAL,
    INTEGER,
    STRING,
    TOKEN,
    Leaf,
    Part,
    Simple,
    attribute,
    element,
    many,
    one,
    optional,
    some,
)

DAY: Final = Simple("string", pattern=r"\d{8}")
MONTH: Final = Simple("string", pattern=r"\d{6}")
YES_NO: Final = Simple("string", values=("1", "2"))
ONE_TO_THREE: Final = Simple("string", values=("1", "2", "3"))
YES_NO_UNKNOWN: Final = Simple("string", values=("1", "2", "9"))


@element("iplos", is_global=False)
class Kontakt(Part):
    type: Leaf = one("Type", TOKEN)
    navn: Leaf = one("Navn", STRING)
    telefon: Leaf = one("Telefon", STRING)
    epost: Leaf = one("Epost", STRING)


@element("iplos", is_global=False)
class INNHINFO(Part):
    innh_type: Leaf = one("iiInnhType", STRING)
    komnr: Leaf = one("iiKomnr", Simple("string", pattern=r".{4}"))
    bydelsnr: Leaf = one("iiBydelsnr", Simple("string", pattern=r".{2}"))
    kontakt: tuple[Kontakt, ...] = some("iiKontakt", Kontakt)
    fra_dato: Leaf = one("iiFraDato", DAY)
    til_dato: Leaf = one("iiTilDato", DAY)
    laget_dato: Leaf = one("iiLagetDato", DAY)
    sys_id: Leaf = one("iiSysID", STRING)
    sys_versjon: Leaf = one("iiSysVersjon", STRING)
    lopenr: Leaf = one("iiLopenr", STRING)


@element("iplos", is_global=False)
class PERSONOPPL(Part):
    pe_id: Leaf = attribute("poPeID", INTEGER, required=True)
    po_id: Leaf = attribute("poPoID", INTEGER, required=True)
    husstand: Leaf | None = optional("poHusstand", ONE_TO_THREE)
    omsorg_barn: Leaf | None = optional("poOmsorgBarn", YES_NO)
    priv_hjelp: Leaf | None = optional("poPrivHjelp", Simple("string", values=("1", "2", "3", "4", "5", "6")))
    bolig_tilr: Leaf | None = optional("poBoligTilr", YES_NO)
    vurd_tann: Leaf | None = optional("poVurdTann", MONTH)
    vurd_lege: Leaf | None = optional("poVurdLege", MONTH)
    ind_plan: Leaf | None = optional("poIndPlan", Simple("string", values=("1", "2", "3", "9")))
    har_koordinator: Leaf | None = optional("poHarKoordinator", YES_NO_UNKNOWN)
    arb_bist_behov: Leaf | None = optional("poArbBistBehov", YES_NO_UNKNOWN)
    arb_bist_mottar: Leaf | None = optional("poArbBistMottar", ONE_TO_THREE)
    arb_transp_behov: Leaf | None = optional("poArbTranspBehov", YES_NO_UNKNOWN)
    arb_transp_mottar: Leaf | None = optional("poArbTranspMottar", ONE_TO_THREE)
    fri_bist_behov: Leaf | None = optional("poFriBistBehov", YES_NO_UNKNOWN)
    fri_bist_mottar: Leaf | None = optional("poFriBistMottar", ONE_TO_THREE)
    fri_transp_behov: Leaf | None = optional("poFriTranspBehov", YES_NO_UNKNOWN)
    fri_transp_mottar: Leaf | None = optional("poFriTranspMottar", ONE_TO_THREE)
    lege_midd_gj: Leaf | None = optional("poLegeMiddGj", YES_NO_UNKNOWN)
    lege_midd_gj_dato: Leaf | None = optional("poLegeMiddGjDato", DAY)
    ern_kartlagt: Leaf | None = optional("poErnKartlagt", YES_NO_UNKNOWN)
    ern_kartlagt_dato: Leaf | None = optional("poErnKartlagtDato", DAY)
    ern_risiko: Leaf | None = optional("poErnRisiko", YES_NO_UNKNOWN)
    ern_risiko_dato: Leaf | None = optional("poErnRisikoDato", DAY)
    ern_plan: Leaf | None = optional("poErnPlan", YES_NO_UNKNOWN)
    ern_plan_dato: Leaf | None = optional("poErnPlanDato", DAY)
    fra_dato: Leaf | None = optional("poFraDato", DAY)
    til_dato: Leaf | None = optional("poTilDato", DAY)


@element("iplos", is_global=False)
class FUNKSJON(Part):
    pe_id: Leaf = attribute("fnPeID", INTEGER, required=True)
    fn_id: Leaf = attribute("fnFnID", INTEGER, required=True)
    funk_type: Leaf = one("fnFunkType", STRING)
    funk_verdi: Leaf = one("fnFunkVerdi", STRING)
    fra_dato: Leaf = one("fnFraDato", DAY)
    til_dato: Leaf | None = optional("fnTilDato", DAY)


@element("iplos", is_global=False)
class TJENESTE(Part):
    pe_id: Leaf = attribute("tjPeID", INTEGER, required=True)
    tj_id: Leaf = attribute("tjTjID", INTEGER, required=True)
    ve_id: Leaf = attribute("tjVeID", INTEGER, required=True)
    ve_nr_id: Leaf = attribute("tjVeNrID", INTEGER, required=True)
    tjen_type: Leaf = one("tjTjenType", STRING)
    tjen_under_type: Leaf | None = optional("tjTjenUnderType", STRING)
    soknad_dato: Leaf | None = optional("tjSoknadDato", DAY)
    vedt_dato: Leaf = one("tjVedtDato", DAY)
    vedtak: Leaf | None = optional("tjVedtak", YES_NO)
    timer_uke: Leaf | None = optional("tjTimerUke", DECIMAL)
    res_timer_uke: Leaf | None = optional("tjResTimerUke", DECIMAL)
    rullerende: Leaf | None = optional("tjRullerende", YES_NO)
    inst_orgnr: Leaf | None = optional("tjInstOrgnr", STRING)
    fra_dato: Leaf | None = optional("tjFraDato", DAY)
    til_dato: Leaf | None = optional("tjTilDato", DAY)
    klage_mottatt: Leaf | None = optional("tjKlageMottatt", DAY)
    klage_besvart: Leaf | None = optional("tjKlageBesvart", DAY)


@element("iplos", is_global=False)
class DIAGNOSE(Part):
    pe_id: Leaf = attribute("diPeID", INTEGER, required=True)
    di_id: Leaf = attribute("diDiID", INTEGER, required=True)
    kode_versjon: Leaf = one("diKodeVersjon", STRING)
    diag_kode: Leaf = one("diDiagKode", STRING)
    fra_dato: Leaf = one("diFraDato", DAY)
    til_dato: Leaf | None = optional("diTilDato", DAY)


@element("iplos", is_global=False)
class DOGNTILBUD(Part):
    pe_id: Leaf = attribute("dgPeID", INTEGER, required=True)
    dg_id: Leaf = attribute("dgDgID", INTEGER, required=True)
    inst_orgnr: Leaf = one("dgInstOrgnr", STRING)
    fra_dato: Leaf = one("dgFraDato", DAY)
    til_dato: Leaf | None = optional("dgTilDato", DAY)


@element("iplos", is_global=False)
class PERSON(Part):
    pe_id: Leaf = attribute("pePeID", INTEGER, required=True)
    alder: Leaf = one("peAlder", INTEGER)
    kjonn: Leaf = one("peKjonn", Simple("string", values=("M", "K")))
    komnr: Leaf = one("peKomnr", STRING)
    bydelsnr: Leaf = one("peBydelsnr", STRING)
    fra_dato: Leaf = one("peFraDato", DAY)
    dod_dato: Leaf | None = optional("peDodDato", DAY)
    endr_dato: Leaf = one("peEndrDato", DAY)
    personoppl: tuple[PERSONOPPL, ...] = many("PERSONOPPL", PERSONOPPL)
    funksjon: tuple[FUNKSJON, ...] = many("FUNKSJON", FUNKSJON)
    tjeneste: tuple[TJENESTE, ...] = many("TJENESTE", TJENESTE)
    diagnose: tuple[DIAGNOSE, ...] = many("DIAGNOSE", DIAGNOSE)
    dogntilbud: tuple[DOGNTILBUD, ...] = many("DOGNTILBUD", DOGNTILBUD)


@element("iplos")
class IPLOS(Part):
    versjon: Leaf = attribute("versjon", STRING, required=True)
    innhinfo: INNHINFO = one("INNHINFO", INNHINFO)
    person: tuple[PERSON, ...] = some("PERSON", PERSON)


@element("ide", "Kontaktperson", is_global=False)
class IdentKontakt(Part):
    kont_person: Leaf | None = attribute("kontPerson", STRING)
    meld_telefon: Leaf | None = attribute("meldTelefon", STRING)
    meld_epost1: Leaf | None = attribute("meldEpost1", STRING)
    type_kontaktperson: Leaf | None = attribute("typeKontaktperson", STRING)


@element("ide", is_global=False)
class PasientIdent(Part):
    pid: Leaf = attribute("pid", STRING, required=True)
    fid: Leaf = attribute("fid", STRING, required=True)
    type_id: Leaf = attribute("typeID", STRING, required=True)
    pasient_guid: Leaf | None = attribute("pasientGUID", STRING)


@element("ide", is_global=False)
class Institusjon(Part):
    institusjon_id: Leaf = attribute("institusjonID", STRING, required=True)
    pasient_ident: tuple[PasientIdent, ...] = some("PasientIdent", PasientIdent)


@element("ide", "Melding")
class IdentMelding(Part):
    versjon: Leaf = attribute("versjon", STRING, required=True)
    meldingstype: Leaf = attribute("meldingstype", STRING, required=True)
    fra_dato_periode: Leaf = attribute("fraDatoPeriode", DATE, required=True)
    til_dato_periode: Leaf = attribute("tilDatoPeriode", DATE, required=True)
    uttak_dato: Leaf = attribute("uttakDato", DATE, required=True)
    leverandor: Leaf = attribute("leverandor", STRING, required=True)
    navn_epj: Leaf = attribute("navnEPJ", STRING, required=True)
    versjon_epj: Leaf = attribute("versjonEPJ", STRING, required=True)
    versjon_ut: Leaf = attribute("versjonUt", STRING, required=True)
    lopenr: Leaf = attribute("lopenr", STRING, required=True)
    lokalident: Leaf | None = attribute("lokalident", STRING)
    kontaktperson: tuple[IdentKontakt, ...] = some("Kontaktperson", IdentKontakt)
    institusjon: tuple[Institusjon, ...] = some("Institusjon", Institusjon)


@element("ipl", is_global=False)
class Bruker(Part):
    pasient_guid: Leaf = attribute("pasientGUID", STRING, required=True)
    bruker_nr: Leaf = attribute("brukerNr", STRING, required=True)
    bydel: Leaf | None = attribute("bydel", STRING)
    fid: Leaf = attribute("fid", STRING, required=True)
    type_id: Leaf = attribute("typeID", STRING, required=True)


@element("ipl", is_global=False)
class Hendelse(Part):
    """What the five classes of events have in common; which one it is, is the name of the element that holds it."""

    tjeneste_type: Leaf = attribute("tjenesteType", STRING, required=True)
    hendelse_reg_tid: Leaf = attribute("hendelseRegTid", DATETIME, required=True)
    hendelse_dato: Leaf = attribute("hendelseDato", DATE, required=True)
    tjeneste_org_nr: Leaf | None = attribute("tjenesteOrgNr", STRING)
    tjeneste_id: Leaf = attribute("tjenesteID", STRING, required=True)
    hendelse_guid: Leaf = attribute("hendelseGUID", STRING, required=True)
    midlertidig_stopp_id: Leaf | None = attribute("midlertidigStoppID", STRING)
    bruker: Bruker = one("Bruker", Bruker)


@element("ipl", is_global=False)
class Notifikasjon(Part):
    status_notifikasjon: Leaf = attribute(
        "statusNotifikasjon", Simple("string", values=("N", "M", "T", "C")), required=True
    )
    notifikasjon_tid: Leaf = attribute("notifikasjonTid", DATETIME, required=True)
    notifikasjon_lope_nr: Leaf = attribute("notifikasjonLopeNr", INTEGER, required=True)
    notifikasjon_guid: Leaf = attribute("notifikasjonGUID", STRING, required=True)
    notifikasjon_forrige_guid: Leaf = attribute("notifikasjonForrigeGUID", STRING, required=True)
    notifikasjon_ref: Leaf | None = attribute("notifikasjonRef", STRING)
    tjeneste_start: Hendelse | None = optional("TjenesteStart", Hendelse)
    tjeneste_slutt: Hendelse | None = optional("TjenesteSlutt", Hendelse)
    tjenesteutforer_endret: Hendelse | None = optional("TjenesteutforerEndret", Hendelse)
    midlertidig_stopp_fra: Hendelse | None = optional("MidlertidigStoppFra", Hendelse)
    midlertidig_stopp_til: Hendelse | None = optional("MidlertidigStoppTil", Hendelse)


@element("ipl", "Kontaktperson", is_global=False)
class HendelseKontakt(Part):
    kont_person: Leaf | None = attribute("kontPerson", STRING)
    meld_telefon: Leaf | None = attribute("meldTelefon", STRING)
    meld_epost1: Leaf | None = attribute("meldEpost1", STRING)
    type_kontaktperson: Leaf | None = attribute("typeKontaktperson", STRING)


@element("ipl", is_global=False)
class Kommune(Part):
    kommune_nr: Leaf = attribute("kommuneNr", STRING, required=True)


@element("ipl", "Melding")
class HendelseMelding(Part):
    versjon: Leaf = attribute("versjon", STRING, required=True)
    meldingstype: Leaf = attribute("meldingstype", STRING, required=True)
    leverandor: Leaf = attribute("leverandor", STRING, required=True)
    navn_epj: Leaf = attribute("navnEPJ", STRING, required=True)
    versjon_epj: Leaf = attribute("versjonEPJ", STRING, required=True)
    versjon_ut: Leaf = attribute("versjonUt", STRING, required=True)
    lokalident: Leaf | None = attribute("lokalident", STRING)
    notifikasjon: tuple[Notifikasjon, ...] = many("Notifikasjon", Notifikasjon)
    kontaktperson: tuple[HendelseKontakt, ...] = some("Kontaktperson", HendelseKontakt)
    kommune: tuple[Kommune, ...] = some("Kommune", Kommune)


EVENTS: Final = (
    "tjeneste_start", "tjeneste_slutt", "tjenesteutforer_endret", "midlertidig_stopp_fra", "midlertidig_stopp_til",
)  # fmt: skip
"""The fields of a notification of which exactly one stands."""
