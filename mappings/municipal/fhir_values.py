"""Values of a FHIR Bundle from a record system, as they were told."""

from __future__ import annotations

from typing import Any

from mappings.documents.municipal_fhir import FhirConcept, FhirIdentifier


def concept(of: FhirConcept | None) -> dict[str, Any]:
    """A CodeableConcept as it was told."""
    if of is None:
        return {}
    return {
        "coding": [{"system": one.system, "code": one.code, "display": one.display} for one in of.coding],
        "text": of.text,
    }


def identifiers(of: tuple[FhirIdentifier, ...]) -> list[dict[str, Any]]:
    """Each identifier as it was told."""
    return [{"system": one.system, "value": one.value} for one in of]
