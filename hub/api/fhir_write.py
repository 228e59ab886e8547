"""``/fhir``: creating and changing resources, one at a time or several in one transaction.

What is written is stored as entries of the log and projected like a message; the answer is what the FHIR server shows.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated, Any, Final
from urllib.parse import parse_qsl, urlsplit

from fastapi import APIRouter, Depends, Header, Request, Response

from hub.access.caller import Caller
from hub.access.door import Calling, needs
from hub.access.ledger import Call, access
from hub.access.scopes import Right
from hub.api.fhir import answer_batch, base_of, fhir_json
from hub.api.services import Services, services
from hub.contract import Resource
from hub.delivery.content import Ref
from hub.gateway import exact, valid
from hub.gateway.interactions import Gateway
from hub.gateway.outcome import OutcomeError, WriteError, told, unshown, written
from hub.gateway.server import Found
from hub.gateway.visible import is_visible
from hub.statements import Statement, Stored
from hub.stating import Noted, Stating

router = APIRouter(prefix="/fhir", include_in_schema=False, dependencies=[needs(Right.FHIR)])

MOST_ENTRIES: Final = 100
MOST_BYTES: Final = 4 * 1024 * 1024
"""Of one request; a resource that people write is some kilobytes."""
JSON: Final = ("application/fhir+json", "application/json")
_TAG: Final = re.compile(r'\s*(?:W/)?"([^"]*)"\s*|\s*(\*)\s*')
_UUID: Final = re.compile(r"urn:uuid:[0-9a-fA-F-]{36}")
_PREFERRED: Final = re.compile(r"return\s*=\s*\"?(minimal|representation|OperationOutcome)")

Once = Annotated[str | None, Header(alias="Idempotency-Key", min_length=8, max_length=200)]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a request asks beside its body."""

    match: str | None
    unless: str | None
    once: str | None
    prefer: str


async def wanted(request: Request, once: Once = None) -> Wanted:
    """From the headers."""
    headers = request.headers
    preferred = _PREFERRED.search(headers.get("prefer", ""))
    return Wanted(
        headers.get("if-match"), headers.get("if-none-exist"), once, preferred[1] if preferred else "representation"
    )


When = Annotated[Wanted, Depends(wanted)]
Writing = Callable[[Gateway, Stating], Awaitable[Response]]


@router.post("")
async def post_bundle(request: Request, caller: Calling, when: When) -> Response:
    """A transaction of writes about one patient, or a batch of reads."""
    try:
        bundle = read_resource(request, await whole_body(request))
    except OutcomeError as error:
        return refused(error)
    if bundle.get("resourceType") != "Bundle" or bundle.get("type") != "transaction":
        return await answer_batch(request, caller, bundle)

    async def transaction(gateway: Gateway, stating: Stating) -> Response:
        statements = list(_entries(gateway, bundle, when))
        stored = await stating.write(statements)
        answers = [await _entry(gateway, one, when) for one in stored]
        whole = {"resourceType": "Bundle", "type": "transaction-response", "entry": answers}
        return fhir_json(whole, 200 if all(one.shown for one in stored) else 202)

    return await _answer(request, caller, "transaction", transaction)


@router.post("/{type_}")
async def post_create(request: Request, type_: str, caller: Calling, when: When) -> Response:
    """A new resource; its id is ours."""

    async def create(gateway: Gateway, stating: Stating) -> Response:
        gateway.may_write(type_, "create")  # what is not offered is refused as that, whatever was sent
        resource = _checked(gateway, type_, "create", read_resource(request, await whole_body(request)))
        one = Statement(type=type_, resource=resource, unless=_unless(when.unless), once=when.once)
        return await _written(gateway, (await stating.write([one]))[0], when)

    return await _answer(request, caller, f"create {_word(type_)}", create)


@router.put("/{type_}/{id_}")
async def put_update(request: Request, type_: str, id_: str, caller: Calling, when: When) -> Response:
    """Another version of a resource that is there."""

    async def update(gateway: Gateway, stating: Stating) -> Response:
        gateway.may_write(type_, "update")  # what is not offered is refused as that, whatever was sent
        resource = _checked(gateway, type_, "update", read_resource(request, await whole_body(request)))
        if resource.get("id") != id_:
            raise OutcomeError("body", f"{type_}.id")
        one = Statement(type=type_, resource=resource, id=id_, match=tags(when.match), once=when.once)
        return await _written(gateway, (await stating.write([one]))[0], when)

    return await _answer(request, caller, f"update {_word(type_)}", update)


