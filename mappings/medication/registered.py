"""Which entries of a drug register a document's drugs name, and the catalogue that its lists are compared by."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Final, cast

from hub.contract import Document, Term
from mappings.documents import MedicationDocument, Message
from mappings.documents.medication_list import MedicationLine, MedicationList
from mappings.documents.registered import Registered
from mappings.medication.catalogue import Catalogue, RegisterCatalogue, demo
from mappings.medication.from_messages import lists_in
from mappings.medication.normalise import names_of

MOST: Final = 400
"""More drugs than any list has: a document that names more is asked about the first of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """By what the drugs of a document are known: FEST ids, varenummer, and names in lower case."""

    keys: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    names: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.keys or self.numbers or self.names)


def asked(document: Document) -> Asked:
    """What to look up for a document; nothing for one without drugs."""
    lines = [line for listing in _lists(document) for line in listing.lines][:MOST]
    names = (name for line in lines for name in names_of(line))
    return Asked(
        keys=_each(line.fest_id for line in lines),
        numbers=_each(line.varenr for line in lines),
        names=_each(names),
    )


def _each(found: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({one for one in found if one}))


def _lists(document: Document) -> Iterator[MedicationList]:
    if isinstance(document, MedicationDocument):
        yield document.listing
    elif isinstance(document, Message):
        yield from lists_in(document)


def with_register(document: Document, name: str, retrieved: str, terms: Iterable[Term]) -> Document:
    """The same document with what the register said of its drugs."""
    held = tuple(sorted(terms, key=lambda term: (term.kind, term.key, term.name)))
    told = Registered(name=name, retrieved=retrieved, terms=held)
    return cast("Document", replace(cast("Any", document), registered=told))


def catalogue_of(registers: Iterable[Registered | None]) -> Catalogue:
    """What lists are compared by: the entries that were kept with them, of two versions of one the newer.

    Where a list was taken in without a register, what is known is less, and the comparison says so.
    """
    held = list(registers)
    known = [one for one in held if one is not None]
    if not known:
        return demo()
    newest: dict[tuple[str, str], tuple[str, Term]] = {}
    for register in sorted(known, key=lambda one: (one.retrieved, one.name)):
        newest |= {(term.kind, term.key): (register.retrieved, term) for term in register.terms}
    whole = len(known) == len(held)
    version = f"{known[0].name.upper()} {max(one.retrieved for one in known)}".strip()
    return RegisterCatalogue((term for _, term in newest.values()), level=1 if whole else 0, version=version)


def pack_of(registered: Registered | None, line: MedicationLine) -> Term | None:
    """The pack of a line's varenummer, where its substance agrees: numbers are used again (dossier 1.4.1)."""
    terms = registered.terms if registered else ()
    return next(
        (t for t in terms if t.kind == "pack" and t.number == line.varenr != "" and t.atc and t.atc == line.atc), None
    )
