"""A local issuer of tokens for development and tests: the same shapes as HelseID's, and every kind of faulty one.

Its keys are made when it starts and kept nowhere. It must never be the issuer of a deployment with real patients;
``heimveg dev-issuer`` listens on loopback only and says so.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import parse_qsl
from uuid import uuid4

from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.responses import JSONResponse
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OctKey, RSAKey
from pydantic import BaseModel, Field

from hub.access.dpop import ALGORITHMS, signed_proof, token_hash
from hub.access.prescribing import DETAILS
from hub.access.token import CLIENT, HPR, IDENTITY, TokenError

SECONDS: Final = 600
TRUST: Final = "nhn:tillitsrammeverk:parameters"

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


PRESCRIBING: Final = {
    "approvals": [
        {
            "profession": "LE",
            "authorization": {"value": "1", "description": "Autorisasjon"},
            "requisition_rights": [{"value": "1", "description": "Full rekvisisjonsrett"}],
        }
    ]
}
"""A doctor, as HelseID tells of one."""


class Wanted(BaseModel):
    """What a token shall say."""

    scope: list[str] = Field(default=["heimveg:api/epj"])
    client_id: str = "dev-client"
    orgnr_parent: str = Field(default="", examples=["100000024"])
    orgnr_child: str = ""
    hpr_number: str = ""
    prescriber: bool = Field(default=False, description="With an approval in HPR that gives a right to prescribe.")
    security_level: str = ""
    attestation: dict[str, Any] = Field(default={}, description="Tillitsrammeverket: care_relation, toa ...")
    fault: str = Field(default="", description=f"One of {', '.join((*FAULTS, *SIGNING))}")


class ProofWanted(BaseModel):
    """What a DPoP proof shall be about."""

    method: str = "GET"
    url: str
    token: str
    nonce: str = ""


class Registered(BaseModel):
    """A client with its public key (JWK)."""

    client_id: str
    jwk: dict[str, Any]


class ExchangeError(Exception):
    """No token; the word is OAuth's (RFC 6749 5.2, RFC 9449 8)."""


def _proof_of(proof: str) -> tuple[RSAKey | ECKey, Mapping[str, Any]]:
    try:
        return signed_proof(proof)
    except TokenError:
        raise ExchangeError("invalid_dpop_proof") from None


@dataclass(slots=True)
class Issuer:
    """Mints tokens. ``client_key`` is the key that a client of ours proves to have."""

    issuer: str
    audience: str = "heimveg"
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"use": "sig"}, auto_kid=True))
    client_key: ECKey = field(default_factory=lambda: ECKey.generate_key("P-256"))
    clients: dict[str, RSAKey | ECKey] = field(default_factory=dict)
    """Public keys of clients that may ask for tokens, by client id."""
    used: set[str] = field(default_factory=set)
    nonce: str = field(default_factory=lambda: str(uuid4()))

    def metadata(self) -> dict[str, Any]:
        """RFC 8414 metadata."""
        return {
            "issuer": self.issuer,
            "jwks_uri": f"{self.issuer}/jwks",
            "token_endpoint": f"{self.issuer}/connect/token",
            "token_endpoint_auth_methods_supported": ["private_key_jwt"],
        }

    def exchange(self, form: Mapping[str, str], proof: str) -> str:
        """A token for a client that proves who it is and which key it has; ``ExchangeError`` names what is wrong.

        Every client asks once in vain: a nonce is demanded, as HelseID does.
        """
        claims = self._client(form)
        key, said = _proof_of(proof)
        if said.get("htm") != "POST" or said.get("htu") != f"{self.issuer}/connect/token":
            raise ExchangeError("invalid_dpop_proof")
        if said.get("nonce") != self.nonce:
            raise ExchangeError("use_dpop_nonce")
        organisation = claims.get("authorization_details", {}).get("practitioner_role", {}).get("organization", {})
        _, _, numbers = str(organisation.get("identifier", {}).get("value", "")).partition("NO:ORGNR:")
        parent, _, child = numbers.partition(":")
        wanted = Wanted(
            client_id=form["client_id"], scope=form.get("scope", "").split(), orgnr_parent=parent, orgnr_child=child
        )
        return self.token(wanted, {"cnf": {"jkt": key.thumbprint()}})

    def _client(self, form: Mapping[str, str]) -> Claims:
        """The claims of the assertion, signed by the key that the client was registered with."""
        registered = self.clients.get(form.get("client_id", ""))
        if form.get("grant_type") != "client_credentials" or registered is None:
            raise ExchangeError("invalid_client")
        try:
            claims = jwt.decode(form["client_assertion"], registered, algorithms=list(ALGORITHMS)).claims
        except (JoseError, KeyError, ValueError):
            raise ExchangeError("invalid_client") from None
        is_mine = claims.get("aud") == self.issuer and claims.get("iss") == claims.get("sub") == form["client_id"]
        if not is_mine or not claims.get("jti") or claims["jti"] in self.used or claims.get("exp", 0) < time.time():
            raise ExchangeError("invalid_client")
        self.used.add(claims["jti"])
        return claims

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
            DETAILS: PRESCRIBING if wanted.prescriber else None,
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
            **({"authorization_details": [{"type": TRUST, **wanted.attestation}]} if wanted.attestation else {}),
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

    @app.post("/clients", status_code=204)
    async def register(client: Registered) -> None:
        """Let a client of yours ask for tokens itself, by private_key_jwt and DPoP at the token endpoint."""
        key = (ECKey if client.jwk.get("kty") == "EC" else RSAKey).import_key(client.jwk)
        issuer.clients[client.client_id] = key

    @app.post("/connect/token")
    async def exchange(request: Request) -> Response:
        """OAuth's token endpoint, for registered clients."""
        try:
            form = dict(parse_qsl((await request.body()).decode()))
            token = issuer.exchange(form, request.headers.get("dpop", ""))
        except ExchangeError as error:
            return JSONResponse({"error": str(error)}, 400, {"DPoP-Nonce": issuer.nonce})
        return JSONResponse({"access_token": token, "token_type": "DPoP", "expires_in": SECONDS})

    @app.post("/proof")
    async def proof(wanted: ProofWanted) -> dict[str, str]:
        """A DPoP proof for one request with one token, for those who try by hand."""
        return {"dpop": issuer.proof(wanted.method, wanted.url, wanted.token, nonce=wanted.nonce or None)}

    return app
