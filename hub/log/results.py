"""Write down what a projection did: states, attempts, issues, events, and when to look again."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from uuid import UUID

import orjson
from sqlalchemy import CursorResult, delete, exists, func, literal_column, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from hub.contract import Issue
from hub.log import store
from hub.log.states import Processing
from hub.log.tables import Attempt, Message, Review, StoredDocument, StoredIssue

COURSE = "course"
SOONEST_REVIEW = timedelta(seconds=30)
"""A mapping that asks for a review in the past must not keep a worker busy for ever."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How one message came out of an attempt."""

    row: UUID
    state: Processing
    outcome: str
    """As in ``Attempt.outcome``."""
    error: str | None = None
    detail: str = ""
    sent: int = 0


async def end(
    session: AsyncSession, ending: Ending, *, started: datetime, job: int | None, was: str, stamp: str
) -> bool:
    """Record the ending, unless a replay has replaced the document or asked for another try meanwhile."""
    same = exists().where(col(StoredDocument.message) == ending.row, literal_column("document.xmin::text") == stamp)
    unmoved = col(Message.processing).in_([was, Processing.WAITING.value])
    if not await _moved(session, ending, unmoved, same):
        return False
    _tell(session, ending, started=started, job=job)
    return True


async def set_back(session: AsyncSession, ending: Ending, *, started: datetime, job: int | None) -> None:
    """Record that a message waits or is parked without a projection; what is done already stays done."""
    unfinished = col(Message.processing).in_([Processing.RECEIVED.value, Processing.WAITING.value])
    if await _moved(session, ending, unfinished):
        _tell(session, ending, started=started, job=job)


async def _moved(session: AsyncSession, ending: Ending, *conditions: Any) -> bool:
    statement = update(Message).where(col(Message.id) == ending.row, *conditions)
    statement = statement.values({"processing": ending.state.value}).execution_options(synchronize_session=False)
    return cast(CursorResult[Any], await session.execute(statement)).rowcount == 1


def _tell(session: AsyncSession, ending: Ending, *, started: datetime, job: int | None) -> None:
    add_attempt(session, ending, started=started, job=job)
    data = {"error": ending.error} if ending.error else {"outcome": ending.outcome, "sent": ending.sent}
    store.add_event(session, f"message.{ending.state.value}", ending.row, **data)


def add_attempt(session: AsyncSession, ending: Ending, *, started: datetime, job: int | None) -> None:
    """One try, for whoever asks what became of a message."""
    session.add(
        Attempt(
            message=ending.row,
            job=job,
            started=started,
            ended=datetime.now(UTC),
            outcome=ending.outcome,
            error=ending.error,
            detail=ending.detail[:1000],
            sent=ending.sent,
        )
    )


async def replace_issues(session: AsyncSession, rows: dict[str, UUID], issues: Iterable[Issue], other: UUID) -> None:
    """The issues of this projection instead of those of the last.

    A path that begins with ``<message_id>#`` says which message is meant; the rest are the business of ``other``.
    """
    about = (col(StoredIssue.message).in_(rows.values()), col(StoredIssue.stage) == COURSE)
    await session.execute(delete(StoredIssue).where(*about).execution_options(synchronize_session=False))
    for issue in issues:
        named, separator, path = issue.path.partition("#")
        row = rows.get(named) if separator else None
        session.add(
            StoredIssue(
                message=row or other,
                stage=COURSE,
                code=issue.code,
                text=issue.text,
                path=path if row else issue.path,
                severity=issue.severity,
            )
        )


async def tell_delivery(session: AsyncSession, row: UUID, word: str | None) -> None:
    """What the receiver of a message said of it has changed."""
    statement = update(Message).where(col(Message.id) == row).values({"delivery": word})
    await session.execute(statement.execution_options(synchronize_session=False))
    store.add_event(session, "message.answered", row, delivery=word)


# A number with a word before it matches nobody (``Projection.closed``); repetitions of a message are shut as the first.
CLOSE = text("""
UPDATE message SET numbers = fresh.numbers
FROM (
    SELECT held.id, ARRAY(
        SELECT DISTINCT COALESCE(
            (SELECT min(shut) FROM unnest(given.closed) AS shut WHERE split_part(shut, ':', 2) = told.number),
            told.number
        ) AS number
        FROM (SELECT regexp_replace(n, '^[a-z]+:', '') AS number FROM unnest(held.numbers) AS n
              WHERE n NOT LIKE 'nektet:%') AS told
        UNION
        SELECT shut FROM unnest(given.closed) AS shut WHERE shut LIKE 'nektet:%'
        ORDER BY number
    ) AS numbers
    FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS given(row uuid, closed text[])
    JOIN message AS held ON held.id = given.row OR held.first = given.row
) AS fresh
WHERE message.id = fresh.id AND message.numbers IS DISTINCT FROM fresh.numbers
""")


async def close(session: AsyncSession, closed: Mapping[UUID, Collection[str]]) -> None:
    """To whom each of these messages is closed; to all others it is open again."""
    rows = [{"row": str(row), "closed": list(numbers)} for row, numbers in closed.items()]
    await session.execute(CLOSE, {"rows": orjson.dumps(rows).decode()})


async def review_again(session: AsyncSession, keys: Collection[str], key: str, at: datetime | None) -> None:
    """When silence alone changes what holds for the person; nothing else is remembered of an earlier time."""
    await session.execute(delete(Review).where(col(Review.person_key).in_(keys)))
    if at is not None:
        soonest = datetime.now(UTC) + SOONEST_REVIEW
        statement = insert(Review).values(person_key=key, review_at=max(at, soonest))
        await session.execute(
            statement.on_conflict_do_update(
                index_elements=["person_key"],
                set_={"review_at": func.least(col(Review.review_at), statement.excluded.review_at)},
            )
        )
