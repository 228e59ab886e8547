"""Alembic's entry: runs the migrations on the connection that ``hub.log.migrate`` opened."""

from __future__ import annotations

from alembic import context
from sqlmodel import SQLModel

import hub.feeds.tables
import hub.outbox.tables  # noqa: F401  registers, with those of the log, the tables that the schema is compared with


def ours(name: str | None, kind: str, _parents: object) -> bool:
    """Tables of the queue are procrastinate's business."""
    return not (kind == "table" and name is not None and name.startswith("procrastinate_"))


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    include_name=ours,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
