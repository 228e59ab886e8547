"""The pages and what makes their tables."""

from __future__ import annotations

import runpy
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest

from hub.api.app import create_app
from hub.api.services import Services
from hub.settings import load_settings

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def page() -> Callable[[str], str]:
    """A page of the documentation, by its path in the repository."""
    return lambda name: (ROOT / name).read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def maker() -> dict[str, Any]:
    """What ``docs/tables.py`` defines."""
    return runpy.run_path(str(ROOT / "docs" / "tables.py"))


@pytest.fixture(scope="session")
def routes() -> set[str]:
    """What the hub serves, as ``GET /path``; nothing is asked, so nothing need be there."""
    nothing = cast(Any, None)
    services = Services(settings=load_settings(), engine=nothing, sessions=nothing, intake=nothing, ledger=nothing)
    described = create_app(services).openapi()["paths"]
    return {f"{method.upper()} {path}" for path, operations in described.items() for method in operations}
