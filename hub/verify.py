"""Compare what the FHIR server holds with what it should hold, by id and content; on request, send again what differs.

``delivered`` is a memory, not the truth about the server: what should be held is computed from the log once more. Only
of indicators what was sent last is what should be held, until their night.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from hub.contract import Mention, Resource
from hub.delivery import memory
from hub.delivery.content import Ref, ref_of, unpacked
from hub.delivery.deliver import Delivering
from hub.delivery.difference import difference
from hub.delivery.equal import same
from hub.delivery.recheck import held_by_server
from hub.delivery.withdraw import can_be_withdrawn, withdrawn
from hub.directory import bring_up_to_date
from hub.lanes import Held, hold
from hub.log.states import Lane
from hub.log.tables import Delivered, Directory
from hub.person import Person, hold_person
from hub.project import Projector
from hub.rebuild import Progress, Summary, each_person

OURS = (
    "Patient", "Encounter", "Task", "CarePlan", "Composition", "DocumentReference", "Binary", "Provenance",
    "Organization", "Practitioner", "PractitionerRole",
)  # fmt: skip
"""Always searched for resources that nobody remembers; and every type that was ever delivered."""


@dataclass(slots=True, kw_only=True)
class Findings:
    """Resources that differ, by id; and how many are as they should be."""

    right: int = 0
    missing: list[Ref] = field(default_factory=list)
    different: list[Ref] = field(default_factory=list)
    extra: list[Ref] = field(default_factory=list)
    repaired: int = 0

    @property
    def wrong(self) -> list[Ref]:
        """What sending again can mend."""
        return [*self.missing, *self.different]

    def take(self, wanted: Iterable[Resource], held: Mapping[Ref, Resource]) -> list[Ref]:
        """Compare; returns what is wrong among these."""
        wrong = []
        for resource in wanted:
            ref = ref_of(resource)
            if ref in held and same(resource, held[ref]):
                self.right += 1
            else:
                (self.different if ref in held else self.missing).append(ref)
                wrong.append(ref)
        return wrong


async def verify(projector: Projector, *, repair: bool = False, progress: Progress | None = None) -> Findings:
    """All persons, the directory and the indicators. ``repair`` puts in doubt what is wrong and sends it again."""
    findings, known = Findings(), set[Ref]()

    async def one(person: Person) -> None:
        async with hold_person(projector.engine, person.key) as (held, now):
            wrong = await _person(projector, held, now, findings, known)
            await _doubt(held, wrong if repair else [])
        if repair and wrong:
            delivery = await projector.person(person.key)
            findings.repaired += len({change.ref for change, _ in delivery.written} & set(wrong))

    await _directory(projector, findings, known, repair=repair)
    await _indicators(projector, findings, known, repair=repair)
    await each_person(projector, one, Summary(), progress)
    findings.extra = await _extra(projector, known)
    return findings


async def _person(projector: Projector, held: Held, person: Person, findings: Findings, known: set[Ref]) -> list[Ref]:
    work = await projector.compute(held, person)
    wanted = list(work.made.projection.resources)
    refs = {ref_of(resource) for resource in wanted}
    async with held.session() as session, session.begin():
        rows = await memory.known_in(session, [person.key])
        gone = await memory.bodies(session, rows.keys() - refs)
    known.update(refs, rows)
    kept = [orjson.loads(unpacked(body)) for ref, body in gone.items() if body and can_be_withdrawn(ref.type)]
    # What is not wanted any more stays on the server, saying so; unless a message could not be mapped just now.
    wanted += kept if work.made.left_out else map(withdrawn, kept)
    found = await held_by_server(projector.sender.client, {ref_of(resource) for resource in wanted})
    return findings.take(wanted, found)


async def _doubt(held: Held, wrong: list[Ref]) -> None:
    if wrong:
        async with held.session() as session, session.begin():
            await memory.doubt(session, wrong)


async def _directory(projector: Projector, findings: Findings, known: set[Ref], *, repair: bool) -> None:
    async with hold(projector.engine, [Lane.DIRECTORY]) as held:
        async with held.session() as session, session.begin():
            rows = (await session.execute(select(Directory))).scalars().all()
        wanted = {Ref(row.resource_type, row.resource_id): row for row in rows}
        resources = [orjson.loads(unpacked(row.body)) for row in rows]
        found = await held_by_server(projector.sender.client, wanted)
        wrong = findings.take(resources, found)
        await _doubt(held, wrong if repair else [])
    known.update(wanted)
    if repair and wrong:
        mentions = [_mention(wanted[ref]) for ref in wrong]
        findings.repaired += len(await bring_up_to_date(projector.engine, projector.sender, mentions))


async def _indicators(projector: Projector, findings: Findings, known: set[Ref], *, repair: bool) -> None:
    """Against the numbers that were sent last: newer ones come with the night, and are no fault of the server."""
    async with hold(projector.engine, [Lane.INDICATORS]) as held:
        async with held.session() as session, session.begin():
            refs = set(await memory.known_in(session, [Lane.INDICATORS]))
            sent = await memory.bodies(session, refs)
        wanted = [orjson.loads(unpacked(body)) for body in sent.values() if body is not None]
        wrong = set(findings.take(wanted, await held_by_server(projector.sender.client, refs)))
        known.update(refs)
        if not repair or not wrong:
            return
        await _doubt(held, list(wrong))
        async with held.session() as session, session.begin():
            doubted = await memory.known_in(session, [Lane.INDICATORS], wrong)
        changes = difference((one for one in wanted if ref_of(one) in wrong), doubted).changes
        delivery = await Delivering(held=held, sender=projector.sender, lane=Lane.INDICATORS).deliver(changes)
        findings.repaired += len(delivery.written)


def _mention(row: Directory) -> Mention:
    return Mention(resource=orjson.loads(unpacked(row.body)), at=row.at, message_id=row.message_id)


async def _extra(projector: Projector, known: set[Ref]) -> list[Ref]:
    """What the server holds of our types and the log knows nothing of; somebody else wrote it."""
    async with AsyncSession(projector.engine) as session:
        statement = select(col(Delivered.resource_type)).distinct()
        types: set[str] = set((await session.execute(statement)).scalars()) | set(OURS)
    found: list[Ref] = []
    for type_ in sorted(types):
        found += [ref async for ref in projector.sender.client.all_of(type_) if ref not in known]
    return found


def report(findings: Findings, examples: int) -> dict[str, Any]:
    """Counts, and the ids of a few."""
    groups = {"missing": findings.missing, "different": findings.different, "extra": findings.extra}
    counts = {name: len(refs) for name, refs in groups.items()}
    shown = {name: [str(ref) for ref in sorted(refs)[:examples]] for name, refs in groups.items() if refs}
    return {"right": findings.right, **counts, "repaired": findings.repaired, "examples": shown}
