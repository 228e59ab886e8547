"""Names, addresses and telecom of persons and organisations, from the envelope's shapes or the payload's alike."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from hub.contract import Identifier, Party
from mappings import tables
from mappings.documents import felleskomponent as fk1
from mappings.documents import msghead
from mappings.documents.datatypes import CS
from mappings.documents.shape import Leaf
from mappings.identifiers import identifier, issuer_key
from mappings.resources import concept, derived, extension, without_empty

NO_BASIS: Final = "http://hl7.no/fhir/StructureDefinition/no-basis-"
GENDER: Final = {"0": "unknown", "1": "male", "2": "female", "9": "unknown"}
"""Kjønn 3101 -> administrative gender."""

_ADDRESS_USE: Final = {
    "H": "home",
    "HP": "home",
    "WP": "work",
    "HV": "temp",
    "TMP": "temp",
    "BAD": "old",
    "INV": "billing",
}
_ADDRESS_TYPE: Final = {"PST": "postal", "RES": "physical"}
_TELECOM_USE: Final = {"H": "home", "MC": "mobile", "WP": "work", "WC": "work", "WD": "work", "HV": "temp"}

Person = msghead.Patient | msghead.HealthcareProfessional | fk1.HealthcareProfessional | fk1.Person


def identifiers(of: Iterable[msghead.Ident | fk1.Ident], issuer: Party) -> list[dict[str, Any]]:
    """FHIR Identifiers of typed idents, each once, in order; both system and value tell where they came from."""
    found: dict[Identifier, dict[str, Any]] = {}
    for ident in of:
        kind = ident.type_id.v or Leaf("")
        number = identifier(str(kind), ident.id, issuer=issuer_key(issuer))
        if number is not None:
            system = derived(number.system, kind) if kind else number.system
            named = {"type": {"text": ident.type_id.ot}} if ident.type_id.ot else {}
            found.setdefault(number, {**named, "system": system, "value": derived(number.value, ident.id)})
    return [found[number] for number in sorted(found)]


def human_name(person: Person) -> dict[str, Any]:
    """A HumanName; mellomnavn stands in its own extension, not among the given names (no-basis)."""
    return human_name_of(person.family_name, person.given_name, person.middle_name)


def human_name_of(family: Leaf | None, given: Leaf | None, middle: Leaf | None = None) -> dict[str, Any]:
    """The same from its parts."""
    extension = [{"url": f"{NO_BASIS}middlename", "valueString": middle}] if middle else []
    return without_empty({"extension": extension, "family": family, "given": [given]})


def address(of: msghead.Address | fk1.Address | None, *, home: bool = True) -> dict[str, Any]:
    """An Address with the kommunenummer on ``district``; an organisation's is never a home (org-2)."""
    if of is None:
        return {}
    kind = (of.type.v or "") if of.type else ""
    use = _ADDRESS_USE.get(kind)
    official = [{"url": f"{NO_BASIS}address-official", "valueBoolean": True}] if kind == "HP" else []
    is_told = (use and (home or use != "home")) or kind in _ADDRESS_TYPE
    return without_empty(
        {
            "extension": [*official, *([] if is_told else _as_coded("adressetype", of.type, 3401))],
            "use": derived(use, kind) if use and (home or use != "home") else None,
            "type": derived(_ADDRESS_TYPE[kind], kind) if kind in _ADDRESS_TYPE else None,
            "line": [of.street_adr, of.postbox],
            "city": of.city,
            "_district": {"extension": _municipality(of)},
            "postalCode": of.postal_code,
            "country": (of.country.v or of.country.dn) if of.country else None,
        }
    )


def _municipality(of: msghead.Address | fk1.Address) -> list[dict[str, Any]]:
    if of.county is None or not (of.county.v or of.county.dn):
        return []
    coding = without_empty({"system": tables.system_of(3402), "code": of.county.v, "display": of.county.dn})
    return [{"url": f"{NO_BASIS}municipalitycode", "valueCoding": coding}]


def telecom(of: Iterable[msghead.TeleCom | fk1.TeleCom], *, home: bool = True) -> list[dict[str, Any]]:
    """ContactPoints; the scheme of the address tells the system (``tel:``, ``mailto:``)."""
    return [point for one in of if (point := _contact_point(one, home=home))]


def _contact_point(of: msghead.TeleCom | fk1.TeleCom, *, home: bool) -> dict[str, Any]:
    said = of.tele_address.v
    if not said:
        return {}
    scheme, colon, rest = said.partition(":")
    kind = str(of.type_telecom.v or "") if of.type_telecom else ""
    system = {"mailto": "email", "fax": "fax"}.get(scheme.lower() if colon else "", "fax" if kind == "F" else "phone")
    use = _TELECOM_USE.get(kind)
    value = derived(rest if colon and scheme.lower() in ("tel", "mailto", "fax") else str(said), said)
    stated = of.type_telecom.v if of.type_telecom else None
    shown = derived(use, stated) if use and stated and (home or use != "home") else None
    unsaid = [] if shown or (system == "fax" and kind == "F") else _as_coded("type-telekom", of.type_telecom, 9061)
    return without_empty({"extension": unsaid, "system": system, "value": value, "use": shown})


def _as_coded(name: str, code: CS | None, codes: int) -> list[dict[str, Any]]:
    """A code that no element of FHIR has a value for."""
    return [extension(name, valueCodeableConcept=found)] if (found := concept(code, codes)) else []
