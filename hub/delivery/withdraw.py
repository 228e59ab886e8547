"""A resource that is not desired any more stays readable and says that it was an error. Nothing is ever deleted.

Made from the body that was delivered, so it works without the message that made it. FHIR R4 has three ways to
say it and some types have none; the table below is the whole decision.
"""

from __future__ import annotations

from collections.abc import Callable

from hub.contract import Resource

ENTERED_IN_ERROR = "entered-in-error"
TERMINOLOGY = "http://terminology.hl7.org/CodeSystem"

How = Callable[[Resource], Resource]


def by_code(element: str, code: str = ENTERED_IN_ERROR) -> How:
    """The type has a status code for it."""
    return lambda resource: {**resource, element: code}


def by_verification(system: str) -> How:
    """The error is in verificationStatus, and clinicalStatus must then be absent (con-5, ait-2)."""
    concept = {"coding": [{"system": f"{TERMINOLOGY}/{system}", "code": ENTERED_IN_ERROR}]}

    def withdraw(resource: Resource) -> Resource:
        kept = {name: value for name, value in resource.items() if name != "clinicalStatus"}
        return {**kept, "verificationStatus": concept}

    return withdraw


def inactive(resource: Resource) -> Resource:
    """The type has no error status; not in use is the nearest that it can say."""
    return {**resource, "active": False}


def left(resource: Resource) -> Resource:
    """The type can say nothing about itself; what referred to it is withdrawn."""
    return resource


status = by_code("status")

HOW: dict[str, How] = {
    "AllergyIntolerance": by_verification("allergyintolerance-verification"),
    "Appointment": status,
    "Binary": left,
    "CarePlan": status,
    "CareTeam": status,
    "ClinicalImpression": status,
    "Communication": status,
    "CommunicationRequest": status,
    "Composition": status,
    "Condition": by_verification("condition-ver-status"),
    "Consent": status,
    "Device": status,
    "DeviceRequest": status,
    "DeviceUseStatement": status,
    "DetectedIssue": status,
    "DiagnosticReport": status,
    "DocumentReference": status,
    "Encounter": status,
    "EpisodeOfCare": status,
    "FamilyMemberHistory": status,
    "Flag": status,
    "Goal": by_code("lifecycleStatus"),
    "HealthcareService": inactive,
    "Immunization": status,
    "List": status,
    "Location": by_code("status", "inactive"),
    "Media": status,
    "Medication": status,
    "MedicationAdministration": status,
    "MedicationDispense": status,
    "MedicationRequest": status,
    "MedicationStatement": status,
    "NutritionOrder": status,
    "Observation": status,
    "Organization": inactive,
    "Patient": inactive,
    "Practitioner": inactive,
    "PractitionerRole": inactive,
    "Procedure": status,
    "Provenance": left,
    "QuestionnaireResponse": status,
    "RelatedPerson": inactive,
    "RiskAssessment": status,
    "ServiceRequest": status,
    "Specimen": status,
    "Task": status,
}


def withdrawn(resource: Resource) -> Resource:
    """The body to deliver instead of ``resource``; withdrawing twice changes nothing more."""
    return HOW[resource["resourceType"]](resource)


def can_be_withdrawn(resource_type: str) -> bool:
    """Whether the type has a way to say that it was an error."""
    return HOW.get(resource_type, left) is not left
