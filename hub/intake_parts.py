"""The intake with its real parts: every installed adapter, the documents' door, and the drug register."""

from __future__ import annotations

from hub import doors, plugins
from hub.access.ledger import Ledger
from hub.drugs import with_register
from hub.intake import Intake
from hub.log.database import Sessions
from hub.settings import Settings, ids_of


def make_intake(settings: Settings, makers: Sessions, ledger: Ledger | None = None) -> Intake:
    """As the deployment's settings have it. With a ledger, what is kept out of a message is in the access log."""
    return Intake(
        ledger=ledger,
        sessions=makers,
        plugins=plugins.installed(),
        ids=ids_of(settings),
        dump=doors.dump,
        max_bytes=settings.max_message_bytes,
        resolve=with_register,
    )
