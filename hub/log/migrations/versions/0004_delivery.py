"""What receivers said of messages, and which message a receipt answers. A replay fills them for what came before."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("message", sa.Column("answers", sa.Text(), nullable=True))
    op.add_column("message", sa.Column("delivery", sa.Text(), nullable=True))
    op.create_index(
        "message_by_answers", "message", ["answers"], postgresql_where=sa.text("answers IS NOT NULL"), unique=False
    )
    op.create_index(
        "message_by_delivery", "message", ["delivery", "id"], postgresql_where=sa.text("delivery IS NOT NULL")
    )
