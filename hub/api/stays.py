"""What a party tells of a stay: the answer to a notice of readiness, coordinators, the pathway, frailty, what matters.

A telling is an entry in the log. ``PUT`` puts one in the place of the one before, which stays in the log; ``DELETE``
takes back what was told by mistake.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Path, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from hub.access.caller import Caller
from hub.access.door import Calling, needs
from hub.access.ledger import Call, access
from hub.access.scopes import Right
from hub.api import documentation
from hub.api.answers import NO_STORE
from hub.api.problems import ProblemError, problem_response
from hub.api.services import Services, at_hand
from hub.api.stay_bodies import (
    AnswerTold,
    ArrivalTold,
    CareKindTold,
    CaseWorkerTold,
    CfsTold,
    CoordinatorDecisionTold,
    CoordinatorTold,
    DeviationTold,
    DisclosureRefusedTold,
    GroupTold,
    HindranceTold,
    IndividualPlanTold,
    ItemTold,
    MattersTold,
    MovedTold,
    NeedKnownTold,
    NeedTold,
    OfferRefusedTold,
    PathwayTold,
    PayerTold,
    PhvTsbTold,
    PriorServicesTold,
    ProgrammeStepTold,
    ReadyTold,
    SeenTold,
    TeamMeetingTold,
    Telling,
    TransportTold,
)
from hub.contract import StayRow
from hub.deciding import DECIDED, Current, Topic, Unwritten, state
from hub.writing import Noted, Wish, Writer, Writing, Wrote

router = APIRouter(tags=["stays"])

Using = Annotated[Services, Depends(at_hand)]
StayId = Annotated[UUID, Path(description="The id of the stay's Encounter")]
Tags = Annotated[str | None, Header(alias="If-Match", max_length=2000, description="The ETag of what is replaced")]
OnlyNew = Annotated[Literal["*"] | None, Header(alias="If-None-Match", description="`*`: only if nothing is told yet")]
Once = Annotated[
    str | None,
    Header(alias="Idempotency-Key", min_length=8, max_length=200, description="The same request twice is told once"),
]

ANSWER: Final = Topic(name="answer", kind="kommune-svar")
COORDINATOR: Final = Topic(name="coordinators", kind="koordinator", part="place")
PATHWAY: Final = Topic(name="pathway", kind="forlop")
CFS: Final = Topic(name="cfs", kind="cfs")
MATTERS: Final = Topic(name="what-matters", kind="hva-er-viktig")
CHECKLIST: Final = Topic(name="checklist", kind="sjekkpunkt", part="item")
READ: Final = Topic(name="read", kind="melding-lest", part="message")
ACKNOWLEDGED: Final = Topic(name="acknowledged", kind="melding-bekreftet", part="message")
ARRIVAL: Final = Topic(name="arrival", kind="pasient-mottatt")
TRANSPORT: Final = Topic(name="transport", kind="transport")
READY: Final = Topic(name="ready-decided", kind=DECIDED)
DEVIATIONS: Final = Topic(name="deviations", kind="avvik", collects=True)
STEPS: Final = Topic(name="programme-steps", kind="program", collects=True, any_day=True)
GROUPS: Final = Topic(name="groups", kind="malgruppe", part="group")
_TAG: Final = re.compile(r'\s*(?:W/)?("[^"]*")\s*|\s*(\*)\s*')


@dataclass(frozen=True, slots=True)
class Conditions:
    """What a request asks beside its body, and where it went."""

    path: str
    match: tuple[str, ...] | None
    only_new: bool
    once: str | None


async def conditions(request: Request, match: Tags = None, only_new: OnlyNew = None, once: Once = None) -> Conditions:
    """From the headers."""
    return Conditions(request.url.path, _tags(match), only_new is not None, once)


When = Annotated[Conditions, Depends(conditions)]


class ToldModel(BaseModel):
    """What was told last, and whether the FHIR server shows it already."""

    stay: str = Field(examples=["Encounter/e7399952-0000-8000-8000-000000000001"])
    about: str = Field(description="The message of the stay that it is tied to", examples=["6f9d1b52-..."])
    id: str = Field(description="The entry in the log; its ETag")
    told: datetime
    by: str = Field(examples=["Eksempel kommune"])
    author: str
    values: dict[str, Any] = Field(examples=[{"answer": "can-receive", "on": "2026-03-06"}])
    shown: bool | None = Field(default=None, description="Absent when reading; false: stored, shown in a moment")


class StayTold(BaseModel):
    """Everything told of a stay that is in force, oldest first."""

    stay: str
    told: list[dict[str, Any]]


@router.get(
    "/stays/{stay}/told",
    summary="Everything that parties told of a stay",
    responses=documentation.ONE,
    dependencies=[needs(Right.SEE_STAYS)],
)
async def get_told(stay: StayId, using: Using, caller: Calling) -> StayTold:
    """Of every kind, with who told it and when; what was taken back is not in it."""
    row = await stay_of(using, caller, stay, "told")
    told = [{**one, "by": one["by"]["name"]} for one in row.facts["told"]]
    return StayTold(stay=f"Encounter/{row.id}", told=told)


def serve(
    topic: Topic, body: type[Telling], title: str, *, part: Any = None, to: APIRouter = router, tells: bool = True
) -> None:
    """The routes of a topic; without ``tells`` another route tells it. What collects is named by its entry."""
    name = "entry" if topic.collects else topic.part
    path = f"/stays/{{stay}}/{topic.name}" + (f"/{{{name}}}" if name else "")
    kept = part if name else Annotated[str, Depends(_no_part)]

    async def get(stay: StayId, part: Any, using: Using, caller: Calling) -> Response:
        row = await stay_of(using, caller, stay, topic.name)
        current = state(row, topic, str(part))
        if current is None:
            raise ProblemError("not-found")
        return _told(str(stay), current, 200)

    async def put(stay: StayId, part: Any, said: Any, using: Using, caller: Calling, when: When) -> Response:
        return await write(using, caller, stay, wish_of(topic, str(part), said, when), when.path)

    async def delete(stay: StayId, part: Any, using: Using, caller: Calling, when: When) -> Response:
        wish = Wish(topic=topic, part=str(part), match=when.match, once=when.once, takes_back=True)
        return await write(using, caller, stay, wish, when.path)

    for method, handler, right in (
        ("GET", get, Right.SEE_STAYS),
        ("PUT", put, Right.TELL),
        ("DELETE", delete, Right.TELL),
    ):
        if method == "PUT" and not tells:
            continue
        handler.__annotations__ |= {"part": kept, "said": body} if method == "PUT" else {"part": kept}
        to.add_api_route(
            path,
            handler,
            methods=[method],
            name=f"{method.lower()}_{topic.name}",
            summary=f"{_VERBS[method]}{title}",
            dependencies=[needs(right)],
            **DESCRIBED[method],
        )


def _collect(topic: Topic, body: type[Telling], title: str) -> None:
    """The routes of what collects: told with ``POST``, and then named by its entry."""
    serve(topic, body, title, part=EntryId, tells=False)

    async def post(stay: StayId, said: Any, using: Using, caller: Calling, when: When) -> Response:
        return await write(using, caller, stay, wish_of(topic, "", said, when), when.path)

    post.__annotations__ |= {"said": body}
    router.add_api_route(
        f"/stays/{{stay}}/{topic.name}",
        post,
        methods=["POST"],
        name=f"post_{topic.name}",
        summary=f"Tell {title}. Each stands beside the others",
        status_code=201,
        response_class=Response,
        responses={key: told for key, told in DESCRIBED["PUT"]["responses"].items() if key not in (412, 428)},
        dependencies=[needs(Right.TELL)],
    )


_VERBS: Final = {"GET": "See ", "PUT": "Tell ", "DELETE": "Take back "}
_SHOWS: Final[dict[str, Any]] = {"model": ToldModel, "description": "What holds now, with its ETag"}
_REFUSALS: Final = (
    "bad-request", "wrong-municipality", "not-your-organisation", "not-found", "not-declared-ready",
    "readiness-withdrawn", "readiness-over", "stay-cancelled", "stale", "invalid-value", "impossible-time",
    "key-used-before", "precondition-required", "access-log-away", "store-unavailable",
)  # fmt: skip
DESCRIBED: Final[dict[str, dict[str, Any]]] = {
    "GET": {"response_class": Response, "responses": {200: _SHOWS, **documentation.ONE}},
    "PUT": {
        "response_class": Response,
        "responses": {
            200: _SHOWS,
            201: {**_SHOWS, "description": "Told for the first time"},
            202: {**_SHOWS, "description": "Stored; the FHIR server shows it in a moment"},
            **documentation.problems(*_REFUSALS),
        },
    },
    "DELETE": {
        "response_class": Response,
        "status_code": 204,
        "responses": {
            204: {"description": "Taken back; what was told before it holds again"},
            202: {"description": "Stored; the FHIR server shows it in a moment"},
            **documentation.problems("not-yours", "told-through-fhir", *_REFUSALS),
        },
    },
}


async def _no_part() -> str:
    return ""


async def stay_of(using: Services, caller: Caller, stay: UUID, what: str) -> StayRow:
    """A stay of the caller's, written down as seen."""
    row = await _writing(using).read(str(stay), _writer(caller), _noted(using, caller, what))
    if row is None:
        raise ProblemError("not-found")
    return row


