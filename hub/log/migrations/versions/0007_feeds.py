"""What has changed on the FHIR server, in the feed; subscriptions, and what is on its way to those who subscribe.

And why somebody looked, as their system attests it, in the access log.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

MOMENT, NUMBERS = sa.DateTime(timezone=True), postgresql.ARRAY(sa.Text())
NOW = sa.text("clock_timestamp()")


def _text(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def upgrade() -> None:
    # What was delivered before has no events, so nobody asks who may hear of it until it is delivered again.
    op.add_column("delivered", sa.Column("numbers", NUMBERS, server_default="{}", nullable=False))
    op.add_column("event", sa.Column("resource_type", sa.Text(), nullable=True))
    op.add_column("event", sa.Column("resource_id", sa.Text(), nullable=True))
    op.add_column("access_entry", sa.Column("attested", sa.Text(), server_default="", nullable=False))
    op.create_index("event_by_age", "event", ["at"])
    op.create_table(
        "feed_end",
        *_text("name"),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    _subscriptions()


def _subscriptions() -> None:
    op.create_table(
        "subscription",
        sa.Column("id", sa.Uuid(), nullable=False),
        *_text("client", "organisation", "unit"),
        sa.Column("numbers", NUMBERS, nullable=True),
        sa.Column("scopes", postgresql.JSONB(), server_default=sa.text("'[]'::jsonb"), nullable=False),
        *_text("criteria", "endpoint", "payload", "reason"),
        sa.Column("contact", postgresql.JSONB(), server_default=sa.text("'[]'::jsonb"), nullable=False),
        *_text("status", "error"),
        sa.Column("ends", MOMENT, nullable=False),
        *_text("sealed"),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("changed", MOMENT, nullable=False),
        sa.Column("cursor", sa.BigInteger(), nullable=False),
        sa.Column("sent", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("subscription_of_client", "subscription", ["client", "organisation"])
    op.create_table(
        "notification",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("subscription", sa.Uuid(), nullable=False),
        *_text("kind", "state", "cause"),
        sa.Column("items", postgresql.JSONB(), server_default=sa.text("'[]'::jsonb"), nullable=False),
        sa.Column("made", MOMENT, server_default=NOW, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_try", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.ForeignKeyConstraint(["subscription"], ["subscription.id"], ondelete="CASCADE"),
    )
    op.create_index(op.f("ix_notification_subscription"), "notification", ["subscription"])
    op.create_index("notification_due", "notification", ["next_try"], postgresql_where=sa.text("state = 'waiting'"))
