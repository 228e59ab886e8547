"""The way to PostgreSQL: one engine per process, short sessions, and the raw connection for procrastinate."""

from __future__ import annotations

import psycopg
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine

from hub.settings import Settings

Sessions = async_sessionmaker[AsyncSession]


def connect(settings: Settings, *, pool: int = 10) -> AsyncEngine:
    """The engine. ``pool_pre_ping`` because PostgreSQL may have been restarted since the last use."""
    return create_async_engine(
        settings.sqlalchemy_url,
        pool_size=pool,
        max_overflow=pool,
        pool_timeout=10,
        pool_pre_ping=True,
        hide_parameters=True,  # else an error text could carry personal data
        connect_args={"connect_timeout": 5, "application_name": "heimveg"},
    )


def sessions(engine: AsyncEngine) -> Sessions:
    """``async with sessions(engine)() as session, session.begin(): ...`` is one transaction."""
    return async_sessionmaker(engine, class_=AsyncSession, expire_on_commit=False)


async def raw_connection(session: AsyncSession) -> psycopg.AsyncConnection[object]:
    """The psycopg connection under this session's transaction, so that a job is deferred within it."""
    fairy = await (await session.connection()).get_raw_connection()
    connection = fairy.driver_connection
    if not isinstance(connection, psycopg.AsyncConnection):
        raise TypeError("the log needs SQLAlchemy's asynchronous psycopg driver")
    return connection
