"""Somebody who subscribes: a server on loopback that keeps what it is sent and answers as it is told."""

from __future__ import annotations

import hashlib
import hmac
import json
from base64 import b64decode, b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any

from loopback_server import serving


@dataclass
class Receiver:
    """``answers`` are the statuses of the next notifications; 200 when there are no more."""

    answers: list[int] = field(default_factory=list)
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    url: str = ""

    @property
    def told(self) -> list[str]:
        """``Type/id`` of everything that it was told of, in order."""
        bodies = [json.loads(body) for _, body in self.got if body]
        return [focus.partition("/fhir/")[2] for body in bodies for _, focus in numbered(body)]

    @property
    def numbers(self) -> list[int]:
        return [number for _, body in self.got if body for number, _ in numbered(json.loads(body))]

    def proven(self, secret: str) -> bool:
        """Whether everything it got was signed with its secret."""
        return all(h["webhook-signature"] == signed(secret, h, body) for h, body in self.got)


def signed(secret: str, headers: dict[str, str], body: bytes) -> str:
    """As a receiver works it out (Standard Webhooks 1.0)."""
    content = b".".join((headers["webhook-id"].encode(), headers["webhook-timestamp"].encode(), body))
    mac = hmac.new(b64decode(secret.removeprefix("whsec_")), content, hashlib.sha256)
    return f"v1,{b64encode(mac.digest()).decode()}"


def numbered(bundle: dict[str, Any]) -> Iterator[tuple[int, str]]:
    """The events of a notification: number and what changed."""
    for parameter in bundle["entry"][0]["resource"]["parameter"]:
        if parameter["name"] == "notification-event":
            part = {p["name"]: p for p in parameter["part"]}
            yield int(part["event-number"]["valueString"]), part["focus"]["valueReference"]["reference"]


@contextmanager
def receiving() -> Iterator[Receiver]:
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            pass

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            receiver.got.append(({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(receiver.answers.pop(0) if receiver.answers else 200)
            self.send_header("Content-Length", "0")
            self.end_headers()

    with serving(Handler) as address:
        receiver.url = f"{address}/hook"
        yield receiver


def subscription(endpoint: str, criteria: str, **more: Any) -> dict[str, Any]:
    """One that asks for ids."""
    content = "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-payload-content"
    payload = {
        "payload": "application/fhir+json",
        "_payload": {"extension": [{"url": content, "valueCode": "id-only"}]},
    }
    channel = {"type": "rest-hook", "endpoint": endpoint, **payload, **more.pop("channel", {})}
    told = {"resourceType": "Subscription", "status": "requested", "reason": "Tavle", "criteria": criteria}
    return {**told, "channel": channel, **more}
