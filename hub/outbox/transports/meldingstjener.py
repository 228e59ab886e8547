"""NHN Meldingstjener: the message as a business document in JSON; the service does the ebXML (not verified there).

``POST {base}/Messages`` with ``businessDocument`` in base64. What waits for us is listed, fetched and marked as read.
"""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from typing import Any

import orjson

from hub import http
from hub.errors import FatalError
from hub.outbox.transport import Parcel, Transport
from hub.outbox.transports import web
from hub.settings import Settings

JSON = "application/json"
SOURCE = "heimveg"


def open_transport(settings: Settings) -> Transport:
    """At ``HEIMVEG_TRANSPORT_URL``."""
    url = web.address(settings)
    return MeldingstjenerTransport(url, settings, http.client(timeout=web.SECONDS, connections=4, accept=JSON))


@dataclass(slots=True)
class MeldingstjenerTransport:
    """A repetition is known to the receiver by the MsgId in the document: the service gives each post an id of its
    own."""

    url: str
    settings: Settings
    client: http.Client
    name: str = "meldingstjener"

    async def send(self, parcel: Parcel) -> bytes | None:
        """Accepted for delivery; the AppRec comes later."""
        document = {
            "businessDocument": base64.b64encode(parcel.body).decode(),
            "contentType": parcel.content_type,
            "contentTransferEncoding": "base64",
        }
        status, _ = await self._ask("POST", "/Messages", orjson.dumps(document))
        if not 200 <= status < 300:
            raise web.trouble(status)
        return None

    async def waiting(self, her_ids: Iterable[str]) -> AsyncIterator[tuple[str, bytes]]:
        """Messages to these HER-ids that nobody has read: an id for ``read``, and the document."""
        for her_id in her_ids:
            listed = await self._got(f"/Messages?receiverHerIds={her_id}&includeMetadata=true")
            for message in listed if isinstance(listed, list) else ():
                found = await self._got(f"/Messages/{message['id']}/business-document")
                yield f"{message['id']}/read/{her_id}", base64.b64decode(found["businessDocument"])

    async def read(self, mark: str) -> None:
        """We have it safe: do not list it again."""
        status, _ = await self._ask("PUT", f"/Messages/{mark}")
        if status >= 300:
            raise web.trouble(status)

    async def _got(self, path: str) -> Any:
        status, body = await self._ask("GET", path)
        if status != 200:
            raise web.trouble(status)
        try:
            return orjson.loads(body)
        except orjson.JSONDecodeError:
            raise FatalError("The other side answered with something that is no JSON") from None

    async def _ask(self, method: str, path: str, content: bytes | None = None) -> tuple[int, bytes]:
        headers = {"Content-Type": JSON, "nhn-source-system": SOURCE, **web.authorization(self.settings)}
        return await web.ask(self.client, method, f"{self.url}{path}", headers, content)

    async def close(self) -> None:
        """Let go of the connections."""
        await self.client.aclose()
