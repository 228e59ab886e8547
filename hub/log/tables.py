"""The tables of the log. The schema is made by the migrations only; a test compares the two.

Where a table says ``person_key`` it holds the keyed hash of the person's strongest identifier (``hub.log.persons``),
never a fødselsnummer.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, Column, DateTime, ForeignKey, Identity, Index, LargeBinary, Table, Text, text
from sqlalchemy import Uuid as UuidType
from sqlalchemy.dialects.postgresql import ARRAY as PG_ARRAY
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from hub.log.keys import time_ordered_id
from hub.log.states import Acknowledgement, Processing


def moment_column(*, optional: bool = False, index: bool = False) -> Column[datetime]:
    """An instant with its offset."""
    return Column(DateTime(timezone=True), nullable=optional, index=index)


def now_column(**options: Any) -> Column[datetime]:
    """An instant, that of the insertion unless another is given."""
    return Column(DateTime(timezone=True), nullable=False, server_default=text("clock_timestamp()"), **options)


def json_column(default: str = "{}") -> Column[Any]:
    """JSON values."""
    return Column(JSONB, nullable=False, server_default=text(f"'{default}'::jsonb"))


def of_message_column(*, primary_key: bool = False, optional: bool = False, index: bool = False) -> Column[UUID]:
    """The message that a row belongs to, and goes with."""
    target = ForeignKey("message.id", ondelete="CASCADE")
    return Column(UuidType, target, primary_key=primary_key, nullable=optional, index=index)


class Message(SQLModel, table=True):
    """One delivery of one message: the bytes and what is known of it, whatever became of it.

    ``message_id`` is the sender's (lower case), absent when it could not be read. At most one row per
    (``message_id``, ``receiver_key``) has no ``first``; the others are its duplicates or contradict it.
    """

    __tablename__ = "message"
    __table_args__ = (
        Index(
            "message_once",
            "message_id",
            "receiver_key",
            unique=True,
            postgresql_where=text("first IS NULL AND message_id IS NOT NULL"),
        ),
        Index("message_by_state", "processing", "id"),
        Index("message_by_type", "type", "id"),
        Index("message_by_conversation", "conversation"),
        Index("message_by_message_id", "message_id"),
        Index("message_by_parent", "parent", postgresql_where=text("parent IS NOT NULL")),
        Index("message_by_answers", "answers", postgresql_where=text("answers IS NOT NULL")),
        Index("message_by_delivery", "delivery", "id", postgresql_where=text("delivery IS NOT NULL")),
        Index("message_by_numbers", "numbers", postgresql_using="gin"),
    )

    id: UUID = Field(default_factory=time_ordered_id, sa_column=Column(UuidType, primary_key=True))
    message_id: str | None = Field(default=None, sa_type=Text)
    receiver_key: str = Field(default="", sa_type=Text)
    first: UUID | None = Field(default=None, sa_column=of_message_column(optional=True, index=True))
    adapter: str | None = Field(default=None, sa_type=Text)
    type: str | None = Field(default=None, sa_type=Text)
    version: str | None = Field(default=None, sa_type=Text)
    series: str | None = Field(default=None, sa_type=Text)
    sender_key: str = Field(default="", sa_type=Text)
    parties: dict[str, Any] = Field(default_factory=dict, sa_column=json_column())
    parent: str | None = Field(default=None, sa_type=Text)
    conversation: str | None = Field(default=None, sa_type=Text)
    answers: str | None = Field(default=None, sa_type=Text)
    """Of a receipt: the id of the message (or document) that it answers."""
    generated: datetime | None = Field(default=None, sa_column=moment_column(optional=True))
    received: datetime = Field(sa_column=moment_column(index=True))
    test: bool = False
    numbers: list[str] = Field(
        default_factory=list, sa_column=Column(PG_ARRAY(Text), nullable=False, server_default="{}")
    )
    """Organisation numbers and HER-ids of its parties (level 1): whoever acts for one of them may see it."""
    sha256: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    size: int = Field(sa_type=BigInteger)
    content_type: str = Field(default="", sa_type=Text)
    transport: dict[str, Any] = Field(default_factory=dict, sa_column=json_column())
    body: bytes | None = Field(default=None, sa_column=Column(LargeBinary, nullable=True))
    """The original bytes, zlib. Absent after its retention, and for a duplicate with the same bytes as ``first``."""
    processing: str = Field(default=Processing.RECEIVED.value, sa_type=Text)
    acknowledgement: str = Field(default=Acknowledgement.NONE_OWED.value, sa_type=Text)
    delivery: str | None = Field(default=None, sa_type=Text)
    """What the receiver's own receipt says, as the last projection saw it (``Delivery``); absent before it is known."""
    person_key: str | None = Field(default=None, sa_column=Column(Text, nullable=True, index=True))
    """The person's key when it came in. The key of today is computed from ``message_identifier``."""


