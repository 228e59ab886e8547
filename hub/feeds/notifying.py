"""Tell subscribers what was found for them: at least once, in order, whatever dies in between.

A try is written down before it begins, with a lease; whoever dies in the middle leaves a notification that is tried
again, which its receiver knows by its ``webhook-id``. What it tells of is looked at once more before each try: what
has been blocked or has ended since is left out. Nothing is told that the access log does not know of.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import structlog
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from hub import http
from hub.access.ledger import Call, Ledger, access
from hub.contract import Ids
from hub.errors import RetriableError
from hub.feeds import book, notice
from hub.feeds.endpoint import place
from hub.feeds.secrets import Seal, Secrets, signature
from hub.feeds.tables import Notification, Subscription
from hub.gateway.told import whom
from hub.log.database import Sessions
from hub.log.seeing import open_to_numbers

LEASE = timedelta(minutes=2)
"""How long a try may last; longer than a receiver is waited for."""
SECONDS = 10.0
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=5), timedelta(hours=1)
MOST_TRIES = 16
"""About half a day; then its owner must act."""
AT_ONCE, ROUNDS = 8, 25
KEY_GONE = "Nøkkelen til hemmeligheten finnes ikke lenger: lag abonnementet på nytt."
GONE = 410
"""The receiver's own word for: never again."""

# The first of each subscription alone: what is told keeps its order.
CLAIM = text("""
UPDATE notification SET attempts = attempts + 1, next_try = clock_timestamp() + :lease WHERE id IN (
    SELECT id FROM notification AS mine WHERE state = 'waiting' AND next_try <= clock_timestamp()
      AND EXISTS (SELECT FROM subscription AS whose WHERE whose.id = mine.subscription
                  AND whose.status IN ('requested', 'active') AND whose.ends > clock_timestamp())
      AND NOT EXISTS (SELECT FROM notification AS earlier
                      WHERE earlier.subscription = mine.subscription AND earlier.id < mine.id)
    ORDER BY next_try, id LIMIT :most FOR UPDATE SKIP LOCKED
) RETURNING id
""")
STILL_OPEN = text(f"""
SELECT resource_type, resource_id
FROM unnest(CAST(:types AS text[]), CAST(:ids AS text[])) AS asked (resource_type, resource_id)
JOIN delivered AS told USING (resource_type, resource_id) WHERE {open_to_numbers("told.numbers")}
""")  # noqa: S608  the column is ours
ENDED = text("SELECT id FROM subscription WHERE status <> 'off' AND ends <= clock_timestamp()")

log = structlog.get_logger()


class NotTakenError(RetriableError):
    """The receiver did not take it; the text says what it answered, in bokmål."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A notification that is being tried."""

    row: Subscription
    notification: Notification
    items: Sequence[Sequence[str]]
    secrets: Secrets


