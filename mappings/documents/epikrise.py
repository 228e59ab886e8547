"""Epikrise 1.1 and 1.2 (HIS 80226): a message of its own, not in an envelope."""

from __future__ import annotations

from mappings.documents.datatypes import CS, CV, PQ, TS, URL
from mappings.documents.shape import (
    ANY_TYPE,
    ANY_URI,
    INTEGER,
    STRING,
    Leaf,
    Markup,
    Part,
    alternative,
    element,
    many,
    one,
    optional,
    some,
    wildcard,
)


@element("epikrise")
class ReasonAsText(Part):
    heading: CS | None = optional("Heading", CS, codes=8311)
    text_result_value: Markup | None = optional("TextResultValue", ANY_TYPE)
    text_code: tuple[CV, ...] = many("TextCode", CV)


@element("epikrise")
class Modifier(Part):
    name: CS = one("Name", CS, codes=7305)
    value: tuple[CV, ...] = some("Value", CV)


@element("epikrise")
class Diagnosis(Part):
    concept: CV = one("Concept", CV)
    modifier: tuple[Modifier, ...] = many("Modifier", Modifier)


@element("epikrise")
class ServReq(Part):
    serv_type: CS = one("ServType", CS)
    issue_date: TS = one("IssueDate", TS)
    receipt_date: TS | None = optional("ReceiptDate", TS)
    req_comment: Leaf | None = optional("ReqComment", STRING)
    msg_descr: Leaf | None = one("MsgDescr", STRING, only="1.1")
    msg_descr_kode: CS | None = one("MsgDescr", CS, only="1.2")
    id: Leaf = one("Id", STRING)
    reason_as_text: tuple[ReasonAsText, ...] = many("ReasonAsText", ReasonAsText)
    diagnosis: tuple[Diagnosis, ...] = some("Diagnosis", Diagnosis)


@element("epikrise")
class TransportArr(Part):
    responsibility: CS | None = optional("Responsibility", CS)
    status: CS | None = optional("Status", CS)
    transport_requirement: CV | None = optional("TransportRequirement", CV)
    escort_required: CS | None = optional("EscortRequired", CS)
    comment: Leaf | None = optional("Comment", STRING)


@element("epikrise")
class PlannedEvent(Part):
    planning_stage: CS | None = optional("PlanningStage", CS)
    status_of_plan: CS | None = optional("StatusOfPlan", CS)
    plan_comment: Leaf | None = optional("PlanComment", STRING)
    planning_date: TS | None = optional("PlanningDate", TS)
    scheduled_date: TS | None = optional("ScheduledDate", TS)
    advice_sent_to: CS | None = optional("AdviceSentTo", CS)
    expected_delay: PQ | None = optional("ExpectedDelay", PQ)
    comment_exp_duration: Leaf | None = optional("CommentExpDuration", STRING)
    preparation: Leaf | None = optional("Preparation", STRING)
    advice: Leaf | None = optional("Advice", STRING)
    transport_arr: TransportArr | None = optional("TransportArr", TransportArr)


@element("epikrise")
class ReportedEvent(Part):
    start_date_time: TS = one("StartDateTime", TS)
    end_date_time: TS | None = optional("EndDateTime", TS)


@element("epikrise")
class Service(Part):
    serv_id: CV | None = optional("ServId", CV)
    med_specialty: CV | None = optional("MedSpecialty", CV)
    adm_cat: CS | None = optional("AdmCat", CS, codes=8240)


@element("epikrise")
class AdditionalId(Part):
    id: Leaf = one("Id", STRING)
    type: CS = one("Type", CS)


@element("epikrise")
class Dept(Part):
    type: CS | None = optional("Type", CS)
    name: Leaf | None = optional("Name", STRING)
    id: Leaf | None = optional("Id", STRING)
    type_id: CS | None = optional("TypeId", CS)
    additional_id: tuple[AdditionalId, ...] = many("AdditionalId", AdditionalId)


@element("epikrise")
class HCPerson(Part):
    name: Leaf | None = optional("Name", STRING)
    id: Leaf | None = optional("Id", STRING)
    type_id: CS | None = optional("TypeId", CS)
    additional_id: tuple[AdditionalId, ...] = many("AdditionalId", AdditionalId)


@element("epikrise")
class Inst(Part):
    name: Leaf | None = optional("Name", STRING)
    type: CS | None = optional("Type", CS, only="1.1")
    id: Leaf | None = optional("Id", STRING)
    type_id: CS | None = optional("TypeId", CS)
    dept: tuple[Dept, ...] = many("Dept", Dept)
    hc_person: tuple[HCPerson, ...] = many("HCPerson", HCPerson)
    additional_id: tuple[AdditionalId, ...] = many("AdditionalId", AdditionalId)


