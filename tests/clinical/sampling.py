"""A few resources that together have every element that many have: each one chosen adds one that none had before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from adapters.kith import KithAdapter
from adapters.kith.samples import (
    STORIES,
    Case,
    fravarsmelding,
    helseopplysninger,
    helseopplysninger_til_lege,
    innlagt,
    innleggelsesrapport,
    medisinske_opplysninger,
    orientering_om_tjenestetilbud,
    utskrevet,
    utskrivningsrapport,
)
from hub.contract import Raw
from mappings.documents import Message
from mappings.norwegian_time import OSLO
from tests.clinical.conftest import KINDS, generated, plain, projected

REPORTS = (
    innlagt, helseopplysninger, innleggelsesrapport, utskrivningsrapport, helseopplysninger_til_lege,
    medisinske_opplysninger, orientering_om_tjenestetilbud, fravarsmelding, utskrevet,
)  # fmt: skip


def shapes(value: Any, path: str = "") -> Iterator[str]:
    """Every element path of a resource, with the url of each extension."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name != "div":
                below = f"{path}.{name}" if name != "extension" else f"{path}.extension"
                yield below
                yield from shapes(inner, below)
        if "url" in value:
            yield f"{path}={value['url']}"
    elif isinstance(value, list):
        for inner in value:
            yield from shapes(inner, path)


def telling(resources: Iterable[Any]) -> list[Any]:
    """Those that have an element that none before them had; the rich ones first, so that they are few."""
    seen: set[str] = set()
    chosen = []
    held = [(resource, {f"{resource['resourceType']}{s}" for s in shapes(resource)}) for resource in resources]
    for resource, own in sorted(held, key=lambda pair: (-len(pair[1]), pair[0]["resourceType"], pair[0]["id"])):
        if own - seen:
            seen |= own
            chosen.append(resource)
    return chosen


def of_any_messages(seeds: Iterable[int]) -> list[Any]:
    """Everything that generated messages of every type and version become."""
    return [plain(r) for cls, version in KINDS for seed in seeds for r in projected(generated(cls, version, seed))]


def of_reports() -> list[Any]:
    """Everything that the synthetic reports become, in both versions and of every story."""
    found = []
    for number, story in enumerate(STORIES):
        for version in ("1.5", "1.6"):
            start = datetime(2026, 3, 2, 10, tzinfo=OSLO) + timedelta(days=number)
            case = Case(name=f"story {number} {version}", start=start, story=story)
            for report in REPORTS:
                if report is not fravarsmelding or version == "1.5":
                    found += [plain(r) for r in projected(read(_written(report, case, version)))]
    return found


def _written(report: Any, case: Case, version: str) -> bytes:
    body: bytes = report(case, version=version) if report is not fravarsmelding else report(case)
    return body


def read(body: bytes) -> Message:
    outcome = KithAdapter().read(Raw(body=body, received=datetime.now(UTC)))
    assert isinstance(outcome, Message), outcome
    return outcome
