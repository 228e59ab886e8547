"""Random searches of a world: every parameter and option of the closed list, with values that occur in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from random import Random
from typing import Any

from hub.gateway.allowed import Allowed, Parameter, Type

Pairs = list[tuple[str, str]]
DATES = ("ge2026-03-01", "lt2026-03-05", "gt2026-03-03T12:00:00Z", "2026-03-04", "le2027", "ne2026-03-02")


class Searches:
    """Draws searches. Values are those of all resources, also of organisations that the caller must know nothing of."""

    def __init__(self, allowed: Allowed, resources: list[dict[str, Any]], random: Random) -> None:
        self.allowed, self.random = allowed, random
        self.types = [t for t in allowed.values() if "search-type" in t.interactions]
        self.tokens = sorted({token for r in resources for token in _tokens(r)})
        self.tokens_of = {
            t.name: sorted({token for r in resources if r["resourceType"] == t.name for token in _tokens(r)})
            for t in self.types
        }
        self.ids = sorted({f"{r['resourceType']}/{r['id']}" for r in resources})
        self.texts = sorted({r["name"] for r in resources if isinstance(r.get("name"), str)}) or ["x"]

    def draw(self) -> tuple[str, Pairs]:
        """A type and its criteria."""
        type_ = self.random.choice(self.types)
        pairs = [self._criterion(type_) for _ in range(self.random.choice((0, 1, 1, 2, 3)))]
        for made, chance in ((self._chain, 0.15), (self._has, 0.2), (self._include, 0.3), (self._revinclude, 0.3)):
            if self.random.random() < chance and (pair := made(type_)):
                pairs.append(pair)
        return type_.name, [*pairs, *self._options(type_)]

    def _criterion(self, type_: Type) -> tuple[str, str]:
        parameter = self.random.choice(list(type_.parameters.values()))
        modifier = ":not" if parameter.type == "token" and self.random.random() < 0.2 else ""
        return parameter.name + modifier, self._value(parameter, type_)

    def _value(self, parameter: Parameter, type_: Type) -> str:
        """Codes are mostly those that occur in resources of the type, or most searches would find nothing to hide."""
        if parameter.name == "_id":
            return ",".join(name.partition("/")[2] for name in self.random.sample(self.ids, 3))
        if parameter.type == "reference":
            fit = [name for name in self.ids if name.partition("/")[0] in parameter.targets] or self.ids
            return self.random.choice(fit)
        if parameter.type == "date":
            return self.random.choice(DATES)
        if parameter.type == "string":
            return self.random.choice(self.texts)
        own = self.tokens_of[type_.name]
        return self.random.choice(own if own and self.random.random() < 0.7 else self.tokens)

    def _references(self, type_: Type) -> list[Parameter]:
        return [p for p in type_.parameters.values() if p.targets]

    def _chain(self, type_: Type) -> tuple[str, str] | None:
        if not (joints := self._references(type_)):
            return None
        joint = self.random.choice(joints)
        target = self.allowed[self.random.choice(sorted(joint.targets))]
        if "search-type" not in target.interactions:
            return None
        name, value = self._criterion(target)
        return f"{joint.name}:{target.name}.{name}", value

    def _has(self, type_: Type) -> tuple[str, str] | None:
        if not (joined := list(self._joined_to(type_))):
            return None
        other, joint = self.random.choice(joined)
        name, value = self._criterion(other)
        return f"_has:{other.name}:{joint.name}:{name}", value

    def _include(self, type_: Type) -> tuple[str, str] | None:
        """One reference, or at times all of them."""
        joints = self._references(type_)
        if not joints:
            return None
        joint = self.random.choice(joints)
        return "_include", "*" if self.random.random() < 0.1 else f"{type_.name}:{joint.name}"

    def _revinclude(self, type_: Type) -> tuple[str, str] | None:
        joined = list(self._joined_to(type_))
        if not joined:
            return None
        other, joint = self.random.choice(joined)
        return "_revinclude", f"{other.name}:{joint.name}"

    def _joined_to(self, type_: Type) -> Iterator[tuple[Type, Parameter]]:
        for other in self.types:
            yield from ((other, joint) for joint in self._references(other) if type_.name in joint.targets)

    def _options(self, type_: Type) -> Iterator[tuple[str, str]]:
        offers = (
            ("_count", str(self.random.choice((1, 2, 5, 50)))),
            ("_sort", self.random.choice(("", "-")) + self.random.choice(sorted(type_.parameters))),
            ("_summary", self.random.choice(("true", "text", "data", "count", "false"))),
            ("_total", self.random.choice(("accurate", "none"))),
            ("_elements", self.random.choice(("id", "status", "subject,status"))),
        )
        for offer in offers:
            if self.random.random() < 0.15:
                yield offer


def _tokens(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        if isinstance(value.get("system"), str) and isinstance(mark := value.get("code", value.get("value")), str):
            yield f"{value['system']}|{mark}"
        if isinstance(value.get("status"), str):
            yield value["status"]
        for part in value.values():
            yield from _tokens(part)
    elif isinstance(value, list):
        for part in value:
            yield from _tokens(part)
