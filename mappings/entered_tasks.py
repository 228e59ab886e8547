"""What people say is wrong with a message (avvik), as Tasks for its other party."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from hub.contract import Party, Resource
from mappings import tables
from mappings.documents import Entered
from mappings.documents.said import Deviation, DeviationReason
from mappings.entries import told
from mappings.resources import code, moment, reference, resource
from mappings.rules.occasion import Occasion
from mappings.series import Entry
from mappings.stays import Stay
from mappings.task import NAMES, PROCESS, STAY, Setting

REASONS: Final[dict[DeviationReason, str]] = {"wrong-addressee": "1", "incomplete": "2", "other": "9"}
"""Codes of list 8117 (Avvik ved mottak)."""
LIST: Final = 8117


@dataclass(frozen=True, slots=True)
class ToDo:
    """Something that is still to be done: in words, its Task, who must act, and the entry that tells of it."""

    text: str
    task: str
    owner: Party
    entry: Entered


@dataclass(frozen=True, slots=True, kw_only=True)
class EnteredTasks:
    """Of one stay."""

    at: Occasion
    setting: Setting

    def made(self) -> Iterator[Resource]:
        """One Task for each deviation."""
        yield from (self._deviation(entry, said) for entry, said in told(self.at.entered, Deviation))

    def _deviation(self, entry: Entered, said: Deviation) -> Resource:
        """For the other party of the message: which message, and why. As of a ``DIALOG_AVVIK``, a person must look."""
        making, concerned = self.setting.making, message_of(entry, self.at.stay)
        other = self._other(entry, concerned)
        return resource(
            "Task",
            self._deviation_id(entry),
            meta={"tag": self.setting.tags},
            groupIdentifier={"system": STAY, "value": self._stay},
            status="on-hold",
            statusReason={**_reason(said), "text": said.text},
            intent="order",
            code=code(PROCESS, "avklaring", NAMES["avklaring"]),
            description="Avvik ved mottak av melding",
            focus=reference(f"DocumentReference/{making.id('DocumentReference', concerned)}") if concerned else None,
            encounter=reference(self.setting.encounter),
            authoredOn=moment(entry.head.generated),
            lastModified=moment(entry.head.generated),
            requester=making.reference(making.directory.organization(entry.head.sender)),
            owner=making.reference(making.directory.organization(other)) if other else None,
            **{"for": reference(making.patient)},
        )

    def _other(self, entry: Entered, concerned: Entry | None) -> Party | None:
        """Whoever sent the message; its receiver where the sender itself has found it."""
        if concerned is None:
            return None
        head = concerned.message.head
        is_own = self.at.organisations.same(head.sender, entry.head.sender)
        return head.receiver if is_own else head.sender

    def open_deviations(self) -> Iterator[ToDo]:
        """Deviations that nobody has taken back, with who must act on each."""
        for entry, said in told(self.at.entered, Deviation):
            other = self._other(entry, message_of(entry, self.at.stay))
            if other is not None:
                yield ToDo(said.text, f"Task/{self._deviation_id(entry)}", other, entry)

    def _deviation_id(self, entry: Entered) -> str:
        return self.setting.making.ids("Task", self._stay, "avvik", entry.head.message_id)

    @property
    def _stay(self) -> str:
        return self.setting.encounter.partition("/")[2]


def message_of(entry: Entered, stay: Stay) -> Entry | None:
    """The message of the stay that an entry names among its values."""
    named = getattr(entry.said, "message", None)
    return next((e for e in stay.entries if named and e.message.head.message_id == named), None)


def _reason(said: Deviation) -> dict[str, object]:
    value = REASONS[said.reason]
    return code(tables.system_of(LIST), value, tables.text(LIST, value) or "")
