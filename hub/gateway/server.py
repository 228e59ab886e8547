"""What the gateway asks of the FHIR server. Criteria travel in bodies; a server in trouble is the caller's 503."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from hub.contract import Resource
from hub.delivery.client import FhirClient
from hub.delivery.outcome import Answer
from hub.errors import FhirServerBusyError
from hub.gateway.exact import loads
from hub.gateway.outcome import OutcomeError

NO_MATCH = "heimveg-none"
"""An ``_id`` that no resource has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A resource as the server gave it, with its version and when it was written."""

    resource: Resource
    etag: str = ""
    modified: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """The FHIR server behind the gateway."""

    client: FhirClient
    long: dict[int, None] = field(default_factory=dict)
    """Searches that had further pages when they were last asked, by a hash of them."""

    async def search(self, type_: str, criteria: Iterable[tuple[str, str]], *, keeps: bool = True) -> Resource:
        """A search's first page; without ``keeps`` there are no further ones."""
        return _bundle(await self._ask("POST", f"{type_}/_search", criteria, keeps=keeps))

    async def page(self, query: str) -> Resource:
        """A further page; the server forgets them after a while."""
        answer = await self._ask("GET", f"?{query}")
        if answer.status in (404, 410):
            raise OutcomeError("page")
        return _bundle(answer)

    async def read(self, path: str) -> Found | None:
        """A resource or a version of it; None when there is none."""
        answer = await self._ask("GET", path)
        if answer.status in (404, 410):
            return None
        if answer.status != 200:
            raise OutcomeError("server-refused")
        headers = {name.lower(): value for name, value in answer.headers.items()}
        return Found(
            resource=loads(answer.body),
            etag=headers.get("etag", ""),
            modified=headers.get("last-modified", ""),
        )

    async def history(self, path: str, count: int) -> Resource | None:
        """The versions of one resource, newest first."""
        answer = await self._ask("GET", f"{path}/_history?_count={count}")
        return None if answer.status in (404, 410) else _bundle(answer)

    async def _ask(
        self, method: str, path: str, criteria: Iterable[tuple[str, str]] = (), *, keeps: bool = True
    ) -> Answer:
        try:
            answer = await self.client.ask(method, path, criteria, keeps=keeps)
        except FhirServerBusyError:
            raise OutcomeError("server-away") from None
        if answer.status >= 500 or answer.status == 429:
            raise OutcomeError("server-away")
        return answer


def _bundle(answer: Answer) -> Resource:
    if answer.status != 200:
        raise OutcomeError("server-refused")
    found: dict[str, Any] = loads(answer.body)
    if found.get("resourceType") != "Bundle":
        raise OutcomeError("server-refused")
    return found
