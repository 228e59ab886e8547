"""The table ``stay``: what the last projection of each person said of their stays."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import ARRAY, Text, bindparam, text
from sqlalchemy.ext.asyncio import AsyncSession

from hub.contract import StayRow

# Rows that say the same as before are not written again: most messages change one stay of a person, or none.
REPLACE = text("""
WITH fresh AS (
    SELECT * FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS given(
        id text, municipality text, hospital text, ward text, organisations text[], began timestamptz,
        ended timestamptz, is_open boolean, due timestamptz, urgency integer, resources text[], facts jsonb
    )
), gone AS (
    DELETE FROM stay WHERE lane = ANY(:lanes) AND id NOT IN (SELECT id FROM fresh)
)
INSERT INTO stay (id, lane, municipality, hospital, ward, organisations, began, ended, is_open, due, urgency, resources,
                  facts, as_of)
SELECT id, :lane, municipality, hospital, ward, organisations, began, ended, is_open, due, urgency, resources, facts,
       CAST(:as_of AS timestamptz)
FROM fresh
ON CONFLICT (id) DO UPDATE SET
    lane = excluded.lane, municipality = excluded.municipality, hospital = excluded.hospital, ward = excluded.ward,
    organisations = excluded.organisations, began = excluded.began, ended = excluded.ended,
    is_open = excluded.is_open, due = excluded.due, urgency = excluded.urgency, resources = excluded.resources,
    facts = excluded.facts, as_of = excluded.as_of
WHERE (stay.lane, stay.municipality, stay.hospital, stay.ward, stay.organisations, stay.began, stay.ended,
       stay.is_open, stay.due, stay.urgency, stay.resources, stay.facts)
   IS DISTINCT FROM
      (excluded.lane, excluded.municipality, excluded.hospital, excluded.ward, excluded.organisations, excluded.began,
       excluded.ended, excluded.is_open, excluded.due, excluded.urgency, excluded.resources, excluded.facts)
""").bindparams(bindparam("lanes", type_=ARRAY(Text)))

NAMES = (
    "id", "municipality", "hospital", "ward", "organisations", "began", "ended", "is_open", "due", "urgency",
    "resources", "facts",
)  # fmt: skip


async def replace_stays(
    session: AsyncSession, lanes: Collection[str], lane: str, rows: Iterable[StayRow], as_of: datetime
) -> None:
    """The person's stays are now these; ``lanes`` are all keys that the person may have had."""
    await session.execute(REPLACE, {"rows": packed(rows), "lanes": list(lanes), "lane": lane, "as_of": as_of})


def packed(rows: Iterable[StayRow]) -> str:
    """Rows as one JSON text."""
    return orjson.dumps([_plain(row) for row in rows]).decode()


def _plain(row: StayRow) -> dict[str, Any]:
    return {name: getattr(row, name) for name in NAMES}
