"""The one way in: bytes and headers to an outcome. HTTP, the folder and the command line all call it.

An outcome is returned only after the commit, so whoever sends the receipt on has the message safe.
"""

from __future__ import annotations

import time
import zlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from uuid import UUID

import structlog
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncSession

from hub import metrics
from hub.access.caller import is_open
from hub.access.ledger import Access, Ledger
from hub.contract import AUDITED, ORGANISASJONSNUMMER, Document, Fault, Ids, Issue, Raw, Rejection
from hub.errors import AdapterFailedError, StoreUnavailableError
from hub.judge import Dump, Verdict, awaiting, judge
from hub.log import answered, persons, reading, store
from hub.log.database import Sessions
from hub.log.queue import defer_projection, defer_review
from hub.log.states import Acknowledgement, Processing
from hub.log.tables import Message, MessageIdentifier, StoredDocument
from hub.person import others_corrected
from hub.plugins import Plugin, parts_of
from hub.transport import mismatches

Resolve = Callable[[AsyncSession, Document], Awaitable[Document]]

log = structlog.get_logger()


class Answer(StrEnum):
    """What became of a delivery."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    DUPLICATE = "duplicate"
    QUARANTINED = "quarantined"
    PARKED = "parked"
    """Stored, but our own code failed on it."""


class Unfit(StrEnum):
    """Why a body is not even stored."""

    EMPTY = "empty"
    TOO_LARGE = "too-large"
    NOT_PARTY = "not-party"
    """The caller's organisation has no part in the message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A stored delivery and the answer to it. ``first`` is the earlier row that it repeats or contradicts."""

    answer: Answer
    id: UUID
    message_id: str | None
    type: str | None
    version: str | None
    receipt: bytes | None = None
    adapter: str = ""
    receipt_type: str = ""
    """The media type of the receipts of its format; "" where a format has none, or nobody knows it."""
    faults: tuple[Fault, ...] = ()
    issues: tuple[Issue, ...] = ()
    first: UUID | None = None
    first_rejected: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """What taking in a message needs."""

    sessions: Sessions
    plugins: Sequence[Plugin]
    ids: Ids
    dump: Dump
    max_bytes: int
    ledger: Ledger | None = None
    """Told of what a rule of confidentiality kept out of the log, or let into it."""
    resolve: Resolve | None = None
    """What is looked up for a document before it is stored (``hub.drugs``), and kept with it."""

    def parts(self, raw: Raw) -> tuple[Raw, ...]:
        """The messages in one delivery, each to be taken on its own; an adapter that fails on it leaves it whole."""
        try:
            return parts_of(raw, self.plugins)
        except Exception as error:  # noqa: BLE001  an adapter is somebody else's code; ``take`` keeps the bytes
            log.error("adapter failed to take apart", error=type(error).__name__)
            return (raw,)

    async def take(self, raw: Raw, numbers: frozenset[str] | None = None) -> Outcome | Unfit:
        """Read, check for repetition, store with its job in one transaction, and answer.

        ``numbers`` are those that the caller acts for: it may deliver messages that one of them is party to.
        """
        if unfit := self._unfit(raw):
            metrics.REFUSED.labels(reason=unfit.value).inc()
            return unfit
        began = time.perf_counter()
        verdict = await judge(raw, self.plugins, self.dump, self.ids)
        if not _is_party(verdict, numbers):
            metrics.REFUSED.labels(reason=Unfit.NOT_PARTY.value).inc()
            return Unfit.NOT_PARTY
        read = time.perf_counter()
        outcome = await self.record(raw, verdict)
        await self._audit(verdict, outcome)
        metrics.taken(outcome.answer, outcome.type, read=read - began, stored=time.perf_counter() - read)
        log.info("message taken in", message=str(outcome.id), answer=outcome.answer.value, bytes=len(raw.body))
        return outcome

    async def _audit(self, verdict: Verdict, outcome: Outcome) -> None:
        """Before the sender is answered; a sender who is not answered sends again."""
        told = sorted({issue.code for issue in outcome.issues} & AUDITED)
        if self.ledger is None or not told or not isinstance(verdict.outcome, Document):
            return
        sender = verdict.outcome.head.sender
        number = next((i.value for i in sender.identifiers if i.system == ORGANISASJONSNUMMER), "")
        await self.ledger.record(
            Access(
                action="C",
                what="create message",
                outcome=200,
                client=outcome.adapter,
                organisation=number,
                asked=" ".join(told),
                resources=(f"messages/{outcome.id}",),
            )
        )

    def _unfit(self, raw: Raw) -> Unfit | None:
        if len(raw.body) > self.max_bytes:
            return Unfit.TOO_LARGE
        return None if raw.body.strip() else Unfit.EMPTY

    async def record(self, raw: Raw, verdict: Verdict) -> Outcome:
        """Store what was read, with its answer and job, in one transaction."""
        row = store.message_row(raw, verdict)
        try:
            async with self.sessions() as session, session.begin():
                return await self._enter(session, row, raw, verdict)
        except (OperationalError, InterfaceError, PoolTimeoutError) as error:
            raise StoreUnavailableError(
                f"The log cannot be reached ({type(error).__name__}); the message was not stored, send it again later"
            ) from error

    async def enter(self, session: AsyncSession, raw: Raw) -> Outcome:
        """Read and store in a transaction of the caller's; it is safe once that is committed."""
        verdict = await judge(raw, self.plugins, self.dump, self.ids)
        return await self._enter(session, store.message_row(raw, verdict), raw, verdict)

    async def enter_own(self, session: AsyncSession, raw: Raw) -> UUID:
        """Enter a message of ours that a partner has now, in a transaction of the caller's; its row.

        We owe no receipt for it: we await one. The same message again, or one that came back, is the row that it has.
        """
        verdict = await judge(raw, self.plugins, self.dump, self.ids)
        if not isinstance(verdict.outcome, Document):
            raise AdapterFailedError("a message of ours cannot be read")
        document = awaiting(verdict.outcome)
        dumped = zlib.compress(self.dump(document), store.FASTEST)
        verdict = replace(verdict, outcome=document, dumped=dumped, receipt=None)
        row = store.message_row(raw, verdict)
        entered = await self._enter(session, row, raw, verdict)
        return entered.first or entered.id

    async def _enter(self, session: AsyncSession, row: Message, raw: Raw, verdict: Verdict) -> Outcome:
        verdict = await self.resolved(session, verdict)
        document = verdict.outcome if isinstance(verdict.outcome, Document) else None
        keys = await answered.keys_of(session, self.ids, document.head) if document else {}
        row.person_key = await persons.strongest_with(session, keys) if keys else None
        row.processing, row.acknowledgement = _state(verdict, row).value, store.acknowledged(verdict).value
        if not await store.insert_once(session, row):
            return await self._enter_again(session, row, raw, verdict)
        store.add_receipt(session, row.id, verdict, raw.received)
        if document is not None:
            await self._enter_document(session, row, document, verdict, keys)
        elif isinstance(verdict.outcome, Rejection):
            store.add_faults(session, row.id, verdict.outcome.faults)
        outcome = _outcome(row, verdict)
        store.add_event(session, f"message.{_EVENTS[outcome.answer]}", row.id, type=_safe_type(row, verdict))
        return outcome

    async def resolved(self, session: AsyncSession, verdict: Verdict) -> Verdict:
        """With what is known of the document here."""
        if self.resolve is None or not isinstance(verdict.outcome, Document):
            return verdict
        document = await self.resolve(session, verdict.outcome)
        if document is verdict.outcome:
            return verdict
        return replace(verdict, outcome=document, dumped=zlib.compress(self.dump(document), store.FASTEST))

    async def _enter_document(
        self, session: AsyncSession, row: Message, document: Document, verdict: Verdict, keys: dict[str, int]
    ) -> None:
        parser = verdict.plugin.parser if verdict.plugin else ""
        session.add(StoredDocument(message=row.id, dumped=verdict.dumped or b"", parser=parser))
        session.add_all(MessageIdentifier(message=row.id, identifier_key=key, rank=rank) for key, rank in keys.items())
        store.add_issues(session, row.id, "read", document.issues)
        store.add_issues(session, row.id, "transport", mismatches(row.transport, document.head))
        await session.flush()
        if row.person_key is not None:
            await defer_projection(session, row.id, row.person_key)
        for key in await others_corrected(session, row.parent if row.series in ("M", "C") else None, keys):
            await defer_review(session, key)

    async def _enter_again(self, session: AsyncSession, row: Message, raw: Raw, verdict: Verdict) -> Outcome:
        """Same message id and receiver as before: a repetition, or a contradiction that a person must look at.

        No second receipt is made in either case (HITS 1168:2016 5.4); a format that asks for an answer to every
        delivery gets the first one again.
        """
        rows = await store.earlier_rows(session, row)
        twin = await self._twin(session, row, raw, verdict, rows)
        repeated = twin is not None and twin.processing != Processing.QUARANTINED
        row.processing = (Processing.QUARANTINED if twin is None else Processing.DUPLICATE).value
        row.acknowledgement = (Acknowledgement.NONE_OWED if repeated else Acknowledgement.WITHHELD).value
        row.first = (twin or rows[0]).id
        if twin is not None and twin.sha256 == row.sha256:
            row.body = None
        await store.insert_once(session, row)
        answer = Answer.DUPLICATE if repeated else Answer.QUARANTINED
        store.add_event(session, f"message.{answer.value}", row.id, first=str(row.first))
        again = await self._first_answer(session, row, verdict) if repeated else None
        outcome = replace(_outcome(row, verdict), answer=answer, receipt=again, faults=(), first=row.first)
        return replace(outcome, first_rejected=(twin or rows[0]).processing == Processing.REJECTED)

    async def _first_answer(self, session: AsyncSession, row: Message, verdict: Verdict) -> bytes | None:
        if verdict.plugin is None or not verdict.plugin.answers_again or row.first is None:
            return None
        found = await reading.receipt(session, row.first)
        return found.body if found else None

    async def _twin(
        self, session: AsyncSession, row: Message, raw: Raw, verdict: Verdict, rows: Sequence[store.Earlier]
    ) -> store.Earlier | None:
        """The earlier row with the same content: the same bytes, else what the adapter says is the same."""
        originals = [earlier for earlier in rows if earlier.processing != Processing.DUPLICATE]
        for earlier in originals:
            if earlier.sha256 == row.sha256:
                return earlier
        for earlier in originals if verdict.plugin else ():
            body = await store.original(session, earlier.id)
            if body is not None and verdict.plugin and verdict.plugin.same_content(replace(raw, body=body), raw):
                return earlier
        return None


