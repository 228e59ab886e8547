"""A patient's plans in one view: those that messages and record systems tell of, and those that people write. Pure.

None takes the place of another. A part (a zone, the crisis part) stands within the plan that it is a part of, where
that may be seen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from hub.contract import Resource
from hub.delivery.content import ref_of
from hub.timeline import WITHDRAWN, provenances, text_of, time_of

WRITTEN: Final = "fhir-ressurs"
ENTRY_KIND: Final = "https://heimveg.dev/fhir/StructureDefinition/entry-kind"
ZONE: Final = "https://heimveg.dev/fhir/StructureDefinition/sone"
CLOSED: Final = frozenset({"completed", "revoked"})
Maker = Literal["messages", "people", "both"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """Who wrote one version of a plan, and when."""

    at: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One plan with its parts and what it refers to, as far as it may be seen."""

    resource: Resource
    goals: tuple[Resource, ...]
    activities: tuple[Resource, ...]
    parts: tuple[Plan, ...]
    versions: tuple[Version, ...]
    """What people wrote, oldest first."""
    sources: tuple[str, ...]
    """Ids of the messages and entries that it comes from."""

    @property
    def made_by(self) -> Maker:
        """Who has had a say in it."""
        if not self.versions:
            return "messages"
        return "both" if len(self.sources) > len(self.versions) else "people"

    @property
    def zone(self) -> str | None:
        """Which zone it is about, if any."""
        found = (one.get("valueCode") for one in self.resource.get("extension", ()) if one["url"] == ZONE)
        return next((str(colour) for colour in found), None)

    def held(self) -> Iterator[Resource]:
        """The plan, what it refers to, and the same of its parts."""
        yield self.resource
        yield from (*self.goals, *self.activities)
        for part in self.parts:
            yield from part.held()


@dataclass(frozen=True, slots=True)
class _Seen:
    """What may be seen of the patient, by ``Type/id``."""

    of: Mapping[str, Resource]
    told: Mapping[str, list[Resource]]
    """The Provenance resources of each."""


def plans(resources: Iterable[Resource], sees: Callable[[Resource], bool]) -> list[Plan]:
    """Those that go on first, then by kind and time."""
    held = {str(ref_of(one)): one for one in resources if sees(one)}
    seen = _Seen(held, provenances(held.values()))
    every = {to: r for to, r in held.items() if r["resourceType"] == "CarePlan" and r.get("status") != WITHDRAWN}
    whole = [to for to, r in every.items() if not any(parent in every for parent in _within(r))]
    found = [_plan(to, every, seen) for to in whole]
    shown = {str(ref_of(one)) for plan in found for one in plan.held()}
    found += [_plan(to, {to: every[to]}, seen) for to in every.keys() - shown]  # parts of each other stand alone
    return sorted(found, key=_order)


def _plan(to: str, every: Mapping[str, Resource], seen: _Seen, path: frozenset[str] = frozenset()) -> Plan:
    resource, around = every[to], path | {to}
    parts = [_plan(part, every, seen, around) for part, r in every.items() if to in _within(r) and part not in around]
    told = seen.told.get(to, [])
    return Plan(
        resource=resource,
        goals=tuple(_followed(resource.get("goal", ()), seen)),
        activities=tuple(_followed((one.get("reference", {}) for one in resource.get("activity", ())), seen)),
        parts=tuple(sorted(parts, key=_order)),
        versions=tuple(sorted((_version(one) for one in told if _is_writing(one)), key=lambda v: v.at)),
        sources=tuple(sorted({source for one in told if (source := _source(one))})),
    )


def _followed(references: Iterable[Mapping[str, Any]], seen: _Seen) -> Iterator[Resource]:
    found = (seen.of.get(str(one.get("reference"))) for one in references)
    yield from (one for one in found if one is not None)


def _within(plan: Resource) -> list[str]:
    return [str(one.get("reference")) for one in plan.get("partOf", ())]


def _is_writing(provenance: Resource) -> bool:
    return any(one["url"] == ENTRY_KIND and one.get("valueCode") == WRITTEN for one in provenance.get("extension", ()))


def _version(provenance: Resource) -> Version:
    agent = provenance["agent"][0]
    by = agent.get("onBehalfOf") or agent["who"]
    return Version(at=str(provenance["recorded"]), by=str(by.get("display") or by.get("reference", "")))


def _source(provenance: Resource) -> str:
    return str(provenance.get("meta", {}).get("source", "")).removeprefix("urn:uuid:")


def kind_of(plan: Resource) -> tuple[str, str]:
    """The code and the words of its first category."""
    category: Mapping[str, Any] = next(iter(plan.get("category", ())), {})
    coding: Mapping[str, Any] = next(iter(category.get("coding", ())), {})
    return str(coding.get("code", "")), text_of(plan.get("category"))


def _order(plan: Plan) -> tuple[bool, str, str, str]:
    resource = plan.resource
    return resource.get("status") in CLOSED, kind_of(resource)[0], time_of(resource), str(resource["id"])
