"""A medication list as JSON values, and back: by the types of its fields, empty ones left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from mappings.documents.medication_list import MedicationList
from mappings.norwegian_time import OSLO

Json = Any


def dump_list(listing: MedicationList) -> Json:
    """Plain values for JSON."""
    return _plain(listing)


def load_list(stored: Json) -> MedicationList:
    """The list that ``dump_list`` stored."""
    made: MedicationList = _loaded(MedicationList, stored)
    return made


def _plain(value: Any) -> Json:
    if is_dataclass(value):
        held = {f.name: getattr(value, f.name) for f in fields(value)}
        defaults = {f.name: f.default for f in fields(value) if f.default is not MISSING}
        return {name: _plain(inner) for name, inner in held.items() if inner != defaults.get(name, MISSING)}
    if isinstance(value, tuple):
        return [_plain(inner) for inner in value]
    if isinstance(value, datetime) and value.tzinfo is OSLO and not value.fold:
        return value.replace(tzinfo=None).isoformat()
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


@cache
def _types(of: type) -> Mapping[str, Any]:
    return get_type_hints(of)


def _loaded(of: Any, stored: Json) -> Any:
    if is_dataclass(of) and isinstance(of, type):
        types = _types(of)
        return of(**{name: _loaded(types[name], inner) for name, inner in stored.items()})
    origin, inside = get_origin(of), get_args(of)
    if origin in (Union, UnionType):
        return _of_one(inside, stored)
    if origin is tuple:
        kinds = inside[:1] * len(stored) if inside[-1:] == (...,) else inside
        return tuple(_loaded(kind, inner) for kind, inner in zip(kinds, stored, strict=True))
    if of is datetime:
        moment = datetime.fromisoformat(stored)
        return moment if moment.tzinfo else moment.replace(tzinfo=OSLO)
    if of is date:
        return date.fromisoformat(stored)
    return Decimal(stored) if of is Decimal else stored


def _of_one(kinds: tuple[Any, ...], stored: Json) -> Any:
    """The kind of a union that the stored value is: a time has a "T", a date has not."""
    if stored is None:
        return None
    if set(kinds) >= {datetime, date}:
        return _loaded(datetime if "T" in stored else date, stored)
    return _loaded(next(kind for kind in kinds if kind is not NoneType), stored)
