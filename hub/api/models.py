"""The JSON of the REST interface. No personal data: ids, types, parties, states, times and codes."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from hub.api.problems import FaultModel
from hub.log.states import Acknowledgement, Delivery, Processing

Normalised = Annotated[str, StringConstraints(strip_whitespace=True, to_lower=True)]

ROW = "01931a2b-7c00-7000-8000-0123456789ab"
MSG_ID = "6f9d1b52-2c1b-4e0e-8f5a-0d5a6f6a9e10"


class Filters(BaseModel):
    """Which messages to list. A filter that does not exist is an error, not ignored."""

    model_config = ConfigDict(extra="forbid")

    state: Processing | None = Field(default=None, description="Processing state")
    acknowledgement: Acknowledgement | None = Field(default=None, description="What the sender has been told")
    delivery: Delivery | None = Field(default=None, description="What the receiver's own AppRec says")
    type: str | None = Field(default=None, max_length=60, examples=["LOG_UTSKRIVNINGSKLAR"])
    message_id: Normalised | None = Field(default=None, max_length=100, description="The sender's MsgId")
    conversation: Normalised | None = Field(default=None, max_length=100)
    since: AwareDatetime | None = Field(default=None, description="Received at or after this time, with offset")
    before: UUID | None = Field(default=None, description="Cursor: the last row of the page before")
    limit: int = Field(default=50, ge=1, le=200)


class IssueModel(BaseModel):
    """Something odd that was carried and flagged, or a reason for a refusal."""

    stage: str = Field(default="read", examples=["read"], description="read, transport, refusal or course")
    code: str = Field(examples=["TRANSPORT_ACTION"])
    text: str = Field(examples=["Action i transporten er en annen enn meldingstypen."])
    path: str = Field(default="", examples=["MsgHead/MsgInfo/Type/@V"])
    severity: str = "warning"


class Taken(BaseModel):
    """What became of one delivered message."""

    status: int = Field(examples=[200], description="The HTTP status it has, or would have had alone")
    answer: str = Field(
        examples=["accepted"], description="accepted, rejected, duplicate, quarantined, parked or refused"
    )
    item: int | None = Field(default=None, examples=[1], description="Its place in an upload of several")
    name: str | None = Field(default=None, description="The file name in the upload; not stored")
    id: UUID | None = Field(default=None, examples=[ROW])
    message_id: str | None = Field(default=None, examples=[MSG_ID], description="The sender's MsgId")
    type: str | None = Field(default=None, examples=["LOG_UTSKRIVNINGSKLAR"])
    version: str | None = Field(default=None, examples=["1.6"])
    receipt: str | None = Field(default=None, description="The AppRec, for a message that was answered now")
    problem: str | None = Field(default=None, description="The type of the problem document it would have had alone")
    advice: str | None = None
    faults: list[FaultModel] = []
    issues: list[IssueModel] = []
    links: dict[str, str] = Field(default={}, examples=[{"self": f"/messages/{ROW}"}])


class TakenMany(BaseModel):
    """The answer to an upload of several messages: each with its own status."""

    items: list[Taken]


class Summary(BaseModel):
    """A message in a list."""

    id: UUID = Field(examples=[ROW])
    message_id: str | None = Field(examples=[MSG_ID])
    type: str | None = Field(examples=["LOG_UTSKRIVNINGSKLAR"])
    version: str | None = Field(examples=["1.6"])
    series: str | None = Field(examples=["N"], description="N new, M changed, C cancelled")
    sender: str = Field(examples=["Nordlys universitetssykehus HF"])
    receiver: str = Field(examples=["Eksempel kommune"])
    generated: datetime | None
    received: datetime
    test: bool
    processing: str = Field(examples=["projected"])
    acknowledgement: str = Field(examples=["positive"])
    delivery: str | None = Field(
        default=None, examples=["confirmed"], description="What the receiver's own AppRec says; null before it is known"
    )
    links: dict[str, str]


class Page(BaseModel):
    """A page of messages, newest first. ``next`` is absent on the last one."""

    messages: list[Summary]
    next: str | None = Field(default=None, examples=[f"/messages?before={ROW}"])


class AttemptModel(BaseModel):
    """One try at bringing a message's patient to the FHIR server."""

    started: datetime
    ended: datetime | None
    outcome: str = Field(examples=["delivered"])
    error: str | None = None
    detail: str = ""
    sent: int = Field(default=0, description="How many resources it wrote")


