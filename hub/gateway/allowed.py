"""The closed list: which types, interactions and search parameters the gateway lets through.

It is the CapabilityStatement of the conformance set, read once: what is promised there is allowed, and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from hub.contract import Resource

SHARED: Final = frozenset(
    {"Organization", "Practitioner", "PractitionerRole", "Location", "Measure", "MeasureReport", "PlanDefinition"}
)
"""Resources about no patient, from public registers (Enhetsregisteret, HPR) and of our own: every caller sees them.

The numbers of a MeasureReport are those of ``GET /indicators``, small ones hidden.
"""
EVERYWHERE: Final = {"_id": "token", "_tag": "token", "_security": "token", "_lastUpdated": "date"}
MODIFIERS: Final = {
    "token": frozenset({"not"}),
    "string": frozenset({"exact", "contains"}),
    "reference": frozenset({"identifier"}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A search parameter. ``targets`` are the types that a reference may point to, as far as they are offered."""

    name: str
    type: str
    targets: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Type:
    """What is offered for one resource type."""

    name: str
    interactions: frozenset[str]
    parameters: Mapping[str, Parameter] = field(default_factory=dict)


Allowed = Mapping[str, Type]


def allowed(statement: Resource, definitions: Iterable[Resource] = ()) -> Allowed:
    """The list of a CapabilityStatement. ``definitions`` are SearchParameters of ours, which say their targets."""
    own = {(base, d["code"]): d.get("target", ()) for d in definitions for base in d["base"]}
    said = statement["rest"][0]["resource"]
    names = frozenset(resource["type"] for resource in said)
    return {resource["type"]: _type(resource, names, own) for resource in said}


def _type(said: Mapping[str, Any], names: frozenset[str], own: Mapping[tuple[str, str], Iterable[str]]) -> Type:
    name = said["type"]
    parameters = {
        p["name"]: Parameter(
            name=p["name"],
            type=p["type"],
            targets=_targets(name, p["name"], names, own) if p["type"] == "reference" else frozenset(),
        )
        for p in said.get("searchParam", ())
    }
    if "search-type" in {i["code"] for i in said.get("interaction", ())}:
        parameters |= {n: Parameter(name=n, type=t) for n, t in EVERYWHERE.items()}
    return Type(
        name=name, interactions=frozenset(i["code"] for i in said.get("interaction", ())), parameters=parameters
    )


TARGETS: Final = {
    "patient": ("Patient",),
    "subject": ("Patient",),
    "care-team": ("CareTeam",),
    "condition": ("Condition",),
    "goal": ("Goal",),
    "activity-reference": ("Task", "ServiceRequest", "Appointment", "MedicationRequest", "Communication"),
    "encounter": ("Encounter",),
    "organization": ("Organization",),
    "service-provider": ("Organization",),
    "managing-organization": ("Organization",),
    "practitioner": ("Practitioner",),
    "partof": ("Organization",),
    "reporter": ("Organization", "Practitioner", "PractitionerRole"),
    "owner": ("Organization", "Practitioner", "PractitionerRole", "CareTeam", "Patient"),
    "requester": ("Organization", "Practitioner", "PractitionerRole", "Patient"),
    "author": ("Organization", "Practitioner", "PractitionerRole", "Patient", "CareTeam"),
    "sender": ("Organization", "Practitioner", "PractitionerRole", "Patient"),
    "recipient": ("Organization", "Practitioner", "PractitionerRole", "Patient", "CareTeam"),
    "care-manager": ("Practitioner", "PractitionerRole"),
    "context": ("Encounter", "EpisodeOfCare"),
}
"""Where R4's own reference parameters of these names point to (search-parameter registry)."""


def _targets(
    type_: str, name: str, names: frozenset[str], own: Mapping[tuple[str, str], Iterable[str]]
) -> frozenset[str]:
    found = own.get((type_, name)) or ((type_,) if name == "part-of" else TARGETS.get(name)) or names
    return frozenset(found) & names
