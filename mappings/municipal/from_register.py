"""What the register's formats state: the yearly IPLOS record, and the events of services since (KPR)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from mappings.clinical.values import day
from mappings.documents.kpr import DOGNTILBUD, EVENTS, IPLOS, PERSON, TJENESTE, Hendelse, HendelseMelding, Notifikasjon
from mappings.documents.shape import Leaf
from mappings.identifiers import H
from mappings.municipal.from_case import SERVICE
from mappings.municipal.stated import (
    ConditionStatement,
    Decision,
    FunctionStatement,
    Pause,
    ServiceStatement,
    compact_day,
)
from mappings.resources import derived
from mappings.series import Entry

NUMBERS: Final = f"{H}/sid/iplos"
OUTCOMES: Final = {"1": "granted", "2": "rejected"}
ROUND_THE_CLOCK: Final = "Døgntilbud"
NOTES: Final = {
    "tjen_under_type": "Undertype (IPLOS)", "rullerende": "Rullerende opphold (IPLOS: 1 ja, 2 nei)",
}  # fmt: skip


def record(entry: Entry) -> tuple[PERSON, str, str] | None:
    """The person of a yearly file, the municipality and the file's number; None for another message."""
    root = entry.message.root
    if not isinstance(root, IPLOS):
        return None
    return root.person[0], str(root.innhinfo.komnr), str(root.innhinfo.lopenr)


def services(entry: Entry) -> Iterator[ServiceStatement]:
    """Every service of a yearly record; a round-the-clock stay is the service of its place and day, if there is one."""
    found = record(entry)
    if found is None:
        return
    person, municipality, file = found
    own = [_service(entry, municipality, file, one) for one in person.tjeneste]
    yield from own
    for one in person.dogntilbud:
        same = next((s for s in own if _is_stay(s, one)), None)
        yield _round_the_clock(entry, municipality, file, one, same)


def _service(entry: Entry, municipality: str, file: str, of: TJENESTE) -> ServiceStatement:
    outcome = OUTCOMES.get(str(of.vedtak or "").strip())
    return ServiceStatement(
        entry=entry,
        part=of,
        key=("iplos", municipality, str(of.tjen_type), str(of.ve_id), str(of.ve_nr_id)),
        municipality=municipality,
        number_of=((f"{NUMBERS}/{municipality}/{file}/tjeneste/{of.pe_id}", of.tj_id),),
        kind=of.tjen_type,
        start=compact_day(of.fra_dato),
        end=compact_day(of.til_dato),
        organisation=of.inst_orgnr,
        hours=of.timer_uke,
        allotted=of.res_timer_uke,
        decision=Decision(
            id=of.ve_id,
            sequence=of.ve_nr_id,
            applied=compact_day(of.soknad_dato),
            decided=compact_day(of.vedt_dato),
            outcome=derived(outcome, of.vedtak) if outcome and of.vedtak else of.vedtak,
            complaint=compact_day(of.klage_mottatt),
            complaint_answered=compact_day(of.klage_besvart),
        ),
        notes=tuple((text, leaf) for name, text in NOTES.items() if (leaf := getattr(of, name))),
        is_snapshot=True,
    )


def _is_stay(of: ServiceStatement, stay: DOGNTILBUD) -> bool:
    start = compact_day(stay.fra_dato)
    return str(of.start or "") == str(start or "") and str(of.organisation or "") == str(stay.inst_orgnr)


def _round_the_clock(
    entry: Entry, municipality: str, file: str, of: DOGNTILBUD, same: ServiceStatement | None
) -> ServiceStatement:
    number = ((f"{NUMBERS}/{municipality}/{file}/dogntilbud/{of.pe_id}", of.dg_id),)
    start = compact_day(of.fra_dato)
    return ServiceStatement(
        entry=entry,
        part=of,
        key=same.key if same else ("iplos", municipality, ROUND_THE_CLOCK, str(of.inst_orgnr), str(start or "")),
        municipality=municipality,
        number_of=number,
        local_text=None if same else Leaf(ROUND_THE_CLOCK),
        start=start,
        end=compact_day(of.til_dato),
        organisation=of.inst_orgnr,
        is_snapshot=True,
    )


