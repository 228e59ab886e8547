"""The built conformance resources, as files of a folder: what to install, and the canaries that prove the searches."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import orjson

from hub.contract import Resource
from hub.delivery.content import canonical, ref_of
from hub.errors import ConfigurationError

H = "https://heimveg.dev/fhir"
"""Our canonical base."""

BUILT = Path(__file__).resolve().parents[2] / "profiles" / "built"
ORDER = ("CodeSystem", "ValueSet", "SearchParameter", "StructureDefinition", "PlanDefinition", "CapabilityStatement")
"""Terminology first, so that the StructureDefinitions, which make HAPI forget what it cached, come after it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What proves a search parameter: the value that finds the canary ``one``, and the one that finds ``other``."""

    parameter: str
    type: str
    one: str
    other: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Conformance:
    """A set of conformance resources in the order of installing, and its canaries, targets of references first."""

    resources: tuple[Resource, ...]
    canaries: tuple[Resource, ...]
    searches: tuple[Search, ...]

    @property
    def fingerprint(self) -> str:
        """Changes when any resource, canary or search does."""
        digest = hashlib.sha256()
        for resource in (*self.resources, *self.canaries):
            digest.update(canonical(resource) + b"\n")
        digest.update(repr(self.searches).encode())
        return digest.hexdigest()

    def of_type(self, type_: str) -> list[Resource]:
        return [resource for resource in self.resources if resource["resourceType"] == type_]


def load(folder: Path | None = None, plans: Iterable[Resource] = ()) -> Conformance:
    """The set in ``folder`` (HEIMVEG_PROFILES), or the one that comes with the source.

    ``plans`` are the PlanDefinitions of the deployment's checklists, in place of those of the same id.
    """
    place = folder or BUILT
    held = {ref_of(resource): resource for resource in _read(place.glob("*.json"))}
    resources = sorted((held | {ref_of(plan): plan for plan in plans}).values(), key=_rank)
    if not held:
        raise ConfigurationError(
            f"No conformance resources in {place}; set HEIMVEG_PROFILES to the folder profiles/built of the source."
        )
    canaries = sorted(_read((place / "canaries").glob("*-canary-*.json")), key=_canary_rank)
    return Conformance(resources=tuple(resources), canaries=tuple(canaries), searches=_searches(place, resources))


def marker(fingerprint: str) -> Resource:
    """A StructureDefinition that differs whenever the set does: HAPI honours changed terminology when one changes."""
    return {
        "resourceType": "StructureDefinition",
        "id": "conformance-set",
        "url": f"{H}/StructureDefinition/conformance-set",
        "version": fingerprint[:12],
        "name": "ConformanceSet",
        "title": "Installed conformance set",
        "status": "active",
        "description": f"Changes with every change of the installed set {fingerprint}; used by no resource.",
        "fhirVersion": "4.0.1",
        "kind": "complex-type",
        "abstract": False,
        "context": [{"type": "element", "expression": "Basic"}],
        "type": "Extension",
        "baseDefinition": "http://hl7.org/fhir/StructureDefinition/Extension",
        "derivation": "constraint",
        "differential": {"element": [{"id": "Extension", "path": "Extension", "short": fingerprint[:12]}]},
    }


def proof(fingerprint: str) -> Resource:
    """Written last: this set is installed, and its search parameters were seen to work."""
    return {
        "resourceType": "Basic",
        "id": "heimveg-conformance-proof",
        "identifier": [{"system": f"{H}/sid/conformance-set", "value": fingerprint}],
        "code": {"text": "The conformance set with this fingerprint is installed and its searches are proved."},
    }


def _read(paths: Iterable[Path]) -> list[Resource]:
    return [orjson.loads(path.read_bytes()) for path in sorted(paths)]


def _rank(resource: Resource) -> tuple[int, str]:
    return ORDER.index(resource["resourceType"]), resource["id"]


def _canary_rank(resource: Resource) -> tuple[int, str, str]:
    first = ("Organization", "Patient")
    type_ = resource["resourceType"]
    return first.index(type_) if type_ in first else len(first), type_, resource["id"]


def _searches(place: Path, resources: list[Resource]) -> tuple[Search, ...]:
    """A row of searches.json per search parameter; one without a row cannot be proved and stops the installation."""
    path = place / "canaries" / "searches.json"
    rows = {row["parameter"]: row for row in orjson.loads(path.read_bytes())} if path.exists() else {}
    parameters = [resource for resource in resources if resource["resourceType"] == "SearchParameter"]
    if missing := sorted(p["code"] for p in parameters if p["code"] not in rows):
        raise ConfigurationError(f"No canary for search parameter {', '.join(missing)}: add a row to canaries.csv.")
    return tuple(
        Search(parameter=p["code"], type=base, one=rows[p["code"]]["one"], other=rows[p["code"]]["other"])
        for p in parameters
        for base in p["base"]
    )
