"""Small typed builders of FHIR values. Leaves of the message go into the resource as they are, so lineage survives."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import cache
from typing import Any, Final

from hub.contract import Identifier, Kept, Resource
from mappings import tables
from mappings.documents.datatypes import CS, CV
from mappings.documents.shape import Leaf
from mappings.identifiers import H
from mappings.moments import day_of, is_before
from mappings.norwegian_time import OSLO

PROFILE = f"{H}/StructureDefinition/heimveg-"
_OID: Final = re.compile(r"[0-2](\.(0|[1-9]\d*))+", re.ASCII)
_KEBAB = str.maketrans({letter: f"-{letter.lower()}" for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"})


@cache
def profile(resource_type: str) -> str:
    """The canonical of our profile on a resource type."""
    return PROFILE + resource_type.translate(_KEBAB).removeprefix("-")


def resource(resource_type: str, id: str, **elements: Any) -> Resource:
    """A resource with its profile, without what is empty; ``meta`` may bring tags, a source and security labels.

    ``meta`` goes in as it is (it is the same for many resources and never has empty parts).
    """
    meta = elements.pop("meta", {})
    if resource_type != "Binary":
        meta = {"profile": [profile(resource_type)], **meta}
    return Kept(resourceType=resource_type, id=id, meta=meta, **without_empty(elements))


class _Clean(dict[str, Any]):
    """An object without empty members, which builders that take it further need not look through again."""

    __slots__ = ()


def without_empty(value: dict[str, Any]) -> dict[str, Any]:
    """The same without None, empty texts, lists and objects, at any depth: FHIR has no empty elements."""
    if type(value) is _Clean:
        return value
    kept = _Clean()
    for name, inner in value.items():
        if isinstance(inner, str):  # nearly every value: leaves of the message and codes
            if inner:
                kept[name] = inner
        elif isinstance(inner, _CONTAINERS):
            if inner and (cleaned := _cleaned(inner)):
                kept[name] = cleaned
        elif inner is not None:
            kept[name] = inner
    return kept


_CONTAINERS: Final = (dict, list, tuple)


def _cleaned(value: Any) -> Any:
    if isinstance(value, dict):
        return without_empty(value)
    return [inner for item in value if (inner := _cleaned_item(item)) is not None]


def _cleaned_item(item: Any) -> Any:
    """None in place of what is empty; a number or a truth value is never empty."""
    if isinstance(item, str):
        return item or None
    return (_cleaned(item) or None) if isinstance(item, _CONTAINERS) else item


def derived(text: str, source: str) -> str:
    """A text made from a leaf, which still tells where it came from."""
    return Leaf(text, source.path) if isinstance(source, Leaf) else text


def reference(to: Resource | str) -> dict[str, str]:
    """A literal reference to a resource of ours."""
    return {"reference": to if isinstance(to, str) else f"{to['resourceType']}/{to['id']}"}


def code(system: str, value: str, display: str | None = None) -> dict[str, Any]:
    """A CodeableConcept of one coding."""
    return {"coding": [coding(system, value, display)]}


def coding(system: str, value: str, display: str | None = None) -> dict[str, Any]:
    """A Coding; an unknown display is left out."""
    return without_empty({"system": system, "code": value, "display": display})


def concept(coded: CS | CV | None, codes: str | int = "") -> dict[str, Any]:
    """A CodeableConcept from a KITH code: the list that it names itself, else the one its element implies.

    The sender's text is kept as ``text`` where it differs from the list's own; an unknown code stays as it came.
    Every attribute of the KITH code is in the result, with its origin.
    """
    if coded is None:
        return {}
    other = coded.ot if isinstance(coded, CV) else None
    own = coded.s if isinstance(coded, CV) else None
    number = (tables.list_number(own) if own else None) or ("" if own else str(codes))
    known = tables.text(number, coded.v) if number and coded.v else None
    system = tables.system_of(number) if number and (coded.v or own) else _urn(own)
    differs = bool(coded.dn) and known is not None and coded.dn != known
    display = coded.dn if coded.dn and (other or not differs) else known
    stated = derived(system, own) if system and own else system
    made = {"system": stated, "code": coded.v, "display": display if coded.v or own else None}
    return without_empty({"coding": [made], "text": other or (coded.dn if differs or not coded.v else None)})


def _urn(oid: str | None) -> str | None:
    """A list that is not national; what its sender calls it is carried under our own address where it is no OID."""
    if not oid:
        return None
    return f"urn:oid:{oid}" if _OID.fullmatch(oid) else f"{H}/sid/kodeliste/{oid}"


def identifier(of: Identifier) -> dict[str, str]:
    """A FHIR Identifier."""
    return {"system": of.system, "value": of.value}


def moment(when: datetime | date | None) -> str | None:
    """A FHIR dateTime: an instant in Norwegian time with its offset, a date as a date."""
    if isinstance(when, datetime):
        local = when.astimezone(OSLO)
        return local.isoformat(timespec="milliseconds" if local.microsecond else "seconds")
    return when.isoformat() if when else None


def stamped(when: datetime | date | None, leaf: str | None) -> str | None:
    """The same, remembering the leaf that said it."""
    text = moment(when)
    return derived(text, leaf) if text and leaf is not None else text


def period(
    start: datetime | date | None, end: datetime | date | None, said: str | None = None, until: str | None = None
) -> dict[str, str]:
    """A FHIR Period of what is known of it; ``said`` and ``until`` are the leaves that say it.

    FHIR wants the start before the end (per-1) and cannot compare a day with a time in it: of one day both are told as
    the day. An end before its start is not told here; that it is odd is a finding.
    """
    if start is not None and end is not None:
        if day_of(start) == day_of(end) and isinstance(start, datetime) is not isinstance(end, datetime):
            start, end = day_of(start), day_of(end)
        elif is_before(end, start):
            end = None
    told = (("start", stamped(start, said)), ("end", stamped(end, until)))
    return {name: text for name, text in told if text}


def extension(name: str, **value: Any) -> dict[str, Any]:
    """An extension of ours."""
    return {"url": f"{H}/StructureDefinition/{name}", **value}


def by_reference(resources: Iterable[Resource]) -> Mapping[str, Resource]:
    """Resources by ``Type/id``."""
    return {f"{r['resourceType']}/{r['id']}": r for r in resources}
