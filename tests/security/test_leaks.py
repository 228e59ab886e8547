"""Ten thousand random searches by callers of every organisation: nothing that one may not see shows in any answer."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from random import Random
from typing import Any

import pytest

from hub.access.caller import DEMO, Caller
from hub.access.scopes import EVERYTHING, Grants
from hub.conformance.resources import load
from hub.contract import ACCESS
from hub.delivery.client import FhirClient
from hub.gateway import interactions
from hub.gateway.exposed import Exposed, exposed
from hub.gateway.interactions import USUAL_PAGE
from hub.gateway.outcome import OutcomeError
from hub.gateway.query import MOST_COUNT
from hub.gateway.server import Server
from hub.gateway.visible import access_numbers

sys.path.insert(0, str(Path(__file__).parent))
from searching import Pairs, Searches

pytestmark = pytest.mark.integration

TRIES = int(os.environ.get("HEIMVEG_LEAK_TRIES", "10000"))
SEED = int(os.environ.get("HEIMVEG_LEAK_SEED", "1"))
"""``bench/leak.py`` asks for more, and for others."""
AT_ONCE = 6
LOOKED_INTO = 10
"""One try in so many is also followed to its further pages, and counted again by somebody who sees all; one in so many
of these is listed by them too, and what the caller may see of it picked out by the test."""
MOST_PAGES = 2
COUNT = ("_summary", "count")
PERSON = "9999991"
"""By HPR number; one of the patients has blocked this person."""
Group = tuple[int | str, ...]
GROUPS: tuple[Group, ...] = ((1,), (2,), (11,), (12,), (1, 12), (99,), (11, PERSON))
SHARED = {"Organization", "Practitioner", "PractitionerRole", "Location", "Measure", "MeasureReport", "PlanDefinition"}
BASE = "http://127.0.0.1/fhir"


@dataclass
class Tally:
    """What came of the tries."""

    leaks: list[str] = field(default_factory=list)
    answered: int = 0
    refused: dict[str, int] = field(default_factory=dict)
    showed: int = 0
    hid: int = 0
    """Tries in which the same search, by somebody who sees all, finds more."""


class Passing(Server):
    """The FHIR server, asked not to keep searches for further pages: half the cost, and the same first page."""

    async def search(self, type_: str, criteria: Any, *, keeps: bool = True) -> Any:
        return await super().search(type_, criteria, keeps=False)


@dataclass
class Fuzz:
    """Searches by callers, against what the world says they may see."""

    world: Any
    exposed: Exposed
    searches: Searches
    everybody: str = ""
    """The tags of all that this world has, open or closed: other tests fill the same server."""
    tally: Tally = field(default_factory=Tally)
    seen: dict[Group, set[str]] = field(default_factory=dict)

    def visible(self, group: Group) -> set[str]:
        if group not in self.seen:
            self.seen[group] = self.world.visible(*self.numbers(group))
        return self.seen[group]

    @property
    def passing(self) -> Exposed:
        return replace(self.exposed, server=Passing(client=self.exposed.server.client))

    def caller(self, group: Group, grants: Grants = EVERYTHING) -> Caller:
        return Caller(client="fuzz", numbers=self.numbers(group), grants=grants)

    def numbers(self, group: Group) -> frozenset[str]:
        return frozenset(self.world.word(of) if isinstance(of, str) else self.world.number(of) for of in group)

    async def run(self, tries: int, *, until_leak: bool = False, adding: bool = False) -> Tally:
        """``adding``: only searches that add other resources."""
        drawn = [(self.searches.random.choice(GROUPS), *self.searches.draw()) for _ in range(tries)]
        queue = iter(enumerate(one for one in drawn if not adding or any("include" in name for name, _ in one[2])))

        async def work() -> None:
            for number, (group, type_, pairs) in queue:
                if until_leak and self.tally.leaks:
                    return
                looks = number % LOOKED_INTO == 0
                await self.try_one(group, type_, pairs, looks_into=looks, lists=number % LOOKED_INTO**2 == 0)

        await asyncio.gather(*(work() for _ in range(AT_ONCE)))
        return self.tally

    async def try_one(self, group: Group, type_: str, pairs: Pairs, *, looks_into: bool, lists: bool) -> None:
        gateway = (self.exposed if looks_into else self.passing).to(self.caller(group), BASE)
        try:
            bundle = await gateway.search(type_, pairs)
        except OutcomeError as error:
            self.tally.refused[error.code] = self.tally.refused.get(error.code, 0) + 1
            return
        self.tally.answered += 1
        self.tally.showed += bool(bundle.get("entry"))
        self.check(group, type_, pairs, bundle)
        if looks_into:
            whole = _matches(bundle) if _shows_all(bundle, pairs) else None
            for _ in range(MOST_PAGES):
                if following := _next(bundle):
                    bundle = await gateway.page(following)
                    self.check(group, type_, pairs, bundle)
            if type_ not in SHARED:
                await self.compare(group, type_, pairs, whole, lists=lists)

    def check(self, group: Group, type_: str, pairs: Pairs, bundle: Any) -> None:
        names = {f"{e['resource']['resourceType']}/{e['resource']['id']}" for e in bundle.get("entry", ())}
        strangers = {n for n in names if n.partition("/")[0] not in SHARED} - self.visible(group)
        if strangers:
            self.tally.leaks.append(f"{group} {type_} {pairs} shows {len(strangers)}")

    async def compare(self, group: Group, type_: str, pairs: Pairs, whole: int | None, *, lists: bool) -> None:
        """The count is of what is seen: as many as somebody who sees all counts with the group's tags.

        For chains and ``_has`` it is at most that many, as what they look at is narrowed too.
        """
        criteria = [p for p in pairs if not p[0].startswith(("_inc", "_rev", "_count", "_sort", "_sum", "_tot", "_el"))]
        told = (await self.exposed.to(self.caller(group), BASE).search(type_, [*criteria, COUNT]))["total"]
        theirs = await self.counted(type_, [*criteria, *self.open_to(group)])
        if lists and theirs != len(await self.listed(type_, criteria) & self.visible(group)):
            self.tally.leaks.append(f"{group} {type_} {criteria}: a tag finds {theirs} that do not bear it")
        if whole is not None and whole != told:
            self.tally.leaks.append(f"{group} {type_} {pairs} shows {whole} on its only page, and counts {told}")
        joined = any(name.startswith("_has") or "." in name for name, _ in criteria)
        if told > theirs or (told != theirs and not joined):
            self.tally.leaks.append(f"{group} {type_} {criteria} counts {told}, not {theirs}")
        self.tally.hid += await self.counted(type_, [*criteria, ("_tag", self.everybody)]) > theirs

    async def counted(self, type_: str, criteria: Pairs) -> int:
        """What somebody who sees all counts."""
        return int(str((await self.exposed.to(DEMO, BASE).search(type_, [*criteria, COUNT]))["total"]))

    async def listed(self, type_: str, criteria: Pairs) -> set[str]:
        """All that somebody who sees all finds."""
        gateway, names = self.exposed.to(DEMO, BASE), set[str]()
        asked = [*criteria, ("_tag", self.everybody), ("_elements", "id"), ("_count", str(MOST_COUNT))]
        bundle = await gateway.search(type_, asked)
        while True:
            names |= {f"{type_}/{e['resource']['id']}" for e in bundle.get("entry", ())}
            if not (following := _next(bundle)):
                return names
            bundle = await gateway.page(following)

    def open_to(self, group: Group) -> Pairs:
        """What a group sees, as the test knows it: one of its numbers, and no word for its person."""
        numbers = ",".join(f"{ACCESS}|{self.world.number(of)}" for of in group if isinstance(of, int))
        return [
            ("_tag", numbers),
            *(("_tag:not", f"{ACCESS}|{self.world.word(of)}") for of in group if isinstance(of, str)),
        ]


def _next(bundle: Any) -> str:
    """The token of the next page."""
    links = [link["url"] for link in bundle["link"] if link["relation"] == "next"]
    return links[0].partition("_page=")[2] if links else ""


def _matches(bundle: Any) -> int:
    return sum(entry["search"]["mode"] == "match" for entry in bundle.get("entry", ()))


def _shows_all(bundle: Any, pairs: Pairs) -> bool:
    """Whether this is the only page of a search that shows what it finds, and has room for more."""
    room = _matches(bundle) < int(dict(pairs).get("_count", USUAL_PAGE))
    return room and not _next(bundle) and ("_summary", "count") not in pairs


def fuzzed(world: Any, run: Callable[[Fuzz], Awaitable[Tally]], seed: int = 1) -> Tally:
    async def within() -> Tally:
        async with FhirClient(world.fhir_base) as client:
            side = exposed(client, load(), b"k" * 32)
            everybody = ",".join(sorted({f"{ACCESS}|{n}" for r in world.resources for n in access_numbers(r)}))
            searches = Searches(side.allowed, world.resources, Random(seed))
            return await run(Fuzz(world, side, searches, everybody))

    return asyncio.run(within())


def test_no_random_search_shows_or_counts_what_the_caller_may_not_see(world) -> None:
    tally = fuzzed(world, lambda fuzz: fuzz.run(TRIES), SEED)
    if report := os.environ.get("HEIMVEG_LEAK_REPORT"):
        Path(report).write_text(json.dumps(asdict(tally)), encoding="utf-8")
    assert tally.leaks == []
    assert tally.answered > TRIES * 0.7, tally.refused
    assert tally.showed > TRIES * 0.1
    assert tally.hid > TRIES * 0.01


@pytest.mark.parametrize("hole", ["narrowed", "is_visible"])
def test_the_fuzzer_finds_a_hole(world, monkeypatch: pytest.MonkeyPatch, hole: str) -> None:
    """With either of the two walls taken away, it does not stay silent (includes have only the one)."""
    if hole == "narrowed":
        monkeypatch.setattr(interactions, "narrowed", lambda *_: [])
    else:
        monkeypatch.setattr(interactions, "is_visible", lambda *_: True)
    adding = hole == "is_visible"
    assert fuzzed(world, lambda fuzz: fuzz.run(3000, until_leak=True, adding=adding)).leaks != []
