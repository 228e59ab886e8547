"""A patient's timeline: everything that the log knows, in clinical time, with where each thing comes from. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from hub.contract import Resource
from hub.wall_time import norwegian_time

TIMES: Final[dict[str, tuple[str, ...]]] = {
    "AllergyIntolerance": ("onsetDateTime", "recordedDate"),
    "Appointment": ("start",),
    "CarePlan": ("period.start", "created"),
    "CareTeam": ("period.start",),
    "Communication": ("sent", "received"),
    "Composition": ("date",),
    "Condition": ("onsetDateTime", "onsetPeriod.start", "recordedDate"),
    "Consent": ("dateTime",),
    "DetectedIssue": ("identifiedDateTime", "identifiedPeriod.start"),
    "Encounter": ("period.start",),
    "EpisodeOfCare": ("period.start",),
    "Flag": ("period.start",),
    "Goal": ("startDate", "statusDate"),
    "List": ("date",),
    "MedicationAdministration": ("effectiveDateTime", "effectivePeriod.start"),
    "MedicationDispense": ("whenHandedOver", "whenPrepared"),
    "MedicationRequest": ("authoredOn",),
    "MedicationStatement": ("effectiveDateTime", "effectivePeriod.start", "dateAsserted"),
    "Observation": ("effectiveDateTime", "effectivePeriod.start", "issued"),
    "QuestionnaireResponse": ("authored",),
    "Procedure": ("performedDateTime", "performedPeriod.start"),
    "RelatedPerson": ("period.start",),
    "ServiceRequest": ("occurrenceDateTime", "occurrencePeriod.start", "authoredOn"),
    "Task": ("executionPeriod.start", "authoredOn"),
}
"""Where each type has the time that it is about, the best first. Other types are no happenings of a patient: the
original of a message (DocumentReference, Binary) stands behind its Composition."""
TEXTS: Final = ("title", "code", "description", "medicationCodeableConcept", "class", "type", "category", "name")
DATE: Final = len("2026-03-04")
WITHDRAWN: Final = "entered-in-error"


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """One thing at its time, which may be a day, a month or a year; when it was told, where no other time is known."""

    time: str
    resource: Resource
    text: str
    sources: tuple[str, ...]
    """Ids of the messages and entries that it comes from."""

    @property
    def reference(self) -> str:
        """``Type/id``."""
        return f"{self.resource['resourceType']}/{self.resource['id']}"


def timeline(resources: Iterable[Resource], sees: Callable[[Resource], bool]) -> list[Happening]:
    """What may be seen, the oldest first; what has no time comes last. What was withdrawn is not in it."""
    held = [one for one in resources if sees(one)]
    told = provenances(held)
    found = [
        Happening(
            time=time_of(one) or _told_at(told[f"{one['resourceType']}/{one['id']}"]),
            resource=one,
            text=words_of(one),
            sources=tuple(sorted(_sources(told[f"{one['resourceType']}/{one['id']}"]) | _own(one))),
        )
        for one in held
        if one["resourceType"] in TIMES and one.get("status") != WITHDRAWN
    ]
    return sorted(found, key=lambda h: (not h.time, _instant(h.time) if h.time else 0.0, h.reference))


def provenances(resources: Iterable[Resource]) -> defaultdict[str, list[Resource]]:
    """By reference, each Provenance that tells where it comes from."""
    found: defaultdict[str, list[Resource]] = defaultdict(list)
    for one in resources:
        if one["resourceType"] == "Provenance":
            for target in one.get("target", ()):
                found[target["reference"]].append(one)
    return found


def _sources(told: Iterable[Resource]) -> set[str]:
    """The messages and entries that it comes from."""
    return set().union(*(_own(one) for one in told))


def _told_at(told: Iterable[Resource]) -> str:
    """When it was told first."""
    found = [str(one["occurredDateTime"]) for one in told if one.get("occurredDateTime")]
    return min(found, key=_instant, default="")


def _own(resource: Resource) -> set[str]:
    source = str(resource.get("meta", {}).get("source", ""))
    return {source.removeprefix("urn:uuid:")} if source else set()


def time_of(resource: Resource) -> str:
    """The time that it is about, as its source has it; "" when no time is known."""
    for path in TIMES[resource["resourceType"]]:
        found: Any = resource
        for name in path.split("."):
            found = found.get(name) if isinstance(found, Mapping) else None
        if isinstance(found, str):
            return str(found)
    return ""


def _instant(time: str) -> float:
    """For sorting only: a day, month or year stands where it begins in Norway."""
    whole = time if len(time) >= DATE else f"{time}{'-01-01'[len(time) - 4 :] if len(time) > 4 else '-01-01'}"
    return norwegian_time(datetime.fromisoformat(whole)).timestamp()


def words_of(resource: Resource) -> str:
    """What people read, in the words of the resource itself."""
    return next((text for name in TEXTS if (text := text_of(resource.get(name)))), "")


def text_of(value: Any) -> str:
    """A text, or the words of a CodeableConcept or the first of several."""
    if isinstance(value, str):
        return str(value)
    if isinstance(value, list | tuple):
        return text_of(value[0]) if value else ""
    if not isinstance(value, Mapping):
        return ""
    coding: Mapping[str, Any] = next(iter(value.get("coding", ())), {})
    return str(value.get("text") or value.get("display") or coding.get("display") or coding.get("code") or "")
