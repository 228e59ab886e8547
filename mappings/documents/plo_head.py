"""What every PLO payload begins with (HIS 80704, poKomponent 1.5 and 1.6): status, next of kin, contacts."""

from __future__ import annotations

from mappings.documents import felleskomponent as fk1
from mappings.documents.datatypes import CS, CV
from mappings.documents.shape import BOOLEAN, DATE, GYEAR, STRING, Leaf, Part, element, one, optional


@element("po")
class ParorendeForesatt(Part):
    slektskap: CS | None = optional("Slektskap", CS, codes=9033)
    omsorgsfunksjon: CS | None = optional("Omsorgsfunksjon", CS, codes=9050)
    fodselsar_mindrearig_parorende: Leaf | None = optional("FodselsarMindrearigParorende", GYEAR, only="1.6")
    referanseperson: fk1.Person = one("Referanseperson", fk1.Person)
    merknad: Leaf | None = optional("Merknad", STRING)


@element("po")
class TilknyttetEnhet(Part):
    kontaktenhet: fk1.Organisation = one("Kontaktenhet", fk1.Organisation)
    merknad: Leaf | None = optional("Merknad", STRING)


@element("po")
class KontaktpersonHelsepersonell(Part):
    kontaktperson: fk1.HealthcareProfessional = one("Kontaktperson", fk1.HealthcareProfessional)
    merknad: Leaf | None = optional("Merknad", STRING)


@element("po")
class TilleggsopplysningPasient(Part):
    sivil_status: CS | None = optional("SivilStatus", CS, codes=8724)
    bor_alene: Leaf | None = optional("BorAlene", BOOLEAN)
    sprak: CS | None = optional("Sprak", CS, codes=3303)


@element("po")
class SendtDokument(Part):
    opplysning: CV = one("Opplysning", CV, codes=8329)
    ja_nei: Leaf = one("JaNei", BOOLEAN)
    dato_sendt: Leaf | None = optional("DatoSendt", DATE)
    type_mottaker: CV | None = optional("TypeMottaker", CV, codes=8330)
    navn_mottaker: Leaf | None = optional("NavnMottaker", STRING)
    merknad: Leaf | None = optional("Merknad", STRING)


@element("po")
class Foresporsel(Part):
    type_foresp: CV = one("TypeForesp", CV)
    formal: CV | None = optional("Formål", CV, codes=9068)
    hastegrad: CS | None = optional("Hastegrad", CS, codes=9067)
    type_journalinfo: CV | None = optional("TypeJournalinfo", CV, codes=9066)
    sporsmal: Leaf | None = optional("Sporsmal", STRING)
    begrunnelse: Leaf | None = optional("Begrunnelse", STRING)
    fra_dato: Leaf | None = optional("FraDato", DATE)
    til_dato: Leaf | None = optional("TilDato", DATE)
    ref_dok_id_foresp: Leaf | None = optional("RefDokIdForesp", STRING)


@element("po")
class InformasjonOmForsendelsen(Part):
    forsendelsesstatus: CS = one("Forsendelsesstatus", CS, codes=7309)
    forbehold_om_videresending: Leaf | None = optional("ForbeholdOmVideresending", BOOLEAN)
    svar_paa_foresporsel: Leaf | None = optional("SvarPaaForesporsel", BOOLEAN)
    foresporsel: Foresporsel | None = optional("Foresporsel", Foresporsel)


@element("po")
class AnsvarForRapport(Part):
    ansvarlig_rapport: fk1.HealthcareProfessional = one("AnsvarligRapport", fk1.HealthcareProfessional)
    godkjent_dato: Leaf | None = optional("GodkjentDato", DATE)
    type_relasjon: CV | None = optional("TypeRelasjon", CV, codes=8254)
    merknad: Leaf | None = optional("Merknad", STRING)


@element("po")
class Fraversassistent(Part):
    mottaker_fravarende: Leaf = one("MottakerFravarende", BOOLEAN)
    melding_videresendt: Leaf | None = optional("MeldingVideresendt", BOOLEAN)
    fravarende_fra_dato: Leaf | None = optional("FravarendeFraDato", DATE)
    fravarende_til_dato: Leaf | None = optional("FravarendeTilDato", DATE)
    videresendt_til: fk1.HealthcareProfessional | None = optional("VideresendtTil", fk1.HealthcareProfessional)
    merknad: Leaf | None = optional("Merknad", STRING)
