"""Who may import whom (architecture, section 2 rule 1): adapters -> mappings -> hub.contract."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("hub", "mappings", "adapters")
DOORS = ("mappings.course", "mappings.documents", "mappings.medication", "mappings.rules.quality")
CLOCK_NETWORK_DATABASE_XML = {
    "lxml", "xml", "httpx", "requests", "urllib", "socket", "ssl", "asyncio", "threading", "subprocess", "os", "time",
    "sqlalchemy", "sqlmodel", "psycopg", "procrastinate", "fastapi", "pydantic", "random", "secrets", "uuid",
}  # fmt: skip


def modules(room: str) -> list[Path]:
    return sorted((ROOT / room).rglob("*.py"))


def imports(path: Path) -> Iterator[str]:
    """Every module a file imports, `from x import y` as x and as x.y, imports inside functions included."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import; say where it comes from"
            module = node.module or ""
            if module in ROOMS:
                yield from (f"{module}.{alias.name}" for alias in node.names)
            else:
                yield module


def breaches(room: str, allowed: tuple[str, ...]) -> list[str]:
    return [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in modules(room)
        for name in imports(path)
        if name.split(".")[0] in ROOMS and not any(name == a or name.startswith(a + ".") for a in allowed)
    ]


def test_mappings_know_only_the_contract_of_the_hub() -> None:
    assert breaches("mappings", ("mappings", "hub.contract")) == []


def test_adapters_know_documents_and_the_contract() -> None:
    assert breaches("adapters", ("adapters", "mappings", "hub.contract")) == []


def test_the_hub_reaches_mappings_through_three_doors_and_no_adapter() -> None:
    assert breaches("hub", ("hub", *DOORS)) == []


def test_the_contract_imports_nothing_of_ours() -> None:
    assert [n for n in imports(ROOT / "hub" / "contract.py") if n.split(".")[0] in ROOMS] == []


@pytest.mark.parametrize("path", modules("mappings"), ids=lambda p: str(p.relative_to(ROOT)))
def test_mappings_are_pure(path: Path) -> None:
    assert {n.split(".")[0] for n in imports(path)} & CLOCK_NETWORK_DATABASE_XML == set()


def test_only_one_module_of_the_hub_imports_the_http_client() -> None:
    users = [str(p.relative_to(ROOT)) for p in modules("hub") if "httpx" in {n.split(".")[0] for n in imports(p)}]
    assert users == ["hub/http.py"]


def test_no_other_installed_distribution_brings_our_package_names() -> None:
    owners = packages_distributions()
    assert {room: set(owners.get(room, [])) - {"heimveg"} for room in ROOMS} == {room: set() for room in ROOMS}
