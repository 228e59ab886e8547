"""How a message of ours leaves: transports are found through the entry-point group ``heimveg.transports``.

A transport takes the same parcel any number of times and delivers it once, or as often as it must: its receiver knows a
repetition by the MsgId (HITS 1168:2016 5.4).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import entry_points
from typing import Protocol, cast

from hub.contract import HER_ID
from hub.errors import ConfigurationError
from hub.outbox.tables import OutgoingMessage
from hub.settings import Settings

GROUP = "heimveg.transports"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """A message to be sent, and what a transport must know of it: its type (list 8279), and level 2 of the address."""

    message_id: str
    type: str
    body: bytes
    content_type: str
    sender: str
    receiver: str
    """HER-id of the service that is written to; "" where the address has none."""


class Transport(Protocol):
    """One way out. Raises ``RetriableError`` to be asked again, ``FatalError`` where asking again will not help; their
    texts are ours and hold nothing of the message."""

    name: str

    async def send(self, parcel: Parcel) -> bytes | None:
        """Returns when the other side has it safe; with its receipt (AppRec) where it gives one at once."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...


Open = Callable[[Settings], Transport]


def opened(settings: Settings) -> Transport | None:
    """The transport that the deployment has chosen; None for none."""
    if not settings.transport:
        return None
    known = {point.name: point for point in entry_points(group=GROUP)}
    if settings.transport not in known:
        raise ConfigurationError(f"HEIMVEG_TRANSPORT={settings.transport}: none of {', '.join(sorted(known))}")
    return cast(Open, known[settings.transport].load())(settings)


def parcel(row: OutgoingMessage, body: bytes) -> Parcel:
    """What is sent of a message in the outbox."""
    return Parcel(
        message_id=row.message_id,
        type=row.type,
        body=body,
        content_type=row.content_type,
        sender=_her_id(row.parties["sender"]),
        receiver=_her_id(row.parties["receiver"]),
    )


def _her_id(party: Mapping[str, object]) -> str:
    """Level 2 is the address; level 1 where there is none."""
    for level in ("unit_identifiers", "identifiers"):
        for identifier in cast("list[Mapping[str, str]]", party[level]):
            if identifier["system"] == HER_ID:
                return identifier["value"]
    return ""
