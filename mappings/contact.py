"""Names, addresses and telecom of persons and organisations, from the envelope's shapes or the payload's alike."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from mappings import tables
from mappings.documents import felleskomponent as fk1
from mappings.documents import msghead
from mappings.documents.shape import Leaf
from mappings.resources import derived, without_empty

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
    kind = str(of.type.v or "") if of.type else ""
    use = _ADDRESS_USE.get(kind)
    official = [{"url": f"{NO_BASIS}address-official", "valueBoolean": True}] if kind == "HP" else []
    return without_empty(
        {
            "extension": official,
            "use": use if home or use != "home" else None,
            "type": _ADDRESS_TYPE.get(kind),
            "line": [of.street_adr, of.postbox],
            "city": of.city,
            "_district": {"extension": _municipality(of)},
            "postalCode": of.postal_code,
            "country": (of.country.dn or of.country.v) if of.country else None,
        }
    )


def _municipality(of: msghead.Address | fk1.Address) -> list[dict[str, Any]]:
    if of.county is None or not of.county.v:
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
    return without_empty({"system": system, "value": value, "use": use if home or use != "home" else None})
