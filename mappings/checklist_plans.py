"""The checklists of a deployment, for whom no stay is meant: as PlanDefinitions, and in plain values for a list."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, Final

from hub.contract import Resource
from mappings.checklists import PLAN
from mappings.rules.checklists import Point, Template, in_force
from mappings.rules.policies import Policies

TYPE: Final = "http://terminology.hl7.org/CodeSystem/plan-definition-type"
OWNERS: Final = {"hospital": "sykehuset", "municipality": "kommunen"}
AFTER: Final = {
    "admitted": "innleggelsen",
    "ready": "at pasienten er meldt utskrivningsklar",
    "left": "utskrivningen",
    "begun": "at sjekklisten ble tatt i bruk",
}


def plan_definitions(policies: Policies) -> Iterator[Resource]:
    """A PlanDefinition for each version, so that what a Task says that it comes from stays to be found."""
    for template, after in zip(policies.checklists, [*policies.checklists[1:], None], strict=True):
        is_followed = after is not None and after.name == template.name
        yield _plan(template, after.since if after and is_followed else None)


def _plan(template: Template, followed: date | None) -> Resource:
    start = {"start": template.since.isoformat()} if template.since else {}
    end = {"end": (followed - timedelta(days=1)).isoformat()} if followed else {}
    return {
        "resourceType": "PlanDefinition",
        "id": f"{template.name}-{template.version}",
        "url": f"{PLAN}{template.name}",
        "version": str(template.version),
        "name": "".join(part.capitalize() for part in template.name.split("-")),
        "title": template.title,
        "type": {"coding": [{"system": TYPE, "code": "workflow-definition"}]},
        "status": "active",
        "publisher": "heimveg",
        "description": f"Sjekkliste: {template.title}.",
        **({"effectivePeriod": start | end} if start or end else {}),
        "action": [_action(point) for point in template.points],
    }


def _action(point: Point) -> dict[str, Any]:
    return {"id": point.item, "title": point.text, "textEquivalent": who_and_when(point)}


def who_and_when(point: Point) -> str:
    """In words."""
    when = f"innen {point.hours} timer etter" if point.hours else "ved"
    return f"Ansvar: {OWNERS[point.owner]}. Frist: {when} {AFTER[point.after]}."


def templates(policies: Policies, on: date, municipality: str | None, ward: str | None) -> list[dict[str, Any]]:
    """The checklists in force on a day; ``by_itself`` tells whether a stay that begins then and there has it."""
    names = sorted({template.name for template in policies.checklists})
    found = [template for name in names if (template := in_force(policies.checklists, name, on))]
    chosen = {c.name for c in policies.chosen if c.is_for(municipality, [ward or ""], on)}
    return [
        {
            "checklist": template.name,
            "version": template.version,
            "title": template.title,
            "plan_definition": f"{PLAN}{template.name}|{template.version}",
            "by_itself": template.name in chosen,
            "points": [
                {
                    "item": point.item,
                    "text": point.text,
                    "owner": point.owner,
                    "after": point.after,
                    "hours": point.hours,
                }
                for point in template.points
            ],
        }
        for template in found
    ]
