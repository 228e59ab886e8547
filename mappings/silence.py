"""A stay that nobody has ended: what did not arrive though no message is waited for.

Duties are Tasks already (``mappings.task``), and so are receipts (``mappings.refusal``).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from hub.contract import Party, Resource
from mappings.moments import first_instant, later
from mappings.resources import code, moment, period, reference, resource
from mappings.rules.occasion import Occasion
from mappings.series import Entry
from mappings.task import NAMES, PROCESS, STAY, Setting

SILENT_STAY: Final = timedelta(days=30)
"""A stay of which nothing is heard for so long has probably ended without a LOG_UTSKREVET (ours)."""
END: Final = "avslutning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unended:
    """The end of a stay: by when it should be told, or the stay be said to last; who must act, and whom it is owed to.

    ``about`` is the last that was heard; ``came`` is when the end was told, where that was too late.
    """

    owner: Party
    requester: Party
    due: datetime
    about: Entry
    came: datetime | None = None


def unended(at: Occasion) -> Unended | None:
    """What is waited for of a stay, or came after its limit. The hospital must say that it has ended, or lasts."""
    told = [e for e in at.stay.entries if e.in_force and e.message.head.type != "LOG_UTSKREVET"]
    if not told or at.is_dead:
        return None
    newest = max(told, key=lambda e: (e.message.head.generated.timestamp(), e.message.head.message_id))
    gone = at.stay.of("LOG_UTSKREVET")
    came = gone[0].message.head.generated if gone else None
    due = later(max(newest.message.head.generated, first_instant(at.stay.begun)), SILENT_STAY)
    if came is not None and came <= due:
        return None
    owner, requester = at.sides(newest)
    return Unended(owner=owner, requester=requester, due=due, about=newest, came=came)


def unended_reference(found: Unended, setting: Setting) -> str:
    """The Task that it is, or will be when its time has passed."""
    stay = setting.encounter.partition("/")[2]
    return f"Task/{setting.making.ids('Task', stay, END, found.about.message.head.message_id)}"


def unended_task(found: Unended, setting: Setting) -> Resource:
    """A Task for whoever must act; completed when the end was told after all."""
    making, about = setting.making, found.about
    told = found.came or about.message.head.generated
    return resource(
        "Task",
        unended_reference(found, setting).partition("/")[2],
        meta={"tag": setting.tags},
        groupIdentifier={"system": STAY, "value": setting.encounter.partition("/")[2]},
        status="completed" if found.came else "requested",
        intent="order",
        code=code(PROCESS, END, NAMES[END]),
        description=NAMES[END],
        focus=reference(f"DocumentReference/{making.id('DocumentReference', about)}"),
        encounter=reference(setting.encounter),
        authoredOn=moment(about.message.head.generated),
        lastModified=moment(told),
        requester=making.reference(making.directory.organization(found.requester)),
        owner=making.reference(making.directory.organization(found.owner)),
        restriction={"period": period(found.due, found.due)},
        **{"for": reference(making.patient)},
    )