# --- reading what is asked


async def whole_body(request: Request) -> bytes:
    """No more is read than may come."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > MOST_BYTES:
            raise OutcomeError("too-large")
    return bytes(body)


def read_resource(request: Request, body: bytes) -> Resource:
    """The JSON object that came; references to this server are local ones."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() not in JSON:
        raise OutcomeError("body")
    try:
        found = exact.loads(body)
    except (ValueError, RecursionError):
        raise OutcomeError("body") from None
    if not isinstance(found, dict):
        raise OutcomeError("body")
    return dict(_ours(found, base_of(request)))


def _ours(value: Any, base: str) -> Any:
    """An absolute reference to this server is a local one."""
    if isinstance(value, dict):
        whole = {name: _ours(inner, base) for name, inner in value.items()}
        found = whole.get("reference")
        return {**whole, "reference": found.removeprefix(f"{base}/")} if isinstance(found, str) else whole
    return [_ours(inner, base) for inner in value] if isinstance(value, list) else value


def _checked(
    gateway: Gateway,
    type_: str,
    interaction: str,
    resource: Resource,
    place: str = "",
    known_as: Mapping[str, str] = MappingProxyType({}),
) -> Resource:
    """What the caller may write, of that type, and valid FHIR."""
    gateway.may_write(type_, interaction)
    if resource.get("resourceType") != type_:
        raise OutcomeError("body", place or "resourceType")
    path = f"{place}.{type_}" if place else type_
    if found := list(valid.troubles(resource, known_as, path)):
        raise WriteError("structure", found)
    return resource


def _entries(gateway: Gateway, bundle: Resource, when: Wanted) -> Iterator[Statement]:
    """The statements of a transaction: POST of a type or PUT of a resource, nothing else."""
    entries = bundle.get("entry")
    if not isinstance(entries, list) or not entries:
        raise OutcomeError("body", "Bundle.entry")
    if len(entries) > MOST_ENTRIES:
        raise OutcomeError("too-many", "Bundle.entry")
    known = _known_as(entries)
    for number, entry in enumerate(entries):
        place = f"Bundle.entry[{number}]"
        try:
            asked, resource = entry["request"], entry["resource"]
            method, path = str(asked["method"]), urlsplit(str(asked["url"])).path.strip("/").split("/")
            match, unless, known_as = asked.get("ifMatch"), asked.get("ifNoneExist"), str(entry.get("fullUrl", ""))
        except (KeyError, TypeError, ValueError, AttributeError):
            raise OutcomeError("body", place) from None
        if not isinstance(resource, dict) or (method, len(path)) not in (("POST", 1), ("PUT", 2)):
            raise OutcomeError("interaction", place)
        is_new = method == "POST"
        interaction = "create" if is_new else "update"
        checked = _checked(gateway, path[0], interaction, resource, f"{place}.resource", known)
        if not is_new and checked.get("id") != path[1]:
            raise OutcomeError("body", f"{place}.resource.id")
        yield Statement(
            type=path[0],
            resource=checked,
            id="" if is_new else path[1],
            match=tags(match),
            unless=_unless(unless),
            once=when.once,
            known_as=known_as if is_new and _UUID.fullmatch(known_as) else "",
            place=f"{place}.resource",
        )


def _known_as(entries: Sequence[Any]) -> dict[str, str]:
    """The types of what a transaction makes, by the ``urn:uuid`` that its other entries use."""
    named = (e for e in entries if isinstance(e, dict) and isinstance(e.get("resource"), dict))
    return {str(e.get("fullUrl")): str(e["resource"].get("resourceType", "")) for e in named if e.get("fullUrl")}


def tags(header: str | None) -> tuple[str, ...] | None:
    """The versions of If-Match; a header that cannot be read matches nothing."""
    return None if header is None else tuple(version or star for version, star in _TAG.findall(header))


