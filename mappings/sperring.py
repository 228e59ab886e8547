"""What the patient has blocked, and for whom (pasient- og brukerrettighetsloven § 5-3, pasientjournalloven § 17)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from hub.contract import BLOCKED, Document, Identifier, Issue, Party
from mappings.documents.entered import Entered
from mappings.documents.said import Sperring
from mappings.entries import told
from mappings.parties import Organisations, parties_of

TEXTS: Final = {"block-without-message": "Sperringen gjelder en melding som ikke er kjent, og sperrer ingenting ennå."}


@dataclass(frozen=True, slots=True)
class _Block:
    """One block in force: the numbers that its organisation goes by, or None for everybody; of one message or all."""

    numbers: frozenset[str] | None
    message: str | None

    def holds(self, number: str, message: str) -> bool:
        """Whether this number is blocked from what this message alone made; ``""`` is what several made."""
        return self.message in (None, message.casefold()) and (self.numbers is None or number in self.numbers)


@dataclass(frozen=True, slots=True)
class Blocks:
    """All of a patient's blocks in force."""

    every: tuple[_Block, ...]

    def mark(self, number: str, message: str) -> str:
        """The word that closes, or ``""``."""
        return BLOCKED if any(block.holds(number, message) for block in self.every) else ""


def blocks(entries: Iterable[Entered], documents: Iterable[Document], organisations: Organisations) -> Blocks:
    """The blocks in force. An organisation is blocked under every number by which the messages know it."""
    parties = [party for document in documents for party in parties_of(document)]
    return Blocks(
        tuple(
            _Block(
                _numbers(said.organisation, parties, organisations),
                said.message.casefold() if said.message is not None else None,
            )
            for _, said in told(entries, Sperring)
        )
    )


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
