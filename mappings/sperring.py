"""What the patient has blocked, and for whom (pasient- og brukerrettighetsloven § 5-3, pasientjournalloven § 17)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from hub.contract import BLOCKED, HPR, Document, Identifier, Ids, Issue, Party, denied
from mappings.documents.entered import Entered
from mappings.documents.said import Sperring
from mappings.entries import told
from mappings.parties import Organisations, parties_of

TEXTS: Final = {"block-without-message": "Sperringen gjelder en melding som ikke er kjent, og sperrer ingenting ennå."}


@dataclass(frozen=True, slots=True)
class _Block:
    """One block in force: the numbers that its organisation goes by, or None for everybody; of one message or all.

    ``denied`` is the word for its person or unit, instead of numbers.
    """

    numbers: frozenset[str] | None
    message: str | None
    denied: str = ""

    def is_about(self, message: str) -> bool:
        """Whether it holds for what this message alone made; ``""`` is what several made."""
        return self.message in (None, message.casefold())

    def holds(self, number: str, message: str) -> bool:
        """Whether this number is blocked from it."""
        return self.is_about(message) and (self.numbers is None or number in self.numbers)


@dataclass(frozen=True, slots=True)
class Blocks:
    """All of a patient's blocks in force."""

    every: tuple[_Block, ...]

    def mark(self, number: str, message: str) -> str:
        """The word that closes, or ``""``."""
        return BLOCKED if any(block.holds(number, message) for block in self.every) else ""

    def denied(self, message: str) -> tuple[str, ...]:
        """The words for persons and units that what this message alone made is closed to."""
        return tuple(sorted({block.denied for block in self.every if block.denied and block.is_about(message)}))


def blocks(entries: Iterable[Entered], documents: Iterable[Document], organisations: Organisations, ids: Ids) -> Blocks:
    """The blocks in force. An organisation is blocked under every number by which the messages know it."""
    parties = [party for document in documents for party in parties_of(document)]
    return Blocks(tuple(_block(said, parties, organisations, ids) for _, said in told(entries, Sperring)))


def named(entries: Iterable[Entered]) -> frozenset[str]:
    """The messages that blocks name, whomever they shut out."""
    return frozenset(said.message.casefold() for _, said in told(entries, Sperring) if said.message)


def _block(said: Sperring, parties: Iterable[Party], organisations: Organisations, ids: Ids) -> _Block:
    message = said.message.casefold() if said.message is not None else None
    one = Identifier(HPR, said.person) if said.person else said.unit
    if one is not None:
        return _Block(frozenset(), message, denied(ids, one))
    return _Block(_numbers(said.organisation, parties, organisations), message)


def _numbers(of: Identifier | None, parties: Iterable[Party], organisations: Organisations) -> frozenset[str] | None:
    if of is None:
        return None
    named = Party(name="", identifiers=(of,))
    known = {i.value for party in parties if organisations.same(named, party) for i in party.identifiers}
    return frozenset({of.value} | known)


def unknown(entries: Iterable[Entered], documents: Iterable[Document]) -> Iterator[Issue]:
    """A block of a message that has not come (yet), or that was written wrongly, must not look as if it worked."""
    known = {document.head.message_id.casefold() for document in documents}
    for entry, said in told(entries, Sperring):
        if said.message is not None and said.message.casefold() not in known:
            code = "block-without-message"
            yield Issue(code=code, text=TEXTS[code], path=f"{entry.head.message_id}#{entry.head.type}")
