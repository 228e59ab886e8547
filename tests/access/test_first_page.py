"""A search that fits on its page is not kept by the FHIR server; one that may not is, and is known the next time."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from hub.access.caller import DEMO
from hub.conformance.resources import load
from hub.gateway.allowed import allowed
from hub.gateway.interactions import Gateway
from hub.gateway.pages import Pages
from hub.gateway.server import Server

(PROMISED,) = load().of_type("CapabilityStatement")
ALLOWED = allowed(PROMISED, load().of_type("SearchParameter"))


@dataclass(frozen=True, kw_only=True)
class Held(Server):
    """A server with so many Tasks, and how it was asked."""

    client: Any = None
    tasks: list[int] = field(default_factory=lambda: [0])
    beside: int = 0
    """How many resources each page includes."""
    asked: list[bool] = field(default_factory=list)

    async def search(self, type_: str, criteria: Any, *, keeps: bool = True) -> dict[str, Any]:
        self.asked.append(keeps)
        shown = min(self.tasks[0], int(dict(criteria).get("_count", "20")))
        entries = [
            {"resource": {"resourceType": type_, "id": str(n)}, "search": {"mode": "match"}} for n in range(shown)
        ]
        more = ({"resourceType": "Patient", "id": str(n)} for n in range(self.beside))
        entries += [{"resource": resource, "search": {"mode": "include"}} for resource in more]
        links = [{"relation": "next", "url": "http://h/fhir?_getpages=x"}] if keeps and shown < self.tasks[0] else []
        return {"resourceType": "Bundle", "type": "searchset", "link": links, "entry": entries}


def found(server: Held, pairs: Sequence[tuple[str, str]] = ()) -> tuple[int, bool]:
    """How many a search shows, and whether there is a further page."""
    gateway = Gateway(server=server, allowed=ALLOWED, pages=Pages(keys=(b"k" * 32,)), base="http://b", caller=DEMO)
    bundle = asyncio.run(gateway.search("Task", pairs))
    return len(bundle["entry"]), any(link["relation"] == "next" for link in bundle["link"])


def test_what_fits_on_its_page_is_asked_for_once_and_not_kept() -> None:
    server = Held(tasks=[19])
    assert (found(server), server.asked) == ((19, False), [False])


def test_what_may_not_fit_is_kept_and_asked_for_so_at_once_the_next_time() -> None:
    server = Held(tasks=[30])
    assert (found(server), server.asked) == ((20, True), [False, True])
    assert (found(server), server.asked) == ((20, True), [False, True, True])


def test_a_full_page_that_is_the_last_one_says_so() -> None:
    server = Held(tasks=[20])
    assert (found(server), server.asked) == ((20, False), [False, True])


def test_many_matches_are_kept_though_the_page_is_larger() -> None:
    """The FHIR server stops after so many rows, of which several may be of one match."""
    server = Held(tasks=[60])
    assert (found(server, [("_count", "200")]), server.asked) == ((60, False), [False, True])


def test_a_page_that_included_resources_have_filled_may_be_cut_and_is_asked_for_again() -> None:
    server = Held(tasks=[10], beside=190)
    assert (found(server)[1], server.asked) == (False, [False, True])
    fewer = Held(tasks=[10], beside=20)
    assert (found(fewer), fewer.asked) == ((30, False), [False])


def test_a_search_that_has_become_short_is_asked_for_as_such_again() -> None:
    server = Held(tasks=[30])
    found(server)
    server.tasks[0] = 5
    assert [found(server), found(server)] == [(5, False), (5, False)]
    assert server.asked == [False, True, True, False]


def test_a_count_is_never_kept() -> None:
    server = Held(tasks=[30])
    found(server, [("_summary", "count")])
    assert server.asked == [False]
