"""Persons, professionals and organisations as PLO payloads write them (felleskomponent1).

The same names as in the envelope (``msghead``), in another order and namespace.
"""

from __future__ import annotations

from mappings.documents.datatypes import CS, CV, URL
from mappings.documents.shape import DATE, STRING, Leaf, Part, element, many, one, optional, some


@element("fk1", is_global=False)
class Address(Part):
    type: CS | None = optional("Type", CS, codes=3401)
    street_adr: Leaf | None = optional("StreetAdr", STRING)
    postal_code: Leaf | None = optional("PostalCode", STRING)
    city: Leaf | None = optional("City", STRING)
    postbox: Leaf | None = optional("Postbox", STRING)
    county: CS | None = optional("County", CS, codes=3402)
    country: CS | None = optional("Country", CS, codes=9043)


@element("fk1", is_global=False)
class TeleCom(Part):
    type_telecom: CS | None = optional("TypeTelecom", CS, codes=9061)
    tele_address: URL = one("TeleAddress", URL)


@element("fk1", is_global=False)
class Ident(Part):
    id: Leaf = one("Id", STRING)
    type_id: CV = one("TypeId", CV)


@element("fk1", is_global=False)
class Person(Part):
    family_name: Leaf | None = optional("FamilyName", STRING)
    middle_name: Leaf | None = optional("MiddleName", STRING)
    given_name: Leaf | None = optional("GivenName", STRING)
    date_of_birth: Leaf | None = optional("DateOfBirth", DATE)
    sex: CS | None = optional("Sex", CS, codes=3101)
    nationality: CS | None = optional("Nationality", CS, codes=9043)
    ident: tuple[Ident, ...] = many("Ident", Ident)
    address: Address | None = optional("Address", Address)
    tele_com: tuple[TeleCom, ...] = many("TeleCom", TeleCom)


@element("fk1", is_global=False)
class HealthcareProfessional(Part):
    type_healthcare_professional: CS | None = optional("TypeHealthcareProfessional", CS, codes=9060)
    role_to_patient: CV | None = optional("RoleToPatient", CV, codes=9034)
    family_name: Leaf | None = optional("FamilyName", STRING)
    middle_name: Leaf | None = optional("MiddleName", STRING)
    given_name: Leaf | None = optional("GivenName", STRING)
    date_of_birth: Leaf | None = optional("DateOfBirth", DATE)
    sex: CS | None = optional("Sex", CS, codes=3101)
    nationality: CS | None = optional("Nationality", CS, codes=9043)
    ident: tuple[Ident, ...] = some("Ident", Ident)
    address: Address | None = optional("Address", Address)
    tele_com: tuple[TeleCom, ...] = many("TeleCom", TeleCom)


@element("fk1", is_global=False)
class Organisation(Part):
    type_organisation: CV | None = optional("TypeOrganisation", CV, codes=9040)
    organisation_name: Leaf = one("OrganisationName", STRING)
    ident: tuple[Ident, ...] = some("Ident", Ident)
    address: Address | None = optional("Address", Address)
    tele_com: tuple[TeleCom, ...] = many("TeleCom", TeleCom)
    organisation: Organisation | None = optional("Organisation", "Organisation")
