"""The envelope of a medication list: what the transport or a side-car file says beside the payload (dossier 4.2).

Header values are never logged; a patient stands in them. What the payload itself says is compared, not overruled.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, cast, get_args
from uuid import NAMESPACE_URL, UUID, uuid5

from hub.contract import Fault, Head, Identifier, Party, Raw, Rejection
from mappings.documents.medication_list import Completeness, ListType, MedicationDocument, MedicationList, Source
from mappings.identifiers import FNR, H
from mappings.norwegian_time import instant

SYSTEM, ORGANISATION, TYPE, TIME, COMPLETENESS, PATIENT = (
    "heimveg-source-system", "heimveg-source-org", "heimveg-list-type", "heimveg-list-time", "heimveg-completeness",
    "heimveg-patient",
)  # fmt: skip
RECEIVERS: Final = "heimveg-receivers"
ALIASES: Final[dict[str, ListType]] = {"inpatient-active": "hospital-inpatient", "discharge": "hospital-discharge"}
"""Older names of list types; "in-use" says too little and is none."""

FROM_LISTS: Final = "MEDICATION-LIST"
NOBODY: Final = Party(name="", identifiers=())
TEXTS: Final = {
    "list-type": "Ukjent listetype. Oppgi en av: {known}.",
    "list-type-missing": "Listetypen er ikke oppgitt. Oppgi den i konvolutten (listType): {known}.",
    "list-time": "Listetidspunktet kan ikke leses. Oppgi dato og klokkeslett med tidssone.",
    "list-time-missing": "Listetidspunktet er ikke oppgitt, verken i innholdet eller i konvolutten (listTime).",
    "completeness": "Ukjent verdi for fullstendighet. Oppgi snapshot eller delta.",
    "patient": "Pasienten i konvolutten skrives som system|verdi.",
    "patient-missing": "Innholdet nevner ingen pasient. Oppgi pasienten i konvolutten (patient).",
    "organisation": "Virksomheten i konvolutten skrives som system|nummer.",
    "receivers": "Mottakerne i konvolutten skrives som system|nummer, med komma mellom.",
    "organisation-differs": "Virksomheten i konvolutten er en annen enn virksomheten i innholdet.",
    "patient-differs": "Pasienten i konvolutten er en annen enn pasienten i innholdet.",
}
_KNOWN: Final = ", ".join(get_args(ListType))


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What was said beside the payload; None where nothing was."""

    system: str = ""
    organisation: Identifier | None = None
    list_type: ListType | None = None
    time: datetime | None = None
    completeness: Completeness | None = None
    patient: Identifier | None = None
    receivers: tuple[Identifier, ...] = ()


def envelope(raw: Raw) -> Envelope | Rejection:
    """The envelope of a payload, or what is wrong with it."""
    said = {name.lower(): value.strip() for name, value in raw.headers.items() if value.strip()}
    faults = [fault for fault in (_type_fault(said), _time_fault(said), _completeness_fault(said)) if fault]
    patient = _identifier(said.get(PATIENT, ""))
    organisation, receivers = _identifier(said.get(ORGANISATION, "")), _identifiers(said.get(RECEIVERS, ""))
    faults += [fault_of("patient", PATIENT)] if PATIENT in said and patient is None else []
    faults += [fault_of("organisation", ORGANISATION)] if ORGANISATION in said and organisation is None else []
    faults += [fault_of("receivers", RECEIVERS)] if None in receivers else []
    if faults:
        return Rejection(faults=tuple(faults))
    return Envelope(
        system=said.get(SYSTEM, ""),
        organisation=organisation,
        list_type=_list_type(said.get(TYPE, "")),
        time=instant(said[TIME]) if TIME in said else None,
        completeness=cast("Completeness | None", said.get(COMPLETENESS)),
        patient=patient,
        receivers=tuple(found for found in receivers if found),
    )


def fault_of(code: str, path: str) -> Fault:
    """One reason to refuse, in words."""
    return Fault(code=code, text=TEXTS[code].format(known=_KNOWN), path=path)


def whose(said: Envelope, named: tuple[Identifier, ...], path: str) -> tuple[Identifier, ...] | Fault:
    """The patient's identifiers, from payload or envelope; both must name the same person where both name one."""
    if said.patient is None:
        return named or fault_of("patient-missing", path)
    if named and said.patient not in named:
        return fault_of("patient-differs", PATIENT)
    return named or (said.patient,)


def person_identifier(system: str, value: str) -> Identifier:
    """A number as it is matched; without a system it is a fødselsnummer."""
    return Identifier(system or FNR, "".join(value.split()))


def whose_list(said: Envelope, named: Identifier | None, path: str) -> Identifier | Fault | None:
    """The organisation that answers for the list, from payload or envelope; both must name the same one."""
    if said.organisation is None or named is None:
        return said.organisation or named
    return named if named == said.organisation else fault_of("organisation-differs", path)


def document(
    listing: MedicationList, persons: tuple[Identifier, ...], raw: Raw, said: Envelope, own_id: str = ""
) -> MedicationDocument:
    """The list as the hub knows documents. ``own_id`` is the id that the payload gives itself, "" where it has none."""
    source = listing.source
    organisations = (source.organisation,) if source.organisation else ()
    receivers = [Party(name="", identifiers=(receiver,)) for receiver in said.receivers] or [NOBODY]
    head = Head(
        message_id=_message_id(own_id, source) if own_id else "",
        type=FROM_LISTS,
        version="1",
        series="N",
        sender=Party(name=source.name or source.system, identifiers=organisations),
        receiver=receivers[0],
        copies=tuple(receivers[1:]),
        persons=persons,
        generated=source.time,
    )
    return MedicationDocument(head=head, listing=listing, original=raw.body)


def _message_id(own_id: str, source: Source) -> str:
    """A UUID as it stands; another id is one only within its source, which therefore is part of what we call it."""
    try:
        return str(UUID(own_id.removeprefix("urn:uuid:")))
    except ValueError:
        of = source.organisation or Identifier("system", source.system)
        return str(uuid5(NAMESPACE_URL, f"{H}/sid/medlist|{of.system}|{of.value}|{source.list_type}|{own_id}"))


def _identifiers(text: str) -> list[Identifier | None]:
    return [_identifier(one.strip()) for one in text.split(",")] if text else []


def _identifier(text: str) -> Identifier | None:
    system, separator, value = text.rpartition("|")
    return Identifier(system, value) if separator and system and value else None


def _list_type(text: str) -> ListType | None:
    known = ALIASES.get(text)
    return known or (cast("ListType", text) if text in get_args(ListType) else None)


def _type_fault(said: Mapping[str, str]) -> Fault | None:
    return fault_of("list-type", TYPE) if TYPE in said and _list_type(said[TYPE]) is None else None


def _time_fault(said: Mapping[str, str]) -> Fault | None:
    return fault_of("list-time", TIME) if TIME in said and instant(said[TIME]) is None else None


def _completeness_fault(said: Mapping[str, str]) -> Fault | None:
    wrong = COMPLETENESS in said and said[COMPLETENESS] not in get_args(Completeness)
    return fault_of("completeness", COMPLETENESS) if wrong else None
