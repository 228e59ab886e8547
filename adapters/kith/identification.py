"""Whether a patient is identified well enough (HIS 80415:2012, E36), and by which identifiers they are matched.

Sufficient: a name with a valid fødselsnummer, D-nummer or felles hjelpenummer, or with birth date and sex; old systems
send an H-number alone, which is taken and flagged. A number that fails its control digits identifies nobody.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from adapters.kith.cover import Ident, Subject
from adapters.kith.settings import Settings
from adapters.kith.texts import fault, issue
from hub.contract import Fault, Identifier, Issue
from mappings import national_number
from mappings.identifiers import identifier, strongest_first
from mappings.norwegian_time import instant_or_date

_CHECKED = frozenset({"FNR", "DNR", "FHN"})
_SEXES = frozenset({"1", "2"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Identification:
    """The identifiers a patient is matched by, strongest first, and what was found wrong or odd."""

    persons: tuple[Identifier, ...] = ()
    faults: tuple[Fault, ...] = ()
    issues: tuple[Issue, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Number:
    """One identifier of the patient: the kind it is, and whether it can identify a person at all."""

    ident: Ident
    said: str
    kind: str
    is_usable: bool


def identify(subject: Subject, *, issuer: str, settings: Settings) -> Identification:
    """Judge the patient of an envelope; ``issuer`` is who vouches for H-numbers and other local numbers."""
    numbers = tuple(_numbers(subject, settings))
    usable = [number for number in numbers if number.is_usable]
    found = ((n.kind, identifier(n.kind, n.ident.value, issuer=issuer)) for n in usable)
    persons = strongest_first((kind, known) for kind, known in found if known is not None)
    wrong = _fault(subject, numbers)
    if wrong is not None:
        return Identification(persons=persons, faults=(wrong,))
    return Identification(persons=persons, issues=(*_issues_of_numbers(numbers), *_issues_of_choice(subject, numbers)))


def _numbers(subject: Subject, settings: Settings) -> Iterator[_Number]:
    for ident in subject.idents:
        said = str(ident.type.v).upper()
        if said in _CHECKED or said == "":
            kind = _national_kind(ident, said, settings)
            yield _Number(ident=ident, said=said, kind=kind or said, is_usable=kind is not None)
        else:
            usable = any(sign.isdecimal() for sign in ident.value)
            yield _Number(ident=ident, said=said, kind=said, is_usable=usable)


def _national_kind(ident: Ident, said: str, settings: Settings) -> str | None:
    digits = national_number.digits_only(ident.value)
    if not settings.accept_synthetic and national_number.is_synthetic(digits):
        return None
    return national_number.kind(digits, declared=said)


def _fault(subject: Subject, numbers: tuple[_Number, ...]) -> Fault | None:
    if not any(subject.names):
        key = "patient-nameless" if any(n.is_usable for n in numbers) else "patient-missing"
        return fault(key, path=subject.path)
    if _has_number(numbers) or _has_birth_and_sex(subject) or _h_numbers(numbers):
        return None
    invalid = next((n for n in numbers if n.said in _CHECKED and not n.is_usable), None)
    if invalid is not None:
        return fault("patient-number-invalid", invalid.ident.value, type=invalid.said)
    return fault("patient-insufficient", path=subject.path)


def _has_number(numbers: tuple[_Number, ...]) -> bool:
    return any(n.is_usable and n.kind in _CHECKED for n in numbers)


def _h_numbers(numbers: tuple[_Number, ...]) -> tuple[_Number, ...]:
    return tuple(n for n in numbers if n.is_usable and n.kind == "HNR")


def _has_birth_and_sex(subject: Subject) -> bool:
    return instant_or_date(subject.birth) is not None and subject.sex in _SEXES


def _issues_of_numbers(numbers: tuple[_Number, ...]) -> Iterator[Issue]:
    for number in numbers:
        value = number.ident.value
        if number.said in _CHECKED and not number.is_usable:
            yield issue("number-invalid", value, type=number.said)
        elif number.is_usable and number.kind in _CHECKED:
            if number.said and number.said != number.kind:
                yield issue("number-kind-mismatch", number.ident.type.v, said=number.said, found=number.kind)
            if national_number.digits_only(value) != value:
                yield issue("identifier-punctuation", value, type="Nummeret")


def _issues_of_choice(subject: Subject, numbers: tuple[_Number, ...]) -> Iterator[Issue]:
    if _has_number(numbers):
        return
    h_numbers = _h_numbers(numbers)
    if h_numbers:
        yield issue("h-number-only", h_numbers[0].ident.value)
    else:
        yield issue("no-number", path=subject.path)
