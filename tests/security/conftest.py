"""Two hospitals and two municipalities with patients of their own and in common, on a real HAPI FHIR server.

The log has been projected; the gateway before it trusts a local issuer. What a caller may see is told here by the
plainest means: every resource of the world, read from the server itself, that carries one of the caller's numbers.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from applications import application
from joserfc.jwk import KeySet
from sqlalchemy import select
from sqlmodel import col

from adapters.kith import KithAdapter
from adapters.kith.samples import (
    PARTIES,
    Address,
    Case,
    Parties,
    Service,
    Virksomhet,
    helseopplysninger,
    innlagt,
    innleggelsesrapport,
    notat,
    person,
    utskrevet,
    utskrivningsklar,
    utskrivningsrapport,
)
from adapters.kith.samples.parties import organisation_number
from hub.access.door import Door, first_use
from hub.access.dpop import Proofs
from hub.access.issuer import Issuer, Wanted
from hub.access.token import Verifier
from hub.contract import ACCESS, DENIED, HPR, ORGANISASJONSNUMMER, Identifier, Party, Raw, denied
from hub.delivery.client import FhirClient
from hub.entries import Entered, Telling
from hub.keyring import ensure_keys
from hub.log.tables import Entry, Message
from hub.serve import make_entries, make_services
from hub.settings import Settings, ids_of, load_settings
from hub.turn import Turn
from hub.worker import parts
from mappings.identifiers import FNR
from mappings.norwegian_time import OSLO

ISSUER = "https://issuer.example"
BASE = "http://127.0.0.1"
START = datetime(2026, 3, 2, 10, tzinfo=OSLO)
LONG_AGO = datetime(2008, 3, 3, 10, tzinfo=OSLO)
ACCESS_DAYS = "6000"
"""The gateway goes by the real clock: this world must be open for as long as these tests are run."""
FIRST = 4000
"""Where the numbers of this world begin; the FHIR server is shared by all tests."""


@dataclass
class PublishedKeys:
    issuer: Issuer

    async def of(self, kid: str | None) -> KeySet:
        return KeySet.import_key_set(self.issuer.jwks())  # type: ignore[arg-type]


def parties(hospital: int, kommune: int) -> Parties:
    """A hospital and a municipality with numbers of their own."""
    sick = Virksomhet(
        name=f"Sykehus {hospital}", her_id=f"80{hospital:06}", number=organisation_number(FIRST + hospital)
    )
    home = Virksomhet(name=f"Kommune {kommune}", her_id=f"81{kommune:06}", number=organisation_number(FIRST + kommune))
    return replace(
        PARTIES,
        hospital=Address(virksomhet=sick, level2=Service(name="Kirurgi", her_id=f"82{hospital:06}")),
        sykepleietjeneste=Address(virksomhet=home, level2=Service(name="Pleie", her_id=f"83{kommune:06}")),
        saksbehandling=Address(virksomhet=home, level2=Service(name="Sak", her_id=f"84{kommune:06}")),
    )


STAYS = (
    *((1, 11, 0), (1, 11, 1), (2, 12, 2), (2, 12, 3), (1, 11, 4), (2, 11, 4), (1, 11, 5), (1, 12, 5)),
    *((1, 11, 6), (2, 12, 7), (1, 12, 8), (1, 11, 10), (1, 11, 11), (2, 11, 9)),
)
"""Hospital, municipality, patient: of one pair, of the other, one of both hospitals, one of both municipalities; and
five who have blocked: the whole for their municipality, one note for everybody, the whole for everybody, the whole for
one person and for one unit; and one whose stay is so long ago that nobody has access any more."""
BLOCKED_PERSON = "9999991"
BLOCKED_UNIT = 13
SHUT = 8
"""Where in the stays those begin who have blocked."""


def cases() -> list[Case]:
    return [
        Case(
            name=f"security {number}",
            start=LONG_AGO if number == len(STAYS) - 1 else START.replace(day=2 + number),
            patient=person(FIRST + patient, municipality=f"6{kommune:03}"),
            parties=parties(hospital, kommune),
        )
        for number, (hospital, kommune, patient) in enumerate(STAYS)
    ]


def messages() -> Iterator[bytes]:
    """Everything that was sent."""
    for number, case in enumerate(cases()):
        yield innlagt(case)
        yield helseopplysninger(case)
        yield innleggelsesrapport(case)
        yield utskrivningsklar(case)
        yield _note(case)
        if number % 2:
            yield utskrivningsrapport(case)
            yield utskrevet(case)


def blocks() -> Iterator[Telling]:
    """What the last patients have blocked, as the hospital's record system tells it."""
    whole, note, everybody, person_, unit, _ = cases()[SHUT:]
    kommune = Identifier(ORGANISASJONSNUMMER, whole.parties.saksbehandling.virksomhet.number)
    said: list[tuple[Case, dict[str, Any]]] = [
        (whole, {"organisation": {"system": kommune.system, "value": kommune.value}}),
        (note, {"message": KithAdapter().read(Raw(body=_note(note), received=START)).head.message_id}),
        (everybody, {}),
        (person_, {"person": BLOCKED_PERSON}),
        (unit, {"unit": {"system": ORGANISASJONSNUMMER, "value": organisation_number(FIRST + BLOCKED_UNIT)}}),
    ]
    for case, values in said:
        hospital = case.parties.hospital.virksomhet
        yield Telling(
            kind="sperring",
            values={"on": "2026-03-20", **values},
            by=Party(name=hospital.name, identifiers=(Identifier(ORGANISASJONSNUMMER, hospital.number),)),
            author="Fiktiv Journalansvarlig",
            told=START.replace(day=20),
            persons=(Identifier(FNR, case.patient.number),),
        )