async def write(using: Services, caller: Caller, stay: UUID, wish: Wish, path: str) -> Response:
    """The answer to telling something; ``path`` is where it is to be found."""
    noted = _noted(using, caller, wish.topic.name)
    done = await _writing(using).write(str(stay), wish, _writer(caller), noted)
    if isinstance(done, Unwritten):
        return _refused(str(stay), done)
    if done.current is None:
        return Response(status_code=204 if done.shown else 202, headers=NO_STORE)
    answer = _told(str(stay), done.current, _status(done), shown=done.shown)
    if done.created:
        answer.headers["Location"] = f"{path}/{done.current.id}" if wish.topic.collects else path
    return answer


def _status(done: Wrote) -> int:
    if not done.shown:
        return 202
    return 201 if done.created and not done.repeated else 200


def _told(stay: str, current: Current, status: int, *, shown: bool | None = None) -> Response:
    content = _model(stay, current, shown).model_dump(mode="json", exclude_none=True)
    return JSONResponse(content, status_code=status, headers={"ETag": current.tag, **NO_STORE})


def _model(stay: str, current: Current, shown: bool | None = None) -> ToldModel:
    return ToldModel(
        stay=f"Encounter/{stay}",
        about=current.about,
        id=current.id,
        told=current.told,
        by=current.by,
        author=current.author,
        values=dict(current.values),
        shown=shown,
    )


