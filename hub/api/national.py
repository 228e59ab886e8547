"""National shapes in front of the gateway: NHN's CarePlan API, and the reads of VKP (``docs/national.md``)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any, Final

import orjson
from fastapi import APIRouter, Path, Request, Response

from hub.access.caller import Caller
from hub.access.door import Calling, needs
from hub.access.ledger import Call
from hub.access.scopes import Right
from hub.api.answers import NO_STORE
from hub.api.fhir import answer, base_of, fhir_json, form
from hub.api.fhir_write import refused
from hub.api.services import services
from hub.contract import Resource
from hub.gateway.interactions import Gateway
from hub.gateway.national import CAREPLAN, READS, Read, plan_status, searched, treatment_plans, vkp_search
from hub.gateway.outcome import OutcomeError
from hub.gateway.statement import statement

router = APIRouter(include_in_schema=False, dependencies=[needs(Right.FHIR)])
public = APIRouter(include_in_schema=False, dependencies=[needs(Right.ANYONE)])

MOST_BYTES: Final = 4096
Organisation = Annotated[str, Path(pattern=r"^\d{9}$", description="The municipality's organisation number")]


@public.get("/careplan/metadata")
async def get_careplan_metadata(request: Request) -> Response:
    """What is offered in the shape of the CarePlan API."""
    return _offered(request, [CAREPLAN], "/careplan")


@public.get("/epj/r4/{organisation}/metadata")
async def get_vkp_metadata(request: Request, organisation: Organisation) -> Response:
    """What is offered in the shape of VKP, of any municipality."""
    return _offered(request, READS.values(), f"/epj/r4/{organisation}")


@router.post("/careplan/CarePlan/_search")
async def post_plans(request: Request, caller: Calling) -> Response:
    """A patient's plans of treatment."""
    body = await request.body()

    async def asking(gateway: Gateway) -> Resource:
        return await treatment_plans(gateway, _asked(request, body))

    return await answer(request, caller, Call("E", "search CarePlan", CAREPLAN.person), asking)


@router.post("/careplan/status")
async def post_status(request: Request, caller: Calling) -> Response:
    """Whether a patient has a plan that is followed, and when one was changed last."""
    body = await request.body()

    async def asked(gateway: Gateway) -> Resource:
        return await plan_status(gateway, _nin(request, body))

    told = await answer(request, caller, Call("E", "careplan status", "nin"), asked)
    is_told = told.status_code == 200
    return Response(told.body, media_type="application/json", headers=NO_STORE) if is_told else told


@router.post("/epj/r4/{organisation}/{read}/_search")
async def post_vkp(request: Request, organisation: Organisation, read: str, caller: Calling) -> Response:
    """One of VKP's reads, for the services that the header ``ServiceCodes`` names."""
    body = await request.body()

    async def asking(gateway: Gateway) -> Resource:
        if read not in READS:
            raise OutcomeError("unknown-type")
        if not _acts_for(caller, organisation):
            raise OutcomeError("not-for-organisation")
        asked = _services(request)
        return await vkp_search(gateway, READS[read], _asked(request, body), organisation, asked)

    type_ = READS[read].type if read in READS else "?"
    return await answer(request, caller, Call("E", f"search {type_}", "ServiceCodes"), asking)


def _offered(request: Request, reads: Iterable[Read], path: str) -> Response:
    exposed = services(request).exposed
    if exposed is None:
        return refused(OutcomeError("server-away"))
    offered, base = searched(exposed.allowed, reads), base_of(request).removesuffix("/fhir") + path
    return fhir_json(statement(exposed.promised, offered, base, request.app.version, whole=False))


def _asked(request: Request, body: bytes) -> list[tuple[str, str]]:
    """The form; these interfaces have nothing in the address, and a number least of all."""
    if request.url.query:
        raise OutcomeError("number-in-address")
    return form(request, body)


def _acts_for(caller: Caller, organisation: str) -> bool:
    return caller.numbers is None or organisation in caller.numbers


def _services(request: Request) -> set[str]:
    """What the header's codes stand for; a code that nobody knows gives no need to know anything."""
    said = [one.strip().lower() for one in request.headers.get("servicecodes", "").split(",") if one.strip()]
    known = services(request).service_codes
    found = {code for one in said for code in known.get(one, ())}
    if not found:
        raise OutcomeError("service-codes", "ServiceCodes")
    return found


def _nin(request: Request, body: bytes) -> str:
    if request.url.query:
        raise OutcomeError("number-in-address")
    try:
        found: Any = orjson.loads(body[:MOST_BYTES])
        return str(found["nin"])
    except (orjson.JSONDecodeError, KeyError, TypeError):
        raise OutcomeError("body", "nin") from None