class ResourceModel(BaseModel):
    """A resource on the FHIR server."""

    reference: str = Field(examples=["Task/5d1f2f0e-6b1c-8a44-9d0b-2f4f4c1b7a10"])
    version: str | None = None
    withdrawn: bool = False


class Detail(Summary):
    """Everything about a message but its content."""

    parties: dict[str, Any]
    parent: str | None
    conversation: str | None
    size: int
    sha256: str
    content_type: str
    transport: dict[str, str]
    issues: list[IssueModel]
    attempts: list[AttemptModel]
    resources: list[ResourceModel] = Field(description="Made from this message alone")
    patient_resources: list[ResourceModel] = Field(
        description="The patient's, made from all of the patient's messages in force, this one among them"
    )


class ExplainFilters(BaseModel):
    """Which elements to explain. A filter that does not exist is an error, not ignored."""

    model_config = ConfigDict(extra="forbid")

    xpath: str = Field(default="", max_length=500, description="Only values from places that contain this")
    path: str = Field(default="", max_length=200, description="Only elements whose resource or FHIR path contains this")
    as_of: AwareDatetime | None = Field(default=None, description="As of when deadlines are judged; default now")


class RuleModel(BaseModel):
    """What made an element so."""

    function: str = Field(examples=["mappings.encounter._disposition"])
    rows: list[str] = Field(default=[], examples=[["8408/1"]], description="list/code of the code tables asked")


class ElementModel(BaseModel):
    """One element of a resource: its value, what the message said for it and where, and the rule."""

    resource: str = Field(examples=["Encounter/5d1f2f0e-6b1c-8a44-9d0b-2f4f4c1b7a10"])
    path: str = Field(examples=["Encounter.period.start"])
    value: str | None = Field(examples=["2026-03-02T10:00:00+01:00"], description="Null for a value inside a narrative")
    message: str | None = Field(examples=[MSG_ID], description="MsgId of the message that said it; null for none")
    xpath: str | None = Field(
        examples=["MsgHead/Document[1]/RefDoc/Content/Pasientlogistikk/MeldingInnlagtPasient"],
        description="Where in the message, by local names",
    )
    said: str | None = Field(examples=["2026-03-02T10:00:00"], description="What stands there")
    as_text: bool = False
    rule: RuleModel


class ExplanationModel(BaseModel):
    """Why resources are as they are. This is clinical content: it is never stored on the way."""

    elements: list[ElementModel]
    messages: dict[str, str] = Field(
        examples=[{MSG_ID: f"/messages/{ROW}"}], description="MsgId of each message they come from -> where it is read"
    )


class ReplayedModel(BaseModel):
    """A message was queued once more."""

    id: UUID
    state: str = Field(examples=["received"])
    links: dict[str, str]


class EventModel(BaseModel):
    """Something that happened, in the order of ``sequence``."""

    sequence: int = Field(examples=[42])
    at: datetime
    kind: str = Field(examples=["message.projected"])
    message: UUID | None = Field(examples=[ROW])
    resource: str | None = Field(
        default=None, examples=[f"Task/{ROW}"], description="What has changed on the FHIR server; read it at /fhir"
    )
    data: dict[str, Any] = Field(examples=[{"type": "LOG_UTSKRIVNINGSKLAR"}])


class Feed(BaseModel):
    """The next events. Ask ``next`` again for what comes later; it is never past an event that you have not seen.

    Where ``after`` is not the ``last`` of the page before, a page is missing. A number that the feed no longer goes
    back to is answered with 410: read anew what you follow, then go on from ``last``.
    """

    events: list[EventModel]
    after: int = Field(examples=[40], description="The number that this page begins after")
    last: int = Field(examples=[42], description="Up to this number there is nothing else for you")
    next: str = Field(examples=["/events?after=42"])


class Check(BaseModel):
    """One thing the hub depends on."""

    ok: bool
    detail: str = ""


class Readiness(BaseModel):
    """``ready``: messages can be taken in. The FHIR server and the workers may be away; messages wait in the log."""

    ready: bool
    checks: dict[str, Check]
