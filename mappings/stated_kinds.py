"""What becomes of a written resource, by type: over what messages made of it, or on its own with what every one has."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from hub.contract import Resource
from mappings.care_plan import CUSTODIAN
from mappings.documents.plan_rules import codes
from mappings.documents.stating import KINDS, POINT
from mappings.resources import code, coding, reference
from mappings.task import PROCESS

CATEGORY: Final = "http://terminology.hl7.org/CodeSystem/observation-category"
OVER: Final = frozenset({"completed", "cancelled", "failed", "entered-in-error"})
"""States of a Task that only messages and rules end."""
FOLLOW_UP: Final = coding(PROCESS, "oppfolging", "Oppfølging")

Elements = dict[str, Any]


def over(base: Resource, own: Mapping[str, Any], changed: Iterable[str]) -> Elements:
    """What messages made, with what people changed of it; what the messages say now wins where both speak.

    The status of a point of a checklist counts what people changed already (``mappings.checklists``).
    """
    kept = {name: value for name, value in base.items() if name not in ("resourceType", "id", "meta")}
    for name in changed:
        kept[name] = own.get(name)
    if base["resourceType"] == "CarePlan":
        kept["activity"] = _joined(base.get("activity", ()), own.get("activity", ()) if "activity" in changed else ())
    if (PROCESS, POINT) in codes([base.get("code", {})]):
        is_newest = own.get("status") == base["status"]
        kept["status"], kept["statusReason"] = base["status"], own.get("statusReason") if is_newest else None
    elif base["resourceType"] == "Task" and base.get("status") in OVER:
        kept["status"], kept["statusReason"] = base["status"], base.get("statusReason")
    return kept


def _joined(made: Iterable[Any], own: Iterable[Any]) -> list[Any]:
    """The messages' activities, then those that people added."""
    first = list(made)
    return [*first, *(one for one in own if one not in first)]


@dataclass(frozen=True, slots=True)
class Teller:
    """Who wrote something (a Reference) and when."""

    who: Mapping[str, Any]
    at: str


def alone(type_: str, own: Mapping[str, Any], by: Teller, patient: str) -> Elements:
    """A resource that people wrote, with whom it is about and who answers for it."""
    kind = KINDS[type_]
    kept = dict(own)
    if kind.subject != "participant":
        kept[kind.subject] = {**kept.get(kind.subject, {}), **reference(patient)}
    return RESPONSIBLE.get(type_, _as_it_is)(kept, by)


def _as_it_is(own: Elements, _by: Teller) -> Elements:
    return own


def _care_plan(own: Elements, by: Teller) -> Elements:
    """Whoever wrote it answers for it, unless it says who does (R5 calls that custodian)."""
    author = own.get("author") or dict(by.who)
    extensions = list(own.get("extension", ()))
    if all(one.get("url") != CUSTODIAN for one in extensions) and "reference" in author:
        extensions.append({"url": CUSTODIAN, "valueReference": reference(author["reference"])})
    return {**own, "extension": extensions, "author": author}


def _task(own: Elements, by: Teller) -> Elements:
    """Every Task of ours says which step of the way home it is; what people add themselves is follow-up."""
    said = own.get("code", {})
    steps = {system for system, _ in codes([said])}
    first = [] if PROCESS in steps else [FOLLOW_UP]
    whole = {**said, "coding": [*first, *said.get("coding", ())]}
    return {**own, "intent": "order", "code": whole, "requester": own.get("requester") or dict(by.who)}


def _goal(own: Elements, by: Teller) -> Elements:
    """R4 has no organisation as who expressed a goal: then its name only."""
    return {**own, "expressedBy": own.get("expressedBy") or {"display": by.who.get("display", "")}}


def _observation(own: Elements, by: Teller) -> Elements:
    """A survey result, written when it was told, unless it says otherwise."""
    survey = [code(CATEGORY, "survey", "Survey")]
    return {
        **own,
        "category": own.get("category") or survey,
        "issued": own.get("issued") or by.at,
        "performer": own.get("performer") or [dict(by.who)],
    }


def _by(element: str, *, listed: bool = False) -> Callable[[Elements, Teller], Elements]:
    def filled(own: Elements, by: Teller) -> Elements:
        return {**own, element: own.get(element) or ([dict(by.who)] if listed else dict(by.who))}

    return filled


RESPONSIBLE: Final[Mapping[str, Callable[[Elements, Teller], Elements]]] = {
    "CarePlan": _care_plan,
    "Task": _task,
    "Goal": _goal,
    "CareTeam": _by("managingOrganization", listed=True),
    "Observation": _observation,
    "Communication": _by("sender"),
    "QuestionnaireResponse": _by("author"),
    "Flag": _by("author"),
}