def _refused(stay: str, why: Unwritten) -> Response:
    """With the other version where there is one, so that nobody has to ask again before deciding."""
    if why.current is None:
        return problem_response(why.code, why.detail)
    shown = _model(stay, why.current).model_dump(mode="json", exclude_none=True)
    answer = problem_response(why.code, why.detail, current=shown)
    answer.headers.update({"ETag": why.current.tag, **NO_STORE})
    return answer


def wish_of(topic: Topic, part: str, said: Telling, when: Conditions, **more: Any) -> Wish:
    """``more`` are values that the caller does not say."""
    values: Mapping[str, Any] = said.model_dump(mode="json", exclude_none=True, exclude={"author", "organisation"})
    values = {name: value for name, value in (*values.items(), *more.items()) if value != ""}
    return Wish(
        topic=topic,
        part=part,
        values={**values, topic.part: part} if topic.part else values,
        author=said.author,
        organisation=said.organisation,
        match=when.match,
        only_new=when.only_new,
        once=when.once,
    )


def _tags(header: str | None) -> tuple[str, ...] | None:
    """The entity tags of If-Match; none that can be read matches nothing."""
    if header is None:
        return None
    return tuple(strong or star for strong, star in _TAG.findall(header))


def _writing(using: Services) -> Writing:
    if using.writing is None:
        raise ProblemError("store-unavailable")
    return using.writing


