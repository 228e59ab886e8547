"""``/fhir/Subscription``: who wants to be told of what changes. Kept and served here; the FHIR server never has one.

A subscriber is a system. It sees, changes and ends its own; the secret that signs what it is sent is in the answer to
its creation (``Heimveg-Webhook-Secret``), and nowhere after.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import parse_qsl
from uuid import UUID

from fastapi import APIRouter, Request, Response
from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from hub.access.caller import Caller
from hub.access.door import Calling, needs
from hub.access.ledger import Call, access
from hub.access.scopes import Right
from hub.api.answers import NO_STORE
from hub.api.fhir import base_of, fhir_json, form
from hub.api.fhir_write import read_resource, refused, tags, whole_body
from hub.api.services import Services, services
from hub.contract import Resource
from hub.feeds import book, resource
from hub.feeds.resource import Asked, Terms
from hub.feeds.secrets import Seal, Secrets, new_secret
from hub.feeds.tables import Subscription
from hub.gateway.exposed import Exposed
from hub.gateway.outcome import OutcomeError, WriteError
from hub.gateway.query import Pairs
from hub.gateway.valid import troubles
from hub.log.events import newest

router = APIRouter(prefix="/fhir/Subscription", include_in_schema=False, dependencies=[needs(Right.FHIR)])

SECRET: Final = "Heimveg-Webhook-Secret"  # noqa: S105  the name of a header
MOST: Final = 20
"""Of one client."""
SEARCHED: Final = frozenset({"_id", "status"})
COUNT: Final = ("_summary", "count")
IGNORED: Final = frozenset({"_format", "_pretty", "_count"})


@dataclass(frozen=True, slots=True)
class At:
    """One call: the services it works with, the caller, and the request."""

    using: Services
    exposed: Exposed
    seal: Seal
    caller: Caller
    request: Request

    async def sent(self) -> Resource:
        """The valid resource that came."""
        told = read_resource(self.request, await whole_body(self.request))
        if told.get("resourceType") != "Subscription":
            raise OutcomeError("body", "resourceType")
        if found := list(troubles(told, {})):
            raise WriteError("structure", found)
        return told

    def asked(self, told: Resource, was: Subscription | None = None) -> Asked:
        """What a resource asks for."""
        settings = self.using.settings
        terms = Terms(
            allowed=self.exposed.allowed,
            caller=self.caller,
            now=datetime.now(UTC),
            longest=timedelta(days=settings.subscription_days),
            anywhere=settings.webhooks_anywhere,
        )
        return resource.read(told, terms, was)

    def shown(self, row: Subscription) -> Resource:
        """As its owner sees it."""
        secrets = self.seal.open(row.sealed)
        return resource.shown(row, secrets.headers if secrets else ())

    def answer(self, row: Subscription, status: int = 200, **headers: str) -> Response:
        """One subscription."""
        told = {"ETag": f'W/"{row.revision}"', "Location": f"{base_of(self.request)}/Subscription/{row.id}"}
        return fhir_json(self.shown(row), status, {**told, **headers})


Doing = Callable[[At, AsyncSession], Awaitable[Response]]


@router.post("")
async def post_subscription(request: Request, caller: Calling) -> Response:
    """A new one; its receiver is asked first whether it is there."""

    async def create(at: At, session: AsyncSession) -> Response:
        asked = at.asked(await at.sent())
        if len(await book.mine(session, caller)) >= MOST:
            raise OutcomeError("too-many-subscriptions")
        secret = new_secret()
        row = _put(
            Subscription(
                client=caller.client, organisation=caller.parent, unit=caller.child, criteria="", endpoint="",
                ends=asked.ends, sealed="", changed=datetime.now(UTC), cursor=await newest(session),
            ),
            asked, at, Secrets(secret, asked.headers),
        )  # fmt: skip
        session.add(row)
        await session.flush()
        if row.status == "requested":
            book.shake_hands(session, row)
        return at.answer(row, 201, **{SECRET: secret})

    return await _do(request, caller, Call("C", "create Subscription"), create)


@router.get("")
async def get_subscriptions(request: Request, caller: Calling) -> Response:
    """The caller's own."""
    return await _search(request, caller, parse_qsl(request.url.query, keep_blank_values=True))


@router.post("/_search")
async def search_subscriptions(request: Request, caller: Calling) -> Response:
    """The same by form."""
    try:
        pairs = form(request, await request.body())
    except OutcomeError as error:
        return refused(error)
    return await _search(request, caller, pairs)


@router.get("/{id_}")
async def get_subscription(request: Request, id_: str, caller: Calling) -> Response:
    """One of the caller's own."""

    async def read(at: At, session: AsyncSession) -> Response:
        return at.answer(await _own(session, id_, caller))

    return await _do(request, caller, Call("R", "read Subscription"), read)