@dataclass(frozen=True, slots=True, kw_only=True)
class Notifying:
    """What telling needs."""

    sessions: Sessions
    ledger: Ledger
    seal: Seal
    ids: Ids
    client: http.Client
    base: str
    """The gateway's own address."""
    anywhere: bool = False
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)

    async def tell_due(self) -> int:
        """Try everything whose time has come; how many were taken."""
        await self._end()
        taken = 0
        for _ in range(ROUNDS):
            async with self.sessions() as session, session.begin():
                claimed = (await session.execute(CLAIM, {"lease": LEASE, "most": AT_ONCE})).scalars().all()
            if not claimed:
                break
            taken += sum(await asyncio.gather(*map(self.tell, claimed)))
        return taken

    async def tell(self, claimed: UUID) -> bool:
        """One try."""
        told = await self._looked_at(claimed)
        if told is None:
            return False
        try:
            await self._noted(told)
            status = await self._posted(told)
        except RetriableError as error:
            await self._later(told, str(error))
            return False
        if not 200 <= status < 300:
            await self._later(told, f"Mottakeren svarte {status}.", gone=status == GONE)
            return False
        await self._taken(told)
        return True

    async def _looked_at(self, claimed: UUID) -> Told | None:
        """What may be told now; where nothing may, the notification is gone."""
        async with self.sessions() as session, session.begin():
            notification = await session.get(Notification, claimed)
            row = await session.get(Subscription, notification.subscription) if notification else None
            if notification is None or row is None:
                return None
            secrets = self.seal.open(row.sealed)
            if secrets is None:
                book.move(
                    session, row, "error", "Nøkkelen til hemmeligheten finnes ikke lenger: lag abonnementet på nytt."
                )
                return None
            if not self.seal.is_newest(row.sealed):
                row.sealed = self.seal.close(secrets)
            items = await self._open(session, row, notification.items)
            if notification.kind == book.EVENTS and not items:
                await session.delete(notification)
                return None
            return Told(row=row, notification=notification, items=items, secrets=secrets)

    async def _open(self, session: AsyncSession, row: Subscription, items: Sequence[Sequence[str]]) -> list[list[str]]:
        """Those that are open to the subscriber now."""
        caller = book.acting(row, self.ids)
        asked = {"types": [i[0] for i in items], "ids": [i[1] for i in items]}
        numbers = None if caller.numbers is None else sorted(caller.numbers)
        seen = await session.execute(STILL_OPEN, {**asked, "numbers": numbers})
        still = {(type_, id_) for type_, id_ in seen}
        return [list(item) for item in items if (item[0], item[1]) in still]

    async def _noted(self, told: Told) -> None:
        caller = book.acting(told.row, self.ids)
        refs = [{"resourceType": type_, "id": id_} for type_, id_, _ in told.items]
        patients, resources = await whom(self.sessions, refs)
        mine = f"Subscription/{told.row.id}"
        await self.ledger.record(access(caller, Call("R", "notify"), 200, patients, [mine, *resources]))

    async def _posted(self, told: Told) -> int:
        """The receiver's answer; of its body nothing is read."""
        row = told.row
        body = notice.body(row, told.items, self.base)
        signed = signature(told.secrets.signing, f"msg_{told.notification.id.hex}", self.clock(), body)
        theirs = dict(one.split(":", 1) for one in told.secrets.headers)
        to = await place(row.endpoint, anywhere=self.anywhere)
        fixed = {**notice.headers(row, told.items), **signed, "Host": to.host, "Connection": "close"}
        headers = {**{name: value.strip() for name, value in theirs.items()}, **fixed}
        try:
            async with self.client.stream(
                "POST", to.url, content=body, headers=headers, extensions={"sni_hostname": to.name}
            ) as answer:
                return answer.status_code
        except (http.RequestError, http.InvalidURL) as error:
            raise NotTakenError(f"Mottakeren kan ikke nås ({type(error).__name__}).") from None

    async def _taken(self, told: Told) -> None:
        async with self.sessions() as session, session.begin():
            row = await book.one(session, told.row.id)
            notification = await session.get(Notification, told.notification.id)
            if row is None or notification is None:
                return
            await session.delete(notification)
            row.sent += len(told.items)
            if row.status == "requested":
                book.move(session, row, "active")

    async def _later(self, told: Told, cause: str, *, gone: bool = False) -> None:
        """Ever later; in the end it is parked with its cause, and so is the subscription."""
        async with self.sessions() as session, session.begin():
            row = await book.one(session, told.row.id)
            notification = await session.get(Notification, told.notification.id)
            if row is None or notification is None:
                return
            notification.cause = cause
            if gone or notification.attempts >= MOST_TRIES:
                notification.state = book.PARKED
                book.move(session, row, "error", cause)
            else:
                pause = min(FIRST_PAUSE * 2 ** (notification.attempts - 1), LONGEST_PAUSE)
                notification.next_try = self.clock() + pause
        log.info("notification not taken", subscription=str(told.row.id), attempts=told.notification.attempts)

    async def _end(self) -> None:
        """A subscription ends with its time: whoever set it up must show a token again."""
        async with self.sessions() as session, session.begin():
            for id_ in (await session.execute(ENDED)).scalars().all():
                if row := await book.one(session, id_):
                    await book.forget_events(session, row)
                    book.move(session, row, "off", "Tiden er ute. Sett ny slutt med PUT.")
