"""The tables of the outbox; the migrations make them."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Column, ForeignKey, Identity, Index, LargeBinary, Text, text
from sqlalchemy import Uuid as UuidType
from sqlalchemy.dialects.postgresql import ARRAY as PG_ARRAY
from sqlmodel import Field, SQLModel

from hub.log.keys import time_ordered_id
from hub.log.tables import json_column, moment_column, now_column, of_message_column


class OutgoingMessage(SQLModel, table=True):
    """A message of ours to a partner: what it says, how far it has come, and who may see it (its sender)."""

    __tablename__ = "outgoing"
    __table_args__ = (
        Index("outgoing_by_numbers", "numbers", postgresql_using="gin"),
        Index("outgoing_due", "next_try", postgresql_where=text("state = 'approved'")),
        Index("outgoing_by_about", "about", "kind"),
        Index("outgoing_by_logged", "logged"),
    )

    id: UUID = Field(default_factory=time_ordered_id, sa_column=Column(UuidType, primary_key=True))
    message_id: str = Field(sa_type=Text, unique=True)
    entry: UUID | None = Field(default=None, sa_column=Column(UuidType, nullable=True))
    """What it tells of; absent for a report that somebody asked for."""
    about: str = Field(default="", sa_type=Text)
    """The message of the stay that it is about."""
    kind: str = Field(default="", sa_type=Text)
    """That of the entry."""
    ends: bool = False
    """Whether it takes back what was sent of its kind before."""
    type: str = Field(sa_type=Text)
    version: str = Field(default="", sa_type=Text)
    identifier_key: str = Field(sa_type=Text)
    parties: dict[str, Any] = Field(default_factory=dict, sa_column=json_column())
    numbers: list[str] = Field(
        default_factory=list, sa_column=Column(PG_ARRAY(Text), nullable=False, server_default="{}")
    )
    """Of the sender, whose draft it is."""
    content_type: str = Field(default="", sa_type=Text)
    body: bytes | None = Field(default=None, sa_column=Column(LargeBinary, nullable=True))
    """zlib; absent where it could not be made."""
    generated: datetime = Field(sa_column=moment_column())
    state: str = Field(sa_type=Text)
    revision: int = 1
    attempts: int = 0
    next_try: datetime | None = Field(default=None, sa_column=moment_column(optional=True))
    why: str = Field(default="", sa_type=Text)
    """Of one that has failed: a key of ``hub.outbox.texts``."""
    cause: str = Field(default="", sa_type=Text)
    logged: UUID | None = Field(default=None, sa_column=of_message_column(optional=True))
    """Its row in the message log once it is sent."""
    made: datetime | None = Field(default=None, sa_column=now_column())


class OutgoingStep(SQLModel, table=True):
    """One thing that happened to a message of ours: which state it came to, when, by whom and why."""

    __tablename__ = "outgoing_step"

    id: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(always=True), primary_key=True))
    outgoing: UUID = Field(
        sa_column=Column(UuidType, ForeignKey("outgoing.id", ondelete="CASCADE"), nullable=False, index=True)
    )
    at: datetime | None = Field(default=None, sa_column=now_column())
    state: str = Field(sa_type=Text)
    who: str = Field(sa_type=Text)
    cause: str = Field(default="", sa_type=Text)
