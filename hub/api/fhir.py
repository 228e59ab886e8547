"""``/fhir``: the gateway's routes. Every answer is FHIR JSON, and is given only when it has been written down."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from fastapi import APIRouter, Request, Response

from hub.access.caller import Caller, is_open
from hub.access.door import Calling, needs
from hub.access.ledger import Call, access
from hub.access.scopes import Right
from hub.api.answers import NO_STORE
from hub.api.services import Services, services
from hub.contract import Resource
from hub.delivery.content import Ref
from hub.gateway import exact
from hub.gateway.interactions import Gateway
from hub.gateway.outcome import OutcomeError, outcome
from hub.gateway.server import Found
from hub.gateway.statement import FORMAT, SUBSCRIPTION, statement
from hub.gateway.told import whom
from hub.refused import refused

router = APIRouter(prefix="/fhir", include_in_schema=False, dependencies=[needs(Right.FHIR)])
public = APIRouter(prefix="/fhir", include_in_schema=False, dependencies=[needs(Right.ANYONE)])

FORM = "application/x-www-form-urlencoded"
MOST_BATCHED = 50
LONGEST_FORM = 1024 * 1024

Answering = Callable[[Gateway], Awaitable[Resource | Found]]


@public.get("/metadata")
async def get_metadata(request: Request) -> Response:
    """What the gateway offers."""
    exposed = services(request).exposed
    if exposed is None:
        return _refused(OutcomeError("server-away"))
    return fhir_json(statement(exposed.promised, exposed.allowed, base_of(request), request.app.version))


@router.get("")
async def get_page(request: Request, caller: Calling) -> Response:
    """A further page of a search."""
    token = request.query_params.get("_page", "")
    return await answer(request, caller, Call("E", "page"), lambda g: g.page(token))


async def answer_batch(request: Request, caller: Caller, bundle: Resource) -> Response:
    """Several reads and searches at once; each entry is answered as if it had come alone."""
    return await answer(request, caller, Call("E", "batch"), lambda g: _batch(bundle, g))


@router.get("/{type_}")
async def get_search(request: Request, type_: str, caller: Calling) -> Response:
    """A search by address, which must not name a person."""
    pairs = parse_qsl(request.url.query, keep_blank_values=True)

    async def searched(gateway: Gateway) -> Resource:
        found = await gateway.search(type_, pairs, (value for _, value in pairs))
        return _with_self(found, f"{gateway.base}/{type_}?{urlencode(pairs)}")

    return await answer(request, caller, _searching(type_, pairs), searched)


@router.post("/{type_}/_search")
async def post_search(request: Request, type_: str, caller: Calling) -> Response:
    """A search by form, for what must not be in an address; the address may have criteria too."""
    in_address = parse_qsl(request.url.query, keep_blank_values=True)
    body = await request.body()

    async def searched(gateway: Gateway) -> Resource:
        pairs = [*in_address, *form(request, body)]
        return await gateway.search(type_, pairs, (value for _, value in in_address))

    return await answer(request, caller, _searching(type_, _names(body) + in_address), searched)


@router.get("/Patient/{id_}/$everything")
async def get_everything(request: Request, id_: str, caller: Calling) -> Response:
    """A patient and all about them."""
    return await answer(request, caller, Call("E", "everything Patient"), lambda g: g.everything(id_))


@router.get("/{type_}/{id_}")
async def get_read(request: Request, type_: str, id_: str, caller: Calling) -> Response:
    """One resource."""

    async def read(gateway: Gateway) -> Found:
        try:
            return await gateway.read(type_, id_)
        except OutcomeError as error:
            if error.code == "not-found" and await _is_refused(services(request), Ref(type_, id_), caller):
                raise OutcomeError("refused-by-server", type_) from None
            raise

    return await answer(request, caller, Call("R", f"read {_word(type_)}"), read)


async def _is_refused(using: Services, ref: Ref, caller: Caller) -> bool:
    """Whether it is stored, open to the caller, and nothing that the FHIR server would have."""
    async with using.sessions() as session:
        found = await refused(session, ref)
    return found is not None and is_open(found.numbers, caller.numbers)


@router.get("/{type_}/{id_}/_history")
async def get_history(request: Request, type_: str, id_: str, caller: Calling) -> Response:
    """The versions of one resource."""
    call = Call("R", f"history {_word(type_)}")
    return await answer(request, caller, call, lambda g: g.history(type_, id_))


@router.get("/{type_}/{id_}/_history/{version}")
async def get_version(request: Request, type_: str, id_: str, version: str, caller: Calling) -> Response:
    """One version of one resource."""
    call = Call("R", f"vread {_word(type_)}")
    return await answer(request, caller, call, lambda g: g.vread(type_, id_, version))


@router.api_route("/{rest:path}", methods=["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"])
async def refuse(request: Request, rest: str, caller: Calling) -> Response:
    """Everything else is not on the list."""
    return _refused(OutcomeError("interaction"))


async def answer(request: Request, caller: Caller, call: Call, answering: Answering) -> Response:
    """Ask, write down what is given to whom, and only then give it."""
    using = services(request)
    if using.exposed is None:
        return _refused(OutcomeError("server-away"))
    gateway = using.exposed.to(caller, base_of(request))
    try:
        found = await answering(gateway)
    except OutcomeError as error:
        await _record(using, caller, call, gateway, error.reason.status)
        return _refused(error)
    await _record(using, caller, call, gateway, 200)
    return _of(found, request)


async def _record(using: Services, caller: Caller, call: Call, gateway: Gateway, status: int) -> None:
    patients, resources = await whom(using.sessions, gateway.seen.resources if status == 200 else ())
    await using.ledger.record(access(caller, call, status, patients, resources))


def _searching(type_: str, pairs: Sequence[tuple[str, str]]) -> Call:
    names = sorted({name for name, _ in pairs if name.isascii() and len(name) <= 64})
    return Call("E", f"search {_word(type_)}", " ".join(names)[:500])


def _word(type_: str) -> str:
    """A resource type for the log; anything else could be a number that somebody put into the address."""
    return type_ if type_.isascii() and type_.isalpha() and len(type_) <= 40 else "?"


def form(request: Request, body: bytes) -> list[tuple[str, str]]:
    """What a form says; anything else is refused."""
    said = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if said != FORM or len(body) > LONGEST_FORM:
        raise OutcomeError("body")
    return _names(body)


def _names(body: bytes) -> list[tuple[str, str]]:
    return parse_qsl(body[:LONGEST_FORM].decode(errors="replace"), keep_blank_values=True)


async def _batch(bundle: Resource, gateway: Gateway) -> Resource:
    try:
        entries, kind = bundle["entry"], bundle["type"]
        asked = [(str(e["request"]["method"]), str(e["request"]["url"])) for e in entries]
    except (ValueError, KeyError, TypeError):
        raise OutcomeError("body") from None
    if kind != "batch":
        raise OutcomeError("interaction")
    if len(asked) > MOST_BATCHED:
        raise OutcomeError("too-costly")
    answers = [await _one(gateway, method, url) for method, url in asked]
    return {"resourceType": "Bundle", "type": "batch-response", "entry": answers}


async def _one(gateway: Gateway, method: str, url: str) -> dict[str, Any]:
    try:
        found = await _routed(gateway, method, url)
    except OutcomeError as error:
        return {"response": {"status": str(error.reason.status), "outcome": outcome(error)}}
    resource = found.resource if isinstance(found, Found) else found
    etag = {"etag": found.etag} if isinstance(found, Found) and found.etag else {}
    return {"resource": resource, "response": {"status": "200", **etag}}


async def _routed(gateway: Gateway, method: str, url: str) -> Resource | Found:
    parts = urlsplit(url)
    path = parts.path.strip("/").split("/")
    if method != "GET" or parts.scheme or parts.netloc or not 1 <= len(path) <= 2:
        raise OutcomeError("interaction")
    if path[0] == SUBSCRIPTION["type"]:
        raise OutcomeError("interaction")
    if len(path) == 2:
        return await gateway.read(path[0], path[1])
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    return await gateway.search(path[0], pairs, (value for _, value in pairs))


def _with_self(bundle: Resource, url: str) -> Resource:
    links = [{"relation": "self", "url": url}, *(link for link in bundle["link"] if link["relation"] != "self")]
    return {**bundle, "link": links}


def _of(found: Resource | Found, request: Request) -> Response:
    if not isinstance(found, Found):
        return fhir_json(found)
    told = {name: value for name, value in (("ETag", found.etag), ("Last-Modified", found.modified)) if value}
    if found.etag and request.headers.get("if-none-match") == found.etag:
        return Response(status_code=304, headers={**told, **NO_STORE})
    return fhir_json(found.resource, headers=told)


def _refused(error: OutcomeError) -> Response:
    return fhir_json(outcome(error), error.reason.status)


def fhir_json(resource: Resource, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """An answer in FHIR JSON that nobody may keep."""
    return Response(exact.dumps(resource), status, media_type=FORMAT, headers={**NO_STORE, **(headers or {})})


def base_of(request: Request) -> str:
    """The gateway's own address, as callers know it."""
    public_url = services(request).settings.public_url
    return f"{public_url or str(request.base_url)}".rstrip("/") + "/fhir"