def _note(case: Case) -> bytes:
    return notat(case, about=case.message_id("utskrivningsklar"))


@dataclass
class World:
    """The server's resources of this world, and callers of its organisations."""

    settings: Settings
    fhir_base: str
    issuer: Issuer = field(default_factory=lambda: Issuer(ISSUER))
    resources: list[dict[str, Any]] = field(default_factory=list)

    def number(self, of: int) -> str:
        return organisation_number(FIRST + of)

    def visible(self, *numbers: str) -> set[str]:
        """What callers of these organisations may see, by the tags on the server; a person's word takes from it."""
        words = {number for number in numbers if number.startswith(DENIED)}
        return {ref(r) for r in self.resources if tags(r) & set(numbers) and not tags(r) & words}

    def word(self, hpr: str) -> str:
        """By which a person is known that a patient has shut out."""
        return denied(ids_of(self.settings), Identifier(HPR, hpr))

    def run(self, asking: Callable[[Client], Awaitable[Any]], *organisations: int, **wanted: Any) -> Any:
        """Call the gateway as somebody of these organisations (the first is the token's, others its child's)."""

        async def within() -> Any:
            async with self.opened() as http:
                return await asking(Client(self, http, self.wanted(*organisations, **wanted)))

        return asyncio.run(within())

    def wanted(self, *organisations: int, **wanted: Any) -> Wanted:
        numbers = [self.number(of) for of in organisations] + ["", ""]
        return Wanted(orgnr_parent=numbers[0], orgnr_child=numbers[1], **wanted)

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[httpx.AsyncClient]:
        async with FhirClient(self.fhir_base) as client:
            services = make_services(self.settings, client)
            door = Door(
                verifier=Verifier(issuer=ISSUER, audience="heimveg", keys=PublishedKeys(self.issuer)),
                proofs=Proofs(first_use=first_use(services.sessions)),
                ids=ids_of(self.settings),
            )
            with application(replace(services, door=door)) as app:
                transport = httpx.ASGITransport(app, raise_app_exceptions=False)
                async with httpx.AsyncClient(transport=transport, base_url=BASE, timeout=60) as http:
                    yield http
            await services.ledger.close()
            await services.engine.dispose()


