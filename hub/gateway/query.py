"""A search as the caller wrote it, read against the closed list: everything in it is known, or it is refused."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from hub.gateway.allowed import MODIFIERS, Allowed, Parameter, Type
from hub.gateway.outcome import OutcomeError

Pairs = Sequence[tuple[str, str]]

MOST_COUNT: Final = 200
MOST_CRITERIA: Final = 40
LONGEST_VALUE: Final = 4000
SUMMARIES: Final = frozenset({"count", "true", "text", "data", "false"})
IGNORED: Final = frozenset({"_format", "_pretty"})
PERSON_SYSTEMS: Final = tuple(f"urn:oid:2.16.578.1.12.4.1.4.{n}|" for n in (1, 2, 3))
_ELEVEN: Final = re.compile(r"(?<!\d)\d{11}(?!\d)")
_NAME: Final = re.compile(r"[A-Za-z_-]{1,40}")
_ELEMENTS: Final = re.compile(r"[A-Za-z][A-Za-z0-9.,]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """``owner:Organization.identifier=x`` or ``_has:Task:encounter:code=x``: a search of another type within one.

    ``reference`` is the parameter that joins the two: of the outer type in a chain, of the inner type in ``_has``.
    """

    reference: str
    type: str
    parameter: str
    value: str
    reverse: bool

    @property
    def inner(self) -> Pairs:
        """The criteria of the search within."""
        return [(self.parameter, self.value)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Include:
    """``_include`` or ``_revinclude``: the type that is added, for the scope check, and the parameter as written."""

    name: str
    value: str
    types: frozenset[str]
    of_all: bool = False
    """Whether it was not named, but is one of all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A search that is allowed as such; whose resources it may find is decided after."""

    type: Type
    criteria: tuple[tuple[str, str], ...] = ()
    chains: tuple[Chain, ...] = ()
    includes: tuple[Include, ...] = ()
    results: tuple[tuple[str, str], ...] = field(default=())


def read(type_: str, pairs: Pairs, allowed: Allowed, *, in_address: Iterable[str] = ()) -> Query:
    """The search. ``in_address`` are the values that came in the URL, where a person's number must not be."""
    if any(names_person(value) for value in in_address):
        raise OutcomeError("number-in-address")
    offered = searchable(type_, allowed)
    if len(pairs) > MOST_CRITERIA or any(len(value) > LONGEST_VALUE for _, value in pairs):
        raise OutcomeError("too-costly")
    criteria: list[tuple[str, str]] = []
    chains: list[Chain] = []
    includes: list[Include] = []
    results: list[tuple[str, str]] = []
    for name, value in pairs:
        if name in IGNORED:
            continue
        if name.startswith("_has:"):
            chains.append(_reverse(offered, name, value, allowed))
        elif name in ("_include", "_revinclude"):
            includes += _includes(offered, name, value, allowed)
        elif name in RESULTS:
            results.append((name, RESULTS[name](offered, value)))
        elif "." in name:
            chains.append(_chain(offered, name, value, allowed))
        else:
            criteria.append((_criterion(offered, name), value))
    return Query(
        type=offered, criteria=tuple(criteria), chains=tuple(chains), includes=tuple(includes), results=tuple(results)
    )


def names_person(value: str) -> bool:
    """Whether a value is, or is meant to be, a person's national number."""
    return bool(_ELEVEN.search(value)) or any(system in value for system in PERSON_SYSTEMS)


def searchable(type_: str, allowed: Allowed) -> Type:
    """The type, if it may be searched."""
    found = allowed.get(type_)
    if found is None:
        raise OutcomeError("unknown-type")
    if "search-type" not in found.interactions:
        raise OutcomeError("interaction")
    return found


def _criterion(offered: Type, name: str) -> str:
    bare, _, modifier = name.partition(":")
    parameter = _parameter(offered, bare)
    if not modifier:
        return name
    if modifier in MODIFIERS.get(parameter.type, ()) or modifier in parameter.targets:
        return name
    raise OutcomeError("modifier", bare)


def _parameter(offered: Type, name: str) -> Parameter:
    found = offered.parameters.get(name)
    if found is None:
        raise OutcomeError("parameter", name if _NAME.fullmatch(name) else "")
    return found


def _chain(offered: Type, name: str, value: str, allowed: Allowed) -> Chain:
    joint, _, inner = name.partition(".")
    bare, _, said = joint.partition(":")
    parameter = _parameter(offered, bare)
    targets = {said} & parameter.targets if said else parameter.targets
    if parameter.type != "reference" or len(targets) != 1:
        raise OutcomeError("chain", bare)
    (target,) = targets
    _criterion(searchable(target, allowed), inner)
    return Chain(reference=joint, type=target, parameter=inner, value=value, reverse=False)


def _reverse(offered: Type, name: str, value: str, allowed: Allowed) -> Chain:
    parts = name.split(":", 3)
    if len(parts) != 4 or "." in parts[3] or parts[3].startswith("_has"):
        raise OutcomeError("chain", "_has")
    _, other, reference, inner = parts
    type_ = searchable(other, allowed)
    if offered.name not in _parameter(type_, reference).targets:
        raise OutcomeError("chain", "_has")
    _criterion(type_, inner)
    return Chain(reference=reference, type=other, parameter=inner, value=value, reverse=True)


def _includes(offered: Type, name: str, value: str, allowed: Allowed) -> list[Include]:
    """``_include=*`` is every reference of the type that is offered."""
    if name != "_include" or value not in ("*", f"{offered.name}:*"):
        return [_include(offered, name, value, allowed)]
    joints = [p.name for p in offered.parameters.values() if p.targets]
    return [replace(_include(offered, name, f"{offered.name}:{joint}", allowed), of_all=True) for joint in joints]


def _include(offered: Type, name: str, value: str, allowed: Allowed) -> Include:
    source, _, rest = value.partition(":")
    reference, _, target = rest.partition(":")
    type_ = allowed.get(source)
    parameter = type_.parameters.get(reference) if type_ else None
    if parameter is None or parameter.type != "reference" or (target and target not in parameter.targets):
        raise OutcomeError("include", name)
    if name == "_include":
        if source != offered.name:
            raise OutcomeError("include", name)
        return Include(name=name, value=value, types=frozenset({target} if target else parameter.targets))
    if offered.name not in parameter.targets or (target and target != offered.name):
        raise OutcomeError("include", name)
    return Include(name=name, value=value, types=frozenset({source}))


def _count(_offered: Type, value: str) -> str:
    if not (value.isascii() and value.isdecimal()) or len(value) > 6:
        raise OutcomeError("value", "_count")
    return str(min(int(value), MOST_COUNT))


def _sort(offered: Type, value: str) -> str:
    for name in value.split(","):
        _parameter(offered, name.removeprefix("-"))
    return value


def _one_of(name: str, words: frozenset[str], value: str) -> str:
    if value not in words:
        raise OutcomeError("value", name)
    return value


def _elements(_offered: Type, value: str) -> str:
    if not _ELEMENTS.fullmatch(value):
        raise OutcomeError("value", "_elements")
    return value


RESULTS: Final = {
    "_count": _count,
    "_sort": _sort,
    "_summary": lambda _offered, value: _one_of("_summary", SUMMARIES, value),
    "_total": lambda _offered, value: _one_of("_total", frozenset({"none", "estimate", "accurate"}), value),
    "_elements": _elements,
}
