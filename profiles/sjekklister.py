"""The shipped checklists as PlanDefinitions, to look at and to install; a deployment adds its own."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from mappings.checklist_plans import plan_definitions
from mappings.rules.policies import Policies


def shipped_plans() -> Iterable[dict[str, Any]]:
    """Every version of each."""
    return plan_definitions(Policies())
