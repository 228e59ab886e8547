"""Receipts that others gave: whose message each answers, so that it takes part in that person's projection.

A receipt names nobody. It becomes about the person of the message that it answers, whichever of the two came first; a
receipt takes the identifiers of one message only, since those of two could make two persons one.
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from hub.contract import Head, Ids
from hub.log import persons
from hub.log.queue import defer_projection

# A message is answered by its id, or by its document's id: a conversation that it is no reply in.
_ANSWERS = """
    original.answers IS NULL AND original.first IS NULL
    AND (original.message_id = {answers} OR (original.parent IS NULL AND original.conversation = {answers}))
"""
KEYS = text(f"""
SELECT identifier_key, rank FROM message_identifier WHERE message = (
    SELECT original.id FROM message AS original
    WHERE {_ANSWERS.format(answers=":answers")}
      AND EXISTS (SELECT FROM message_identifier AS known WHERE known.message = original.id)
    ORDER BY original.message_id = :answers DESC, original.id LIMIT 1
)
""")  # noqa: S608  the condition is ours
WAITING = text(f"""
WITH waiting AS (
    SELECT receipt.id FROM message AS original JOIN message AS receipt
        ON receipt.answers IN (original.message_id, original.conversation)
    WHERE original.id = :message AND receipt.processing = 'filed' AND receipt.first IS NULL
      AND {_ANSWERS.format(answers="receipt.answers")}
), taken AS (
    INSERT INTO message_identifier (message, identifier_key, rank)
    SELECT waiting.id, known.identifier_key, known.rank
    FROM waiting CROSS JOIN message_identifier AS known WHERE known.message = :message
    ON CONFLICT DO NOTHING
)
UPDATE message SET processing = 'received' FROM waiting WHERE message.id = waiting.id
""")  # noqa: S608
MISSED = text(f"""
SELECT original.id FROM message AS receipt JOIN message AS original
    ON {_ANSWERS.format(answers="receipt.answers")}
WHERE receipt.processing = 'filed' AND receipt.answers IS NOT NULL AND receipt.first IS NULL
  AND receipt.received > clock_timestamp() - interval '1 hour'
  AND EXISTS (SELECT FROM message_identifier AS known WHERE known.message = original.id)
ORDER BY receipt.id LIMIT :most
""")  # noqa: S608
RECEIPTS = text("""
SELECT receipt.id FROM message AS receipt JOIN message AS original
    ON receipt.answers = original.message_id OR (original.parent IS NULL AND receipt.answers = original.conversation)
WHERE original.id = :message AND original.answers IS NULL ORDER BY receipt.id
""")


async def keys_of(session: AsyncSession, ids: Ids, head: Head) -> dict[str, int]:
    """The identifier keys of whom a message is about, with their ranks: its own, or those of what it answers."""
    if head.answers is None:
        return persons.ranked_keys(ids, head.persons)
    rows = (await session.execute(KEYS, {"answers": head.answers.message_id})).all()
    return {key: rank for key, rank in rows}  # noqa: C416  rows are not pairs to the type checker


async def take_waiting(session: AsyncSession, message: UUID) -> None:
    """Receipts that came before the message they answer become about its person; its projection takes them along."""
    await session.execute(WAITING, {"message": message})


async def take_missed(session: AsyncSession, most: int) -> int:
    """Receipts whose message was entered at the same moment, so that neither saw the other: take them now."""
    found = dict.fromkeys((await session.execute(MISSED, {"most": most})).scalars())
    for message in found:
        await take_waiting(session, message)
        key = await persons.person_key(session, await persons.identifiers_of_message(session, message))
        if key is not None:
            await defer_projection(session, message, key)
    return len(found)


async def receipts(session: AsyncSession, message: UUID) -> list[UUID]:
    """The rows of the receipts that answer a message, in order of arrival."""
    return list((await session.execute(RECEIPTS, {"message": message})).scalars())
