"""Two Bundles compared as FHIR: which resources came or went, and which elements differ, by path."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

MOST = 60
SHORT = 90

Bundle = dict[str, Any]


def differences(agreed: Bundle, made: Bundle) -> list[str]:
    """One line for each difference: ``Task/1b2c (utskrivningsklar) .status: "requested" -> "completed"``."""
    before, after = _by_reference(agreed), _by_reference(made)
    lines = [f"- {_named(before[ref])} is gone" for ref in before if ref not in after]
    lines += [f"+ {_named(after[ref])} is new" for ref in after if ref not in before]
    for ref in before.keys() & after.keys():
        lines += [f"  {_named(after[ref])} {line}" for line in _changed(before[ref], after[ref])]
    lines.sort()
    return lines[:MOST] + ([f"... and {len(lines) - MOST} more"] if len(lines) > MOST else [])


def _by_reference(bundle: Bundle) -> dict[str, Any]:
    return {f"{r['resourceType']}/{r['id']}": r for r in (entry["resource"] for entry in bundle["entry"])}


def _named(resource: Any) -> str:
    """Enough to know it by: type, the beginning of its id, and what it is about."""
    code = resource.get("code") or resource.get("type") or resource.get("medicationCodeableConcept") or {}
    codings = code.get("coding", [{}]) if isinstance(code, dict) else [{}]
    what = codings[0].get("code") or (code.get("text") if isinstance(code, dict) else None)
    return f"{resource['resourceType']}/{resource['id'][:8]}" + (f" ({what})" if what else "")


def _changed(before: Any, after: Any) -> Iterator[str]:
    old, new = dict(elements(before)), dict(elements(after))
    for path in sorted(old.keys() | new.keys()):
        if old.get(path) != new.get(path):
            yield f"{path}: {_told(old.get(path))} -> {_told(new.get(path))}"


def elements(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every primitive element with its path: ``.code.coding[0].display``."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from elements(inner, f"{path}.{name}")
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from elements(inner, f"{path}[{number}]")
    else:
        yield path, value


def _told(value: Any) -> str:
    text = "absent" if value is None else repr(value)
    return text if len(text) <= SHORT else f"{text[:SHORT]}... ({len(text)} characters)"
