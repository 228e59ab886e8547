"""How quickly a FEST file is read, and how much memory it takes: a file of our own in its form.

``python bench/fest.py [--packs 60000]`` prints JSON; with DATABASE_URL set the entries are loaded as well.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import measuring

from adapters.fest import reader
from hub.contract import Rejection

sys.path.insert(0, str(Path(__file__).parents[1]))


def reading_apart(path: Path) -> Any:
    """The same in a process of its own: making the file has cost memory here."""
    done = subprocess.run([sys.executable, __file__, "--file", str(path)], capture_output=True, check=True)
    return json.loads(done.stdout)


def reading(path: Path) -> dict[str, Any]:
    before = measuring.peak_megabytes()
    began = time.process_time()
    terms = reader.terms(path)
    assert not isinstance(terms, Rejection)
    count = sum(1 for _ in terms)
    spent = time.process_time() - began
    grown = measuring.peak_megabytes() - before
    megabytes = path.stat().st_size / 2**20
    return {
        "megabytes": round(megabytes, 1),
        "entries": count,
        "entries_per_second": round(count / spent),
        "megabytes_per_second": round(megabytes / spent, 1),
        "memory_grown_megabytes": round(grown, 1),
    }


def loading(path: Path) -> dict[str, Any]:
    from hub.drugs import load
    from hub.settings import load_settings

    began = time.monotonic()
    done = load(load_settings(), path)
    return {"entries": done.entries, "changed": done.changed, "seconds": round(time.monotonic() - began, 1)}


def main() -> None:
    from tests.medication.fest_files import fest_file

    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--packs", type=int, default=60000)
    parser.add_argument("--file", type=Path, help="only read this file")
    asked = parser.parse_args()
    if asked.file:
        print(json.dumps(reading(asked.file)))
        return
    with tempfile.TemporaryDirectory() as folder:
        path = fest_file(Path(folder) / "fest.xml", more=asked.packs)
        loaded = loading(path) if os.environ.get("DATABASE_URL") else "DATABASE_URL is not set"
        measuring.report("fest", read=reading_apart(path), loaded=loaded)


if __name__ == "__main__":
    main()
