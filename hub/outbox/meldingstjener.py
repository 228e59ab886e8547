"""A message service in the shape of NHN's Meldingstjener, for development and tests: everything stays in memory.

Two heimveg can write to each other through it. It knows a repetition by the document itself, as a receiver would by
its MsgId, and can be told to fail.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response

from hub.contract import Document, Raw, Rejection
from hub.log.store import party
from hub.plugins import Plugin, plugin_for


@dataclass(slots=True)
class Held:
    """A document on its way: to which HER-ids, and which of them have read it."""

    id: str
    body: bytes
    content_type: str
    receivers: frozenset[str]
    read: set[str] = field(default_factory=set)
    posts: int = 1


@dataclass(slots=True)
class Service:
    """What the service holds. ``faults`` are statuses that the next posts are answered with instead."""

    plugins: tuple[Plugin, ...]
    messages: dict[str, Held] = field(default_factory=dict)
    faults: list[int] = field(default_factory=list)

    def posted(self, body: bytes, content_type: str) -> Held | None:
        """A document to be delivered; None where it says nobody to deliver it to."""
        known = next((held for held in self.messages.values() if held.body == body), None)
        if known is not None:
            known.posts += 1
            return known
        receivers = self._receivers(body)
        if not receivers:
            return None
        held = Held(id=str(uuid4()), body=body, content_type=content_type, receivers=receivers)
        self.messages[held.id] = held
        return held

    def _receivers(self, body: bytes) -> frozenset[str]:
        raw = Raw(body=body, received=datetime.now(UTC))
        plugin = plugin_for(raw, self.plugins)
        read = plugin.adapter.read(raw) if plugin else None
        head = read.head if isinstance(read, Document | Rejection) else None
        if head is None:
            return frozenset()
        told = [party(p) for p in (head.receiver, *head.copies)]
        both = ("identifiers", "unit_identifiers")
        return frozenset(i["value"] for p in told for level in both for i in p[level])


def service_app(service: Service) -> FastAPI:
    """The service over HTTP; it asks nobody who they are, so it must be on loopback."""
    app = FastAPI(title="Meldingstjener for development", openapi_url=None)

    @app.post("/Messages")
    async def post(request: Request) -> Response:
        if service.faults:
            return Response(status_code=service.faults.pop(0))
        told: dict[str, Any] = await request.json()
        try:
            body = base64.b64decode(told["businessDocument"], validate=True)
        except (KeyError, TypeError, binascii.Error):
            return JSONResponse({"title": "businessDocument is no base64"}, status_code=400)
        held = service.posted(body, str(told.get("contentType", "")))
        return JSONResponse(held.id, 201) if held else JSONResponse({"title": "no receiver"}, status_code=400)

    @app.get("/Messages")
    async def listed(receiverHerIds: str) -> list[dict[str, Any]]:  # noqa: N803  the service's own name
        wanted = set(receiverHerIds.split(","))
        found = (held for held in service.messages.values() if wanted & (held.receivers - held.read))
        return [{"id": held.id, "contentType": held.content_type} for held in found]

    @app.get("/Messages/{id}/business-document")
    async def document(id: str) -> Response:
        held = service.messages.get(id)
        if held is None:
            return Response(status_code=404)
        return JSONResponse(
            {"businessDocument": base64.b64encode(held.body).decode(), "contentType": held.content_type}
        )

    @app.put("/Messages/{id}/read/{her_id}")
    async def read(id: str, her_id: str) -> Response:
        held = service.messages.get(id)
        if held is None:
            return Response(status_code=404)
        held.read.add(her_id)
        return Response(status_code=204)

    return app
