"""From the parsed tree to the typed message, in one pass: every leaf keeps the path where it stood.

The tree has passed the schema, so the shapes decide everything; what no shape knows cannot occur, save below
``anyType``, which is kept as markup. Tables are made once per shape and version.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import Any

from lxml import etree

from mappings.documents.dialects import ROOTS, Root, namespace
from mappings.documents.shape import ANY_TYPE, Leaf, Markup, Part, Simple, Slot, part_type


@dataclass(frozen=True, slots=True)
class _Step:
    """What to do with one child element."""

    field: str
    name: str
    repeats: bool
    plan: _Plan | None
    is_markup: bool
    keeps_space: bool


@dataclass(slots=True)
class _Plan:
    """How one shape of one version is read."""

    type: type[Part]
    attributes: tuple[tuple[str, str, str, bool], ...]
    steps: dict[str, _Step]
    text: str | None
    wildcard: str | None
    several: tuple[str, ...]


def read(root: etree._Element) -> tuple[Part, Root]:
    """The message below a root element that has passed its schema (``schema.schema_for``), and what it is.

    Comments and processing instructions must have been left out by the parser.
    """
    found = ROOTS[str(root.tag)]
    return _part(root, _plan(found.type, found.version), etree.QName(root).localname), found


_PLANS: dict[tuple[type[Part], str], _Plan] = {}


def _plan(cls: type[Part], version: str) -> _Plan:
    if known := _PLANS.get((cls, version)):
        return known
    shape = cls.shape
    slots = [slot for slot in shape.slots if slot.exists_in(version)]
    text = next((slot.field for slot in slots if slot.kind == "content"), None)
    wildcard = next((slot.field for slot in slots if slot.kind == "wildcard"), None)
    attributes = tuple(_attribute(slot) for slot in slots if slot.kind == "attribute")
    several = tuple(slot.field for slot in slots if slot.repeats)
    plan = _Plan(cls, attributes, {}, text, wildcard, several)
    _PLANS[cls, version] = plan  # a shape may hold itself
    for slot in slots:
        if slot.kind == "element":
            space = namespace(slot.family or shape.family, version)
            plan.steps[f"{{{space}}}{slot.name}"] = _step(cls, slot, version)
    return plan


def _attribute(slot: Slot) -> tuple[str, str, str, bool]:
    qualified = f"{{{namespace(slot.family, '')}}}{slot.name}" if slot.family else slot.name
    assert isinstance(slot.type, Simple)  # noqa: S101  attributes have simple types
    return qualified, slot.field, f"/@{slot.name}", slot.type.keeps_space


def _step(owner: type[Part], slot: Slot, version: str) -> _Step:
    inner = part_type(owner, slot)
    plan = _plan(inner, version) if inner is not None else None
    keeps_space = isinstance(slot.type, Simple) and slot.type.keeps_space
    return _Step(slot.field, slot.name, slot.repeats, plan, slot.type is ANY_TYPE, keeps_space)


def _part(element: etree._Element, plan: _Plan, path: str) -> Part:
    values: dict[str, Any] = {}
    for name, field, ending, keeps_space in plan.attributes:
        text = element.get(name)
        if text is not None:
            values[field] = Leaf(text if keeps_space else text.strip(), path + ending)
    if plan.text is not None:
        values[plan.text] = Leaf((element.text or "").strip(), path)
    for child in element:
        step = plan.steps.get(child.tag)  # type: ignore[arg-type]  # no comments: a tag is a name
        if step is None:
            _wild(child, plan, path, values)
        elif step.repeats:
            others = values.setdefault(step.field, [])
            others.append(_value(child, step, f"{path}/{step.name}[{len(others) + 1}]"))
        else:
            values[step.field] = _value(child, step, f"{path}/{step.name}")
    for field in plan.several:
        if field in values:
            values[field] = tuple(values[field])
    return plan.type(**values)


def _value(child: etree._Element, step: _Step, path: str) -> Part | Leaf:
    if step.plan is not None:
        return _part(child, step.plan, path)
    if step.is_markup:
        return _markup(child, path)
    text = child.text or ""
    return Leaf(text if step.keeps_space else text.strip(), path)


def _markup(child: etree._Element, path: str) -> Markup:
    """Text for reading, and the inner markup with the namespaces it needs, for whoever can show it."""
    inner = "".join(etree.tostring(part, encoding="unicode") for part in child)
    if not inner:
        return Markup(child.text or "", path)
    return Markup("".join(child.itertext()), path, xml=escape(child.text or "", quote=False) + inner)


def _wild(child: etree._Element, plan: _Plan, path: str, values: dict[str, Any]) -> None:
    found = ROOTS.get(str(child.tag))
    if plan.wildcard is None or found is None:
        return  # the schema has let nothing pass that stands here
    others = values.setdefault(plan.wildcard, [])
    name = etree.QName(child).localname
    others.append(_part(child, _plan(found.type, found.version), f"{path}/{name}"))
