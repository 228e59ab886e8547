"""Service codes of the national hub for welfare technology: ours, and those that a municipality adds."""

from __future__ import annotations

from pathlib import Path

import pytest

from hub.errors import ConfigurationError
from hub.gateway.national import service_codes

IPLOS = "urn:oid:2.16.578.1.12.4.1.1.9151"


def test_a_municipality_adds_services_of_its_own_to_the_shipped_ones(tmp_path: Path) -> None:
    table = tmp_path / "own.csv"
    table.write_text("service_code,system,code\nTA,https://epj.example.org/kode,2.2.1\nny,urn:x,1\n", encoding="utf-8")
    found = service_codes(table)
    assert found["ta"] == {f"{IPLOS}|6", "https://epj.example.org/kode|2.2.1"}
    assert found["ny"] == {"urn:x|1"}
    assert found["gps"] == service_codes(None)["gps"] == {f"{IPLOS}|26"}


@pytest.mark.parametrize("text", [None, "service_code,code\nta,6\n"])
def test_a_table_that_cannot_be_read_stops_the_start(tmp_path: Path, text: str | None) -> None:
    table = tmp_path / "own.csv"
    if text is not None:
        table.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError, match="service_code,system,code"):
        service_codes(table)
