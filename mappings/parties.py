"""Which parties of a patient's messages are the same organisation: those that share an identifier at level 1.

One message names a hospital by organisation number and HER-id, the next by HER-id alone. Computed from all messages
of the patient, so it does not depend on their order.
"""

from __future__ import annotations

from collections.abc import Iterable

from hub.contract import HER_ID, ORGANISASJONSNUMMER, Document, Identifier, Party
from mappings.documents import Message
from mappings.facts import TO_HOSPITAL
from mappings.identifiers import issuer_key


class Organisations:
    """The level-1 organisations of a set of messages and entries."""

    def __init__(self, documents: Iterable[Document]) -> None:
        self._leader: dict[str, str] = {}
        for document in documents:
            for party in parties_of(document):
                self._join(_names(party))

    def key(self, party: Party) -> str:
        """One key for one organisation: its strongest identifier in any of the messages, or its name."""
        names = _names(party)
        return self._find(names[0]) if names else ""

    def same(self, first: Party, second: Party) -> bool:
        """Whether two parties are the same organisation; nobody is never the same as anybody."""
        return self.key(first) != "" and self.key(first) == self.key(second)

    def hospital(self, message: Message) -> str:
        """The key of the hospital in a message: the receiver of reports to it, otherwise the sender."""
        return self.key(message.head.receiver if message.head.type in TO_HOSPITAL else message.head.sender)

    def _join(self, names: list[str]) -> None:
        roots = sorted({self._find(name) for name in names}, key=_strength)
        for root in roots[1:]:
            self._leader[root] = roots[0]

    def _find(self, name: str) -> str:
        leader = self._leader.setdefault(name, name)
        while leader != self._leader.setdefault(leader, leader):
            leader = self._leader[leader]
        return leader


def parties_of(document: Document) -> tuple[Party, ...]:
    """Everybody who sent or shall have it."""
    return (document.head.sender, document.head.receiver, *document.head.copies)


def _names(party: Party) -> list[str]:
    numbered = [_name(i) for i in party.identifiers]
    if numbered:
        return numbered
    key = issuer_key(party)
    return [f"name|{key.casefold()}"] if key else []


def _name(of: Identifier) -> str:
    return f"{of.system}|{of.value}"


def _strength(name: str) -> tuple[bool, bool, str]:
    system = name.partition("|")[0]
    return system != ORGANISASJONSNUMMER, system != HER_ID, name
