"""Municipal services as EpisodeOfCare: one for each service that a municipality has told of (kodeverk 9151).

Shaped after the draft guides for municipal services (type 9151, managingOrganization, period, ``finished`` when over).
Patient-scoped: a service that several messages mention is one, as the newest of them has it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from typing import Any, Final

from hub.contract import Resource
from mappings.clinical.values import (
    absent,
    amount,
    boolean,
    compound,
    day,
    decimal,
    described,
    merknad,
    piece,
    said,
    span,
    value_of,
    worded,
)
from mappings.documents.plo import Innleggelsesrapport, OrienteringOmTjenestetilbud
from mappings.documents.plo_services import EksisterendeTjeneste
from mappings.documents.shape import Leaf, Part
from mappings.making import Making
from mappings.moments import day_of
from mappings.norwegian_time import calendar_date
from mappings.parties import Organisations
from mappings.remembering import remembered
from mappings.resources import derived, reference, resource
from mappings.series import Entry

Tags = Callable[[Iterable[Entry]], list[dict[str, str]]]
NAMELESS: Final = "Tjeneste uten navn"


@dataclass(frozen=True, slots=True)
class Service:
    """One service as one message has it."""

    entry: Entry
    told: EksisterendeTjeneste


@dataclass(slots=True)
class Services:
    """The services of a patient and what else municipalities state, and which part of which message tells of each."""

    resources: list[Resource] = field(default_factory=list)
    _of: dict[int, list[str]] = field(default_factory=dict)
    _by_message: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def of(self, part: Part) -> list[str]:
        """``Type/<id>`` of what a part of a message tells of."""
        return self._of.get(id(part), [])

    def of_message(self, message_id: str) -> list[str]:
        """``Type/<id>`` of everything that a message tells of."""
        return self._by_message.get(message_id, [])

    def add(self, made: Resource, tellers: Iterable[Service]) -> None:
        """Keep a service with everything that tells of it."""
        self.keep(made, ((one.entry.message.head.message_id, one.told) for one in tellers))

    def keep(self, made: Resource, tellers: Iterable[tuple[str, Part]]) -> None:
        """Keep a resource with the message and part of each that tells of it."""
        self.resources.append(made)
        ref = f"{made['resourceType']}/{made['id']}"
        for message_id, part in tellers:
            self._of.setdefault(id(part), []).append(ref)
            if ref not in self._by_message[message_id]:
                self._by_message[message_id].append(ref)


def services(entries: Iterable[Entry], organisations: Organisations, making: Making, tags: Tags) -> Services:
    """Every service that messages in force tell of."""
    telling, newest = _told(entries, organisations)
    found = Services()
    for key, tellers in telling.items():
        is_over = not any(newest[key[0], one.entry.message.head.type] is one.entry for one in tellers)
        newest_told, tagged = tellers[-1], tags([one.entry for one in tellers])
        asked = (key, making.ids, making.patient, is_over, tagged)
        make = partial(_episode, newest_told, key, making, is_over=is_over, tags=tagged)
        found.add(remembered(newest_told.entry.message, f"service {key}", asked, make), tellers)
    return found


Key = tuple[str, ...]


def _told(
    entries: Iterable[Entry], organisations: Organisations
) -> tuple[dict[Key, list[Service]], dict[tuple[str, str], Entry]]:
    """Who tells of each service, oldest first; and the newest list of each type from each municipality."""
    telling: dict[Key, list[Service]] = defaultdict(list)
    newest: dict[tuple[str, str], Entry] = {}
    for entry in sorted((e for e in entries if e.in_force), key=_age):
        listed, sender = _listed(entry.message.payload), organisations.key(entry.message.head.sender)
        seen: dict[Key, int] = defaultdict(int)
        for told in listed:
            what = (sender, *_identity(told))
            seen[what] += 1
            telling[(*what, str(seen[what]))].append(Service(entry, told))
            newest[sender, entry.message.head.type] = entry
    return telling, newest


def _listed(payload: Part) -> tuple[EksisterendeTjeneste, ...]:
    if isinstance(payload, Innleggelsesrapport | OrienteringOmTjenestetilbud):
        return payload.eksisterende_tjeneste
    return ()


def _identity(of: EksisterendeTjeneste) -> Key:
    """Messages have no id of a service: its kind, else its name, and when it began."""
    name = str(said(of.betegnelse_tjeneste) or "").casefold()
    return value_of(of.iplos_tjenestetype) or name, str(of.startdato or "").strip()


def _age(entry: Entry) -> tuple[float, str]:
    return entry.message.head.generated.timestamp(), entry.message.head.message_id


def _episode(of: Service, key: Key, making: Making, *, is_over: bool, tags: list[dict[str, str]]) -> Resource:
    told, head = of.told, of.entry.message.head
    kind, notes = described(told.iplos_tjenestetype, told.betegnelse_tjeneste, 9151)
    start, end = day(told.startdato), day(told.sluttdato)
    return resource(
        "EpisodeOfCare",
        making.ids("EpisodeOfCare", making.patient, *key),
        meta={"tag": tags},
        extension=[
            *_details(told),
            *(part for note in notes for part in merknad(note["text"])),
            *worded("opplysninger-om-tjenesten", told.opplysninger_om_tjenesten),
            *merknad(told.merknad),
        ],
        status=_status(told, head.generated, is_over=is_over),
        type=[kind or {"text": NAMELESS}],
        patient=reference(making.patient),
        managingOrganization=making.reference(making.directory.organization(head.sender)),
        period={**span(start, end), **({} if start else {"_start": absent()})},
    )


def _details(of: EksisterendeTjeneste) -> list[dict[str, Any]]:
    """Who gives it and how much; the unit is free text, so it is no measure that can be added up."""
    held = amount(decimal(of.antall_enheter), of.enhet)
    return compound(
        "tjeneste",
        piece("private", valueBoolean=boolean(of.privat_tjeneste)),
        piece("provider", valueString=said(of.tjenesten_levert_av)),
        piece("extent", valueQuantity=held),
        piece("unit", valueString=said(of.enhet) if not held else None),
    )


def _status(of: EksisterendeTjeneste, written: datetime, *, is_over: bool) -> str:
    """As of the message: what has an end before it is over, what begins after it is planned. What a newer list of the
    same municipality no longer has is over too, since those lists are complete; no end is invented."""
    today = day_of(written)
    if _before(of.sluttdato, today) and of.sluttdato:
        return derived("finished", of.sluttdato)
    if is_over:
        return "finished"
    begins = calendar_date(of.startdato) if of.startdato else None
    return "planned" if begins and begins > today else "active"


def _before(leaf: Leaf | None, today: date) -> bool:
    when = calendar_date(leaf) if leaf else None
    return when is not None and when < today
