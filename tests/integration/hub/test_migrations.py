"""The schema that the migrations make is the one that the tables describe."""

from __future__ import annotations

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine
from sqlmodel import SQLModel

import hub.feeds.tables
import hub.log.tables
import hub.outbox.tables
from hub.log.migrate import upgrade
from hub.settings import Settings

pytestmark = pytest.mark.integration


def _ours(name: str | None, kind: str, _parents: object) -> bool:
    return not (kind == "table" and (name or "").startswith("procrastinate_"))


def test_migrations_and_tables_agree(database: Settings) -> None:
    assert hub.log.tables.Message.metadata is SQLModel.metadata
    assert hub.outbox.tables.OutgoingMessage.metadata is SQLModel.metadata
    assert hub.feeds.tables.Subscription.metadata is SQLModel.metadata
    engine = create_engine(database.sqlalchemy_url)
    with engine.connect() as connection:
        options = {"include_name": _ours, "compare_type": True, "compare_server_default": False}
        differences = compare_metadata(MigrationContext.configure(connection, opts=options), SQLModel.metadata)
    engine.dispose()
    assert differences == []


def test_migrating_again_changes_nothing(database: Settings) -> None:
    assert upgrade(database) == upgrade(database)
