"""Bring the schema to where this version of the code wants it."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, text

from hub.settings import Settings

# One migration at a time, however many hubs and workers start together.
MIGRATION_LOCK = 7_464_001


def configuration() -> Config:
    """Alembic's configuration, without an ini file."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    return config


def upgrade(settings: Settings) -> str:
    """Migrate to the newest revision, in one transaction, and return it."""
    engine = create_engine(settings.sqlalchemy_url, connect_args={"connect_timeout": 5})
    try:
        with engine.begin() as connection:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
            config = configuration()
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    finally:
        engine.dispose()
    return newest_revision()


def newest_revision() -> str:
    """The revision this code was written for."""
    head = ScriptDirectory.from_config(configuration()).get_current_head()
    if head is None:
        raise RuntimeError("hub/log/migrations/versions is empty; the installation is incomplete")
    return head


def current_revision(connection: Connection) -> str | None:
    """The revision the database is at; none if it was never migrated."""
    return MigrationContext.configure(connection).get_current_revision()