@element("epikrise")
class HCProf(Part):
    type: CS | None = optional("Type", CS)
    position: CV | None = optional("Position", CV)
    name: Leaf | None = optional("Name", STRING)
    qual: tuple[CV, ...] = many("Qual", CV)
    id: Leaf | None = optional("Id", STRING)
    type_id: CS | None = optional("TypeId", CS)
    additional_id: tuple[AdditionalId, ...] = many("AdditionalId", AdditionalId)


@element("epikrise")
class Address(Part):
    type: CS = one("Type", CS, codes=3401)
    street_adr: Leaf | None = optional("StreetAdr", STRING)
    postal_code: Leaf | None = optional("PostalCode", STRING)
    city: Leaf | None = optional("City", STRING)
    county: CS | None = optional("County", CS, codes=3402)
    country: CS | None = optional("Country", CS, codes=9043)
    city_distr: CS | None = optional("CityDistr", CS)
    tele_address: tuple[URL, ...] = many("TeleAddress", URL)


@element("epikrise")
class HCP(Part):
    inst: Inst | None = alternative("Inst", Inst, choice="a")
    hc_prof: HCProf | None = alternative("HCProf", HCProf, choice="a")
    med_specialty: CV | None = optional("MedSpecialty", CV)
    party_id_by_requester: Leaf | None = optional("PartyIdByRequester", STRING, only="1.1")
    party_id_by_serv_prov: Leaf | None = optional("PartyIdByServProv", STRING, only="1.1")
    address: Address | None = optional("Address", Address)


@element("epikrise")
class RelServProvider(Part):
    relation: CS = one("Relation", CS, codes=7318)
    role: CS | None = optional("Role", CS)
    hcp: HCP = one("HCP", HCP)


@element("epikrise")
class AssRequest(Part):
    issue_date: TS | None = optional("IssueDate", TS)
    msg_type: CS = one("MsgType", CS)
    id: Leaf | None = optional("Id", STRING)


@element("epikrise")
class SubLocation(Part):
    type: CS = one("Type", CS)
    place: Leaf = one("Place", STRING)


@element("epikrise")
class Location(Part):
    type: CS | None = optional("Type", CS)
    description: Leaf | None = optional("Description", STRING)
    inst: Inst | None = optional("Inst", Inst)
    address: Address | None = optional("Address", Address)
    sub_location: tuple[SubLocation, ...] = many("SubLocation", SubLocation)


@element("epikrise")
class EventLocation(Part):
    role: CS | None = optional("Role", CS)
    start_date_time: TS | None = optional("StartDateTime", TS)
    end_date_time: TS | None = optional("EndDateTime", TS)
    location: Location = one("Location", Location)


@element("epikrise")
class Result(Part):
    heading: CS | None = optional("Heading", CS, codes=8311)
    text_result_value: Markup | None = optional("TextResultValue", ANY_TYPE)
    text_code: tuple[CV, ...] = many("TextCode", CV)


@element("epikrise")
class TextResult(Part):
    result: Result | None = optional("Result", Result)


@element("epikrise")
class Interval(Part):
    low: PQ | None = optional("Low", PQ)
    high: PQ | None = optional("High", PQ)


@element("epikrise")
class NumResult(Part):
    arithmetic_comp: CS | None = optional("ArithmeticComp", CS)
    num_result_value: PQ = one("NumResultValue", PQ)


@element("epikrise")
class DateResult(Part):
    date_result_value: TS = one("DateResultValue", TS)


@element("epikrise")
class ClinInv(Part):
    id: CV = one("Id", CV)
    spec: tuple[CV, ...] = many("Spec", CV)


@element("epikrise")
class DiagComment(Part):
    concept: CV = one("Concept", CV)
    modifier: tuple[Modifier, ...] = many("Modifier", Modifier)


@element("epikrise")
class ResultItem(Part):
    text_result: TextResult | None = alternative("TextResult", TextResult, choice="a")
    interval: Interval | None = alternative("Interval", Interval, choice="a")
    num_result: NumResult | None = alternative("NumResult", NumResult, choice="a")
    date_result: DateResult | None = alternative("DateResult", DateResult, choice="a")
    serv_type: CS | None = optional("ServType", CS)
    inv_date: TS | None = optional("InvDate", TS)
    comment: Leaf | None = optional("Comment", STRING)
    dev_result_ind: CS | None = optional("DevResultInd", CS)
    clin_inv: ClinInv = one("ClinInv", ClinInv)
    diag_comment: DiagComment | None = optional("DiagComment", DiagComment)


