"""Lists over the rows of stays: who is in hospital now, and what did not arrive. Sorted by what needs action first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from hub.access.caller import is_open
from hub.delivery.content import access_numbers, unpacked
from hub.log.seeing import OPEN
from hub.wall_time import OSLO

SEEN_AFTER: Final = timedelta(days=7)
"""A municipality sees a stay for so long after the patient left (ours)."""
MOST: Final = 2000

# The two filters meet two indexes; only one of them is given.
INPATIENTS = """
SELECT id, municipality, hospital, ward, began, ended, due, urgency, resources, as_of,
       facts - 'quality' - 'duties' - 'parties' - 'told' - 'announced' AS facts, COALESCE(due < :now, false) AS overdue
FROM stay
WHERE {where} AND {open}
  AND (is_open OR (:left AND ended > :seen))
ORDER BY overdue DESC, urgency, due NULLS LAST, began, id
LIMIT :most
"""
OF_MUNICIPALITY = "municipality = :place"
OF_HOSPITAL = "hospital = :place AND (CAST(:ward AS text) IS NULL OR ward = :ward)"

# `due` is the earliest of what a stay waits for, so its index finds the stays in which anything is overdue.
ATTENTION = text(f"""
SELECT stay.id, municipality, hospital, ward, stay.facts->'patient'->>'reference' AS patient, awaited AS wait
FROM stay CROSS JOIN jsonb_array_elements(stay.facts->'awaited') AS awaited
WHERE stay.due < :now AND (awaited->>'due')::timestamptz < :now
  AND (CAST(:municipality AS text) IS NULL OR municipality = :municipality)
  AND (CAST(:hospital AS text) IS NULL OR hospital = :hospital)
  AND (CAST(:owner AS text) IS NULL OR awaited->'owner'->>'number' = :owner)
  AND {OPEN}
ORDER BY (awaited->>'due')::timestamptz, stay.id, awaited->>'task'
LIMIT :limit OFFSET :offset
""")  # noqa: S608  a constant

BODIES = text("""
SELECT resource_type, resource_id, body FROM delivered
JOIN unnest(CAST(:types AS text[]), CAST(:ids AS text[])) AS wanted(resource_type, resource_id)
  USING (resource_type, resource_id)
