"""A JSON object read into a shape, checked as it is read: every fault by its path, and only the item at fault left out.

What stands at the root must hold; an item of a list, or an optional member, that is wrong is left out and told of.
Unknown members are kept with their place; an unknown word of a closed set is kept as it is, with an issue.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from adapters.municipal.texts import fault, issue
from hub.contract import Fault, Issue
from mappings.documents.shape import (
    BOOLEAN,
    DATE,
    DATETIME,
    DECIMAL,
    INTEGER,
    Leaf,
    Part,
    Simple,
    Slot,
    made,
    part_type,
)
from mappings.norwegian_time import calendar_date, instant

APART: Final = ("unknown", "emptied")
"""Fields that no member of the object fills."""
WORDS: Final = {
    "boolean": "true eller false", "date": "en dato, 2026-03-04", "dateTime": "dato og klokkeslett med tidssone",
    "integer": "et heltall", "decimal": "et tall", "anySimpleType": "en dato eller dato og klokkeslett",
    "string": "en tekst",
}  # fmt: skip
MOST: Final = 20
"""So many left-out items are told in full."""


class NotJsonError(Exception):
    """The bytes are no JSON object; the fault says why."""

    def __init__(self, found: Fault) -> None:
        super().__init__(found.code)
        self.fault = found


class _WrongError(Exception):
    def __init__(self, found: Fault) -> None:
        super().__init__(found.code)
        self.fault = found


@dataclass(slots=True)
class Reading:
    """One object while it is read."""

    issues: list[Issue] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    unknown: list[tuple[str, str]] = field(default_factory=list)
    """Members that no shape knows: path and value."""
    emptied: list[str] = field(default_factory=list)
    tells_unknown: bool = True
    """Whether an unknown member is worth a remark; in a format that is larger than what is read of it, it is not."""

    def root(self, cls: type[Part], whole: dict[str, Any]) -> Part | None:
        """The whole; None when something at its root is at fault."""
        values: dict[str, Any] = {}
        for slot in cls.shape.slots:
            if slot.field in APART:
                continue
            try:
                values[slot.field] = self._member(cls, slot, whole, "$", cls.shape.name, is_root=True)
            except _WrongError as error:
                if slot.least:
                    self.faults.append(error.fault)
                else:
                    self._leave_out(error.fault)
        self._strangers(cls, whole, "$")
        return None if self.faults else made(cls, **values)

    def part(self, cls: type[Part], of: dict[str, Any], at: str, path: str) -> Part | None:
        """A part by itself; None, with a remark, where it is at fault."""
        try:
            values = {s.field: self._member(cls, s, of, at, path) for s in cls.shape.slots if s.field not in APART}
        except _WrongError as error:
            self._leave_out(error.fault)
            return None
        self._strangers(cls, of, at)
        return made(cls, **values)

    def _leave_out(self, found: Fault) -> None:
        self.issues.append(issue("item-left-out", found.path, why=found.text))

    def _member(
        self, cls: type[Part], slot: Slot, of: dict[str, Any], at: str, path: str, *, is_root: bool = False
    ) -> Any:
        at, path = f"{at}.{slot.name}", f"{path}/{slot.name}"
        value = of.get(slot.name, "")
        if value == "":
            return _absent(slot, at)
        if value is None or (slot.repeats and value == []):
            return self._nothing(slot, part_type(cls, slot) is not None, at, path, is_root=is_root)
        if slot.repeats:
            return self._list(cls, slot, value, at, path)
        return self._one(cls, slot, value, at, path)

    def _nothing(self, slot: Slot, holds_part: bool, at: str, path: str, *, is_root: bool) -> Any:
        """``null`` clears a value; at the root it is told that there is none, as an empty list is."""
        if slot.least and not slot.repeats:
            raise _WrongError(fault("required", at))
        if is_root:
            self.emptied.append(slot.name)
        if slot.repeats:
            return ()
        return None if holds_part else Leaf("", path)

    def _list(self, cls: type[Part], slot: Slot, value: Any, at: str, path: str) -> tuple[Any, ...]:
        if not isinstance(value, list):
            raise _WrongError(fault("type", at, wanted="en liste"))
        found: list[Any] = []
        for place, item in enumerate(value):
            try:
                found.append(self._one(cls, slot, item, f"{at}[{place}]", f"{path}[{len(found) + 1}]"))
            except _WrongError as error:
                self._leave_out(error.fault)
        return tuple(found)

    def _one(self, cls: type[Part], slot: Slot, value: Any, at: str, path: str) -> Any:
        inner = part_type(cls, slot)
        if inner is None:
            assert isinstance(slot.type, Simple)  # noqa: S101  a slot is either
            return self._leaf(slot.type, value, at, path)
        if not isinstance(value, dict):
            raise _WrongError(fault("type", at, wanted="et objekt"))
        values = {s.field: self._member(inner, s, value, at, path) for s in inner.shape.slots if s.field not in APART}
        self._strangers(inner, value, at)
        return made(inner, **values)

    def _strangers(self, cls: type[Part], of: dict[str, Any], at: str) -> None:
        known = {slot.name for slot in cls.shape.slots if slot.field not in APART}
        for name in (n for n in of if n not in known and not n.startswith("heimveg:")):
            self.unknown.append((f"{at}.{name}", _as_text(of[name])))
            if self.tells_unknown:
                self.issues.append(issue("unknown-member", f"{at}.{name[:40]}"))

    def _leaf(self, kind: Simple, value: Any, at: str, path: str) -> Leaf:
        text = _text(kind, value)
        if text is None:
            raise _WrongError(fault("type", at, wanted=WORDS.get(kind.name, "en tekst")))
        if wanted := _misfit(kind, text):
            raise _WrongError(fault("format", at, wanted=wanted))
        if kind.values and text not in kind.values:
            self.issues.append(issue("unknown-value", at))
        return Leaf(text, path)


def _absent(slot: Slot, at: str) -> Any:
    if slot.repeats:
        return ()
    if slot.least:
        raise _WrongError(fault("required", at))
    return None


def _text(kind: Simple, value: Any) -> str | None:
    """A JSON value as the text of a leaf; None for one of another type. A number will do where text is wanted."""
    if isinstance(value, bool):
        return ("true" if value else "false") if kind.name == BOOLEAN.name else None
    if kind.name == BOOLEAN.name:
        return None
    if isinstance(value, int | Decimal):
        return str(value) if kind.name not in (DATE.name, DATETIME.name) else None
    if isinstance(value, str) and kind.name not in (INTEGER.name, DECIMAL.name):
        return value.strip() or None
    return None


def _misfit(kind: Simple, text: str) -> str:
    """What the value should look like, where it does not."""
    if kind.pattern and not re.fullmatch(kind.pattern, text):
        return kind.pattern
    is_time, is_date = instant(text) is not None, calendar_date(text) is not None and len(text) == len("2026-03-04")
    if kind.name == DATE.name and not is_date:
        return WORDS["date"]
    if kind.name == DATETIME.name and not is_time:
        return WORDS["dateTime"]
    if kind.union and not (is_time or is_date):
        return WORDS["anySimpleType"]
    if kind.name == INTEGER.name and not re.fullmatch(r"[+-]?\d{1,18}", text):
        return WORDS["integer"]
    return ""


def _as_text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)


def loads(body: bytes) -> dict[str, Any]:
    """The object in these bytes, numbers as they are written. Raises ``NotJsonError``."""
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise NotJsonError(fault("not-text", charset="UTF-8", offset=error.start)) from None
    try:
        found = json.loads(text, parse_float=Decimal, parse_constant=_no_number)
    except json.JSONDecodeError as error:
        raise NotJsonError(fault("json", f"line {error.lineno}, column {error.colno}")) from None
    except (ValueError, RecursionError):
        raise NotJsonError(fault("json")) from None
    if not isinstance(found, dict):
        raise NotJsonError(fault("not-object"))
    return found


def _no_number(text: str) -> Any:
    raise ValueError(text)
