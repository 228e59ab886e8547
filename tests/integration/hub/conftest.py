"""A hub in the test's own process, with a source format and a mapping of our own that can be told to fail.

The parts around them (PostgreSQL, HAPI, queue, transport) are real. The format is ``<note id= person= .../>``.
"""

from __future__ import annotations

import re
import threading
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from socket import socket
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import orjson
import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel import SQLModel

from adapters.kith.samples import PARTIES, Address, Case, Service, Virksomhet, person
from adapters.kith.samples.parties import organisation_number
from hub import doors
from hub.contract import (
    HER_ID,
    Document,
    Fault,
    Head,
    Identifier,
    Ids,
    Issue,
    Mention,
    Party,
    Projection,
    Raw,
    Rejection,
    Resource,
    StayRow,
)
from hub.delivery.breaker import Breaker, Pace
from hub.delivery.client import FhirClient
from hub.delivery.content import Ref
from hub.delivery.recheck import held_by_server
from hub.delivery.send import Sender
from hub.intake import Intake, Outcome, Unfit
from hub.log.database import Sessions, connect, sessions
from hub.making import Maker
from hub.plugins import Plugin, installed
from hub.project import Projector
from hub.settings import Settings, ids_of
from hub.turn import Turn

FNR = "urn:oid:2.16.578.1.12.4.1.4.1"
LOCAL = "urn:oid:2.16.578.1.12.4.1.4.999"
RECEIVED = datetime(2026, 3, 4, 9, 15, tzinfo=UTC)
NOWHERE = "http://127.0.0.1:9/fhir"
ATTRIBUTE = re.compile(rb'(\w+)="([^"]*)"')


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """The document: what the attributes say."""

    head: Head
    said: dict[str, str]
    original: bytes
    issues: tuple[Issue, ...] = ()


class NoteAdapter:
    """Reads notes. ``fails`` makes the adapter raise, ``wrong`` makes the note the sender's mistake."""

    name = "note"

    def accepts(self, raw: Raw) -> bool:
        return raw.body.lstrip().startswith(b"<note")

    def read(self, raw: Raw) -> Document | Rejection:
        said = {name.decode(): value.decode() for name, value in ATTRIBUTE.findall(raw.body)}
        if "fails" in said:
            raise KeyError(said["fails"])
        head = _head(said)
        if "wrong" in said:
            return Rejection(
                faults=(Fault(code="E10", text="Feil"),), message_id=said["id"], head=head, answerable=True
            )
        return Note(head=head, said=said, original=raw.body)

    def receipt(self, raw: Raw, outcome: Document | Rejection, *, id: str, at: datetime) -> bytes | None:
        return f"<receipt id='{id}' ok='{not isinstance(outcome, Rejection)}'/>".encode()

    def same(self, first: Raw, second: Raw) -> bool:
        return first.body.replace(b"\r\n", b"\n") == second.body.replace(b"\r\n", b"\n")


def _head(said: dict[str, str]) -> Head:
    def party(name: str) -> Party:
        return Party(name=name, identifiers=(Identifier(system=HER_ID, value=name),))

    return Head(
        message_id=said["id"],
        type="NOTE",
        version="1",
        series="N",
        sender=party(said.get("sender", "100")),
        receiver=party(said.get("receiver", "200")),
        copies=tuple(party(name) for name in said.get("copies", "").split(",") if name),
        persons=tuple(
            Identifier(system=LOCAL if name.startswith("local") else FNR, value=name)
            for name in said["person"].split(",")
        ),
        generated=RECEIVED + timedelta(minutes=int(said.get("minute", "0"))),
    )


def note(id: str | None = None, person: str = "kari", **said: str) -> bytes:
    """A note's bytes."""
    attributes = " ".join(
        f'{name}="{value}"' for name, value in {"id": id or str(uuid4()), "person": person, **said}.items()
    )
    return f"<note {attributes}/>\n".encode()


