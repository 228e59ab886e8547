"""The vocabulary in which a message's shape is written once: leaves, simple types, slots and the ``element`` decorator.

A shape is a frozen dataclass with one field per child element or attribute, in the standard's order. Each field's
specifier (``one``, ``optional``, ``many``, ``some``, ``attribute``, ``content``, ``wildcard``) tells its XML name, type
and cardinality, and in which versions it exists. Reader, schema, writer and coverage are all made from these.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Set
from dataclasses import MISSING, Field, dataclass, field, fields
from typing import Any, ClassVar, Literal, TypeVar, dataclass_transform

Kind = Literal["element", "attribute", "content", "wildcard"]


_new_text = str.__new__


class Leaf(str):
    """A value of a message that knows where it stood: ``path`` is an XPath of local names from the root element.

    A number in the path stands only where the element may be repeated; attributes end in ``/@V``.
    """

    __slots__ = ("path",)
    path: str

    def __new__(cls, text: str, path: str = "") -> Leaf:
        made = _new_text(cls, text)  # not by super(): there are a hundred leaves in the smallest message
        made.path = path
        return made

    def __reduce__(self) -> tuple[Any, ...]:
        return (Leaf, (str(self), self.path))


class Markup(Leaf):
    """The text of an ``anyType`` element (XHTML or plain); ``xml`` is the element's inner markup as it came."""

    __slots__ = ("xml",)
    xml: str

    def __new__(cls, text: str, path: str = "", xml: str = "") -> Markup:
        made = super().__new__(cls, text, path)
        assert isinstance(made, Markup)  # noqa: S101  # for the type checker; ``__new__`` of a subclass gives it
        made.xml = xml
        return made

    def __reduce__(self) -> tuple[Any, ...]:
        return (Markup, (str(self), self.path, self.xml))


@dataclass(frozen=True, slots=True)
class Simple:
    """A simple XSD type: its built-in name, further restrictions, and whether outer space is part of the value."""

    name: str
    keeps_space: bool = False
    pattern: str = ""
    values: tuple[str, ...] = ()
    union: tuple[str, ...] = ()


