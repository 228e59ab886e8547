"""What a municipal document says of itself and of the person: its name, municipality, and who the person is."""

from __future__ import annotations

from typing import Any, Final

from mappings.contact import NO_BASIS
from mappings.documents import Message
from mappings.documents.kpr import IPLOS, HendelseMelding, IdentMelding
from mappings.documents.municipal_case import CasePatient, MunicipalCase, ServiceTable
from mappings.documents.municipal_fhir import FhirPatient, MunicipalBundle
from mappings.documents.shape import Leaf
from mappings.identifiers import H
from mappings.norwegian_time import calendar_date
from mappings.resources import derived, without_empty

ROOTS: Final = (MunicipalCase, ServiceTable, MunicipalBundle, IPLOS, IdentMelding, HendelseMelding)
KINDS: Final = f"{H}/CodeSystem/municipal-document"
NAMES: Final = {
    "MUNICIPAL-CASE": "Opplysninger fra kommunens journal",
    "MUNICIPAL-SERVICES": "Kommunens tjenesteliste",
    "MUNICIPAL-FHIR": "FHIR fra kommunens journal",
    "KPR-IPLOS": "IPLOS-uttrekk",
    "KPR-IDENT": "Identfil til IPLOS-uttrekk",
    "KPR-EVENT": "Tjenestehendelse til KPR",
}
IPLOS_PERSON: Final = f"{H}/sid/iplos-person"
"""A person of one yearly file, by municipality and number of the file: known to nobody until the ident file comes."""
GENDERS: Final = {"M": "male", "K": "female"}


def is_municipal(message: Message) -> bool:
    """Whether a municipality's record system sent it, in a format of its own."""
    return isinstance(message.root, ROOTS)


def municipality(message: Message) -> Leaf | None:
    """The kommunenummer of the person, else of the municipality that tells."""
    root = message.root
    if isinstance(root, MunicipalCase):
        address = root.patient.address
        return (address.municipality if address else None) or root.source.municipality
    if isinstance(root, ServiceTable | MunicipalBundle):
        return root.municipality
    if isinstance(root, IPLOS):
        return root.person[0].komnr
    if isinstance(root, HendelseMelding):
        return root.kommune[0].kommune_nr
    return root.institusjon[0].institusjon_id if isinstance(root, IdentMelding) else None


def media_type(message: Message) -> str:
    """What its bytes are."""
    if isinstance(message.root, MunicipalCase):
        return "application/json"
    if isinstance(message.root, MunicipalBundle):
        return "application/fhir+json"
    return "text/csv" if isinstance(message.root, ServiceTable) else "application/xml"


def names_person(message: Message) -> bool:
    """Whether it says who the person is, and not only by number."""
    root = message.root
    if isinstance(root, MunicipalBundle):
        return any(patient.name for patient in root.patient)
    return isinstance(root, MunicipalCase) and root.patient.name is not None


def demographics(message: Message) -> dict[str, Any]:
    """Name, birth, gender, municipality as far as it says them."""
    root = message.root
    if isinstance(root, MunicipalCase):
        return _of_case(root.patient)
    if isinstance(root, MunicipalBundle):
        return _of_fhir(root.patient[0]) if root.patient else {}
    if isinstance(root, IPLOS):
        person = root.person[0]
        gender = GENDERS.get(str(person.kjonn))
        died = str(person.dod_dato or "")
        dashed = Leaf(f"{died[:4]}-{died[4:6]}-{died[6:]}", person.dod_dato.path) if person.dod_dato else None
        return {
            "gender": derived(gender, person.kjonn) if gender else None,
            "deceasedDateTime": _day(dashed),
            "address": [_address(person.komnr, person.bydelsnr)],
        }
    return {}


def _day(leaf: Leaf | None) -> str | None:
    """A date as FHIR has it."""
    found = calendar_date(leaf) if leaf else None
    return derived(found.isoformat(), leaf) if found and leaf else None


def _of_case(patient: CasePatient) -> dict[str, Any]:
    name, at = patient.name, patient.address
    return {
        "name": [{"family": name.family, "given": [name.given] if name.given else []}] if name else [],
        "gender": patient.gender if patient.gender in ("male", "female", "other", "unknown") else None,
        "birthDate": _day(patient.birth_date),
        "deceasedDateTime": _day(patient.deceased),
        "address": [_address(at.municipality, at.district)] if at else [],
    }


def _of_fhir(patient: FhirPatient) -> dict[str, Any]:
    names = [{"family": name.family, "given": list(name.given), "text": name.text} for name in patient.name]
    died = patient.deceased
    return {
        "name": names,
        "gender": patient.gender,
        "birthDate": patient.birth_date,
        "deceasedDateTime": Leaf(died[:10], died.path) if died else None,
    }


def _address(number: Leaf | None, district: Leaf | None) -> dict[str, Any]:
    """As the base profile has it: the municipality as a coding on the district, the urban district beside."""
    coded = {"system": "urn:oid:2.16.578.1.12.4.1.1.3402", "code": number}
    within = {"system": "urn:oid:2.16.578.1.12.4.1.1.3403", "code": district}
    municipal = [{"url": f"{NO_BASIS}municipalitycode", "valueCoding": coded}] if number else []
    urban = [{"url": f"{NO_BASIS}urban-district", "valueCoding": within}] if district else []
    return without_empty({"extension": urban, "_district": {"extension": municipal}})
