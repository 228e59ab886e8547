"""DPoP (RFC 9449): proof that the caller has the key that its token is bound to, for this one request."""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64encode
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from hub.access.token import TokenError

ALGORITHMS = ("ES256", "ES384", "ES512", "PS256", "PS384", "PS512", "RS256")
WINDOW_SECONDS = 60
"""How old a proof may be, and how far our clocks may differ."""
NONCE_SECONDS = 300
LONGEST_JTI = 256
WITH_KEY = jws.JWSRegistry(algorithms=list(ALGORITHMS))
WITH_KEY.max_header_length = 4096
"""An RSA key in the header (4096 bits: 700 characters) is more than joserfc takes unasked."""
SECRETS = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})

FirstUse = Callable[[bytes, float], Awaitable[bool]]
"""``(hash of the proof's id and key, when it may be forgotten)`` -> whether it was never seen before."""


class NonceError(TokenError):
    """The proof lacks a nonce of ours; the answer gives one, and the caller tries again (RFC 9449 9)."""

    def __init__(self) -> None:
        super().__init__("use_dpop_nonce")


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a proof is about."""

    method: str
    url: str
    token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Proofs:
    """How proofs are checked. ``nonce_key`` makes nonces, when they are asked for; those of ``former`` still count."""

    first_use: FirstUse
    nonce_key: bytes | None = None
    former: tuple[bytes, ...] = ()

    async def check(self, proof: str, request: Request, thumbprint: str, now: datetime) -> None:
        """Raises ``TokenError`` with the word of the first fault."""
        key, claims = signed_proof(proof)
        if not hmac.compare_digest(key.thumbprint(), thumbprint):
            raise TokenError("dpop-wrong-key")
        at = now.timestamp()
        _check(claims, request, at)
        if self.nonce_key is not None and claims.get("nonce") not in self._nonces(self.nonce_key, at):
            raise NonceError
        jti = claims.get("jti")
        if not isinstance(jti, str) or not 0 < len(jti) <= LONGEST_JTI:
            raise TokenError("dpop-malformed")
        seen = hashlib.sha256(f"{thumbprint}\n{jti}".encode()).digest()
        if not await self.first_use(seen, at + 2 * WINDOW_SECONDS):
            raise TokenError("dpop-replayed")

    def _nonces(self, newest: bytes, at: float) -> set[str]:
        return {_nonce(key, at - age) for key in (newest, *self.former) for age in (0, NONCE_SECONDS)}

    def nonce(self, now: datetime) -> str:
        """The nonce of today's five minutes; the one before it holds too."""
        return _nonce(self.nonce_key or b"", now.timestamp())


def _nonce(key: bytes, at: float) -> str:
    return _b64(hmac.digest(key, f"dpop-nonce {int(at // NONCE_SECONDS)}".encode(), "sha256")[:18])


def signed_proof(proof: str) -> tuple[RSAKey | ECKey, Mapping[str, Any]]:
    """The key of a proof and what it says; the signature holds."""
    try:
        header = jws.extract_compact(proof.encode(), registry=WITH_KEY).headers()
        if header.get("typ") != "dpop+jwt" or header.get("alg") not in ALGORITHMS:
            raise TokenError("dpop-malformed")
        said = header.get("jwk")
        if not isinstance(said, dict) or SECRETS & said.keys():
            raise TokenError("dpop-malformed")
        key = (ECKey if said.get("kty") == "EC" else RSAKey).import_key(said)
        return key, jwt.decode(proof, key, registry=WITH_KEY).claims
    except (JoseError, ValueError, TypeError):
        raise TokenError("dpop-malformed") from None


def _check(claims: Mapping[str, Any], request: Request, now: float) -> None:
    if claims.get("htm") != request.method:
        raise TokenError("dpop-wrong-method")
    if _plain(str(claims.get("htu", ""))) != _plain(request.url):
        raise TokenError("dpop-wrong-address")
    issued = claims.get("iat")
    if isinstance(issued, bool) or not isinstance(issued, int | float) or abs(now - issued) > WINDOW_SECONDS:
        raise TokenError("dpop-too-old")
    if claims.get("ath") != token_hash(request.token):
        raise TokenError("dpop-wrong-token")


def token_hash(token: str) -> str:
    """The ``ath`` of a token (RFC 9449 4.2)."""
    return _b64(hashlib.sha256(token.encode()).digest())


def _plain(url: str) -> tuple[str, str, str]:
    """An address without query and fragment, its host as it is compared (RFC 9449 4.3)."""
    parts = urlsplit(url)
    default = {"https": 443, "http": 80}.get(parts.scheme.lower())
    try:
        port = parts.port
    except ValueError:
        port = -1
    host = (parts.hostname or "").lower() + ("" if port in (None, default) else f":{port}")
    return parts.scheme.lower(), host, parts.path or "/"


def _b64(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()
