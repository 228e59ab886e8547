"""Medication lists in KITH messages: ``Legemiddelinfo`` (epj3) of PLO and EPJ-innhold as the neutral list.

Corrections are resolved first: a cancelled list is none, a changed one replaces its original. What kind of list it is
follows from the message (dossier 4.2); only the utskrivningsrapport and EPJ-innhold name everything in use.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Final, TypeVar

from hub.contract import Issue, Party
from mappings import tables
from mappings.documents import Message
from mappings.documents.cave import Allergi
from mappings.documents.datatypes import CS, CV, PQ, TS
from mappings.documents.epikrise import InfItem, Medication
from mappings.documents.epikrise import Message as Epikrise
from mappings.documents.legemiddel import ForenkletForskrivning, Forskrivningsinfo, Legemiddelinfo, Legemidler
from mappings.documents.medication_list import (
    Allergy,
    Completeness,
    LineStatus,
    ListType,
    MedicationLine,
    MedicationList,
    Source,
    Strength,
)
from mappings.documents.plo import (
    Innleggelsesrapport,
    Konsultasjon,
    OverforingMedisinskeOpplysninger,
    TverrfagligEpikrise,
)
from mappings.documents.plo_nursing import AvtaleOmAdmLegemidler
from mappings.documents.shape import Leaf, Part, children
from mappings.norwegian_time import instant_or_date
from mappings.parties import Organisations
from mappings.series import resolve

KINDS: Final[dict[type[Part], tuple[ListType, Completeness]]] = {
    TverrfagligEpikrise: ("hospital-discharge", "snapshot"),
    Innleggelsesrapport: ("municipality", "delta"),
    Konsultasjon: ("municipality", "delta"),
    OverforingMedisinskeOpplysninger: ("gp", "delta"),
    Legemidler: ("gp", "snapshot"),
}
STOPPED, HANDED_OUT = "2", "3"
ASSUMED: Final = "list-type-assumed"
TEXTS: Final = {
    "list-type-assumed": "Meldingen sier ikke hvem sin liste det er; den er lest som fastlegens.",
    "strength-without-unit": "Styrken mangler enhet og er ikke brukt.",
}
P = TypeVar("P", bound=Part)


FROM_HOSPITALS: Final = (
    "LOG_INNLAGT", "LOG_UTSKRIVNINGSKLAR", "LOG_AVMELDING", "LOG_UTSKREVET", "HELSEOPPL_SOKNAD", "UTSKRIVNINGSRAPPORT",
)  # fmt: skip
FROM_MUNICIPALITIES: Final = ("INNLEGGELSESRAPPORT", "HELSEOPPLYSNINGER_LEGE", "ORIENTERING_TJENESTETILBUD")
"""Messages that tell what their sender is (dossier 4.2: an EPJ extract is the list of whoever sends it)."""


def lists_of(messages: Iterable[Message]) -> list[MedicationList]:
    """The lists of one person's messages that are in force."""
    held = list(messages)
    entries = resolve(held, Organisations(held)).entries
    found = [one for entry in entries if entry.in_force for one in lists_in(entry.message)]
    senders = senders_of(held)
    return [by_sender(one, senders) for one in found]


def senders_of(messages: Iterable[Message]) -> dict[str, ListType]:
    """What each sender has shown itself to be, by the kind of list that is then its own."""
    found: dict[str, ListType] = {}
    for message in messages:
        if message.head.type in FROM_HOSPITALS:
            found[message.head.sender.key] = "hospital-discharge"
        elif message.head.type in FROM_MUNICIPALITIES:
            found.setdefault(message.head.sender.key, "municipality")
    return found


def by_sender(listing: MedicationList, senders: Mapping[str, ListType]) -> MedicationList:
    """A list that does not say whose it is, as that of its sender where other messages tell what the sender is."""
    known = senders.get(listing.source.system)
    if known is None or ASSUMED not in {issue.code for issue in listing.issues}:
        return listing
    issues = tuple(issue for issue in listing.issues if issue.code != ASSUMED)
    return replace(listing, source=replace(listing.source, list_type=known), issues=issues)


