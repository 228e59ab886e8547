"""Plain HTTP: POST of the message, as ``POST /messages`` of another heimveg takes it."""

from __future__ import annotations

from dataclasses import dataclass

from hub import http
from hub.outbox.transport import Parcel, Transport
from hub.outbox.transports import web
from hub.settings import Settings
from hub.transport import ACTION, FROM_HER_ID, ROLE, SERVICE, TO_HER_ID

REFUSED = 422
"""The other side has it and says no; its AppRec tells why."""


def open_transport(settings: Settings) -> Transport:
    """To ``HEIMVEG_TRANSPORT_URL``."""
    url = web.address(settings)
    return HttpTransport(url, settings, http.client(timeout=web.SECONDS, connections=4, accept="application/xml"))


@dataclass(slots=True)
class HttpTransport:
    """The MsgId is the idempotency key; the headers are those of an ebXML message (HISD 1209:2018)."""

    url: str
    settings: Settings
    client: http.Client
    name: str = "http"

    async def send(self, parcel: Parcel) -> bytes | None:
        """An AppRec that comes with the answer is the receipt."""
        status, body = await web.ask(self.client, "POST", self.url, self._headers(parcel), parcel.body)
        receipt = body if body.lstrip().startswith(b"<") else None
        if 200 <= status < 300 or (status == REFUSED and receipt is not None):
            return receipt
        raise web.trouble(status)

    def _headers(self, parcel: Parcel) -> dict[str, str]:
        told = {
            FROM_HER_ID: parcel.sender,
            TO_HER_ID: parcel.receiver,
            ACTION: parcel.type,
            SERVICE: f"S-{parcel.type}",
            ROLE: f"{parcel.type}sender",
        }
        plain = {"Content-Type": parcel.content_type, "Idempotency-Key": parcel.message_id}
        return {**plain, **{n: v for n, v in told.items() if v}, **web.authorization(self.settings)}

    async def close(self) -> None:
        """Let go of the connections."""
        await self.client.aclose()
