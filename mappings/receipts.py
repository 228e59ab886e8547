"""Receipts (AppRec) that receivers gave to a patient's messages, and what they prove of delivery.

A notice that its receiver refused was never given (dossier A.0 "Evidence of delivery"); nor was one that reached the
wrong addressee (DIALOG_AVVIK, list 8117/1, dossier 3.3). Silence proves nothing of that; but where a receipt must
come from elsewhere, 96 hours without one are for a person to look at (HIS 80415 1.2). It must where somebody else
answers a message of our own, and where the log sees what the receiver answers: it has answered another message.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal

from hub.contract import Issue, Party
from mappings.documents import Message
from mappings.documents.apprec import AppRec
from mappings.documents.dialogmelding import Dialogmelding
from mappings.moments import hours_after
from mappings.norwegian_time import instant
from mappings.parties import Organisations
from mappings.series import Entry

Delivery = Literal["confirmed", "unconfirmed", "rejected"]
Shown = Literal["confirmed", "unconfirmed", "rejected", "missing"]

PATIENCE: Final = 96
"""Hours after GenDate; then the sender counts silence as refusal. A later receipt still holds (HIS 80415 1.2)."""
WRONG_ADDRESSEE: Final = "1"
TEXTS: Final = {
    "receipt-negative": "Mottakeren har avvist meldingen ({codes}). Den regnes som ikke sendt. Rett og send på nytt.",
    "receipt-errors": "Mottakeren har godtatt meldingen, men meldt feil i en del av den ({codes}).",
    "receipt-missing": "Mottakeren har ikke kvittert innen 96 timer. Regn meldingen som ikke mottatt, og følg opp.",
    "receipt-late": "Mottakeren kvitterte mer enn 96 timer etter at meldingen ble laget. Kvitteringen gjelder.",
    "receipts-disagree": "Mottakeren har både godtatt og avvist meldingen. Den første kvitteringen gjelder.",
    "receipt-of-stranger": "En applikasjonskvittering for meldingen er ikke fra en mottaker av den, og er ikke brukt.",
    "wrong-addressee": "Mottakeren har meldt feil adressat. Meldingen regnes som ikke sendt. Send til riktig mottaker.",
}


def is_receipt(message: Message) -> bool:
    """Whether a message only answers another, and is no document of the patient."""
    return isinstance(message.root, AppRec)


@dataclass(slots=True)
class Receipts:
    """What became of each message at its receiver. Does not depend on order."""

    organisations: Organisations
    now: datetime
    issues: list[Issue] = field(default_factory=list)
    _first: dict[str, Message] = field(default_factory=dict)
    """Message id -> the receipt of its primary receiver; it is final, so the first one counts (HIS 80415 3)."""
    _astray: dict[str, Message] = field(default_factory=dict)
    """Message id -> the DIALOG_AVVIK that says it reached the wrong addressee."""
    _heard: set[str] = field(default_factory=set)
    """Who has answered any of the patient's messages, as a receiver of it."""

    def of(self, message: Message) -> Message | None:
        """The receipt that counts."""
        return self._first.get(message.head.message_id)

    def deviation(self, message: Message) -> Message | None:
        """The DIALOG_AVVIK that tells of a wrong addressee."""
        return self._astray.get(message.head.message_id)

    def delivery(self, message: Message) -> Delivery:
        """Whether the receiver has taken the message over."""
        if message.head.message_id in self._astray:
            return "rejected"
        answers = found.head.answers if (found := self.of(message)) else None
        if answers is None:
            return "unconfirmed"
        return "rejected" if answers.refused else "confirmed"

    def is_owed(self, message: Message) -> bool:
        """Whether a receipt must come from elsewhere, so that silence says something."""
        return message.head.awaits or self.organisations.key(message.head.receiver) in self._heard

    def shown(self, message: Message) -> Shown:
        """The same with the clock: where the receipt must come from elsewhere, silence ends in ``missing``."""
        word = self.delivery(message)
        overdue = word == "unconfirmed" and self.is_owed(message) and deadline(message) <= self.now
        return "missing" if overdue else word

    def is_awaited(self, message: Message) -> bool:
        """Whether a receipt must still come from elsewhere."""
        return self.is_owed(message) and self.shown(message) == "unconfirmed"

    def is_late(self, message: Message) -> bool:
        """Whether the receipt that counts was made after the sender stopped waiting."""
        receipt = self.of(message)
        return receipt is not None and receipt.head.generated.timestamp() > deadline(message).timestamp()

    def hear(self, receipt: Message, message: Message) -> None:
        """A receipt of the primary receiver."""
        self._heard.add(self.organisations.key(message.head.receiver))
        self._first.setdefault(message.head.message_id, receipt)

    def is_rejected(self, entry: Entry) -> bool:
        """Whether the message counts as never sent."""
        return self.delivery(entry.message) == "rejected"

    def given(self, entries: Iterable[Entry]) -> list[Entry]:
        """Those that count as sent."""
        return [entry for entry in entries if not self.is_rejected(entry)]