def _writer(caller: Caller) -> Writer:
    return Writer(client=caller.client, numbers=caller.numbers)


def _noted(using: Services, caller: Caller, what: str) -> Noted:
    async def note(row: StayRow, action: str) -> None:
        patient = (row.facts["patient"] or {}).get("reference", "").rpartition("/")[2]
        call = Call(action, f"stay {what}")
        await using.ledger.record(access(caller, call, 200, [patient] if patient else [], (f"Encounter/{row.id}",)))

    return note


Place = Annotated[Literal["hospital", "municipality"], Path(alias="place")]
Item = Annotated[str, Path(alias="item", pattern=r"^[a-z0-9][a-z0-9-]{0,59}$")]
Group = Annotated[
    Literal["barn-og-unge", "psykisk-helse-og-rus", "skropelige-eldre", "flere-kroniske-lidelser"], Path(alias="group")
]
EntryId = Annotated[UUID, Path(alias="entry", description="The id of what was told")]
MessageId = Annotated[str, Path(alias="message", max_length=200, description="The id of a message of the stay")]

serve(ANSWER, AnswerTold, "the municipality's answer")
serve(COORDINATOR, CoordinatorTold, "who coordinates", part=Place)
serve(PATHWAY, PathwayTold, "the pathway that is decided")
serve(CFS, CfsTold, "a frailty score")
serve(MATTERS, MattersTold, "what matters to the patient")
serve(ARRIVAL, ArrivalTold, "that the patient has come")
serve(TRANSPORT, TransportTold, "how the patient travels")
serve(CHECKLIST, ItemTold, "whether something on a checklist is done", part=Item)
serve(READY, ReadyTold, "when the patient was decided to be ready")
serve(READ, SeenTold, "that somebody has read a message", part=MessageId)
serve(ACKNOWLEDGED, SeenTold, "that somebody has taken a message in hand", part=MessageId)


for _name, _kind, _body, _title in (
    ("team-meeting", "tverrfaglig-mote", TeamMeetingTold, "that a team meeting was held"),
    ("case-worker", "saksbehandler", CaseWorkerTold, "who in the municipality has been given the case"),
    ("individual-plan", "individuell-plan", IndividualPlanTold, "where the individuell plan stands"),
    ("coordinator-decision", "koordinator-vurdering", CoordinatorDecisionTold, "whether a coordinator is needed"),
    ("need", "behov", NeedTold, "whether the need for help has changed"),
    ("need-known", "behov-kjent", NeedKnownTold, "when the need for services became clear"),
    ("prior-services", "tjenester-for-innleggelse", PriorServicesTold, "whether there were services before"),
    ("care-kind", "oppholdstype", CareKindTold, "what kind of stay it is"),
    ("offer-refused", "tilbud-avslatt", OfferRefusedTold, "that the patient has declined the offer"),
    ("hindrance", "hindring", HindranceTold, "what keeps the municipality from answering"),
    ("payer", "betalende-kommune", PayerTold, "which municipality pays"),
    ("moved", "flyttet", MovedTold, "that the patient was moved to another hospital"),
    ("phv-tsb-conditions", "vilkar-phv-tsb", PhvTsbTold, "the conditions of mental health and addiction care"),
    ("disclosure-refused", "motsetter-seg-deling", DisclosureRefusedTold, "that the patient opposes disclosure"),
):
    serve(Topic(name=_name, kind=_kind), _body, _title)
serve(GROUPS, GroupTold, "whether the patient belongs to a priority group", part=Group)
_collect(DEVIATIONS, DeviationTold, "that a message cannot be used")
_collect(STEPS, ProgrammeStepTold, "something that happened in a programme")