@router.put("/{id_}")
async def put_subscription(request: Request, id_: str, caller: Calling) -> Response:
    """Change it, renew it, stop it (``off``) or start it again (``requested``): what was given up is told then."""

    async def update(at: At, session: AsyncSession) -> Response:
        told = await at.sent()
        row = await _own(session, id_, caller)
        _matched(request, row, at)
        if told.get("id") != id_:
            raise OutcomeError("body", "Subscription.id")
        asked, criteria = at.asked(told, row), row.criteria
        secrets = at.seal.open(row.sealed) or Secrets(new_secret())
        row.revision += 1
        row.changed = datetime.now(UTC)
        _put(row, asked, at, Secrets(secrets.signing, resource.kept(asked.headers, secrets.headers)))
        if row.criteria != criteria:
            await book.forget_events(session, row)
            row.cursor = await newest(session)
        await book.forget_handshakes(session, row)
        if row.status == "requested":
            row.error = ""
            await book.wake(session, row)
            book.shake_hands(session, row)
        return at.answer(row)

    return await _do(request, caller, Call("U", "update Subscription"), update)


@router.delete("/{id_}")
async def delete_subscription(request: Request, id_: str, caller: Calling) -> Response:
    """End it, with all that its receiver has not been told."""

    async def end(at: At, session: AsyncSession) -> Response:
        row = await _own(session, id_, caller)
        await session.execute(delete(Subscription).where(col(Subscription.id) == row.id))
        return Response(status_code=204, headers=NO_STORE)

    return await _do(request, caller, Call("D", "delete Subscription"), end)


@router.api_route("/{rest:path}", methods=["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"])
async def refuse(request: Request, rest: str, caller: Calling) -> Response:
    """Nothing else is offered: no history, no operation."""
    return refused(OutcomeError("interaction"))


async def _do(request: Request, caller: Caller, call: Call, doing: Doing) -> Response:
    """In one transaction, and nothing is kept or shown that the access log does not know of."""
    using = services(request)
    try:
        at = _at(request, using, caller, call.action)
        async with using.sessions() as session, session.begin():
            answer = await doing(at, session)
            await using.ledger.record(access(caller, call, answer.status_code))
            return answer
    except OutcomeError as error:
        await using.ledger.record(access(caller, call, error.reason.status))
        return refused(error)


def _at(request: Request, using: Services, caller: Caller, action: str) -> At:
    if using.exposed is None or using.seal is None:
        raise OutcomeError("server-away")
    if not caller.grants.of("Subscription", {"E": "s"}.get(action, action.lower())):
        raise OutcomeError("scope", "Subscription")
    if caller.hpr or caller.subject:
        raise OutcomeError("not-a-system")
    return At(using, using.exposed, using.seal, caller, request)


async def _search(request: Request, caller: Caller, pairs: Pairs) -> Response:
    async def search(at: At, session: AsyncSession) -> Response:
        wanted = [(name, value) for name, value in pairs if name not in IGNORED and (name, value) != COUNT]
        if strange := [name for name, _ in wanted if name not in SEARCHED]:
            raise OutcomeError("parameter", strange[0] if strange[0].isidentifier() else "")
        found = [row for row in await book.mine(session, caller) if _is_one(row, wanted)]
        base = base_of(request)
        entries = [
            {"fullUrl": f"{base}/Subscription/{row.id}", "resource": at.shown(row), "search": {"mode": "match"}}
            for row in found
        ]
        link = {"relation": "self", "url": f"{base}/Subscription"}
        entries = [] if COUNT in pairs else entries
        whole = {"resourceType": "Bundle", "type": "searchset", "total": len(found), "link": [link], "entry": entries}
        return fhir_json(whole)

    return await _do(request, caller, Call("E", "search Subscription"), search)


def _is_one(row: Subscription, wanted: Pairs) -> bool:
    has = {"_id": str(row.id), "status": row.status}
    return all(has[name] in value.split(",") for name, value in wanted)


async def _own(session: AsyncSession, id_: str, caller: Caller) -> Subscription:
    try:
        row = await book.one(session, UUID(id_), book.owned(caller))
    except ValueError:
        row = None
    if row is None:
        raise OutcomeError("not-found")
    return row


def _put(row: Subscription, asked: Asked, at: At, secrets: Secrets) -> Subscription:
    """The row as it was asked for, with the rights that the caller has now."""
    own = at.caller.own
    row.numbers = None if own is None else sorted(own)
    row.scopes = book.scopes(at.caller)
    row.status, row.criteria, row.endpoint, row.payload = asked.status, asked.criteria, asked.endpoint, asked.payload
    row.reason, row.contact, row.ends = asked.reason, asked.contact, asked.ends
    row.sealed = at.seal.close(secrets)
    return row


def _matched(request: Request, row: Subscription, at: At) -> None:
    """Whoever changes it has seen what they change."""
    match = tags(request.headers.get("if-match"))
    if match is None:
        raise OutcomeError("precondition-required")
    if not {"*", str(row.revision)} & set(match):
        raise WriteError("stale", current=at.shown(row), etag=f'W/"{row.revision}"')
