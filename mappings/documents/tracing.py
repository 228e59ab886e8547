"""Which function and which row of a code table decided each element: for explaining, never for projecting.

The mapping carries nothing for this. While a course is traced the interpreter reports every return of a function of
``mappings``; the innermost one that made an object is its rule, and a text that came out of a table tells its row.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType
from typing import Any, Final

from mappings.documents.shape import Leaf

BUILDERS: Final = frozenset({"mappings.resources", "mappings.narrative", "mappings.plain_text"})
"""What these make is the rule of whoever asked for it."""
_TABLES: Final = "mappings.tables"
_UNSEEN: Final = ("mappings.documents", "mappings.remembering", _TABLES)
_COPIES: Final = frozenset({"without_empty", "_cleaned"})
_PASSES_ON: Final = "Making.reference"
_CODED: Final = frozenset({"coding", "system", "version", "code", "display", "userSelected", "text", "extension"})
"""Members of CodeableConcept and Coding: what a row looked up while making one decides all of."""


@dataclass(frozen=True, slots=True)
class Rule:
    """The function that decided a value, and the rows (``list/code``) that it looked up for it."""

    function: str = ""
    rows: tuple[str, ...] = ()


@dataclass(slots=True)
class Trace:
    """What was seen. Objects are known by identity, and kept alive so that an identity stays theirs.

    ``given`` are the identities of what came with the messages: whoever passes such a value on has not made it.
    """

    given: frozenset[int] = frozenset()
    _alive: list[Any] = field(default_factory=list)
    _functions: dict[int, str] = field(default_factory=dict)
    _members: dict[tuple[int, str], Rule] = field(default_factory=dict)
    """Members of a copy that others had made before: (copy, name) -> their rule."""
    _rows: dict[int, tuple[str, ...]] = field(default_factory=dict)
    _texts: dict[int, str] = field(default_factory=dict)
    """Texts of tables, by identity, with the row they stand in."""
    _asked: dict[FrameType, dict[str, None]] = field(default_factory=dict)

    def rule(self, value: Any, within: Rule) -> Rule:
        """The rule of a value that stands in something made by ``within``."""
        function = self._functions.get(id(value), within.function)
        looked_up = self._texts.get(id(value)) if isinstance(value, str) else None
        rows = (looked_up,) if looked_up else self._rows.get(id(value), within.rows)
        return Rule(function, rows)

    def member(self, owner: Mapping[str, Any], name: str, within: Rule) -> Rule:
        """The rule of a member of an object, where the object was not made by one function alone."""
        return self._members.get((id(owner), name), within)

    def __call__(self, frame: FrameType, event: str, made: Any) -> None:
        """What the interpreter reports (``sys.setprofile``)."""
        if event != "return" or made is None:
            return
        module = frame.f_globals.get("__name__", "")
        if module == _TABLES and frame.f_code.co_name == "text":
            self._look_up(frame, made)
        elif module.startswith("mappings.") and not module.startswith(_UNSEEN):
            self._note(frame, module, made)

    def _look_up(self, frame: FrameType, text: str) -> None:
        row = f"{frame.f_locals['number']}/{str(frame.f_locals['code']).strip()}"
        self._texts[id(text)] = row  # alive as long as the table
        if frame.f_back is not None:
            self._asked.setdefault(frame.f_back, {})[row] = None

    def _note(self, frame: FrameType, module: str, made: Any) -> None:
        rows = tuple(self._asked.pop(frame, ()))
        if frame.f_code.co_name in _COPIES and module in BUILDERS:
            self._copy(frame.f_locals.get("value"), made)
        elif isinstance(made, dict | list | tuple) or _is_made(made, self.given):
            if isinstance(made, dict):
                self._members_of(made, frame)
            self._own(made, _owner(frame))
            if rows and _is_coded(made):
                self._decide(made, rows)

    def _own(self, made: Any, function: str) -> None:
        """What somebody made before, deeper down, stays theirs."""
        if id(made) not in self._functions:
            self._alive.append(made)
            self._functions[id(made)] = function
        if isinstance(made, dict | list | tuple):
            for inner in made.values() if isinstance(made, dict) else made:
                if isinstance(inner, dict | list) and id(inner) not in self._functions:
                    self._own(inner, function)

    def _decide(self, made: Any, rows: tuple[str, ...]) -> None:
        self._alive.append(made)
        self._rows.setdefault(id(made), rows)
        for coding in made.get("coding", ()) if isinstance(made, dict) else ():
            self._decide(coding, rows)

    def _copy(self, source: Any, copy: Any) -> None:
        """A copy without what is empty is by whoever made its source."""
        if copy is source or not isinstance(copy, dict | list):
            return
        self._alive += (source, copy)
        if id(source) in self._functions:
            self._functions.setdefault(id(copy), self._functions[id(source)])
        if id(source) in self._rows:
            self._rows.setdefault(id(copy), self._rows[id(source)])
        for name in copy if isinstance(copy, dict) else ():
            if (id(source), name) in self._members:
                self._members.setdefault((id(copy), name), self._members[id(source), name])

    def _members_of(self, made: dict[str, Any], frame: FrameType) -> None:
        """``{**resource, "extension": ...}``: what is taken over from an object at hand is still its maker's."""
        if id(made) in self._functions:
            return
        at_hand = [v for v in frame.f_locals.values() if isinstance(v, dict) and id(v) in self._functions]
        for source in at_hand:
            for name, value in made.items():
                if source.get(name) is value:
                    whole = Rule(self._functions[id(source)], self._rows.get(id(source), ()))
                    self._members.setdefault((id(made), name), self.member(source, name, whole))


def _is_made(made: Any, given: frozenset[int]) -> bool:
    """A converted value, which no other equals by identity: plain texts and numbers are shared."""
    if isinstance(made, str):
        return id(made) not in given and (isinstance(made, Leaf) or hasattr(made, "paths"))
    return hasattr(made, "__fhir_json__")


def _is_coded(made: Any) -> bool:
    return not isinstance(made, list | tuple | dict) or (isinstance(made, dict) and made.keys() <= _CODED)


def _owner(frame: FrameType) -> str:
    """The nearest function of the mappings that is neither a builder nor an expression of another."""
    at: FrameType | None = frame
    while at is not None:
        module, name = at.f_globals.get("__name__", ""), at.f_code.co_qualname
        if module not in BUILDERS and name != _PASSES_ON and not at.f_code.co_name.startswith("<"):
            return f"{module}.{name}".replace(".<locals>", "")
        at = at.f_back
    return ""


@contextmanager
def tracing(given: frozenset[int]) -> Iterator[Trace]:
    """Watch the mapping in this thread."""
    trace, before = Trace(given), sys.getprofile()
    sys.setprofile(trace)
    try:
        yield trace
    finally:
        sys.setprofile(before)
