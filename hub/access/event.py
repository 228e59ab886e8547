"""An entry of the access log as AuditEvent, in the shape of IHE BALP 1.1 (PatientRead and PatientQuery)."""

from __future__ import annotations

from typing import Any, Final

from hub.contract import HPR, ORGANISASJONSNUMMER, Resource
from hub.log.tables import AccessEntry

BALP: Final = "https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit."
DICOM: Final = "http://dicom.nema.org/resources/ontology/DCM"
HL7: Final = "http://terminology.hl7.org/CodeSystem"
CLIENT: Final = "https://heimveg.dev/fhir/sid/client"
SUBJECT: Final = "https://heimveg.dev/fhir/sid/subject"
_INTERACTION: Final = {"read": "read", "vread": "vread", "history": "history-instance"}
_FAILED: Final = {4: "4", 5: "8"}


def audit_event(entry: AccessEntry, patient: str) -> Resource:
    """The event as far as it concerns one patient: others whom the same call showed are not named."""
    word = entry.what.partition(" ")[0]
    is_search = entry.action == "E"
    return {
        "resourceType": "AuditEvent",
        "id": f"access-{entry.sequence}",
        "meta": {"profile": [BALP + ("PatientQuery" if is_search else "PatientRead")]},
        "type": _coding(f"{HL7}/audit-event-type", "rest", "Restful Operation"),
        "subtype": [_coding("http://hl7.org/fhir/restful-interaction", _INTERACTION.get(word, "search"))],
        "action": entry.action,
        "recorded": entry.at.isoformat(),
        "outcome": "0" if entry.outcome < 400 else _FAILED[entry.outcome // 100],
        "outcomeDesc": entry.what,
        **_purpose(entry),
        "agent": list(_agents(entry)),
        "source": {"observer": {"display": "heimveg"}},
        "entity": [_patient(patient), *_asked(entry)],
    }


def _purpose(entry: AccessEntry) -> dict[str, Any]:
    """Why the caller asked, where it told: an emergency, and its reason in words."""
    if not entry.purpose:
        return {}
    return {"purposeOfEvent": [{"coding": [_coding(f"{HL7}/v3-ActReason", entry.purpose)], "text": entry.reason}]}


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
        system, value = (HPR, entry.hpr) if entry.hpr else (SUBJECT, entry.subject)
        made.append(
            {
                "type": {"coding": [_coding(f"{HL7}/v3-ParticipationType", "IRCP", "information recipient")]},
                "who": {"identifier": {"system": system, "value": value}},
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
    """The names of what was asked for; values are not kept."""
    if not entry.asked:
        return []
    return [
        {
            "type": _coding(f"{HL7}/audit-entity-type", "2", "System Object"),
            "role": _coding(f"{HL7}/object-role", "24", "Query"),
            "description": entry.asked,
        }
    ]


def _coding(system: str, code: str, display: str = "") -> dict[str, str]:
    return {"system": system, "code": code, **({"display": display} if display else {})}
