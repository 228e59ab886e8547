"""When an organisation's access to a patient ends: so long after the last stay that it took part in.

Who treats a patient has access (pasientjournalloven § 19: needed for the help that is given); when that is over, so is
the access. How long after is the deployment's to say (policy ``access_days``); a new stay or message opens all again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from hub.contract import ENDED, Document
from mappings.documents import Message
from mappings.moments import first_instant
from mappings.parties import parties_of
from mappings.patient_log import PatientLog
from mappings.stays import Stay


@dataclass(frozen=True, slots=True, kw_only=True)
class Ends:
    """The numbers whose access is over, and when that of the next one will be."""

    over: frozenset[str] = frozenset()
    known: frozenset[str] = frozenset()
    every: bool = False
    """Whether that of everybody who took part is over: then so is that of who only lives there."""
    next: datetime | None = None

    def mark(self, number: str) -> str:
        """The word that closes, or ``""``."""
        return ENDED if number in self.over or (self.every and number not in self.known) else ""


def ends(log: PatientLog, documents: Iterable[Document]) -> Ends:
    """Whose access has ended as of the log's ``now``; nobody's where the policy is 0 or a stay still goes on."""
    if not log.policies.access_days:
        return Ends()
    limit = timedelta(days=log.policies.access_days)
    numbers, last = _took_part(log, documents)
    until = {key: at + limit for key, at in last.items() if at is not None}
    over = frozenset(n for key, at in until.items() if at <= log.now for n in numbers[key])
    open_to = {n for key in numbers if key not in until or until[key] > log.now for n in numbers[key]}
    return Ends(
        over=over - open_to,
        known=frozenset().union(*numbers.values()),
        every=bool(over) and not open_to,
        next=min((at for at in until.values() if at > log.now), default=None),
    )


def _took_part(
    log: PatientLog, documents: Iterable[Document]
) -> tuple[dict[str, set[str]], dict[str, datetime | None]]:
    """By organisation: its numbers, and when the last thing it took part in was over; None while one goes on."""
    of_message = {entry.message.head.message_id: stay for stay in log.stays for entry in stay.entries}
    numbers: dict[str, set[str]] = defaultdict(set)
    last: dict[str, datetime | None] = {}
    for document in documents:
        over = _over(log, document, of_message.get(document.head.message_id))
        for party in parties_of(document):
            key = log.organisations.key(party)
            numbers[key] |= {i.value for i in party.identifiers}
            known = last.get(key, over)
            last[key] = max(known, over) if known is not None and over is not None else None
    return numbers, last


def _over(log: PatientLog, document: Document, stay: Stay | None) -> datetime | None:
    """When the stay of a message was over (None: it is not), or, without one, when the message was made."""
    made = document.head.generated
    if stay is None or not isinstance(document, Message):
        return made
    end = stay.left.when if stay.left else log.died
    return max(first_instant(end), made) if end is not None else None
