"""Which FHIR system an identifier of a person or an organisation belongs to, and how its value is compared.

``domain`` facts: lists 8116 (persons) and 9051 (organisations); HIS 1001:2010. A number that only its issuer can read
(H-number, local ids, foreign numbers without a country) carries the issuer in its system, so that it never matches
across organisations. Nothing here decides whether a number is valid.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import lru_cache

from hub.contract import HER_ID, ORGANISASJONSNUMMER, Identifier, Party

H = "https://heimveg.dev/fhir"
"""Our canonical base."""

FNR = "urn:oid:2.16.578.1.12.4.1.4.1"
DNR = "urn:oid:2.16.578.1.12.4.1.4.2"
FHN = "urn:oid:2.16.578.1.12.4.1.4.3"
HPR = "urn:oid:2.16.578.1.12.4.1.4.4"
DUF = "urn:oid:2.16.578.1.12.4.1.4.5"
RESH_ID = "urn:oid:2.16.578.1.12.4.1.4.102"
UNNUMBERED = f"{H}/sid/unnumbered"
"""A patient known by name only: the value is the root message id of the series, so that no two are ever merged."""

_NATIONAL = {
    "FNR": FNR,
    "DNR": DNR,
    "FHN": FHN,
    "DUF": DUF,
    "HPR": HPR,
    "HER": HER_ID,
    "ENH": ORGANISASJONSNUMMER,
    "RSH": RESH_ID,
    "AKO": "urn:oid:2.16.578.1.12.4.1.4.107",
    "SEF": f"{H}/sid/sef",
    "DKF": f"{H}/sid/dkf",
}
_PERSON_STRENGTH = ("FNR", "DNR", "FHN", "DUF", "SEF", "DKF", "HNR")
_SCOPED_STRENGTH = len(_PERSON_STRENGTH)


@lru_cache(maxsize=4096)  # the parties and the patient of a message come again and again in it
def identifier(type_code: str, value: str, *, issuer: str = "") -> Identifier | None:
    """The identifier as it is matched, or None when it has no value; ``issuer`` as ``issuer_key`` tells it."""
    code, normal = type_code.strip().upper(), normalised(type_code, value)
    if not normal:
        return None
    system = _NATIONAL.get(code)
    return Identifier(system or scoped_system(code, issuer), normal)


def normalised(type_code: str, value: str) -> str:
    """National numbers lose dots, spaces and hyphens (HER-ids come as ``369.767``); local ids only outer space."""
    if type_code.strip().upper() not in _NATIONAL:
        return " ".join(value.split())
    return "".join(value.split()).replace(".", "").replace("-", "")


def scoped_system(type_code: str, issuer: str) -> str:
    """``{H}/sid/<type>/<issuer>``: the issuer's number where it has one, else a digest of what it is called."""
    system, _, number = issuer.partition("|")
    if system == ORGANISASJONSNUMMER:
        scope = f"orgnr-{number}"
    elif system == HER_ID:
        scope = f"her-{number}"
    else:
        scope = hashlib.sha256(issuer.casefold().encode()).hexdigest()[:16] if issuer else "unknown"
    return f"{H}/sid/{'-'.join(type_code.split()).lower() or 'untyped'}/{scope}"


def issuer_key(party: Party) -> str:
    """Who vouches for a local number: level 1 by its strongest identifier, or by name when it has none."""
    return party.key or party.name.strip()


def strongest_first(identifiers: Iterable[tuple[str, Identifier]]) -> tuple[Identifier, ...]:
    """Distinct person identifiers, given with their type code: national numbers before scoped ones, then by value."""
    ranked = sorted({(_strength(code), found) for code, found in identifiers})
    return tuple(dict.fromkeys(found for _, found in ranked))


def _strength(type_code: str) -> int:
    code = type_code.strip().upper()
    return _PERSON_STRENGTH.index(code) if code in _PERSON_STRENGTH else _SCOPED_STRENGTH