def lists_in(message: Message) -> Iterator[MedicationList]:
    """The lists in one message, whatever its standing."""
    if isinstance(message.root, Epikrise):
        yield from _of_epikrise(message, message.root)
    for payload in message.payloads:
        kind = KINDS.get(type(payload))
        lines = list(_all(payload, Legemiddelinfo))
        if kind is None or not (lines or isinstance(payload, TverrfagligEpikrise | Legemidler)):
            continue
        yield _list(message, payload, kind, lines)


def _list(
    message: Message, payload: Part, kind: tuple[ListType, Completeness], lines: list[Legemiddelinfo]
) -> MedicationList:
    list_type, completeness = kind
    read = [_line(of, place) for place, of in enumerate(lines, 1)]
    issues = [issue for _, found in read for issue in found]
    if isinstance(payload, Legemidler):
        issues.append(Issue(code=ASSUMED, text=TEXTS[ASSUMED], path=payload.komponent_id.path))
    return MedicationList(
        id=message.head.message_id,
        source=_source(message.head.sender, list_type, completeness, message.head.generated),
        lines=tuple(_with_owner([line for line, _ in read])),
        allergies=tuple(_allergy(of) for part in message.payloads for of in _all(part, Allergi)),
        in_multidose=_multidose(payload),
        issues=tuple(issues),
    )


EPIKRISE: Final[dict[str, LineStatus]] = {
    "1": "unknown", "2": "active", "3": "planned", "4": "stopped", "5": "active", "6": "active",
}  # fmt: skip
"""7307. That a drug was taken ("1") does not tell whether it still is; "10" is an allergy."""
ALLERGIC: Final = "10"


def _of_epikrise(message: Message, of: Epikrise) -> Iterator[MedicationList]:
    """The drugs that an epikrise names: a letter names what its writer finds worth it, so it is no whole list.

    It stands apart from the lists of its sender: its lines have no ids, and cannot take the place of theirs.
    """
    items = [item for item in _all(of, InfItem) if item.medication is not None]
    drugs = [(item, item.medication) for item in items if item.medication is not None]
    lines = [_epikrise_line(item, one, n) for n, (item, one) in enumerate(drugs, 1) if _code(one.status) != ALLERGIC]
    if not drugs:
        return
    system = f"{message.head.sender.key or message.head.sender.name} epikrise"
    yield MedicationList(
        id=message.head.message_id,
        source=Source(system=system, list_type="hospital-discharge", time=message.head.generated, completeness="delta"),
        lines=tuple(lines),
        allergies=tuple(
            Allergy(text=_drug_name(one), atc=_drug_atc(one)) for _, one in drugs if _code(one.status) == ALLERGIC
        ),
    )


def _epikrise_line(item: InfItem, of: Medication, place: int) -> MedicationLine:
    strengths, _ = _strength(of.unit_dose)
    return MedicationLine(
        id=f"epikrise-{place}",
        path=of.status.v.path.rpartition("/Status")[0] if of.status.v else "",
        name=_drug_name(of),
        generic=_text(of.drug_id.dn) if _drug_atc(of) else "",
        status=EPIKRISE.get(_code(of.status), "unknown"),
        atc=_drug_atc(of),
        form=_text(of.form.dn) if of.form else "",
        strengths=strengths,
        route=_text(of.route_of_adm.dn) if of.route_of_adm else "",
        dose_text=_text(of.dosage_text),
        start=_moment(item.start_date_time),
        end=_moment(item.end_date_time),
        notes=tuple(note for note in (_text(of.comment),) if note),
    )


def _drug_atc(of: Medication) -> str:
    is_atc = of.drug_id.s is not None and tables.list_number(of.drug_id.s) == "7180"
    return _code(of.drug_id).replace(" ", "") if is_atc else ""


def _drug_name(of: Medication) -> str:
    return _text(of.drug_id.ot) or _text(of.drug_id.dn) or _code(of.drug_id)


def _source(sender: Party, list_type: ListType, completeness: Completeness, at: datetime) -> Source:
    system, _, value = sender.key.partition("|")
    organisation = next((i for i in sender.identifiers if (i.system, i.value) == (system, value)), None)
    said_by = sender.key or sender.name
    return Source(system=said_by, list_type=list_type, time=at, completeness=completeness, organisation=organisation)


def _multidose(payload: Part) -> bool | None:
    """The agreement on multidose in the nursing documentation; None where nothing was agreed on."""
    said = [str(of.avtale_adm_multidose) in ("true", "1") for of in _all(payload, AvtaleOmAdmLegemidler)]
    return any(said) if said else None


