"""The hub's doors into the mappings, opened when first used: no command pays for what it does not need."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from hub.contract import Course, Document, Fault, Head, Ids, Projection, Resource, Term
from hub.errors import ConfigurationError

if TYPE_CHECKING:
    from hub.settings import Settings

Templates = Callable[[date, str | None, str | None], list[dict[str, Any]]]
"""On which day, for a municipality and a ward (None: not said)."""


def dump(document: Document) -> bytes:
    """A document as the log keeps it."""
    from mappings import documents

    return documents.dump(document)


def load(dumped: bytes, original: bytes) -> Document:
    """The document again, whatever version of ours dumped it."""
    from mappings import documents

    return documents.load(dumped, original)


def entry(head: Head, values: Mapping[str, Any], *, author: str, about: str | None) -> Document:
    """What somebody told, as a document; ``ValueError`` names the value that is wrong."""
    from mappings import documents

    return documents.entry(head, values, author=author, about=about)


def history(documents: Iterable[Document]) -> Mapping[str, Sequence[Any]]:
    """The versions of every resource that people wrote, by ``Type/id``, oldest first: the entry, and what it says."""
    from mappings import documents as door

    return door.history(documents)


def faults(resource: Resource, before: Resource | None, changed: Iterable[str]) -> Iterable[Fault]:
    """What is wrong with a resource that somebody writes, by its path; ``before`` is what messages made of it."""
    from mappings import documents

    return documents.faults(resource, before, changed)


def among(resource: Resource, others: Mapping[str, Resource], written: Container[str]) -> Iterable[Fault]:
    """What is wrong with a plan that somebody writes beside the patient's other plans."""
    from mappings import documents

    return documents.among(resource, others, written)


def troubles(resource: Resource, known_as: Mapping[str, str], path: str = "") -> Iterable[Fault]:
    """What FHIR R4 does not allow in a resource; ``known_as`` are the types behind the ``urn:uuid`` of a Bundle."""
    from mappings import documents

    return documents.troubles(resource, known_as, path)


def references(resource: Resource) -> Iterable[tuple[str, str]]:
    """Every literal reference of a resource that somebody writes, with its path."""
    from mappings import documents

    return documents.references(resource)


def subject_of(resource: Resource) -> str:
    """The reference to the patient whom a resource is about, or ``""``."""
    from mappings import documents

    return documents.subject_of(resource)


def course(documents: Iterable[Document], now: datetime, *, ids: Ids) -> Projection:
    """What the FHIR server should hold for the person of these documents."""
    from mappings.course import course as compute

    return compute(documents, now, ids=ids)


def quality(document: Document) -> dict[str, Any] | None:
    """What a message shall contain and what was found; None for a kind of message that nothing was agreed on."""
    from mappings.rules.quality import quality as content
    from mappings.rules.quality import told

    found = content(document)
    return told(found) if found else None


def medication(
    documents: Iterable[Document], at: datetime, *, phase: str | None, age: int | None, register: Iterable[Term] = ()
) -> dict[str, Any]:
    """The medication lists in one person's documents, side by side, and what differs; no phase: as the lists tell."""
    from mappings.medication import Setting, compared

    return compared(documents, at, Setting(phase=cast("Any", phase), age=age), register)


def drugs_of(document: Document) -> Any:
    """By what the drugs of a document are known (``keys``, ``numbers``, ``names``); false where it has none."""
    from mappings.medication import asked

    return asked(document)


def with_register(document: Document, name: str, retrieved: str, terms: Iterable[Term]) -> Document:
    """The document with what the drug register said of its drugs."""
    from mappings.medication import with_register as kept

    return kept(document, name, retrieved, terms)


def course_of(settings: Settings) -> Course:
    """The same, by the policies and day rates that the deployment has chosen; a wrong one stops the start."""
    from mappings import course as door

    return partial(door.course, policies=_policies(settings))


def by_policy_of(settings: Settings) -> Course:
    """The part of it that the policies have a say in."""
    from mappings import course as door

    return partial(door.by_policy, policies=_policies(settings))


def _policies(settings: Settings) -> Any:
    from mappings import course as door

    try:
        return door.policies(
            settings.policies,
            rates=_table(settings.rates),
            programmes=_table(settings.programmes),
            checklists=_table(settings.checklists),
            checklists_chosen=_table(settings.checklists_chosen),
            municipalities=_table(settings.municipalities),
        )
    except ValueError as error:
        names = "HEIMVEG_POLICIES, _RATES, _PROGRAMMES, _CHECKLISTS, _CHECKLISTS_CHOSEN or _MUNICIPALITIES"
        raise ConfigurationError(f"{names}: {error}") from None


def checklists(settings: Settings) -> Templates:
    """The checklists of a day, and which of them a stay that begins then at a place has by itself."""
    from mappings import course as door

    return partial(door.templates, _policies(settings))


def plan_definitions(settings: Settings) -> Iterable[Resource]:
    """Every version of every checklist, to install."""
    from mappings import course as door

    return door.plan_definitions(_policies(settings))


def _table(table: Path | None) -> str | None:
    try:
        return table.read_text(encoding="utf-8") if table else None
    except OSError as error:
        raise ConfigurationError(f"{table} cannot be read ({error.strerror})") from None
