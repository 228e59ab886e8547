"""A received medication list as a message: its lines as ``Legemiddelinfo``, so that one mapping serves every source.

Each leaf remembers where the line stood. What the EPJ content standard has no element for stays in ``listing``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from mappings.documents.datatypes import CS, PQ, TS
from mappings.documents.legemiddel import ForenkletForskrivning, Forskrivningsinfo, Legemiddelinfo, Legemidler
from mappings.documents.medication_list import Allergy, MedicationDocument, MedicationLine, MedicationList
from mappings.documents.message import Message
from mappings.documents.shape import Leaf, made

STOPPED, HANDED_OUT = "2", "3"
CSV: Final = "text/csv"
BESIDE: Final = (
    "pll_id", "fest_id", "route", "reason", "stop_cause", "stopped", "packed_from", "packed_to", "prescription_expires",
    "prescriber", "prescriber_hpr",
)  # fmt: skip
"""Fields of a line that the EPJ content standard has no element for."""
IN_MULTIDOSE: Final = {True: "2", False: "1"}
LIST_NAMES: Final = {
    "gp": "Fastlegens liste", "pll": "Pasientens legemiddelliste", "municipality": "Kommunens liste",
    "home-at-admission": "Hjemmeliste ved innleggelse", "patient-reported": "Pasientens egne opplysninger",
    "multidose-packed": "Pakket multidose", "hospital-inpatient": "Sykehusets liste under oppholdet",
    "hospital-discharge": "Sykehusets liste ved utskrivning", "kjernejournal": "Kjernejournal",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed(Message):
    """A list among the messages of a patient."""

    listing: MedicationList

    @property
    def name(self) -> str:
        """What people call such a list."""
        return LIST_NAMES[self.listing.source.list_type]

    @property
    def media_type(self) -> str:
        """What the bytes are: the formats that lists come in."""
        start = self.original.lstrip(b"\x0b\xef\xbb\xbf \t\r\n")[:3]
        if start[:1] == b"{":
            return "application/json" if b'"ctx/' in self.original else "application/fhir+json"
        if start == b"MSH":
            return "application/hl7-v2"
        return "application/xml" if start[:1] == b"<" else CSV

    @property
    def beside(self) -> tuple[Leaf, ...]:
        """What the list says and the EPJ content standard has no element for, each where it stood."""
        listing = self.listing
        of_lines = (leaf for line in listing.lines for leaf in _beside(line))
        told = (leaf for one in listing.allergies if one.path for leaf in (Leaf(one.text, allergy_path(one)),))
        return (*of_lines, *told, *(Leaf(value, other_path("", name)) for name, value in listing.other))


def as_message(document: MedicationDocument) -> Listed:
    """The list as a message; the same for the same list."""
    listing = document.listing
    root = made(
        Legemidler,
        legemiddelinfo=tuple(map(_info, listing.lines)),
        basiskomponenttype=Leaf("EPJ sak"),
        komponenttype=Leaf("2.16.578.1.12.4.1.6.14.50302.0"),
        komponent_id=Leaf(document.head.message_id),
    )
    return Listed(
        head=document.head,
        root=root,
        issues=document.issues,
        original=document.original,
        registered=document.registered,
        listing=listing,
    )


def other_path(line: str, name: str) -> str:
    """Where something stands that a source said by a name of its own, of a line or of the whole list."""
    return f"{line}/other:{name}"


def allergy_path(of: Allergy) -> str:
    """Where an allergy stands."""
    return f"{of.path}/allergi"


def _beside(line: MedicationLine) -> Iterator[Leaf]:
    for name in BESIDE:
        value = getattr(line, name)
        if value:
            yield Leaf(value if isinstance(value, str) else value.isoformat(), f"{line.path}/{name}")
    if line.given is not None and not line.slots:
        yield Leaf(str(line.given.low), f"{line.path}/given")
    if len(line.strengths) > 1:
        yield Leaf(str(len(line.strengths)), f"{line.path}/strengths")
    yield from (Leaf(value, other_path(line.path, name)) for name, value in line.other)


def _info(line: MedicationLine) -> Legemiddelinfo:
    return made(
        Legemiddelinfo,
        forenklet_forskrivning=_prescribed(line),
        basiskomponenttype=Leaf("EPJ dokument"),
        komponenttype=Leaf("2.16.578.1.12.4.1.6.13.10301.0"),
        komponent_id=Leaf(line.id, f"{line.path}/id"),
    )


def _prescribed(line: MedicationLine) -> ForenkletForskrivning:
    status = STOPPED if line.status == "stopped" else HANDED_OUT if line.handed_out else ""
    packed = IN_MULTIDOSE[line.in_multidose] if line.in_multidose is not None else ""
    return made(
        ForenkletForskrivning,
        status_til_forskrivningen=_cs(line, "status", status),
        inngaar_i_multidose=_cs(line, "multidose", packed),
        resept_id=_leaf(line, "reseptId", line.resept_id),
        merknad=_leaf(line, "merknad", "\n".join(line.notes)),
        forskrivningsinfo=_drug(line),
    )


def _drug(line: MedicationLine) -> Forskrivningsinfo:
    one = line.strengths[0] if len(line.strengths) == 1 else None
    strength = (
        made(PQ, v=Leaf(str(one.value), f"{line.path}/styrke"), u=Leaf(_unit(one.unit, one.per))) if one else None
    )
    form = made(CS, dn=Leaf(line.form, f"{line.path}/form")) if line.form else None
    slots = "+".join(slot or "0" for slot in line.slots)
    return made(
        Forskrivningsinfo,
        bruksomrade_tekst=_leaf(line, "indikasjon", line.indication),
        dos_veiled_enkel=_leaf(line, "dosering", line.dose_text or slots),
        nr=_leaf(line, "varenr", line.varenr),
        navn=Leaf(line.name, f"{line.path}/navn"),
        generisk_navn=_leaf(line, "generisk", line.generic),
        atc=_cs(line, "atc", line.atc),
        legemiddelform=form,
        styrke=strength,
        bruk=_cs(line, "bruk", line.use),
        dosering_starttidspunkt=_ts(line, "start", line.start),
        dosering_sluttidspunkt=_ts(line, "slutt", line.end),
    )


def _unit(unit: str, per: str) -> str:
    return f"{unit}/{per}" if per else unit


def _leaf(line: MedicationLine, name: str, text: str) -> Leaf | None:
    return Leaf(text, f"{line.path}/{name}") if text else None


def _cs(line: MedicationLine, name: str, code: str) -> CS | None:
    return made(CS, v=Leaf(code, f"{line.path}/{name}")) if code else None


def _ts(line: MedicationLine, name: str, when: datetime | date | None) -> TS | None:
    return made(TS, v=Leaf(when.isoformat(), f"{line.path}/{name}")) if when else None
