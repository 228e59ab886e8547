"""Project everybody again: after a corrected mapping, a lost FHIR server, or only to see what would change."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field

import orjson
import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from hub.delivery import memory
from hub.delivery.content import Ref
from hub.delivery.difference import Change, difference
from hub.delivery.mentions import Candidate, newest
from hub.errors import FatalError
from hub.indicators.keep import differences, keep
from hub.log.states import Lane
from hub.person import Person, everyone, hold_person
from hub.project import Projector

AT_ONCE = 4
EXAMPLES = 5

Progress = Callable[[int, int], None]
"""How many persons are done, of how many."""

log = structlog.get_logger()


@dataclass(slots=True, kw_only=True)
class Summary:
    """What a rebuild did, or would do: counts by (type, kind), and a few ids of each."""

    persons: int = 0
    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    examples: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    unchanged: int = 0
    left_out: int = 0
    failed: int = 0

    def add(self, changes: Iterable[Change]) -> None:
        """Count these."""
        for change in changes:
            this = (change.ref.type, change.kind)
            self.counts[this] += 1
            shown = self.examples.setdefault(this, [])
            if len(shown) < EXAMPLES:
                shown.append(change.ref.id)

    @property
    def well(self) -> bool:
        """Whether every message could be read, mapped and delivered."""
        return not (self.left_out or self.failed)


async def rebuild(projector: Projector, *, forget: bool = False, progress: Progress | None = None) -> Summary:
    """Deliver whatever differs from what the log says. ``forget``: as if the FHIR server held nothing certain."""
    if forget:
        async with AsyncSession(projector.engine) as session, session.begin():
            await memory.doubt_everything(session)
    summary = Summary()

    async def one(person: Person) -> None:
        try:
            delivery = await projector.person(person.key)
        except FatalError as error:
            log.warning("a person's projection failed", error=str(error))
            summary.failed += 1
            return
        summary.add(change for change, _ in delivery.written)
        summary.failed += len(delivery.refused)

    await each_person(projector, one, summary, progress)
    numbers = await keep(projector.engine, projector.sender, projector.maker.ids, projector.clock())
    summary.add(change for change, _ in numbers.written)
    summary.failed += len(numbers.refused)
    return summary


async def preview(projector: Projector, *, progress: Progress | None = None) -> Summary:
    """What ``rebuild`` would send. Nothing is sent or changed."""
    summary = Summary()
    shared: dict[Ref, Candidate] = {}

    async def one(person: Person) -> None:
        async with hold_person(projector.engine, person.key) as (held, now):
            work = await projector.compute(held, now)
            found = await projector.compare(held, work)
        for ref, candidate in newest(work.made.projection.mentions).items():
            if ref not in shared or shared[ref].stamp < candidate.stamp:
                shared[ref] = candidate
        summary.add(found.changes)
        summary.unchanged += found.unchanged
        summary.left_out += len(work.made.left_out)

    await each_person(projector, one, summary, progress)
    await _directory(projector, shared, summary)
    for found in await differences(projector.engine, projector.maker.ids, projector.clock()):
        summary.add(found.changes)
        summary.unchanged += found.unchanged
    return summary


async def _directory(projector: Projector, shared: Mapping[Ref, Candidate], summary: Summary) -> None:
    async with AsyncSession(projector.engine) as session, session.begin():
        known = await memory.known_in(session, [Lane.DIRECTORY])
    found = difference((orjson.loads(candidate.body) for candidate in shared.values()), known)
    summary.add(change for change in found.changes if change.ref in shared)
    summary.unchanged += found.unchanged


async def each_person(
    projector: Projector, do: Callable[[Person], Awaitable[None]], summary: Summary, progress: Progress | None
) -> None:
    """A few persons at a time, in order of key."""
    people = await everyone(projector.engine)
    places = asyncio.Semaphore(AT_ONCE)

    async def one(person: Person) -> None:
        async with places:
            await do(person)
        summary.persons += 1
        if progress is not None:
            progress(summary.persons, len(people))

    async with asyncio.TaskGroup() as group:
        for person in people:
            group.create_task(one(person))
