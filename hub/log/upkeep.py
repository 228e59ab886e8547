"""What the queue does by itself: reviews that fall due, and messages that no job looks after any more."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from hub.log import answered, persons
from hub.log.queue import PROJECT, defer_projection, defer_review

AT_ONCE = 500

DUE = text("""
DELETE FROM review WHERE person_key IN (
    SELECT person_key FROM review WHERE review_at <= clock_timestamp()
    ORDER BY review_at LIMIT :most FOR UPDATE SKIP LOCKED
) RETURNING person_key
""")
LATER = text("""
INSERT INTO review (person_key, review_at) VALUES (:key, clock_timestamp() + interval '1 hour') ON CONFLICT DO NOTHING
""")
OUTLIVED = text("DELETE FROM used_proof WHERE until < clock_timestamp() RETURNING 1")
FORGOTTEN = text("""
SELECT id FROM message
WHERE processing IN ('received', 'waiting') AND received < clock_timestamp() - interval '2 minutes'
  AND NOT EXISTS (
    SELECT FROM procrastinate_jobs AS job
    WHERE job.task_name = :task AND job.status IN ('todo', 'doing') AND job.args ->> 'message' = message.id::text
  )
ORDER BY id LIMIT :most
""")


async def defer_due_reviews(session: AsyncSession) -> int:
    """Queue the persons for whom a deadline has passed; the row goes, the job stays, both in one transaction."""
    keys = (await session.execute(DUE, {"most": AT_ONCE})).scalars().all()
    for key in keys:
        await defer_review(session, key)
    return len(keys)


async def look_later(session: AsyncSession, person_key: str) -> None:
    """A review that failed is tried again in an hour."""
    await session.execute(LATER, {"key": person_key})


async def defer_forgotten(session: AsyncSession) -> int:
    """Queue messages again whose job is gone (somebody emptied the queue, or a job failed for no reason of ours)."""
    rows = (await session.execute(FORGOTTEN, {"task": PROJECT, "most": AT_ONCE})).scalars().all()
    for row in rows:
        key = await persons.person_key(session, await persons.identifiers_of_message(session, row))
        if key is not None:
            await defer_projection(session, row, key)
    return len(rows) + await answered.take_missed(session, AT_ONCE)


async def forget_used_proofs(session: AsyncSession) -> int:
    """Used proofs that would be refused for their age by now need not be remembered."""
    return len((await session.execute(OUTLIVED)).scalars().all())
