"""Applikasjonskvittering 1.0 and 1.1 (HIS 80415:2012): the answer to a message."""

from __future__ import annotations

from mappings.documents.datatypes import CS, CV, URL
from mappings.documents.shape import DATETIME, STRING, Leaf, Part, alternative, element, many, one, optional


@element("apprec")
class AdditionalId(Part):
    id: Leaf = one("Id", STRING)
    type: CS = one("Type", CS)


@element("apprec")
class Dept(Part):
    type: CS | None = optional("Type", CS)
    name: Leaf | None = optional("Name", STRING)
    id: Leaf | None = optional("Id", STRING)
    type_id: CS | None = optional("TypeId", CS)
    additional_id: tuple[AdditionalId, ...] = many("AdditionalId", AdditionalId)


@element("apprec")
class HCPerson(Part):
    name: Leaf | None = optional("Name", STRING)
    id: Leaf | None = optional("Id", STRING)
    type_id: CS | None = optional("TypeId", CS)
    additional_id: tuple[AdditionalId, ...] = many("AdditionalId", AdditionalId)


@element("apprec")
class Inst(Part):
    name: Leaf | None = optional("Name", STRING)
    id: Leaf | None = optional("Id", STRING)
    type_id: CS | None = optional("TypeId", CS)
    dept: tuple[Dept, ...] = many("Dept", Dept)
    additional_id: tuple[AdditionalId, ...] = many("AdditionalId", AdditionalId)
    hc_person: tuple[HCPerson, ...] = many("HCPerson", HCPerson)


@element("apprec")
class HCProf(Part):
    type: CS | None = optional("Type", CS)
    name: Leaf | None = optional("Name", STRING)
    id: Leaf | None = optional("Id", STRING)
    type_id: CS | None = optional("TypeId", CS)
    additional_id: tuple[AdditionalId, ...] = many("AdditionalId", AdditionalId)


@element("apprec")
class Address(Part):
    type: CS = one("Type", CS, codes=3401)
    street_adr: Leaf | None = optional("StreetAdr", STRING)
    postal_code: Leaf | None = optional("PostalCode", STRING)
    city: Leaf | None = optional("City", STRING)
    county: CS | None = optional("County", CS, codes=3402)
    country: CS | None = optional("Country", CS, codes=9043)
    city_distr: CS | None = optional("CityDistr", CS)
    tele_address: tuple[URL, ...] = many("TeleAddress", URL)


@element("apprec")
class HCP(Part):
    inst: Inst | None = alternative("Inst", Inst, choice="a")
    hc_prof: HCProf | None = alternative("HCProf", HCProf, choice="a")
    med_speciality: CV | None = optional("MedSpeciality", CV)
    address: Address | None = optional("Address", Address)


@element("apprec", is_global=False)
class Sender(Part):
    role: CS | None = optional("Role", CS)
    hcp: HCP = one("HCP", HCP)


@element("apprec", is_global=False)
class Receiver(Part):
    role: CS | None = optional("Role", CS)
    hcp: HCP = one("HCP", HCP)


@element("apprec")
class OriginalMsgId(Part):
    msg_type: CS = one("MsgType", CS)
    issue_date: Leaf = one("IssueDate", DATETIME)
    id: Leaf = one("Id", STRING)


@element("apprec")
class AppRec(Part):
    msg_type: CS = one("MsgType", CS)
    mig_version: Leaf = one("MIGversion", STRING)
    software_name: Leaf | None = optional("SoftwareName", STRING)
    software_version: Leaf | None = optional("SoftwareVersion", STRING)
    gen_date: Leaf = one("GenDate", DATETIME)
    id: Leaf = one("Id", STRING)
    sender: Sender = one("Sender", Sender)
    receiver: Receiver = one("Receiver", Receiver)
    status: CS = one("Status", CS, codes=8258)
    error: tuple[CV, ...] = many("Error", CV, codes=8221)
    original_msg_id: OriginalMsgId = one("OriginalMsgId", OriginalMsgId)
