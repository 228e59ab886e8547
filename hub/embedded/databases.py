"""The databases and their owners in the embedded PostgreSQL: one for the log and queue, one for the FHIR server.

Each owner sees its own database only, so that neither part can read the other's data.
"""

from __future__ import annotations

from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from hub.embedded.process import LOOPBACK
from hub.embedded.secret import secret_in
from hub.errors import ConfigurationError

HUB, FHIR = "heimveg", "hapi"


def password_of(home: Path, role: str) -> str:
    """The role's password, made at first use and readable by its owner only."""
    return secret_in(home / f"{role}.password")


def address(home: Path, role: str, port: int) -> str:
    """The role's address of its own database."""
    return f"postgresql://{role}:{password_of(home, role)}@{LOOPBACK}:{port}/{role}"


def ensure_databases(superuser_url: str, home: Path) -> None:
    """Make what is missing, and set the passwords to those in the data folder."""
    with psycopg.connect(superuser_url, autocommit=True, connect_timeout=10) as connection:
        for role in (HUB, FHIR):
            ensure_database(connection, role, password_of(home, role))


def ensure_database(connection: psycopg.Connection[tuple[object, ...]], role: str, password: str) -> None:
    """A role that may log in, and a database of the same name that it alone may use."""
    name = sql.Identifier(role)
    if not _exists(connection, "SELECT 1 FROM pg_roles WHERE rolname = %s", role):
        connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(name))
    # Hashed here, so that the password itself never reaches a statement that a log could show.
    hashed = connection.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256").decode()
    connection.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(name, sql.Literal(hashed)))
    if not _exists(connection, "SELECT 1 FROM pg_database WHERE datname = %s", role):
        connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(name, name))
    connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(name))


def _exists(connection: psycopg.Connection[tuple[object, ...]], query: str, name: str) -> bool:
    return connection.execute(query.encode(), (name,)).fetchone() is not None


def ensure_fhir_database_beside(address_of_log: str) -> str:
    """The address of the FHIR server's own database on an outside server: the log's name and ``_fhir``."""
    parts = conninfo_to_dict(address_of_log)
    name = f"{parts.get('dbname', HUB)}_fhir"
    try:
        with psycopg.connect(address_of_log, autocommit=True, connect_timeout=10) as connection:
            if not _exists(connection, "SELECT 1 FROM pg_database WHERE datname = %s", name):
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    except psycopg.Error as error:
        raise ConfigurationError(
            f"The FHIR server needs a database {name} on the server of DATABASE_URL, and it could not be made "
            f"({error.diag.message_primary or type(error).__name__}). Make it, owned by the same user, or set "
            "HEIMVEG_FHIR_URL to a FHIR server that runs elsewhere."
        ) from None
    return make_conninfo(address_of_log, dbname=name)
