"""The interactions of the gateway: each asks the FHIR server for no more than the caller sees, and checks the answer.

A search is narrowed by the caller's access tags, so that counts, totals, pages and sorting are of what it sees. What
joins two kinds of resources (a chain, ``_has``) is asked in two narrowed searches, because the FHIR server would
look at all of the other kind. What is added (``_include``, ``_revinclude``) is filtered in the answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

import structlog

from hub.access.caller import Caller
from hub.access.scopes import Scope
from hub.contract import Resource
from hub.gateway import query as queries
from hub.gateway.allowed import SHARED, Allowed
from hub.gateway.outcome import OutcomeError
from hub.gateway.pages import Pages, page_url
from hub.gateway.query import Chain, Include, Pairs, Query
from hub.gateway.server import NO_MATCH, Found, Server
from hub.gateway.visible import is_visible, narrowed

MOST_JOINED: Final = 1000
MOST_VERSIONS: Final = 100
MOST_EVERYTHING: Final = 5000
INNER_PAGE: Final = 500
ONCE_PAGE: Final = 200
"""The FHIR server cuts a page that it does not keep at so many entries, included ones among them, and does not say so:
what is shorter is whole."""
MOST_REMEMBERED: Final = 2000
"""Searches of which it is known that they have further pages."""
USUAL_PAGE: Final = 20
"""What the FHIR server puts on a page when nobody says (``default_page_size``)."""
SURELY_ALL: Final = 50
"""Fewer matches than so many are all there are: the FHIR server then looks at ten times as many rows (``PAGE`` of
``hub.delivery.client``), of which several may be of one match where a search joins."""

log = structlog.get_logger()


@dataclass(slots=True)
class Seen:
    """What an interaction gave out, for the access log."""

    resources: list[Resource] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gateway:
    """The FHIR server as one caller may see it."""

    server: Server
    allowed: Allowed
    pages: Pages
    base: str
    """The gateway's own address, without a trailing slash."""
    caller: Caller
    seen: Seen = field(default_factory=Seen)
    readable: dict[str, bool] = field(default_factory=dict)
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)

    # --- one resource

    async def read(self, type_: str, id_: str) -> Found:
        """The current version."""
        await self._may(type_, "read", "r")
        return await self._current(type_, id_)

    async def vread(self, type_: str, id_: str, version: str) -> Found:
        """One version; whoever does not see the resource now does not see what it was."""
        await self._may(type_, "vread", "r")
        await self._current(type_, id_, counts=False)
        found = await self.server.read(f"{_path(type_, id_)}/_history/{_token(version)}")
        return self._checked(found)

    async def history(self, type_: str, id_: str) -> Resource:
        """The newest versions that the caller sees."""
        await self._may(type_, "history-instance", "r")
        await self._current(type_, id_, counts=False)
        bundle = await self.server.history(_path(type_, id_), MOST_VERSIONS)
        entries = [e for e in (bundle or {}).get("entry", ()) if "resource" in e and self._sees(e["resource"])]
        shown = [{"fullUrl": f"{self.base}/{type_}/{id_}", "resource": e["resource"], **_told(e)} for e in entries]
        return {"resourceType": "Bundle", "type": "history", "total": len(shown), "entry": shown}

    async def _current(self, type_: str, id_: str, *, counts: bool = True) -> Found:
        found = await self.server.read(_path(type_, id_))
        if found is not None and (limit := self._limit(type_, "r")):
            asked = [*self._narrow(type_, limit), ("_id", id_), ("_elements", "id")]
            if not (await self.server.search(type_, asked, keeps=False)).get("entry"):
                found = None
        return self._checked(found, counts=counts)

    def _checked(self, found: Found | None, *, counts: bool = True) -> Found:
        """Absent and hidden are answered alike."""
        if found is None or not is_visible(found.resource, self.caller):
            raise OutcomeError("not-found")
        if counts:
            self.seen.resources.append(found.resource)
        return found

    # --- searches

    async def search(self, type_: str, pairs: Pairs, in_address: Iterable[str] = ()) -> Resource:
        """A search of one type; the first page."""
        await self._may(type_, "search-type", "s")
        query = queries.read(type_, pairs, self.allowed, in_address=in_address)
        includes = list(self._included(query))
        criteria = [*query.criteria, *await self._joined(query), *self._narrow(type_, self._limit(type_, "s"))]
        more = [(include.name, include.value) for include in includes]
        asked = [*criteria, *more, *query.results]
        if ("_summary", "count") in query.results:
            bundle = await self.server.search(type_, asked, keeps=False)
        else:
            bundle = await self._first(type_, asked, int(dict(query.results).get("_count", USUAL_PAGE)))
        return await self._shown(bundle, type_)

    async def found(self, type_: str, criteria: Pairs) -> list[Resource]:
        """What the caller sees of a search that another one needs; it is not given out, so no scope is asked for."""
        return [resource async for resource in self._all(type_, criteria, MOST_JOINED)]

    async def _first(self, type_: str, asked: Pairs, count: int) -> Resource:
        """The first page. Most searches have no other, so it is asked for first as if there were none: that costs the
        FHIR server half. Where it may not be all, the search is asked again, to be kept, and at once the next time."""
        mark, long = hash((type_, tuple(asked))), self.server.long
        if mark not in long:
            once = [pair for pair in asked if pair[0] != "_count"]
            bundle = await self.server.search(type_, [*once, ("_count", str(ONCE_PAGE))], keeps=False)
            fits = len(bundle.get("entry", ())) < ONCE_PAGE and page_url(bundle, "next") is None
            if fits and _matches(bundle) < min(count, SURELY_ALL):
                return bundle
        bundle = await self.server.search(type_, asked)
        long.pop(mark, None)
        if _matches(bundle) >= min(count, SURELY_ALL):
            long[mark] = None
            while len(long) > MOST_REMEMBERED:
                long.pop(next(iter(long)))
        return bundle

    async def page(self, token: str) -> Resource:
        """A further page of a search of this caller."""
        type_, query = self.pages.open(token, self.caller, self.clock())
        await self._may(type_, "search-type", "s")
        return await self._shown(await self.server.page(query), type_)

    async def everything(self, id_: str) -> Resource:
        """The patient and all that the caller sees about them, as one searchset."""
        found = [(await self.read("Patient", id_)).resource]
        for type_ in sorted(self.allowed):
            offered = self.allowed[type_]
            if "patient" not in offered.parameters or not self.caller.grants.of(type_, "s"):
                continue
            found += [r async for r in self._all(type_, [("patient", f"Patient/{id_}")], MOST_EVERYTHING - len(found))]
        self.seen.resources += found[1:]
        entries = [self._entry(resource, "match") for resource in found]
        return {"resourceType": "Bundle", "type": "searchset", "total": len(found), "entry": entries}

    async def _joined(self, query: Query) -> list[tuple[str, str]]:
        """Criteria for what the chains of a query find."""
        return [criterion for chain in query.chains for criterion in await self._join(query, chain)]

    async def _join(self, query: Query, chain: Chain) -> list[tuple[str, str]]:
        await self._may(chain.type, "search-type", "s")
        if not chain.reverse and chain.type in SHARED:
            return [(f"{chain.reference}.{chain.parameter}", chain.value)]
        inner = [*chain.inner, ("_elements", "id")]
        if not chain.reverse:
            found = [f"{chain.type}/{r['id']}" async for r in self._all(chain.type, inner, MOST_JOINED)]
            bare = chain.reference.partition(":")[0]
            return [(bare, ",".join(found)) if found else ("_id", NO_MATCH)]
        ids = {
            id_
            async for page in self._all(chain.type, inner, MOST_JOINED, include=chain, outer=query.type.name)
            for id_ in page
        }
        return [("_id", ",".join(sorted(ids)) if ids else NO_MATCH)]

    async def _all(self, type_: str, criteria: Pairs, most: int, include: Chain | None = None, outer: str = "") -> Any:
        """Every resource of a narrowed search; with ``include``, the ids of the ``outer`` type that each page adds."""
        asked = [*criteria, *self._narrow(type_, self._limit(type_, "s")), ("_count", str(INNER_PAGE))]
        if include is not None:
            asked.append(("_include", f"{type_}:{include.reference}:{outer}"))
        bundle = await self._first(type_, asked, INNER_PAGE)
        count = 0
        while True:
            resources = [entry["resource"] for entry in bundle.get("entry", ()) if "resource" in entry]
            matches = [r for r in resources if r["resourceType"] == type_ and is_visible(r, self.caller)]
            count += len(matches)
            if count > most:
                raise OutcomeError("too-costly")
            if include is not None:
                yield [r["id"] for r in resources if r["resourceType"] == outer]
            else:
                for resource in matches:
                    yield resource
            following = page_url(bundle, "next")
            if following is None:
                return
            bundle = await self.server.page(following.partition("?")[2])

    # --- what a caller may

    async def _may(self, type_: str, interaction: str, letter: str) -> None:
        self._allows(type_, interaction, letter)

    def _allows(self, type_: str, interaction: str, letter: str) -> None:
        offered = self.allowed.get(type_)
        if offered is None:
            raise OutcomeError("unknown-type")
        if interaction not in offered.interactions:
            raise OutcomeError("interaction")
        if not self.caller.grants.of(type_, letter):
            raise OutcomeError("scope", type_)

    def may_write(self, type_: str, interaction: str) -> None:
        """``create`` or ``update``; a scope that a query limits gives no writing, since nothing is there to search."""
        self._allows(type_, interaction, interaction[0])
        if self._limit(type_, interaction[0]):
            raise OutcomeError("scope", type_)

    def _included(self, query: Query) -> Iterator[Include]:
        """What may be added; of everything (``*``) that which the scopes read."""
        for include in query.includes:
            if any(self.caller.grants.of(type_, "r") for type_ in include.types):
                yield include
            elif not include.of_all:
                raise OutcomeError("scope", include.name)

    def _limit(self, type_: str, letter: str) -> Pairs:
        """The query of a restricted scope, read against the closed list as any other."""
        scopes = self.caller.grants.of(type_, letter)
        if not scopes or not scopes[0].only:
            return ()
        if len(scopes) > 1:
            raise OutcomeError("scopes-collide", type_)
        return self._limit_of(type_, scopes[0])

    def _limit_of(self, type_: str, scope: Scope) -> Pairs:
        read = queries.read(type_, scope.only, self.allowed)
        if read.chains or read.includes or read.results:
            raise OutcomeError("scope", type_)
        return read.criteria

    def _narrow(self, type_: str, limit: Pairs) -> list[tuple[str, str]]:
        return [*limit, *narrowed(self.caller, type_)]

    def _sees(self, resource: Resource) -> bool:
        return is_visible(resource, self.caller) and self._reads(resource["resourceType"])

    def _reads(self, type_: str) -> bool:
        """Whether its scopes let the caller read a type at all; asked for each resource of an answer."""
        if type_ not in self.readable:
            self.readable[type_] = bool(self.caller.grants.of(type_, "r"))
        return self.readable[type_]

    # --- answers

    async def _shown(self, bundle: Resource, type_: str) -> Resource:
        """A searchset with what the caller sees, addresses of ours, and links that only it can follow."""
        entries, hidden = [], 0
        added = await self._limited(bundle, type_)
        for entry in bundle.get("entry", ()):
            resource, mode = entry.get("resource", {}), entry.get("search", {}).get("mode", "match")
            if mode == "match" and not is_visible(resource, self.caller):
                hidden += 1
            elif mode == "match" or (mode == "include" and self._adds(resource, added)):
                self.seen.resources.append(resource)
                entries.append(self._entry(resource, mode))
        if hidden:
            log.error("the FHIR server gave more than was asked", hidden=hidden)
        total = {"total": bundle["total"]} if "total" in bundle and not hidden else {}
        links = list(self._links(bundle, type_))
        return {"resourceType": "Bundle", "type": "searchset", **total, "link": links, "entry": entries}

    def _adds(self, resource: Resource, limited: Mapping[str, frozenset[str]]) -> bool:
        if not self._sees(resource):
            return False
        only = limited.get(resource["resourceType"])
        return only is None or resource["id"] in only

    async def _limited(self, bundle: Resource, type_: str) -> dict[str, frozenset[str]]:
        """For types whose scope has a query: which of the added resources it finds."""
        added: dict[str, list[str]] = {}
        for entry in bundle.get("entry", ()):
            resource = entry.get("resource", {})
            if entry.get("search", {}).get("mode") == "include" and resource.get("resourceType") != type_:
                added.setdefault(resource["resourceType"], []).append(resource["id"])
        found = {}
        for other, ids in added.items():
            if other in self.allowed and self.caller.grants.of(other, "r") and (limit := self._limit(other, "r")):
                asked = [*limit, ("_id", ",".join(ids)), ("_elements", "id"), ("_count", str(len(ids)))]
                held = await self.server.search(other, asked)
                found[other] = frozenset(e["resource"]["id"] for e in held.get("entry", ()))
        return found

    def _entry(self, resource: Resource, mode: str) -> dict[str, Any]:
        address = f"{self.base}/{resource['resourceType']}/{resource['id']}"
        return {"fullUrl": address, "resource": resource, "search": {"mode": mode}}

    def _links(self, bundle: Resource, type_: str) -> Iterator[dict[str, str]]:
        yield {"relation": "self", "url": f"{self.base}/{type_}"}
        for relation in ("next", "previous"):
            if url := page_url(bundle, relation):
                token = self.pages.seal(url, type_, self.caller, self.clock())
                yield {"relation": relation, "url": f"{self.base}?_page={token}"}


def _matches(bundle: Resource) -> int:
    return sum(entry.get("search", {}).get("mode", "match") == "match" for entry in bundle.get("entry", ()))


def _path(type_: str, id_: str) -> str:
    return f"{type_}/{_token(id_)}"


def _token(text: str) -> str:
    """An id as FHIR has them; nothing else may become part of an address of the FHIR server."""
    if not 0 < len(text) <= 64 or not all(c.isascii() and (c.isalnum() or c in "-.") for c in text):
        raise OutcomeError("not-found")
    return text


def _told(entry: Mapping[str, Any]) -> dict[str, Any]:
    """The parts of a history entry that are about the version."""
    return {name: entry[name] for name in ("request", "response") if name in entry}
