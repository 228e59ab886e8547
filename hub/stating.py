"""FHIR resources that callers write: checked on the log as it is now, stored as entries, shown at once.

One transaction is about one patient, and all of it is stored or nothing. What holds is computed from the log; the
version that ``If-Match`` names is the FHIR server's, as it was last written there, and only while the newest entry is
what it shows. Writers about one person come one after the other.
"""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC
from typing import Any, cast
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from hub import doors
from hub.access.caller import Caller
from hub.contract import ORGANISASJONSNUMMER, Document, Fault, Identifier, Party, Projection, Resource
from hub.delivery.content import Ref, canonical, ref_of
from hub.delivery.difference import Change
from hub.delivery.transaction import ordered
from hub.entries import NotEntered, Telling, entries_about
from hub.errors import AdapterFailedError
from hub.gateway import profile
from hub.gateway.allowed import SHARED
from hub.gateway.exact import dumps
from hub.gateway.outcome import Trouble, WriteError
from hub.gateway.visible import is_visible
from hub.log.keys import time_ordered_id
from hub.log.tables import Delivered, Directory, Entry
from hub.person import Effective, Person, effective, look
from hub.precondition import Standing, unmet
from hub.statements import Statement, Stored, changed, identifiers, replaced
from hub.writing import Writing

KIND = "fhir-ressurs"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Log:
    """One patient as the log shows them now."""

    person: Person
    documents: Sequence[Document]
    resources: Mapping[Ref, Resource]
    projection: Projection
    left_out: frozenset[UUID]

    @property
    def versions(self) -> Mapping[str, Sequence[Any]]:
        return doors.history(self.documents)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """One statement on its way: the entry that it becomes, and the resource that it is about."""

    statement: Statement
    entry: UUID
    ref: Ref
    held: Entry | None = None
    existing: Ref | None = None
    """What ``If-None-Exist`` has found."""


