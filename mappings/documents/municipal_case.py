"""``municipal-case/1``: what a municipality's record system tells of one person, as heimveg asks vendors to write it.

JSON: a field per member, in the order of the published schema, which is made from these shapes. A table of services
(CSV, a row per service) is the same told by small municipalities. An empty leaf is a ``null``: cleared by the sender.
"""

from __future__ import annotations

from typing import Final

from mappings.documents.shape import (
    BOOLEAN,
    DATE,
    DATETIME,
    DECIMAL,
    INTEGER,
    STRING,
    Leaf,
    Part,
    Simple,
    element,
    many,
    one,
    optional,
)

SCHEMA: Final = "municipal-case/1"
STATUS: Final = Simple("string", values=("planned", "active", "onhold", "finished", "cancelled"))
OUTCOME: Final = Simple("string", values=("granted", "rejected", "pending", "withdrawn"))
PLAN_KIND: Final = Simple("string", values=("tiltaksplan", "behandlingsplan", "besoksplan", "egenbehandlingsplan"))
PLAN_STATUS: Final = Simple("string", values=("draft", "active", "on-hold", "revoked", "completed", "unknown"))
MEASURE_STATUS: Final = Simple(
    "string",
    values=("not-started", "scheduled", "in-progress", "on-hold", "completed", "cancelled", "stopped", "unknown"),
)
NUMBER_TYPE: Final = Simple("string", values=("FNR", "DNR", "FHN", "DUF"))
GENDER: Final = Simple("string", values=("male", "female", "other", "unknown"))
KOMMUNE: Final = Simple("string", pattern=r"\d{4}")
DISTRICT: Final = Simple("string", pattern=r"\d{2}")
ORGANISATION: Final = Simple("string", pattern=r"\d{9}")
YEAR: Final = Simple("string", pattern=r"\d{4}")
DIAGNOSIS_SYSTEM: Final = Simple("string", values=("ICPC-2", "ICD-10"))


@element("municipal", is_global=False)
class CaseSource(Part):
    system: Leaf = one("system", STRING)
    version: Leaf | None = optional("version", STRING)
    municipality: Leaf = one("municipality", KOMMUNE)
    organization: Leaf | None = optional("organization", ORGANISATION)


@element("municipal", is_global=False)
class CaseNumber(Part):
    type: Leaf = one("type", NUMBER_TYPE)
    value: Leaf = one("value", STRING)


@element("municipal", is_global=False)
class CaseName(Part):
    family: Leaf = one("family", STRING)
    given: Leaf | None = optional("given", STRING)


@element("municipal", is_global=False)
class CaseAddress(Part):
    municipality: Leaf | None = optional("municipality", KOMMUNE)
    district: Leaf | None = optional("district", DISTRICT)


@element("municipal", is_global=False)
class CasePatient(Part):
    local_id: Leaf | None = optional("localId", STRING)
    national_id: CaseNumber | None = optional("nationalId", CaseNumber)
    name: CaseName | None = optional("name", CaseName)
    gender: Leaf | None = optional("gender", GENDER)
    birth_date: Leaf | None = optional("birthDate", DATE)
    deceased: Leaf | None = optional("deceased", DATE)
    address: CaseAddress | None = optional("address", CaseAddress)
    lives_alone: Leaf | None = optional("livesAlone", BOOLEAN)


@element("municipal", is_global=False)
class CaseServiceType(Part):
    volven9151: Leaf | None = optional("volven9151", STRING)
    local_code: Leaf | None = optional("localCode", STRING)
    local_display: Leaf | None = optional("localDisplay", STRING)


@element("municipal", is_global=False)
class CaseDecision(Part):
    id: Leaf | None = optional("id", STRING)
    sequence: Leaf | None = optional("sequence", INTEGER)
    applied: Leaf | None = optional("applied", DATE)
    decided: Leaf | None = optional("decided", DATE)
    outcome: Leaf | None = optional("outcome", OUTCOME)


@element("municipal", is_global=False)
class CasePerformer(Part):
    organization: Leaf | None = optional("organization", ORGANISATION)
    name: Leaf | None = optional("name", STRING)
    phone: Leaf | None = optional("phone", STRING)