def dump(document: Document) -> bytes:
    assert isinstance(document, Note)
    return orjson.dumps(document.said)


def load(dumped: bytes, original: bytes) -> Document:
    said = orjson.loads(dumped)
    if "unreadable" in said:
        raise ValueError(said["unreadable"])
    return Note(head=_head(said), said=said, original=original)


@dataclass
class Mapping:
    """The mapping of notes; a test changes how it maps, as an update of the code would."""

    wording: str = "plan"
    tag: str = "before"
    mended: bool = False

    def __call__(self, documents: Iterable[Document], now: datetime, *, ids: Ids) -> Projection:
        notes = {n.head.message_id: n for n in documents if isinstance(n, Note)}
        in_order = sorted(notes.values(), key=lambda n: (n.head.generated, n.head.message_id))
        cancelled = {n.said["cancels"] for n in in_order if "cancels" in n.said}
        kept = [n for n in in_order if n.head.message_id not in cancelled]
        if not kept:
            return Projection(resources=())
        if not self.mended and any("breaks" in n.said for n in kept):
            raise KeyError("a value that must not be told")
        persons = sorted({i for n in in_order for i in n.head.persons}, key=lambda i: (i.system, i.value))
        patient = ids("patient", persons[0].system, persons[0].value)
        resources: list[Resource] = [
            {"resourceType": "Patient", "id": patient, "gender": kept[-1].said.get("gender", "unknown")}
        ]
        resources += [self._task(n, patient, now, ids) for n in kept]
        resources += [_binary(n, ids) for n in kept]
        issues = tuple(Issue(code="ODD", text="rart", path=f"{n.head.message_id}#a/b") for n in kept if "odd" in n.said)
        due = [RECEIVED + timedelta(minutes=int(n.said["due"])) for n in kept if "due" in n.said]
        ahead = [at for at in due if at > now]
        return Projection(
            resources=tuple(resources),
            mentions=tuple(_mention(n, ids) for n in kept),
            issues=issues,
            review_at=min(ahead, default=None),
            stays=(StayRow(id=ids("stay", persons[0].value), facts={"notes": len(kept)}),),
        )

    def _task(self, n: Note, patient: str, now: datetime, ids: Ids) -> Resource:
        late = "due" in n.said and RECEIVED + timedelta(minutes=int(n.said["due"])) <= now
        return {
            "resourceType": "Task",
            "id": ids("task", n.head.message_id),
            "meta": {"source": f"urn:uuid:{n.head.message_id}", "tag": [{"system": "urn:tag", "code": self.tag}]},
            "status": "not-a-status" if "refused" in n.said and not self.mended else "failed" if late else "requested",
            "intent": self.wording,
            "description": n.said.get("text", "uten tekst"),
            "for": {"reference": f"Patient/{patient}"},
            "owner": {"reference": f"Organization/{ids('organization', n.head.sender.name)}"},
        }


def _binary(n: Note, ids: Ids) -> Resource:
    return {
        "resourceType": "Binary",
        "id": ids("binary", n.head.message_id),
        "meta": {"source": f"urn:uuid:{n.head.message_id}"},
        "contentType": "application/xml",
        "data": "Tm90YXQ=",
    }


def _mention(n: Note, ids: Ids) -> Mention:
    resource = {
        "resourceType": "Organization",
        "id": ids("organization", n.head.sender.name),
        "name": n.said.get("name", f"Sykehus {n.head.sender.name}"),
    }
    return Mention(resource=resource, at=n.head.generated, message_id=n.head.message_id)


