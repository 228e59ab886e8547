"""Our own calls to others: an access token of the identity provider, and proof that it is ours, on each of them.

The token endpoint knows us by a signed assertion (``private_key_jwt``, RFC 7523, HelseID's only way for machines); the
token is bound to our key by DPoP (RFC 9449), and so is every call. A nonce that the other side asks for is given.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import orjson
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from hub import http
from hub.access.dpop import token_hash
from hub.access.keys import WELL_KNOWN, check_address
from hub.errors import ConfigurationError, RetriableError
from hub.settings import Settings

ASSERTION: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
TENANT: Final = "helseid_authorization"
ENH: Final = "urn:oid:1.0.6523"
SECONDS: Final = 30
"""How long an assertion is good for; it is used at once."""
EARLY: Final = 30.0
"""A token is asked for anew so long before it ends."""


class TokenAwayError(RetriableError):
    """The identity provider gives no token; what was to be sent waits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """Who we are to the identity provider. ``tenant`` is ``parent:child`` of a client that serves several."""

    issuer: str
    id: str
    key: RSAKey | ECKey
    scope: str
    tenant: str = ""

    @property
    def algorithm(self) -> str:
        """The algorithm that fits the key."""
        curves = {"P-256": "ES256", "P-384": "ES384", "P-521": "ES512"}
        return curves[self.key.curve_name] if isinstance(self.key, ECKey) else "PS256"

    def assertion(self, now: float) -> str:
        """Signed by us, for the issuer, once."""
        claims: dict[str, Any] = {"iss": self.id, "sub": self.id, "aud": self.issuer, "jti": str(uuid4())}
        claims |= {"iat": int(now), "nbf": int(now), "exp": int(now) + SECONDS}
        if self.tenant:
            claims["authorization_details"] = _tenant(self.tenant)
        return self._signed("client-authentication+jwt", claims, {"kid": self.key.kid} if self.key.kid else {})

    def proof(self, method: str, url: str, now: float, *, token: str = "", nonce: str = "") -> str:
        """That we have the key, for one request."""
        claims: dict[str, Any] = {"htm": method, "htu": url, "iat": int(now), "jti": str(uuid4())}
        claims |= {"ath": token_hash(token)} if token else {}
        claims |= {"nonce": nonce} if nonce else {}
        return self._signed("dpop+jwt", claims, {"jwk": self.key.as_dict(private=False)})

    def _signed(self, kind: str, claims: dict[str, Any], more: dict[str, Any]) -> str:
        header = {"typ": kind, "alg": self.algorithm, **more}
        return jwt.encode(header, claims, self.key, algorithms=[self.algorithm])


def _tenant(told: str) -> dict[str, Any]:
    """HelseID's way to ask for a token of one of the organisations that a client serves."""
    value = {"system": ENH, "type": "ENH", "value": f"NO:ORGNR:{told}"}
    return {"type": TENANT, "practitioner_role": {"organization": {"identifier": value}}}


@dataclass(slots=True)
class Bound(http.Auth):
    """Puts a token and its proof on each request of a client of ours."""

    client: Client
    calls: http.Client
    clock: Callable[[], float] = time.time
    _token: str = ""
    _until: float = 0.0
    _endpoint: str = ""
    _nonces: dict[str, str] = field(default_factory=dict)
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def async_auth_flow(self, request: http.Request) -> AsyncGenerator[http.Request, http.Response]:
        """With the token we have; once more with the nonce or the new token that the answer asks for."""
        token = await self._current()
        answer = yield self._proved(request, token)
        asked = answer.headers.get("dpop-nonce", "")
        if asked:
            self._nonces[request.url.host] = asked
        if answer.status_code != 401:
            return
        if "use_dpop_nonce" not in answer.headers.get("www-authenticate", ""):
            self._until = 0.0
            token = await self._current()
        yield self._proved(request, token)

    def _proved(self, request: http.Request, token: str) -> http.Request:
        address = str(request.url.copy_with(query=None, fragment=None))
        nonce = self._nonces.get(request.url.host, "")
        request.headers["Authorization"] = f"DPoP {token}"
        request.headers["DPoP"] = self.client.proof(request.method, address, self.clock(), token=token, nonce=nonce)
        return request

    async def _current(self) -> str:
        async with self._lock:
            if self.clock() >= self._until - EARLY:
                await self._fetch()
            return self._token

    async def _fetch(self) -> None:
        try:
            answer = await self._asked(await self._address())
            if answer.status_code == 400 and answer.headers.get("dpop-nonce"):
                answer = await self._asked(await self._address(), answer.headers["dpop-nonce"])
            told = orjson.loads(answer.content) if answer.status_code == 200 else {}
            self._token, self._until = str(told["access_token"]), self.clock() + float(told["expires_in"])
        except (http.RequestError, ValueError, KeyError, TypeError) as error:
            raise TokenAwayError(f"The identity provider gave no token ({type(error).__name__})") from None

    async def _address(self) -> str:
        """The token endpoint, from the issuer's metadata (RFC 8414)."""
        if not self._endpoint:
            told = orjson.loads((await self.calls.get(self.client.issuer.rstrip("/") + WELL_KNOWN)).content)
            if told["issuer"] != self.client.issuer:
                raise ValueError("the metadata is of another issuer")
            check_address(str(told["token_endpoint"]))
            self._endpoint = str(told["token_endpoint"])
        return self._endpoint

    async def _asked(self, endpoint: str, nonce: str = "") -> http.Response:
        now = self.clock()
        form = {
            "grant_type": "client_credentials",
            "client_id": self.client.id,
            "client_assertion_type": ASSERTION,
            "client_assertion": self.client.assertion(now),
            "scope": self.client.scope,
        }
        proof = self.client.proof("POST", endpoint, now, nonce=nonce)
        return await self.calls.post(endpoint, data=form, headers={"DPoP": proof})


def outgoing(settings: Settings, client: http.Client) -> Bound | None:
    """What goes on calls to others in this deployment; None where no client is configured."""
    if not settings.client_id:
        return None
    issuer = settings.client_issuer or settings.issuer
    check_address(issuer)
    if settings.client_key_file is None:
        raise ConfigurationError("HEIMVEG_CLIENT_KEY_FILE must name the private key (JWK) of HEIMVEG_CLIENT_ID")
    key = client_key(settings.client_key_file)
    told = Client(
        issuer=issuer, id=settings.client_id, key=key, scope=settings.client_scope, tenant=settings.client_tenant
    )
    return Bound(told, client)


def client_key(path: Path) -> RSAKey | ECKey:
    """The private key in a file, as JWK."""
    try:
        said = orjson.loads(path.read_bytes())
        key = (ECKey if said["kty"] == "EC" else RSAKey).import_key(said)
        if not key.is_private:
            raise ValueError("public")
    except (OSError, ValueError, KeyError, TypeError, JoseError) as error:
        raise ConfigurationError(f"HEIMVEG_CLIENT_KEY_FILE is no private JWK ({type(error).__name__})") from None
    return key