@element("municipal", is_global=False)
class CasePause(Part):
    id: Leaf = one("id", STRING)
    since: Leaf = one("from", DATE)
    to: Leaf | None = optional("to", DATE)
    reason: Leaf | None = optional("reason", STRING)


@element("municipal", is_global=False)
class CaseService(Part):
    id: Leaf = one("id", STRING)
    type: CaseServiceType = one("type", CaseServiceType)
    decision: CaseDecision | None = optional("decision", CaseDecision)
    hours_per_week: Leaf | None = optional("hoursPerWeek", DECIMAL)
    performer: CasePerformer | None = optional("performer", CasePerformer)
    status: Leaf | None = optional("status", STATUS)
    requested_from: Leaf | None = optional("requestedFrom", DATE)
    start: Leaf | None = optional("start", DATE)
    end: Leaf | None = optional("end", DATE)
    pauses: tuple[CasePause, ...] = many("pauses", CasePause)


@element("municipal", is_global=False)
class CaseFunction(Part):
    variable: Leaf = one("variable", STRING)
    score: Leaf = one("score", STRING)
    assessed: Leaf = one("assessed", DATE)
    assessor: Leaf | None = optional("assessor", STRING)


@element("municipal", is_global=False)
class CaseScore(Part):
    instrument: Leaf = one("instrument", STRING)
    score: Leaf = one("score", INTEGER)
    assessed: Leaf = one("assessed", Simple("anySimpleType", union=("dateTime", "date")))
    assessor: Leaf | None = optional("assessor", STRING)


@element("municipal", is_global=False)
class CaseGoal(Part):
    id: Leaf = one("id", STRING)
    question: Leaf | None = optional("question", STRING)
    answer: Leaf = one("answer", STRING)
    recorded: Leaf | None = optional("recorded", DATE)
    told_by: Leaf | None = optional("toldBy", Simple("string", values=("patient", "next-of-kin")))


@element("municipal", is_global=False)
class CaseMeasure(Part):
    id: Leaf = one("id", STRING)
    text: Leaf = one("text", STRING)
    status: Leaf | None = optional("status", MEASURE_STATUS)


@element("municipal", is_global=False)
class CasePlan(Part):
    id: Leaf = one("id", STRING)
    kind: Leaf = one("kind", PLAN_KIND)
    status: Leaf | None = optional("status", PLAN_STATUS)
    title: Leaf | None = optional("title", STRING)
    updated: Leaf | None = optional("updated", DATE)
    measures: tuple[CaseMeasure, ...] = many("measures", CaseMeasure)


@element("municipal", is_global=False)
class CaseIndividualPlan(Part):
    status: Leaf = one("status", PLAN_STATUS)
    since: Leaf | None = optional("from", DATE)
    to: Leaf | None = optional("to", DATE)


@element("municipal", is_global=False)
class CaseContact(Part):
    name: Leaf = one("name", STRING)
    role: Leaf | None = optional("role", STRING)
    hpr: Leaf | None = optional("hpr", STRING)
    phone: Leaf | None = optional("phone", STRING)


@element("municipal", is_global=False)
class CaseRelative(Part):
    id: Leaf = one("id", STRING)
    name: Leaf | None = optional("name", STRING)
    relationship: Leaf | None = optional("relationship", STRING)
    phone: Leaf | None = optional("phone", STRING)
    primary: Leaf | None = optional("primary", BOOLEAN)


@element("municipal", is_global=False)
class CaseMinor(Part):
    id: Leaf = one("id", STRING)
    birth_year: Leaf | None = optional("birthYear", YEAR)
    needs_information: Leaf | None = optional("needsInformation", BOOLEAN)
    note: Leaf | None = optional("note", STRING)


@element("municipal", is_global=False)
class CaseAid(Part):
    text: Leaf = one("text", STRING)
    fixed: Leaf | None = optional("fixed", BOOLEAN)