@dataclass
class Client:
    """A caller: every request has its token and a fresh proof."""

    world: World
    http: httpx.AsyncClient
    wanted: Wanted
    token: str = ""

    def __post_init__(self) -> None:
        self.token = self.world.issuer.token(self.wanted)

    async def send(self, method: str, path: str, **more: Any) -> httpx.Response:
        address = f"{BASE}{path}".partition("?")[0]
        proof = self.world.issuer.proof(method, address, self.token)
        headers = {"Authorization": f"DPoP {self.token}", "DPoP": proof, **more.pop("headers", {})}
        return await self.http.request(method, path, headers=headers, **more)

    async def get(self, path: str, **more: Any) -> httpx.Response:
        return await self.send("GET", path, **more)

    async def search(self, type_: str, pairs: list[tuple[str, str]]) -> httpx.Response:
        form = httpx.QueryParams(pairs)
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        return await self.send("POST", f"/fhir/{type_}/_search", content=str(form), headers=headers)

    async def found(self, type_: str, *pairs: tuple[str, str]) -> list[dict[str, Any]]:
        """Every resource of every page."""
        answer = await self.search(type_, list(pairs))
        assert answer.status_code == 200, answer.text
        entries = []
        while True:
            bundle = answer.json()
            entries += [entry["resource"] for entry in bundle.get("entry", ())]
            following = [link["url"] for link in bundle["link"] if link["relation"] == "next"]
            if not following:
                return entries
            answer = await self.get(following[0].removeprefix(BASE))
            assert answer.status_code == 200, answer.text


def ref(resource: dict[str, Any]) -> str:
    return f"{resource['resourceType']}/{resource['id']}"


def tags(resource: dict[str, Any]) -> set[str]:
    return {tag["code"] for tag in resource.get("meta", {}).get("tag", ()) if tag.get("system") == ACCESS}


async def _projected(settings: Settings) -> None:
    async with parts(settings) as made, FhirClient(settings.fhir_base) as client:
        services = make_services(settings, client)
        for body in messages():
            outcome = await services.intake.take(Raw(body=body, received=START))
            assert getattr(outcome, "answer", None) == "accepted", outcome
        async with services.sessions() as session:
            rows = (await session.execute(select(col(Message.id)).order_by(col(Message.id)))).scalars().all()
        for row in rows:
            await Turn(projector=made.projector, message=row).take()
        entries = make_entries(settings, services.sessions)
        for telling in blocks():
            assert isinstance(await entries.enter(telling), Entered)
        async with services.sessions() as session:
            keys = (await session.execute(select(col(Entry.identifier_key)))).scalars().all()
        for key in keys:
            await made.projector.person(key)
        await services.engine.dispose()


async def _everything(settings: Settings) -> list[dict[str, Any]]:
    """Every resource of the world that the FHIR server holds, as the log remembers to have sent it."""
    from hub.delivery.content import Ref
    from hub.log.tables import Delivered

    async with FhirClient(settings.fhir_base) as client:
        services = make_services(settings, client)
        async with services.sessions() as session:
            rows = await session.execute(select(col(Delivered.resource_type), col(Delivered.resource_id)))
            refs = [Ref(type_, id_) for type_, id_ in rows]
        held = await client.read_all(refs)
        await services.engine.dispose()
    return list(held.values())


@pytest.fixture(scope="session")
def world(postgres_server: Any, migrated_template: str, fhir: Any, tmp_path_factory: pytest.TempPathFactory) -> World:
    """The same for all tests here: they only read."""
    home: Path = tmp_path_factory.mktemp("security")
    settings = load_settings(
        database_url=postgres_server.copy_of(migrated_template),
        fhir_url=fhir.base,
        home=home,
        requests_per_minute=0,
        webhooks_anywhere=True,
        policies=f"access_days={ACCESS_DAYS}",
    )
    ensure_keys(settings)
    asyncio.run(_projected(settings))
    return World(settings=settings, fhir_base=fhir.base, resources=asyncio.run(_everything(settings)))
