"""A reader of medication lists as an adapter of the intake: one patient a message, whose numbers hold, and an answer.

What a reader makes of bytes is as it was; here it is settled who the patient is, as strictly as for a KITH message: a
number that fails its control digits identifies nobody, and a local number counts only within its organisation.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Protocol

from adapters.lists.envelope import FROM_LISTS, NOBODY, envelope
from hub.contract import Document, Fault, Head, Identifier, Issue, Party, Raw, Rejection
from mappings import national_number
from mappings.documents.medication_list import MedicationDocument
from mappings.identifiers import DNR, FHN, FNR, identifier, issuer_key, strongest_first
from mappings.medication.plausible import odd_doses

NATIONAL: Final = {FNR: "FNR", DNR: "DNR", FHN: "FHN"}
TEXTS: Final = {
    "patient-number": "Pasientens nummer består ikke kontrollsifrene, og ingen annen gyldig identifikasjon er oppgitt.",
    "patient-number-unused": "Et nummer for pasienten består ikke kontrollsifrene, og er ikke brukt.",
    "several": "Innholdet gjelder flere pasienter; send én liste for hver.",
}


class ListReader(Protocol):
    """One format of medication lists."""

    name: str

    def accepts(self, raw: Raw) -> bool:
        """Whether this reader knows the format; cheap."""
        ...

    def read(self, raw: Raw) -> tuple[Document, ...] | Rejection:
        """One document for each patient in the payload. Never raises for what the sender did."""
        ...


class Answer(Protocol):
    """Makes the receipt that a format's own standard asks for, or None."""

    def __call__(self, raw: Raw, outcome: Document | Rejection, *, id: str, at: datetime) -> bytes | None: ...


class Split(Protocol):
    """Takes a payload with several patients apart; nothing for a payload with one."""

    def __call__(self, raw: Raw) -> Sequence[bytes]: ...


@dataclass(slots=True, kw_only=True)
class ListAdapter:
    """A reader with what the intake asks besides (``hub.contract.Adapter``). Safe to use from several threads."""

    name: str
    reader: ListReader
    content_types: frozenset[str]
    receipt_type: str = ""
    answer: Answer | None = None
    split: Split | None = None
    answers_again: bool = False
    accept_synthetic: bool = True

    def configure(self, *, accept_synthetic: bool | None = None, **others: object) -> None:
        """What the deployment says of test persons; a reader that asks (optional ``configure``) hears the rest."""
        if accept_synthetic is not None:
            self.accept_synthetic = accept_synthetic
        if (tell := getattr(self.reader, "configure", None)) is not None:
            tell(**others)

    def accepts(self, raw: Raw) -> bool:
        """Whether the reader knows the format."""
        return self.reader.accepts(raw)

    def parts(self, raw: Raw) -> Sequence[bytes]:
        """The payload of each patient, where there are several."""
        return self.split(raw) if self.split else ()

    def read(self, raw: Raw) -> Document | Rejection:
        """The list of one patient, or every fault by its place in the payload or envelope."""
        found = self.reader.read(raw)
        if isinstance(found, Rejection):
            return _addressed(found, raw)
        if len(found) != 1:
            return _addressed(_refused("several"), raw)
        document = found[0]
        return self._identified(document) if isinstance(document, MedicationDocument) else document

    def receipt(self, raw: Raw, outcome: Document | Rejection, *, id: str, at: datetime) -> bytes | None:
        """The answer that the standard of the format asks for."""
        return self.answer(raw, outcome, id=id, at=at) if self.answer else None

    def _identified(self, document: MedicationDocument) -> MedicationDocument | Rejection:
        numbers = list(self._numbers(document.head))
        persons = strongest_first((kind, known) for kind, known in numbers if known is not None)
        if not persons:
            return replace(_refused("patient-number"), head=_address(document.head), type=FROM_LISTS)
        odd = tuple(odd_doses(document.listing))
        unused = Issue(code="patient-number-unused", text=TEXTS["patient-number-unused"])
        issues = (unused,) if any(known is None for _, known in numbers) else ()
        listing = replace(document.listing, issues=(*document.listing.issues, *issues, *odd))
        return replace(document, head=replace(document.head, persons=persons), listing=listing)

    def _numbers(self, head: Head) -> Iterator[tuple[str, Identifier | None]]:
        """Each identifier of the patient with its kind; None for a number that identifies nobody."""
        for person in head.persons:
            if person.system not in NATIONAL:
                yield "", identifier(person.system.rpartition("/")[2], person.value, issuer=issuer_key(head.sender))
                continue
            digits = national_number.digits_only(person.value)
            kind = national_number.kind(digits, declared=NATIONAL[person.system])
            unwanted = not self.accept_synthetic and national_number.is_synthetic(digits)
            yield kind or "", identifier(kind, digits) if kind and not unwanted else None


def _refused(code: str) -> Rejection:
    return Rejection(faults=(Fault(code=code, text=TEXTS[code]),))


def _addressed(rejection: Rejection, raw: Raw) -> Rejection:
    """With who sent it as far as the envelope says, so that they may see what became of it, and nobody else."""
    said = envelope(raw)
    if isinstance(said, Rejection) or said.organisation is None or rejection.head is not None:
        return replace(rejection, type=FROM_LISTS)
    sender = Party(name=said.system, identifiers=(said.organisation,))
    head = Head(
        message_id="", type=FROM_LISTS, version="1", series="N", sender=sender, receiver=NOBODY, persons=(),
        generated=said.time or raw.received,
    )  # fmt: skip
    return replace(rejection, head=head, type=FROM_LISTS)


def _address(head: Head) -> Head:
    """Of a message that is refused only the address counts; it may be sent again under its id, so it takes none."""
    return replace(head, message_id="", persons=())
