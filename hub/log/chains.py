"""Messages of a numbered chain that have not come: each names the one before it, and that one is nowhere in the log.

Asked when somebody wants to know, not when a message comes: the one that is missing may only be late.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from hub.log.seeing import open_to_numbers

FIRST = "00000000-0000-0000-0000-000000000000"
"""What the first message of a chain names as the one before it."""
GAPS = text(f"""
SELECT found.id, found.conversation AS missing, found.type, found.sender_key, found.generated,
       EXISTS (SELECT FROM message AS refused WHERE refused.message_id = found.conversation) AS refused
FROM message AS found
WHERE found.adapter = ANY(:adapters) AND found.first IS NULL AND found.processing <> 'rejected'
  AND found.conversation <> :first_of_all
  AND {open_to_numbers("found.numbers")}
  AND NOT EXISTS (
    SELECT FROM message AS before WHERE before.message_id = found.conversation AND before.processing <> 'rejected'
  )
ORDER BY found.generated DESC, found.id
LIMIT :most
""")  # noqa: S608  a constant
MOST = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A message that another one names as the one before it. ``refused``: it came, and could not be taken in."""

    missing: str
    named_by: UUID
    type: str
    sender: str
    at: datetime | None
    refused: bool


async def gaps(session: AsyncSession, adapters: Sequence[str], numbers: Collection[str] | None = None) -> list[Gap]:
    """The newest gaps, of messages that one of these organisations is party to; None for all."""
    asked = {
        "adapters": list(adapters),
        "first_of_all": FIRST,
        "numbers": sorted(numbers) if numbers is not None else None,
        "most": MOST,
    }
    return [
        Gap(missing=missing, named_by=row, type=type_, sender=sender, at=at, refused=refused)
        for row, missing, type_, sender, at, refused in (await session.execute(GAPS, asked)).all()
    ]
