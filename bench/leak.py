"""Look for leaks with other random searches than the tests do: ``bench/leak.py --tries 100000 --seed 7``.

Runs the leak test of ``tests/security`` (its world, its own FHIR server) with so many tries and this seed. Prints one
JSON object; exit code 1 if anything was shown or counted that its caller may not see. A leak is told by its search.
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

import measuring

ROOT = Path(__file__).resolve().parents[1]
TEST = "tests/security/test_leaks.py::test_no_random_search_shows_or_counts_what_the_caller_may_not_see"


def main() -> int:
    """Run and report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tries", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=2)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        tally = Path(folder) / "tally.json"
        wanted = {"TRIES": str(asked.tries), "SEED": str(asked.seed), "REPORT": str(tally)}
        env = os.environ | {f"HEIMVEG_LEAK_{name}": value for name, value in wanted.items()}
        began = time.monotonic()
        command = [sys.executable, "-m", "pytest", "-q", TEST]
        done = subprocess.run(command, cwd=ROOT, env=env, stdout=sys.stderr, check=False)
        if not tally.is_file():
            return done.returncode or 2
        found = json.loads(tally.read_text(encoding="utf-8"))
    took = round(time.monotonic() - began, 1)
    measuring.report("leak", what="random searches", tries=asked.tries, seed=asked.seed, seconds=took, **found)
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
