"""What a FHIR client is told when it does not get what it asked for: an OperationOutcome, and the HTTP status."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final


@dataclass(frozen=True, slots=True)
class Reason:
    """HTTP status, FHIR issue type (``http://hl7.org/fhir/issue-type``), and the text, in bokmål."""

    status: int
    code: str
    text: str


REASONS: Final = {
    "unknown-type": Reason(404, "not-supported", "Ressurstypen tilbys ikke her. Se /fhir/metadata."),
    "not-found": Reason(404, "not-found", "Finnes ikke, eller ikke for deg."),
    "interaction": Reason(405, "not-supported", "Dette tilbys ikke her. Se /fhir/metadata for hva som gjør det."),
    "parameter": Reason(400, "not-supported", "Søkeparameteren tilbys ikke her. Se /fhir/metadata."),
    "modifier": Reason(400, "not-supported", "Modifikatoren tilbys ikke for denne parameteren."),
    "chain": Reason(400, "not-supported", "Kjedingen tilbys ikke: bruk én referanse, med type der den kan ha flere."),
    "include": Reason(400, "not-supported", "_include og _revinclude tilbys bare for referansene i /fhir/metadata."),
    "value": Reason(400, "invalid", "Verdien kan ikke brukes her."),
    "number-in-address": Reason(
        400, "security", "Et fødselsnummer skal ikke stå i en adresse. Søk med POST [type]/_search og skjema i kroppen."
    ),
    "scope": Reason(403, "forbidden", "Tokenet har ikke scope for dette."),
    "scopes-collide": Reason(403, "forbidden", "Tokenet har flere begrensede scope for samme ressurstype."),
    "too-costly": Reason(400, "too-costly", "Søket treffer for mye. Avgrens det."),
    "page": Reason(410, "expired", "Siden finnes ikke lenger, eller er ikke din. Søk på nytt."),
    "body": Reason(400, "structure", "Innholdet kan ikke leses som det skal."),
    "server-away": Reason(503, "transient", "FHIR-serveren kan ikke nås. Prøv igjen om litt."),
    "server-refused": Reason(400, "processing", "FHIR-serveren godtar ikke forespørselen."),
}


class OutcomeError(Exception):
    """Answered with an OperationOutcome; ``where`` is the parameter or place, never a value."""

    def __init__(self, code: str, where: str = "") -> None:
        super().__init__(code)
        self.reason, self.code, self.where = REASONS[code], code, where


def outcome(error: OutcomeError) -> dict[str, Any]:
    """The OperationOutcome of an error."""
    issue: dict[str, Any] = {
        "severity": "error",
        "code": error.reason.code,
        "details": {"coding": [{"system": "https://heimveg.dev/fhir/CodeSystem/gateway", "code": error.code}]},
        "diagnostics": error.reason.text,
    }
    if error.where:
        issue["expression"] = [error.where]
    return {"resourceType": "OperationOutcome", "issue": [issue]}