Noted = Callable[[str, Sequence[Ref], str], Awaitable[None]]
"""Writes down, before anything is stored or shown: the action (``C``, ``U``, ``R``), of what, about which patient."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stating:
    """What writing resources needs: the same as what parties tell of a stay."""

    writing: Writing
    caller: Caller
    noted: Noted
    _addresses: dict[str, str] = field(default_factory=dict)

    async def write(self, statements: Sequence[Statement]) -> list[Stored]:
        """All or nothing; raises ``WriteError``."""
        async with self.writing.sessions() as session, session.begin():
            lane = await self._lane(session, statements)
            person = await look(session, [lane])
            await self.writing.alone(session, person)
            log = await self._log(session, person)
            asked = [await self._asked(session, number, one, log) for number, one in enumerate(statements)]
            done = await self._store(session, asked, log)
        if all(one.shown for one in done):
            return done
        delivery = await self.writing.deliver(person.key)
        refused = {change.ref for change, _ in delivery.refused} if delivery else set()
        return [
            replace(one, shown=delivery is not None and one.ref not in refused, refused=one.ref in refused)
            for one in done
        ]

    async def versions(self, ref: Ref) -> list[Any] | None:
        """What people wrote of a resource, oldest first, as far as the caller sees it; None where there is none."""
        async with self.writing.sessions() as session, session.begin():
            sent = await session.get(Delivered, tuple(ref))
            if sent is None:
                return None
            log = await self._log(session, await look(session, [sent.lane]))
        held = log.resources.get(ref)
        if held is None or not is_visible(held, self.caller):
            return None
        await self.noted("R", [ref], _patient_of(log))
        return [one for one in log.versions.get(str(ref), ()) if self._sees(one[0].head.message_id, log)]

    def _sees(self, entry: str, log: _Log) -> bool:
        """The Provenance of a version is open to exactly those to whom the version was."""
        made = log.resources.get(Ref("Provenance", self.writing.maker.ids("Provenance", "entry", entry)))
        return made is not None and is_visible(made, self.caller)

    # --- whom it is about

    async def _lane(self, session: AsyncSession, statements: Sequence[Statement]) -> str:
        """The one patient's lane; who is not a party of the patient is told no more than that there is none."""
        lanes = set()
        for one in statements:
            wanted = Ref(one.type, one.id) if one.id else _patient(one)
            found = await session.get(Delivered, (wanted.type, wanted.id)) if wanted else None
            if found is None or found.lane == "directory":
                raise WriteError("update-create", where=one.place) if one.id else _dangling(one)
            lanes.add((await look(session, [found.lane])).key)
        if len(lanes) != 1:
            raise WriteError("two-patients")
        return lanes.pop()

    async def _log(self, session: AsyncSession, person: Person) -> _Log:
        maker = self.writing.maker
        messages = await effective(session, person, maker.remembered.recall)
        rows: list[Effective] = [*messages, *await entries_about(session, person)]
        made = await asyncio.to_thread(maker.make, rows, self.writing.clock())
        documents = await asyncio.to_thread(maker.readable, rows)
        return _Log(
            person=person,
            documents=list(documents.values()),
            resources={ref_of(r): r for r in made.projection.resources},
            projection=made.projection,
            left_out=frozenset(made.left_out),
        )

    # --- what is asked

    async def _asked(self, session: AsyncSession, number: int, one: Statement, log: _Log) -> _Asked:
        entry = self._entry_id(one, number)
        held = await session.get(Entry, entry) if one.once else None
        new = Ref(one.type, one.id or self.writing.maker.ids(one.type, "stated", str(entry)))
        existing = self._existing(one, log)
        if one.known_as:
            self._addresses[one.known_as] = str(existing or new)
        return _Asked(statement=one, entry=entry, ref=existing or new, held=held, existing=existing)

    def _entry_id(self, one: Statement, number: int) -> UUID:
        if one.once is None:
            return time_ordered_id()
        numbers = ",".join(sorted(self.caller.numbers or ()))
        return UUID(self.writing.maker.ids("entry", self.caller.client, numbers, one.once, "fhir", str(number)))

    def _existing(self, one: Statement, log: _Log) -> Ref | None:
        if one.unless is None:
            return None
        found = [
            ref
            for ref, resource in log.resources.items()
            if ref.type == one.type and one.unless in identifiers(resource) and is_visible(resource, self.caller)
        ]
        if len(found) > 1:
            raise WriteError("several", where=one.place)
        return found[0] if found else None

    # --- storing

    async def _store(self, session: AsyncSession, asked: Sequence[_Asked], log: _Log) -> list[Stored]:
        by = self._party(log)
        same = [one.ref if one.statement.id else (one.ref.type, one.statement.unless) for one in asked if _named(one)]
        if len(set(same)) < len(same):
            raise WriteError("twice")
        tellings = [await self._telling(session, one, log, by) for one in asked]
        await self._note(asked, log)
        for one, telling in zip(asked, tellings, strict=True):
            if telling is not None:
                entered = await self.writing.entries.enter_in(session, telling)
                if isinstance(entered, NotEntered):
                    raise WriteError("rule", [Trouble(entered.reason, one.statement.place, entered.detail)])
        if any(tellings):
            await self._accepted(session, asked, log)
        return [
            Stored(ref=one.ref, created=telling is not None and not one.statement.id, shown=telling is None)
            for one, telling in zip(asked, tellings, strict=True)
        ]

    async def _telling(self, session: AsyncSession, one: _Asked, log: _Log, by: Party) -> Telling | None:
        """The entry to store; None where nothing is to be stored: it is there already, or nothing is changed."""
        resource = self._addressed(one)
        stated = dumps(resource).decode()
        if one.held is not None and not self._is_same(one.held, str(one.ref), stated):
            raise WriteError("key-used-before", where=one.statement.place)
        if one.held is not None or one.existing is not None:
            return None
        before = log.resources.get(one.ref) if one.statement.id else None
        if one.statement.id:
            if before is None or not is_visible(before, self.caller):
                raise WriteError("update-create", where=one.statement.place)
            await self._match(session, one, before, log)
        versions = log.versions.get(str(one.ref), ())
        differing = changed(resource, before)
        if before is not None and not differing:
            return None
        of_messages = before if not versions or versions[0][1].changed else None
        self._check(one, resource, of_messages, differing, log)
        changes = {*differing, *(versions[-1][1].changed.split() if versions else ())} if of_messages else set()
        return Telling(
            id=one.entry,
            kind=KIND,
            values={
                "target": str(one.ref),
                "version": len(versions) + 1,
                "resource": stated,
                "changed": " ".join(sorted(changes)),
                "hpr": self.caller.hpr,
            },
            by=by,
            author=self.caller.name or self.caller.client,
            told=self.writing.clock().astimezone(UTC),
            persons=_persons(log.documents),
        )

    def _addressed(self, one: _Asked) -> Resource:
        """With the ids of the other resources of the transaction in place of their ``urn:uuid``."""
        whole = cast(Resource, replaced(one.statement.resource, self._addresses))
        return {**whole, "id": one.ref.id}

    def _is_same(self, held: Entry, target: str, stated: str) -> bool:
        first = cast(Any, self.writing.entries.load(zlib.decompress(held.dumped), b"")).said
        return (getattr(first, "target", ""), getattr(first, "resource", "")) == (target, stated)

    async def _match(self, session: AsyncSession, one: _Asked, before: Resource, log: _Log) -> None:
        """Who changes something says which version they have seen."""
        sent = await session.get(Delivered, tuple(one.ref))
        versions = log.versions.get(str(one.ref), ())
        now = Standing(
            newest=versions[-1][0].head.message_id if versions else None,
            shown_from=sent.source if sent else None,
            version=sent.server_version if sent else None,
        )
        made_from = one.statement.resource.get("meta", {}).get("source")
        if code := unmet(one.statement.match, made_from, now):
            await self._note_read(one, log)
            etag = f'W/"{now.seen}"' if now.seen else ""
            raise WriteError(code, where=one.statement.place, current=before, etag=etag)

    # --- checks

    def _check(
        self, one: _Asked, resource: Resource, of_messages: Resource | None, changed: set[str], log: _Log
    ) -> None:
        """Every rule at once, each trouble by its path."""
        place = f"{one.statement.place}." if one.statement.place else ""
        troubles = [
            Trouble(fault.code, f"{place}{fault.path}", fault.text)
            for fault in doors.faults(resource, of_messages, changed)
        ]
        before = log.resources.get(one.ref)
        if before is not None and doors.subject_of(before) != doors.subject_of(resource):
            raise WriteError("other-patient", troubles, where=f"{place}{one.ref.type}")
        if troubles:
            raise WriteError("rule", troubles)

    async def _accepted(self, session: AsyncSession, asked: Sequence[_Asked], before: _Log) -> None:
        """The projection with the new entries: everything is in it, everything referred to is there, in no circle."""
        after = await self._log(session, before.person)
        if after.left_out - before.left_out:
            raise WriteError("unmappable")
        for one in asked:
            held = after.resources.get(one.ref)
            if held is None or not is_visible(held, self.caller):
                raise WriteError("unmappable", where=one.statement.place)
            troubles = [t async for t in self._unheld(session, one, after)]
            if troubles:
                raise WriteError("dangling", troubles)
        for one in asked:
            if faults := _among(one.ref, after, self.caller) - _among(one.ref, before, self.caller):
                place = f"{one.statement.place}." if one.statement.place else ""
                raise WriteError("rule", [Trouble(f.code, f"{place}{f.path}", f.text) for f in faults])
        try:
            ordered([Change(ref=ref, resource=r, body=canonical(r), kind="new") for ref, r in after.resources.items()])
        except AdapterFailedError:
            raise WriteError("circle") from None
        await self._by_profile([(one.statement.place, after.resources[one.ref]) for one in asked])

    async def _by_profile(self, asked: Sequence[tuple[str, Resource]]) -> None:
        """What the FHIR server would refuse, or keep against its profile, is refused before it is stored."""
        projector = self.writing.projector
        if projector is None or projector.sender.breaker.is_open:
            return
        if found := await profile.troubles(projector.sender.client, asked):
            raise WriteError("profile", found)

    async def _unheld(self, session: AsyncSession, one: _Asked, after: _Log) -> Any:
        """References to what is not there, is another patient's, or is not for this caller: all told alike."""
        place = f"{one.statement.place}." if one.statement.place else ""
        for path, to in doors.references(self._addressed(one)):
            type_, _, id_ = to.partition("/")
            held = after.resources.get(Ref(type_, id_))
            if held is not None and is_visible(held, self.caller):
                continue
            if type_ not in SHARED or await session.get(Directory, (type_, id_)) is None:
                error = WriteError("dangling")
                yield Trouble("dangling", f"{place}{path}.reference", error.reason.text)

    # --- who, and for whom

    def _party(self, log: _Log) -> Party:
        """The organisation that writes, as the newest message knows it."""
        numbers = self.caller.numbers
        if numbers is None:
            return Party(name=self.caller.name or self.caller.client, identifiers=())
        found = [party for party in _parties(log.documents) if not numbers.isdisjoint(_values(party))]
        own = [party for party in found if {self.caller.child, self.caller.parent} & _values(party)]
        if own or found:
            return (own or found)[0]
        number = self.caller.child or self.caller.parent
        if not number:
            raise WriteError("not-party")
        return Party(name=self.caller.name, identifiers=(Identifier(ORGANISASJONSNUMMER, number),))

    async def _note(self, asked: Sequence[_Asked], log: _Log) -> None:
        for one in asked:
            await self.noted("U" if one.statement.id else "C", [one.ref], _patient_of(log))

    async def _note_read(self, one: _Asked, log: _Log) -> None:
        await self.noted("R", [one.ref], _patient_of(log))


