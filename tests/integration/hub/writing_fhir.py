"""Two parties of one stay who write FHIR resources through the gateway, before real parts."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import httpx

from adapters.kith.samples import Case, helseopplysninger, innlagt, utskrivningsklar
from hub import doors
from hub.access.caller import Caller
from hub.access.door import Door
from hub.access.scopes import EVERYTHING, grants
from hub.conformance.resources import load
from hub.gateway.exposed import exposed
from hub.serve import make_entries
from hub.writing import Writing
from mappings.norwegian_time import OSLO
from tests.integration.hub.served import served

START = datetime(2026, 3, 2, 10, tzinfo=OSLO)
NOW = START + timedelta(days=4, hours=3)
VKP = "http://ehelse.no/fhir/CodeSystem/vkp-careplan-category-v090"
FHIR = "application/fhir+json"


class As(Door):
    """Whoever calls acts for these organisations, as this person, with these scopes (all, where none are named)."""

    async def caller(self, request: Any) -> Caller:
        said, hpr = request.headers.get("x-acts-for"), request.headers.get("x-hpr", "")
        numbers = frozenset({said}) if said else None
        own = request.headers.get("x-scopes")
        may = grants(own.split()) if own is not None else EVERYTHING
        return Caller(client="test", name="Test EPJ", numbers=numbers, parent=said or "", hpr=hpr, grants=may)


@dataclass(frozen=True, kw_only=True)
class Pen:
    """One party, writing."""

    http: httpx.AsyncClient
    number: str
    hpr: str = ""

    async def send(self, method: str, path: str, body: Any = None, **headers: str) -> httpx.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        told = {"x-acts-for": self.number, "x-hpr": self.hpr, "Content-Type": FHIR, **named}
        return await self.http.request(method, f"/fhir{path}", json=body, headers=told)

    async def create(self, resource: dict[str, Any], **headers: str) -> httpx.Response:
        return await self.send("POST", f"/{resource['resourceType']}", resource, **headers)

    async def update(self, resource: dict[str, Any], etag: str | None, **headers: str) -> httpx.Response:
        more = {"If_Match": etag} if etag else {}
        return await self.send("PUT", f"/{resource['resourceType']}/{resource['id']}", resource, **more, **headers)

    async def tell(self, path: str, **said: Any) -> httpx.Response:
        """On the REST interface beside ``/fhir``; ``match`` is the version that is replaced."""
        match = said.pop("match", None)
        headers = {"x-acts-for": self.number, **({"If-Match": match} if match else {})}
        return await self.http.put(path, json={"author": "Test", **said}, headers=headers)

    async def ask(self, path: str) -> httpx.Response:
        """Of the REST interface beside ``/fhir``."""
        return await self.http.get(path, headers={"x-acts-for": self.number})

    async def read(self, ref: str) -> httpx.Response:
        return await self.send("GET", f"/{ref}")


@dataclass(frozen=True, kw_only=True)
class Desk:
    """A stay declared ready, and those who write about it."""

    hub: Any
    http: httpx.AsyncClient
    case: Case
    hospital: Pen
    municipality: Pen
    stranger: Pen

    async def patient(self) -> str:
        ((id_,),) = await self.hub.sql("SELECT resource_id FROM delivered WHERE resource_type = 'Patient'")
        return f"Patient/{id_}"

    async def stay(self) -> str:
        ((id_,),) = await self.hub.sql("SELECT id FROM stay")
        return f"/stays/{id_}"

    async def entries(self) -> int:
        ((count,),) = await self.hub.sql("SELECT count(*) FROM entry")
        return int(count)

    async def errors(self, resource: dict[str, Any]) -> list[str]:
        """What the FHIR server's validator has against a resource."""
        outcome = await self.hub.client.post(f"{resource['resourceType']}/$validate", resource)
        return [one["diagnostics"] for one in outcome["issue"] if one["severity"] in ("error", "fatal")]

    async def task(self, code: str) -> dict[str, Any]:
        """The Task of a duty, as the hospital reads it."""
        rows = await self.hub.sql("SELECT resource_id FROM delivered WHERE resource_type = 'Task'")
        held = [(await self.hospital.read(f"Task/{id_}")).json() for (id_,) in rows]
        return next(t for t in held if t["code"]["coding"][0]["code"] == code)

    async def plan(self, **more: Any) -> dict[str, Any]:
        """A behandlingsplan of the patient."""
        return {
            "resourceType": "CarePlan",
            "status": "active",
            "intent": "plan",
            "category": [{"coding": [{"system": VKP, "code": "1", "display": "Behandlingsplan"}]}],
            "title": "Behandlingsplan",
            "subject": {"reference": await self.patient()},
            **more,
        }


@asynccontextmanager
async def desk(open_real_hub: Any, strangers: Any, through: str = "", **more: Any) -> AsyncIterator[Desk]:
    """``through`` is the address of what stands before the FHIR server."""
    case = strangers(START)
    async with open_real_hub(now=NOW, **({"fhir": through} if through else {})) as hub:
        writing = Writing(
            sessions=hub.sessions,
            entries=make_entries(hub.settings, hub.sessions),
            maker=hub.projector.maker,
            projector=hub.projector,
            clock=hub.projector.clock,
            **more,
        )
        gateway = exposed(hub.client, load(hub.settings.profiles), b"k" * 32)
        lists = doors.checklists(hub.settings)
        async with served(hub, door=As(), writing=writing, exposed=gateway, checklists=lists) as http:
            await hub.deliver(innlagt(case), helseopplysninger(case), utskrivningsklar(case))
            parties = case.parties
            yield Desk(
                hub=hub,
                http=http,
                case=case,
                hospital=Pen(http=http, number=parties.hospital.virksomhet.number, hpr="9999990"),
                municipality=Pen(http=http, number=parties.saksbehandling.virksomhet.number),
                stranger=Pen(http=http, number="999999999"),
            )


def code(answer: httpx.Response) -> str:
    """Our code of the first thing that is wrong."""
    found: str = answer.json()["issue"][0]["details"]["coding"][0]["code"]
    return found


def paths(answer: httpx.Response) -> list[str]:
    """Where something is wrong."""
    return [one["expression"][0] for one in answer.json()["issue"]]
