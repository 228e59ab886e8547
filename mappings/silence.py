"""What did not arrive: a receipt after its limit, a duty not done, a stay that nobody has ended; and who must act.

Duties are Tasks already (``mappings.task``); here are those for which no duty stands. Whether receipts are silent can
only be told where the log sees receipts at all, so one is awaited when another of the patient's messages has had one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from hub.contract import Party, Resource
from mappings.moments import first_instant
from mappings.receipts import LATE
from mappings.resources import code, moment, period, reference, resource
from mappings.rules.judged import JudgedStay
from mappings.rules.occasion import Occasion
from mappings.series import Entry
from mappings.task import PROCESS, STAY, Setting

SILENT_STAY: Final = timedelta(days=30)
"""A stay of which nothing is heard for so long has probably ended without a LOG_UTSKREVET (ours)."""

RECEIPT, END = "kvittering", "avslutning"
NAMES: Final = {
    RECEIPT: "Kvittering mangler",
    END: "Opphold uten avslutning",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Awaited:
    """Something that should come: by when, who must act, whom it is owed to, and the message that it is about.

    ``came`` is when it came, where it did so too late.
    """

    kind: str
    owner: Party
    requester: Party
    due: datetime
    about: Entry
    came: datetime | None = None


def awaited(stay: JudgedStay) -> list[Awaited]:
    """What is waited for in a stay besides its duties, and what came after its limit."""
    return [*_receipts(stay.at), *_end(stay.at)]


def overdue(stay: JudgedStay) -> list[Awaited]:
    """What has been silent for too long, or was."""
    return [one for one in awaited(stay) if one.due < stay.at.now]


def reviews(stay: JudgedStay) -> list[datetime]:
    """When silence makes a Task."""
    return [one.due for one in awaited(stay) if one.came is None]


def _receipts(at: Occasion) -> Iterator[Awaited]:
    """The sender of a message must find out what became of it."""
    if not hears_receipts(at):
        return
    for entry in at.stay.entries:
        head = entry.message.head
        due = head.generated + LATE
        receipt = at.receipts.of(entry.message)
        came = receipt.head.generated if receipt else None
        if entry.in_force and (came is None or came > due):
            yield Awaited(kind=RECEIPT, owner=head.sender, requester=head.receiver, due=due, about=entry, came=came)


def hears_receipts(at: Occasion) -> bool:
    """Whether any receipt for a message of the stay has reached the log."""
    return any(at.receipts.of(entry.message) is not None for entry in at.stay.entries)


def _end(at: Occasion) -> Iterator[Awaited]:
    """The hospital must say that the stay has ended, or that it lasts."""
    told = [e for e in at.stay.entries if e.in_force and e.message.head.type != "LOG_UTSKREVET"]
    if not told or at.is_dead:
        return
    newest = max(told, key=lambda e: (e.message.head.generated.timestamp(), e.message.head.message_id))
    gone = at.stay.of("LOG_UTSKREVET")
    came = gone[0].message.head.generated if gone else None
    due = max(newest.message.head.generated, first_instant(at.stay.begun)) + SILENT_STAY
    if came is None or came > due:
        owner, requester = _sides(newest, at)
        yield Awaited(kind=END, owner=owner, requester=requester, due=due, about=newest, came=came)


def _sides(entry: Entry, at: Occasion) -> tuple[Party, Party]:
    """The hospital first."""
    head = entry.message.head
    of_hospital = at.organisations.key(head.sender) == at.stay.hospital
    return (head.sender, head.receiver) if of_hospital else (head.receiver, head.sender)


def silence_reference(found: Awaited, setting: Setting) -> str:
    """The Task that it is, or will be when its time has passed."""
    stay = setting.encounter.partition("/")[2]
    return f"Task/{setting.making.ids('Task', stay, found.kind, found.about.message.head.message_id)}"


def silence_task(found: Awaited, setting: Setting) -> Resource:
    """A Task for whoever must act on what did not come; completed when it came after all."""
    making, about = setting.making, found.about
    told = found.came or about.message.head.generated
    return resource(
        "Task",
        silence_reference(found, setting).partition("/")[2],
        meta={"tag": setting.tags},
        groupIdentifier={"system": STAY, "value": setting.encounter.partition("/")[2]},
        status="completed" if found.came else "requested",
        intent="order",
        code=code(PROCESS, found.kind, NAMES[found.kind]),
        description=NAMES[found.kind],
        focus=reference(f"DocumentReference/{making.id('DocumentReference', about)}"),
        encounter=reference(setting.encounter),
        authoredOn=moment(about.message.head.generated),
        lastModified=moment(told),
        requester=making.reference(making.directory.organization(found.requester)),
        owner=making.reference(making.directory.organization(found.owner)),
        restriction={"period": period(found.due, found.due)},
        **{"for": reference(making.patient)},
    )