@dataclass(frozen=True, kw_only=True)
class Hub:
    """Everything of one hub, called directly."""

    settings: Settings
    engine: AsyncEngine
    sessions: Sessions
    intake: Intake
    projector: Projector
    client: FhirClient
    mapping: Mapping

    async def take(self, body: bytes, **headers: str) -> Outcome:
        outcome = await self.intake.take(Raw(body=body, received=RECEIVED, headers=headers))
        assert not isinstance(outcome, Unfit), outcome
        return outcome

    async def refused(self, body: bytes) -> Unfit:
        outcome = await self.intake.take(Raw(body=body, received=RECEIVED))
        assert isinstance(outcome, Unfit), outcome
        return outcome

    async def project(self, outcome: Outcome | UUID, **more: Any) -> str:
        row = outcome if isinstance(outcome, UUID) else outcome.id
        return await Turn(projector=self.projector, message=row, **more).take()

    async def deliver(self, *bodies: bytes) -> list[Outcome]:
        """One after the other."""
        outcomes = []
        for body in bodies:
            outcomes.append(await self.take(body))
            await self.project(outcomes[-1])
        return outcomes

    async def rows(self, table: type[SQLModel], **equal: Any) -> list[Any]:
        async with self.sessions() as session:
            statement = select(table)
            for name, value in equal.items():
                statement = statement.where(getattr(table, name) == value)
            return list((await session.execute(statement)).scalars())

    async def sql(self, statement: str, **values: Any) -> list[tuple[Any, ...]]:
        async with self.sessions() as session, session.begin():
            result = await session.execute(text(statement), values)
            return [tuple(row) for row in result] if result.returns_rows else []

    async def state(self, outcome: Outcome) -> str:
        ((state,),) = await self.sql("SELECT processing FROM message WHERE id = :id", id=outcome.id)
        return str(state)

    def ref(self, kind: str, *key: str) -> Ref:
        return Ref(kind, self.projector.maker.ids(kind.lower(), *key))

    async def held(self, *refs: Ref) -> dict[Ref, dict[str, Any]]:
        return await held_by_server(self.client, refs)

    async def one(self, ref: Ref) -> dict[str, Any]:
        return (await self.held(ref))[ref]


@asynccontextmanager
async def opened(
    settings: Settings, *, fhir: str = "http://127.0.0.1:9/fhir", now: datetime | None = None, patience: float = 60.0
) -> AsyncIterator[Hub]:
    engine = connect(settings)
    makers = sessions(engine)
    ids, mapping = ids_of(settings), Mapping()
    intake = Intake(
        sessions=makers,
        plugins=(Plugin(adapter=NoteAdapter(), version="1"),),
        ids=ids,
        dump=dump,
        max_bytes=settings.max_message_bytes,
    )
    async with FhirClient(fhir, timeout=patience) as client:
        breaker = Breaker(client.serves, Pace(patience=60, first=0.05, longest=0.5))
        projector = Projector(
            engine=engine,
            sender=Sender(client=client, breaker=breaker),
            maker=Maker(load=load, course=mapping, ids=ids),
        )
        if now is not None:
            projector = replace(projector, clock=lambda: now)
        try:
            yield Hub(
                settings=settings,
                engine=engine,
                sessions=makers,
                intake=intake,
                projector=projector,
                client=client,
                mapping=mapping,
            )
        finally:
            await breaker.close()
            await engine.dispose()


LATE: dict[str | None, Callable[[socket], object]] = {
    "lost": lambda connection: None,
    "slow": lambda connection: connection.recv(1),  # returns when the caller has closed
}


