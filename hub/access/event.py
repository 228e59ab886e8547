"""An entry of the access log as AuditEvent: the shape of IHE BALP 1.1 with the Norwegian trust framework's extensions.

BALP's own profiles are PatientRead, PatientQuery, PatientCreate, PatientUpdate and PatientDelete. The trust framework
(``no-domain-Trustframework-Auditevent``) wants the person as PractitionerRole, the patient as extension, and, where a
person decided on the access, that decision with its time; a purpose is told where the caller told one, never guessed.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from typing import Any, Final

import orjson

from hub.contract import HPR, ORGANISASJONSNUMMER, Resource
from hub.log.tables import AccessEntry

PROFILE: Final = "https://heimveg.dev/fhir/StructureDefinition/heimveg-audit-event"
TRUST: Final = "http://hl7.no/fhir/StructureDefinition/auditevent-"
DICOM: Final = "http://dicom.nema.org/resources/ontology/DCM"
HL7: Final = "http://terminology.hl7.org/CodeSystem"
CLIENT: Final = "https://heimveg.dev/fhir/sid/client"
SUBJECT: Final = "https://heimveg.dev/fhir/sid/subject"
_INTERACTION: Final = {"read": "read", "vread": "vread", "history": "history-instance", "batch": "batch"}
_OTHERWISE: Final = {"C": "create", "R": "read", "U": "update", "D": "delete", "E": "search"}
_FAILED: Final = {4: "4", 5: "8"}
USER: Final = "user"


def audit_event(entry: AccessEntry, patient: str) -> Resource:
    """The event as far as it concerns one patient: others whom the same call showed are not named."""
    interaction = _INTERACTION.get(entry.what.partition(" ")[0], _OTHERWISE[entry.action])
    return {
        "resourceType": "AuditEvent",
        "id": f"access-{entry.sequence}",
        "meta": {"profile": [PROFILE]},
        **_contained(entry),
        "extension": list(_trust(entry, patient)),
        "type": _coding(f"{HL7}/audit-event-type", "rest", "Restful Operation"),
        "subtype": [_coding("http://hl7.org/fhir/restful-interaction", interaction)],
        "action": entry.action,
        "recorded": entry.at.isoformat(),
        "outcome": "0" if entry.outcome < 400 else _FAILED[entry.outcome // 100],
        "outcomeDesc": entry.what,
        **_purpose(entry),
        "agent": list(_agents(entry)),
        "source": {"observer": {"display": "heimveg"}},
        "entity": [_patient(patient), *_asked(entry)],
    }


def _contained(entry: AccessEntry) -> dict[str, Any]:
    """The person in the role that they called in: an HPR number or a pseudonym, and the organisation."""
    if not (entry.hpr or entry.subject):
        return {}
    role: dict[str, Any] = {"resourceType": "PractitionerRole", "id": USER, "practitioner": {"identifier": _who(entry)}}
    if number := entry.unit or entry.organisation:
        role["organization"] = {"identifier": {"system": ORGANISASJONSNUMMER, "value": number}}
    return {"contained": [role]}


def _who(entry: AccessEntry) -> dict[str, str]:
    return {"system": HPR, "value": entry.hpr} if entry.hpr else {"system": SUBJECT, "value": entry.subject}


def _trust(entry: AccessEntry, patient: str) -> Iterator[dict[str, Any]]:
    """Whom it is about; and the decision to look, where somebody had to make one, with the second it was made in."""
    yield {"url": f"{TRUST}patient-extension", "valueReference": {"reference": f"Patient/{patient}"}}
    if told := _decision(entry):
        yield {"url": f"{TRUST}carerelation-metadata-extension", "extension": told}


def _decision(entry: AccessEntry) -> list[dict[str, Any]]:
    """In an emergency the person's, here and now; else what their system attests."""
    if entry.reason:
        told = {"decision": f"access-{entry.sequence}", "description": entry.reason, "chosen": True}
        told["toa"] = int(entry.at.timestamp())
    else:
        told = _attested(entry)
    named = (
        ("decision-ref-id", "valueString", "decision"),
        ("decision-ref-description", "valueString", "description"),
        ("decision-ref-user-selected", "valueBoolean", "chosen"),
        ("toa", "valueUnsignedInt", "toa"),
    )
    return [{"url": url, value: told[name]} for url, value, name in named if name in told]


def _attested(entry: AccessEntry) -> dict[str, Any]:
    found: dict[str, Any] = orjson.loads(entry.attested) if entry.attested else {}
    return found


def _purpose(entry: AccessEntry) -> dict[str, Any]:
    """Why the caller asked, where it told: an emergency, and its reason in words; or what its system attests."""
    if entry.purpose:
        return {"purposeOfEvent": [{"coding": [_coding(f"{HL7}/v3-ActReason", entry.purpose)], "text": entry.reason}]}
    told = _attested(entry)
    if "purpose" not in told:
        return {}
    codings = [_coding(f"{HL7}/v3-ActReason", told["purpose"])]
    if "details" in told and "details_system" in told:
        codings.append(_coding(told["details_system"], told["details"]))
    return {"purposeOfEvent": [{"coding": [coding]} for coding in codings]}


def _agents(entry: AccessEntry) -> list[dict[str, Any]]:
    """The client, the server, and the person behind the call where there is one."""
    client = {
        "type": {"coding": [_coding(DICOM, "110153", "Source Role ID")]},
        "who": {"identifier": {"system": CLIENT, "value": entry.client}},
        "requestor": not (entry.hpr or entry.subject),
    }
    server = {
        "type": {"coding": [_coding(DICOM, "110152", "Destination Role ID")]},
        "who": {"display": "heimveg"},
        "requestor": False,
    }
    made = [client, server]
    if entry.hpr or entry.subject:
        made.append(
            {
                "type": {"coding": [_coding(f"{HL7}/v3-ParticipationType", "IRCP", "information recipient")]},
                "who": {"reference": f"#{USER}", "identifier": _who(entry)},
                "requestor": True,
            }
        )
    if number := entry.unit or entry.organisation:
        made.append(
            {
                "type": {"coding": [_coding(f"{HL7}/v3-RoleClass", "PROV", "healthcare provider")]},
                "who": {"identifier": {"system": ORGANISASJONSNUMMER, "value": number}},
                "requestor": False,
            }
        )
    return made


def _patient(id_: str) -> dict[str, Any]:
    return {
        "what": {"reference": f"Patient/{id_}"},
        "type": _coding(f"{HL7}/audit-entity-type", "1", "Person"),
        "role": _coding(f"{HL7}/object-role", "1", "Patient"),
    }


def _asked(entry: AccessEntry) -> list[dict[str, Any]]:
    """What was searched for, by the names of its parameters; values are not kept."""
    if not entry.asked:
        return []
    return [
        {
            "type": _coding(f"{HL7}/audit-entity-type", "2", "System Object"),
            "role": _coding(f"{HL7}/object-role", "24", "Query"),
            "description": entry.asked,
            "query": b64encode("&".join(f"{name}=" for name in entry.asked.split()).encode()).decode(),
        }
    ]


def _coding(system: str, code: str, display: str = "") -> dict[str, str]:
    return {"system": system, "code": code, **({"display": display} if display else {})}
