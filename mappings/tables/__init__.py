"""National code lists as data: one CSV per list named by its number, an index, other names of systems.

A code that a table lacks is carried and flagged, never refused and never replaced (AppRec rules, HIS 80415).
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib import resources
from types import MappingProxyType

CODE_LISTS = "2.16.578.1.12.4.1.1."
"""OID arc of the national code lists; the list's number follows."""

_NUMBERED_SYSTEM = re.compile(
    r"(?:urn:oid:)?2\.16\.578\.1\.12\.4\.1\.1\.(\d{4})"
    r"|https?://helsedir\.no/fhir/CodeSystem/no-kodeverk-(\d{4})"
    r"|https?://finnkode\.(?:helsedirektoratet|ehelse)\.no/adm/collections/(\d{4})"
)


def codes(number: str | int) -> Mapping[str, str]:
    """Code -> text of one list; empty when we have no values of it."""
    return _codes(str(number))


def text(number: str | int, code: str) -> str | None:
    """The list's own text for a code, or None. The text in a message is only informative."""
    return _codes(str(number)).get(code.strip())


def is_known(number: str | int, code: str) -> bool:
    """False only when we have every value of the list and the code is not one of them."""
    return not is_complete(number) or code.strip() in _codes(str(number))


def is_complete(number: str | int) -> bool:
    """Whether our table holds every value of the list, so that a missing code is an unknown code."""
    return _lists().get(str(number), ("", ""))[1] == "all"


def name(number: str | int) -> str:
    """What people call the list, or "" when we do not know it."""
    return _lists().get(str(number), ("", ""))[0]


def numbers() -> tuple[str, ...]:
    """Every list that we know of, with or without values."""
    return tuple(_lists())


@lru_cache(maxsize=4096)
def list_number(system: str) -> str | None:
    """The list's number from an ``@S`` OID or a FHIR system in any of the spellings seen, or None."""
    found = _NUMBERED_SYSTEM.fullmatch(system.strip())
    if found:
        return next(group for group in found.groups() if group)
    canonical = _aliases().get(system.strip())
    return list_number(canonical) if canonical else None


@lru_cache(maxsize=4096)
def canonical_system(system: str) -> str:
    """The one spelling of a system that we store: aliases resolved, national lists as ``urn:oid:``; else as given."""
    stripped = system.strip()
    found = _NUMBERED_SYSTEM.fullmatch(stripped)
    if found:
        stripped = system_of(next(group for group in found.groups() if group))
    return _aliases().get(stripped, stripped)


def system_of(number: str | int) -> str:
    """The FHIR system of a list: ``urn:oid:2.16.578.1.12.4.1.1.<number>``, or its own home where it has one (ATC)."""
    system = f"urn:oid:{CODE_LISTS}{number}"
    return _aliases().get(system, system)


@cache
def _codes(number: str) -> Mapping[str, str]:
    values = _lists().get(number, ("", "none"))[1]
    rows = _rows(f"{number}.csv") if values != "none" else []
    return MappingProxyType({row["code"]: row["text"] for row in rows})


@cache
def _lists() -> Mapping[str, tuple[str, str]]:
    return MappingProxyType({row["list"]: (row["name"], row["values"]) for row in _rows("oids.csv")})


@cache
def _aliases() -> Mapping[str, str]:
    return MappingProxyType({row["alias"]: row["system"] for row in _rows("system-aliases.csv")})


def _rows(file: str) -> list[dict[str, str]]:
    content = (resources.files(__name__) / file).read_text(encoding="utf-8")
    return list(csv.DictReader(content.splitlines()))
