"""The door of every route: which right it asks for, and who the caller is.

A route says ``dependencies=[needs(Right.READ)]``; one that says nothing fails a test, and answers nobody.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Annotated, Any, cast
from urllib.parse import unquote

import structlog
from fastapi import Depends, Request

from hub.access.caller import DEMO, Caller
from hub.access.dpop import NonceError, Proofs
from hub.access.dpop import Request as Proved
from hub.access.limits import Limits
from hub.access.scopes import Right, Role
from hub.access.token import TokenError, Verifier, caller
from hub.contract import HER_ID, HPR, ORGANISASJONSNUMMER, Identifier, Ids, denied
from hub.lanes import store_trouble
from hub.log.database import Sessions, raw_connection

EMERGENCY_HEADER = "heimveg-emergency"
"""Carries the reason, percent-encoded (UTF-8)."""
SHORTEST_REASON, LONGEST_REASON = 10, 500
ELEVEN = re.compile(r"(?<!\d)\d{11}(?!\d)")

log = structlog.get_logger()


class RefusedError(Exception):
    """The caller gets no access: ``code`` is a key of the table of texts, ``word`` tells machines why."""

    def __init__(self, code: str, word: str = "", headers: Mapping[str, str] | None = None) -> None:
        super().__init__(code)
        self.code, self.word, self.headers = code, word, dict(headers or {})


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """How callers are known. Without ``verifier`` everybody is the demo user, and the hub is on loopback only."""

    verifier: Verifier | None = None
    proofs: Proofs | None = None
    dpop_required: bool = True
    her_ids: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    public_url: str = ""
    ids: Ids | None = None
    """Of this deployment: by them a person or unit is known that a patient has shut out."""
    refused: frozenset[Role] = frozenset()
    """Roles that this deployment knows none of: testers where patients are real."""
    limits: Limits = field(default_factory=Limits)

    async def caller(self, request: Request) -> Caller:
        """Who calls; raises ``RefusedError``."""
        if self.verifier is None:
            return DEMO
        try:
            found = await self._known(self.verifier, request)
        except NonceError:
            nonce = self.proofs.nonce(datetime.now(UTC)) if self.proofs else ""
            raise RefusedError("no-token", "use_dpop_nonce", self._challenge("use_dpop_nonce", nonce)) from None
        except TokenError as error:
            log.info("token refused", why=error.word)
            raise RefusedError("no-token", error.word, self._challenge(error.word)) from None
        self.limits.count(found.client)
        return _for_emergency(found, request)

    async def _known(self, verifier: Verifier, request: Request) -> Caller:
        scheme, token = _authorization(request)
        now = datetime.now(UTC)
        verified = await verifier.verify(token, now)
        await self._proved(request, scheme, token, verified.thumbprint, now)
        found = caller(verified.claims, self.her_ids, self.refused)
        return found.known_as(denied(self.ids, one) for one in self._names(found)) if self.ids else found

    def _names(self, of: Caller) -> Iterator[Identifier]:
        """What the person and the unit that call go by."""
        if of.hpr:
            yield Identifier(HPR, of.hpr)
        if of.child:
            yield Identifier(ORGANISASJONSNUMMER, of.child)
            yield from (Identifier(HER_ID, number) for number in self.her_ids.get(of.child, ()))

    async def _proved(self, request: Request, scheme: str, token: str, thumbprint: str | None, now: datetime) -> None:
        """A token that is bound to a key is worth nothing without the key, whatever the scheme (RFC 9449 7.2)."""
        if scheme == "bearer":
            if thumbprint is not None or self.dpop_required:
                raise TokenError("dpop-required")
            return
        proofs = request.headers.getlist("dpop")
        if self.proofs is None or thumbprint is None or len(proofs) != 1:
            raise TokenError("dpop-malformed")
        about = Proved(method=request.method, url=self._address(request), token=token)
        await self.proofs.check(proofs[0], about, thumbprint, now)

    def _address(self, request: Request) -> str:
        """The address as the caller wrote it; behind a proxy that is the public one."""
        path = request.scope.get("raw_path", b"").decode("latin-1") or request.url.path
        origin = self.public_url.rstrip("/") or f"{request.url.scheme}://{request.url.netloc}"
        return origin + path.partition("?")[0]

    def _challenge(self, word: str, nonce: str = "") -> dict[str, str]:
        error = word if word == "use_dpop_nonce" else "invalid_token"
        scheme = "DPoP" if self.dpop_required else "Bearer"
        told = {"WWW-Authenticate": f'{scheme} realm="heimveg", error="{error}", error_description="{word}"'}
        return {**told, "DPoP-Nonce": nonce} if nonce else told


def _for_emergency(found: Caller, request: Request) -> Caller:
    """Emergency access is a person's, with a right to it, and tells why; anything else is refused, never ignored."""
    said = request.headers.getlist(EMERGENCY_HEADER)
    if not said:
        return found
    if Right.EMERGENCY.value not in found.grants.rights or not (found.hpr or found.subject):
        raise RefusedError("not-allowed", Right.EMERGENCY.value)
    reason = unquote(said[0]).strip()
    if len(said) > 1 or not SHORTEST_REASON <= len(reason) <= LONGEST_REASON or ELEVEN.search(reason):
        raise RefusedError("no-reason")
    return found.in_emergency(reason)


def _authorization(request: Request) -> tuple[str, str]:
    said = request.headers.getlist("authorization")
    scheme, _, token = (said[0] if len(said) == 1 else "").partition(" ")
    if scheme.lower() not in ("bearer", "dpop") or not token.strip():
        raise TokenError("no-token")
    return scheme.lower(), token.strip()


def needs(right: Right) -> Any:
    """The dependency that asks for a right; its caller is ``request.state.caller`` from then on."""

    async def asks(request: Request) -> None:
        if right is Right.ANYONE:
            return
        door = cast(Door, request.app.state.services.door)
        found = await door.caller(request)
        request.state.caller = found
        if right is not Right.FHIR and right.value not in found.grants.rights:
            raise RefusedError("not-allowed", right.value)

    asks.right = right  # type: ignore[attr-defined]  # the test that every route has one reads it
    return Depends(asks)


async def calling(request: Request) -> Caller:
    """The caller of a route that asked for a right. Asynchronous, or each call would go through a thread."""
    return cast(Caller, request.state.caller)


Calling = Annotated[Caller, Depends(calling)]

ONCE = """
INSERT INTO used_proof (proof, until)
SELECT %(proof)s, to_timestamp(%(until)s) FROM set_config('synchronous_commit', 'off', true)
ON CONFLICT DO NOTHING
"""
"""Seen by every process at once. A crash of PostgreSQL may forget the last second of proofs, each good for a minute;
who would use that holds a token and its proof already, and repeats one request that was allowed."""
AUTOCOMMIT = {"isolation_level": "AUTOCOMMIT"}


def first_use(sessions: Sessions) -> Any:
    """Whether a proof is used for the first time, by any process of this deployment."""

    async def is_first(proof: bytes, until: float) -> bool:
        async with sessions() as session:
            await session.connection(execution_options=AUTOCOMMIT)
            raw = await raw_connection(session)  # for every call: nothing that an ORM would do
            with store_trouble():
                return bool((await raw.execute(ONCE, {"proof": proof, "until": until}, prepare=True)).rowcount)

    return is_first
