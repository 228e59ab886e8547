"""Where the values of resources came from: FHIR path to XPath, and what of a message has come through.

Leaves travel into resources as they are (``Leaf``), converted values keep their path, narrative knows what stands in
it. So lineage is read off the finished resources; nothing else has to be kept.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources as files
from typing import Any

from hub.contract import Resource
from mappings.documents.listed import Listed
from mappings.documents.message import Message
from mappings.documents.shape import leaves


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """One value of a resource: where it stands, what it is, and where in which message it came from."""

    resource: str
    path: str
    value: str
    xpath: str
    as_text: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """What has become of every leaf of one message that has a value."""

    leaves: int
    structured: int
    text: int
    listed: int
    lost: tuple[str, ...]

    @property
    def share(self) -> float:
        """How much is structured, of what is not left out with a reason; 1 when there is nothing."""
        counted = self.leaves - self.listed
        return self.structured / counted if counted else 1.0


def origins(resources: Iterable[Resource]) -> Iterator[Origin]:
    """Every value that came from a message, in the order of the resources."""
    for resource in resources:
        name = f"{resource['resourceType']}/{resource['id']}"
        yield from _origins(resource, name, resource["resourceType"])


def _origins(value: Any, name: str, path: str) -> Iterator[Origin]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _origins(inner, name, f"{path}.{key}")
    elif isinstance(value, list | tuple):
        for number, inner in enumerate(value):
            yield from _origins(inner, name, f"{path}[{number}]")
    elif xpath := getattr(value, "path", ""):  # a leaf, or a number or boolean made of one
        yield Origin(resource=name, path=path, value=str(value), xpath=xpath)
    else:
        for xpath in sorted(getattr(value, "paths", ())):
            yield Origin(resource=name, path=path, value="", xpath=xpath, as_text=True)


def coverage(message: Message, resources: Iterable[Resource]) -> Coverage:
    """What of the message is in these resources, which must be those of a projection of this message alone."""
    structured: set[str] = set()
    text: set[str] = set()
    for origin in origins(resources):
        (text if origin.as_text else structured).add(origin.xpath)
    counts = {"structured": 0, "text": 0, "listed": 0}
    lost = []
    total = 0
    beside = message.beside if isinstance(message, Listed) else ()
    for leaf in (*(leaf for _, _, leaf in leaves(message.root)), *beside):
        if not leaf.strip() or not leaf.path:  # what stands nowhere is ours, and nobody said it
            continue
        total += 1
        found = _fate(leaf.path, structured, text)
        if found is None:
            lost.append(leaf.path)
        else:
            counts[found] += 1
    return Coverage(leaves=total, lost=tuple(lost), **counts)


def _fate(path: str, structured: set[str], text: set[str]) -> str | None:
    if path in structured:
        return "structured"
    if left_out(path) is not None:
        return "listed"
    return "text" if path in text else None


def left_out(path: str) -> str | None:
    """The reason why a leaf is not carried over, from the tables in ``mappings/fields``; None when there is none.

    A row is the end of a path, or ``Root/*`` for all of a message.
    """
    plain = _plain(path)
    whole = f"{plain.partition('/')[0]}/*"
    return next((reason for end, reason in _listed() if end in (plain, whole) or plain.endswith(f"/{end}")), None)


def _plain(path: str) -> str:
    return "/".join(step.partition("[")[0] for step in path.split("/"))


@cache
def _listed() -> tuple[tuple[str, str], ...]:
    folder = files.files("mappings") / "fields"
    found = []
    for table in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if table.name.endswith(".csv"):
            rows = csv.DictReader(table.read_text(encoding="utf-8").splitlines())
            found += [(row["path"], row["reason"]) for row in rows]
    return tuple(found)
