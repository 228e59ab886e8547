"""What people may write as FHIR resources: one row for each type, and the check of one resource against its row. Pure.

An element that is not in the row is refused and named, never dropped. Of what messages made, only the row's
``changes`` may differ: the rest is what the messages say.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from hub.contract import Document, Fault
from mappings.documents import plan_rules
from mappings.documents.entered import Entered
from mappings.documents.plan_rules import codes
from mappings.documents.said import Stated

COMMON: Final = frozenset({"resourceType", "id", "meta", "text", "language", "extension", "identifier"})
PROCESS: Final = "https://heimveg.dev/fhir/CodeSystem/discharge-process"
POINT: Final = "sjekkpunkt"
"""A Task that people end: a point of a checklist. Duties end by what fulfils them."""
REFERENCE: Final = re.compile(r"[A-Z][A-Za-z]{1,39}/[A-Za-z0-9.-]{1,64}|urn:uuid:[0-9a-fA-F-]{36}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One resource type. ``subject`` is the element that says whom it is about (``participant``: one of the actors)."""

    subject: str
    required: tuple[str, ...]
    elements: frozenset[str]
    changes: frozenset[str] = frozenset()

    @property
    def offered(self) -> frozenset[str]:
        """Every element that may be written."""
        return COMMON | self.elements | {self.subject, *self.required}


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


KINDS: Final[Mapping[str, Kind]] = {
    "CarePlan": Kind(
        subject="subject",
        required=("status", "intent", "category"),
        elements=_words(
            "title description encounter period created author contributor careTeam addresses supportingInfo goal"
            " activity note partOf replaces"
        ),
        changes=_words("goal careTeam addresses note activity"),
    ),
    "Goal": Kind(
        subject="subject",
        required=("lifecycleStatus", "description"),
        elements=_words(
            "achievementStatus category priority startDate target statusDate statusReason expressedBy addresses note"
        ),
        changes=_words("achievementStatus lifecycleStatus note statusDate statusReason"),
    ),
    "CareTeam": Kind(
        subject="subject",
        required=("status", "participant"),
        elements=_words("category name encounter period reasonCode managingOrganization telecom note"),
    ),
    "Task": Kind(
        subject="for",
        required=("status", "intent", "code"),
        elements=_words(
            "instantiatesCanonical groupIdentifier partOf businessStatus statusReason priority description focus"
            " encounter executionPeriod authoredOn lastModified requester performerType owner reasonCode note"
            " restriction output input"
        ),
        changes=_words("status statusReason owner note"),
    ),
    "Observation": Kind(
        subject="subject",
        required=("status", "code"),
        elements=_words(
            "category encounter effectiveDateTime effectivePeriod issued performer valueQuantity valueInteger"
            " valueCodeableConcept valueString dataAbsentReason interpretation note method component hasMember"
        ),
    ),
    "Communication": Kind(
        subject="subject",
        required=("status", "payload"),
        elements=_words(
            "category priority medium topic about encounter sent received recipient sender reasonCode inResponseTo note"
        ),
    ),
    "Appointment": Kind(
        subject="participant",
        required=("status", "participant"),
        elements=_words(
            "cancelationReason serviceCategory serviceType specialty appointmentType reasonCode priority description"
            " supportingInformation start end minutesDuration created comment patientInstruction requestedPeriod"
        ),
    ),
    "QuestionnaireResponse": Kind(
        subject="subject",
        required=("status", "questionnaire"),
        elements=_words("encounter authored author source item"),
    ),
    "Flag": Kind(
        subject="subject",
        required=("status", "category", "code"),
        elements=_words("encounter period author"),
    ),
}

_OPEN_TASK: Final = ("requested", "received", "accepted", "in-progress", "on-hold", "rejected")
TEXTS: Final = {
    "not-offered": "Elementet kan ikke skrives her.",
    "required": "Elementet må være med.",
    "not-changeable": "Det som kommer fra meldinger, endres ikke her.",
    "other-patient": "Ressursen gjelder en annen pasient.",
    "contained": "Innfelte ressurser tas ikke imot: send dem som egne ressurser i samme transaksjon.",
    "modifier": "Endrende utvidelser (modifierExtension) tas ikke imot.",
    "reference": "En referanse må være Type/id på denne tjeneren, eller urn:uuid til en annen ressurs i transaksjonen.",
    "point-status": "Et sjekkpunkt kan være åpent, gjort (completed) eller ikke aktuelt (cancelled).",
    **plan_rules.TEXTS,
    "duty-status": "En plikt fullføres av det som oppfyller den (melding eller svar), ikke ved å endre status.",
    "scale": "Verdien er utenfor skalaen.",
}


Version = tuple[Entered, Stated]


def history(documents: Iterable[Document]) -> dict[str, list[Version]]:
    """The versions of everything written, by ``Type/id``, oldest first. Does not depend on the order of documents."""
    found: dict[str, dict[str, Version]] = {}
    for entry in documents:
        if isinstance(entry, Entered) and isinstance(entry.said, Stated):
            found.setdefault(entry.said.target, {})[entry.head.message_id] = (entry, entry.said)
    return {to: sorted(found[to].values(), key=_age) for to in sorted(found)}