def function(entry: Entry) -> Iterator[FunctionStatement]:
    """Every score of a yearly record."""
    if (found := record(entry)) is not None:
        person, municipality, file = found
        for one in person.funksjon:
            since = compact_day(one.fra_dato) or ""
            yield FunctionStatement(
                entry=entry,
                part=one,
                key=("function", str(one.funk_type), str(since)),
                municipality=municipality,
                variable=one.funk_type,
                score=one.funk_verdi,
                since=since,
                until=compact_day(one.til_dato),
                number_of=((f"{NUMBERS}/{municipality}/{file}/funksjon/{one.pe_id}", one.fn_id),),
            )


def conditions(entry: Entry) -> Iterator[ConditionStatement]:
    """Every diagnosis of a yearly record."""
    if (found := record(entry)) is not None:
        person, municipality, file = found
        for one in person.diagnose:
            since = compact_day(one.fra_dato)
            yield ConditionStatement(
                entry=entry,
                part=one,
                key=("condition", municipality, str(one.diag_kode), str(since or "")),
                municipality=municipality,
                system=one.kode_versjon,
                code=one.diag_kode,
                since=since,
                to=compact_day(one.til_dato),
                number_of=((f"{NUMBERS}/{municipality}/{file}/diagnose/{one.pe_id}", one.di_id),),
            )


def event_services(entries: Iterable[Entry]) -> Iterator[ServiceStatement]:
    """Every service that events tell of: for each event in force what all of them come to, in the sender's order."""
    of_service: dict[tuple[str, str], list[tuple[int, Entry, str, Hendelse]]] = {}
    for entry in entries:
        root = entry.message.root
        if isinstance(root, HendelseMelding):
            told = root.notifikasjon[0]
            name, event = _event(told)
            key = str(root.kommune[0].kommune_nr), str(event.tjeneste_id)
            of_service.setdefault(key, []).append((_number(told), entry, name, event))
    for key, events in sorted(of_service.items()):
        yield from _come_to(key, sorted(events, key=lambda one: (one[0], one[1].message.head.message_id)))


def _event(told: Notifikasjon) -> tuple[str, Hendelse]:
    return next((name, event) for name in EVENTS if (event := getattr(told, name)) is not None)


def _number(told: Notifikasjon) -> int:
    return int(told.notifikasjon_lope_nr) if str(told.notifikasjon_lope_nr).lstrip("-").isdecimal() else 0


def _come_to(key: tuple[str, str], events: list[tuple[int, Entry, str, Hendelse]]) -> Iterator[ServiceStatement]:
    municipality, service = key
    start = end = None
    organisation: Leaf | None = None
    pauses: dict[str, Pause] = {}
    for _, _, name, event in events:
        when = day(event.hendelse_dato)
        organisation = event.tjeneste_org_nr or organisation
        if name == "tjeneste_start":
            start = when
        elif name == "tjeneste_slutt":
            end = when
        elif event.midlertidig_stopp_id and when:
            _rest(pauses, str(event.midlertidig_stopp_id), when, begins=name == "midlertidig_stopp_fra")
    for number, entry, _, event in events:
        yield ServiceStatement(
            entry=entry,
            part=event,
            key=("event", municipality, service),
            number=number,
            municipality=municipality,
            number_of=((f"{SERVICE}/{municipality}", event.tjeneste_id),),
            kind=event.tjeneste_type,
            start=start,
            end=end,
            organisation=organisation,
            pauses=tuple(pauses.values()),
            is_given=True,
        )


def _rest(pauses: dict[str, Pause], pause: str, when: str, *, begins: bool) -> None:
    """A pause by its id: its start, or its end where the start may still be on its way."""
    known = pauses.get(pause)
    since = when if begins else known.since if known else ""
    pauses[pause] = Pause(id=pause, since=since, to=(known.to if known else None) if begins else when)
