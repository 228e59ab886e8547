"""For every test of the suite: nothing that is logged or printed while it runs tells who a patient is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from prometheus_client import generate_latest
from prometheus_client.registry import REGISTRY

from mappings.national_number import kind

settings.register_profile("suite", deadline=None)
settings.load_profile("suite")
"""A busy machine is no failure: how long an example took says nothing of whether it is right."""
pytest_plugins = ["real_parts"]
"""The servers that integration tests share, wherever these are; nothing starts unless a test asks for it."""

ELEVEN_DIGITS = re.compile(r"(?<!\d)\d{11}(?!\d)")
ID = re.compile(r"\b(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32,})\b")
"""Ids and hashes of ours: one in some thousands of them has eleven digits that could be somebody's."""
FAMILY_NAMES = ("Snøfonn", "Tyttebær", "Multemyr", "Bergskrent", "Vindfang", "Rognebær", "Skarvefjell", "Lyngmo")
"""Of the synthetic persons; nobody bears them, and no place of the samples is called so."""
FILES = ("*.log", "*.log.*")
READ: dict[Path, int] = {}
"""How much of each log, in bytes, was looked at after an earlier test: servers log on, and their logs are long."""
OVERLAP = 100
TESTS = Path(__file__).parent
INTEGRATION = ("integration", "security")
LONGEST = (
    "test_leaks.py",
    "test_faults.py",
    "test_recovery.py",
    "test_embedded.py",
    "test_gateway.py",
    "test_main_job.py",
)
"""Files of integration tests that go first, so that the processes that share the work end together."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files first; the order within a file stays. Integration tests are where ``make test`` runs them."""
    strayed = {item.path for item in items if item.get_closest_marker("integration")} - {
        item.path for item in items if item.path.relative_to(TESTS).parts[0] in INTEGRATION
    }
    if strayed:
        raise pytest.UsageError(f"integration tests belong in {' or '.join(INTEGRATION)}: {sorted(map(str, strayed))}")
    rank = {name: number for number, name in enumerate(LONGEST)}
    items.sort(key=lambda item: rank.get(item.path.name, len(LONGEST)))


def told(text: str) -> list[str]:
    """What in a text is, or could be, somebody: valid national numbers, and names of patients."""
    plain = ID.sub("", text)
    numbers = [f"a national number ({found[:6]}…)" for found in ELEVEN_DIGITS.findall(plain) if kind(found)]
    return numbers + [f"the name {name}" for name in FAMILY_NAMES if name in text]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """A test during which a patient was told to a log has failed, whatever else it shows."""
    report = yield
    if report.when == "teardown" and report.passed:
        logged = [text for _, key, text in item._report_sections if key in ("stdout", "stderr", "log")]
        logged += [*_log_files(item), *_metrics(item)]
        if found := sorted({word for text in logged for word in told(text)}):
            report.outcome = "failed"
            report.longrepr = f"{item.nodeid}: logged or printed {', '.join(found)}"
    return report


def _metrics(item: pytest.Item) -> Iterator[str]:
    """What this process would tell Prometheus; of integration tests only, in which there is something to count."""
    if item.get_closest_marker("integration"):
        yield generate_latest(REGISTRY).decode()


def _log_files(item: pytest.Item) -> Iterator[str]:
    """The logs that processes of this test have written: hub, worker, and the servers around them."""
    folder = item.funcargs.get("tmp_path") if isinstance(item, pytest.Function) else None
    servers = item.funcargs.get("open_folder") if isinstance(item, pytest.Function) else None
    for place in (folder, servers):
        if isinstance(place, Path):
            for path in (path for pattern in FILES for path in place.rglob(pattern)):
                yield _what_is_new(path)


def _what_is_new(path: Path) -> str:
    """What a log says since it was last looked at, from a little before: a number may have been half written."""
    with path.open("rb") as log:
        log.seek(max(0, READ.get(path, 0) - OVERLAP) if READ.get(path, 0) <= path.stat().st_size else 0)
        found = log.read()
        READ[path] = log.tell()
    return found.decode("utf-8", errors="replace")