class Proxy:
    """A real HTTP server before the FHIR server that answers the next posts as ``faults`` says, then passes on.

    A number is an HTTP status; ``lost`` passes the request on and drops the answer; ``cut`` drops the request;
    ``slow`` passes the request on and keeps the answer until whoever asked has given up.
    """

    def __init__(self, base: str) -> None:
        self.target = urlsplit(base)
        self.faults: list[int | str] = []
        self.always: int | None = None
        self.before: Callable[[], None] | None = None
        """Called once, when the next post has come and before it is answered."""
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.server.daemon_threads = True
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,))
        self.thread.start()

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}{self.target.path}"

    def close(self) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()

    def interrupt(self) -> None:
        before, self.before = self.before, None
        if before is not None:
            before()

    def _handler(proxy) -> type[BaseHTTPRequestHandler]:  # noqa: N805
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_: Any) -> None:
                pass

            def do_GET(self) -> None:
                self.answer(*self.passed_on(b""))

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                proxy.interrupt()
                fault = proxy.always or (proxy.faults.pop(0) if proxy.faults else None)
                if isinstance(fault, int):
                    outcome = {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "conflict"}]}
                    self.answer(fault, orjson.dumps(outcome))
                elif fault == "cut":
                    self.close_connection = True
                elif fault in LATE:
                    self.passed_on(body)
                    LATE[fault](self.connection)
                    self.close_connection = True
                else:
                    self.answer(*self.passed_on(body))

            def passed_on(self, body: bytes) -> tuple[int, bytes]:
                connection = HTTPConnection(proxy.target.hostname or "", proxy.target.port, timeout=60)
                try:
                    headers = {
                        n: self.headers[n]
                        for n in ("Content-Type", "Accept", "Prefer", "X-Meta-Snapshot-Mode")
                        if n in self.headers
                    }
                    connection.request(self.command, self.path, body or None, headers)
                    answer = connection.getresponse()
                    return answer.status, answer.read()
                except OSError:
                    return 503, b""
                finally:
                    connection.close()

            def answer(self, status: int, body: bytes) -> None:
                self.send_response(status)
                self.send_header("Content-Type", "application/fhir+json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        return Handler


@pytest.fixture
def proxy(fhir_server: Any) -> Iterator[Proxy]:
    """What stands between the hub and the FHIR server, and can fail."""
    made = Proxy(fhir_server.base)
    yield made
    made.close()


OpenHub = Callable[..., AbstractAsyncContextManager[Hub]]


@pytest.fixture
def make_note() -> Callable[..., bytes]:
    """``make_note(id, person, **attributes)``."""
    return note


@pytest.fixture
def open_hub(database: Settings) -> OpenHub:
    """``async with open_hub() as hub``: on a fresh database; the FHIR server is away unless ``fhir`` names one."""
    return partial(opened, database)


@pytest.fixture
def open_fhir_hub(database: Settings, fhir_server: Any) -> OpenHub:
    """The same with the real FHIR server."""
    return partial(opened, database, fhir=fhir_server.base)


@asynccontextmanager
async def opened_real(settings: Settings, *, fhir: str, now: datetime | None = None) -> AsyncIterator[Hub]:
    """The same with the adapters and the mappings that users have."""
    async with opened(settings, fhir=fhir, now=now) as hub:
        maker = replace(hub.projector.maker, load=doors.load, course=doors.course_of(settings))
        intake = replace(hub.intake, plugins=installed(), dump=doors.dump)
        yield replace(hub, intake=intake, projector=replace(hub.projector, maker=maker))


@pytest.fixture
def open_real_hub(database: Settings, fhir: Any) -> OpenHub:
    """``async with open_real_hub(now=...) as hub``: real adapters, mappings, search parameters; time stands still."""
    return partial(opened_real, database, fhir=fhir.base)


@pytest.fixture(scope="session")
def strangers() -> Callable[..., Case]:
    """A stay of a new person at a new hospital and municipality: the FHIR server is shared by all tests."""
    numbers = count(7000)

    def making(start: datetime) -> Case:
        n = next(numbers)

        def address(level: int, name: str, unit: str) -> Address:
            number = organisation_number(2 * n + level)
            virksomhet = Virksomhet(name=f"{name} {n}", her_id=f"98{level}{n}", number=number)
            return Address(virksomhet=virksomhet, level2=Service(name=unit, her_id=f"97{level}{len(unit)}{n}"))

        parties = replace(
            PARTIES,
            hospital=address(0, "Sykehus", "Kirurgi"),
            sykepleietjeneste=address(1, "Kommune", "Pleie"),
            saksbehandling=address(1, "Kommune", "Sak"),
        )
        return Case(name=f"stranger {n}", start=start, patient=person(n, municipality=str(n)), parties=parties)

    return making
