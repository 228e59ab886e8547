"""Write the catalogue anew: ``python docs/catalogue.py``; ``tests/docs`` fails when a page has drifted.

One page for each message: every element of its shape, in which versions, by which code list, and the FHIR elements it
comes out as. The elements come from the shapes, the FHIR elements from mapping full messages and the samples and seeing
where each value went, so a page says what the code does.
"""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from adapters.kith import KithAdapter, samples
from adapters.kith.kinds import KINDS, LOGISTICS
from adapters.kith.samples import Case
from adapters.kith.samples.arbitrary import arbitrary_document, message_kinds
from hub.contract import Raw, Resource
from hub.identity import id_maker
from mappings import tables
from mappings.course import course
from mappings.documents import Message, coverage, origins
from mappings.documents.datatypes import BL, CS, CV, MO, PQ, TS, URL
from mappings.documents.lineage import left_out
from mappings.documents.msghead import MsgHead
from mappings.documents.plo import Pasientlogistikk
from mappings.documents.shape import ANY_TYPE, STRING, Part, Slot, leaves, part_type

FOLDER = Path(__file__).resolve().parent / "catalogue"
NOW = datetime(2026, 3, 20, tzinfo=UTC)
IDS = id_maker(b"a key for the catalogue, nothing else")
SEEDS = range(5)
VALUES = (CS, CV, TS, PQ, MO, BL, URL)
_NUMBER = re.compile(r"\[\d+\]")
_OF_A_CODE = re.compile(r"(\.coding)?\.(system|code|display|text|value|unit)$")
TOO_MANY = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """One element or attribute of a message: where it stands, and how it is described."""

    path: str
    slot: Slot
    leaves: tuple[str, ...]
    """The paths of its values: a code has several."""


def elements(cls: type[Part], path: str, seen: frozenset[type[Part]] = frozenset()) -> Iterator[Element]:
    """Every element with a value below a class; a class that holds itself is entered once."""
    for slot in cls.shape.slots:
        name = f"@{slot.name}" if slot.kind == "attribute" else slot.name
        at = path if slot.kind == "content" else f"{path}/{name}"
        inner = part_type(cls, slot)
        if inner is None and slot.kind != "wildcard":
            yield Element(path=at, slot=slot, leaves=(at,))
        elif inner in VALUES and inner is not None:
            yield Element(path=at, slot=slot, leaves=tuple(f"{at}/@{s.name}" for s in inner.shape.slots))
        elif inner is not None and inner not in seen:
            yield from elements(inner, at, seen | {inner})


def said() -> Iterator[Message]:
    """Messages in which everything stands that may, and the samples, in which everything means something."""
    for cls, version in message_kinds():
        yield from (arbitrary_document(cls, version, seed, full=True) for seed in SEEDS)
    for _, message in sampled():
        yield message


def sampled() -> Iterator[tuple[str, Message]]:
    """One message of each kind that the samples make, by the sample's name."""
    case = Case(name="catalogue", start=datetime(2026, 3, 2, 9, tzinfo=UTC))
    for name in samples.__all__:
        told = getattr(getattr(samples, name), "__annotations__", {})
        if told.get("return") == "bytes" and "case" in told and name != "apprec":
            about = [case.message_id("asked")] if "about" in told else []
            outcome = KithAdapter().read(Raw(body=getattr(samples, name)(case, *about), received=NOW))
            if isinstance(outcome, Message):
                yield name, outcome


def made_of(message: Message) -> list[Resource]:
    """Everything that a message alone makes."""
    projection = course([message], NOW, ids=IDS)
    return [*projection.resources, *(mention.resource for mention in projection.mentions)]


def found() -> tuple[Mapping[str, set[str]], set[str]]:
    """Where each place of the messages comes out as FHIR elements, and which places are in readable text."""
    structured: dict[str, set[str]] = defaultdict(set)
    told: set[str] = set()
    for message in said():
        for origin in origins(made_of(message)):
            place = _NUMBER.sub("", origin.xpath)
            if origin.as_text:
                told.add(place)
            else:
                structured[place].add(_OF_A_CODE.sub("", _NUMBER.sub("", origin.path)))
    return structured, told


def pages() -> dict[str, str]:
    """Every page by its file name."""
    structured, told = found()
    roots = {cls.__name__: (cls, prefix) for cls, prefix in _roots()}
    made = {f"{name}.md": _page(cls, prefix, structured, told) for name, (cls, prefix) in roots.items()}
    listed = "".join(f"- [{name}]({name}.md): {_types(cls)}\n" for name, (cls, _) in sorted(roots.items()))
    return {**made, "index.md": _INDEX.format(listed=listed), "coverage.md": _coverage()}


