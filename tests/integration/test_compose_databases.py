"""The script that compose runs in an empty PostgreSQL, run here in a real one."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import psycopg
import pytest

from hub.embedded.postgres import PostgreSQL
from hub.embedded.process import free_port

pytestmark = pytest.mark.integration

SCRIPT = Path(__file__).resolve().parents[2] / "docker" / "postgres-init.sql"


def test_each_part_gets_a_database_that_the_other_cannot_see(open_folder: Path) -> None:
    home = open_folder / "compose"
    server = PostgreSQL(home, port=free_port(), log=home / "logs" / "postgresql.log")
    server.start()
    try:
        passwords = {"HEIMVEG_DATABASE_PASSWORD": "a1", "HAPI_DATABASE_PASSWORD": "b2"}
        psql = [server.programs / "psql", "-q", "-v", "ON_ERROR_STOP=1", "-f", SCRIPT, server.url()]
        subprocess.run(psql, env=os.environ | passwords, check=True)
        for role, password in (("heimveg", "a1"), ("hapi", "b2")):
            own = f"postgresql://{role}:{password}@127.0.0.1:{server.port}/"
            with psycopg.connect(own + role) as connection:
                connection.execute("CREATE TABLE mine (id integer)")
            other = {"heimveg": "hapi", "hapi": "heimveg"}[role]
            with pytest.raises(psycopg.OperationalError, match="permission denied"):
                psycopg.connect(own + other)
    finally:
        server.stop()