def _age(version: Version) -> tuple[int, float, str]:
    entry, said = version
    return said.version, entry.head.generated.timestamp(), entry.head.message_id


def kind_of(resource: Mapping[str, Any]) -> Kind | None:
    """The row of the resource's type, or None where it cannot be written."""
    return KINDS.get(str(resource.get("resourceType", "")))


def subject_of(resource: Mapping[str, Any]) -> str:
    """The reference to whom a resource is about, or ``""``."""
    kind = kind_of(resource)
    if kind is None:
        return ""
    found = resource.get(kind.subject)
    if kind.subject == "participant":
        actors = [str((one.get("actor") or {}).get("reference", "")) for one in found or () if isinstance(one, dict)]
        return next((actor for actor in actors if actor.startswith("Patient/")), "")
    return str(found.get("reference", "")) if isinstance(found, Mapping) else ""


def faults(resource: Mapping[str, Any], before: Mapping[str, Any] | None, changed: Iterable[str]) -> Iterator[Fault]:
    """What is wrong with a resource that people write; ``before`` is what messages made of it, if they did.

    ``changed`` are the elements that differ from what is on the server now.
    """
    kind, name = KINDS[resource["resourceType"]], str(resource["resourceType"])
    yield from (_fault("contained", f"{name}.contained") for _ in resource.get("contained", ())[:1])
    yield from (_fault("not-offered", f"{name}.{e}") for e in sorted(resource.keys() - kind.offered - {"contained"}))
    yield from (_fault("required", f"{name}.{e}") for e in kind.required if not resource.get(e))
    if not subject_of(resource):
        yield _fault("required", f"{name}.{kind.subject}")
    yield from (_fault("modifier", path) for path, inner in walked(resource, name) if "modifierExtension" in inner)
    yield from (_fault("reference", f"{path}.reference") for path, to in references(resource) if not _is_ours(to))
    if before is not None:
        yield from (_fault("not-changeable", f"{name}.{e}") for e in sorted(set(changed) - kind.changes))
    yield from OWN_RULES.get(name, _nothing)(resource, before, changed)


def _is_ours(to: str) -> bool:
    return REFERENCE.fullmatch(to) is not None


def _fault(code: str, path: str) -> Fault:
    return Fault(code=code, text=TEXTS[code], path=path)


def walked(value: Any, path: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every object of a resource with its path, itself first."""
    if isinstance(value, Mapping):
        yield path, value
        for name, inner in value.items():
            yield from walked(inner, f"{path}.{name}")
    elif isinstance(value, list | tuple):
        for number, inner in enumerate(value):
            yield from walked(inner, f"{path}[{number}]")


def references(resource: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Every literal reference with the path of its Reference."""
    for path, inner in walked(resource, str(resource.get("resourceType", ""))):
        if isinstance(inner.get("reference"), str):
            yield path, inner["reference"]


def _nothing(_resource: Any, _before: Any, _changed: Any) -> Iterator[Fault]:
    yield from ()


def _task(resource: Mapping[str, Any], before: Mapping[str, Any] | None, changed: Iterable[str]) -> Iterator[Fault]:
    if resource.get("intent") not in (None, "order"):
        yield _fault("intent", "Task.intent")
    if before is not None and (PROCESS, POINT) in codes([before.get("code", {})]):
        if "status" in changed and resource.get("status") not in (*_OPEN_TASK, "completed", "cancelled"):
            yield _fault("point-status", "Task.status")
        return
    ends = before is not None and not {before.get("status"), resource.get("status")} <= {*_OPEN_TASK}
    if ends and "status" in changed:
        yield _fault("duty-status", "Task.status")


CFS: Final = ("http://snomed.info/sct", "763264000")
NEWS2: Final = ("http://snomed.info/sct", "1104051000000101")
SCALES: Final = {CFS: (1, 9), NEWS2: (0, 20)}


def _observation(
    resource: Mapping[str, Any], before: Mapping[str, Any] | None, changed: Iterable[str]
) -> Iterator[Fault]:
    """A score of a known scale is on it (CFS 1 to 9, NEWS2 0 to 20), as a whole number."""
    for coded in codes([resource.get("code", {})]):
        if coded in SCALES:
            low, high = SCALES[coded]
            for name, value in _scores(resource):
                if not (str(value).lstrip("-").isdecimal() and low <= int(str(value)) <= high):
                    yield _fault("scale", f"Observation.{name}")


def _scores(resource: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    if "valueInteger" in resource:
        yield "valueInteger", resource["valueInteger"]
    if "value" in resource.get("valueQuantity", {}):
        yield "valueQuantity.value", resource["valueQuantity"]["value"]


OWN_RULES: Final = {"CarePlan": plan_rules.care_plan, "Task": _task, "Observation": _observation}