class StoredDocument(SQLModel, table=True):
    """The parsed form of a message that takes part in a projection (``mappings.documents.load``)."""

    __tablename__ = "document"

    message: UUID = Field(sa_column=of_message_column(primary_key=True))
    dumped: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    """zlib over ``mappings.documents.dump``."""
    parser: str = Field(sa_type=Text)


class MessageIdentifier(SQLModel, table=True):
    """That a message gives a person this identifier; several in one message show that they are one person's."""

    __tablename__ = "message_identifier"
    __table_args__ = (Index("message_identifier_by_key", "identifier_key", "message"),)

    message: UUID = Field(sa_column=of_message_column(primary_key=True))
    identifier_key: str = Field(sa_column=Column(Text, primary_key=True))
    rank: int
    """0 is the strongest kind of identifier; see ``hub.log.persons``."""


class Entry(SQLModel, table=True):
    """What a person or system wrote through REST (a municipality's answer, ...), projected like a message."""

    __tablename__ = "entry"

    id: UUID = Field(default_factory=time_ordered_id, sa_column=Column(UuidType, primary_key=True))
    kind: str = Field(sa_type=Text)
    identifier_key: str = Field(sa_column=Column(Text, nullable=False, index=True))
    author_key: str = Field(sa_type=Text)
    recorded: datetime = Field(sa_column=moment_column())
    dumped: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    parser: str = Field(sa_type=Text)


class Attempt(SQLModel, table=True):
    """One try at projecting a message, and how it ended."""

    __tablename__ = "attempt"

    id: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(always=True), primary_key=True))
    message: UUID = Field(sa_column=of_message_column(index=True))
    job: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    started: datetime = Field(sa_column=moment_column())
    ended: datetime | None = Field(default=None, sa_column=moment_column(optional=True))
    outcome: str = Field(sa_type=Text)
    """``delivered``, ``unchanged``, ``moved``, ``waiting`` or ``parked``."""
    error: str | None = Field(default=None, sa_type=Text)
    detail: str = Field(default="", sa_type=Text)
    sent: int = 0
    """How many resources the attempt wrote."""


class Receipt(SQLModel, table=True):
    """The one answer to a message: final, stored before it is sent, never made twice (HIS 80415:2012)."""

    __tablename__ = "receipt"

    message: UUID = Field(sa_column=of_message_column(primary_key=True))
    receipt_id: str = Field(sa_type=Text)
    positive: bool
    created: datetime = Field(sa_column=moment_column())
    content_type: str = Field(default="application/xml", sa_type=Text)
    body: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class StoredIssue(SQLModel, table=True):
    """Something odd about a message, or a reason why it was refused: found when reading, in transport or projecting."""

    __tablename__ = "issue"

    id: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(always=True), primary_key=True))
    message: UUID = Field(sa_column=of_message_column(index=True))
    stage: str = Field(sa_type=Text)
    """``read``, ``transport``, ``refusal`` or ``course``; ``course`` is replaced at each projection."""
    code: str = Field(sa_type=Text)
    text: str = Field(sa_type=Text)
    path: str = Field(default="", sa_type=Text)
    severity: str = Field(default="warning", sa_type=Text)


class Delivered(SQLModel, table=True):
    """What was last written to the FHIR server; a memory, not the truth about the server."""

    __tablename__ = "delivered"
    __table_args__ = (Index("delivered_by_lane", "lane"), Index("delivered_by_source", "source"))

    resource_type: str = Field(sa_column=Column(Text, primary_key=True))
    resource_id: str = Field(sa_column=Column(Text, primary_key=True))
    lane: str = Field(sa_type=Text)
    """The person's key, or ``directory``."""
    source: str | None = Field(default=None, sa_type=Text)
    """The ``message_id`` of a message-scoped resource (its ``meta.source``); absent when several messages make it."""
    content_hash: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    server_version: str | None = Field(default=None, sa_type=Text)
    body: bytes | None = Field(default=None, sa_column=Column(LargeBinary, nullable=True))
    """The resource as sent, zlib over JSON; absent for Binary."""
    withdrawn: bool = False
    numbers: list[str] = Field(
        default_factory=list, sa_column=Column(PG_ARRAY(Text), nullable=False, server_default="{}")
    )
    """Its access tags: who may hear that it has changed."""
    at: datetime = Field(sa_column=now_column())


