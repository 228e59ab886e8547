"""A resource whose message was cancelled: it stays readable and says that it was an error."""

from __future__ import annotations

from typing import Any, Final

from hub.contract import Resource
from mappings.clinical.codes import hl7

ERROR: Final = "entered-in-error"
_VERIFICATION: Final = {
    "AllergyIntolerance": "allergyintolerance-verification",
    "Condition": "condition-ver-status",
}
_OTHERWISE: Final[dict[str, dict[str, Any]]] = {
    "Goal": {"lifecycleStatus": ERROR},
    "RelatedPerson": {"active": False},
}


def withdrawn(resource: Resource) -> Resource:
    """The same as an error: by its status, or by what its type has instead (con-5, ait-2: then no clinical status)."""
    kind = resource["resourceType"]
    if kind in _VERIFICATION:
        kept = {name: value for name, value in resource.items() if name != "clinicalStatus"}
        return {**kept, "verificationStatus": hl7(_VERIFICATION[kind], ERROR, "Entered in Error")}
    return {**resource, **_OTHERWISE.get(kind, {"status": ERROR})}
