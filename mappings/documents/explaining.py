"""Why every element of every resource is as it is: the value in the message, where it stood, and the rule.

The messages are mapped once more with their leaves marked by message, and watched (``tracing``). What is explained is
therefore exactly what a projection makes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVar

from hub.contract import Course, Document, Ids, Resource
from mappings.documents.listed import as_message
from mappings.documents.medication_list import MedicationDocument
from mappings.documents.message import Message
from mappings.documents.shape import Leaf, Markup, Part, leaves
from mappings.documents.tracing import Rule, Trace, tracing

P = TypeVar("P", bound=Part)
_MARK = "#"


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """One element of a resource: what it says, what the message said for it and where, and what made it so.

    ``message_id`` and ``xpath`` are empty for what no message says (ids, profiles, what a rule concluded). ``as_text``:
    the value of the message is somewhere in this readable text.
    """

    resource: str
    path: str
    value: str
    message_id: str = ""
    xpath: str = ""
    said: str = ""
    as_text: bool = False
    function: str
    rows: tuple[str, ...]
    """``list/code`` of the code tables that were asked."""


def explained(course: Course, documents: Iterable[Document], now: datetime, *, ids: Ids) -> Iterator[Element]:
    """Every element of the projection of these documents, shared resources last, in the order of the resources."""
    every = [as_message(one) if isinstance(one, MedicationDocument) else one for one in documents]
    held = [document for document in every if isinstance(document, Message)]
    entered = [document for document in every if not isinstance(document, Message)]
    marked = [replace(message, root=_marked(message.root, f"{n}{_MARK}")) for n, message in enumerate(held)]
    said = {leaf.path: leaf for message in marked for _, _, leaf in leaves(message.root)}
    with tracing(frozenset(map(id, said.values()))) as trace:
        projection = course([*marked, *entered], now, ids=ids)
    resources = [*projection.resources, *(mention.resource for mention in projection.mentions)]
    return _Explainer(trace, said, [message.head.message_id for message in held]).all(resources)


def _marked(part: P, mark: str) -> P:
    """The same part; its leaves also tell which message they are of."""
    return replace(part, **{slot.field: _told(getattr(part, slot.field), mark) for slot in part.shape.slots})  # type: ignore[type-var]


def _told(value: Any, mark: str) -> Any:
    if isinstance(value, tuple):
        return tuple(_told(item, mark) for item in value)
    if isinstance(value, Markup):
        return Markup(value, mark + value.path, value.xml)
    if isinstance(value, Leaf):
        return Leaf(value, mark + value.path)
    return _marked(value, mark) if isinstance(value, Part) else value


@dataclass(frozen=True, slots=True)
class _Explainer:
    trace: Trace
    said: dict[str, Leaf]
    message_ids: Sequence[str]

    def all(self, resources: Iterable[Resource]) -> Iterator[Element]:
        for resource in resources:
            name, kind = f"{resource['resourceType']}/{resource['id']}", str(resource["resourceType"])
            yield from self._of(resource, name, kind, self.trace.rule(resource, Rule()))

    def _of(self, value: Any, name: str, path: str, rule: Rule) -> Iterator[Element]:
        if isinstance(value, dict):
            for key, inner in value.items():
                own = self.trace.rule(inner, self.trace.member(value, key, rule))
                yield from self._of(inner, name, f"{path}.{key}", own)
        elif isinstance(value, list | tuple):
            for number, inner in enumerate(value):
                yield from self._of(inner, name, f"{path}[{number}]", self.trace.rule(inner, rule))
        else:
            made = Element(resource=name, path=path, value=_text(value), function=rule.function, rows=rule.rows)
            yield from self._sourced(made, value)

    def _sourced(self, made: Element, value: Any) -> Iterator[Element]:
        paths = getattr(value, "paths", None)
        if paths is None:
            yield self._from(made, getattr(value, "path", ""))
        else:
            for at in sorted(paths):
                yield replace(self._from(made, at), value="", as_text=True)

    def _from(self, made: Element, at: str) -> Element:
        number, mark, xpath = at.partition(_MARK)
        if not mark:
            return made
        said = str(self.said.get(at, ""))
        return replace(made, message_id=self.message_ids[int(number)], xpath=xpath, said=said)


def _text(value: Any) -> str:
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)
