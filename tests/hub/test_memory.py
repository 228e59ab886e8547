"""How much memory one large message takes, measured in a process of its own (Linux: ``VmHWM``)."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from adapters.kith.samples import Attachment, Case, utskrivningsrapport

MOST_MEGABYTES = 150
MEASURED = """
import re, sys
from hub.cli import app
sys.argv = ["heimveg", "translate", sys.argv[1], "--as-of", "2026-03-05T12:00"]
try:
    app()
finally:
    sys.stderr.write(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1])
"""


def test_a_message_of_ten_megabytes_is_translated_in_bounded_memory(tmp_path: Path) -> None:
    scan = Attachment(title="Skannet journal", mime="application/pdf", body=Random(1).randbytes(7_450_000))
    body = utskrivningsrapport(Case(start=datetime(2026, 3, 1, 9, tzinfo=UTC)), attachments=(scan,))
    assert 9_900_000 < len(body) < 10 * 1024 * 1024
    (tmp_path / "large.xml").write_bytes(body)
    command = [sys.executable, "-c", MEASURED, str(tmp_path / "large.xml")]
    with (tmp_path / "bundle.json").open("wb") as out:
        done = subprocess.run(command, stdout=out, stderr=subprocess.PIPE, check=False)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "bundle.json").stat().st_size > 20_000_000
    assert int(done.stderr.splitlines()[-1]) / 1024 < MOST_MEGABYTES
