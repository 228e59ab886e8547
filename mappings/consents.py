"""Each block of a patient as Consent, for the organisation that told it: whom it shuts out, of what, since when.

In the shape of HL7 Norway's proposal (2022): patient-privacy, provision *deny*, its basis pasient- og
brukerrettighetsloven § 5-3. Nobody else learns that there is one; the label and the missing access tell enough.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from hub.contract import HPR, Identifier, Resource
from mappings import scope
from mappings.clinical.codes import HL7, LOINC, hl7
from mappings.documents.entered import Entered
from mappings.documents.said import Sperring
from mappings.entries import told
from mappings.making import Making
from mappings.resources import code, identifier, moment, reference, resource

BASIS: Final = "http://hl7.no/fhir/CodeSystem/no-basis-legal-formality-or-basis"
BASIS_TEXT: Final = "Sperret av pasienten (pasient- og brukerrettighetsloven § 5-3)"
PRIVACY: Final = hl7("consentscope", "patient-privacy", "Privacy Consent")
CATEGORY: Final = code(LOINC, "59284-0", "Consent Document")
RECIPIENT: Final = code(f"{HL7}/v3-ParticipationType", "IRCP", "information recipient")
URI: Final = "urn:ietf:rfc:3986"


def is_block(of: Resource) -> bool:
    """Whether a resource is one of these."""
    return of["resourceType"] == "Consent" and of.get("scope") == PRIVACY


def consents(entries: Iterable[Entered], making: Making) -> Iterator[Resource]:
    """One for each block in force."""
    for entry, said in told(entries, Sperring):
        teller = entry.head.sender
        tags = [{"system": system, "code": number} for system, number in sorted(scope.access([teller]))]
        yield resource(
            "Consent",
            making.ids("sperring", entry.head.message_id),
            meta={"tag": [*tags, *_kommune(making)]},
            identifier=[{"system": URI, "value": f"urn:uuid:{entry.head.message_id}"}],
            status="active",
            scope=PRIVACY,
            category=[CATEGORY],
            patient=reference(making.patient),
            dateTime=moment(said.on),
            organization=[_named(one, "Organization", teller.name) for one in teller.identifiers[:1]],
            policyRule={**code(BASIS, "PBRL5-3"), "text": BASIS_TEXT},
            provision={"type": "deny", "actor": list(_actor(said)), "data": list(_data(said))},
        )


def _kommune(making: Making) -> list[dict[str, str]]:
    return [{"system": scope.MUNICIPALITY, "code": str(making.kommune)}] if making.kommune else []


def _actor(said: Sperring) -> Iterator[dict[str, Any]]:
    """Whom it shuts out; everybody where nobody is named."""
    if said.person:
        yield {"role": RECIPIENT, "reference": _named(Identifier(HPR, said.person), "Practitioner")}
    elif one := said.unit or said.organisation:
        yield {"role": RECIPIENT, "reference": _named(one, "Organization")}


def _data(said: Sperring) -> Iterator[dict[str, Any]]:
    if said.message:
        name = Identifier(URI, f"urn:uuid:{said.message.casefold()}")
        yield {"meaning": "instance", "reference": _named(name, "DocumentReference")}


def _named(of: Identifier, kind: str, display: str = "") -> dict[str, Any]:
    """A reference by number: the FHIR server need not hold what is named."""
    return {"type": kind, "identifier": identifier(of), "display": display}
