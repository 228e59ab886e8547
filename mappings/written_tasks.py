"""What people wrote of Tasks, on the rows of stays: where a duty stands by their word, and what they added to do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from hub.contract import Resource, StayRow
from mappings.resources import by_reference

ENDED: Final = ("completed", "cancelled", "failed", "entered-in-error")


def with_tasks(row: StayRow, own: Iterable[Resource]) -> StayRow:
    """The row with the status of every written Task that is not for some parties only.

    A Task that names no stay is shown at the one going on.
    """
    tasks = [one for one in own if one["resourceType"] == "Task" and not one["meta"].get("security")]
    if not tasks:
        return row
    written = by_reference(tasks)
    facts = dict(row.facts)
    for name in ("awaited", "duties"):
        facts[name] = [{**one, **_status(written.get(str(one.get("task"))))} for one in facts.get(name, ())]
    added = [_told(to, one) for to, one in written.items() if to not in row.resources and _is_of(one, row)]
    ours = (str(one["task"]) for one in added)
    return replace(row, facts={**facts, "tasks": added}, resources=(*row.resources, *ours))


def _is_of(task: Resource, row: StayRow) -> bool:
    stay = task.get("encounter", {}).get("reference")
    return stay == f"Encounter/{row.id}" if stay else row.is_open


def _status(task: Resource | None) -> dict[str, Any]:
    """Where it stands, and why, in the words of who wrote it."""
    if task is None:
        return {}
    reason: Mapping[str, Any] = task.get("statusReason", {})
    return {"status": str(task["status"]), **({"status_reason": text} if (text := _text(reason)) else {})}


def _told(to: str, task: Resource) -> dict[str, Any]:
    return {
        "task": to,
        "text": str(task.get("description") or _text(task.get("code", {}))),
        **_status(task),
        "open": task["status"] not in ENDED,
        "owner": next(_names(task), None),
    }


def _names(task: Resource) -> Iterator[str]:
    owner = task.get("owner", {})
    yield from (str(owner[name]) for name in ("display", "reference") if owner.get(name))


def _text(concept: Mapping[str, Any]) -> str:
    codings: list[Mapping[str, Any]] = list(concept.get("coding", ()))
    shown = next((one["display"] for one in reversed(codings) if one.get("display")), "")
    return str(concept.get("text") or shown)
