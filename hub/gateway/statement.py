"""``GET /fhir/metadata``: exactly what the closed list lets through, no more and no less."""

from __future__ import annotations

from typing import Any, Final

from hub.contract import Resource
from hub.gateway.allowed import Allowed, Type

FORMAT: Final = "application/fhir+json"
SECURITY: Final = "http://terminology.hl7.org/CodeSystem/restful-security-service"

SUBSCRIPTION: Final[Resource] = {
    "type": "Subscription",
    "documentation": "Rest-hook, with criteria from this list and within the scopes of the token, about ids alone. "
    "The caller's own; served by heimveg itself. See docs/feeds.md.",
    "interaction": [{"code": code} for code in ("create", "delete", "read", "search-type", "update")],
    "versioning": "versioned-update",
    "updateCreate": False,
    "searchParam": [{"name": "_id", "type": "token"}, {"name": "status", "type": "token"}],
}
"""Kept and served by the hub: the FHIR server never has one."""


def statement(promised: Resource, allowed: Allowed, base: str, version: str, *, whole: bool = True) -> Resource:
    """The CapabilityStatement of this gateway; it instantiates the one of the conformance set.

    Without ``whole`` it is of a part in another shape, without what only ``/fhir`` itself has.
    """
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": promised["date"],
        "kind": "instance",
        "instantiates": [promised["url"]],
        "software": {"name": "heimveg", "version": version},
        "implementation": {"description": "heimveg", "url": base},
        "fhirVersion": promised["fhirVersion"],
        "format": [FORMAT],
        "rest": [
            {
                "mode": "server",
                "documentation": promised["rest"][0].get("documentation", ""),
                "security": {
                    "service": [{"coding": [{"system": SECURITY, "code": "SMART-on-FHIR"}]}],
                    "description": "OAuth2 tokens with SMART v2 scopes, bound to a key by DPoP (RFC 9449).",
                },
                "resource": [offered for _, offered in sorted(_resources(allowed, whole=whole).items())],
                **({"interaction": [{"code": "batch"}, {"code": "transaction"}]} if whole else {}),
            }
        ],
    }


def _resources(allowed: Allowed, *, whole: bool) -> dict[str, Resource]:
    """By type."""
    own = {str(SUBSCRIPTION["type"]): SUBSCRIPTION} if whole else {}
    return own | {name: _resource(offered, allowed) for name, offered in allowed.items()}


def _resource(offered: Type, allowed: Allowed) -> dict[str, Any]:
    told: dict[str, Any] = {
        "type": offered.name,
        "interaction": [{"code": code} for code in sorted(offered.interactions)],
        "versioning": "versioned-update" if "update" in offered.interactions else "versioned",
        "updateCreate": False if "update" in offered.interactions else None,
        "conditionalCreate": True if "create" in offered.interactions else None,
        "searchInclude": _includes(offered),
        "searchRevInclude": sorted(_reverse(offered, allowed)),
        "searchParam": [{"name": p.name, "type": p.type} for p in offered.parameters.values()],
    }
    if offered.name == "Patient":
        definition = "http://hl7.org/fhir/OperationDefinition/Patient-everything"
        told["operation"] = [{"name": "everything", "definition": definition}]
    return {name: value for name, value in told.items() if value or value is False}


def _includes(offered: Type) -> list[str]:
    """``*`` is all of the others."""
    found = sorted(f"{offered.name}:{p.name}" for p in offered.parameters.values() if p.targets)
    return ["*", *found] if found else []


def _reverse(offered: Type, allowed: Allowed) -> list[str]:
    if "search-type" not in offered.interactions:
        return []
    return [
        f"{other.name}:{p.name}"
        for other in allowed.values()
        for p in other.parameters.values()
        if offered.name in p.targets
    ]