_EVENTS = {
    Answer.ACCEPTED: "received",
    Answer.REJECTED: "rejected",
    Answer.PARKED: "parked",
    Answer.DUPLICATE: "duplicate",
    Answer.QUARANTINED: "quarantined",
}


def _is_party(verdict: Verdict, numbers: frozenset[str] | None) -> bool:
    """Whether one of the organisations is a party. Of what cannot be read nobody can tell; it is kept as refused."""
    outcome = verdict.outcome
    head = outcome.head if isinstance(outcome, (Document, Rejection)) else None
    return head is None or is_open(store.party_numbers(head), numbers)


def _state(verdict: Verdict, row: Message) -> Processing:
    if isinstance(verdict.outcome, Rejection):
        return Processing.REJECTED
    if not isinstance(verdict.outcome, Document):
        return Processing.PARKED
    return Processing.RECEIVED if row.person_key else Processing.FILED


def _outcome(row: Message, verdict: Verdict) -> Outcome:
    result = verdict.outcome
    answer = Answer.PARKED
    if isinstance(result, Rejection):
        answer = Answer.REJECTED
    elif isinstance(result, Document):
        answer = Answer.ACCEPTED
    return Outcome(
        answer=answer,
        id=row.id,
        message_id=row.message_id,
        type=row.type,
        version=row.version,
        receipt=verdict.receipt,
        adapter=verdict.plugin.adapter.name if verdict.plugin else "",
        receipt_type=verdict.plugin.receipt_type if verdict.plugin else "",
        faults=result.faults if isinstance(result, Rejection) else (),
        issues=(*result.issues, *mismatches(row.transport, result.head)) if isinstance(result, Document) else (),
    )


def _safe_type(row: Message, verdict: Verdict) -> str:
    """The message type where an adapter has vouched for it; a rejected message's type is the sender's own text."""
    return (row.type or "") if isinstance(verdict.outcome, Document) else ""