def deadline(message: Message) -> datetime:
    """Until when its sender waits for a receipt."""
    return hours_after(message.head.generated, PATIENCE)


def receipts_of(
    documents: Iterable[Message], messages: Iterable[Message], organisations: Organisations, now: datetime
) -> Receipts:
    """What the receipts among the documents, and the deviations among the messages, say of the messages."""
    found, held = Receipts(organisations, now), list(messages)
    by_id: dict[str, list[Message]] = defaultdict(list)
    for message in held:
        by_id[message.head.message_id].append(message)
        if message.head.type == "EPIKRISE" and message.head.conversation not in (None, message.head.message_id):
            by_id[message.head.conversation or ""].append(message)
    given: dict[str, list[Message]] = defaultdict(list)
    for receipt in sorted(_once(documents), key=lambda r: (r.head.generated.timestamp(), r.head.message_id)):
        for message in _answered(receipt, by_id):
            _place(receipt, message, given, found)
    for message in held:
        for receipt in given[message.head.message_id]:
            if receipt.head.answers:
                found.hear(receipt, message)
    for message in held:
        _settle(message, given[message.head.message_id], found)
        _deviate(message, by_id, found)
    found.issues.sort(key=lambda issue: (issue.path, issue.code))
    return found


def _once(documents: Iterable[Message]) -> Iterable[Message]:
    """One receipt for each id; which of two that differ does not depend on order."""
    best: dict[tuple[str, str], Message] = {}
    for receipt in documents:
        key = (receipt.head.message_id, receipt.head.parent or "")
        if key not in best or receipt.original < best[key].original:
            best[key] = receipt
    return best.values()


def _answered(receipt: Message, by_id: dict[str, list[Message]]) -> list[Message]:
    """The message by its id; by document id (Epikrise) the version that was made then, where that is said."""
    answers, root = receipt.head.answers, receipt.root
    candidates = by_id.get(answers.message_id, []) if answers else []
    made = instant(root.original_msg_id.issue_date) if isinstance(root, AppRec) else None
    return [m for m in candidates if m.head.generated == made] or candidates


def _place(receipt: Message, message: Message, given: dict[str, list[Message]], found: Receipts) -> None:
    """Each receiver gives a receipt of its own; only the primary one's tells whether the message was given."""
    sender, head = receipt.head.sender, message.head
    if _is_unit(sender, head.receiver):
        given[head.message_id].append(receipt)
    elif any(_is_unit(sender, copy) for copy in head.copies):
        return
    elif _is_party(sender, head.receiver, found.organisations):
        given[head.message_id].append(receipt)
    elif not any(_is_party(sender, copy, found.organisations) for copy in head.copies):
        found.issues.append(_issue("receipt-of-stranger", message))


def _is_unit(sender: Party, party: Party) -> bool:
    return bool({*sender.unit_identifiers} & {*party.unit_identifiers})


def _is_party(sender: Party, party: Party, organisations: Organisations) -> bool:
    """The same virksomhet, or a person who is level 1 of the receipt and level 2 of the message."""
    shared = {*sender.identifiers, *sender.unit_identifiers} & {*party.identifiers, *party.unit_identifiers}
    return bool(shared) or organisations.same(sender, party)


def _settle(message: Message, receipts: list[Message], found: Receipts) -> None:
    answers = [(receipt, receipt.head.answers) for receipt in receipts if receipt.head.answers]
    if not answers:
        if found.shown(message) == "missing":
            found.issues.append(_issue("receipt-missing", message))
        return
    _, said = answers[0]
    codes = ", ".join(dict.fromkeys(error.code for error in said.errors if error.code)) or "uten årsak"
    if said.refused:
        found.issues.append(_issue("receipt-negative", message, codes=codes))
    elif said.errors:
        found.issues.append(_issue("receipt-errors", message, codes=codes))
    if found.is_late(message):
        found.issues.append(_issue("receipt-late", message))
    if len({other.refused for _, other in answers}) > 1:
        found.issues.append(_issue("receipts-disagree", message))


def _deviate(message: Message, by_id: dict[str, list[Message]], found: Receipts) -> None:
    """A deviation counts when the receiver of the message reports it."""
    if message.head.type != "DIALOG_AVVIK" or WRONG_ADDRESSEE not in set(deviations(message)):
        return
    for concerned in by_id.get(message.head.parent or "", []):
        known = concerned.head.message_id in found._astray
        if not known and _is_party(message.head.sender, concerned.head.receiver, found.organisations):
            found._astray[concerned.head.message_id] = message
            found.issues.append(_issue("wrong-addressee", concerned))


def deviations(message: Message) -> Iterator[str]:
    """The codes of list 8117 in a DIALOG_AVVIK."""
    payload = message.payload
    if isinstance(payload, Dialogmelding):
        yield from (str(note.tema_kodet.v or "") for note in payload.notat)


def _issue(code: str, message: Message, **more: str) -> Issue:
    return Issue(
        code=code, text=TEXTS[code].format(**more), path=f"{message.head.message_id}#{message.root.shape.name}"
    )
