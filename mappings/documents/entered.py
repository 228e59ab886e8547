"""An entry: what a person or a record system told the hub, as a document in the same log as the messages.

``head.type`` is the kind, ``head.sender`` the organisation that answers for it, ``head.generated`` when it was told.
An entry is corrected by another one of the same organisation: series M with ``parent`` replaces it, C takes it back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from datetime import date, datetime
from functools import cache
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from hub.contract import Head, Identifier, Issue
from mappings.documents.said import KINDS, Said


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """One entry. ``about`` is the id of a message of the stay it is about; without it, its time decides."""

    head: Head
    said: Said
    author: str
    """Who told it, as the organisation names them; shown where the entry is."""
    about: str | None = None

    @property
    def issues(self) -> tuple[Issue, ...]:
        """An entry is checked before it is taken, so nothing is odd about it."""
        return ()

    @property
    def original(self) -> bytes:
        """An entry has no bytes of its own."""
        return b""


def entry(head: Head, values: Mapping[str, Any], *, author: str, about: str | None) -> Entered:
    """An entry of the kind that its head names. Raises ``ValueError`` that names the value which is wrong."""
    return Entered(head=head, said=said(head.type, dict(values)), author=author, about=about)


def stored(said: Said) -> dict[str, Any]:
    """What was told, as JSON values; what is not known is left out."""
    values = ((field.name, getattr(said, field.name)) for field in fields(said))
    return {name: _stored(value) for name, value in values if value is not None}


def said(kind: str, values: dict[str, Any]) -> Said:
    """What was told, from JSON values. Raises ``ValueError`` that names the kind or the value, never its content."""
    cls = KINDS.get(kind)
    if cls is None:
        raise ValueError(f"kind: one of {', '.join(sorted(KINDS))}")
    hints, needed = _declared(kind)
    if unknown := sorted(values.keys() - hints.keys()):
        raise ValueError(f"{unknown[0]}: no such value in {kind}")
    if absent := sorted(needed - values.keys()):
        raise ValueError(f"{absent[0]}: is missing")
    return cls(**{name: _value(name, hints[name], value) for name, value in values.items()})


@cache
def _declared(kind: str) -> tuple[dict[str, Any], frozenset[str]]:
    """The types of its values, and which of them must be there."""
    cls = KINDS[kind]
    hints = get_type_hints(cls)
    return {f.name: hints[f.name] for f in fields(cls)}, frozenset(f.name for f in fields(cls) if f.default is MISSING)


def _stored(value: Any) -> Any:
    if isinstance(value, date):  # datetime is one
        return value.isoformat()
    return {"system": value.system, "value": value.value} if isinstance(value, Identifier) else value


def _value(name: str, hint: Any, value: Any) -> Any:
    """One value by its declared type; the first of several that fits."""
    options = get_args(hint) if get_origin(hint) in (Union, UnionType) else (hint,)
    for option in options:
        found = _as(option, value)
        if found is not _NOTHING:
            return found
    raise ValueError(f"{name}: {' or '.join(_told(option) for option in options if option is not type(None))}")


_NOTHING = object()


def _as(hint: Any, value: Any) -> Any:
    if get_origin(hint) is Literal:
        return value if value in get_args(hint) else _NOTHING
    if hint in (date, datetime):
        return _moment(hint, value)
    if hint is Identifier:
        parts = value if isinstance(value, dict) else {}
        system, number = parts.get("system"), parts.get("value")
        known = isinstance(system, str) and isinstance(number, str) and system and number
        return Identifier(str(system), str(number)) if known else _NOTHING
    return value if type(value) is hint else _NOTHING


def _moment(hint: Any, value: Any) -> Any:
    """A date without a clock, or an instant with its offset."""
    try:
        if hint is date:
            return date.fromisoformat(value)
        found = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return _NOTHING
    return found if found.tzinfo else _NOTHING


def _told(hint: Any) -> str:
    if get_origin(hint) is Literal:
        return f"one of {', '.join(map(str, get_args(hint)))}"
    words = {bool: "true or false", int: "a whole number", str: "text", date: "a date as 2026-03-04"}
    return {**words, datetime: "a time with offset as 2026-03-04T12:00:00+01:00"}.get(hint, "system and value")
