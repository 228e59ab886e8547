"""Dialogmelding 1.0 and 1.1 (HIS 80603:2006 and 2017)."""

from __future__ import annotations

from mappings.documents import felleskomponent as fk1
from mappings.documents.datatypes import CS, CV
from mappings.documents.shape import (
    ANY_TYPE,
    DATE,
    STRING,
    Leaf,
    Markup,
    Part,
    alternative,
    element,
    many,
    one,
    optional,
)


@element("dialog")
class HealthcareProfessional(Part):
    type_healthcare_professional: CS | None = optional("TypeHealthcareProfessional", CS, codes=9060)
    role_to_patient: CV | None = optional("RoleToPatient", CV, codes=9034)
    family_name: Leaf | None = optional("FamilyName", STRING)
    middle_name: Leaf | None = optional("MiddleName", STRING)
    given_name: Leaf | None = optional("GivenName", STRING)
    date_of_birth: Leaf | None = optional("DateOfBirth", DATE)
    sex: CS | None = optional("Sex", CS, codes=3101)
    nationality: CS | None = optional("Nationality", CS, codes=9043)
    ident: tuple[fk1.Ident, ...] = many("Ident", fk1.Ident)
    address: fk1.Address | None = optional("Address", fk1.Address)
    tele_com: tuple[fk1.TeleCom, ...] = many("TeleCom", fk1.TeleCom)


@element("dialog")
class Person(Part):
    given_name: Leaf | None = optional("GivenName", STRING)
    middle_name: Leaf | None = optional("MiddleName", STRING)
    family_name: Leaf | None = optional("FamilyName", STRING)
    date_of_birth: Leaf | None = optional("DateOfBirth", DATE)
    sex: CS | None = optional("Sex", CS, codes=3101)
    nationality: CS | None = optional("Nationality", CS, codes=9043)
    ident: tuple[fk1.Ident, ...] = many("Ident", fk1.Ident)
    address: fk1.Address | None = optional("Address", fk1.Address)
    tele_com: tuple[fk1.TeleCom, ...] = many("TeleCom", fk1.TeleCom)


@element("dialog")
class TilknyttetEnhet(Part):
    kontaktenhet: fk1.Organisation = one("Kontaktenhet", fk1.Organisation)
    merknad: Leaf | None = optional("Merknad", STRING)
    healthcare_professional: HealthcareProfessional | None = alternative(
        "HealthcareProfessional", HealthcareProfessional, choice="a?"
    )
    person: Person | None = alternative("Person", Person, choice="a?")


@element("dialog")
class RollerRelatertNotat(Part):
    rolle_notat: CV | None = optional("RolleNotat", CV, codes=9057)
    role_to_patient: CV | None = optional("RoleToPatient", CV, codes=9034)
    tilknyttet_enhet: TilknyttetEnhet | None = optional("TilknyttetEnhet", TilknyttetEnhet, only="1.1")
    healthcare_professional: HealthcareProfessional | None = alternative(
        "HealthcareProfessional", HealthcareProfessional, choice="a?1.1"
    )
    person: Person | None = alternative("Person", Person, choice="a?1.1")


@element("dialog")
class Foresporsel(Part):
    type_foresp: CV = one("TypeForesp", CV)
    emne_sporsmal: Leaf | None = optional("EmneSporsmal", STRING, only="1.1")
    sporsmal: Leaf | None = optional("Sporsmal", STRING, only="1.0")
    sporsmal_innhold: Markup | None = optional("Sporsmal", ANY_TYPE, only="1.1")
    formal: CV | None = optional("Formål", CV, codes=9068)
    begrunnelse: Leaf | None = optional("Begrunnelse", STRING)
    hastegrad: CS | None = optional("Hastegrad", CS, codes=9067)
    fra_dato: Leaf | None = optional("FraDato", DATE)
    til_dato: Leaf | None = optional("TilDato", DATE)
    type_journalinfo: tuple[CV, ...] = many("TypeJournalinfo", CV, codes=9066, single_in="1.0")
    kodet_opplysning: CV | None = optional("KodetOpplysning", CV, only="1.1")
    dok_id_foresp: Leaf | None = optional("DokIdForesp", STRING)
    roller_relatert_notat: tuple[RollerRelatertNotat, ...] = many("RollerRelatertNotat", RollerRelatertNotat)


@element("dialog")
class Notat(Part):
    tema_kodet: CV = one("TemaKodet", CV)
    tema: Leaf | None = optional("Tema", STRING)
    tekst_notat_innhold: Markup | None = optional("TekstNotatInnhold", ANY_TYPE)
    merknad: Leaf | None = optional("Merknad", STRING)
    dok_id_notat: Leaf | None = optional("DokIdNotat", STRING)
    dato_notat: Leaf | None = optional("DatoNotat", DATE)
    foresporsel: Foresporsel | None = optional("Foresporsel", Foresporsel)
    roller_relatert_notat: tuple[RollerRelatertNotat, ...] = many("RollerRelatertNotat", RollerRelatertNotat)


@element("dialog")
class Dialogmelding(Part):
    sakstype_kodet: CV | None = optional("SakstypeKodet", CV)
    sakstype: Leaf | None = optional("Sakstype", STRING)
    foresporsel: tuple[Foresporsel, ...] = many("Foresporsel", Foresporsel, choice="a")
    notat: tuple[Notat, ...] = many("Notat", Notat, choice="a")
