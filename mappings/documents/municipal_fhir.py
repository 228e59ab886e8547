"""What a municipality's record system shows as FHIR R4 (the national hub for welfare technology): what is read of it.

A Bundle of one person. Elements that have no field here are kept with their FHIR path (``FhirUnknown``). Medication
is not among them: it is a list of its own (``medication_list``).
"""

from __future__ import annotations

from mappings.documents.shape import STRING, Leaf, Part, element, many, one, optional


@element("municipal-fhir", "Unknown", is_global=False)
class FhirUnknown(Part):
    """An element that nothing here reads: its FHIR path, and its value as JSON or text."""

    name: Leaf = one("name", STRING)
    value: Leaf = one("value", STRING)


@element("municipal-fhir", is_global=False)
class FhirIdentifier(Part):
    system: Leaf | None = optional("system", STRING)
    value: Leaf | None = optional("value", STRING)


@element("municipal-fhir", is_global=False)
class FhirCoding(Part):
    system: Leaf | None = optional("system", STRING)
    code: Leaf | None = optional("code", STRING)
    display: Leaf | None = optional("display", STRING)


@element("municipal-fhir", is_global=False)
class FhirConcept(Part):
    coding: tuple[FhirCoding, ...] = many("coding", FhirCoding)
    text: Leaf | None = optional("text", STRING)


@element("municipal-fhir", is_global=False)
class FhirReference(Part):
    reference: Leaf | None = optional("reference", STRING)
    identifier: FhirIdentifier | None = optional("identifier", FhirIdentifier)
    display: Leaf | None = optional("display", STRING)


@element("municipal-fhir", is_global=False)
class FhirPeriod(Part):
    start: Leaf | None = optional("start", STRING)
    end: Leaf | None = optional("end", STRING)


@element("municipal-fhir", is_global=False)
class FhirName(Part):
    family: Leaf | None = optional("family", STRING)
    given: tuple[Leaf, ...] = many("given", STRING)
    text: Leaf | None = optional("text", STRING)


@element("municipal-fhir", is_global=False)
class FhirNote(Part):
    text: Leaf | None = optional("text", STRING)


@element("municipal-fhir", "Patient", is_global=False)
class FhirPatient(Part):
    id: Leaf | None = optional("id", STRING)
    identifier: tuple[FhirIdentifier, ...] = many("identifier", FhirIdentifier)
    name: tuple[FhirName, ...] = many("name", FhirName)
    gender: Leaf | None = optional("gender", STRING)
    birth_date: Leaf | None = optional("birthDate", STRING)
    deceased: Leaf | None = optional("deceasedDateTime", STRING)


@element("municipal-fhir", is_global=False)
class FhirHistory(Part):
    status: Leaf | None = optional("status", STRING)
    period: FhirPeriod | None = optional("period", FhirPeriod)


@element("municipal-fhir", "EpisodeOfCare", is_global=False)
class FhirEpisode(Part):
    id: Leaf | None = optional("id", STRING)
    identifier: tuple[FhirIdentifier, ...] = many("identifier", FhirIdentifier)
    status: Leaf | None = optional("status", STRING)
    history: tuple[FhirHistory, ...] = many("statusHistory", FhirHistory)
    type: tuple[FhirConcept, ...] = many("type", FhirConcept)
    patient: FhirReference | None = optional("patient", FhirReference)
    managing: FhirReference | None = optional("managingOrganization", FhirReference)
    period: FhirPeriod | None = optional("period", FhirPeriod)


@element("municipal-fhir", is_global=False)
class FhirDetail(Part):
    kind: Leaf | None = optional("kind", STRING)
    code: FhirConcept | None = optional("code", FhirConcept)
    status: Leaf | None = optional("status", STRING)
    reason: FhirConcept | None = optional("statusReason", FhirConcept)
    scheduled: FhirPeriod | None = optional("scheduledPeriod", FhirPeriod)
    description: Leaf | None = optional("description", STRING)


@element("municipal-fhir", is_global=False)
class FhirActivity(Part):
    detail: FhirDetail | None = optional("detail", FhirDetail)


