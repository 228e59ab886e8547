"""The issuer's keys: found through its metadata (RFC 8414), kept for a while, fetched again when a new one signs."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import orjson
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from hub import http
from hub.errors import ConfigurationError, RetriableError

WELL_KNOWN = "/.well-known/openid-configuration"
KEEP_SECONDS = 3600.0
LEAST_SECONDS = 30.0
"""A token with an unknown key makes us ask again, but no more often than this: anybody can invent key names."""
MAX_BYTES = 512 * 1024


class IssuerAwayError(RetriableError):
    """The identity provider cannot be reached, and no keys of it are known."""


@dataclass(slots=True)
class IssuerKeys:
    """The keys that an issuer publishes."""

    issuer: str
    client: http.Client
    clock: Callable[[], float] = time.monotonic
    _keys: KeySet | None = None
    _fetched: float = 0.0
    _tried: float = -LEAST_SECONDS
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def of(self, kid: str | None) -> KeySet:
        """The keys; old ones serve on while the issuer cannot be reached."""
        if not self._fresh(kid):
            async with self._lock:
                if not self._fresh(kid) and self.clock() - self._tried >= LEAST_SECONDS:
                    await self._fetch()
        if self._keys is None:
            raise IssuerAwayError("The identity provider cannot be reached; no token can be checked")
        return self._keys

    def _fresh(self, kid: str | None) -> bool:
        if self._keys is None or self.clock() - self._fetched > KEEP_SECONDS:
            return False
        return kid is None or any(key.kid == kid for key in self._keys.keys)

    async def _fetch(self) -> None:
        self._tried = self.clock()
        try:
            metadata = await self._json(self.issuer.rstrip("/") + WELL_KNOWN)
            if metadata.get("issuer") != self.issuer:
                return  # keys of another issuer must never count
            keys = await self._json(str(metadata["jwks_uri"]))
            self._keys = KeySet.import_key_set({"keys": [key for key in keys["keys"] if _signs(key)]})
        except (http.RequestError, ValueError, KeyError, TypeError, JoseError):
            return
        self._fetched = self.clock()

    async def _json(self, url: str) -> dict[str, Any]:
        check_address(url)
        answer = await self.client.get(url, headers={"Accept": "application/json"})
        if answer.status_code != 200 or len(answer.content) > MAX_BYTES:
            raise ValueError("no answer to use")
        found = orjson.loads(answer.content)
        if not isinstance(found, dict):
            raise TypeError("not an object")
        return found


def check_address(url: str) -> None:
    """Keys come over TLS, or from this machine."""
    parts = urlsplit(url)
    if parts.scheme != "https" and parts.hostname not in ("127.0.0.1", "::1", "localhost"):
        raise ConfigurationError("HEIMVEG_ISSUER must be an https address (or one on this machine)")


def _signs(key: object) -> bool:
    return isinstance(key, dict) and key.get("kty") in ("RSA", "EC") and key.get("use", "sig") == "sig"
