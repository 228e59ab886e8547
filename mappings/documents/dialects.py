"""Which namespace belongs to which family and version, and which elements a message may consist of.

One set of classes serves every version; a version is only a namespace for each family and the fields that exist in it.
A namespace alone tells the version: ``Type/@V`` and file names never do (HIS 80704).
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType, ModuleType
from typing import Final

from mappings.documents import (
    apprec,
    base64container,
    cave,
    datatypes,
    dialogmelding,
    epikrise,
    epj_ekstrakt,
    felleskomponent,
    journalnotat,
    kpr,
    legemiddel,
    msghead,
    municipal_case,
    municipal_fhir,
    plo,
    plo_head,
    plo_measures,
    plo_medical,
    plo_nursing,
    plo_services,
    plo_stay,
)  # fmt: skip
from mappings.documents.shape import Part

_KITH = "http://www.kith.no/xmlstds"
_NPR = "http://www.npr.no/xmlstds"
ANY_VERSION: Final = ""
"""The version of a family that never changed."""


def _po(old: str, new: str = "", *, dropped: bool = False) -> dict[str, str]:
    first = {"1.5": f"{_KITH}/po/{old}/2009-06-30"}
    return first if dropped else {**first, "1.6": f"{_KITH}/po/{new or old}/2012-04-01"}


NAMESPACES: Final[dict[str, dict[str, str]]] = {
    "kith": {ANY_VERSION: _KITH},
    "fk1": {ANY_VERSION: f"{_KITH}/felleskomponent1"},
    "msghead": {ANY_VERSION: f"{_KITH}/msghead/2006-05-24"},
    "base64": {ANY_VERSION: f"{_KITH}/base64container"},
    "ds": {ANY_VERSION: "http://www.w3.org/2000/09/xmldsig#"},
    "m1": {ANY_VERSION: f"{_KITH}/epj/meta/2008-02-20"},
    "epj1": {ANY_VERSION: f"{_KITH}/epj/epj1/2008-02-20"},
    "epj2": {ANY_VERSION: f"{_KITH}/epj/epj2/2008-02-20"},
    "epj3": {ANY_VERSION: f"{_KITH}/epj/epj3/2008-02-20"},
    "ekstrakt": {ANY_VERSION: f"{_KITH}/epj/EPJEkstrakt/2008-02-20"},
    "tilleggsinfo": {ANY_VERSION: f"{_KITH}/epj/EPJTilleggsinfo/2008-02-20"},
    "po": _po("poKomponent"),
    "pasientlogistikk": _po("Pasientlogistikk"),
    "innleggelsesrapport": _po("Innleggelsesrapport"),
    "helseopplysningerVedSoknad": _po("HelseopplysningerVedSoknad"),
    "tverrfagligEpikrise": _po("TverrfagligEpikrise"),
    "helseopplysningerTilLege": _po("Konsultasjon", "HelseopplysningerTilLege"),
    "medisinskeOpplysninger": _po("OverforingMedisinskeOpplysninger", "MedisinskeOpplysninger"),
    "orienteringOmTjenestetilbud": _po("OrienteringOmTjenestetilbud"),
    "meldingFravar": _po("MeldingFravar", dropped=True),
    "dialog": {"1.0": f"{_KITH}/dialog/2006-10-11", "1.1": f"{_KITH}/dialog/2013-01-23"},
    "epikrise": {"1.1": f"{_KITH}/epikrise/2006-09-23", "1.2": f"{_KITH}/epikrise/2012-02-15"},
    "apprec": {"1.0": f"{_KITH}/apprec/2004-11-21", "1.1": f"{_KITH}/apprec/2012-02-15"},
    "iplos": {"3.5": f"{_NPR}/iplos/2018"},
    "ide": {"53.1.2": f"{_NPR}/53_1_2_ide"},
    "ipl": {"56.0.0": f"{_NPR}/56_0_0_ipl"},
    "municipal": {ANY_VERSION: "urn:heimveg:municipal-case"},
    "municipal-fhir": {ANY_VERSION: "urn:heimveg:municipal-fhir"},
}
"""Family -> version -> namespace."""

MODULES: Final[tuple[ModuleType, ...]] = (
    datatypes, felleskomponent, base64container, msghead, journalnotat, cave, legemiddel, plo_head, plo_stay,
    plo_medical, plo_measures, plo_services, plo_nursing, plo, dialogmelding, epikrise, apprec, epj_ekstrakt,
    kpr, municipal_case, municipal_fhir,
)  # fmt: skip

SHAPES: Final[tuple[type[Part], ...]] = tuple(
    found
    for module in MODULES
    for found in vars(module).values()
    if isinstance(found, type) and issubclass(found, Part) and found.__module__ == module.__name__
)
"""Every shape there is."""

BY_NAMESPACE: Final = MappingProxyType(
    {space: (family, version) for family, versions in NAMESPACES.items() for version, space in versions.items()}
)
"""Namespace -> family and version."""


@dataclass(frozen=True, slots=True)
class Root:
    """An element that may stand on its own: its shape and version."""

    type: type[Part]
    version: str


def namespace(family: str, version: str) -> str:
    """The namespace of a family in a version; a family that never changed has one for all."""
    spaces = NAMESPACES[family]
    return spaces.get(version) or spaces[ANY_VERSION]


def _roots() -> dict[str, Root]:
    return {
        f"{{{space}}}{shape.shape.name}": Root(shape, version)
        for shape in SHAPES
        if shape.shape.is_global
        for version, space in NAMESPACES[shape.shape.family].items()
    }


ROOTS: Final = MappingProxyType(_roots())
"""``{namespace}name`` -> what stands there: every element that a standard declares globally."""


def tag_of(part: Part, version: str) -> str:
    """``{namespace}name`` of a part that stands on its own."""
    return f"{{{namespace(part.shape.family, version)}}}{part.shape.name}"