def _line(of: Legemiddelinfo, place: int) -> tuple[MedicationLine, list[Issue]]:
    line = of.forenklet_forskrivning
    drug = line.forskrivningsinfo
    strengths, issues = _strength(drug.styrke)
    made = MedicationLine(
        id=str(of.komponent_id).strip() or str(place),
        path=of.komponent_id.path.rpartition("/")[0],
        name=_text(drug.navn) or _text(drug.generisk_navn),
        status=_status(line),
        handed_out=_code(line.status_til_forskrivningen) == HANDED_OUT,
        resept_id=_text(line.resept_id),
        generic=_text(drug.generisk_navn),
        atc=_code(drug.atc).replace(" ", ""),
        varenr=_text(drug.nr),
        form=_form(drug.legemiddelform),
        strengths=strengths,
        use=_code(drug.bruk),
        dose_text=_text(drug.dos_veiled_enkel),
        start=_moment(drug.dosering_starttidspunkt),
        end=_moment(drug.dosering_sluttidspunkt),
        indication=_text(drug.bruksomrade_tekst),
        notes=tuple(note for note in (_text(line.merknad),) if note),
        in_multidose={"1": False, "2": True}.get(_code(line.inngaar_i_multidose)),
        other=_other(drug),
    )
    return made, issues


def _other(drug: Forskrivningsinfo) -> tuple[tuple[str, str], ...]:
    alone = drug.skal_ikke_tas_sammen_med_annet_legemiddel
    return (("SkalIkkeTasSammenMedAnnetLegemiddel", str(alone)),) if alone else ()


def _status(line: ForenkletForskrivning) -> LineStatus:
    """9104: absent and 1 are in use, 2 is stopped, 3 was handed out; a code we do not know says nothing."""
    code = _code(line.status_til_forskrivningen)
    if code == STOPPED:
        return "stopped"
    return "active" if code in ("", "1", HANDED_OUT) else "unknown"


def _with_owner(lines: list[MedicationLine]) -> Iterator[MedicationLine]:
    """What the pharmacy handed out belongs to a line of the same list; without one it is in the house all the same."""
    own = [line for line in lines if not line.handed_out]
    for line in lines:
        if not line.handed_out or not any(_belongs(line, owner) for owner in own):
            yield line


def _belongs(handed_out: MedicationLine, line: MedicationLine) -> bool:
    same_prescription = handed_out.resept_id and handed_out.resept_id == line.resept_id
    same_code = len(line.atc) == 7 and handed_out.atc == line.atc
    same_generic = handed_out.generic and handed_out.generic.casefold() == line.generic.casefold()
    return bool(same_prescription or same_code or same_generic)


def _strength(of: PQ | None) -> tuple[tuple[Strength, ...], list[Issue]]:
    if of is None or not of.v:
        return (), []
    unit = _text(of.u)
    try:
        value = Decimal(str(of.v).replace(",", "."))
    except InvalidOperation:
        return (), []
    if not unit:
        return (), [Issue(code="strength-without-unit", text=TEXTS["strength-without-unit"], path=of.v.path)]
    return (Strength(value=value, unit=unit),), []


def _form(of: CS | None) -> str:
    """Three lists share this element without naming themselves: the words count, the code only where there are none."""
    if of is None:
        return ""
    return _text(of.dn) or (tables.text(7448, of.v) or "" if of.v else "")


def _allergy(of: Allergi) -> Allergy:
    code = of.virkestoff_legemiddel
    return Allergy(text=_text(of.allergisk_mot), atc=_code(code).replace(" ", ""))


def _moment(of: TS | None) -> datetime | date | None:
    return instant_or_date(of.v) if of and of.v else None


def _code(of: CS | CV | None) -> str:
    return str(of.v or "").strip() if of else ""


def _text(leaf: Leaf | None) -> str:
    return str(leaf).strip() if leaf else ""


def _all(part: Part, kind: type[P]) -> Iterator[P]:
    """Every part of a kind, at any depth, in the order of the message."""
    if isinstance(part, kind):
        yield part
        return
    for _, value in children(part):
        if isinstance(value, Part):
            yield from _all(value, kind)