def _coverage() -> str:
    """How much of each sample is structured, and what of it is only text."""
    lines = [_COVERAGE, "| Sample | Values | Structured | Text | Left out | Structured of carried |"]
    lines.append("| --- | --- | --- | --- | --- | --- |")
    only_text: dict[str, set[str]] = defaultdict(set)
    for name, message in sampled():
        resources = made_of(message)
        one = coverage(message, resources)
        counts = (str(n) for n in (one.leaves, one.structured, one.text, one.listed))
        lines.append(f"| {' | '.join((f'`{name}`', *counts, f'{one.share:.0%}'))} |")
        structured = {origin.xpath for origin in origins(resources) if not origin.as_text}
        for owner, slot, leaf in leaves(message.root):
            if leaf.strip() and leaf.path not in structured and left_out(leaf.path) is None:
                only_text[_why(owner, slot)].add(_ending(leaf.path))
    lines += ["", "## What is text only, and why", ""]
    for why, endings in sorted(only_text.items()):
        lines += [f"{why}:", "", *(f"- `{ending}`" for ending in sorted(endings)), ""]
    return "\n".join(lines).rstrip("\n") + "\n"


def _why(owner: Part, slot: Slot) -> str:
    if isinstance(owner, VALUES):
        return "Coded or measured, and no FHIR element of ours takes it yet"
    if slot.kind == "attribute":
        return "Tells the record system's own components apart; of no use outside it"
    if slot.type in (STRING, ANY_TYPE):
        return "Words for people: the section of the Composition is their place"
    return "A plain value that no FHIR element of ours takes yet"


def _ending(path: str) -> str:
    steps = [step for step in _NUMBER.sub("", path).split("/") if not step.startswith("@")]
    return "/".join(steps[-3:])


_COVERAGE = """# Coverage: how much is structured

Made from the code (`make docs`). Nothing is lost (`heimveg coverage` and the tests say so); this page tells how much of
what is carried is in an element of its own, and not only readable in the Composition. The aim for clinical messages is
85 %.
"""


_INDEX = """# Catalogue: what becomes of every element

Made from the code (`make docs`), one page for each message. *Text* means that a value is readable in the
Composition and nowhere else; *left out* comes with its reason. The envelope is the same for all that stand in one.
[How much of each message is structured](coverage.md).

{listed}"""


def _roots() -> Iterator[tuple[type[Part], str]]:
    yield MsgHead, "MsgHead"
    for cls, _ in message_kinds():
        alone = cls.__name__ in ("Message", "AppRec")
        yield cls, cls.shape.name if alone else f"MsgHead/Document/RefDoc/Content/{cls.shape.name}"


def _types(cls: type[Part]) -> str:
    if cls is MsgHead:
        return "the envelope"
    if cls is Pasientlogistikk:
        return ", ".join(f"`{name}`" for name in sorted(LOGISTICS.values()))
    tags = [kind for tag, kind in KINDS.items() if tag.rpartition("}")[2] == cls.shape.name]
    return ", ".join(sorted({f"`{name}`" for kind in tags for name in kind.types})) or "inside EPJ-EKSTRAKT"


def _page(cls: type[Part], prefix: str, structured: Mapping[str, set[str]], told: set[str]) -> str:
    lines = [f"# {cls.__name__}", "", f"{_types(cls)}. [All messages](index.md)", ""]
    lines += ["| Element | Versions | Code list | FHIR element |", "| --- | --- | --- | --- |"]
    for element in elements(cls, prefix, frozenset({cls})):
        short = element.path.removeprefix(f"{prefix}/")
        codes = f"{element.slot.codes} {tables.name(element.slot.codes)}".strip() if element.slot.codes else ""
        cells = (f"`{short}`", ", ".join(element.slot.only), codes, _fate(element, structured, told))
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _fate(element: Element, structured: Mapping[str, set[str]], told: Iterable[str]) -> str:
    targets = sorted({target for leaf in element.leaves for target in structured.get(leaf, ())})
    if targets:
        more = f" and {len(targets) - TOO_MANY} more" if len(targets) > TOO_MANY else ""
        return ", ".join(f"`{target}`" for target in targets[:TOO_MANY]) + more
    listed = {leaf: reason for leaf in element.leaves if (reason := left_out(leaf))}
    if any(leaf in told and leaf not in listed for leaf in element.leaves):
        return "text"
    return f"left out: {'; '.join(sorted(set(listed.values())))}" if listed else "not in any sample"


def main() -> int:
    """Write what has drifted, and take away what is no longer made."""
    FOLDER.mkdir(exist_ok=True)
    made = pages()
    for path in FOLDER.glob("*.md"):
        if path.name not in made:
            path.unlink()
    for name, text in made.items():
        path = FOLDER / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            sys.stdout.write(f"{name} written\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
