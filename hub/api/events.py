"""The event feed: page by page, or as a stream. It tells ids; what they stand for is read elsewhere."""

from __future__ import annotations

import contextlib
import time
from collections.abc import AsyncIterator, Iterable
from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query
from fastapi.responses import StreamingResponse

from hub.access.caller import Caller
from hub.access.door import Calling, needs
from hub.access.ledger import Call, LedgerAwayError, access
from hub.access.scopes import Right
from hub.api.documentation import FEED
from hub.api.models import EventModel, Feed
from hub.api.problems import ProblemError
from hub.api.services import Services, at_hand
from hub.feeds.stream import AT_ONCE, LONGEST, Note, Stream, told
from hub.gateway.told import whom
from hub.log.events import Following, ForgottenError, Looked, events_after
from hub.log.tables import Event

router = APIRouter(tags=["events"], dependencies=[needs(Right.FOLLOW)])

Using = Annotated[Services, Depends(at_hand)]
After = Annotated[int, Query(ge=0, le=2**63 - 1, description="The last number you have seen; 0 for the oldest")]


class About(StrEnum):
    """Which events."""

    EVERYTHING = "everything"
    MESSAGES = "messages"
    RESOURCES = "resources"


Wanted = Annotated[About, Query(description="What becomes of messages, what changes on the FHIR server, or both")]


@router.get("/events", summary="What happened, in order", responses=FEED)
async def get_events(
    using: Using,
    caller: Calling,
    after: After = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    about: Wanted = About.EVERYTHING,
) -> Feed:
    """A cursor feed: nothing is missed and nothing comes twice when ``next`` is followed."""
    looked = await _looked(using, _following(caller, about), after, limit)
    await _noting(using, caller)(looked.events)
    rest = "" if about is About.EVERYTHING else f"&about={about.value}"
    return Feed(
        events=[EventModel(**told(event)) for event in looked.events],
        after=after,
        last=looked.last,
        next=f"/events?after={looked.last}&limit={limit}{rest}",
    )


@router.get(
    "/events/stream", summary="The same as server-sent events", response_class=StreamingResponse, responses=FEED
)
async def get_stream(
    using: Using,
    caller: Calling,
    after: After = 0,
    about: Wanted = About.EVERYTHING,
    last_event_id: Annotated[int | None, Header(ge=0, le=2**63 - 1)] = None,
) -> StreamingResponse:
    """Until the token ends, an hour at most; then come again with ``Last-Event-ID``. A heartbeat comes every 15 s."""
    if using.followers.full(caller.client):
        raise ProblemError("too-many-streams")
    begin, following = after if last_event_id is None else last_event_id, _following(caller, about)
    looked = await _looked(using, following, begin, AT_ONCE)
    clock = using.followers.clock
    until = clock() + min(LONGEST, caller.until - time.time())
    stream = Stream(
        sessions=using.sessions,
        followers=using.followers,
        following=following,
        note=_noting(using, caller),
        until=until,
    )

    async def sent() -> AsyncIterator[bytes]:
        with using.followers.place(caller.client), contextlib.suppress(LedgerAwayError):  # not written, not told
            async for part in stream.sent(looked, begin):
                yield part

    return StreamingResponse(sent(), media_type="text/event-stream", headers={"Cache-Control": "no-store"})


async def _looked(using: Services, following: Following, after: int, limit: int) -> Looked:
    try:
        async with using.sessions() as session, session.begin():
            return await events_after(session, after, limit, following)
    except ForgottenError:
        raise ProblemError("events-gone") from None


def _following(caller: Caller, about: About) -> Following:
    """A type whose scope is limited by a query is not in the feed: a Subscription has criteria."""
    return Following(
        numbers=caller.numbers,
        types=caller.grants.whole("r"),
        messages=about is not About.RESOURCES,
        resources=about is not About.MESSAGES,
    )


def _noting(using: Services, caller: Caller) -> Note:
    """What is told of resources about patients stands in the access log first."""

    async def note(events: Iterable[Event]) -> None:
        refs = [{"resourceType": e.resource_type, "id": e.resource_id} for e in events if e.resource_type]
        if refs:
            patients, resources = await whom(using.sessions, refs)
            await using.ledger.record(access(caller, Call("E", "events"), 200, patients, resources))

    return note
