"""Orders as HL7 v2.5 RDE^O11 (dossier 4.2, M-B): one order group a message, always changes, never a whole list.

Read by hand: five kinds of segments, and an answer that names segment and field, are less than an HL7 library asks.
A message without TQ1 is read all the same; TQ1 wins over RXE-1 where both say when.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Final

from adapters.lists.cells import issue
from adapters.lists.envelope import Envelope, document, envelope, fault_of, whose, whose_list
from hub.contract import HER_ID, ORGANISASJONSNUMMER, Document, Fault, Identifier, Issue, Raw, Rejection
from mappings.documents.medication_list import (
    GivenDose,
    LineStatus,
    MedicationLine,
    MedicationList,
    Source,
    Strength,
)
from mappings.identifiers import FNR
from mappings.norwegian_time import OSLO

STATUSES: Final[dict[str, LineStatus]] = {
    "NW": "active", "XO": "active", "RO": "active", "SC": "active", "RL": "active", "HD": "on-hold", "DC": "stopped",
    "CA": "stopped", "OD": "stopped",
}  # fmt: skip
TIMES: Final = {"QD": 1, "BID": 2, "TID": 3, "QID": 4}
AS_NEEDED: Final = "3"
TEXTS: Final = {
    "separators": "Skilletegnene i MSH kan ikke leses; meldingen begynner med MSH og fem skilletegn.",
    "not-utf8": "Meldingen er ikke UTF-8.",
    "type": "Meldingstypen er ikke RDE^O11.",
    "no-order": "Meldingen har ingen ordinering (ORC).",
    "no-drug": "Ordineringen har ikke noe legemiddel (RXE-2).",
    "order-control": "Ukjent ordrekode i ORC-1.",
    "time": "MSH-7 kan ikke leses som tidspunkt.",
}
_TIME: Final = re.compile(r"(\d{4})(\d\d)(\d\d)(?:(\d\d)(\d\d)(\d\d)?(?:\.\d+)?)?([+-]\d{4})?", re.ASCII)
_EVERY: Final = re.compile(r"Q(\d{1,2})H")


@dataclass(frozen=True, slots=True)
class Segment:
    """One segment; fields are counted from 1 as the standard does, components too."""

    fields: tuple[str, ...]
    marks: str

    @property
    def name(self) -> str:
        """MSH, ORC, RXE ..."""
        return self.fields[0]

    def field(self, number: int, component: int = 0, part: int = 1) -> str:
        """A field, or one of its components and sub-components; "" where it is not there."""
        found = self.fields[number] if number < len(self.fields) else ""
        if component:
            found = _nth(found, self.marks[1], component)
            found = _nth(found, self.marks[4], part)
        return self._plain(found).strip()

    def _plain(self, text: str) -> str:
        escape = self.marks[3]
        for letter, mark in (("F", self.marks[0]), ("S", self.marks[1]), ("T", self.marks[4]), ("R", self.marks[2])):
            text = text.replace(f"{escape}{letter}{escape}", mark)
        return text.replace(f"{escape}E{escape}", escape)


def _nth(text: str, mark: str, number: int) -> str:
    found = text.split(mark)
    return found[number - 1] if number <= len(found) else ""


class MeonaOrders:
    """Reads orders; what a message does not name it does not deny."""

    name = "meona-hl7"

    def accepts(self, raw: Raw) -> bool:
        """A message header, perhaps in an MLLP frame."""
        return raw.body.lstrip(b"\x0b\r\n ")[:3] == b"MSH"

    def read(self, raw: Raw) -> tuple[Document, ...] | Rejection:
        """One document, or what is wrong by segment and field."""
        said = envelope(raw)
        if isinstance(said, Rejection):
            return said
        segments = segments_of(raw.body)
        if isinstance(segments, Fault):
            return Rejection(faults=(segments,))
        faults = tuple(_faults(segments))
        return Rejection(faults=faults) if faults else _document(segments, said, raw)


def _fault(code: str, path: str) -> Fault:
    return Fault(code=code, text=TEXTS[code], path=path)


def segments_of(body: bytes) -> list[Segment] | Fault:
    """The segments of a message, perhaps in an MLLP frame, MSH first; or why they cannot be told apart."""
    try:
        text = body.strip(b"\x0b\x1c\r\n ").decode("utf-8-sig")
    except UnicodeDecodeError:
        return _fault("not-utf8", "MSH-18")
    marks = text[3:8]
    if len(marks) < 5 or len(set(marks)) < 5 or any(mark.isalnum() or mark.isspace() for mark in marks):
        return _fault("separators", "MSH-2")
    found = []
    for line in re.split(r"[\r\n]+", text):
        fields = line.split(marks[0])
        # MSH-1 is the separator itself, so that its fields stand one place later than in other segments.
        found.append(Segment(tuple([fields[0], marks[0], *fields[1:]] if fields[0] == "MSH" else fields), marks))
    return found


def _faults(segments: list[Segment]) -> Iterator[Fault]:
    head = segments[0]
    if head.field(9, 1) != "RDE":
        yield _fault("type", "MSH-9")
    if _moment(head.field(7)) is None:
        yield _fault("time", "MSH-7")
    orders = _orders(segments)
    if not orders:
        yield _fault("no-order", "ORC")
    for number, order in enumerate(orders, 1):
        if order["ORC"].field(1) not in STATUSES:
            yield _fault("order-control", f"ORC[{number}]-1")
        if "RXE" not in order or not (order["RXE"].field(2, 5) or order["RXE"].field(2, 2)):
            yield _fault("no-drug", f"ORC[{number}]/RXE-2")


def _orders(segments: list[Segment]) -> list[dict[str, Segment]]:
    """Each ORC with the first of every segment that follows it; further ones of a name under the name and a number."""
    found: list[dict[str, Segment]] = []
    for segment in segments:
        if segment.name == "ORC":
            found.append({})
        if found:
            held = found[-1]
            known = sum(one.name == segment.name for one in held.values())
            held[f"{segment.name}[{known + 1}]" if known else segment.name] = segment
    return found


def _document(segments: list[Segment], said: Envelope, raw: Raw) -> tuple[Document, ...] | Rejection:
    head = segments[0]
    persons = whose(said, _persons(segments), "PID-3")
    time = said.time or _moment(head.field(7))
    organisation = whose_list(said, _facility(head), "MSH-4")
    if isinstance(persons, Fault) or isinstance(organisation, Fault):
        return Rejection(faults=tuple(found for found in (persons, organisation) if isinstance(found, Fault)))
    if not isinstance(time, datetime):
        return Rejection(faults=(fault_of("list-time", "MSH-7"),))
    source = Source(
        system=said.system or head.field(3) or "MEONA",
        list_type=said.list_type or "hospital-inpatient",
        time=time,
        completeness=said.completeness or "delta",
        organisation=organisation,
        name=head.field(4, 1),
    )
    orders = _orders(segments)
    lines = tuple(_line(order, number) for number, order in enumerate(orders, 1))
    issues = tuple(one for number, order in enumerate(orders, 1) for one in _odd(order, number))
    listing = MedicationList(id=head.field(10) or time.isoformat(), source=source, lines=lines, issues=issues)
    own_id = f"{head.field(3)}|{head.field(4)}|{head.field(10)}" if head.field(10) else ""
    return (document(listing, persons, raw, said, own_id),)


def _facility(head: Segment) -> Identifier | None:
    """MSH-4 as an organisation, where its universal id is a national number: the OID of its kind with the number."""
    root, _, number = head.field(4, 2).rpartition(".")
    system = f"urn:oid:{root}"
    return Identifier(system, number) if system in (ORGANISASJONSNUMMER, HER_ID) and number else None


def _persons(segments: list[Segment]) -> tuple[Identifier, ...]:
    """PID-3: the number with its authority; a fødselsnummer where none is named."""
    patient = next((segment for segment in segments if segment.name == "PID"), None)
    if patient is None or len(patient.fields) <= 3:
        return ()
    found = []
    for repetition in patient.fields[3].split(patient.marks[2]):
        part = Segment(("PID", repetition), patient.marks)
        value, oid = part.field(1, 1), part.field(1, 4, 2)
        if value:
            found.append(Identifier(f"urn:oid:{oid}" if oid else FNR, "".join(value.split())))
    return tuple(found)


def _line(order: dict[str, Segment], number: int) -> MedicationLine:
    control, drug = order["ORC"], order["RXE"]
    timing = order.get("TQ1", Segment(("TQ1",), drug.marks))
    status = STATUSES[control.field(1)]
    pattern = timing.field(3, 1) or drug.field(1, 2)
    start, end = _moment(timing.field(7) or drug.field(1, 4)), _moment(timing.field(8) or drug.field(1, 5))
    ordered = _moment(control.field(9))
    stop = _moment(control.field(15)) or end or ordered
    route = order.get("RXR")
    is_hpr = control.field(12, 9) == "HPR"
    return MedicationLine(
        id=control.field(2, 1) or str(number),
        path=f"ORC[{number}]",
        name=drug.field(2, 5) or drug.field(2, 2),
        generic=drug.field(2, 2),
        atc=drug.field(2, 1) if drug.field(2, 3) == "ATC" else "",
        form=drug.field(6, 2) or drug.field(6, 1),
        strengths=_strength(drug),
        status=status,
        route=(route.field(1, 2) or route.field(1, 1)) if route else "",
        use=AS_NEEDED if pattern == "PRN" else "",
        dose_text=drug.field(7, 2),
        given=_given(drug, pattern),
        start=start,
        end=end if status == "active" else None,
        stopped=stop if status == "stopped" else None,
        reason=control.field(16, 2) or control.field(16, 1),
        prescriber=" ".join(filter(None, (control.field(12, 3), control.field(12, 2)))),
        prescriber_hpr=control.field(12, 1) if is_hpr else "",
        changed=ordered if status == "active" else None,
        is_order=True,
        other=tuple(_beside(order)),
    )


READ: Final = {
    "ORC": {"1", "2", "3", "4", "5", "9", "12.1", "12.2", "12.3", "12.9", "15", "16"},
    "RXE": {"1.2", "1.4", "1.5", "2", "3", "4", "5", "6.2", "6.3", "7.2", "25", "26"},
    "TQ1": {"1", "3", "7", "8"},
    "RXR": {"1"},
}  # fmt: skip
"""Fields and components that become part of a line; numbers of groups and repetitions tell nothing of a drug."""


def _beside(order: dict[str, Segment]) -> Iterator[tuple[str, str]]:
    """Everything else that an order says, by segment and field (``ORC-12``), in the words of the message."""
    drug = order["RXE"]
    if drug.field(2, 1) and drug.field(2, 3) != "ATC":
        yield f"RXE-2 {drug.field(2, 3)}".strip(), drug.field(2, 1)
    if drug.field(25) and not _strength(drug):
        yield "RXE-25", drug.field(25)
    who = order["ORC"]
    if who.field(12, 1) and who.field(12, 9) != "HPR":
        yield "ORC-12", who.field(12, 1)
    for name, segment in order.items():
        read = READ.get(name, set())
        for number in range(1, len(segment.fields)):
            if str(number) not in read and (words := _words(segment, number, read)):
                yield f"{name}-{number}", words


def _words(segment: Segment, number: int, read: set[str]) -> str:
    """The components of a field that nobody has read, with a space between."""
    parts = segment.fields[number].split(segment.marks[1])
    left = [segment.field(number, n) for n in range(1, len(parts) + 1) if f"{number}.{n}" not in read]
    return " ".join(part for part in left if part)


def _odd(order: dict[str, Segment], number: int) -> Iterator[Issue]:
    drug = order["RXE"]
    if drug.field(25) and not drug.field(26, 1):
        yield issue("strength-without-unit", f"ORC[{number}]/RXE-26")


def _strength(drug: Segment) -> tuple[Strength, ...]:
    value = _number(drug.field(25))
    unit, _, per = drug.field(26, 1).partition("/")
    return (Strength(value=value, unit=unit, per=per.lower()),) if value is not None and unit else ()


def _given(drug: Segment, pattern: str) -> GivenDose | None:
    low = _number(drug.field(3))
    high = _number(drug.field(4)) or low
    if low is None or high is None:
        return None
    every = _EVERY.fullmatch(pattern)
    a_day = 24 // int(every[1]) if every and int(every[1]) and 24 % int(every[1]) == 0 else TIMES.get(pattern)
    return GivenDose(low=low, high=high, unit=drug.field(5, 2) or drug.field(5, 1), times_a_day=a_day)


def _number(text: str) -> Decimal | None:
    try:
        return Decimal(text.replace(",", ".")) if text else None
    except InvalidOperation:
        return None


def _moment(text: str) -> datetime | date | None:
    """An HL7 time: a day, or a minute or second of it, Norwegian where no offset stands."""
    found = _TIME.fullmatch(text)
    if found is None:
        return None
    try:
        day = date(int(found[1]), int(found[2]), int(found[3]))
        if found[4] is None:
            return day
        moment = datetime.fromisoformat(f"{day}T{found[4]}:{found[5]}:{found[6] or '00'}{found[7] or ''}")
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=OSLO)