@element("municipal-fhir", "CarePlan", is_global=False)
class FhirCarePlan(Part):
    id: Leaf | None = optional("id", STRING)
    identifier: tuple[FhirIdentifier, ...] = many("identifier", FhirIdentifier)
    status: Leaf | None = optional("status", STRING)
    intent: Leaf | None = optional("intent", STRING)
    category: tuple[FhirConcept, ...] = many("category", FhirConcept)
    title: Leaf | None = optional("title", STRING)
    description: Leaf | None = optional("description", STRING)
    subject: FhirReference | None = optional("subject", FhirReference)
    period: FhirPeriod | None = optional("period", FhirPeriod)
    created: Leaf | None = optional("created", STRING)
    activity: tuple[FhirActivity, ...] = many("activity", FhirActivity)


@element("municipal-fhir", "Condition", is_global=False)
class FhirCondition(Part):
    id: Leaf | None = optional("id", STRING)
    identifier: tuple[FhirIdentifier, ...] = many("identifier", FhirIdentifier)
    clinical_status: FhirConcept | None = optional("clinicalStatus", FhirConcept)
    verification_status: FhirConcept | None = optional("verificationStatus", FhirConcept)
    code: FhirConcept | None = optional("code", FhirConcept)
    subject: FhirReference | None = optional("subject", FhirReference)
    onset: Leaf | None = optional("onsetDateTime", STRING)
    abatement: Leaf | None = optional("abatementDateTime", STRING)
    note: tuple[FhirNote, ...] = many("note", FhirNote)


@element("municipal-fhir", "AllergyIntolerance", is_global=False)
class FhirAllergy(Part):
    id: Leaf | None = optional("id", STRING)
    identifier: tuple[FhirIdentifier, ...] = many("identifier", FhirIdentifier)
    clinical_status: FhirConcept | None = optional("clinicalStatus", FhirConcept)
    verification_status: FhirConcept | None = optional("verificationStatus", FhirConcept)
    type: Leaf | None = optional("type", STRING)
    criticality: Leaf | None = optional("criticality", STRING)
    code: FhirConcept | None = optional("code", FhirConcept)
    patient: FhirReference | None = optional("patient", FhirReference)
    onset: Leaf | None = optional("onsetDateTime", STRING)
    note: tuple[FhirNote, ...] = many("note", FhirNote)


@element("municipal-fhir", is_global=False)
class FhirNarrative(Part):
    div: Leaf | None = optional("div", STRING)


@element("municipal-fhir", is_global=False)
class FhirSection(Part):
    title: Leaf | None = optional("title", STRING)
    code: FhirConcept | None = optional("code", FhirConcept)
    text: FhirNarrative | None = optional("text", FhirNarrative)


@element("municipal-fhir", "Composition", is_global=False)
class FhirComposition(Part):
    id: Leaf | None = optional("id", STRING)
    identifier: FhirIdentifier | None = optional("identifier", FhirIdentifier)
    status: Leaf | None = optional("status", STRING)
    type: FhirConcept | None = optional("type", FhirConcept)
    category: tuple[FhirConcept, ...] = many("category", FhirConcept)
    subject: FhirReference | None = optional("subject", FhirReference)
    date: Leaf | None = optional("date", STRING)
    title: Leaf | None = optional("title", STRING)
    author: tuple[FhirReference, ...] = many("author", FhirReference)
    section: tuple[FhirSection, ...] = many("section", FhirSection)


@element("municipal-fhir", "municipal-bundle")
class MunicipalBundle(Part):
    """The resources of a Bundle by their type; ``municipality`` is who sent it, by payload or envelope."""

    municipality: Leaf | None = optional("municipality", STRING)
    identifier: FhirIdentifier | None = optional("identifier", FhirIdentifier)
    timestamp: Leaf | None = optional("timestamp", STRING)
    patient: tuple[FhirPatient, ...] = many("Patient", FhirPatient)
    episode: tuple[FhirEpisode, ...] = many("EpisodeOfCare", FhirEpisode)
    plan: tuple[FhirCarePlan, ...] = many("CarePlan", FhirCarePlan)
    condition: tuple[FhirCondition, ...] = many("Condition", FhirCondition)
    allergy: tuple[FhirAllergy, ...] = many("AllergyIntolerance", FhirAllergy)
    composition: tuple[FhirComposition, ...] = many("Composition", FhirComposition)
    unknown: tuple[FhirUnknown, ...] = many("other", FhirUnknown)
