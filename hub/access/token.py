"""Access tokens: JWTs of one issuer for our audience (RFC 9068), with HelseID's claims.

Only signatures of asymmetric keys that the issuer publishes count. Every fault has a word of its own, for the
``WWW-Authenticate`` header (RFC 6750 3.1) and the log; none of them quotes the token.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any, Protocol

from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from hub.access.attestation import attested
from hub.access.caller import Caller
from hub.access.prescribing import may_prescribe
from hub.access.scopes import Grants, Role, grants

ALGORITHMS = ("PS256", "PS384", "PS512", "RS256", "ES256", "ES384", "ES512")
TYPES = ("at+jwt", "application/at+jwt", "jwt")
SKEW_SECONDS = 60
CLIENT = "helseid://claims/client/"
IDENTITY = "helseid://claims/identity/"
HPR = "helseid://claims/hpr/hpr_number"


class TokenError(Exception):
    """A token that gives no access; ``word`` says why (``expired``, ``wrong-audience`` ...)."""

    def __init__(self, word: str) -> None:
        super().__init__(word)
        self.word = word


class Keys(Protocol):
    """Where the issuer's keys come from."""

    async def of(self, kid: str | None) -> KeySet:
        """The keys, fetched again when this one is not among them."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """A token that holds: its claims, and the thumbprint of the key that the caller must prove (RFC 9449 6.1)."""

    claims: Mapping[str, Any]
    thumbprint: str | None


@dataclass(frozen=True, slots=True)
class Signed:
    """What a token says, and the key (by name, and of which set) whose signature it bears."""

    kid: str | None
    keys: KeySet
    claims: Mapping[str, Any]


MOST_KEPT = 1000
"""Tokens whose signature need not be worked out again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verifier:
    """What a token must be: of this issuer, for this audience, now.

    A signature is worked out once, for as long as the issuer's keys are those that it was proven by. What the token
    says is checked every time, and so is the proof that comes with it.
    """

    issuer: str
    audience: str
    keys: Keys
    lowest_level: int = 0
    """The least security level (HelseID 3 or 4) of a person; a token without a person has none."""
    _kept: dict[bytes, Signed] = field(default_factory=dict)

    async def verify(self, token: str, now: datetime) -> Verified:
        """The claims; raises ``TokenError`` for every fault."""
        claims = await self._signed(token)
        self._check(claims, now.timestamp())
        bound = claims.get("cnf")
        thumbprint = bound.get("jkt") if isinstance(bound, dict) else None
        return Verified(claims=claims, thumbprint=str(thumbprint) if thumbprint else None)

    async def _signed(self, token: str) -> Mapping[str, Any]:
        mark = hashlib.sha256(token.encode()).digest()
        kept = self._kept.get(mark)
        if kept is None or await self.keys.of(kept.kid) is not kept.keys:
            self._kept.pop(mark, None)
            kept = self._kept[mark] = await self._proven(token)
            while len(self._kept) > MOST_KEPT:
                self._kept.pop(next(iter(self._kept)))
        return kept.claims

    async def _proven(self, token: str) -> Signed:
        try:
            header = jws.extract_compact(token.encode()).headers()
        except (JoseError, ValueError):
            raise TokenError("malformed") from None
        if header.get("alg") not in ALGORITHMS or "crit" in header:
            raise TokenError("wrong-algorithm")
        if str(header.get("typ", "jwt")).lower() not in TYPES:
            raise TokenError("wrong-type")
        kid = header.get("kid") if isinstance(header.get("kid"), str) else None
        keys = await self.keys.of(kid)
        try:
            return Signed(kid, keys, jwt.decode(token, keys, algorithms=list(ALGORITHMS)).claims)
        except (JoseError, ValueError):
            raise TokenError("wrong-signature") from None

    def _check(self, claims: Mapping[str, Any], now: float) -> None:
        if claims.get("iss") != self.issuer:
            raise TokenError("wrong-issuer")
        said = claims.get("aud")
        if self.audience not in (said if isinstance(said, list) else [said]):
            raise TokenError("wrong-audience")
        if _number(claims, "exp") <= now - SKEW_SECONDS:
            raise TokenError("expired")
        if _number(claims, "nbf", now) > now + SKEW_SECONDS or _number(claims, "iat", now) > now + SKEW_SECONDS:
            raise TokenError("not-yet-valid")
        if not claims.get("client_id"):
            raise TokenError("no-client")
        person = claims.get(f"{IDENTITY}security_level")
        if person is not None and _level(person) < self.lowest_level:
            raise TokenError("level-too-low")


def caller(claims: Mapping[str, Any], her_ids: Mapping[str, Iterable[str]], refused: Collection[Role] = ()) -> Caller:
    """Who the claims say is calling. ``her_ids`` are an organisation number's HER-ids, as the operator set them.

    What a message says about which HER-id belongs to whom is never used here: its sender could say anything.
    """
    parent, child = (_organisation(claims, name) for name in ("orgnr_parent", "orgnr_child"))
    own = {number for number in (parent, child) if number}
    hpr = str(claims.get(HPR, ""))
    numbers = own | {her_id for number in own for her_id in her_ids.get(number, ())}
    return Caller(
        client=str(claims["client_id"]),
        name=str(claims.get(f"{CLIENT}client_name", "")),
        numbers=frozenset(numbers),
        parent=parent,
        child=child,
        hpr=hpr,
        prescriber=may_prescribe(claims, hpr),
        subject=str(claims.get(f"{IDENTITY}pid_pseudonym", "")),
        level=str(claims.get(f"{IDENTITY}security_level", "")),
        token=str(claims.get("jti", "")),
        grants=_granted(tuple(_scopes(claims.get("scope"))), frozenset(refused)),
        until=float(claims["exp"]),
        attested=attested(claims),
    )


@lru_cache(maxsize=256)
def _granted(said: tuple[str, ...], refused: frozenset[Role]) -> Grants:
    """The scopes of a client are the same in each of its tokens."""
    return grants(said, refused=refused)


def _organisation(claims: Mapping[str, Any], name: str) -> str:
    said = str(claims.get(f"{CLIENT}claims/{name}", ""))
    return said if said.isdecimal() and len(said) == 9 else ""


def _scopes(said: object) -> list[str]:
    """HelseID gives a list, RFC 9068 a text with spaces."""
    return [str(one) for one in said] if isinstance(said, list) else str(said or "").split()


def _number(claims: Mapping[str, Any], name: str, otherwise: float = 0) -> float:
    value = claims.get(name, otherwise)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TokenError("malformed")
    return value


def _level(said: object) -> int:
    return int(str(said)) if str(said).isdecimal() else 0
