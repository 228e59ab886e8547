"""Links to further pages: the FHIR server's own page number, sealed for the caller that got it, for a while."""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode, urlsplit

from hub.access.caller import Caller
from hub.gateway.outcome import OutcomeError

KEPT: Final = ("_getpages", "_getpagesoffset", "_count", "_pretty", "_bundletype", "_elements", "_summary", "_pageId")
SECONDS: Final = 3600
SEAL: Final = 24
DEEPEST: Final = 50_000
"""Whoever has followed links past so many matches must narrow the search; each page costs the FHIR server them all."""
RELATIONS: Final = frozenset({"next", "previous", "prev", "first", "last"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Pages:
    """Seals page links with the deployment's newest key, and opens those of the keys before it."""

    keys: tuple[bytes, ...]

    def seal(self, url: str, type_: str, caller: Caller, now: datetime) -> str:
        """The link's token for a page of the FHIR server."""
        query = [(name, value) for name, value in parse_qsl(urlsplit(url).query) if name in KEPT]
        body = urlencode([("type", type_), ("until", str(int(now.timestamp()) + SECONDS)), *query]).encode()
        return (urlsafe_b64encode(_mac(self.keys[0], body, caller) + body)).rstrip(b"=").decode()

    def open(self, token: str, caller: Caller, now: datetime) -> tuple[str, str]:
        """The resource type searched and the query for the FHIR server; refused when not its caller's, or too deep."""
        try:
            data = urlsafe_b64decode(token + "=" * (-len(token) % 4))
            mac, body = data[:SEAL], data[SEAL:]
            if not any(hmac.compare_digest(mac, _mac(key, body, caller)) for key in self.keys):
                raise ValueError
            pairs = parse_qsl(body.decode(), strict_parsing=True)
            (_, type_), (_, until) = pairs[:2]
        except (ValueError, UnicodeError):
            raise OutcomeError("page") from None
        if int(until) < now.timestamp():
            raise OutcomeError("page")
        if int(dict(pairs).get("_getpagesoffset", "0")) > DEEPEST:
            raise OutcomeError("too-costly")
        return type_, urlencode(pairs[2:])


def _mac(key: bytes, body: bytes, caller: Caller) -> bytes:
    return hmac.digest(key, caller.key.encode() + b"\n" + body, "sha256")[:SEAL]


def page_url(bundle: Mapping[str, Any], relation: str) -> str | None:
    """The link of the FHIR server with this relation."""
    return next((link["url"] for link in bundle.get("link", ()) if link.get("relation") == relation), None)
