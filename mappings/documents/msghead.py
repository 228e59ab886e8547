"""The envelope: Hodemelding v1.2 (HIS 80601:2006).

``Content`` holds whole payloads; which ones, ``dialects`` tells.
"""

from __future__ import annotations

from mappings.documents import felleskomponent as fk1
from mappings.documents.datatypes import CS, CV, TS, URL
from mappings.documents.shape import (
    ANY_TYPE,
    ANY_URI,
    DATE,
    DATETIME,
    OID,
    STRING,
    Leaf,
    Markup,
    Part,
    element,
    many,
    one,
    optional,
    some,
    wildcard,
)


@element("msghead")
class ConversationRef(Part):
    ref_to_parent: Leaf = one("RefToParent", STRING)
    ref_to_conversation: Leaf = one("RefToConversation", STRING)


@element("msghead", is_global=False)
class Ident(Part):
    id: Leaf = one("Id", STRING)
    type_id: CV = one("TypeId", CV)


@element("msghead", is_global=False)
class Address(Part):
    type: CS | None = optional("Type", CS, codes=3401)
    street_adr: Leaf | None = optional("StreetAdr", STRING)
    postal_code: Leaf | None = optional("PostalCode", STRING)
    city: Leaf | None = optional("City", STRING)
    postbox: Leaf | None = optional("Postbox", STRING)
    county: CS | None = optional("County", CS, codes=3402)
    country: CS | None = optional("Country", CS, codes=9043)


@element("msghead", is_global=False)
class TeleCom(Part):
    type_telecom: CS | None = optional("TypeTelecom", CS, codes=9061)
    tele_address: URL = one("TeleAddress", URL)


@element("msghead")
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


@element("msghead", optional=True)
class Organisation(Part):
    organisation_name: Leaf | None = one("OrganisationName", STRING)
    type_organisation: CV | None = optional("TypeOrganisation", CV, codes=9040)
    ident: tuple[Ident, ...] = some("Ident", Ident)
    address: Address | None = optional("Address", Address)
    tele_com: tuple[TeleCom, ...] = many("TeleCom", TeleCom)
    organisation: Organisation | None = optional("Organisation", "Organisation")
    healthcare_professional: HealthcareProfessional | None = optional("HealthcareProfessional", HealthcareProfessional)


@element("msghead")
class Sender(Part):
    com_method: CS | None = optional("ComMethod", CS, codes=8235)
    organisation: Organisation = one("Organisation", Organisation)


@element("msghead")
class Receiver(Part):
    com_method: CS | None = optional("ComMethod", CS, codes=8235)
    organisation: Organisation = one("Organisation", Organisation)


@element("msghead")
class Patient(Part):
    family_name: Leaf | None = optional("FamilyName", STRING)
    middle_name: Leaf | None = optional("MiddleName", STRING)
    given_name: Leaf | None = optional("GivenName", STRING)
    date_of_birth: Leaf | None = optional("DateOfBirth", DATE)
    sex: CS | None = optional("Sex", CS, codes=3101)
    nationality: CS | None = optional("Nationality", CS, codes=9043)
    ident: tuple[Ident, ...] = many("Ident", Ident)
    address: Address | None = optional("Address", Address)
    tele_com: tuple[TeleCom, ...] = many("TeleCom", TeleCom)


@element("msghead")
class OtherReceiver(Part):
    com_method: CS | None = optional("ComMethod", CS, codes=8235)
    role_receiver: CS = one("RoleReceiver", CS, codes=8112)
    organisation: Organisation | None = optional("Organisation", Organisation, choice="a")
    patient: Patient | None = optional("Patient", Patient, choice="a")
    person: fk1.Person | None = optional("Person", fk1.Person, choice="a")
    healthcare_professional: HealthcareProfessional | None = optional(
        "HealthcareProfessional", HealthcareProfessional, choice="a"
    )


@element("msghead")
class MsgInfo(Part):
    type: CS = one("Type", CS, codes=8279)
    mig_version: Leaf = one("MIGversion", STRING, fixed="v1.2 2006-05-24")
    gen_date: Leaf = one("GenDate", DATETIME)
    msg_id: Leaf = one("MsgId", STRING)
    processing_status: CS | None = optional("ProcessingStatus", CS, codes=8113)
    requested_priority: CS | None = optional("RequestedPriority", CS, codes=8115)
    ack: CS | None = optional("Ack", CS, codes=7304)
    conversation_ref: ConversationRef | None = optional("ConversationRef", ConversationRef)
    sender: Sender = one("Sender", Sender)
    receiver: Receiver = one("Receiver", Receiver)
    other_receiver: tuple[OtherReceiver, ...] = many("OtherReceiver", OtherReceiver)
    patient: Patient | None = optional("Patient", Patient)


@element("msghead", is_global=False)
class Content(Part):
    any: tuple[Part, ...] = wildcard()


@element("msghead")
class RefDoc(Part):
    issue_date: TS | None = optional("IssueDate", TS)
    msg_type: CS = one("MsgType", CS, codes=8114)
    id: Leaf | None = optional("Id", STRING)
    mime_type: Leaf | None = optional("MimeType", STRING)
    description: Leaf | None = optional("Description", STRING)
    compression: CS | None = optional("Compression", CS, codes=1204)
    file_reference: Leaf | None = optional("FileReference", ANY_URI, choice="a")
    content: Content | None = optional("Content", Content, choice="a")


@element("msghead")
class Document(Part):
    document_connection: CS | None = optional("DocumentConnection", CS, codes=4702)
    content_type: CV | None = optional("ContentType", CV)
    content_description: Leaf | None = optional("ContentDescription", STRING)
    content_category: CV | None = optional("ContentCategory", CV)
    consent: CV | None = optional("Consent", CV, codes=9064)
    annotation: Leaf | None = optional("Annotation", STRING)
    from_date: TS | None = optional("FromDate", TS)
    to_date: TS | None = optional("ToDate", TS)
    oid_ref: Leaf | None = optional("OidRef", OID)
    enquiry_ref_id: Leaf | None = optional("EnquiryRefId", STRING)
    ref_doc: RefDoc = one("RefDoc", RefDoc)


@element("msghead")
class PatientReport(Part):
    document_connection: CS | None = optional("DocumentConnection", CS, codes=4702)
    case_no: Leaf = one("CaseNo", STRING)
    document: tuple[Document, ...] = some("Document", Document)
    patient: Patient | None = optional("Patient", Patient)


@element("msghead")
class MsgHead(Part):
    msg_info: MsgInfo = one("MsgInfo", MsgInfo)
    document: tuple[Document, ...] = some("Document", Document, choice="a")
    patient_report: tuple[PatientReport, ...] = some("PatientReport", PatientReport, choice="a")
    signature: Markup | None = optional("Signature", ANY_TYPE, family="ds")


@element("msghead")
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
