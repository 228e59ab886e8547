"""The pages and what makes their tables."""

from __future__ import annotations

import runpy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def page() -> Callable[[str], str]:
    """A page of the documentation, by its path in the repository."""
    return lambda name: (ROOT / name).read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def maker() -> dict[str, Any]:
    """What ``docs/tables.py`` defines."""
    return runpy.run_path(str(ROOT / "docs" / "tables.py"))
