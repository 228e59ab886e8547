"""What the FHIR server's validator has against a resource by our profiles, asked before the resource is stored.

Of its answer only codes and paths are passed on: its texts quote the values that it dislikes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import structlog

from hub.contract import Resource
from hub.delivery.client import FhirClient
from hub.delivery.outcome import SAFE_CODE, SAFE_PATH
from hub.errors import HubError
from hub.gateway.outcome import Trouble

AT_ONCE: Final = 4
TEXT: Final = "Profilen tillater ikke dette"
FAULTS: Final = ("error", "fatal")

log = structlog.get_logger()


async def troubles(client: FhirClient, asked: Sequence[tuple[str, Resource]]) -> list[Trouble]:
    """Of each resource, after the place where it stood; nothing is said where the server cannot be asked now."""
    turns = asyncio.Semaphore(AT_ONCE)

    async def one(place: str, resource: Resource) -> list[Trouble]:
        async with turns:
            try:
                outcome = await client.validated(resource)
            except HubError as error:
                log.warning("resource is stored unvalidated", error=type(error).__name__)
                return []
        return list(_troubles(outcome, place, str(resource["resourceType"])))

    found = await asyncio.gather(*(one(place, resource) for place, resource in asked))
    return [trouble for several in found for trouble in several]


def _troubles(outcome: Mapping[str, Any], place: str, type_: str) -> Iterator[Trouble]:
    for issue in outcome.get("issue", ()):
        if issue.get("severity") in FAULTS:
            path = next((p for p in issue.get("expression", ()) if SAFE_PATH.match(str(p))), type_)
            text = f"{TEXT} ({rule})." if (rule := _rule(issue)) else f"{TEXT}."
            yield Trouble("profile", f"{place}.{path}" if place else path, text)


def _rule(issue: Mapping[str, Any]) -> str:
    """The validator's name of the rule that is broken."""
    codings: list[Mapping[str, Any]] = issue.get("details", {}).get("coding", [])
    return next((code for one in codings if SAFE_CODE.match(code := str(one.get("code", "")))), "")
