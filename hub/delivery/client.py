"""The HTTP side of the FHIR server."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlencode, urlsplit

import orjson

from hub import http
from hub.access.outgoing import TokenAwayError, outgoing
from hub.contract import Resource
from hub.delivery.content import Ref, canonical, ref_of
from hub.delivery.outcome import Answer, outcome_in, trouble
from hub.errors import FhirServerAwayError, FhirServerBusyError
from hub.settings import Settings

FHIR_JSON = "application/fhir+json"
FORM = "application/x-www-form-urlencoded"
WHOLE_META = {"X-Meta-Snapshot-Mode": "TAG, PROFILE, SECURITY_LABEL"}
"""HAPI keeps tags and labels that an update does not repeat; with this header what we send is what holds.

Without it an organisation would keep access to what is no longer about it, and a patient who moved stay listed.
"""
IN_FLIGHT = 8
"""Posts at the same time; httpx's pool slows down above this, and the server gains nothing."""
JUDGED = frozenset({200, 400, 412, 422})
"""Statuses with which servers answer ``$validate``, by what they found."""
ISSUER_SECONDS = 10.0
PAGE = 500
ONCE = f"no-cache, no-store, max-results={PAGE}"
"""HAPI's words for a search of which nobody will ask for a further page."""
NOBODY = Ref("Basic", "heimveg-probe")
"""Read to learn whether the server and its database answer; it need not exist."""


class FhirClient:
    """One long-lived connection pool to one FHIR server."""

    def __init__(self, base: str, *, timeout: float = 60.0, settings: Settings | None = None) -> None:
        """``settings`` may name a client of the identity provider, whose token then goes on each call."""
        self.base = base.rstrip("/")
        self._issuer = http.client(timeout=ISSUER_SECONDS, connections=1, accept="application/json")
        auth = outgoing(settings, self._issuer) if settings else None
        options: Any = {"timeout": timeout, "connections": IN_FLIGHT, "accept": FHIR_JSON}
        self._http = http.client(**options, auth=auth) if auth else http.Neighbour(**options)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        await self._http.aclose()
        await self._issuer.aclose()

    async def transaction(self, bundle: bytes) -> Answer:
        """Post a transaction. Lost connections and timeouts say nothing of what the server did."""
        headers = {"Content-Type": FHIR_JSON, "Prefer": "return=minimal", **WHOLE_META}
        return await self._request("POST", self.base, content=bundle, headers=headers)

    async def serves(self) -> bool:
        """Whether the server can answer a read from its database (404 is an answer)."""
        try:
            answer = await self._request("GET", f"{self.base}/{NOBODY}")
        except FhirServerBusyError:
            return False
        return answer.status < 500 and answer.status != 429

    async def read_all(self, refs: Iterable[Ref]) -> dict[Ref, dict[str, Any]]:
        """What the server holds of these, in one batch. Absent and deleted ones are left out."""
        asked = list(refs)
        entries = [{"request": {"method": "GET", "url": str(ref)}} for ref in asked]
        body = orjson.dumps({"resourceType": "Bundle", "type": "batch", "entry": entries})
        answer = await self._request("POST", self.base, content=body, headers={"Content-Type": FHIR_JSON})
        if answer.status != 200:
            raise trouble(answer)
        return _held(asked, orjson.loads(answer.body).get("entry", []))

    async def all_of(self, type_: str) -> AsyncIterator[Ref]:
        """Every resource of a type that the server holds, by id; page by page."""
        url = f"{self.base}/{type_}?_elements=id&_count={PAGE}"
        while url:
            answer = await self._request("GET", url)
            if answer.status != 200:
                raise trouble(answer)
            page = orjson.loads(answer.body)
            for entry in page.get("entry", []):
                yield Ref(type_, entry["resource"]["id"])
            following = [link["url"] for link in page.get("link", []) if link["relation"] == "next"]
            # Whatever name the server has for itself, it is asked where we reach it.
            url = f"{self.base}?{urlsplit(following[0]).query}" if following else ""

    async def put(self, resource: Resource) -> None:
        """Create or replace one resource under its own id; any answer but success is trouble."""
        await self._sent("PUT", f"{self.base}/{ref_of(resource)}", content=canonical(resource))

    async def post(self, path: str, resource: Resource) -> Resource:
        """Call an operation, for instance ``Task/$validate``, and return the resource that it answers."""
        answer = await self._sent("POST", f"{self.base}/{path}", content=canonical(resource))
        answered: Resource = orjson.loads(answer.body)
        return answered

    async def validated(self, resource: Resource) -> Resource:
        """The OperationOutcome of ``$validate``, whatever its status; anything else is trouble."""
        url = f"{self.base}/{resource['resourceType']}/$validate"
        body = canonical(resource)
        answer = await self._request("POST", url, content=body, headers={"Content-Type": FHIR_JSON})
        if answer.status in JUDGED and (found := outcome_in(answer.body)) is not None:
            return found
        raise trouble(answer)

    async def search(self, type_: str, criteria: Mapping[str, str]) -> Resource:
        """The first page of a search. The criteria travel in the body: no value of ours is ever part of an address."""
        body = urlencode(criteria).encode()
        url = f"{self.base}/{type_}/_search"
        answer = await self._sent(
            "POST", url, content=body, headers={"Content-Type": FORM, "Cache-Control": "no-cache"}
        )
        found: Resource = orjson.loads(answer.body)
        return found

    async def ask(self, method: str, path: str, form: Iterable[tuple[str, str]] = (), *, keeps: bool = True) -> Answer:
        """Any request that changes nothing, with the answer as it is. Criteria travel in the body (see ``search``).

        Without ``keeps`` the server need not keep the search for further pages, which is half of what one costs it; it
        then looks at so many rows and no more, and of a search that joins some rows are the same match.
        """
        url = f"{self.base}/{path}" if path else self.base
        if method == "GET":
            return await self._request("GET", url, headers={"Cache-Control": "no-cache"})
        headers = {"Content-Type": FORM, "Cache-Control": "no-cache" if keeps else ONCE}
        return await self._request("POST", url, content=urlencode(list(form)).encode(), headers=headers)

    async def delete(self, ref: Ref) -> None:
        """Remove a resource that is about nobody (a canary). Resources about patients are withdrawn, never deleted."""
        await self._sent("DELETE", f"{self.base}/{ref}")

    async def _sent(self, method: str, url: str, **options: Any) -> Answer:
        answer = await self._request(method, url, **{"headers": {"Content-Type": FHIR_JSON}, **options})
        if answer.status not in (200, 201, 202, 204):
            raise trouble(answer)
        return answer

    async def _request(self, method: str, url: str, **options: Any) -> Answer:
        try:
            response = await self._http.request(method, url, **options)
        except (http.RequestError, TokenAwayError) as error:
            raise FhirServerAwayError(f"The FHIR server cannot be reached: {type(error).__name__}") from None
        return Answer(status=response.status_code, body=response.content, headers=dict(response.headers))


def _held(asked: list[Ref], entries: list[dict[str, Any]]) -> dict[Ref, dict[str, Any]]:
    if len(entries) != len(asked):
        raise FhirServerBusyError(f"The FHIR server answered {len(entries)} of {len(asked)} reads")
    held = {}
    for ref, entry in zip(asked, entries, strict=True):
        status = str(entry.get("response", {}).get("status", ""))[:3]
        if status == "200":
            held[ref] = entry["resource"]
        elif status not in ("404", "410"):
            raise FhirServerBusyError(f"The FHIR server answered {status} to the read of {ref}")
    return held