STRING = Simple("string", keeps_space=True)
TOKEN = Simple("token")
BOOLEAN = Simple("boolean")
KITH_BOOLEAN = Simple("boolean", pattern="true|false")
DATE = Simple("date")
DATETIME = Simple("dateTime")
GYEAR = Simple("gYear")
INTEGER = Simple("integer")
DECIMAL = Simple("decimal")
DOUBLE = Simple("double")
ANY_URI = Simple("anyURI")
BASE64 = Simple("base64Binary")
OID = Simple("token", pattern=r"(\d+\.?)*\d+")
TIME_STAMP = Simple("anySimpleType", union=("dateTime", "date", "gYear", "gYearMonth", "time"))
ANY_TYPE = Simple("anyType", keeps_space=True)
BASISKOMPONENTTYPE = Simple(
    "string",
    keeps_space=True,
    values=(
        "Mappe", "EPJ sak", "Importert EPJ sak", "Dokument", "EPJ dokument", "Importert EPJ dokument", "Tilleggsinfo",
        "Fragment", "EPJ fragment", "Dataelement", "EPJ ekstrakt",
    ),
)  # fmt: skip
INFORMASJONSKATEGORI = Simple(
    "string", keeps_space=True, values=("Cave/allergier", "Legemidler", "Andre notater", "Uspesifisert")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One field of a shape: where it stands in the XML, how often, in which versions, and by which code list.

    ``family`` is the namespace family of the child's name where it is not that of the class itself. ``choice`` names a
    group of alternatives of which exactly one stands; ``?`` after the name: at most one (``?1.1``: in that version),
    ``*``: any sequence of them. ``single_in`` names versions in which a repeatable element stands once at most.
    """

    field: str = ""
    name: str
    type: Simple | type[Part] | str | None
    least: int
    most: int | None
    kind: Kind = "element"
    family: str = ""
    choice: str = ""
    codes: str = ""
    fixed: str = ""
    only: tuple[str, ...] = ()
    required_in: tuple[str, ...] = ()
    single_in: tuple[str, ...] = ()

    @property
    def repeats(self) -> bool:
        """Whether there may be several."""
        return self.most is None or self.most > 1

    def exists_in(self, version: str) -> bool:
        """Whether that version of the standard has it."""
        return not self.only or version in self.only

    def most_in(self, version: str) -> int | None:
        """How many there may be in that version; None for any number."""
        return 1 if version in self.single_in else self.most

    def least_in(self, version: str) -> int:
        """How many there must be in that version."""
        return 1 if version in self.required_in else self.least


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What the decorator knows of a class: namespace family, XML name, whether the standard declares it globally."""

    family: str
    name: str
    is_global: bool
    optional: bool
    slots: tuple[Slot, ...]


class Part:
    """A part of a message; every shape inherits from it."""

    __slots__ = ()
    shape: ClassVar[Shape]


P = TypeVar("P")
Q = TypeVar("Q", bound=Part)


def _specify(**slot: Any) -> Any:
    made = Slot(**{name: _texts(name, value) for name, value in slot.items()})
    if made.repeats:
        return field(default=(), metadata={"slot": made})
    if made.least and not made.only and not made.choice:
        return field(metadata={"slot": made})
    return field(default=None, metadata={"slot": made})


def _texts(name: str, value: Any) -> Any:
    if name == "codes":
        return str(value)
    return (value,) if name in ("only", "required_in", "single_in") and isinstance(value, str) else value


def one(name: str, type: Simple | type[Part] | str, **more: Any) -> Any:
    """Exactly one; with ``only``, exactly one in those versions."""
    return _specify(name=name, type=type, least=1, most=1, **more)


def optional(name: str, type: Simple | type[Part] | str, **more: Any) -> Any:
    """At most one; ``required_in`` names versions in which it must be there."""
    return _specify(name=name, type=type, least=0, most=1, **more)


def alternative(name: str, type: Simple | type[Part] | str, *, choice: str, **more: Any) -> Any:
    """One of a group of alternatives: exactly one when it is the one that stands."""
    return _specify(name=name, type=type, least=1, most=1, choice=choice, **more)


def many(name: str, type: Simple | type[Part] | str, **more: Any) -> Any:
    """Any number."""
    return _specify(name=name, type=type, least=0, most=None, **more)


def some(name: str, type: Simple | type[Part] | str, **more: Any) -> Any:
    """One or more."""
    return _specify(name=name, type=type, least=1, most=None, **more)


def attribute(name: str, type: Simple = STRING, *, required: bool = False, **more: Any) -> Any:
    """An attribute; with ``family`` its name is in that namespace."""
    return _specify(name=name, type=type, least=int(required), most=1, kind="attribute", **more)


def content(type: Simple) -> Any:
    """The element's own text."""
    return _specify(name="", type=type, least=1, most=1, kind="content")


def wildcard() -> Any:
    """Whole elements of other schemas, each of which must be known (``processContents="strict"``)."""
    return _specify(name="*", type=None, least=0, most=None, kind="wildcard")


@dataclass_transform(
    frozen_default=True,
    kw_only_default=True,
    field_specifiers=(one, optional, alternative, many, some, attribute, content, wildcard),
)
def element(family: str, name: str = "", *, is_global: bool = True, optional: bool = False) -> Any:
    """Make a class a shape: a frozen, slotted, keyword-only dataclass whose fields are its slots in order.

    ``name`` is the XML name where it differs from the class name; ``is_global`` tells whether the standard declares
    the element globally (so that it may stand wherever any element may); ``optional``: all children may be absent.
    """

    def decorate(cls: type[P]) -> type[P]:
        if optional:
            _let_all_be_absent(cls)
        made = dataclass(frozen=True, slots=True, kw_only=True)(cls)
        slots = tuple(_named(f.metadata["slot"], f.name) for f in fields(made))  # type: ignore[arg-type]
        made.shape = Shape(  # type: ignore[attr-defined]
            family=family, name=name or cls.__name__, is_global=is_global, optional=optional, slots=slots
        )
        return made

    return decorate


def _let_all_be_absent(cls: type) -> None:
    for specified in vars(cls).values():
        if isinstance(specified, Field) and specified.default is MISSING:
            specified.default = None


def _named(slot: Slot, name: str) -> Slot:
    return Slot(**{f.name: getattr(slot, f.name) for f in fields(slot)} | {"field": name})


def made(cls: type[P], **values: Any) -> P:
    """A part of these values; what is left out or None is absent. For building messages rather than reading them."""
    return cls(**{name: value for name, value in values.items() if value is not None})


def part_type(owner: type[Part], slot: Slot) -> type[Part] | None:
    """The shape that a slot holds, or None for a simple value; names are looked up in the owner's module."""
    if isinstance(slot.type, str):
        found: type[Part] = vars(sys.modules[owner.__module__])[slot.type]
        return found
    return slot.type if isinstance(slot.type, type) else None


def children(part: Part) -> Iterator[tuple[Slot, Any]]:
    """Every value a part holds with its slot, in order: leaves, parts; repeated ones one by one, absent ones not."""
    for slot in part.shape.slots:
        value = getattr(part, slot.field)
        if isinstance(value, tuple):
            yield from ((slot, item) for item in value)
        elif value is not None:
            yield slot, value


def leaves(part: Part) -> list[tuple[Part, Slot, Leaf]]:
    """Every leaf below a part with its owner and slot, in document order."""
    found: list[tuple[Part, Slot, Leaf]] = []
    _gather(part, found)
    return found


def _gather(part: Part, found: list[tuple[Part, Slot, Leaf]]) -> None:
    """Not by ``children``: a report has thousands of leaves, and is walked through several times."""
    for slot in part.shape.slots:
        value = getattr(part, slot.field)
        if value is None:
            continue
        for inner in value if type(value) is tuple else (value,):
            if isinstance(inner, Leaf):
                found.append((part, slot, inner))
            else:
                _gather(inner, found)


def is_within(part: Part, paths: Set[str]) -> bool:
    """Whether every leaf below a part stands at one of these paths; stops at the first that does not."""
    for slot in part.shape.slots:
        value = getattr(part, slot.field)
        if value is None:
            continue
        for inner in value if type(value) is tuple else (value,):
            if not (inner.path in paths if isinstance(inner, Leaf) else is_within(inner, paths)):
                return False
    return True


def below(part: Part, kind: type[Q]) -> Iterator[Q]:
    """Every part of this kind below a part, in order, none within another; only along the ways that can lead to one."""
    for name in _ways(type(part), kind):
        value = getattr(part, name)
        for inner in value if type(value) is tuple else (value,):
            if isinstance(inner, kind):
                yield inner
            elif inner is not None:
                yield from below(inner, kind)


_WAYS: dict[tuple[type[Part], type[Part]], tuple[str, ...]] = {}
"""The fields of a class along which parts of a kind may be found: worked out once."""


def _ways(cls: type[Part], kind: type[Part]) -> tuple[str, ...]:
    known = _WAYS.get((cls, kind))
    if known is None:
        known = _WAYS[cls, kind] = tuple(slot.field for slot in cls.shape.slots if _leads(cls, slot, kind))
    return known


def _leads(owner: type[Part], slot: Slot, kind: type[Part]) -> bool:
    """Whether one of this kind may stand at or below the slot; where anything may stand, it may."""
    seen: set[type[Part]] = set()
    waiting = [(owner, slot)]
    while waiting:
        holder, at = waiting.pop()
        inner = part_type(holder, at)
        if at.kind == "wildcard" or (inner is not None and issubclass(inner, kind)):
            return True
        if inner is not None and inner not in seen:
            seen.add(inner)
            waiting += [(inner, one) for one in inner.shape.slots]
    return False