class Refused(SQLModel, table=True):
    """What the FHIR server would not have when its person was last projected; each projection offers it again."""

    __tablename__ = "refused"

    resource_type: str = Field(sa_column=Column(Text, primary_key=True))
    resource_id: str = Field(sa_column=Column(Text, primary_key=True))
    lane: str = Field(sa_column=Column(Text, nullable=False, index=True))
    source: str | None = Field(default=None, sa_type=Text)
    """The message or entry that makes it (its ``meta.source``)."""
    numbers: list[str] = Field(default_factory=list, sa_column=Column(PG_ARRAY(Text), nullable=False))
    """Of the organisations that it is open to."""
    detail: str = Field(default="", sa_type=Text)
    """Codes and paths of the server's answer, never its texts."""
    at: datetime = Field(sa_column=now_column())


class Directory(SQLModel, table=True):
    """The newest mention of a shared resource (Organization, Practitioner, PractitionerRole), by (at, message_id)."""

    __tablename__ = "directory"

    resource_type: str = Field(sa_column=Column(Text, primary_key=True))
    resource_id: str = Field(sa_column=Column(Text, primary_key=True))
    at: datetime = Field(sa_column=moment_column())
    message_id: str = Field(sa_type=Text)
    body: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    """The resource, zlib over JSON."""


class Event(SQLModel, table=True):
    """What happened, for whoever follows. ``sequence`` is given after commit, by ``hub.log.events``.

    A serial number taken inside the transaction would not do: a reader past number 6 would never see a number 5
    that commits later.
    """

    __tablename__ = "event"
    __table_args__ = (
        Index("event_unnumbered", "id", postgresql_where=text("sequence IS NULL")),
        Index("event_by_age", "at"),
    )

    id: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(always=True), primary_key=True))
    sequence: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True, unique=True))
    at: datetime | None = Field(default=None, sa_column=now_column())
    kind: str = Field(sa_type=Text)
    """``message.received``, ``message.rejected``, ``message.quarantined``, ``message.duplicate``,
    ``message.projected``, ``message.waiting``, ``message.parked``, ``message.replayed``, ``message.answered``,
    ``entry.recorded``, ``entry.refused``, ``outbox.drafted`` and so on, by its states; of a resource:
    ``resource.created``, ``resource.changed``, ``resource.withdrawn``."""
    message: UUID | None = Field(default=None, sa_column=of_message_column(optional=True, index=True))
    data: dict[str, Any] = Field(default_factory=dict, sa_column=json_column())
    """Counts, codes, types and our own ids; no personal data."""
    only: list[str] | None = Field(default=None, sa_column=Column(PG_ARRAY(Text), nullable=True))
    """Numbers of the organisations that may hear of it; absent: the parties of the message."""
    resource_type: str | None = Field(default=None, sa_type=Text)
    """Of what has changed on the FHIR server; who may hear of it is who sees the resource when the feed is read."""
    resource_id: str | None = Field(default=None, sa_type=Text)


class FeedEnd(SQLModel, table=True):
    """How far the feed has been forgotten: the last sequence number that is gone. At most one row."""

    __tablename__ = "feed_end"

    name: str = Field(default="forgotten", sa_column=Column(Text, primary_key=True))
    sequence: int = Field(sa_type=BigInteger)


