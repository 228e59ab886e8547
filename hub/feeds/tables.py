"""The tables of subscriptions; the migrations make them."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Text, text
from sqlalchemy import Uuid as UuidType
from sqlalchemy.dialects.postgresql import ARRAY as PG_ARRAY
from sqlmodel import Field, SQLModel

from hub.log.keys import time_ordered_id
from hub.log.tables import json_column, moment_column, now_column


class Subscription(SQLModel, table=True):
    """Somebody who is told by POST of what changes, as they asked for, and no more than they may see."""

    __tablename__ = "subscription"
    __table_args__ = (Index("subscription_of_client", "client", "organisation"),)

    id: UUID = Field(default_factory=time_ordered_id, sa_column=Column(UuidType, primary_key=True))
    client: str = Field(sa_type=Text)
    organisation: str = Field(default="", sa_type=Text)
    unit: str = Field(default="", sa_type=Text)
    numbers: list[str] | None = Field(default=None, sa_column=Column(PG_ARRAY(Text), nullable=True))
    """What it acts for, as its token said; absent for the demo user, who acts for everybody."""
    scopes: list[Any] = Field(default_factory=list, sa_column=json_column("[]"))
    """``[type, may, [[parameter, value], ...]]`` of its token."""
    criteria: str = Field(sa_type=Text)
    endpoint: str = Field(sa_type=Text)
    payload: str = Field(default="", sa_type=Text)
    """``id-only``, or nothing."""
    reason: str = Field(default="", sa_type=Text)
    contact: list[Any] = Field(default_factory=list, sa_column=json_column("[]"))
    status: str = Field(default="requested", sa_type=Text)
    """R4's: ``requested``, ``active``, ``error``, ``off``."""
    error: str = Field(default="", sa_type=Text)
    ends: datetime = Field(sa_column=moment_column())
    sealed: str = Field(sa_type=Text)
    """The signing secret and the receiver's own headers, encrypted (``hub.feeds.secrets``)."""
    revision: int = 1
    changed: datetime = Field(sa_column=moment_column())
    cursor: int = Field(default=0, sa_type=BigInteger)
    """Up to which event it has been looked for what matches."""
    sent: int = Field(default=0, sa_type=BigInteger)
    """How many events its receiver has been told of: they are numbered without holes."""


class Notification(SQLModel, table=True):
    """Something that a subscriber is to be told; gone when it has been."""

    __tablename__ = "notification"
    __table_args__ = (Index("notification_due", "next_try", postgresql_where=text("state = 'waiting'")),)

    id: UUID = Field(default_factory=time_ordered_id, sa_column=Column(UuidType, primary_key=True))
    subscription: UUID = Field(
        sa_column=Column(UuidType, ForeignKey("subscription.id", ondelete="CASCADE"), nullable=False, index=True)
    )
    kind: str = Field(sa_type=Text)
    """``handshake`` or ``events``."""
    state: str = Field(default="waiting", sa_type=Text)
    """``waiting``, or ``parked`` until its owner asks again."""
    cause: str = Field(default="", sa_type=Text)
    items: list[Any] = Field(default_factory=list, sa_column=json_column("[]"))
    """``[type, id, when it changed]`` of each."""
    made: datetime | None = Field(default=None, sa_column=now_column())
    attempts: int = 0
    next_try: datetime = Field(sa_column=moment_column())
