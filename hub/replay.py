"""Process a stored message once more: after a fault was mended, a mapping corrected, or the FHIR server restored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from hub.contract import Document, Raw
from hub.errors import AdapterFailedError
from hub.intake import Intake
from hub.judge import Verdict, judge
from hub.log import answered, persons, store
from hub.log.queue import defer_projection
from hub.log.states import Processing
from hub.log.tables import Message, MessageIdentifier, StoredDocument, StoredIssue

REPLAYABLE = (Processing.RECEIVED, Processing.PROJECTED, Processing.WAITING, Processing.PARKED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """What a replay did. ``id`` is the row that carries the message on; ``refused`` says why nothing was done."""

    id: UUID
    state: str
    refused: str = ""


async def replayable(session: AsyncSession, since: datetime) -> Sequence[UUID]:
    """The messages received since then that can be replayed, oldest first."""
    statement = (
        select(col(Message.id))
        .where(col(Message.received) >= since, col(Message.processing).in_([state.value for state in REPLAYABLE]))
        .order_by(col(Message.id))
    )
    return (await session.execute(statement)).scalars().all()


async def replay(intake: Intake, row_id: UUID) -> Replayed | None:
    """Read the original again with today's adapter and queue its projection; none if there is no such row.

    The receipt is final and is not made again (HIS 80415:2012).
    """
    async with intake.sessions() as session:
        row = await session.get(Message, row_id)
        if row is None:
            return None
        body = await store.original(session, row_id) if row.processing in REPLAYABLE else None
    if row.processing not in REPLAYABLE:
        return Replayed(id=row_id, state=row.processing, refused=row.processing)
    verdict = None
    if body is not None:
        headers = {**row.transport, "content-type": row.content_type}
        raw = Raw(body=body, received=row.received, headers=headers)
        verdict = await judge(raw, intake.plugins, intake.dump, intake.ids)
        if row.message_id is None:
            return await _take_over(intake, row_id, raw, verdict)
    return await _project_again(intake, row_id, verdict)


async def _take_over(intake: Intake, row_id: UUID, raw: Raw, verdict: Verdict) -> Replayed:
    """A message that could not even be read is entered as if it came now; the old row becomes its duplicate."""
    if isinstance(verdict.outcome, AdapterFailedError):
        return Replayed(id=row_id, state=Processing.PARKED, refused=str(verdict.outcome))
    outcome = await intake.record(raw, verdict)
    async with intake.sessions() as session, session.begin():
        values = {"processing": Processing.DUPLICATE.value, "first": outcome.id}
        await session.execute(update(Message).where(col(Message.id) == row_id).values(values))
        store.add_event(session, "message.replayed", row_id, entered_as=str(outcome.id))
    return Replayed(id=outcome.id, state=outcome.answer.value)


async def _project_again(intake: Intake, row_id: UUID, verdict: Verdict | None) -> Replayed:
    async with intake.sessions() as session, session.begin():
        row = (await session.execute(select(Message).where(col(Message.id) == row_id).with_for_update())).scalar_one()
        verdict = await intake.resolved(session, verdict) if verdict is not None else None
        if verdict is not None and isinstance(verdict.outcome, Document):
            await _refresh(session, intake, row_id, verdict, verdict.outcome)
        lane = await persons.person_key(session, await persons.identifiers_of_message(session, row_id))
        if lane is None:
            return Replayed(id=row_id, state=row.processing, refused=Processing.FILED)
        row.processing = Processing.RECEIVED.value
        store.add_event(session, "message.replayed", row_id)
        await session.flush()
        await defer_projection(session, row_id, lane)
    return Replayed(id=row_id, state=Processing.RECEIVED)


async def _refresh(session: AsyncSession, intake: Intake, row_id: UUID, verdict: Verdict, document: Document) -> None:
    """Replace the parsed form by what today's parser makes of the original."""
    parser = verdict.plugin.parser if verdict.plugin else ""
    await session.merge(StoredDocument(message=row_id, dumped=verdict.dumped or b"", parser=parser))
    await session.execute(delete(MessageIdentifier).where(col(MessageIdentifier.message) == row_id))
    keys = await answered.keys_of(session, intake.ids, document.head)
    answers = document.head.answers.message_id if document.head.answers else None
    await session.execute(update(Message).where(col(Message.id) == row_id).values({"answers": answers}))
    session.add_all(MessageIdentifier(message=row_id, identifier_key=key, rank=rank) for key, rank in keys.items())
    await session.execute(
        delete(StoredIssue).where(col(StoredIssue.message) == row_id, col(StoredIssue.stage) == "read")
    )
    store.add_issues(session, row_id, "read", document.issues)
    await session.flush()
