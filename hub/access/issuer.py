"""A local issuer of tokens for development and tests: the same shapes as HelseID's, and every kind of faulty one.

Its keys are made when it starts and kept nowhere. It must never be the issuer of a deployment with real patients;
``heimveg dev-issuer`` listens on loopback only and says so.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import uuid4

from fastapi import FastAPI, HTTPException
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey
from pydantic import BaseModel, Field

from hub.access.dpop import token_hash
from hub.access.token import CLIENT, HPR, IDENTITY

SECONDS: Final = 600

Claims = dict[str, Any]


def _later(name: str, seconds: int) -> Callable[[Claims], Claims]:
    return lambda claims: {**claims, name: claims["iat"] + seconds}


FAULTS: Final[Mapping[str, Callable[[Claims], Claims]]] = {
    "expired": _later("exp", -SECONDS),
    "not-yet-valid": _later("nbf", SECONDS),
    "wrong-issuer": lambda claims: {**claims, "iss": "https://another.example"},
    "wrong-audience": lambda claims: {**claims, "aud": ["another"]},
    "no-client": lambda claims: {k: v for k, v in claims.items() if k != "client_id"},
    "level-too-low": lambda claims: {**claims, f"{IDENTITY}security_level": "2"},
    "no-organisation": lambda claims: {k: v for k, v in claims.items() if "orgnr" not in k},
    "unbound": lambda claims: {k: v for k, v in claims.items() if k != "cnf"},
    "wrong-binding": lambda claims: {**claims, "cnf": {"jkt": ECKey.generate_key("P-256").thumbprint()}},
    "malformed-time": lambda claims: {**claims, "exp": "tomorrow"},
}
"""Faults in what a token says; those in how it is signed are ``SIGNING``."""
SIGNING: Final = ("wrong-signature", "wrong-algorithm", "wrong-type", "unknown-key")


class Wanted(BaseModel):
    """What a token shall say."""

    scope: list[str] = Field(default=["heimveg:api/epj"])
    client_id: str = "dev-client"
    orgnr_parent: str = Field(default="", examples=["100000024"])
    orgnr_child: str = ""
    hpr_number: str = ""
    security_level: str = ""
    fault: str = Field(default="", description=f"One of {', '.join((*FAULTS, *SIGNING))}")


class ProofWanted(BaseModel):
    """What a DPoP proof shall be about."""

    method: str = "GET"
    url: str
    token: str
    nonce: str = ""


@dataclass(slots=True)
class Issuer:
    """Mints tokens. ``client_key`` is the key that a client of ours proves to have."""

    issuer: str
    audience: str = "heimveg"
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"use": "sig"}, auto_kid=True))
    client_key: ECKey = field(default_factory=lambda: ECKey.generate_key("P-256"))

    def metadata(self) -> dict[str, Any]:
        """RFC 8414 metadata."""
        return {"issuer": self.issuer, "jwks_uri": f"{self.issuer}/jwks"}

    def jwks(self) -> dict[str, Any]:
        """The public keys."""
        return {"keys": [{**self.key.as_dict(private=False), "kid": self.key.kid}]}

    def rotate(self) -> None:
        """Sign with a new key from now on; the old one is not published any more."""
        self.key = RSAKey.generate_key(2048, {"use": "sig"}, auto_kid=True)

    def token(self, wanted: Wanted, more: Claims | None = None) -> str:
        """A token as wanted, with its fault if any."""
        claims = {**self._claims(wanted), **(more or {})}
        claims = FAULTS.get(wanted.fault, dict)(claims)
        return self._signed(claims, wanted.fault)

    def proof(self, method: str, url: str, token: str, *, key: ECKey | None = None, **changed: Any) -> str:
        """A DPoP proof; ``changed`` claims make it faulty."""
        mine = key or self.client_key
        header = {"typ": "dpop+jwt", "alg": "ES256", "jwk": mine.as_dict(private=False)}
        claims = {
            "htm": method,
            "htu": url,
            "iat": int(time.time()),
            "jti": str(uuid4()),
            "ath": token_hash(token),
            **changed,
        }
        return jwt.encode({**header}, {k: v for k, v in claims.items() if v is not None}, mine)

    def _claims(self, wanted: Wanted) -> Claims:
        now = int(time.time())
        said = {
            f"{CLIENT}claims/orgnr_parent": wanted.orgnr_parent,
            f"{CLIENT}claims/orgnr_child": wanted.orgnr_child,
            HPR: wanted.hpr_number,
            f"{IDENTITY}security_level": wanted.security_level,
        }
        return {
            "iss": self.issuer,
            "aud": [self.audience],
            "client_id": wanted.client_id,
            "scope": wanted.scope,
            "iat": now,
            "nbf": now,
            "exp": now + SECONDS,
            "jti": str(uuid4()),
            "cnf": {"jkt": self.client_key.thumbprint()},
            **{name: value for name, value in said.items() if value},
        }

    def _signed(self, claims: Claims, fault: str) -> str:
        header = {"typ": "at+jwt", "alg": "PS256", "kid": self.key.kid or ""}
        if fault == "wrong-algorithm":
            secret = OctKey.generate_key(256)
            return jwt.encode({**header, "alg": "HS256"}, claims, secret, algorithms=["HS256"])
        if fault == "wrong-type":
            header["typ"] = "JWS"
        if fault == "unknown-key":
            header["kid"] = "nobody"
        key = RSAKey.generate_key(2048) if fault in ("wrong-signature", "unknown-key") else self.key
        return jwt.encode(header, claims, key, algorithms=["PS256"])


def issuer_app(issuer: Issuer) -> FastAPI:
    """The issuer over HTTP."""
    app = FastAPI(title="heimveg dev-issuer", docs_url="/")

    @app.get("/.well-known/openid-configuration")
    async def metadata() -> dict[str, Any]:
        return issuer.metadata()

    @app.get("/jwks")
    async def jwks() -> dict[str, Any]:
        return issuer.jwks()

    @app.post("/token")
    async def token(wanted: Wanted) -> dict[str, Any]:
        """A token, good or with a fault."""
        if wanted.fault not in ("", *FAULTS, *SIGNING):
            raise HTTPException(400, "unknown fault")
        return {"access_token": issuer.token(wanted), "token_type": "DPoP", "expires_in": SECONDS}

    @app.post("/proof")
    async def proof(wanted: ProofWanted) -> dict[str, str]:
        """A DPoP proof for one request with one token, for those who try by hand."""
        return {"dpop": issuer.proof(wanted.method, wanted.url, wanted.token, nonce=wanted.nonce or None)}

    return app
