"""Every bench runs as its page says, for a moment, and what it prints can be read by a program."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from hub.settings import Settings

pytestmark = pytest.mark.integration
ROOT = Path(__file__).resolve().parents[2]


def bench(name: str, *arguments: str, **environment: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, ROOT / "bench" / f"{name}.py", *arguments],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    assert (found["bench"], set(found["machine"]) >= {"cpu", "cores", "python"}) == (name, True)
    return found


def test_translating_is_measured_for_every_logistics_message() -> None:
    found = bench("translate", "--stays", "2", "--rounds", "1")
    assert found["messages"] == 8
    assert set(found["by_type"]) > {"LOG_INNLAGT", "LOG_UTSKREVET", "UTSKRIVNINGSRAPPORT"}


def test_a_yearly_file_is_measured_in_memory_that_does_not_grow() -> None:
    found = bench("iplos", "--megabytes", "2")
    assert found["accepted"] == found["persons"] > 200
    assert found["peak_memory_mb"] < 300


def test_every_bench_is_on_the_page_of_measurements() -> None:
    page = (ROOT / "docs" / "measurements.md").read_text(encoding="utf-8")
    with_main = [path.name for path in (ROOT / "bench").glob("*.py") if "__main__" in path.read_text(encoding="utf-8")]
    assert [name for name in with_main if f"bench/{name}" not in page] == []


def test_a_snapshot_is_measured_on_a_log_filled_in_bulk(database: Settings) -> None:
    asked = ("--messages", "400", "--inpatients", "6", "--rounds", "1")
    found = bench("snapshot", *asked, DATABASE_URL=database.conninfo)["milliseconds"]
    assert (found["rows"], found["json"]["p50"] > 0) == (6, True)


def test_comparing_policies_is_measured_over_every_message(database: Settings) -> None:
    found = bench("whatif", "--persons", "3", "--processes", "1", DATABASE_URL=database.conninfo)
    assert (found["messages"], found["persons_changed"]) == (12, 3)


def test_intake_is_measured_on_the_log_that_is_named(database: Settings) -> None:
    found = bench("intake", "--rate", "5", "--seconds", "1", DATABASE_URL=database.conninfo)
    assert found["answers"] == {"200": 5}
    assert found["milliseconds"]["p99"] > 0


def test_every_message_is_seen_to_become_queryable(database: Settings, fhir: Any) -> None:
    servers = {"DATABASE_URL": database.conninfo, "HEIMVEG_FHIR_URL": fhir.base}
    found = bench("end_to_end", "--rates", "2", "--seconds", "2", "--warm", "0", **servers)
    (step,) = found["steps"]
    assert (step["answers"], step["never_seen"]) == ({"200": 4}, 0)
    assert step["cpu_milliseconds_per_message"]["heimveg"] > 0


def test_what_the_gateway_adds_is_measured(database: Settings, fhir: Any) -> None:
    servers = {"DATABASE_URL": database.conninfo, "HEIMVEG_FHIR_URL": fhir.base}
    found = bench("gateway", "--stays", "2", "--rounds", "2", **servers)["milliseconds"]
    assert set(found) == {"board", "list", "count"}
    assert found["board"]["hapi"]["p50"] > 0


def test_reading_and_loading_a_drug_register_is_measured(database: Settings) -> None:
    found = bench("fest", "--packs", "100", DATABASE_URL=database.conninfo)
    assert found["read"]["entries"] == found["loaded"]["entries"] + 1 == 106


def test_dose_texts_and_comparisons_are_measured() -> None:
    assert bench("medication", "--rounds", "1")["dosage_texts_per_second_per_core"]["measured"] > 0
    assert bench("reconcile", "--patients", "20")["findings"] > 0


def test_a_patient_with_many_messages_is_measured_in_both_kinds_of_worker(database: Settings) -> None:
    found = bench("patient", "--messages", "12", "--rounds", "3", DATABASE_URL=database.conninfo)
    assert found["messages"] == 12
    assert all(found[worker]["cpu_milliseconds"]["best"] > 0 for worker in ("seen_before", "not_seen_before"))
