"""Synthetic patients whose discrepancies are known: everything deterministic is found, and nothing else."""

from __future__ import annotations

import sys
from pathlib import Path

BENCH = Path(__file__).parents[2] / "bench"
sys.path.insert(0, str(BENCH))

from reconcile import AIM, measured  # noqa: E402


def test_what_was_injected_is_found_and_nothing_else() -> None:
    found = measured(count=150, seed=7)
    assert found["findings"] > 500
    assert min(found["least_of_the_deterministic"].values()) >= AIM, found["wrong"]
