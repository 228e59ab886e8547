"""Who may see a message, who has seen what, and which proofs were used."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

NUMBERS = """
UPDATE message SET numbers = ARRAY(
  SELECT DISTINCT number ->> 'value'
  FROM jsonb_array_elements(
    jsonb_build_array(parties -> 'sender', parties -> 'receiver') || coalesce(parties -> 'copies', '[]')
  ) AS party, jsonb_array_elements(coalesce(party -> 'identifiers', '[]')) AS number
  WHERE number ->> 'system' IN ('urn\\:oid\\:2.16.578.1.12.4.1.4.101', 'urn\\:oid\\:2.16.578.1.12.4.1.2')
) WHERE parties <> '{}'
"""


def upgrade() -> None:
    op.add_column("message", sa.Column("numbers", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False))
    op.create_index("message_by_numbers", "message", ["numbers"], postgresql_using="gin")
    op.execute(sa.text(NUMBERS))
    op.create_table(
        "access_entry",
        sa.Column("sequence", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("action", "what")),
        sa.Column("outcome", sa.Integer(), nullable=False),
        *(
            sa.Column(name, sa.Text(), nullable=False)
            for name in ("client", "organisation", "unit", "hpr", "subject", "token", "asked", "purpose", "reason")
        ),
        sa.Column("patients", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("resources", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sequence"),
    )
    op.create_index("access_entry_by_patient", "access_entry", ["patients"], postgresql_using="gin")
    op.create_index(op.f("ix_access_entry_at"), "access_entry", ["at"])
    op.create_table(
        "used_proof",
        sa.Column("proof", sa.LargeBinary(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("proof"),
    )
    op.create_index(op.f("ix_used_proof_until"), "used_proof", ["until"])
