"""A message's outside as the hub needs it: ``Cover`` to ``hub.contract.Head``, with what was odd on the way."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from adapters.kith.cover import Correspondent, Cover, Ident, Unit
from adapters.kith.texts import issue
from hub.contract import HER_ID, ORGANISASJONSNUMMER, Answered, Fault, Head, Identifier, Issue, Party, Series
from mappings import tables
from mappings.documents.apprec import AppRec
from mappings.documents.datatypes import CV
from mappings.documents.shape import Leaf, Part
from mappings.identifiers import UNNUMBERED, H, identifier, issuer_key
from mappings.national_number import is_organisation_number
from mappings.norwegian_time import instant, instant_or_date

_UUID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.ASCII)
_TEST: Final = frozenset({"T", "D", "TEST"})
NEW: Final = Leaf("N")
"""Forsendelsesstatus of a message that has none."""
_SERIES: Final[dict[str, Series]] = {"N": "N", "M": "M", "O": "M", "C": "C", "A": "A"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What the payload adds to the head: which message it is, its Forsendelsesstatus, when it was issued."""

    type: str
    version: str
    series: Leaf = NEW
    issued: str = ""


def normalised_id(text: str) -> str:
    """Message ids and references as they are compared: case and outer space vary between systems."""
    return text.strip().lower()


def is_uuid(text: str) -> bool:
    """Whether a message id is a UUID in the usual notation; braces and ``urn:uuid:`` are not part of it."""
    return _UUID.fullmatch(normalised_id(text)) is not None


def series_of(said: str) -> Series:
    """Forsendelsesstatus as the hub knows it: ``O`` replaces like ``M``; what is no status is a new message."""
    return _SERIES.get(said.strip().upper(), "N")


def head_of(
    cover: Cover,
    contents: Contents,
    persons: tuple[Identifier, ...],
    received: datetime,
    *,
    answers: Answered | None = None,
) -> Head:
    """The head. A patient without a number gets the pseudo-identifier of the message series; an AppRec has nobody."""
    message_id = normalised_id(cover.message_id)
    parent, conversation = normalised_id(cover.parent) or None, normalised_id(cover.conversation) or None
    return Head(
        message_id=message_id,
        type=contents.type,
        version=contents.version,
        series=series_of(contents.series),
        sender=party(cover.sender),
        receiver=party(cover.receiver),
        copies=tuple(party(copy) for copy in cover.copies),
        persons=persons or ((Identifier(UNNUMBERED, conversation or message_id),) if cover.subject else ()),
        generated=generated(cover) or received,
        parent=parent,
        conversation=conversation,
        issued=instant_or_date(contents.issued),
        test=cover.status.upper() in _TEST,
        answers=answers,
    )


def answered(root: Part) -> Answered | None:
    """What an AppRec says of the message that it answers (HIS 80415); None for any other message."""
    if not isinstance(root, AppRec):
        return None
    return Answered(
        message_id=normalised_id(root.original_msg_id.id),
        status=str(root.status.v or "").strip(),
        errors=tuple(_error(error) for error in root.error),
    )


def _error(error: CV) -> Fault:
    """The list's text and, after a colon, what the receiver added; the latter must reach the user."""
    code = str(error.v or "").strip()
    text = tables.text(8221, code) or str(error.dn or "")
    return Fault(code=code, text=": ".join(part for part in (text, str(error.ot or "")) if part))


def generated(cover: Cover) -> datetime | None:
    """When the message was made, if that can be read; Epikrise may say only the date, which begins at midnight."""
    return instant(cover.generated) or instant(f"{cover.generated[:10]}T00:00:00")


def party(of: Correspondent) -> Party:
    """Both levels with their identifiers as they are matched; local ids belong to level 1."""
    name = str(of.level1.name)
    alone = Party(name=name, identifiers=tuple(_national(of.level1)))
    scope = issuer_key(alone)
    level1 = replace(alone, identifiers=tuple(_identifiers(of.level1, scope)))
    if of.level2 is None:
        return level1
    unit = tuple(_identifiers(of.level2, scope))
    return replace(level1, unit_name=str(of.level2.name), unit_identifiers=unit)


def _national(unit: Unit) -> Iterator[Identifier]:
    return (found for found in _identifiers(unit, "") if not found.system.startswith(H))


def _identifiers(unit: Unit, scope: str) -> Iterator[Identifier]:
    for ident in unit.idents:
        found = identifier(ident.type.v, ident.value, issuer=scope)
        if found is not None:
            yield found


def address_issues(cover: Cover) -> Iterator[Issue]:
    """Oddities of addressing that old systems show: carried and flagged, never refused (HIS 1153-2, dossier 8.1)."""
    parties = (("Avsender", cover.sender), ("Mottaker", cover.receiver), *(("Kopimottaker", c) for c in cover.copies))
    for who, correspondent in parties:
        if who == "Mottaker" and correspondent.level1.is_blank:
            yield issue("receiver-missing", path=correspondent.level1.path)
            continue
        yield from _level2_issues(who, correspondent)
        for unit in (correspondent.level1, correspondent.level2):
            yield from _ident_issues(unit.idents if unit else ())


def _level2_issues(who: str, correspondent: Correspondent) -> Iterator[Issue]:
    unit = correspondent.level2
    if unit is None:
        if not correspondent.person:
            yield issue("level2-missing", path=correspondent.level1.path, who=who)
    elif not any(ident.type.v.upper() == "HER" and ident.value for ident in unit.idents):
        yield issue("level2-without-her-id", path=unit.path, who=who)


def _ident_issues(idents: tuple[Ident, ...]) -> Iterator[Issue]:
    for ident in idents:
        found = identifier(ident.type.v, ident.value)
        if found is None or found.system not in (HER_ID, ORGANISASJONSNUMMER):
            continue
        if found.value != ident.value:
            name = "HER-id" if found.system == HER_ID else "Organisasjonsnummer"
            yield issue("identifier-punctuation", ident.value, type=name)
        if found.system == ORGANISASJONSNUMMER and not is_organisation_number(found.value):
            yield issue("organisation-number-invalid", ident.value)
