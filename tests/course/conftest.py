"""Messages of synthetic stays, read by the real adapter and projected by the real course."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid5

import pytest

from adapters.kith import KithAdapter
from adapters.kith.samples import Address, Case
from adapters.kith.samples.case import NAMESPACE
from hub.contract import (
    ORGANISASJONSNUMMER,
    Document,
    Head,
    Identifier,
    Issue,
    Party,
    Projection,
    Raw,
    Rejection,
    Resource,
)
from hub.identity import id_maker
from mappings.course import DEFAULTS, Policies, course
from mappings.documents import Entered
from mappings.documents.said import Said
from mappings.identifiers import FNR
from mappings.norwegian_time import OSLO
from tests.course.stay_facts import PatientFacts, patient_facts

IDS = id_maker(b"a key for tests, nothing else")
ADMITTED = datetime(2026, 3, 2, 10, 0, tzinfo=OSLO)


@dataclass(frozen=True)
class Told:
    """A projection, with ways to look at it."""

    projection: Projection

    @property
    def everything(self) -> list[Resource]:
        return [*self.projection.resources, *(mention.resource for mention in self.projection.mentions)]

    @property
    def issues(self) -> tuple[Issue, ...]:
        return self.projection.issues

    def of(self, resource_type: str) -> list[Resource]:
        return [r for r in self.everything if r["resourceType"] == resource_type]

    def one(self, resource_type: str) -> Resource:
        (found,) = self.of(resource_type)
        return found

    def tasks(self, code: str) -> list[Resource]:
        return [t for t in self.of("Task") if t["code"]["coding"][0]["code"] == code]

    def task(self, code: str) -> Resource:
        (found,) = self.tasks(code)
        return found


def verdict(task: Resource) -> str:
    return part(task, "code")["valueCodeableConcept"]["coding"][0]["code"]


def part(task: Resource, url: str) -> dict[str, Any]:
    (extension,) = task["extension"]
    return next(p for p in extension["extension"] if p["url"] == url)


@pytest.fixture
def case() -> Case:
    return Case(name="stay", start=ADMITTED)


@pytest.fixture
def at() -> Callable[..., datetime]:
    """A Norwegian wall time in March 2026: ``at(day, hour, minute)``."""
    return lambda day, hour=12, minute=0: datetime(2026, 3, day, hour, minute, tzinfo=OSLO)


@pytest.fixture
def read() -> Callable[[bytes], Document]:
    def reading(body: bytes) -> Document:
        outcome = KithAdapter().read(Raw(body=body, received=datetime.now(UTC)))
        assert not isinstance(outcome, Rejection), outcome.faults
        return outcome

    return reading


@pytest.fixture
def told(read: Callable[[bytes], Document], at: Callable[..., datetime]) -> Callable[..., Told]:
    """``told(*messages, as_of=...)``: what the FHIR server should hold; noon on 20 March 2026 unless said."""

    def projecting(*told: bytes | Entered, as_of: datetime | None = None, policies: Policies = DEFAULTS) -> Told:
        documents = [one if isinstance(one, Entered) else read(one) for one in told]
        return Told(course(documents, as_of or at(20), ids=IDS, policies=policies))

    return projecting


@pytest.fixture
def facts(read: Callable[[bytes], Document], at: Callable[..., datetime]) -> Callable[..., PatientFacts]:
    """``facts(*messages and entries, as_of=..., policies=...)``: what the rules say of the stays, as plain values."""

    def working_out(
        *told: bytes | Entered, as_of: datetime | None = None, policies: Policies = DEFAULTS
    ) -> PatientFacts:
        documents = [one if isinstance(one, Entered) else read(one) for one in told]
        found = patient_facts(documents, as_of or at(20), policies=policies)
        assert found is not None
        return found

    return working_out


@pytest.fixture
def entry(case: Case) -> Callable[..., Entered]:
    """``entry(said, told, about=..., by=...)``: something that the municipality entered, about the stay of the case."""

    def entering(
        said: Said, told: datetime, *, about: str | None = None, by: Address | None = None, of: Case = case, **head: Any
    ) -> Entered:
        virksomhet = (by or of.parties.saksbehandling).virksomhet
        sender = Party(name=virksomhet.name, identifiers=(Identifier(ORGANISASJONSNUMMER, virksomhet.number),))
        key = f"{said.kind}|{told.isoformat()}|{said}"
        outside = {"message_id": str(uuid5(NAMESPACE, key)), "series": "N", **head}
        return Entered(
            head=Head(
                type=said.kind,
                version="1",
                sender=sender,
                receiver=Party(name="", identifiers=()),
                persons=(Identifier(FNR, of.patient.number),),
                generated=told,
                **outside,
            ),
            said=said,
            author="Fiktiv Saksbehandler",
            about=about,
        )

    return entering


@pytest.fixture
def ids() -> Iterator[Any]:
    yield IDS


@pytest.fixture
def judged() -> Callable[[Resource], str]:
    """The verdict word on a duty Task."""
    return verdict


@pytest.fixture
def why() -> Callable[[Resource], str]:
    """The reason that a duty Task gives."""
    return lambda task: part(task, "reason")["valueString"]
