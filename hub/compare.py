"""Two answers for the same persons, element by element. Pure, and able to run in a process of its own."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import orjson

from hub.contract import Course, Document, Ids, Resource
from hub.delivery.content import Ref, canonical, content_hash, ref_of, unpacked
from hub.making import Load, reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """One person as bytes that can go to another process."""

    key: str
    messages: tuple[tuple[bytes, bytes | None], ...]
    entries: tuple[bytes, ...] = ()
    """What people told of the person."""
    delivered: tuple[tuple[str, str, bytes, bytes | None], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One element that would be otherwise; None where it would be new or gone."""

    ref: str
    path: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """What would be otherwise for one person; ``trouble`` when their documents cannot be mapped."""

    key: str
    messages: int
    fields: tuple[Field, ...] = ()
    trouble: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparing:
    """How a process compares: the doors, what is asked, and whether today's own answer is the other side."""

    load: Load
    before: Course | None
    after: Course
    ids: Ids
    as_of: datetime
    until: datetime | None = None
    """What was told later is left out: of a day that is over only that counts which was known then."""

    def __call__(self, batch: Sequence[Stored]) -> list[Changed]:
        """Each person of the batch; a person whose documents break the mapping does not keep the others back."""
        return [self._one(stored) for stored in batch]

    def _one(self, stored: Stored) -> Changed:
        count = len(stored.messages)
        try:
            held = (*stored.messages, *((entry, None) for entry in stored.entries))
            every = (self.load(zlib.decompress(d), zlib.decompress(o) if o else b"") for d, o in held)
            documents = [one for one in every if self.until is None or one.head.generated <= self.until]
            return Changed(key=stored.key, messages=count, fields=tuple(self._fields(documents, stored)))
        except Exception as error:  # noqa: BLE001  told by type and place; its text could quote a message
            return Changed(key=stored.key, messages=count, trouble=reason(error))

    def _fields(self, documents: list[Document], stored: Stored) -> Iterator[Field]:
        after = {ref_of(r): canonical(r) for r in self.after(documents, self.as_of, ids=self.ids).resources}
        if self.before is not None:
            made = self.before(documents, self.as_of, ids=self.ids).resources
            yield from compared({ref_of(r): canonical(r) for r in made}, after)
            return
        known = {Ref(t, i): (h, body) for t, i, h, body in stored.delivered}
        same = {ref for ref, body in after.items() if ref in known and known[ref][0] == content_hash(body)}
        before = {ref: unpacked(body) for ref, (_, body) in known.items() if body is not None and ref not in same}
        changed = {ref: body for ref, body in after.items() if ref not in same and (ref in before or ref not in known)}
        yield from compared(before, changed)


def compared(before: Mapping[Ref, bytes], after: Mapping[Ref, bytes]) -> Iterator[Field]:
    """Every element that differs, in order of resource and path."""
    for ref in sorted({*before, *after}):
        old, new = before.get(ref), after.get(ref)
        if old != new and ref.type not in ("Binary", "Provenance"):
            yield from _differing(str(ref), orjson.loads(old) if old else {}, orjson.loads(new) if new else {})


def _differing(ref: str, before: Resource, after: Resource) -> Iterator[Field]:
    old, new = dict(leaves(before)), dict(leaves(after))
    for path in sorted({*old, *new}):
        if old.get(path) != new.get(path):
            yield Field(ref=ref, path=path, before=old.get(path), after=new.get(path))


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every value of a resource with its path; narrative is one value."""
    if isinstance(value, dict) and path != "text":
        for name, inner in value.items():
            yield from leaves(inner, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from leaves(inner, f"{path}[{place}]")
    else:
        yield path, value


SHOWN: Final = frozenset(
    {
        "status", "code", "start", "end", "reference", "authoredOn", "lastModified", "system", "valueDateTime",
        "valueUri", "valueCode", "valueInteger", "valueBoolean", "valueDecimal", "identifiedDateTime", "resourceType",
        "id",
    }
)  # fmt: skip
"""Elements whose values are no personal data by themselves; of the others only the place is told."""


def lines(one: Changed, values: bool) -> Iterator[str]:
    """What would be otherwise for one person; texts only where ``values`` asks for them."""
    yield f"person {one.key}" + (f": {one.trouble}" if one.trouble else "")
    for change in one.fields:
        shown = values or re.split(r"[.\[]", change.path.rpartition(".")[2])[0] in SHOWN
        before, after = (_said(value) if shown else _hidden(value) for value in (change.before, change.after))
        yield f"  {change.ref} {change.path}: {before} -> {after}"


def _said(value: Any) -> str:
    return "(none)" if value is None else orjson.dumps(value).decode()


def _hidden(value: Any) -> str:
    return "(none)" if value is None else "(text)"
