"""Ny, Endring, Kansellering: which messages of a patient are in force (HISD 1154:2018).

Messages of one type from one sender that refer to each other are a series, in any order of arrival and with any of
them missing. Inside a series references decide, then Ny before Endring before Kansellering, then GenDate: corrections
are seen with the same GenDate as what they correct.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from hub.contract import Issue
from mappings import municipal_envelope
from mappings.documents import Message
from mappings.facts import events
from mappings.parties import Organisations

RANK = {"N": 0, "M": 1, "A": 2, "C": 3}


class Standing(StrEnum):
    """What has become of a message."""

    CURRENT = "current"
    SUPERSEDED = "superseded"
    """A later change has replaced it."""
    CANCELLED = "cancelled"
    CANCELLATION = "cancellation"
    """It cancels others and says nothing of its own."""
    PARKED = "parked"
    """A cancellation whose original has not come; applied when it does."""
    QUARANTINED = "quarantined"
    """It would change a message of another sender; a person decides."""


TEXTS = {
    "original-missing": "Originalen som kanselleres er ikke mottatt. Kanselleringen venter, og brukes når den kommer.",
    "change-without-original": "Originalen som endres er ikke mottatt. Endringen er komplett og vises.",
    "other-sender": "Meldingen endrer eller kansellerer en melding fra en annen avsender, og er ikke brukt. "
    "Avklar med avsender.",
    "ambiguous-original": "Meldingen mangler referanse, og flere meldinger passer som original. Avklar med avsender.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A message with its place in its series. ``root`` names the series; ``first`` proves when it was begun."""

    message: Message
    standing: Standing
    root: str
    replaces: str | None = None
    first: Message

    @property
    def in_force(self) -> bool:
        """Whether what it says holds."""
        return self.standing is Standing.CURRENT


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """Every message with its standing, by (GenDate, message id), and what was odd."""

    entries: tuple[Entry, ...]
    issues: tuple[Issue, ...]


def resolve(messages: Iterable[Message], organisations: Organisations) -> Resolved:
    """The standing of every message of one patient."""
    return _Resolver(_once(messages), organisations).run()


def _once(messages: Iterable[Message]) -> list[Message]:
    """One message for each id. Which of two with the same id does not depend on order."""
    best: dict[str, Message] = {}
    for message in messages:
        held = best.setdefault(message.head.message_id, message)
        if message.original < held.original:
            best[message.head.message_id] = message
    return sorted(best.values(), key=lambda m: (m.head.generated.timestamp(), m.head.message_id))