WHERE body IS NOT NULL AND NOT withdrawn
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Whose inpatients: those of a municipality (kommunenummer), or of a hospital, perhaps of one ward."""

    municipality: str = ""
    hospital: str = ""
    ward: str | None = None
    numbers: frozenset[str] | None = None
    """Only stays that one of these organisations is party to; None for all."""


async def inpatients(session: AsyncSession, place: Place, now: datetime, *, left: bool = False) -> list[dict[str, Any]]:
    """One row for each, what needs action first; ``left``: also those who left in the last seven days."""
    where = OF_MUNICIPALITY if place.municipality else OF_HOSPITAL
    values: dict[str, Any] = {
        "place": place.municipality or place.hospital,
        "now": now,
        "seen": now - SEEN_AFTER,
        "left": left,
        "most": MOST,
        "numbers": None if place.numbers is None else sorted(place.numbers),
    }
    if not place.municipality:
        values["ward"] = place.ward
    rows = (await session.execute(text(INPATIENTS.format(where=where, open=OPEN)), values)).mappings().all()
    return [_row(dict(row), now, place.numbers) for row in rows]


def _row(row: Mapping[str, Any], now: datetime, numbers: frozenset[str] | None) -> dict[str, Any]:
    facts = row["facts"]
    known = [one for one in facts.get("around", ()) if is_open(one["open_to"], numbers)]
    around = _around(known)
    readiness = facts.get("readiness") or [{}]
    waits = facts.get("awaited", [])
    return {
        "stay": f"Encounter/{row['id']}",
        "patient": facts.get("patient"),
        "age": facts.get("age"),
        "municipality": row["municipality"],
        "hospital": {"number": row["hospital"], "name": facts.get("hospital")},
        "ward": row["ward"],
        "admitted": facts.get("admitted"),
        "left": facts.get("left"),
        "days": _days(row, now),
        "state": facts.get("state"),
        "state_text": facts.get("state_text"),
        "since": facts.get("since"),
        "next": _wait(waits[0], now) if waits else None,
        "awaited": [_wait(wait, now) for wait in waits],
        "gaps": facts.get("gaps", []),
        "expected": facts.get("expected"),
        "ready_since": readiness[-1].get("since"),
        "answer": readiness[-1].get("reply"),
        "answered": readiness[-1].get("answered"),
        "overliggerdogn": facts.get("pay"),
        "coordinator": facts.get("coordinator"),
        "pathway": facts.get("pathway"),
        "pathway_confirmed": facts.get("pathway_confirmed"),
        "groups": facts.get("groups", []),
        "programmes": facts.get("programmes", []),
        "cfs": facts.get("cfs"),
        "cfs_stale": facts.get("cfs_stale"),
        "what_matters": facts.get("what_matters"),
        "district": facts.get("district"),
        "unit": facts.get("unit"),
        "transport": facts.get("transport"),
        "arrived": facts.get("arrived"),
        "windows": [_window(window, now) for window in facts.get("windows", [])],
        "checklist": facts.get("checklist"),
        "checklists": [_progress(one) for one in facts.get("checklists", [])],
        "deviations": facts.get("deviations"),
        "tasks": facts.get("tasks", []),
        "documents": facts.get("documents"),
        "control": facts.get("control"),
        "services": around.get("services"),
        "general_practitioner": around.get("general_practitioner"),
        "primary_contact": around.get("primary_contact"),
        "contact_doctor": around.get("contact_doctor"),
        "coordinator_of_services": around.get("coordinator_of_services"),
        "function": around.get("function"),
        "function_changes": around.get("function_changes", []),
        "case_worker": facts.get("case_worker"),
        "medication": facts.get("medication"),
        "individual_plan": facts.get("individual_plan"),
        "team_meeting": facts.get("team_meeting"),
        "messages": facts.get("messages", []),
        "as_of": row["as_of"],
        "resources": [*row["resources"], *dict.fromkeys(one["resource"] for one in known)],
    }


def _days(row: Mapping[str, Any], now: datetime) -> int | None:
    """Nights in hospital so far, or until the patient left."""
    began: datetime | None = row["began"]
    ended: datetime = row["ended"] or now
    return (ended.astimezone(OSLO).date() - began.astimezone(OSLO).date()).days if began else None


def _around(known: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """By field; of one that holds a single thing, the last."""
    found: dict[str, Any] = {}
    for one in known:
        if one["many"]:
            found.setdefault(one["field"], []).append(one["value"])
        else:
            found[one["field"]] = one["value"]
    return found


def _wait(wait: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """With how long there is left: less than nothing when it is overdue."""
    due = datetime.fromisoformat(wait["due"])
    return {**wait, "overdue": due < now, "hours_left": round((due - now).total_seconds() / 3600, 1)}


def _progress(checklist: Mapping[str, Any]) -> dict[str, Any]:
    """Without its points, which stand on the stay."""
    return {name: value for name, value in checklist.items() if name != "points"}


def _window(window: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """With whether the hospital can be called at this moment."""
    start, end = (datetime.fromisoformat(window[edge]) for edge in ("start", "end"))
    return {
        "programme": window["programme"],
        "period": window["shown"],
        "approximate": window["approximate"],
        "contact": window.get("contact", ""),
        "contacts": window.get("contacts", 0),
        "readmitted": window.get("readmitted", False),
        "active": start <= now < end and not window.get("readmitted", False),
    }


async def attention(
    session: AsyncSession, now: datetime, *, numbers: frozenset[str] | None = None, **wanted: Any
) -> list[dict[str, Any]]:
    """What did not arrive in time and is still waited for, the oldest first. ``wanted``: see ``ATTENTION``."""
    seen_by = None if numbers is None else sorted(numbers)
    given = {"municipality": None, "hospital": None, "owner": None, "limit": 100, "offset": 0}
    values = {**given, **wanted, "numbers": seen_by}
    rows = (await session.execute(ATTENTION, {"now": now, **values})).mappings().all()
    return [
        {
            **_wait(row["wait"], now),
            "stay": f"Encounter/{row['id']}",
            "patient": row["patient"],
            "municipality": row["municipality"],
            "hospital": row["hospital"],
            "ward": row["ward"],
        }
        for row in rows
    ]


async def bundle(
    session: AsyncSession, rows: Iterable[Mapping[str, Any]], base: str | None, numbers: frozenset[str] | None
) -> bytes:
    """The same as a searchset: each Encounter a match in the order of the list, with what is made of it around.

    As delivered to the FHIR server; what is still on its way there is not in it, nor what is not open to ``numbers``.
    """
    order = [str(row["stay"]) for row in rows]
    others = sorted({ref for row in rows for ref in row["resources"]} - set(order))
    every = await _bodies(session, [*order, *others])
    bodies = {ref: body for ref, body in every.items() if numbers is None or _is_open(body, numbers)}
    found = [(ref, "match") for ref in order if ref in bodies] + [(ref, "include") for ref in others if ref in bodies]
    entries = [_entry(ref, mode, bodies[ref], base) for ref, mode in found]
    total = sum(mode == "match" for _, mode in found)
    return orjson.dumps({"resourceType": "Bundle", "type": "searchset", "total": total, "entry": entries})


async def _bodies(session: AsyncSession, refs: list[str]) -> dict[str, bytes]:
    pairs = [ref.partition("/") for ref in refs]
    values = {"types": [kind for kind, _, _ in pairs], "ids": [id_ for _, _, id_ in pairs]}
    rows = (await session.execute(BODIES, values)).all()
    return {f"{kind}/{id_}": unpacked(body) for kind, id_, body in rows}


def _is_open(body: bytes, numbers: frozenset[str]) -> bool:
    return is_open(access_numbers(orjson.loads(body)), numbers)


def _entry(ref: str, mode: str, body: bytes, base: str | None) -> dict[str, Any]:
    url = {"fullUrl": f"{base}/{ref}"} if base else {}
    return {**url, "resource": orjson.Fragment(body), "search": {"mode": mode}}
