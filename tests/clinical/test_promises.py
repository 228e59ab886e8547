"""What is emitted is promised: every extension, code and profile of ours is defined in profiles/built."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.clinical.sampling import of_any_messages, of_reports

BUILT = Path(__file__).resolve().parents[2] / "profiles" / "built"
H = "https://heimveg.dev/fhir/"


@pytest.fixture(scope="module")
def emitted() -> list[Any]:
    return [*of_reports(), *of_any_messages(range(25))]


@pytest.fixture(scope="module")
def defined() -> dict[str, Any]:
    return {d["url"]: d for path in BUILT.glob("*.json") if "url" in (d := json.loads(path.read_bytes()))}


def objects(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for inner in value:
            yield from objects(inner)


def test_every_extension_of_ours_is_defined_with_its_type_of_value(emitted, defined) -> None:
    for extension in (e for r in emitted for o in objects(r) for e in o.get("extension", ())):
        if extension["url"].startswith(H):
            elements = defined[extension["url"]]["differential"]["element"]
            types = {t["code"] for e in elements if e["path"] == "Extension.value[x]" for t in e.get("type", ())}
            held = {name[5:] for name in extension if name.startswith("value")}
            assert {t.lower() for t in held} <= {t.lower() for t in types}, extension["url"]


def test_every_part_of_an_extension_of_ours_is_defined(emitted, defined) -> None:
    for extension in (e for r in emitted for o in objects(r) for e in o.get("extension", ())):
        if extension["url"].startswith(H):
            names = {e.get("sliceName") for e in defined[extension["url"]]["differential"]["element"]}
            assert {part["url"] for part in extension.get("extension", ())} <= names, extension["url"]


def test_every_code_of_ours_is_in_its_code_system(emitted, defined) -> None:
    for coding in (o for r in emitted for o in objects(r) if str(o.get("system", "")).startswith(f"{H}CodeSystem/")):
        system = defined[coding["system"]]
        if system["content"] == "complete":
            displays = {concept["code"]: concept["display"] for concept in system["concept"]}
            assert displays[coding["code"]] == coding.get("display", displays[coding["code"]])


def test_every_profile_that_is_claimed_is_defined_for_that_type(emitted, defined) -> None:
    for resource in emitted:
        for profile in resource["meta"].get("profile", ()):
            assert defined[profile]["type"] == resource["resourceType"]
