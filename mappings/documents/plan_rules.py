"""What holds of plans that people write: one of each kind for a patient, zones and crisis parts within another. Pure.

A plan for own treatment has at most one part for each zone. The crisis part of a plan is for those whom it names.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from typing import Any, Final

from hub.contract import Fault

PLAN_KINDS: Final = "https://heimveg.dev/fhir/CodeSystem/care-plan-category"
VKP_KINDS: Final = "http://ehelse.no/fhir/CodeSystem/vkp-careplan-category-v090"
ZONE: Final = "https://heimveg.dev/fhir/StructureDefinition/sone"
ZONES: Final = ("green", "yellow", "red")
OWN_TREATMENT: Final = (VKP_KINDS, "2")
VISITS: Final = (VKP_KINDS, "3")
DISCHARGE: Final = (PLAN_KINDS, "utskrivningsplan")
CRISIS: Final = (PLAN_KINDS, "kriseplan")
ONE_OF: Final = frozenset({(VKP_KINDS, "1"), OWN_TREATMENT, VISITS, (PLAN_KINDS, "individuell-plan")})
"""Kinds of which a patient has one that goes on; a plan of another kind (VKP 0) says itself what it is."""
OPEN: Final = frozenset({"draft", "active", "on-hold", "unknown"})
CONFIDENTIALITY: Final = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"
RESTRICTED: Final = frozenset({"R", "V"})
TEXTS: Final = {
    "detail": "Bruk activity.reference til en Task, ServiceRequest eller Appointment; detail brukes bare i besøksplan.",
    "intent": "Verdien kan ikke brukes her.",
    "discharge-plan": "Utskrivningsplanen lages av meldingene om oppholdet. Endre den i stedet for å skrive en ny.",
    "zone": "Sonen må være green, yellow eller red.",
    "zone-kind": "En sone er en del av en egenbehandlingsplan, og har samme kategori.",
    "zone-part": "En sone er en del (partOf) av én egenbehandlingsplan.",
    "zone-taken": "Egenbehandlingsplanen har allerede en slik sone. Endre den.",
    "crisis-part": "Kriseplanen er en del (partOf) av én annen plan.",
    "crisis-open": "Kriseplanen må være merket som begrenset (meta.security R eller V); den vises for dem den nevner.",
    "part-of-part": "En plan er ikke del av seg selv, og en del av en plan har ikke deler selv.",
    "one-plan": "Pasienten har allerede en slik plan. Endre den.",
}

Plan = Mapping[str, Any]


def care_plan(resource: Plan, before: Plan | None, changed: Iterable[str]) -> Iterator[Fault]:
    """What is wrong with a plan by itself; ``before`` is what messages made of it."""
    kinds = codes(resource.get("category", ()))
    if resource.get("intent") not in (None, "plan"):
        yield _fault("intent", "intent")
    if before is None and DISCHARGE in kinds:
        yield _fault("discharge-plan", "category")
    if VISITS not in kinds:
        activities = enumerate(resource.get("activity", ()))
        yield from (_fault("detail", f"activity[{n}].detail") for n, activity in activities if "detail" in activity)
    yield from _zone(resource, kinds)
    yield from _crisis(resource, kinds)


def _zone(plan: Plan, kinds: Container[tuple[str, str]]) -> Iterator[Fault]:
    colour = zone_of(plan)
    if colour is None:
        return
    if colour not in ZONES:
        yield _fault("zone", "extension")
    if OWN_TREATMENT not in kinds:
        yield _fault("zone-kind", "category")
    if len(plan.get("partOf", ())) != 1:
        yield _fault("zone-part", "partOf")


def _crisis(plan: Plan, kinds: Container[tuple[str, str]]) -> Iterator[Fault]:
    if CRISIS not in kinds:
        return
    if len(plan.get("partOf", ())) != 1:
        yield _fault("crisis-part", "partOf")
    if not is_restricted(plan):
        yield _fault("crisis-open", "meta.security")


def among(plan: Plan, others: Mapping[str, Plan], written: Container[str]) -> Iterator[Fault]:
    """What is wrong with a plan beside the patient's other plans, by ``Type/id``; ``written`` are those of people.

    What messages and record systems tell of stands beside what people write: it takes no place.
    """
    parents = [others[to] for to in _parts(plan) if to in others]
    if any(_parts(parent) for parent in parents) or f"CarePlan/{plan.get('id')}" in _parts(plan):
        yield _fault("part-of-part", "partOf")
    if plan.get("status") not in OPEN:
        return
    rivals = [o for to, o in others.items() if to in written and o.get("status") in OPEN]
    colour, kinds = zone_of(plan), codes(plan.get("category", ()))
    if colour is not None:
        if any(OWN_TREATMENT not in codes(parent.get("category", ())) for parent in parents):
            yield _fault("zone-part", "partOf")
        if any(zone_of(o) == colour and _parts(o) == _parts(plan) for o in rivals):
            yield _fault("zone-taken", "extension")
    elif not _parts(plan) and any(kinds & ONE_OF & codes(o.get("category", ())) for o in rivals if not _parts(o)):
        yield _fault("one-plan", "category")


def zone_of(plan: Plan) -> str | None:
    """Which zone a plan is about; None where it is about none."""
    found = (one.get("valueCode") for one in plan.get("extension", ()) if one.get("url") == ZONE)
    return next((str(colour) for colour in found), None)


def is_restricted(resource: Plan) -> bool:
    """Whether it is for those only whom it names."""
    labels = resource.get("meta", {}).get("security", ())
    return any(one.get("system") == CONFIDENTIALITY and one.get("code") in RESTRICTED for one in labels)


def _parts(plan: Plan) -> list[str]:
    return [str(one.get("reference", "")) for one in plan.get("partOf", ())]


def _fault(code: str, element: str) -> Fault:
    return Fault(code=code, text=TEXTS[code], path=f"CarePlan.{element}")


def codes(concepts: Iterable[Any]) -> set[tuple[str, str]]:
    """Every (system, code) in CodeableConcepts."""
    return {
        (str(coding.get("system", "")), str(coding.get("code", "")))
        for concept in concepts
        if isinstance(concept, Mapping)
        for coding in concept.get("coding", ())
        if isinstance(coding, Mapping)
    }
