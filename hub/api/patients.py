"""The patient of a route: known by the id of the Patient resource, and only to who may see it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from enum import StrEnum
from typing import Annotated

import orjson
from fastapi import Path

from hub.access.caller import Caller
from hub.api.problems import ProblemError
from hub.api.services import Services
from hub.contract import HER_ID, ORGANISASJONSNUMMER, Identifier, Party, Resource
from hub.delivery.content import canonical
from hub.gateway.visible import is_visible
from hub.log import reading
from hub.log.tables import Delivered
from hub.person import effective, look

PatientId = Annotated[str, Path(pattern=r"^[A-Za-z0-9\-.]{1,64}$", examples=["5d1f2f0e-6b1c-8a44-9d0b-2f4f4c1b7a10"])]


class Shape(StrEnum):
    """How what is known of a patient is given."""

    JSON = "json"
    FHIR = "fhir"


async def persons_of(using: Services, lane: str) -> tuple[Identifier, ...]:
    """The identifiers of a person, as the messages give them."""
    if using.writing is None:
        raise ProblemError("store-unavailable")
    maker = using.writing.maker
    async with using.sessions() as session:
        messages = await effective(session, await look(session, [lane]), maker.remembered.recall)
    documents = await asyncio.to_thread(maker.readable, messages)
    return tuple(person for one in documents.values() for person in one.head.persons)


async def lane_of(using: Services, id: str, caller: Caller) -> str:
    """The key of a patient whom the caller may see; absent and hidden are answered alike."""
    async with using.sessions() as session:
        patient = await reading.delivered(session, "Patient", id)
        row = await session.get(Delivered, ("Patient", id))
    if patient is None or row is None or not is_visible(patient, caller):
        raise ProblemError("not-found")
    return row.lane


async def known_of(using: Services, id: str, caller: Caller) -> tuple[Resource, ...]:
    """Everything of the patient as the log is now, as if everybody saw it (``sees`` tells what the caller does)."""
    if using.writing is None:
        raise ProblemError("store-unavailable")
    projection = await using.writing.projection(await lane_of(using, id, caller))
    patient = next((r for r in projection.resources if (r["resourceType"], r["id"]) == ("Patient", id)), None)
    if patient is None or not is_visible(patient, caller):
        raise ProblemError("not-found")
    return projection.resources


def sees(caller: Caller, resource: Resource) -> bool:
    """By its access tags, and by a scope for its type that nothing limits."""
    scopes = caller.grants.of(str(resource["resourceType"]), "r")
    return is_visible(resource, caller) and any(not scope.only for scope in scopes)


def collection(resources: Iterable[Resource]) -> bytes:
    """The same resources in the same order, as they go to the FHIR server."""
    entries = [{"resource": orjson.Fragment(canonical(one))} for one in resources]
    return orjson.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries})


def acting_for(said: str, caller: Caller) -> Party:
    """The organisation named, which the caller must act for; the only one of the caller where none is."""
    system, _, value = said.rpartition("|")
    own = caller.own
    if not said and own is not None and len(own) == 1:
        value = next(iter(own))
        system = ORGANISASJONSNUMMER if len(value) == len("100000008") else HER_ID
    if not system or not value or (own is not None and value not in own):
        raise ProblemError("no-organisation")
    return Party(name=caller.name, identifiers=(Identifier(system, value),))