@element("municipal", is_global=False)
class CaseCondition(Part):
    id: Leaf = one("id", STRING)
    system: Leaf | None = optional("system", DIAGNOSIS_SYSTEM)
    code: Leaf | None = optional("code", STRING)
    text: Leaf | None = optional("text", STRING)
    since: Leaf | None = optional("from", DATE)
    to: Leaf | None = optional("to", DATE)


@element("municipal", is_global=False)
class CaseStay(Part):
    system: Leaf | None = optional("system", STRING)
    message: Leaf | None = optional("message", STRING)
    admitted_at: Leaf | None = optional("admittedAt", DATETIME)


@element("municipal", is_global=False)
class CaseReply(Part):
    stay: CaseStay | None = optional("stay", CaseStay)
    can_receive: Leaf = one("canReceive", BOOLEAN)
    since: Leaf | None = optional("from", DATE)
    place: Leaf | None = optional("place", STRING)
    reason: Leaf | None = optional("reason", STRING)
    replied_at: Leaf = one("repliedAt", DATETIME)


@element("municipal", is_global=False)
class Unknown(Part):
    """A member that the schema does not know: its place, and its value as JSON or text."""

    name: Leaf = one("name", STRING)
    value: Leaf = one("value", STRING)


@element("municipal", "municipal-case")
class MunicipalCase(Part):
    schema: Leaf = one("schema", Simple("string", values=(SCHEMA,)))
    source: CaseSource = one("source", CaseSource)
    export_id: Leaf = one("exportId", STRING)
    exported_at: Leaf = one("exportedAt", DATETIME)
    patient: CasePatient = one("patient", CasePatient)
    services: tuple[CaseService, ...] = many("services", CaseService)
    function: tuple[CaseFunction, ...] = many("function", CaseFunction)
    frailty: CaseScore | None = optional("frailty", CaseScore)
    news2: CaseScore | None = optional("news2", CaseScore)
    goals: tuple[CaseGoal, ...] = many("goals", CaseGoal)
    plans: tuple[CasePlan, ...] = many("plans", CasePlan)
    individual_plan: CaseIndividualPlan | None = optional("individualPlan", CaseIndividualPlan)
    coordinator: CaseContact | None = optional("coordinator", CaseContact)
    primary_contact: CaseContact | None = optional("primaryContact", CaseContact)
    contact_doctor: CaseContact | None = optional("contactDoctor", CaseContact)
    general_practitioner: CaseContact | None = optional("generalPractitioner", CaseContact)
    next_of_kin: tuple[CaseRelative, ...] = many("nextOfKin", CaseRelative)
    minor_dependants: tuple[CaseMinor, ...] = many("minorDependants", CaseMinor)
    conditions: tuple[CaseCondition, ...] = many("conditions", CaseCondition)
    aids: tuple[CaseAid, ...] = many("aids", CaseAid)
    admission_reply: CaseReply | None = optional("admissionReply", CaseReply)
    unknown: tuple[Unknown, ...] = many("other", Unknown)
    emptied: tuple[Leaf, ...] = many("none", STRING)
    """Lists that were sent empty, and members that were sent as null: there are none (any more)."""


@element("municipal", is_global=False)
class ServiceRow(Part):
    tjeneste_id: Leaf = one("tjenesteId", STRING)
    kode9151: Leaf | None = optional("kode9151", STRING)
    lokal_kode: Leaf | None = optional("lokalKode", STRING)
    vedtak_id: Leaf | None = optional("vedtakId", STRING)
    fra: Leaf | None = optional("fra", DATE)
    til: Leaf | None = optional("til", DATE)
    timer_uke: Leaf | None = optional("timerUke", DECIMAL)
    orgnr: Leaf | None = optional("orgnr", STRING)
    status: Leaf | None = optional("status", STATUS)
    unknown: tuple[Unknown, ...] = many("other", Unknown)


@element("municipal", "municipal-services")
class ServiceTable(Part):
    municipality: Leaf = one("municipality", KOMMUNE)
    export_id: Leaf = one("exportId", STRING)
    local_id: Leaf | None = optional("localId", STRING)
    fnr: Leaf | None = optional("fnr", STRING)
    row: tuple[ServiceRow, ...] = many("row", ServiceRow)