@element("epikrise")
class Medication(Part):
    drug_id: CV = one("DrugId", CV)
    dosage_coded: CV | None = optional("DosageCoded", CV)
    comment: Leaf | None = optional("Comment", STRING)
    status: CS = one("Status", CS, codes=7307)
    form: CV | None = optional("Form", CV)
    route_of_adm: CV | None = optional("RouteOfAdm", CV)
    intended_duration: PQ | None = optional("IntendedDuration", PQ)
    quantity_supplied: PQ | None = optional("QuantitySupplied", PQ)
    unit_dose: PQ | None = optional("UnitDose", PQ)
    dosage_text: Leaf | None = optional("DosageText", STRING)


@element("epikrise")
class CodedDescr(Part):
    concept: CV = one("Concept", CV)
    modifier: tuple[Modifier, ...] = many("Modifier", Modifier)


@element("epikrise")
class Observation(Part):
    description: Markup | None = optional("Description", ANY_TYPE)
    comment: Leaf | None = optional("Comment", STRING)
    coded_descr: CodedDescr | None = optional("CodedDescr", CodedDescr)


@element("epikrise")
class Origin(Part):
    role: CS | None = optional("Role", CS)
    hcp: HCP = one("HCP", HCP)


@element("epikrise")
class RelHCProvider(Part):
    relation: CS = one("Relation", CS, codes=7318)
    role: CS | None = optional("Role", CS)
    hcp: HCP = one("HCP", HCP)


@element("epikrise")
class InfItem(Part):
    result_item: ResultItem | None = alternative("ResultItem", ResultItem, choice="a")
    medication: Medication | None = alternative("Medication", Medication, choice="a")
    observation: Observation | None = alternative("Observation", Observation, choice="a")
    type: CS = one("Type", CS, codes=8233)
    start_date_time: TS | None = optional("StartDateTime", TS)
    end_date_time: TS | None = optional("EndDateTime", TS)
    org_date: TS | None = optional("OrgDate", TS)
    origin: Origin | None = optional("Origin", Origin)
    rel_hc_provider: tuple[RelHCProvider, ...] = many("RelHCProvider", RelHCProvider)


@element("epikrise")
class Comment(Part):
    heading: CS | None = optional("Heading", CS, codes=8311)
    text_result_value: Markup | None = optional("TextResultValue", ANY_TYPE)
    text_code: tuple[CV, ...] = many("TextCode", CV)


@element("epikrise")
class CodedComment(Part):
    concept: CV = one("Concept", CV)
    modifier: tuple[Modifier, ...] = many("Modifier", Modifier)


@element("epikrise", optional=True)
class Event(Part):
    planned_event: PlannedEvent | None = alternative("PlannedEvent", PlannedEvent, choice="a")
    reported_event: ReportedEvent | None = alternative("ReportedEvent", ReportedEvent, choice="a")
    serv_type: CS = one("ServType", CS)
    recipient: CS | None = optional("Recipient", CS)
    priority: CS | None = optional("Priority", CS)
    adm_outcome: CS | None = optional("AdmOutcome", CS)
    exp_duration: PQ | None = optional("ExpDuration", PQ)
    id: Leaf | None = one("Id", INTEGER, only="1.1")
    event: tuple[Event, ...] = many("Event", "Event", only="1.2")  # 1.1 asks for a key that no inner one can have
    service: Service = one("Service", Service)
    rel_serv_provider: tuple[RelServProvider, ...] = many("RelServProvider", RelServProvider)
    ass_request: tuple[AssRequest, ...] = many("AssRequest", AssRequest)
    event_location: tuple[EventLocation, ...] = many("EventLocation", EventLocation)
    inf_item: tuple[InfItem, ...] = many("InfItem", InfItem)
    comment: tuple[Comment, ...] = many("Comment", Comment)
    coded_comment: tuple[CodedComment, ...] = many("CodedComment", CodedComment)


@element("epikrise")
class PatientPrecaution(Part):
    precaution: Leaf = one("Precaution", STRING)
    start_date_time: TS | None = optional("StartDateTime", TS)
    end_date_time: TS | None = optional("EndDateTime", TS)


@element("epikrise")
class PatientRelParty(Part):
    relation: CS = one("Relation", CS)
    name: Leaf | None = optional("Name", STRING)
    rel_party_off_id: Leaf | None = optional("RelPartyOffId", STRING)
    address: Address | None = optional("Address", Address)


