"""The pages are true: their tables are what the code says, their links lead somewhere, their commands exist."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hub.cli import app
from hub.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(
    str(path.relative_to(ROOT)) for pattern in ("*.md", "docs/*.md", "mappings/*.md") for path in ROOT.glob(pattern)
)
Page = Callable[[str], str]


@pytest.mark.parametrize("name", [name for name in PAGES if name.startswith("docs/")])
def test_the_tables_of_a_page_are_what_the_code_says(name: str, page: Page, maker: dict[str, Any]) -> None:
    assert page(name) == maker["renewed"](page(name)), "a table has drifted: make docs"


def test_every_table_that_can_be_made_is_on_a_page(page: Page, maker: dict[str, Any]) -> None:
    shown = set(re.findall(r"<!-- table: ([\w-]+) -->", "".join(page(name) for name in PAGES)))
    assert shown == set(maker["MAKERS"])


@pytest.mark.parametrize("name", PAGES)
def test_every_link_into_the_repository_leads_to_a_file_and_a_heading(name: str, page: Page) -> None:
    for target, anchor in re.findall(r"\]\((?!https?:)([^)#\s]*)(?:#([^)\s]*))?\)", page(name)):
        path = (ROOT / name).parent / target if target else ROOT / name
        assert path.exists(), target
        if anchor:
            assert anchor in _anchors(path.read_text(encoding="utf-8")), f"{target}#{anchor}"


def _anchors(text: str) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("name", PAGES)
def test_every_command_that_a_page_names_exists(name: str, page: Page) -> None:
    in_code = re.findall(r"`[^`\n]+`|^ {4}.+$", page(name), re.MULTILINE)
    named = {found for text in in_code for found in re.findall(r"(?:^|[\s`/])heimveg ([a-z][a-z-]*)\b", text)}
    commands = {command.name or command.callback.__name__ for command in app.registered_commands}
    assert named <= commands | {group.name for group in app.registered_groups}


@pytest.mark.parametrize("name", PAGES)
def test_every_make_target_that_a_page_names_exists(name: str, page: Page) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(re.findall(r"`make ([a-z]+)`", page(name))) <= targets


def test_every_setting_is_explained_to_whoever_operates_it(page: Page) -> None:
    settings = {
        "DATABASE_URL" if name == "database_url" else f"HEIMVEG_{name.upper()}" for name in Settings.model_fields
    }
    assert {name for name in settings if f"`{name}`" not in page("docs/operations.md")} == set()


def test_every_threat_names_a_test_that_is_there(page: Page) -> None:
    table = page("docs/security.md").partition("## Threats")[2].partition("## ")[0]
    rows = [line.strip("| ").split(" | ") for line in table.splitlines() if line.startswith("| ")][1:]
    tests = {path: path.read_text(encoding="utf-8") for path in ROOT.glob("tests/**/*.py")}
    written = set(re.findall(r"^ *def (test_\w+)", "\n".join(tests.values()), re.MULTILINE))
    assert len(rows) > 20
    for threat, *_, named in rows:
        names = re.findall(r"`([^`]+)`", named)
        assert names, threat
        assert [n for n in names if not (n in written or (n.startswith("tests/") and (ROOT / n).exists()))] == [], (
            threat
        )


@pytest.mark.parametrize("name", ["README.md", "docs/rest.md"])
def test_every_file_in_an_example_is_there(name: str, page: Page) -> None:
    used = set(re.findall(r"tests/golden/[\w./-]+\.xml", page(name)))
    assert used
    assert all((ROOT / path).is_file() for path in used)


def test_the_rest_page_lists_exactly_the_routes_of_the_hub(page: Page, routes: set[str]) -> None:
    assert set(re.findall(r"^\| `((?:GET|POST|PUT|DELETE) /[^`]*)` \|", page("docs/rest.md"), re.MULTILINE)) == routes


@pytest.mark.parametrize("name", PAGES)
def test_nothing_on_a_page_is_left_over_from_a_merge(name: str, page: Page) -> None:
    assert not re.search(r"^(<{7}|>{7}|={7}$)", page(name), re.MULTILINE)
