"""What is on its way out, what happened to it, and who may hear of an event."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def _text(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def upgrade() -> None:
    moment, numbers = sa.DateTime(timezone=True), postgresql.ARRAY(sa.Text())
    now = sa.text("clock_timestamp()")
    op.add_column("event", sa.Column("only", numbers, nullable=True))
    op.create_table(
        "outgoing",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("entry", sa.Uuid(), nullable=True),
        sa.Column("ends", sa.Boolean(), nullable=False),
        *_text(
            "message_id", "about", "kind", "type", "version", "identifier_key", "content_type", "state", "why", "cause"
        ),
        sa.Column("parties", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.Column("numbers", numbers, server_default="{}", nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("generated", moment, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_try", moment, nullable=True),
        sa.Column("logged", sa.Uuid(), nullable=True),
        sa.Column("made", moment, server_default=now, nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("message_id"),
        sa.ForeignKeyConstraint(["logged"], ["message.id"], ondelete="CASCADE"),
    )
    op.create_index("outgoing_by_numbers", "outgoing", ["numbers"], postgresql_using="gin")
    op.create_index("outgoing_due", "outgoing", ["next_try"], postgresql_where=sa.text("state = 'approved'"))
    op.create_index("outgoing_by_about", "outgoing", ["about", "kind"])
    op.create_index("outgoing_by_logged", "outgoing", ["logged"])
    op.create_table(
        "outgoing_step",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("outgoing", sa.Uuid(), nullable=False),
        sa.Column("at", moment, server_default=now, nullable=False),
        *_text("state", "who", "cause"),
        sa.PrimaryKeyConstraint("id"),
        sa.ForeignKeyConstraint(["outgoing"], ["outgoing.id"], ondelete="CASCADE"),
    )
    op.create_index(op.f("ix_outgoing_step_outgoing"), "outgoing_step", ["outgoing"])
