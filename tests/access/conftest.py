"""A local issuer, and the door of a hub that trusts it; no network."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from joserfc.jwk import KeySet
from starlette.requests import Request

from hub.access.caller import Caller
from hub.access.door import Door, RefusedError
from hub.access.dpop import Proofs
from hub.access.issuer import Issuer, Wanted
from hub.access.token import Verifier

ISSUER = "https://issuer.example"
ADDRESS = "http://127.0.0.1:8040/fhir/Task"


@dataclass
class PublishedKeys:
    """The keys that an issuer publishes, read without HTTP."""

    issuer: Issuer

    async def of(self, kid: str | None) -> KeySet:
        return KeySet.import_key_set(self.issuer.jwks())  # type: ignore[arg-type]


@dataclass
class Gate:
    """A door, and calls at it."""

    issuer: Issuer = field(default_factory=lambda: Issuer(ISSUER))
    used: set[bytes] = field(default_factory=set)
    dpop_required: bool = True
    nonce_key: bytes | None = None
    former: tuple[bytes, ...] = ()
    her_ids: dict[str, tuple[str, ...]] = field(default_factory=dict)
    public_url: str = ""

    async def _first_use(self, proof: bytes, until: float) -> bool:
        assert until > (datetime.now(UTC) + timedelta(seconds=60)).timestamp()
        new = proof not in self.used
        self.used.add(proof)
        return new

    @property
    def door(self) -> Door:
        keys = PublishedKeys(self.issuer)
        return Door(
            verifier=Verifier(issuer=ISSUER, audience="heimveg", keys=keys, lowest_level=3),
            proofs=Proofs(first_use=self._first_use, nonce_key=self.nonce_key, former=self.former),
            dpop_required=self.dpop_required,
            her_ids=self.her_ids,
            public_url=self.public_url,
        )

    def call(self, headers: list[tuple[str, str]], method: str = "GET") -> Caller:
        scope = {
            "type": "http", "method": method, "scheme": "http", "path": "/fhir/Task", "query_string": b"code=x",
            "server": ("127.0.0.1", 8040), "headers": [(n.lower().encode(), v.encode()) for n, v in headers],
        }  # fmt: skip
        return asyncio.run(self.door.caller(Request(scope)))

    def refusal(self, headers: list[tuple[str, str]], method: str = "GET") -> RefusedError:
        with pytest.raises(RefusedError) as caught:
            self.call(headers, method)
        return caught.value

    def with_token(self, wanted: Wanted | None = None, **changed: Any) -> list[tuple[str, str]]:
        """The headers of a proper call, but for what is changed in its proof."""
        token = self.issuer.token(wanted or Wanted(orgnr_parent="100000024"))
        return [("Authorization", f"DPoP {token}"), ("DPoP", self.issuer.proof("GET", ADDRESS, token, **changed))]


@pytest.fixture
def gate() -> Gate:
    """The door as a deployment has it."""
    return Gate()


@pytest.fixture
def make_gate() -> Callable[..., Gate]:
    """``make_gate(dpop_required=False, ...)``."""
    return Gate