class Stay(SQLModel, table=True):
    """One stay as the last projection of its person saw it (``hub.contract.StayRow``): for lists and indicators.

    Written in the transaction that ends the projection, so it never tells of messages that were not projected.
    """

    __tablename__ = "stay"
    __table_args__ = (
        Index("stay_of_municipality", "municipality", "is_open", "ended"),
        Index("stay_of_hospital", "hospital", "ward", "is_open", "ended"),
        Index("stay_by_due", "due", postgresql_where=text("due IS NOT NULL")),
        Index("stay_by_end", "ended"),
        Index("stay_by_organisation", "organisations", postgresql_using="gin"),
    )

    id: str = Field(sa_column=Column(Text, primary_key=True))
    """The Encounter's id."""
    lane: str = Field(sa_column=Column(Text, nullable=False, index=True))
    municipality: str = Field(default="", sa_type=Text)
    hospital: str = Field(default="", sa_type=Text)
    ward: str = Field(default="", sa_type=Text)
    organisations: list[str] = Field(default_factory=list, sa_column=Column(ARRAY(Text), nullable=False))
    began: datetime | None = Field(default=None, sa_column=moment_column(optional=True))
    ended: datetime | None = Field(default=None, sa_column=moment_column(optional=True))
    is_open: bool = True
    due: datetime | None = Field(default=None, sa_column=moment_column(optional=True))
    urgency: int = 0
    resources: list[str] = Field(default_factory=list, sa_column=Column(ARRAY(Text), nullable=False))
    facts: dict[str, Any] = Field(default_factory=dict, sa_column=json_column())
    as_of: datetime = Field(sa_column=moment_column())
    """The ``now`` of the projection."""


class Review(SQLModel, table=True):
    """When silence alone changes what holds for a person (a deadline passes), the projection is made again."""

    __tablename__ = "review"

    person_key: str = Field(sa_column=Column(Text, primary_key=True))
    review_at: datetime = Field(sa_column=moment_column(index=True))


class DrugTerm(SQLModel, table=True):
    """One entry of the drug register that the user has loaded (FEST): by its own id, and by number where it has one."""

    __tablename__ = "drug_term"
    __table_args__ = (Index("drug_term_by_number", "number", postgresql_where=text("number <> ''")),)

    kind: str = Field(sa_column=Column(Text, primary_key=True))
    key: str = Field(sa_column=Column(Text, primary_key=True))
    number: str = Field(default="", sa_type=Text)
    atc: str = Field(default="", sa_type=Text)
    name: str = Field(default="", sa_type=Text)
    text: str = Field(default="", sa_type=Text)
    substance: str = Field(default="", sa_type=Text)
    form: str = Field(default="", sa_type=Text)
    of: str = Field(default="", sa_type=Text)
    exchange: str = Field(default="", sa_type=Text)
    gone: bool = False


class DrugRegister(SQLModel, table=True):
    """Which file the register was loaded from; at most one row."""

    __tablename__ = "drug_register"

    name: str = Field(sa_column=Column(Text, primary_key=True))
    sha256: str = Field(default="", sa_type=Text)
    retrieved: str = Field(default="", sa_type=Text)
    entries: int = 0
    loaded: datetime = Field(sa_column=now_column())


class AccessEntry(SQLModel, table=True):
    """One entry of the access log (``hub.access.ledger``). Only ever added; the hash chains it to the one before."""

    __tablename__ = "access_entry"
    __table_args__ = (Index("access_entry_by_patient", "patients", postgresql_using="gin"),)

    sequence: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    at: datetime = Field(sa_column=moment_column(index=True))
    action: str = Field(sa_type=Text)
    what: str = Field(sa_type=Text)
    outcome: int
    client: str = Field(sa_type=Text)
    organisation: str = Field(sa_type=Text)
    unit: str = Field(sa_type=Text)
    hpr: str = Field(sa_type=Text)
    subject: str = Field(sa_type=Text)
    token: str = Field(sa_type=Text)
    asked: str = Field(sa_type=Text)
    purpose: str = Field(sa_type=Text)
    reason: str = Field(sa_type=Text)
    attested: str = Field(default="", sa_column=Column(Text, nullable=False, server_default=""))
    """Why, as the caller's system attests it: canonical JSON (``hub.access.attestation``)."""
    patients: list[str] = Field(sa_column=Column(PG_ARRAY(Text), nullable=False))
    resources: list[str] = Field(sa_column=Column(PG_ARRAY(Text), nullable=False))
    hash: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class UsedProof(SQLModel, table=True):
    """A DPoP proof that has been used (hash of its key and id), until it would be too old anyway (RFC 9449 11.1)."""

    __tablename__ = "used_proof"

    proof: bytes = Field(sa_column=Column(LargeBinary, primary_key=True))
    until: datetime = Field(sa_column=moment_column(index=True))


def table_of(model: type[SQLModel]) -> Table:
    """The plain table of a model."""
    return SQLModel.metadata.tables[str(model.__tablename__)]
