"""Everything that municipalities have stated of one patient, as resources: the newest word on each thing.

Patient-scoped, like the services that messages tell of: the same thing told again, in another export or another format,
is one resource. What an export does not name it does not deny; an empty list says that there is none any more.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from hub.contract import Resource
from mappings.documents.municipal_case import MunicipalCase
from mappings.documents.shape import Part
from mappings.moments import day_of
from mappings.municipal import (
    conditions,
    episodes,
    from_case,
    from_fhir,
    from_register,
    function,
    people,
    personal,
    plans,
)
from mappings.municipal.episodes import Service
from mappings.municipal.setting import Setting
from mappings.municipal.stated import FunctionStatement, ServiceStatement, Statement, by_key
from mappings.series import Entry

PLANNED = {"goal": "goals", "plan": "plans", "aid": "aids"}
"""What a case says of each, and the member whose emptiness ends it."""


class Sink(Protocol):
    """Where resources are kept with the parts and messages that tell of them (``mappings.services.Services``)."""

    def keep(self, made: Resource, tellers: Iterable[tuple[str, Part]]) -> None: ...


@dataclass(slots=True)
class _Over:
    """Which municipality has said of which list that there is none any more, and when."""

    _at: dict[tuple[str, str], list[tuple[float, int, str]]] = field(default_factory=lambda: defaultdict(list))

    def add(self, entry: Entry) -> None:
        root = entry.message.root
        if isinstance(root, MunicipalCase):
            head = entry.message.head
            for name in root.emptied:
                self._at[str(root.source.municipality), str(name)].append(
                    (head.generated.timestamp(), 0, head.message_id)
                )

    def after(self, of: Statement, municipality: str, name: str) -> bool:
        """Whether it was said after this."""
        return any(at > of.age for at in self._at.get((municipality, name), ()))


def municipal(entries: Iterable[Entry], setting: Setting, sink: Sink) -> None:
    """Make and keep all of it. The entries are a patient's, in any order."""
    telling = [entry for entry in entries if entry.in_force]
    for made, tellers in _made(telling, setting, _over(telling)):
        sink.keep(made, ((one.entry.message.head.message_id, one.part) for one in tellers))


def _made(entries: list[Entry], setting: Setting, over: _Over) -> Iterator[tuple[Resource, Iterable[Statement]]]:
    contacts = [one for entry in entries for one in people.contacts(entry)]
    setting = replace(setting, teams=frozenset(people.holding(contacts)))
    yield from _services(entries, setting, over)
    scores = (one for e in entries for one in _either(e, from_case.function, from_register.function))
    yield from function.function(scores, setting)
    stated = [one for entry in entries for one in _either(entry, from_case.conditions, from_register.conditions)]
    gone = frozenset(o.entry.message.head.message_id for o in stated if over.after(o, o.municipality, "conditions"))
    yield from conditions.conditions(stated, setting, gone)
    yield from people.team(contacts, setting)
    kin = [one for entry in entries for one in people.relatives(entry)]
    left = frozenset(f"{o.key[0]} {o.entry.message.head.message_id}" for o in kin if over.after(o, o.key[1], o.key[0]))
    yield from people.related(kin, setting, left)
    yield from _planned(entries, setting, over)
    for _, same in sorted(by_key(one for entry in entries for one in personal.personal(entry)).items()):
        yield personal.made_of(same[-1], setting, same), same
    for _, shown in sorted(by_key(one for entry in entries for one in from_fhir.shown(entry)).items()):
        for made in from_fhir.made_of(shown[-1], setting, shown):
            yield made, shown


def _either(entry: Entry, *formats: Any) -> Iterator[Any]:
    return (one for of in formats for one in of(entry))


def current_services(entries: Iterable[Entry]) -> Iterator[tuple[Service, str]]:
    """Every service that is, or has been, given, with where it stands."""
    held = list(entries)
    over = _over(held)
    for service in episodes.services([*_stated(held), *from_register.event_services(held)]):
        if service.has_begun:
            yield service, episodes.status_of(service, is_over=_is_over(service, over))


def function_scores(entries: Iterable[Entry]) -> Iterator[FunctionStatement]:
    """The newest score of each variable."""
    scores = [one for e in entries for one in _either(e, from_case.function, from_register.function)]
    newest: dict[str, FunctionStatement] = {}
    for one in sorted(scores, key=lambda s: (str(s.since), s.age)):
        newest[str(one.variable)] = one
    yield from (newest[variable] for variable in sorted(newest))


def _stated(entries: Iterable[Entry]) -> list[ServiceStatement]:
    return [one for e in entries for one in _either(e, from_case.services, from_register.services, from_fhir.services)]


def _is_over(service: Service, over: _Over) -> bool:
    """Whether a case has said since that there are none any more."""
    last = service.newest
    return last.key[0] == "service" and over.after(last, last.municipality, "services")


def _over(entries: Iterable[Entry]) -> _Over:
    over = _Over()
    for entry in entries:
        over.add(entry)
    return over


def _services(entries: list[Entry], setting: Setting, over: _Over) -> Iterator[tuple[Resource, Iterable[Statement]]]:
    stated = _stated(entries)
    newest = _newest_files(stated)
    for service in episodes.services([*stated, *from_register.event_services(entries)]):
        is_over = _is_over(service, over)
        for made in episodes.made_of(service, setting, is_over=is_over, stale_since=_stale_since(service, newest)):
            yield made, service.tellers


def _newest_files(stated: Iterable[ServiceStatement]) -> dict[str, float]:
    """When the newest yearly file of each municipality was made."""
    found: dict[str, float] = {}
    for one in stated:
        if one.is_snapshot:
            found[one.municipality] = max(found.get(one.municipality, 0.0), one.age[0])
    return found


def _stale_since(of: Service, newest: dict[str, float]) -> str | None:
    """The day of the last file that names a service which a newer one does not, and nothing else tells of."""
    last = of.newest
    if not all(one.is_snapshot for one in of.tellers) or last.age[0] >= newest.get(last.municipality, 0.0):
        return None
    return day_of(last.entry.message.head.generated).isoformat()


def _planned(entries: list[Entry], setting: Setting, over: _Over) -> Iterator[tuple[Resource, Iterable[Statement]]]:
    said: dict[tuple[str, ...], list[Any]] = by_key(one for entry in entries for one in plans.told(entry))
    for key, same in sorted(said.items()):
        is_over = key[0] in PLANNED and over.after(same[-1], key[1], PLANNED[key[0]])
        for made in plans.made_of(same[-1], setting, same, is_over=is_over):
            yield made, same