def _unless(header: str | None) -> tuple[str, str] | None:
    """``identifier=system|value`` of If-None-Exist, the one search that it offers."""
    if header is None:
        return None
    pairs = parse_qsl(header.removeprefix("?"), keep_blank_values=True)
    name, value = pairs[0] if len(pairs) == 1 else ("", "")
    system, bar, of = value.partition("|")
    if name != "identifier" or not bar or not system or not of:
        raise OutcomeError("parameter", "If-None-Exist")
    return system, of


def _word(type_: str) -> str:
    return type_ if type_.isascii() and type_.isalpha() and len(type_) <= 40 else "?"


# --- answering


async def _answer(request: Request, caller: Caller, what: str, writing: Writing) -> Response:
    """Nothing is stored that the access log does not know of; what is refused is written down too."""
    using = services(request)
    if using.exposed is None or using.writing is None:
        return refused(OutcomeError("server-away"))
    gateway = using.exposed.to(caller, base_of(request))
    stating = Stating(writing=using.writing, caller=caller, noted=noted(using, caller))
    try:
        return await writing(gateway, stating)
    except OutcomeError as error:
        action = "U" if what.startswith("update") else "C"
        await using.ledger.record(access(caller, Call(action, what), error.reason.status))
        return refused(error)


def noted(using: Services, caller: Caller) -> Noted:
    """What the access log is told before anything is stored or shown."""

    async def note(action: str, refs: Sequence[Ref], patient: str) -> None:
        what = f"{_ACTIONS[action]} {refs[0].type}"
        named = [patient] if patient else []
        await using.ledger.record(access(caller, Call(action, what), 200, named, [str(ref) for ref in refs]))

    return note


_ACTIONS: Final = {"C": "create", "U": "update", "R": "read"}


async def _shown(gateway: Gateway, one: Stored) -> Found | None:
    """As the FHIR server has it; None where it will show it later."""
    if not one.shown:
        return None
    try:
        found = await gateway.server.read(str(one.ref))
    except OutcomeError:
        return None
    return found if found and is_visible(found.resource, gateway.caller) else None


async def _written(gateway: Gateway, one: Stored, when: Wanted) -> Response:
    found = await _shown(gateway, one)
    if found is None:
        return fhir_json(unshown(one.refused), 202, {"Location": f"{gateway.base}/{one.ref}"})
    status = 201 if one.created else 200
    headers = {"ETag": found.etag, "Last-Modified": found.modified, "Location": _location(gateway, one, found)}
    headers = {name: value for name, value in headers.items() if value}
    body = _preferred(gateway, found, when.prefer)
    return fhir_json(body, status, headers) if body else Response(status_code=status, headers=headers)


def _preferred(gateway: Gateway, found: Found, prefer: str) -> Resource | None:
    """Who may not read gets no representation, whatever it prefers."""
    if prefer == "OperationOutcome":
        return told("done")
    may_read = bool(gateway.caller.grants.of(found.resource["resourceType"], "r"))
    return found.resource if prefer == "representation" and may_read else None


def _location(gateway: Gateway, one: Stored, found: Found) -> str:
    version = found.etag.removeprefix("W/").strip('"')
    return f"{gateway.base}/{one.ref}/_history/{version}" if version else f"{gateway.base}/{one.ref}"


async def _entry(gateway: Gateway, one: Stored, when: Wanted) -> dict[str, Any]:
    found = await _shown(gateway, one)
    if found is None:
        response = {"status": "202 Accepted", "location": f"{gateway.base}/{one.ref}", "outcome": unshown(one.refused)}
        return {"response": response}
    status = "201 Created" if one.created else "200 OK"
    response = {"status": status, "location": _location(gateway, one, found), "etag": found.etag}
    body = _preferred(gateway, found, when.prefer)
    if when.prefer == "OperationOutcome":
        return {"response": {**response, "outcome": body}}
    return {**({"resource": body} if body else {}), "response": response}


def refused(error: OutcomeError) -> Response:
    """What was not done, with every trouble by its path."""
    whole = error if isinstance(error, WriteError) else WriteError(error.code, where=error.where)
    return fhir_json(written(whole), whole.reason.status, {"ETag": whole.etag} if whole.etag else None)