def _among(ref: Ref, log: _Log, caller: Caller) -> set[Fault]:
    """What is wrong with a plan beside the others that its author sees: who may not see a plan does not learn of it."""
    plans = {str(at): r for at, r in log.resources.items() if at.type == "CarePlan" and is_visible(r, caller)}
    own = plans.pop(str(ref), None)
    return set(doors.among(own, plans, log.versions)) if own else set()


def _named(one: _Asked) -> bool:
    """Whether it says which resource it is: by id, or by the identifier that none may have."""
    return bool(one.statement.id or one.statement.unless)


def _patient(one: Statement) -> Ref | None:
    type_, _, id_ = doors.subject_of(one.resource).partition("/")
    return Ref(type_, id_) if type_ == "Patient" and id_ else None


def _dangling(one: Statement) -> WriteError:
    error = WriteError("dangling")
    place = f"{one.place}." if one.place else ""
    return WriteError("dangling", [Trouble("dangling", f"{place}{one.type}.subject", error.reason.text)])


def _patient_of(log: _Log) -> str:
    return next((r.id for r, held in log.resources.items() if r.type == "Patient" and held.get("active", True)), "")


def _persons(documents: Sequence[Document]) -> tuple[Identifier, ...]:
    """As the newest message knows the patient."""
    told = [d for d in documents if d.head.persons]
    return max(told, key=lambda d: (d.head.generated.timestamp(), d.head.message_id)).head.persons if told else ()


def _parties(documents: Sequence[Document]) -> Iterator[Party]:
    """Everybody who sent or got something, the newest first."""
    for document in sorted(documents, key=lambda d: d.head.generated.timestamp(), reverse=True):
        yield from (document.head.sender, document.head.receiver, *document.head.copies)


def _values(party: Party) -> set[str]:
    return {identifier.value for identifier in party.identifiers}