@element("epikrise")
class PatRelHCP(Part):
    relation: CS = one("Relation", CS, codes=7319)
    start_date_time: TS | None = optional("StartDateTime", TS)
    end_date_time: TS | None = optional("EndDateTime", TS)
    role: CS | None = optional("Role", CS, only="1.1")
    hcp: HCP = one("HCP", HCP)


@element("epikrise")
class Patient(Part):
    sex: CS | None = optional("Sex", CS, codes=3101)
    date_of_birth: TS | None = optional("DateOfBirth", TS)
    date_of_death: TS | None = optional("DateOfDeath", TS)
    name: Leaf | None = optional("Name", STRING)
    id_by_serv_provider: Leaf | None = optional("IdByServProvider", STRING)
    id_by_requester: Leaf | None = optional("IdByRequester", STRING)
    off_id: Leaf | None = optional("OffId", STRING)
    type_off_id: CS | None = optional("TypeOffId", CS)
    patient_precaution: tuple[PatientPrecaution, ...] = many("PatientPrecaution", PatientPrecaution)
    patient_rel_party: tuple[PatientRelParty, ...] = many("PatientRelParty", PatientRelParty)
    pat_rel_hcp: tuple[PatRelHCP, ...] = many("PatRelHCP", PatRelHCP)
    additional_id: tuple[AdditionalId, ...] = many("AdditionalId", AdditionalId)
    address: Address | None = optional("Address", Address)


@element("epikrise")
class ServProvider(Part):
    role: CS | None = optional("Role", CS)
    com_method: CS | None = optional("ComMethod", CS, codes=8235)
    hcp: HCP = one("HCP", HCP)


@element("epikrise")
class CopyDestRole(Part):
    msg_type: CS = one("MsgType", CS)
    req_com_method: CS | None = optional("ReqComMethod", CS)
    act_com_method: CS | None = optional("ActComMethod", CS)


@element("epikrise")
class CopyDest(Part):
    role: CS | None = optional("Role", CS)
    copy_dest_role: tuple[CopyDestRole, ...] = many("CopyDestRole", CopyDestRole)
    hcp: HCP = one("HCP", HCP)


@element("epikrise")
class Requester(Part):
    role: CS | None = optional("Role", CS)
    com_method: CS | None = optional("ComMethod", CS, codes=8235)
    hcp: HCP = one("HCP", HCP)


@element("epikrise", is_global=False)
class Content(Part):
    any: tuple[Part, ...] = wildcard()


@element("epikrise")
class RefDoc(Part):
    issue_date: TS | None = optional("IssueDate", TS)
    msg_type: CS = one("MsgType", CS, codes=8114)
    id: Leaf | None = optional("Id", STRING)
    mime_type: Leaf | None = optional("MimeType", STRING)
    description: Leaf | None = optional("Description", STRING)
    compression: CS | None = optional("Compression", CS, codes=1204)
    file_reference: Leaf | None = optional("FileReference", ANY_URI, choice="a")
    content: Content | None = optional("Content", Content, choice="a")


@element("epikrise")
class ServRprt(Part):
    serv_type: CS = one("ServType", CS, codes=7309)
    issue_date: TS = one("IssueDate", TS)
    appr_date: TS | None = optional("ApprDate", TS)
    status: CS = one("Status", CS, codes=7306)
    priority: CS | None = optional("Priority", CS)
    ack: CS | None = optional("Ack", CS, codes=7304)
    msg_descr: Leaf = one("MsgDescr", STRING)
    serv_prov_id: Leaf | None = optional("ServProvId", STRING)
    serv_req: tuple[ServReq, ...] = many("ServReq", ServReq)
    event: tuple[Event, ...] = many("Event", Event)
    patient: Patient = one("Patient", Patient)
    serv_provider: ServProvider = one("ServProvider", ServProvider)
    copy_dest: tuple[CopyDest, ...] = many("CopyDest", CopyDest)
    requester: Requester = one("Requester", Requester)
    rel_serv_provider: tuple[RelServProvider, ...] = many("RelServProvider", RelServProvider)
    ref_doc: tuple[RefDoc, ...] = many("RefDoc", RefDoc)


@element("epikrise")
class Message(Part):
    type: CS | None = optional("Type", CS)
    msg_version: Leaf | None = optional("MsgVersion", STRING)
    mig_version: Leaf = one("MIGversion", STRING)
    gen_date: TS = one("GenDate", TS)
    msg_id: Leaf = one("MsgId", STRING)
    status: CS | None = optional("Status", CS, codes=8323, only="1.2")
    serv_rprt: ServRprt = one("ServRprt", ServRprt)