class _Resolver:
    def __init__(self, messages: list[Message], organisations: Organisations) -> None:
        self._messages = messages
        self._organisations = organisations
        self._by_id = {message.head.message_id: message for message in messages}
        self._root: dict[str, str] = {}
        self._strangers: set[str] = set()
        self._issues: list[Issue] = []

    def run(self) -> Resolved:
        for message in self._messages:
            self._root[message.head.message_id] = self._series_of(message, frozenset())
        groups: dict[tuple[str, str], list[Message]] = defaultdict(list)
        for message in self._messages:
            if message.head.message_id not in self._strangers:
                groups[self._root[message.head.message_id], message.head.type].append(message)
        entries = [entry for group in groups.values() for entry in self._standings(group)]
        entries += [self._quarantined(self._by_id[stranger]) for stranger in self._strangers]
        entries.sort(key=lambda e: (e.message.head.generated.timestamp(), e.message.head.message_id))
        return Resolved(entries=tuple(entries), issues=tuple(sorted(self._issues, key=lambda i: (i.path, i.code))))

    def _series_of(self, message: Message, seen: frozenset[str]) -> str:
        """The id that names the series: its first message's, or the one that a missing first message must have."""
        head = message.head
        if message.document_id:
            return self._of_document(message, message.document_id)
        if head.series == "N":
            return head.message_id
        chained = municipal_envelope.is_municipal(message)  # its conversation is only the notification before it
        for said in dict.fromkeys((head.parent, None if chained else head.conversation)):
            if said is None or said in seen:
                continue
            original = self._by_id.get(said)
            if original is None:
                continue
            if not self._organisations.same(original.head.sender, head.sender):
                self._strangers.add(head.message_id)
                self._issue("other-sender", message)
                return head.message_id
            if original.head.type == head.type:
                return self._series_of(original, seen | {head.message_id})
        return (
            self._by_document(message)
            or self._by_content(message)
            or (head.parent if chained else head.conversation)
            or head.parent
            or head.message_id
        )

    def _by_document(self, message: Message) -> str | None:
        """An epikrise names no message but its document, by a number that all versions share (ServProvId, RefDoc)."""
        head = message.head
        if head.type != "EPIKRISE":
            return None
        named = {head.conversation, head.parent} - {None}
        originals = (m for m in self._messages if m.head.series == "N" and m.head.type == head.type)
        same = (m for m in originals if m.head.conversation in named)
        return next((m.head.message_id for m in same if self._organisations.same(m.head.sender, head.sender)), None)

    def _of_document(self, message: Message, document: str) -> str:
        """An epikrise says which document it is (ServProvId), so that names its series, whatever has come."""
        new = (m for m in self._messages if m.document_id == document and m.head.series == "N")
        first = next(new, message)
        if self._organisations.same(first.head.sender, message.head.sender):
            return document
        if message.head.series != "N":
            self._strangers.add(message.head.message_id)
            self._issue("other-sender", message)
        return message.head.message_id

    def _by_content(self, message: Message) -> str | None:
        """Without a usable reference: the one new message of the sender and type that tells of the same event."""
        said = {(e.code, e.when.isoformat()) for e in events(message)}
        if self._referred(message) or not said:
            return None
        candidates = [
            other.head.message_id
            for other in self._messages
            if other.head.series == "N"
            and other.head.type == message.head.type
            and self._organisations.same(other.head.sender, message.head.sender)
            and {(e.code, e.when.isoformat()) for e in events(other)} == said
        ]
        if len(candidates) > 1:
            self._issue("ambiguous-original", message)
        return candidates[0] if len(candidates) == 1 else None

    def _referred(self, message: Message) -> bool:
        """Whether it names a message of its own kind that has only not come yet."""
        said = (message.head.parent, message.head.conversation)
        return any(reference and reference not in self._by_id for reference in said)

    def _standings(self, group: list[Message]) -> Iterator[Entry]:
        ordered = self._ordered(group)
        root = self._root[ordered[0].head.message_id]
        cancelled_before = max((n for n, m in enumerate(ordered) if m.head.series == "C"), default=-1)
        current = max((n for n, m in enumerate(ordered) if m.head.series in ("N", "M")), default=-1)
        first = next((m for m in ordered[cancelled_before + 1 :] if m.head.series != "C"), ordered[0])
        nothing_to_cancel = all(m.head.series == "C" for m in ordered)
        for place, message in enumerate(ordered):
            if message.head.series == "C":
                standing = Standing.PARKED if nothing_to_cancel else Standing.CANCELLATION
            elif place < cancelled_before:
                standing = Standing.CANCELLED
            else:
                replaced = message.head.series != "A" and place < current
                standing = Standing.SUPERSEDED if replaced else Standing.CURRENT
            self._tell(message, standing, ordered)
            yield Entry(
                message=message,
                standing=standing,
                root=root,
                replaces=self._replaced(message, ordered, place),
                first=first,
            )

    def _ordered(self, group: list[Message]) -> list[Message]:
        """By references, then N, M, A, C, then GenDate, then id."""

        def depth(message: Message, seen: frozenset[str] = frozenset()) -> int:
            parent = self._by_id.get(message.head.parent or "")
            if parent is None or parent not in group or message.head.message_id in seen:
                return 0
            return 1 + depth(parent, seen | {message.head.message_id})

        def key(message: Message) -> tuple[int, int, float, str]:
            deep = depth(message) if message.head.series != "N" else 0
            rank = RANK[message.head.series]
            first = (0, rank) if deep == 0 and rank != RANK["C"] else (deep or len(group), rank)
            return *first, message.head.generated.timestamp(), message.head.message_id

        return sorted(group, key=key)

    def _replaced(self, message: Message, ordered: list[Message], place: int) -> str | None:
        if message.head.series == "N" or place == 0:
            return None
        parent = self._by_id.get(message.head.parent or "")
        return (parent if parent in ordered[:place] and parent else ordered[place - 1]).head.message_id

    def _tell(self, message: Message, standing: Standing, ordered: list[Message]) -> None:
        if standing is Standing.PARKED:
            self._issue("original-missing", message)
        elif message.head.series == "M" and all(m.head.series != "N" for m in ordered):
            self._issue("change-without-original", message)

    def _quarantined(self, message: Message) -> Entry:
        return Entry(
            message=message, standing=Standing.QUARANTINED, root=message.head.message_id, replaces=None, first=message
        )

    def _issue(self, code: str, message: Message) -> None:
        path = f"{message.head.message_id}#MsgHead/MsgInfo/ConversationRef"
        found = Issue(code=code, text=TEXTS[code], path=path)
        if found not in self._issues:
            self._issues.append(found)
