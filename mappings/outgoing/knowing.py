"""What must be known before a message of ours is made: the patient's log, the stay, the message it is about."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from hub.contract import Document, Party
from mappings.documents import Message, msghead
from mappings.documents.plo import PloPayload
from mappings.documents.shape import Part
from mappings.patient_log import PatientLog, patient_log
from mappings.rules.policies import Policies
from mappings.series import Entry
from mappings.stays import Stay


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A message of ours: its type (list 8279), the whole message, and the version it is to be written in."""

    type: str
    root: msghead.MsgHead
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Making:
    """What a message of ours is given: its id, the instant of its making, and what has been sent of the same before.

    ``before`` is the MsgId of the message, sent and in force, that told of what now changes or is taken back.
    """

    id: str
    at: datetime
    before: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """The patient's log as of now."""

    log: PatientLog

    def entry(self, message_id: str | None) -> Entry | None:
        """A message by its id."""
        return next((e for e in self.log.entries if e.message.head.message_id == message_id), None)

    def stay(self, message_id: str | None) -> Stay | None:
        """The stay that a message is of."""
        holding = (s for s in self.log.stays if any(e.message.head.message_id == message_id for e in s.entries))
        return next(holding, None)

    def sent_by(self, party: Party, *types: str, within: Iterable[Entry] | None = None) -> list[Entry]:
        """What the organisation itself has sent of these types (any), in force, the newest first."""
        found = self.log.entries if within is None else within
        own = [e for e in found if e.in_force and self.log.organisations.same(e.message.head.sender, party)]
        wanted = [e for e in own if not types or e.message.head.type in types]
        return sorted(wanted, key=lambda e: (e.message.head.generated.timestamp(), e.message.head.message_id))[::-1]

    def is_receiver(self, party: Party, message: Message) -> bool:
        """Whether the message was to this organisation."""
        return self.log.organisations.same(message.head.receiver, party)


def known(documents: Iterable[Document], now: datetime) -> Known | None:
    """None when no message is about a patient."""
    log = patient_log(documents, now, Policies())
    return Known(log=log) if log else None


def info(message: Message) -> msghead.MsgInfo | None:
    """The envelope's own words; None where a message has no MsgHead."""
    return message.root.msg_info if isinstance(message.root, msghead.MsgHead) else None


def plo(message: Message) -> PloPayload | None:
    """The payload, where it is PLO."""
    found: Part = message.payload
    return found if isinstance(found, PloPayload) else None
