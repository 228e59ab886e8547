"""The real parts that all other integration tests stand on."""

from __future__ import annotations

import json
import urllib.request

import psycopg
import pytest
from sqlalchemy import create_engine

from hub.log.migrate import current_revision, newest_revision
from hub.settings import Settings

pytestmark = pytest.mark.integration


def test_each_test_gets_a_fresh_migrated_database(database: Settings) -> None:
    engine = create_engine(database.sqlalchemy_url)
    with engine.connect() as connection:
        assert current_revision(connection) == newest_revision()
    engine.dispose()
    with psycopg.connect(database.conninfo) as connection:
        assert connection.execute("SELECT count(*) FROM message").fetchone() == (0,)


def test_the_fhir_server_is_the_pinned_version_and_speaks_r4(fhir_server) -> None:
    with urllib.request.urlopen(f"{fhir_server.base}/metadata") as answer:
        statement = json.load(answer)
    assert statement["fhirVersion"] == "4.0.1"
    assert statement["software"]["version"] == "8.8.0"
