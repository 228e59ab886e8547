"""Who is who: identifiers that messages have shown to be one person's, as keyed hashes.

A person is a connected component over ``message_identifier`` (a message with two numbers links them); the person's
key is the strongest identifier in it. It is computed from the log, so arrival order does not matter.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from sqlalchemy import ARRAY, Text, TextClause, bindparam, text
from sqlalchemy.ext.asyncio import AsyncSession

from hub.contract import Identifier, Ids

# Strongest kind first, by the systems of national person identifiers; whatever else comes after them.
STRENGTH = ("urn:oid:2.16.578.1.12.4.1.4.1", "urn:oid:2.16.578.1.12.4.1.4.2", "urn:oid:2.16.578.1.12.4.1.4.3")

COMPONENT = """
WITH RECURSIVE component(identifier_key) AS (
    SELECT unnest(CAST(:keys AS text[]))
    UNION
    SELECT other.identifier_key
    FROM component
    JOIN message_identifier AS mine ON mine.identifier_key = component.identifier_key
    JOIN message_identifier AS other ON other.message = mine.message
)
"""


def _about_component(rest: str) -> TextClause:
    return text(COMPONENT + rest).bindparams(bindparam("keys", type_=ARRAY(Text)))


STRONGEST = _about_component("""
    SELECT identifier_key
    FROM component JOIN message_identifier USING (identifier_key)
    GROUP BY identifier_key ORDER BY min(rank), identifier_key LIMIT 1
""")
RANKED = _about_component("""
    SELECT identifier_key, min(rank)
    FROM component JOIN message_identifier USING (identifier_key)
    GROUP BY identifier_key
""")
KNOWN = _about_component("""
    SELECT identifier_key, min(rank)
    FROM component LEFT JOIN message_identifier USING (identifier_key)
    GROUP BY identifier_key ORDER BY identifier_key
""")
MESSAGES = _about_component("""
    SELECT DISTINCT message FROM component JOIN message_identifier USING (identifier_key) ORDER BY message
""")
OF_MESSAGE = text(
    "SELECT identifier_key FROM message_identifier WHERE message = :message ORDER BY rank, identifier_key"
)


def identifier_key(ids: Ids, identifier: Identifier) -> str:
    """The keyed hash under which an identifier is matched; the number itself cannot be found from it."""
    return ids("identifier", identifier.system, identifier.value)


def rank(identifier: Identifier) -> int:
    """How strong an identifier is for choosing a person's key: fødselsnummer, D-nummer, felles hjelpenummer, other."""
    return STRENGTH.index(identifier.system) if identifier.system in STRENGTH else len(STRENGTH)


def ranked_keys(ids: Ids, persons: Iterable[Identifier]) -> dict[str, int]:
    """The key and rank of each of a message's person identifiers."""
    return {identifier_key(ids, person): rank(person) for person in persons}


async def person_key(session: AsyncSession, keys: Iterable[str]) -> str | None:
    """The key of the person with these identifier keys, as far as the log shows now; none if it knows none of them."""
    return (await session.execute(STRONGEST, {"keys": list(keys)})).scalar()


async def strongest_with(session: AsyncSession, own: Mapping[str, int]) -> str:
    """The key of the person once a message with these (``ranked_keys``, not empty) is in the log."""
    known: dict[str, int] = dict(map(tuple, (await session.execute(RANKED, {"keys": list(own)})).all()))
    candidates = [(least, key) for keys in (known, own) for key, least in keys.items()]
    return min(candidates)[1]


async def ranked_identifiers(session: AsyncSession, keys: Iterable[str]) -> dict[str, int | None]:
    """Every identifier key of the person with its rank; none where no message gives it."""
    rows = (await session.execute(KNOWN, {"keys": list(keys)})).all()
    return {key: least for key, least in rows}  # noqa: C416  rows are not pairs to the type checker


async def messages_of_person(session: AsyncSession, keys: Iterable[str]) -> list[UUID]:
    """The rows of every message about the person, in order of arrival."""
    return list((await session.execute(MESSAGES, {"keys": list(keys)})).scalars())


async def identifiers_of_message(session: AsyncSession, message: UUID) -> list[str]:
    """The identifier keys that one message gives its person, strongest first."""
    return list((await session.execute(OF_MESSAGE, {"message": message})).scalars())
